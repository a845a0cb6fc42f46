"""Two questions in one address: what is left out, one key, figures side by side, links that stay with the pair."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from boundaries.models import Area
from indicators.observations import Figure
from indicators.table import AreaFigure
from webapp.security import policy
from webapp.two_maps import difference_text

PEOPLE = "a=population,edition=2024,level=district,period=2013&b=population,edition=2024,level=district,period=2018"
TITLES = ("a=ntm_title,edition=2024,level=commune,period=2024&"
          "b=ntm_title,edition=2025-07,level=commune,period=2024,display=composition")  # fmt: skip
MIXED = "a=population_density,edition=2024,level=district&b=poor_households,edition=2024,level=district"


def page(client: FlaskClient, query: str = "", prefix: str = "") -> str:
    answer = client.get(f"{prefix}/two-maps?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def sides(html: str) -> list[str]:
    """Both questions, from the address of the page in the other language or its own key tables."""
    link = unescape(re.findall(r'href="(/en/two-maps[^"]*|/two-maps[^"]*)"[^>]*hreflang', html)[0])
    asked = parse_qs(urlsplit(link).query)
    return [asked.get(name, [""])[0] for name in ("a", "b")]


def test_without_a_question_it_is_two_years_of_the_first_indicator(client: FlaskClient) -> None:
    html = page(client)
    assert html.count('class="folium-map"') == 2
    assert "đến hết 2024" in html
    assert "đến hết 2025" in html


def test_what_is_left_out_is_what_a_map_is_usually_held_against(client: FlaskClient) -> None:
    html = page(client, "b=population,edition=2024,level=district,period=2018")
    assert re.search(r'<h2>Dân số</h2>\s*<p class="meta"><span>người</span>.*?<span>20\d\d</span>', html)
    assert 'aria-current="true">Hai thời điểm</a>' in html


def test_one_indicator_has_one_key_with_the_counts_of_both_maps(client: FlaskClient) -> None:
    html = page(client, PEOPLE)
    key = html.split('id="key"')[1].split("</table>")[0]
    rows = re.findall(
        r"<th scope=\"row\">.*?</span> (.*?)</th><td class=\"r\">(\d+)</td><td class=\"r\">(\d+)</td>", key
    )
    left = client.get("/map/population.json?edition=2024&level=district&period=2013").get_json()["classes"]
    right = client.get("/map/population.json?edition=2024&level=district&period=2018").get_json()["classes"]
    counts = [(one["label"], str(one["count"]), str(two["count"])) for one, two in zip(left, right, strict=True)]
    assert rows[: len(counts)] == counts


def test_two_indicators_have_a_ramp_each(client: FlaskClient) -> None:
    html = page(client, MIXED)
    key = html.split('id="key"')[1].split("</section>")[0]
    assert 'class="sw a' in key
    assert 'class="sw b' in key


def test_the_second_ramp_is_only_for_what_would_share_the_first(client: FlaskClient) -> None:
    """Titles have colours of their own, so shares beside them keep the usual ramp."""
    key = page(client, TITLES).split('id="key"')[1].split("</section>")[0]
    assert 'class="sw n' in key
    assert 'class="sw a' in key
    assert 'class="sw b' not in key


def test_figures_of_the_same_units_stand_in_one_table_with_their_difference(client: FlaskClient) -> None:
    """Five districts have no poor household in either year; of the others one year or both are missing."""
    asked = "poor_households,edition=2024,level=district,period="
    table = page(client, f"a={asked}2022&b={asked}2024").split('id="pairs"')[1].split("</table>")[0]
    rows = dict(re.findall(r'<tr data-code="(\d+)">.*?<td class="r">([^<]*)</td></tr>', table))
    assert len(rows) == 30
    assert {code for code, text in rows.items() if text == "0"} == {"017", "018", "020", "273", "274"}
    assert {text for text in rows.values() if text != "0"} == {""}


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [((5, None), (3.4, None), "−1,6"), ((3.4, None), (5, None), "+1,6"), ((5, None), (5.04, None), "0,0"),
     ((5, "ge"), (9, None), None), ((5, None), None, None)],
)  # fmt: skip
def test_a_difference_is_signed_and_only_of_exact_figures(
    app: Flask, first: tuple[float, str | None], second: tuple[float, str | None] | None, wanted: str | None
) -> None:
    def row(given: tuple[float, str | None] | None) -> AreaFigure:
        figure = given and Figure("2024", given[0], given[1], None, "final", "source", None, None)
        return AreaFigure(Area(code="1"), figure, None if figure else "not_collected", None, ())

    with app.test_request_context("/"):
        assert difference_text(row(first), row(second), 1) == wanted


def test_figures_of_different_units_stand_in_two_tables(client: FlaskClient) -> None:
    html = page(client, TITLES)
    assert 'id="pairs"' not in html
    assert html.count('<tr><th scope="row">') >= 579 + 126


def test_every_switch_stays_with_the_pair_and_answers(client: FlaskClient) -> None:
    for query in (PEOPLE, TITLES, MIXED):
        html = page(client, query)
        links = {unescape(link) for link in re.findall(r'href="(/two-maps[^"]+)"', html)}
        assert len(links) > 5
        for link in links:
            assert client.get(link).status_code == 200, link
            assert set(parse_qs(urlsplit(link).query)) == {"a", "b"}


def test_a_choice_of_indicator_is_a_form_that_keeps_the_other_side(client: FlaskClient) -> None:
    html = page(client, PEOPLE)
    first, second = re.findall(r'<input type="hidden" name="(.)" value="([^"]*)">', html)
    assert first == ("b", "population,edition=2024,level=district,period=2018")
    assert second == ("a", "population,edition=2024,level=district,period=2013")
    assert "<optgroup" in html


def test_one_inline_script_mounts_both_maps_and_is_named_in_the_policy(client: FlaskClient) -> None:
    answer = client.get(f"/two-maps?{PEOPLE}")
    scripts = re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", answer.get_data(as_text=True), re.DOTALL
    )
    assert len(scripts) == 1
    assert scripts[0].count("mount(map_") == 2
    assert answer.headers["Content-Security-Policy"] == policy(scripts[0])


@pytest.mark.parametrize(
    "query", ["a=nothing", "a=population,edition", "a=population,edition=1999", "b=population,level=x"]
)
def test_a_question_that_cannot_be_asked_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/two-maps?{query}").status_code in (400, 404)


def test_both_languages_lead_to_the_same_pair(client: FlaskClient) -> None:
    assert sides(page(client, PEOPLE)) == sides(page(client, PEOPLE, "/en"))
    assert "Figures side by side" in page(client, PEOPLE, "/en")


def test_the_map_page_leads_to_the_pair(client: FlaskClient) -> None:
    view = client.get("/map/population.json?edition=2024&level=district&period=2018").get_json()
    assert view["two_maps"] == "/two-maps?b=population,edition=2024,level=district,period=2018"
    assert client.get(view["two_maps"]).status_code == 200
