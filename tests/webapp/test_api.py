"""The API says what the store holds, and says plainly what it cannot answer."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from flask.testing import FlaskClient

NTM = "/api/v1/values?indicator=ntm_title&edition=2024&level=commune"


def test_health_names_the_code(client: FlaskClient) -> None:
    body = client.get("/healthz").get_json()
    assert body["status"] == "ok"
    assert len(body["code_version"]) == 12


def test_editions_have_dates_counts_and_geometry(client: FlaskClient) -> None:
    editions = {edition["id"]: edition for edition in client.get("/api/v1/editions").get_json()["editions"]}
    assert editions["2024"]["valid_to"] == "2024-12-31"
    assert editions["2025-07"]["valid_from"] == "2025-07-01"
    counts = {(e, level["id"]): level["count"] for e, edition in editions.items() for level in edition["levels"]}
    assert counts == {
        ("2024", "city"): 1, ("2024", "district"): 30, ("2024", "commune"): 579,
        ("2025-07", "city"): 1, ("2025-07", "commune"): 126,
    }  # fmt: skip


def test_geometry_is_immutable_and_precompressed(client: FlaskClient) -> None:
    url = client.get("/api/v1/editions").get_json()["editions"][0]["levels"][0]["geometry"]
    for encoding in ("br", "gzip"):
        answer = client.get(url, headers={"Accept-Encoding": encoding}, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == encoding
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_catalogue_lists_107_indicators_and_details_one(client: FlaskClient) -> None:
    listed = client.get("/api/v1/indicators").get_json()["indicators"]
    assert len(listed) == 107
    assert {"id", "name", "unit", "theme", "direction", "resolution_ref"} <= set(listed[0])
    detail = client.get("/api/v1/indicators/clean_water_household_rate").get_json()
    assert {(t["scope"], t["operator"], t["low"]) for t in detail["targets"]} == {
        ("urban", "ge", 100),
        ("rural", "ge", 95),
    }
    assert detail["definition"]
    assert "district" in detail["periods"]["2024"]


def test_both_of_two_disagreeing_goals_are_listed_the_appendix_first(client: FlaskClient) -> None:
    detail = client.get("/api/v1/indicators/grdp_per_capita?lang=en").get_json()
    assert [(t["low"], t["high"], t["due"], t["timing"]) for t in detail["targets"]] == [
        (160.8, 162, "2024-12-31", "point_in_time"),
        (160, 162, "2024-12-31", "point_in_time"),
    ]
    assert all(target["note"].startswith("The resolution disagrees with itself") for target in detail["targets"])


def test_a_goal_names_the_areas_that_it_is_set_for(client: FlaskClient) -> None:
    detail = client.get("/api/v1/indicators/district_upgrade_plan").get_json()
    assert [target["areas"] for target in detail["targets"]] == [
        [{"edition": "2024", "code": "274"}, {"edition": "2024", "code": "020"}]
    ]


def test_areas_need_an_edition_because_codes_are_reused(client: FlaskClient) -> None:
    answer = client.get("/api/v1/areas?level=commune")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["parameter"] == "edition"
    assert answer.get_json()["allowed"] == ["2024", "2025-07"]


def test_the_same_code_is_another_place_in_another_edition(client: FlaskClient) -> None:
    names = [
        next(area["name"] for area in client.get(f"/api/v1/areas?edition={edition}&level=commune").get_json()["areas"]
             if area["code"] == "00004")
        for edition in ("2024", "2025-07")
    ]  # fmt: skip
    assert names == ["Phường Trúc Bạch", "Phường Ba Đình"]


def test_areas_are_found_by_parent_and_by_name_without_diacritics(client: FlaskClient) -> None:
    of_parent = client.get("/api/v1/areas?edition=2024&parent=001").get_json()["areas"]
    assert len(of_parent) == 14
    found = client.get("/api/v1/areas?edition=2024&level=district&q=hoai duc").get_json()["areas"]
    assert [area["name"] for area in found] == ["Huyện Hoài Đức"]


def test_ntm_titles_cover_382_of_383_communes_in_three_classes(client: FlaskClient) -> None:
    body = client.get(NTM).get_json()
    assert body["coverage"] == {"with_value": 382, "total": 383}
    assert [entry["count"] for entry in body["legend"]] == [244, 84, 54]
    assert len(body["areas"]) == 579
    reasons = [area["reason"] for area in body["areas"]]
    assert Counter(reasons) == {"not_applicable": 196, "not_collected": 1, "no_target": 382}


def test_every_area_in_a_class_lies_within_its_limits(client: FlaskClient) -> None:
    body = client.get("/api/v1/values?indicator=population_density&edition=2025-07&level=commune").get_json()
    assert body["coverage"] == {"with_value": 126, "total": 126}
    for area in body["areas"]:
        entry = body["legend"][area["class_index"]]
        assert entry["lower"] is None or entry["lower"] <= area["value"]
        assert entry["upper"] is None or area["value"] < entry["upper"]
    assert sum(entry["count"] for entry in body["legend"]) == 126


def test_a_year_finds_a_month_within_it(client: FlaskClient) -> None:
    body = client.get("/api/v1/values?indicator=population&edition=2025-07&level=commune&period=2025").get_json()
    assert {area["period"] for area in body["areas"]} == {"2025-07"}


def test_plans_are_never_figures(client: FlaskClient) -> None:
    url = "/api/v1/values?indicator=communes_planned_water_network&edition=2024&level=district&period=2023"
    body = client.get(url).get_json()
    assert {area["value"] for area in body["areas"]} == {None}


def test_zero_is_a_value(client: FlaskClient) -> None:
    url = "/api/v1/values?indicator=poor_households&edition=2024&level=district&period=2024"
    body = client.get(url).get_json()
    assert body["coverage"] == {"with_value": 30, "total": 30}
    assert {area["value"] for area in body["areas"]} == {0}


def test_csv_holds_the_same_figures_with_codes_as_text(client: FlaskClient) -> None:
    answer = client.get(NTM.replace("values?", "values.csv?"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    areas = client.get(NTM).get_json()["areas"]
    assert [row["code"] for row in rows] == [area["code"] for area in areas]
    assert rows[0]["code"] == "00001"
    for row, area in zip(rows, areas, strict=True):
        assert (float(row["value"]) if row["value"] else None) == area["value"]
        assert row["status"] == area["status"]
        assert (row["source"] != "") == (area["value"] is not None)
    assert answer.data == client.get(NTM.replace("/api/v1/values?", "/download/values.csv?")).data


@pytest.mark.parametrize(
    ("url", "status", "named"),
    [
        ("/api/v1/indicators/ntm_titel", 404, "ntm_title"),
        ("/api/v1/values?indicator=ntm_title&edition=2023&level=commune", 404, "2024"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=ward", 404, "commune"),
        ("/api/v1/values?indicator=ntm_title&edition=2025-07&level=district", 400, "commune"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=district", 400, "commune"),
        ("/api/v1/values?indicator=ntm_title&edition=2024", 400, "level"),
        ("/api/v1/values?edition=2024&level=commune", 400, "indicator"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=commune&period=24", 400, "YYYY"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=commune&period=2024-02-31", 400, "YYYY"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=commune&stratum=rural", 400, "all"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=commune&stratum=", 400, "all"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=commune&year=2024", 400, "period"),
        ("/api/v1/values?indicator=ntm_title&edition=2024&level=commune&level=city", 400, "one value"),
        ("/api/v1/areas?edition=2024&parent=999", 404, "area of edition 2024"),
        ("/api/v1/nothing", 404, "Không tìm thấy"),
        ("/api/v1/editions?lang=fr", 400, "en"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_names_what_can(client: FlaskClient, url: str, status: int, named: str) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.get_json())
    assert named in answer.get_data(as_text=True)


def test_english_is_english(client: FlaskClient) -> None:
    vi, en = (client.get(f"{NTM}{lang}").get_json()["areas"][0]["name"] for lang in ("", "&lang=en"))
    assert (vi, en) == ("Phường Phúc Xá", "Phúc Xá ward")


def test_the_same_question_gives_304_until_the_data_change(client: FlaskClient) -> None:
    first = client.get(NTM, headers={"Accept-Encoding": "br"})
    again = client.get(NTM, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["ETag"] != client.get(NTM, headers={"Accept-Encoding": "gzip"}).headers["ETag"]


def test_a_source_of_low_quality_is_never_a_link(client: FlaskClient) -> None:
    view = client.get("/map/population.json?edition=2024&level=district").get_json()
    assert any(source["secondary"] for source in view["sources"])
    detail = client.get(f"{view['detail']}&code=001").get_json()
    assert [(figure["source"]["secondary"], figure["source"]["url"]) for figure in detail["figures"]] == [(True, None)]
