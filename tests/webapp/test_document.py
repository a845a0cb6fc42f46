"""The kit of document pages: menu, languages, sources, reports of errors."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient

from indicators.models import Source
from webapp.db import snapshot
from webapp.document import Citations, language_urls, report_address
from webapp.navigation import ENTRIES, link, navigation
from webapp.settings import BadSetting, read_settings


def test_the_menu_shows_only_pages_that_exist(app: Flask) -> None:
    with app.test_request_context("/"):
        shown = [entry.name for entry in navigation()]
    assert shown == [entry.name for entry in ENTRIES if entry.endpoint in app.view_functions]
    assert shown[0] == "Bản đồ"


def test_the_menu_marks_the_page_and_its_family(app: Flask) -> None:
    with app.test_request_context("/"):
        assert navigation()[0].current == "page"
    with app.test_request_context("/map/population"):
        assert navigation()[0].current == "true"
    with app.test_request_context("/no-such-page"):
        assert {entry.current for entry in navigation()} == {""}


def test_of_two_pages_of_a_family_only_the_one_shown_is_marked(app: Flask) -> None:
    with app.test_request_context("/about"):
        assert [entry.name for entry in navigation() if entry.current] == ["Về số liệu"]
    with app.test_request_context("/en/areas"):
        g.lang = "en"
        assert [(entry.name, entry.current) for entry in navigation() if entry.current] == [("Areas", "page")]


def test_links_stay_in_the_language(app: Flask) -> None:
    with app.test_request_context("/en/"):
        g.lang = "en"
        assert link("maps.show", indicator="population", period="2024") == "/en/map/population?period=2024"


def test_a_page_keeps_its_question_in_the_other_language(app: Flask) -> None:
    with app.test_request_context("/en/map/population?period=2024&edition=2025-07"):
        assert language_urls() == {
            "vi": "/map/population?edition=2025-07&period=2024",
            "en": "/en/map/population?edition=2025-07&period=2024",
        }


def test_sources_are_numbered_in_the_order_of_naming_and_secondary_ones_never_link(app: Flask) -> None:
    def source(key: str, quality: str) -> Source:
        return Source(id=key, publisher="Báo", title="Bài", title_origin="stated", url="https://example.org/x",
                      published=dt.date(2024, 7, 1), kind="article", quality=quality)  # fmt: skip

    with app.test_request_context("/"):
        catalogue = dataclasses.replace(
            snapshot().catalogue, sources={"a": source("a", "mirror"), "b": source("b", "press")}
        )
        cite = Citations(catalogue)
        assert [cite("b"), cite("a"), cite("b")] == [1, 2, 1]
        assert [item["url"] for item in cite.items] == ["https://example.org/x", None]
        html = render_template_string('{% import "_kit.html" as kit %}{{ kit.source_list(items) }}', items=cite.items)
        with pytest.raises(KeyError):
            cite("nobody")
    assert html.count("<a ") == 1
    assert html.count('class="flag"') == 1


@pytest.mark.parametrize(
    ("where", "address"),
    [
        ("", None),
        ("mailto:a@example.org", "mailto:a@example.org?subject=B%C3%A1o%20l%E1%BB%97i%20s%E1%BB%91%20li%E1%BB%87u%3A%20"
         "%2Fmap%2Fx%3Fa%3D1&body=%2Fmap%2Fx%3Fa%3D1"),
        ("https://example.org/report", "https://example.org/report?page=%2Fmap%2Fx%3Fa%3D1"),
        ("https://example.org/?form=2", "https://example.org/?form=2&page=%2Fmap%2Fx%3Fa%3D1"),
    ],
)  # fmt: skip
def test_reports_carry_the_page(app: Flask, monkeypatch: pytest.MonkeyPatch, where: str, address: str | None) -> None:
    monkeypatch.setitem(app.config, "REPORT_TO", where)
    with app.test_request_context("/map/x?a=1", headers={"Host": "evil.example"}):
        assert report_address() == address


def test_reports_go_by_mail_or_to_a_secure_page_only() -> None:
    assert read_settings({"REPORT_TO": "mailto:a@example.org"})["REPORT_TO"] == "mailto:a@example.org"
    with pytest.raises(BadSetting, match="REPORT_TO"):
        read_settings({"REPORT_TO": "javascript:alert(1)"})


KIT = '{% import "_kit.html" as kit %}'
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "call",
    [
        "kit.chip('met', x, x)",
        "kit.missing('not_collected', x)",
        "kit.figure({'value': x, 'unit': x, 'period': x, 'flags': [x], 'tags': [x], 'note': x})",
        "kit.facts([{'name': x, 'value': x, 'unit': x, 'note': x}])",
        "kit.group(x, 3)",
        "kit.breadcrumb([{'name': x}])",
        "kit.downloads([{'label': x, 'href': x, 'detail': x}])",
    ],
)
def test_no_component_lets_text_become_markup(app: Flask, call: str) -> None:
    with app.test_request_context("/"):
        html = render_template_string(f"{KIT}{{{{ {call} }}}}", x=HOSTILE)
    assert "<img" not in html
    assert "&lt;img" in html


@pytest.mark.parametrize(
    "status", ["met", "partly_met", "not_met", "on_track", "behind", "off_track", "not_assessable"]
)
def test_every_status_has_its_own_drawing_beside_its_word(app: Flask, status: str) -> None:
    with app.test_request_context("/"):
        html = render_template_string(KIT + "{{ kit.symbols() }}{{ kit.chip(status, 'Word') }}", status=status)
    assert html.count(f'id="s-{status}"') == 1
    assert f'href="#s-{status}"' in html
    assert "Word</span>" in html


@pytest.mark.parametrize("path", ["/board", "/ntm", "/en/upgrades", "/areas/2024/274", "/resolution"])
def test_the_number_of_a_source_never_begins_a_line(client: FlaskClient, path: str) -> None:
    """A space that does not break stands before the first number; further ones may go to the next line."""
    before = re.findall(r'(.{5})<a class="ref"', client.get(path).get_data(as_text=True), re.DOTALL)
    assert before
    assert {text for text in before if text[-1] != "\u00a0" and text[-5:] != "</a> " and text[-1] != ">"} == set()
