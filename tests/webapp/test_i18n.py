"""Every Vietnamese string of the source has an English one, and numbers read as each reader expects."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, g

from webapp.i18n import CATALOGUE, after_number, date, number, period_text, quantity, types_text, unbroken
from webapp.settings import ROOT

METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "gettext": None, "N_": None}


def messages() -> set[str]:
    """All strings marked for translation in the source."""
    found = extract_from_dir(str(ROOT / "webapp"), METHODS, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _file, _line, message, _comments, _context in found}


def catalogue() -> dict[str, str]:
    """English by Vietnamese."""
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_every_string_has_an_english_one_and_none_is_left_over() -> None:
    assert {key for key, value in catalogue().items() if value} == messages()


def test_placeholders_are_the_same_in_both_languages() -> None:
    for vietnamese, english in catalogue().items():
        assert sorted(re.findall(r"%\(\w+\)s", vietnamese)) == sorted(re.findall(r"%\(\w+\)s", english)), vietnamese


@pytest.fixture(params=["vi", "en"])
def lang(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    """A request in each language."""
    with app.test_request_context("/"):
        g.lang = request.param
        yield request.param


def test_numbers_follow_the_language(lang: str) -> None:
    assert number(1234.5, 1) == {"vi": "1.234,5", "en": "1,234.5"}[lang]
    assert number(-0.5, 1) == {"vi": "−0,5", "en": "−0.5"}[lang]
    assert number(-0.001, 1) == {"vi": "0,0", "en": "0.0"}[lang]
    assert number(2.5, 0) == "3"
    assert quantity(4.2, 1, "%", "range", 4.6) == {"vi": "4,2–4,6\u00a0%", "en": "4.2–4.6%"}[lang]
    assert quantity(95, 0, "%", "ge") == {"vi": "≥\u00a095\u00a0%", "en": "≥\u00a095%"}[lang]
    assert quantity(1.5, 1, "km²") == {"vi": "1,5\u00a0km²", "en": "1.5\u00a0km²"}[lang]
    assert (quantity(3, 0, ""), after_number("")) == ("3", "")


def test_no_text_has_a_space_before_an_english_per_cent_sign() -> None:
    spaced = re.compile(r"(\d|\)s)[ \u00a0]%(?!\()")
    assert [english for english in catalogue().values() if spaced.search(english)] == []
    assert any(spaced.search(vietnamese) for vietnamese in catalogue())


def test_dates_and_periods_are_day_month_year(lang: str) -> None:
    assert date(dt.date(2024, 12, 31)) == "31/12/2024"
    assert date(None) == ""
    assert [period_text(p) for p in ("2024", "2025-07", "2024-12-31")] == ["2024", "07/2025", "31/12/2024"]


def test_one_unit_is_named_in_the_singular(lang: str) -> None:
    assert types_text(["thị xã"], 1) == {"vi": "thị xã", "en": "town"}[lang]
    assert types_text(["xã", "phường"]) == {"vi": "phường, xã", "en": "wards, communes"}[lang]


def test_numbers_and_what_they_number_are_kept_on_one_line_and_all_else_is_escaped() -> None:
    assert unbroken("giảm 300–400 hộ (Điều 2)") == 'giảm <span class="nowrap">300–400</span> hộ (Điều\u00a02)'
    assert unbroken("từ 10,5–11,5, đến") == 'từ <span class="nowrap">10,5–11,5</span>, đến'
    assert unbroken("Nghị quyết 31/NQ-HĐND <b>") == 'Nghị quyết <span class="nowrap">31/NQ-HĐND</span> &lt;b&gt;'
