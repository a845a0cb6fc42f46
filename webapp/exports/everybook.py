"""All figures as one workbook, row by row: XLSX of any length with the memory of one row.

The library keeps each sheet in a file of its own until the end, so that sheets grow beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from indicators.models import Source
from webapp.exports.describe import Row, list_others, list_sources, others_head
from webapp.exports.everything import ROWS, Everything, tables
from webapp.exports.export import Export
from webapp.exports.records import COLUMNS, Record, build_records
from webapp.exports.sheets import Book, new_book, set_page
from webapp.exports.workbook import cell_of, shown
from webapp.i18n import gettext as _
from webapp.i18n import localised
from webapp.today import today
from webapp.version import CODE_VERSION
from webapp.words import level_text, stratum_text

WIDTHS = {"warning": 28, "indicator_name": 44, "edition": 10, "level": 16, "code": 9, "name": 24, "type": 10,
          "parent_name": 20, "stratum": 11, "asked": 10, "value": 15, "value_high": 9, "qualifier": 8, "label": 18,
          "unit": 20, "status": 20, "period": 11, "target": 24, "status_code": 22, "reason_text": 44, "source_id": 26,
          "note": 44, "note_vi": 44, "note_en": 44, "numerator": 12, "denominator": 12, "indicator": 30}  # fmt: skip
"""Columns of the first sheet in their order, with their widths in characters."""

JUDGED = {"status_code", "reason_text"}

PLACE = (44, 10, 16, 11, 10)
"""Widths of the columns that say of which table a row of the other sheets is."""


class Grown:
    """A sheet that gets row after row below its head."""

    def __init__(self, book: Book, title: str, widths: Iterable[int], head: Iterable[str]) -> None:
        self._book, self._sheet, self._rows = book, book.add_sheet(title, widths), 0
        self._write((heading, "head") for heading in head)
        set_page(self._sheet, columns=2)

    def add(self, cells: Iterable[tuple[Any, str]]) -> None:
        """One row: values with the names of their formats."""
        self._rows += 1
        self._write(cells)

    def _write(self, cells: Iterable[tuple[Any, str]]) -> None:
        for column, (value, style) in enumerate(cells):
            self._book.write(self._sheet, self._rows, column, value, style)


def write_everybook(everything: Everything, target: IO[bytes]) -> None:
    """The workbook, with the sources of what it holds; equal stores give equal bytes on one day."""
    titles = {column.name: _(column.title) for column in COLUMNS}
    place = [titles[name] for name in ("indicator_name", "edition", "level", "stratum", "asked")]
    used: dict[str, Source] = {}
    with new_book(target, everything.title, everything.address, today(), long=True) as book:
        names = shown(WIDTHS)
        figures = Grown(book, _("Số liệu"), [WIDTHS[name] for name in names], [titles[name] for name in names])
        counted = [_("Số địa bàn có số liệu"), _("Số địa bàn"), titles["link"]]
        index = Grown(book, _("Các bảng"), (*PLACE, 12, 12, 100), [*place, *counted])
        others = Grown(book, _("Số liệu khác"), (*PLACE, 11, 26, 12, 14, 20, 14, 26, 60), [*place, *others_head()])
        for export in tables(everything):
            used |= {source.id: source for source in export.sources}
            for record in build_records(export):
                figures.add(_cells(book, export, record, names))
            index.add(_entry(export))
            for row in list_others(export)[1:]:
                others.add((value, "text") for value in (*_place(export), *row))
        book.add_list(_("Nguồn"), (22, 28, 60, 14, 18, 60), list_sources(used.values()), links=5)
        book.add_list(_("Mô tả"), (24, 100), [(_("Mục"), _("Nội dung")), *_describe(everything)], links=1)


def _cells(book: Book, export: Export, record: Record, names: Iterable[str]) -> Iterator[tuple[Any, str]]:
    """A row in words for people; no text is wrapped, since many rows are quicker to look through at one height. Of a
    figure that is missing, why it is stands in the column of statuses and nowhere again."""
    missing = record["value"] is None
    for name in names:
        if missing and name in JUDGED:
            yield None, "text"
            continue
        value, style = cell_of(book, export, record, name)
        yield value, "text" if style == "wrap" else style


def _place(export: Export) -> Row:
    table = export.table
    level = level_text(export.data.places, table.edition, table.level)
    return localised(table.indicator, "name"), table.edition, level, stratum_text(table.stratum), table.period


def _entry(export: Export) -> Iterator[tuple[Any, str]]:
    """A table with how many areas it has figures of, and the link that reopens its map."""
    counted = (export.table.with_value, export.table.applicable)
    yield from ((value, "text") for value in (*_place(export), *counted))
    yield export.permalink, "link"


def _describe(everything: Everything) -> list[Row]:
    """Pairs of what and its value."""
    rows: list[Row] = [
        (_("Cảnh báo"), everything.warning),
        (_("Nội dung"), everything.title),
        (_("Số dòng"), everything.rows),
        (_("Lưu ý"), _(ROWS)),
        (_("Ngày trích"), today()),
        (_("Phiên bản dữ liệu"), everything.data.version),
        (_("Phiên bản phần mềm"), CODE_VERSION),
        (_("Liên kết"), everything.address),
    ]
    return [row for row in rows if row[1]]
