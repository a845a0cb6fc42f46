"""Random views say the same on the page, in the API and in the CSV: number for number, class for class."""

from __future__ import annotations

import csv
import io
import random
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indicators.catalogue import levels_of
from webapp.db import snapshot

SEED = 31


def views(app: Flask, count: int) -> list[dict[str, str]]:
    """So many questions, seeded: any indicator, edition, level, stratum and year, known or not."""
    chance = random.Random(SEED)
    with app.test_request_context("/"):
        data = snapshot()
        found = []
        while len(found) < count:
            indicator = chance.choice(list(data.catalogue.indicators.values()))
            edition = chance.choice(list(data.places.editions))
            levels = [level for level in data.places.levels(edition) if level in levels_of(indicator)]
            if not levels:
                continue
            level, stratum = chance.choice(levels), chance.choice(indicator.strata.split(","))
            years = data.catalogue.years((indicator.id, edition, level, stratum)) or ["2024"]
            asked = {"edition": edition, "level": level, "period": chance.choice(years), "stratum": stratum}
            found.append({"indicator": indicator.id, **asked})
    return found


def check(client: FlaskClient, asked: dict[str, str]) -> None:
    """One view, everywhere."""
    query = urlencode(asked)
    rest = urlencode({key: value for key, value in asked.items() if key != "indicator"})
    view = client.get(f"/map/{asked['indicator']}.json?{rest}").get_json()
    areas = client.get(f"/api/v1/values?{query}").get_json()["areas"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/api/v1/values.csv?{query}").data.decode("utf-8-sig"))))
    assert len(view["areas"]["value"]) == len(areas) == len(rows)
    for index, (area, row) in enumerate(zip(areas, rows, strict=True)):
        assert view["areas"]["value"][index] == area["value"]
        assert (float(row["value"]) if row["value"] else None) == area["value"]
        assert view["areas"]["class"][index] == area["class_index"]
        assert (int(row["class_index"]) if row["class_index"] else None) == area["class_index"]
        assert row["code"] == area["code"]
        assert row["status"] == area["status"]
        assert (area["value"] is None) == (area["status"] == "missing")
    legend = [entry["count"] for entry in view["classes"]]
    missing = sum(entry["count"] for entry in view["missing"])
    assert sum(legend) + missing == len(areas)


def test_twenty_views_say_the_same_everywhere(app: Flask, client: FlaskClient) -> None:
    for asked in views(app, 20):
        check(client, asked)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(200))
def test_two_hundred_views_say_the_same_everywhere(app: Flask, client: FlaskClient, number: int) -> None:
    check(client, views(app, 200)[number])
