"""A report as a workbook: a sheet for each table, with figures as numbers, then what it says, its notes and sources."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from webapp.exports.ink import SIGNS
from webapp.exports.sheets import Book, new_book, set_page
from webapp.i18n import gettext as _
from webapp.i18n import with_unit
from webapp.reports.common import banner, frame_words
from webapp.reports.model import Cell, Column, Facts, Prose, Report, Table
from webapp.version import CODE_VERSION

LONGEST = 31
"""Letters of a sheet's name, by the format."""

A3, A4_CHARS = 8, 180
"""The number of A3 in the format, and how many letters across can be read on A4."""

FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write_xlsx(report: Report) -> bytes:
    """The workbook; equal reports give equal bytes."""
    target = io.BytesIO()
    with new_book(target, f"{report.title} – {report.kind}", report.link, report.extracted) as book:
        names: set[str] = set()
        tables = [block for block in report.blocks if isinstance(block, Table) and block.medium != "paper"]
        tables.sort(key=lambda table: (table.medium != "sheet", -len(table.columns)))  # the most telling one first
        for table in tables:
            _write_table(book, table, sheet_name(table.caption, names))
        about = [(_("Mục"), _("Nội dung")), *_describe(report)]
        book.add_list(sheet_name(_("Mô tả"), names), (30, 110), about, links=1)
        if report.notes:
            rows = [(_("Số"), _("Chú thích")), *enumerate(report.notes, start=1)]
            book.add_list(sheet_name(_("Chú thích"), names), (8, 110), rows)
        book.add_list(sheet_name(_("Nguồn"), names), (8, 28, 60, 14, 18, 60), list(_sources(report)), links=5)
    return target.getvalue()


def sheet_name(text: str, taken: set[str]) -> str:
    """A name that a sheet can have and no other has, which joins those taken."""
    plain = " ".join(text.translate(FORBIDDEN).split())
    name, at = _first(plain, LONGEST), 2
    while name.casefold() in taken:
        tail = f" {at}"
        name, at = _first(plain, LONGEST - len(tail)) + tail, at + 1
    taken.add(name.casefold())
    return name


def _first(text: str, units: int) -> str:
    """As much of a text as has so many units of UTF-16, by which spreadsheets count."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").strip()


def _describe(report: Report) -> list[tuple[str, Any]]:
    """Pairs of what and its value: the report, its sentences and key figures, and where it comes from."""
    rows: list[tuple[str, Any]] = [(_("Báo cáo"), report.kind), (_("Tên"), report.title), (_("Về"), report.about)]
    if words := banner(report):
        rows.append((_("Lưu ý"), words))
    rows += [(_("Mở đầu"), paragraph) for paragraph in report.lede]
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Prose):
                rows += [(section.title, paragraph) for paragraph in block.paragraphs]
            elif isinstance(block, Facts):
                rows += [
                    (
                        fact.name,
                        " ".join(filter(None, (with_unit(fact.value, fact.unit), fact.when and f"({fact.when})"))),
                    )
                    for fact in block.items
                ]
    return [
        *rows,
        (_("Lưu ý"), frame_words(report)),
        (_("Ngày trích"), report.extracted),
        (_("Phiên bản dữ liệu"), report.version),
        (_("Phiên bản phần mềm"), CODE_VERSION),
        (_("Liên kết"), report.link),
    ]


def _sources(report: Report) -> Iterable[tuple[Any, ...]]:
    yield _("Số"), _("Nơi công bố"), _("Tên"), _("Ngày công bố"), _("Loại nguồn"), _("Địa chỉ nguồn")
    for number, source in enumerate(report.sources, start=1):
        yield (
            number, source["publisher"], source["title"], source["published"], source["quality"], source["url"]
        )  # fmt: skip


def _write_table(book: Book, table: Table, name: str) -> None:
    """A sheet with the table; the heading of a group stands in a column of its own, so that rows can be sorted."""
    grouped = any(group.title for group in table.groups)
    shown = [at for at, column in enumerate(table.columns) if column.place != "paper"]
    columns = [*([Column(_("Nhóm"), chars=30)] if grouped else []), *(table.columns[at] for at in shown)]
    sheet = book.workbook.add_worksheet(name)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.chars)
        book.write(sheet, 0, place, column.title, "head")
    widths, line = [column.chars for column in columns], 0
    for group in table.groups:
        for row in group.rows:
            line += 1
            cells = [*([Cell(group.title)] if grouped else []), *(row[at] for at in shown)]
            book.set_height(sheet, line, [cell.text for cell in cells], widths)
            for place, cell in enumerate(cells):
                _write_cell(book, sheet, line, place, cell, named=place == int(grouped))
    if line:
        sheet.autofilter(0, 0, line, len(columns) - 1)
    set_page(sheet, columns=1 + int(grouped), title=table.caption)
    book.set_height(sheet, 0, [column.title for column in columns], widths)
    if sum(widths) > A4_CHARS:
        sheet.set_paper(A3)


def _write_cell(book: Book, sheet: Any, line: int, place: int, cell: Cell, named: bool) -> None:
    if cell.status:
        book.write(sheet, line, place, f"{SIGNS[cell.status][0]} {cell.text}", cell.status)
    elif cell.number is not None:
        book.write(sheet, line, place, cell.number, book.number_style(cell.decimals, cell.sign))
    else:
        book.write(sheet, line, place, cell.text, "name" if named else "wrap")
