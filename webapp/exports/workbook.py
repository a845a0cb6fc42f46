"""XLSX of one map's figures: a sheet to work with, and sheets that say what it is and where it comes from.

Numbers stay unrounded and are shown with the indicator's decimals; `≥ 86,2` is a number whose format adds the sign.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from indicators.wording import SIGNS as QUALIFIERS
from webapp.exports.describe import describe, list_others, list_sources, list_targets
from webapp.exports.export import Export
from webapp.exports.ink import SIGNS, on_class
from webapp.exports.records import COLUMNS, Record, build_records
from webapp.exports.sheets import Book, new_book, set_page
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.words import level_text, reason_text, status_text, stratum_text, verdict_text

WIDTHS = {"warning": 28, "code": 9, "name": 24, "type": 9, "parent_name": 20, "value": 15, "value_high": 9,
          "qualifier": 8, "label": 18, "status": 16, "class_label": 16, "period": 11, "target": 20, "status_code": 20,
          "reason_text": 44, "carried": 30, "source": 44, "note": 44, "note_vi": 44, "note_en": 44, "numerator": 12,
          "denominator": 12, "indicator": 30, "edition": 10, "level": 16, "stratum": 11, "unit": 20,
          "source_id": 26}  # fmt: skip
"""Columns of the first sheet in their order, with their widths in characters; those empty throughout are left out."""

TAKEN_IN = {"indicator", "edition", "level", "stratum", "unit", "source_id"}
"""Columns without which the sheet could not be taken in again."""

ALWAYS = {"code", "name", "type", "value", "status", "class_label", "period", "status_code", "reason_text",
          "source"} | TAKEN_IN  # fmt: skip


def write_xlsx(export: Export) -> bytes:
    """The workbook; equal exports give equal bytes."""
    target = io.BytesIO()
    with new_book(target, export.title, export.permalink, export.extracted) as book:
        _write_figures(book, export)
        about = [(_("Mục"), _("Nội dung")), *describe(export)]
        book.add_list(_("Mô tả"), (24, 100), about, links=1)
        book.add_list(_("Nguồn"), (22, 28, 60, 14, 18, 60), list_sources(export.sources), links=5)
        book.add_list(_("Mục tiêu"), (34, 26, 10, 10, 12, 26, 24, 60, 50), list_targets(export))
        others = list_others(export)
        if len(others) > 1:
            book.add_list(_("Số liệu khác"), (11, 26, 12, 14, 20, 14, 22, 60), others)
    return target.getvalue()


def _write_figures(book: Book, export: Export) -> None:
    records = build_records(export)
    names = [name for name in shown(WIDTHS) if name in ALWAYS or any(record[name] is not None for record in records)]
    titles = {column.name: _(column.title) for column in COLUMNS}
    if unit := export.view["unit"]:
        titles["value"] = f"{titles['value']} ({unit})"
    sheet = book.workbook.add_worksheet(_("Số liệu"))
    for place, name in enumerate(names):
        sheet.set_column(place, place, WIDTHS[name])
        book.write(sheet, 0, place, titles[name], "head")
    widths = [WIDTHS[name] for name in names]
    for line, record in enumerate(records, start=1):
        cells = [cell_of(book, export, record, name) for name in names]
        book.set_height(sheet, line, [value for value, _style in cells], widths)
        for place, (value, style) in enumerate(cells):
            book.write(sheet, line, place, value, style)
    sheet.autofilter(0, 0, len(records), len(names) - 1)
    set_page(sheet, columns=2, title=export.title)


def shown(names: Iterable[str]) -> list[str]:
    """The columns but the note in the language of the file, which stands under `note`."""
    return [name for name in names if name != f"note_{language()}"]


def cell_of(book: Book, export: Export, record: Record, name: str) -> tuple[Any, str]:
    """A value of a record in words for people, and the name of its format."""
    value = record[name]
    if value is None:
        return None, "text"
    match name:
        case "value" | "value_high":
            sign = QUALIFIERS.get(record["qualifier"], "") if name == "value" else ""
            return value, book.number_style(export.table.indicator.decimals, sign)
        case "qualifier":
            return QUALIFIERS.get(value, _("khoảng")), "text"
        case "status":
            return reason_text(record["reason"]) if value == "missing" else status_text(value), "text"
        case "level":
            return level_text(export.data.places, export.table.edition, value), "text"
        case "stratum":
            return stratum_text(value), "text"
        case "class_label":
            ground, ink = on_class(export.view["classes"][record["class_index"]]["colour"])
            return value, book.style(f"class {ground}", num_format="@", bg_color=ground, font_color=ink)
        case "status_code":
            return f"{SIGNS[value][0]} {verdict_text(value)}", value
        case "name":
            return value, "name"
        case "reason_text" | "target" | "carried" | "source" | "note" | "note_vi" | "note_en":
            return value, "wrap"
    return value, "text"
