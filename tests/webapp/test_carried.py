"""Figures carried to another edition: totals kept, estimates marked everywhere, titles only as compositions."""

from __future__ import annotations

import csv
import io
import math

import pytest
from flask.testing import FlaskClient

PEOPLE = "/api/v1/values?indicator=population&edition=2024&level=commune&rebase=1"
TITLES = "/api/v1/values?indicator=ntm_title&edition=2025-07&level=commune&display=composition"


def test_people_carried_back_to_579_communes_keep_their_total(client: FlaskClient) -> None:
    native = client.get("/api/v1/values?indicator=population&edition=2025-07&level=commune").get_json()
    carried = client.get(PEOPLE).get_json()
    total = math.fsum(area["value"] for area in native["areas"])
    assert total == 8_811_473
    assert math.fsum(area["value"] for area in carried["areas"]) == pytest.approx(total, rel=1e-9)


def test_every_carried_figure_says_so_and_nothing_native_is_mixed_in(client: FlaskClient) -> None:
    areas = client.get(PEOPLE).get_json()["areas"]
    assert all(area["carried"]["origin"] == "2025-07" for area in areas)
    assert {area["carried"]["quality"] for area in areas} == {"estimate"}
    assert all(area["carried"]["text"].startswith("Ước tính quy đổi") for area in areas)
    assert all("sai số đo được" in area["carried"]["text"] for area in areas if area["carried"]["error"])
    native = client.get(PEOPLE.replace("&rebase=1", "")).get_json()["areas"]
    assert all(area["carried"] is None for area in native)


def test_sums_of_whole_units_are_told_from_estimates(client: FlaskClient) -> None:
    """Fifteen of the 126 units were made of whole units that an official text names."""
    url = "/api/v1/values?indicator=area_km2&edition=2025-07&level=commune&rebase=1"
    carried = [area["carried"] for area in client.get(url).get_json()["areas"]]
    exact = [one for one in carried if one["quality"] == "exact"]
    assert len(exact) == 15
    assert all(one["text"].startswith("Tổng chính xác") and one["error"] is None for one in exact)


def test_the_csv_and_the_page_mark_estimates_too(client: FlaskClient) -> None:
    text = client.get(PEOPLE.replace("values?", "values.csv?")).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(row["carried_quality"] == "estimate" for row in rows) > 400
    view = client.get("/map/population.json?edition=2024&level=commune&rebase=1").get_json()
    assert "ước tính quy đổi" in view["meta"]
    assert not view["ranked"]
    assert any(text.startswith("Ước tính quy đổi") for text in view["carried_texts"])


def test_what_cannot_be_converted_says_so_for_every_area(client: FlaskClient) -> None:
    url = "/api/v1/values?indicator=ntm_title&edition=2025-07&level=commune&rebase=1"
    body = client.get(url).get_json()
    reasons = {area["type"]: area["reason"] for area in body["areas"]}
    assert reasons == {"xã": "not_convertible", "phường": "not_applicable"}


def test_a_district_figure_is_never_carried_to_communes(client: FlaskClient) -> None:
    answer = client.get("/api/v1/values?indicator=population&edition=2024&level=district&rebase=1")
    assert answer.status_code == 400
    assert "district" not in answer.get_json()["allowed"]


def test_a_new_commune_is_told_what_it_was_formed_of(client: FlaskClient) -> None:
    areas = {area["code"]: area for area in client.get(TITLES).get_json()["areas"]}
    told = [area for area in areas.values() if area["value"] is not None]
    assert len(told) > 60
    assert all(area["note"].startswith("Hình thành từ") for area in told)
    assert all(area["qualifier"] == "ge" or area["value"] == 100 for area in told)
    hoan_kiem = areas["00070"]
    assert hoan_kiem["reason"] == "not_applicable"
    english = client.get(TITLES + "&lang=en").get_json()["areas"]
    assert next(area["note"] for area in english if area["value"] is not None).startswith("Formed from")


def test_communes_are_put_together_for_their_district_on_request(client: FlaskClient) -> None:
    url = "/api/v1/values?indicator=area_km2&edition=2024&level=district&aggregate=1"
    rolled = {area["code"]: area for area in client.get(url).get_json()["areas"]}
    native = client.get(url.replace("&aggregate=1", "")).get_json()["areas"]
    for area in native:
        assert rolled[area["code"]]["value"] == pytest.approx(area["value"], rel=1e-3)
        assert rolled[area["code"]]["carried"]["quality"] == "exact"


@pytest.mark.parametrize("query", ["rebase=2", "rebase=1&aggregate=1", "display=colour"])
def test_bad_ways_of_asking_are_named(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/values?indicator=population&edition=2024&level=commune&{query}")
    assert answer.status_code == 400
    assert answer.get_json()["allowed"]


def test_the_switch_of_editions_leads_to_what_can_be_said_there(client: FlaskClient) -> None:
    view = client.get("/map/ntm_title.json").get_json()
    edition = next(switch for switch in view["switches"] if switch["id"] == "edition")
    newer = next(option for option in edition["options"] if option["label"] == "Từ 07/2025")
    assert not newer["disabled"]
    assert "display=composition" in newer["href"]
    assert client.get(newer["href"]).status_code == 200
