"""Sources: all of them, counted, copies never linked; the page about the figures explains every mark."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from indicators.models import Observation
from indicators.reasons import MISSING, STATUSES
from webapp import create_app
from webapp.db import session, snapshot
from webapp.source_list import count_uses
from webapp.words import reason_text


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True))


def test_every_figure_is_counted_once(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        uses, told = count_uses(snapshot()), session()
        stored = told.scalar(select(func.count()).select_from(Observation))
    assert sum(use.figures for use in uses.values()) == stored
    table = page(client, "/sources").split('id="kinds"')[1].split("</table>")[0]
    counts = [int(text.replace(".", "")) for text in re.findall(r'data-label="Con số">([\d.]+)<', table)]
    assert sum(counts) == stored


def test_all_sources_are_listed_and_copies_are_never_linked(app: Flask, client: FlaskClient) -> None:
    html = page(client, "/sources")
    with app.test_request_context("/"):
        sources = list(snapshot().catalogue.sources.values())
    for source in sources:
        assert source.title in html
        if source.quality in ("mirror", "tertiary"):
            assert f'href="{source.url}"' not in html, source.id
    assert html.count("cần đối chiếu, không dẫn liên kết") == sum(
        source.quality in ("mirror", "tertiary") for source in sources
    )


def test_the_list_is_narrowed_by_quality_and_words(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        sources = list(snapshot().catalogue.sources.values())
    mirrors = page(client, "/sources?quality=mirror")
    assert mirrors.count("<li><div>") == sum(source.quality == "mirror" for source in sources)
    assert 0 < page(client, "/sources?q=kinh+te").count("<li><div>") < len(sources)
    assert "Không có nguồn nào hợp" in page(client, "/sources?q=zzz")
    assert client.get("/sources?quality=good").status_code == 400


def test_about_explains_every_gap_and_every_status(app: Flask, client: FlaskClient) -> None:
    html = page(client, "/about")
    with app.test_request_context("/"):
        for reason in MISSING:
            assert reason_text(reason) in html
    for words in STATUSES.values():
        assert words[0] in html
        assert words[1] in page(client, "/en/about")
    assert "không có giá trị pháp lý" in html
    assert "no legal" in page(client, "/en/about") or "without legal" in page(client, "/en/about")


def test_errors_are_reported_from_every_page_where_an_address_is_set(app: Flask) -> None:
    address = "https://example.org/report"
    settings = {"TESTING": True, "DATABASE_URL": app.config["DATABASE_URL"], "REPORT_TO": address}
    client = create_app(settings).test_client()
    paths = ("/sources", "/about", "/indicators", "/indicators/population", "/two-maps", "/map/population", "/board")
    for path in (*paths, *(f"/en{path}" for path in paths)):
        assert "https://example.org/report?page=%2F" in page(client, path), path
