"""Whatever is shown of the figures, map, legend, table, API and CSV show the same of it."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from geo.palette import COLOURS

POOR = {"indicator": "poor_households", "edition": "2024", "level": "district", "period": "2024"}
HEALTH = {"indicator": "health_insurance_coverage", "edition": "2024", "level": "district", "period": "2016"}
PILOTS = {"indicator": "waste_sorting_pilot_units", "edition": "2024", "level": "district", "period": "2024"}
TITLES = {"indicator": "ntm_title", "edition": "2025-07", "level": "commune", "period": "2025"}
SCHOOLS = {"indicator": "public_school_standard_rate", "edition": "2024", "level": "district", "period": "2022"}
CASES = [(POOR, "change"), (HEALTH, "target"), (SCHOOLS, "target"), (PILOTS, "status"), (TITLES, "composition"),
         (HEALTH, "value")]  # fmt: skip


def view_of(client: FlaskClient, asked: dict[str, str], display: str) -> dict[str, Any]:
    rest = {name: value for name, value in asked.items() if name != "indicator"}
    answer = client.get(f"/map/{asked['indicator']}.json?{urlencode({**rest, 'display': display})}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def options(view: dict[str, Any], switch: str = "display") -> dict[str, dict[str, Any]]:
    """The options of a switch by label; none where there is no such switch."""
    found = next((entry for entry in view["switches"] if entry["id"] == switch), {"options": []})
    return {option["label"]: option for option in found["options"]}


@pytest.mark.parametrize(("asked", "display"), CASES)
def test_map_legend_api_and_csv_show_the_same(client: FlaskClient, asked: dict[str, str], display: str) -> None:
    view = view_of(client, asked, display)
    api = client.get(f"/api/v1/values?{urlencode({**asked, 'display': display})}").get_json()
    text = client.get(f"/api/v1/values.csv?{urlencode({**asked, 'display': display})}").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert view["areas"]["value"] == [area["value"] for area in api["areas"]]
    assert view["areas"]["class"] == [area["class_index"] for area in api["areas"]]
    assert [row["class_index"] for row in rows] == ["" if i is None else str(i) for i in view["areas"]["class"]]
    assert [float(row["value"]) if row["value"] else None for row in rows] == view["areas"]["value"]
    shown = [(entry["label"], entry["count"], COLOURS[entry["colour"]]) for entry in view["classes"]]
    assert shown == [(entry["label"], entry["count"], entry["colour"]) for entry in api["legend"]]
    for index, (_label, count, _colour) in enumerate(shown):
        assert view["areas"]["class"].count(index) == count


@pytest.mark.parametrize(("asked", "display"), CASES)
def test_the_page_without_scripts_has_the_values(client: FlaskClient, asked: dict[str, str], display: str) -> None:
    view = view_of(client, asked, display)
    html = client.get(view["url"]).get_data(as_text=True)
    cells = [unescape(cell) for cell in re.findall(r'<td class="r">([^<]*)</td></tr>', html)]
    assert len(cells) == len(view["areas"]["value"])
    assert f'<h1 id="title">{view["title"]}</h1>' in html


def test_around_the_goal_colours_turn_at_it(client: FlaskClient) -> None:
    """Health insurance: at least 94.5 %, so 90–94.5 is the last class short of it."""
    view = view_of(client, HEALTH, "target")
    assert (view["pivot"], view["breaks"]) == (94.5, [85, 90, 94.5])
    assert [entry["colour"] for entry in view["classes"]] == ["d1", "d2", "d3", "d5"]
    assert [entry["lower"] for entry in view["classes"]] == [None, 85, 90, 94.5]


def test_the_scale_of_a_change_is_that_of_every_year(client: FlaskClient) -> None:
    view = view_of(client, POOR, "change")
    assert view["title"] == "Số hộ nghèo: thay đổi từ 2022"
    assert view["unit"] == "hộ"
    assert [value for value in view["areas"]["value"] if value is not None] == [0] * 5
    assert [entry["label"] for entry in view["missing"]] == ["Chưa có số liệu của cả hai kỳ"]


def test_every_way_of_showing_can_be_left_and_impossible_ones_say_why(client: FlaskClient) -> None:
    for asked, display in CASES:
        found = options(view_of(client, asked, display))
        current = [label for label, option in found.items() if option["current"]]
        assert len(current) == 1
        for label, option in found.items():
            assert option["disabled"] == bool(option["reason"]), label
            assert option["disabled"] or client.get(option["href"]).status_code == 200, label
    assert options(view_of(client, POOR, "value"))["So mục tiêu"]["reason"].startswith("Chỉ số không có mục tiêu")
    assert options(view_of(client, HEALTH, "value"))["Thay đổi"]["reason"] == "Không có kỳ trước để so."


def test_another_year_is_shown_in_the_same_way(client: FlaskClient) -> None:
    years = options(view_of(client, POOR, "change"), "period")
    assert years["2019"]["reason"] == "Không có kỳ trước để so."
    assert years["2024"]["current"]
    moves = options(view_of(client, PILOTS, "status"), "period")
    assert all("display=status" in option["href"] for option in moves.values())


@pytest.mark.parametrize("query", ["display=target", "display=change", "display=target&rebase=1"])
def test_what_cannot_be_shown_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/values?indicator=area_km2&edition=2024&level=commune&{query}")
    assert answer.status_code == 400
    assert answer.get_json()["allowed"] == ["value"]
