"""The map page without scripts: a table, switches that are links, a permalink, plain words where nothing is known."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.security import policy


def view_of(html: str) -> dict[str, object]:
    """The view embedded in a page."""
    match = re.search(r'<script type="application/json" id="view">(.*?)</script>', html, re.DOTALL)
    assert match is not None
    found: dict[str, object] = json.loads(match[1])
    return found


def test_the_first_page_opens_ntm_titles_by_commune(client: FlaskClient) -> None:
    view = view_of(client.get("/").get_data(as_text=True))
    assert (view["indicator"], view["edition"], view["level"]) == ("ntm_title", "2024", "commune")


def test_the_page_and_its_compact_form_say_the_same(client: FlaskClient) -> None:
    query = "?edition=2025-07&level=commune&period=2025"
    page = view_of(client.get(f"/map/population_density{query}").get_data(as_text=True))
    assert page == client.get(f"/map/population_density.json{query}").get_json()
    assert page["url"] == f"/map/population_density{query}"


def test_without_scripts_every_value_is_in_the_table(client: FlaskClient) -> None:
    html = client.get("/map/population_density?edition=2025-07&level=commune").get_data(as_text=True)
    values = client.get("/api/v1/values?indicator=population_density&edition=2025-07&level=commune").get_json()
    cells = re.findall(r'<th scope="row">(.*?)</th>.*?<td class="r">(.*?)</td></tr>', html)
    shown = {unescape(name): unescape(value) for name, value in cells}
    assert shown == {area["name"]: f"{int(area['value'] + 0.5):,}".replace(",", ".") for area in values["areas"]}


@pytest.mark.parametrize("path", ["/", "/en/", "/map/ntm_title", "/map/area_km2?edition=2024&level=commune"])
def test_a_page_weighs_at_most_30_kb_compressed(client: FlaskClient, path: str) -> None:
    assert len(gzip.compress(client.get(path).data)) <= 30_000


@pytest.mark.parametrize(
    "edition_level", ["edition=2024&level=commune", "edition=2025-07&level=commune", "edition=2024&level=district"]
)
def test_a_switch_costs_at_most_5_kb(app: Flask, client: FlaskClient, edition_level: str) -> None:
    for indicator in client.get("/api/v1/indicators").get_json()["indicators"]:
        answer = client.get(f"/map/{indicator['id']}.json?{edition_level}", headers={"Accept-Encoding": "br"})
        if answer.status_code == 200:
            assert len(answer.data) <= 5_000, indicator["id"]


def test_what_nobody_has_published_is_said_plainly(client: FlaskClient) -> None:
    view = client.get("/map/waste_same_day_collection_rate.json").get_json()
    assert view["symbol"] is None
    assert view["empty"]["title"] == "Chưa ai công bố số liệu này"
    assert [row["value"] for row in view["empty"]["rows"]] == ["100\u00a0%", "95–100\u00a0%"]
    assert view["empty"]["links"]


def test_every_indicator_has_a_page_in_both_languages(client: FlaskClient) -> None:
    for indicator in client.get("/api/v1/indicators").get_json()["indicators"]:
        for prefix in ("", "/en"):
            assert client.get(f"{prefix}/map/{indicator['id']}").status_code == 200, indicator["id"]


def test_the_only_inline_script_is_named_in_the_policy(client: FlaskClient) -> None:
    answer = client.get("/")
    scripts = re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", answer.get_data(as_text=True), re.DOTALL
    )
    assert len(scripts) == 1
    assert answer.headers["Content-Security-Policy"] == policy(scripts[0])


def test_no_page_styles_or_handles_events_inline(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    assert re.search(r"<[^>]+\s(style|on[a-z]+)=", html) is None


def test_the_same_page_is_the_same_bytes_and_gives_304(client: FlaskClient) -> None:
    first = client.get("/map/ntm_title")
    assert client.get("/map/ntm_title", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_unknown_indicator_is_a_page_with_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/map/ntm_titel")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "ntm_title" in answer.get_data(as_text=True)


def test_hints_of_an_error_are_links_with_names(client: FlaskClient) -> None:
    page = client.get("/map/ntm_titel?level=commune").get_data(as_text=True)
    assert '<a href="/map/ntm_title?level=commune">Danh hiệu nông thôn mới của xã</a>' in page
    page = client.get("/en/map/ntm_title?edition=2023&level=commune").get_data(as_text=True)
    assert '<a href="/en/map/ntm_title?edition=2024&amp;level=commune">boundaries of 2024</a>' in page
    assert client.get("/en/map/ntm_title?edition=2024&level=commune").status_code == 200


def test_a_form_of_a_period_is_no_link(client: FlaskClient) -> None:
    page = client.get("/map/ntm_title?period=last-year").get_data(as_text=True)
    assert "<li>YYYY-MM</li>" in page


def test_a_figure_of_the_whole_city_stands_with_all_earlier_ones(client: FlaskClient) -> None:
    view = client.get("/map/health_insurance_coverage.json?edition=2024&level=city").get_json()
    assert view["empty"]["title"] == "Số liệu toàn thành phố"
    assert [(row["label"], row["value"]) for row in view["empty"]["rows"][1:]] == [
        ("2024, theo báo cáo", ">\u00a095,00\u00a0%"),
        ("02/2024, theo báo cáo", "89,61\u00a0%"),
        ("2018, theo báo cáo", "86,06\u00a0%"),
    ]
    assert view["empty"]["rows"][3]["share"] == pytest.approx(86.06 / 95, abs=1e-4)
    assert view["coverage"] == "Có số liệu toàn thành phố."


def test_impossible_choices_stay_visible_with_their_reason(client: FlaskClient) -> None:
    view = client.get("/map/population_density.json?edition=2025-07&level=commune").get_json()
    levels = {option["label"]: option for option in next(s for s in view["switches"] if s["id"] == "level")["options"]}
    assert levels["Quận, huyện"]["disabled"]
    assert levels["Quận, huyện"]["reason"] == "Cấp này không còn từ 01/07/2025"


def test_every_link_of_the_switches_answers(client: FlaskClient) -> None:
    for start in ("ntm_title", "population", "income_per_capita", "clean_water_population_rate"):
        view = client.get(f"/map/{start}.json").get_json()
        for switch in view["switches"]:
            for option in switch["options"]:
                assert (option["href"] is None) == option["disabled"]
                assert option["disabled"] or client.get(option["href"]).status_code == 200, option


def test_headers_harden_every_answer(client: FlaskClient) -> None:
    for path in ("/", "/map/none", "/api/v1/editions", "/api/v1/none", "/healthz", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
