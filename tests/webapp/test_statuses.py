"""What is said of a figure against its target is the same in API, CSV, map, page and card."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from webapp.legend import STATUS_COLOURS

PILOTS = {"indicator": "waste_sorting_pilot_units", "edition": "2024", "level": "district", "period": "2024"}
POOR = {"indicator": "poor_households", "edition": "2024", "level": "district", "period": "2024"}
ADVANCED = {"indicator": "ntm_advanced_communes_added", "edition": "2024", "level": "district", "period": "2024"}
HEALTH = {"indicator": "health_insurance_coverage", "edition": "2024", "level": "commune", "period": "2023"}
WATER = {"indicator": "clean_water_household_rate", "edition": "2024", "level": "district", "period": "2021"}
TITLES = {"indicator": "ntm_title", "edition": "2024", "level": "commune", "period": "2025"}
GRDP = {"indicator": "grdp_per_capita", "edition": "2024", "level": "city", "period": "2024"}
JOBLESS = {
    "indicator": "urban_unemployment_rate",
    "edition": "2024",
    "level": "city",
    "period": "2024",
    "stratum": "urban",
}
QUESTIONS = [PILOTS, POOR, ADVANCED, HEALTH, WATER, TITLES, GRDP, JOBLESS]


def values(client: FlaskClient, question: dict[str, str], suffix: str = "", **more: str) -> Any:
    return client.get(f"/api/v1/values{suffix}?{urlencode({**question, **more})}")


def page(client: FlaskClient, question: dict[str, str], suffix: str = "", prefix: str = "", **more: str) -> Any:
    rest = {name: value for name, value in question.items() if name != "indicator"}
    return client.get(f"{prefix}/map/{question['indicator']}{suffix}?{urlencode({**rest, **more})}")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["indicator"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_api_csv_map_and_card_say_the_same_of_each_area(
    client: FlaskClient, question: dict[str, str], lang: str
) -> None:
    areas = values(client, question, lang=lang).get_json()["areas"]
    rows = csv.DictReader(io.StringIO(values(client, question, ".csv", lang=lang).data.decode("utf-8-sig")))
    prefix = "" if lang == "vi" else "/en"
    view = page(client, question, ".json", prefix).get_json()
    column = view["areas"]["judgement"] or [None] * len(areas)
    for area, row, index in zip(areas, rows, column, strict=True):
        said = area["status_code"], area["reason"], area["reason_text"]
        assert all(said)
        assert (row["status_code"], row["reason"], row["reason_text"]) == said
        assert (float(row["progress"]) if row["progress"] else None) == area["progress"]
        assert (row["target"] != "") == (area["target"] is not None)
        assert (index is not None) == (area["value"] is not None and area["target"] is not None)
        if index is not None:
            assert view["judgements"][index][0] == area["status_code"]
    for area in [areas[0], areas[-1], *[area for area in areas if area["value"] is not None][:4]]:
        card = page(client, question, "/area.json", prefix, code=area["code"]).get_json()["judgement"]
        if area["reason"] == "no_target" or question is TITLES:
            assert card is None
        else:
            assert (card["status_code"], card["text"]) == (area["status_code"], area["reason_text"])
            assert card["progress"] == area["progress"]


def test_a_missing_figure_has_its_reason_and_others_that_of_their_status(client: FlaskClient) -> None:
    areas = values(client, PILOTS).get_json()["areas"]
    assert {area["reason"] for area in areas if area["value"] is None} == {"not_collected"}
    assert {area["status_code"] for area in areas if area["value"] is None} == {"not_assessable"}


def test_a_goal_of_each_district_binds_the_districts(client: FlaskClient) -> None:
    """One ward or commune in each: 23 are known in 5 districts, so these 5 have met it. A running count is not lost."""
    body = values(client, PILOTS).get_json()
    assert (body["target"]["scope"], body["target"]["low"], body["target"]["footing"]) == (
        "each_district",
        1,
        "binding",
    )
    known = [area for area in body["areas"] if area["value"] is not None]
    assert sum(area["value"] for area in known) == 23
    assert [area["status_code"] for area in known] == ["met"] * 5
    assert {area["target"]["footing"] for area in body["areas"]} == {"binding"}


def test_a_city_goal_is_compared_with_or_contributed_to_below_the_city(client: FlaskClient) -> None:
    compared = values(client, {**HEALTH, "level": "district", "period": "2016"}).get_json()
    assert compared["target"]["footing"] == "compared"
    assert {area["status_code"] for area in compared["areas"]} == {"not_assessable"}
    counted = values(client, ADVANCED).get_json()
    assert counted["target"]["footing"] == "contributes"
    words = {area["reason_text"] for area in counted["areas"] if area["value"] == 3}
    assert words == {"Đóng góp 3 trên 40\u00a0xã của mục tiêu Thành phố."}


def test_the_page_adds_up_what_districts_contribute(client: FlaskClient) -> None:
    """18 districts with 41 communes, of 40 in the city's target."""
    target = page(client, ADVANCED, ".json").get_json()["target"]
    assert target["text"].endswith(
        "(Phụ lục, mục 24). 18 địa bàn có số liệu: đóng góp 41 trên 40\u00a0xã của mục tiêu Thành phố."
    )
    assert target["value"] is None


