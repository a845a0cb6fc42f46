"""What the service writes into its own workbooks, as the intake has to know it to take them in again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, g

from boundaries.areas import Places
from boundaries.names import folded
from indicators.catalogue import Catalogue
from indicators.intake.words import Words
from webapp.exports.records import COLUMNS
from webapp.i18n import LANGUAGES
from webapp.i18n import gettext as _
from webapp.words import FIRMNESS, STRATA, level_text, status_text, stratum_text

FIELDS = {"indicator": "indicator_id", "edition": "edition", "level": "level", "code": "area_code", "name": "area_name",
          "parent_name": "parent_name", "stratum": "stratum", "asked": "asked", "period": "period", "value": "value",
          "qualifier": "qualifier", "value_high": "value_high", "numerator": "numerator", "denominator": "denominator",
          "unit": "unit", "status": "status", "carried": "carried", "source_id": "source_id", "note": "note",
          "note_vi": "note_vi", "note_en": "note_en"}  # fmt: skip
"""Columns of the service's files that the intake reads, with the names of its fields."""


def own_words(places: Places, catalogue: Catalogue) -> Words:
    """Headings, words for codes and titles of sheets of workbooks in every language."""
    headings: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    figures, about = set(), set()
    for lang in LANGUAGES:
        with current_app.test_request_context("/"):
            g.lang = lang
            headings |= _headings(catalogue, lang)
            for name, words in _codes(places).items():
                codes.setdefault(name, {}).update({folded(text): code for text, code in words.items()})
            figures.add(folded(_("Số liệu")))
            about.add(folded(_("Mô tả")))
    return Words(headings, codes, frozenset(figures), frozenset(about))


def _headings(catalogue: Catalogue, lang: str) -> dict[str, str]:
    """Headings with their fields; that of the figures may have the unit behind it."""
    titles = {column.name: _(column.title) for column in COLUMNS}
    units = {getattr(unit, f"name_{lang}") for unit in catalogue.units.values()}
    return {
        **{folded(titles[name]): field for name, field in FIELDS.items()},
        **{folded(f"{titles['value']} ({unit})"): "value" for unit in units},
    }


def _codes(places: Places) -> Mapping[str, dict[str, str]]:
    """The words for the codes of each field that has some."""
    return {
        "level": {
            level_text(places, edition, level): level for edition in places.editions for level in places.levels(edition)
        },
        "stratum": {stratum_text(stratum): stratum for stratum in STRATA},
        "status": {status_text(status): status for status in FIRMNESS},
        "qualifier": {_("khoảng"): "range"},
    }
