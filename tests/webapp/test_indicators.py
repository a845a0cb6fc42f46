"""Pages of indicators against the catalogue and the figures: every one answers, counts and goals are the real ones."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from indicators.models import Observation
from webapp.db import session, snapshot
from webapp.i18n import localised
from webapp.indicator_page import build_indicator, count_sources
from webapp.indicator_words import method_sentences, weight_text
from webapp.words import goal_locator_text

CELL = re.compile(
    r'<a class="cell" href="([^"]+)"><span class="sw a\d" aria-hidden="true"></span>([\d.]+)/([\d.]+)</a>'
)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_indicator_has_a_page_that_names_and_defines_it(app: Flask, client: FlaskClient, prefix: str) -> None:
    with app.test_request_context(f"{prefix}/indicators"):
        app.preprocess_request()
        data = snapshot()
        said = {
            row.id: (localised(row, "name"), localised(row, "definition"))
            for row in data.catalogue.indicators.values()
        }  # fmt: skip
        text = {
            row.id: [(goal_locator_text(each.goal), localised(each, "text")) for each in data.catalogue.stated(row.id)]
            for row in data.catalogue.indicators.values()
        }
    listed = page(client, f"{prefix}/indicators")
    for indicator, (name, definition) in said.items():
        html = page(client, f"{prefix}/indicators/{indicator}")
        assert f"<h1>{name}</h1>" in html
        assert definition in html
        assert f'href="{prefix}/indicators/{indicator}"' in listed
        assert f'href="{prefix}/map/{indicator}' in html
        for locator, words in text[indicator]:
            assert locator in html
            assert words in html


def test_figures_of_all_pages_are_all_figures(app: Flask) -> None:
    with app.test_request_context("/"):
        data, told = snapshot(), session()
        counted = sum(sum(count_sources(data, row).values()) for row in data.catalogue.indicators.values())
        stored = told.scalar(select(func.count()).select_from(Observation))
    assert counted == stored


@pytest.mark.parametrize("indicator", ["health_insurance_coverage", "population", "ntm_title", "poor_households"])
def test_a_cell_of_the_coverage_is_what_its_map_has(client: FlaskClient, indicator: str) -> None:
    cells = CELL.findall(page(client, f"/indicators/{indicator}"))
    assert cells
    for href, have, total in cells:
        asked = urlsplit(href)
        table = client.get(f"/api/v1/values?indicator={asked.path.removeprefix('/map/')}&{asked.query}")
        assert table.status_code == 200, href
        coverage = table.get_json()["coverage"]
        assert int(have.replace(".", "")) <= coverage["with_value"], href
        assert int(total.replace(".", "")) == coverage["total"], href


def test_an_indicator_without_figures_says_so_and_offers_no_files(client: FlaskClient) -> None:
    html = page(client, "/indicators/third_child_birth_rate")
    assert "Chưa ai công bố số liệu này" in html
    assert 'id="files"' not in html
    assert 'id="spread"' not in html


def test_the_city_has_every_published_figure(app: Flask, client: FlaskClient) -> None:
    html = page(client, "/indicators/health_insurance_coverage")
    with app.test_request_context("/"):
        data = snapshot()
        view = build_indicator(data, data.catalogue.indicator("health_insurance_coverage"))
    rows = view["city"][0]["rows"]
    assert len(rows) == 3
    for row in rows:
        assert row["value"] in html
        assert row["source"] in html


def test_the_distribution_names_its_ends(client: FlaskClient) -> None:
    html = page(client, "/indicators/population")
    spread = html.split('id="spread"')[1].split("</section>")[0]
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="r">([^<]+)</td>', spread))
    assert list(rows) == ["Thấp nhất", "Ở giữa", "Cao nhất"]
    assert all("người" in value for value in rows.values())


def test_every_method_and_weight_has_words(app: Flask) -> None:
    with app.test_request_context("/"):
        catalogue = snapshot().catalogue
        for row in catalogue.indicators.values():
            assert all(method_sentences(catalogue, row)), row.id
            assert not row.weight or weight_text(row.weight) != row.weight, row.weight


def test_the_list_is_narrowed_by_tier_words_and_figures(client: FlaskClient) -> None:
    def found(query: str) -> set[str]:
        return set(re.findall(r'<li><div><a href="/indicators/([a-z0-9_]+)">', page(client, f"/indicators{query}")))

    everything = found("")
    assert len(everything) == 107
    tiers = [found(f"?tier={tier}") for tier in ("appendix", "body", "supporting")]
    assert sum(map(len, tiers)) == 107
    assert set.union(*tiers) == everything
    known = found("?known=1")
    assert known < everything
    assert "third_child_birth_rate" not in known
    assert found("?q=ho+ngheo") >= {"poor_households", "poor_household_rate"}
    assert found("?q=zzz") == set()


@pytest.mark.parametrize(("query", "known"), [("?tier=x", "appendix"), ("?known=2", "1"), ("?other=1", "tier")])
def test_an_unknown_choice_is_refused_with_what_is_known(client: FlaskClient, query: str, known: str) -> None:
    answer = client.get(f"/indicators{query}")
    assert answer.status_code == 400
    assert known in answer.get_data(as_text=True)


def test_an_unknown_indicator_has_no_page(client: FlaskClient) -> None:
    assert client.get("/indicators/nothing").status_code == 404