def test_where_the_resolution_disagrees_with_itself_the_card_has_both_verdicts(client: FlaskClient) -> None:
    card = page(client, GRDP, "/area.json", code="01").get_json()["judgement"]
    assert "160,8–162" in card["target"]
    assert ["160–162" in other["target"] for other in card["others"]] == [True]
    assert {card["status_code"], *(other["status_code"] for other in card["others"])} == {"met"}


def test_a_page_without_a_total_says_which_strata_there_are(client: FlaskClient) -> None:
    view = page(client, JOBLESS, ".json").get_json()
    assert view["coverage"].endswith("Không có số chung; chỉ có số của khu vực: thành thị.")
    assert "Không có số chung" not in page(client, WATER, ".json").get_json()["coverage"]


def switch_of(view: dict[str, Any]) -> dict[str, dict[str, Any]] | None:
    """The options of the switch between values and statuses, by label."""
    found = next((switch for switch in view["switches"] if switch["id"] == "display"), None)
    return found and {option["label"]: option for option in found["options"]}


def test_the_map_shows_statuses_where_a_goal_binds_its_areas(client: FlaskClient) -> None:
    options = switch_of(page(client, PILOTS, ".json").get_json())
    assert options is not None
    assert (options["Giá trị"]["current"], options["Trạng thái"]["disabled"]) == (True, False)
    view = client.get(options["Trạng thái"]["href"].replace("?", ".json?")).get_json()
    assert view["url"].endswith("&display=status")
    assert view["classes"] == [
        {"lower": None, "upper": None, "label": "Đạt", "colour": "st-met", "count": 5, "status_code": "met"}
    ]
    assert [entry["count"] for entry in view["missing"]] == [25]
    areas = values(client, PILOTS).get_json()["areas"]
    assert [None if index is None else view["classes"][index]["status_code"] for index in view["areas"]["class"]] == [
        None if area["value"] is None else area["status_code"] for area in areas
    ]


def test_where_no_goal_binds_the_choice_says_why_and_without_a_goal_there_is_none(client: FlaskClient) -> None:
    options = switch_of(page(client, ADVANCED, ".json").get_json())
    assert options is not None
    assert options["Trạng thái"]["disabled"]
    assert options["Trạng thái"]["reason"].startswith("Mục tiêu chung của Thành phố không ràng buộc")
    assert switch_of(page(client, TITLES, ".json").get_json()) is None
    assert switch_of(page(client, GRDP, ".json").get_json()) is None


def test_a_map_of_statuses_can_always_be_left(client: FlaskClient) -> None:
    """An address may ask for statuses where there are none; other areas are shown by value again."""
    options = switch_of(page(client, TITLES, ".json", display="status").get_json())
    assert options is not None
    assert "display" not in options["Danh hiệu"]["href"]
    switches = page(client, PILOTS, ".json", display="status").get_json()["switches"]
    moves = [option["href"] for switch in switches if switch["id"] in ("edition", "level")
             for option in switch["options"] if not option["current"] and not option["disabled"]]  # fmt: skip
    assert moves
    assert not any("display" in href for href in moves)


def test_without_scripts_the_table_names_the_statuses(client: FlaskClient) -> None:
    html = page(client, PILOTS, display="status").get_data(as_text=True)
    cells = [unescape(cell) for cell in re.findall(r'<td class="r">([^<]*)</td></tr>', html)]
    assert sum(cell.endswith("(Đạt)") for cell in cells) == 5
    assert cells.count("Chưa có số liệu") == 25


def test_an_unknown_display_is_refused(client: FlaskClient) -> None:
    answer = page(client, PILOTS, display="pace")
    assert answer.status_code == 400
    assert "value" in answer.get_data(as_text=True)


def test_every_status_has_a_colour_of_the_tokens(client: FlaskClient) -> None:
    from indicators.reasons import STATUSES
    from webapp.settings import ROOT

    assert set(STATUS_COLOURS) == set(STATUSES)
    tokens = (ROOT / "webapp/static/tokens.css").read_text("utf-8")
    styles = (ROOT / "webapp/static/app.css").read_text("utf-8")
    for colour in STATUS_COLOURS.values():
        assert f"--{colour}:" in tokens
        assert f".{colour}{{--fill:" in styles
