"""Reading the rows of reports out of screen, DOCX, XLSX and PDF, each by a library that did not write it."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lxml.html
import openpyxl
import pytest
from docx import Document
from docx.table import Table
from flask import Flask, g

from indicators import day
from webapp.exports.ink import SIGNS
from webapp.exports.typeset import SHEET, write_png
from webapp.i18n import number
from webapp.reports import docx
from webapp.reports.drawing import swatch

Told = tuple[str, str, str]
"""Name, figure as printed, status as printed; blank where nothing is said."""

Compared = tuple[str, list[tuple[str, str]]]
"""Name of an indicator, and of each area figure and status as printed."""

FIRST, CELLS = 5, 6
"""Where the figures of the first of several areas stand in a workbook, and how many columns each has."""


def squashed(text: str | None) -> str:
    """Text with every run of spaces, line ends and fixed spaces as one space."""
    return " ".join((text or "").replace("\u00a0", " ").split())


def united(figure: str, unit: str, lang: str) -> str:
    """A figure with its unit: English writes no space before a per cent sign."""
    return squashed(f"{figure}{'' if (lang, unit) == ('en', '%') else ' '}{unit}")


def on_screen(html: str) -> list[Told]:
    """Rows of indicators on an area's page."""
    [section] = lxml.html.fromstring(html).xpath('//section[@aria-labelledby="indicators"]')
    rows = []
    for row in section.xpath('.//tbody/tr[td[@data-label="Giá trị" or @data-label="Value"]]'):
        [name] = row.xpath("./th/a")
        [value] = row.xpath('./td[@data-label="Giá trị" or @data-label="Value"]')
        status = row.xpath('./td[@data-label="Đánh giá" or @data-label="Status"]//*[contains(@class, "chip")]')
        figure = value.xpath(".//span[@class='fig']/b")
        unit = value.xpath("string(.//span[@class='fig']/b/following-sibling::text()[1])")
        printed = squashed(figure[0].text_content() + unit if figure else value.text_content())
        rows.append((squashed(name.text_content()), printed, squashed(status[0].text_content()) if status else ""))
    return rows


def in_docx(body: bytes) -> list[Told]:
    """Rows of the tables of indicators in a document: those with a figure or a goal, then the missing ones."""
    told = []
    for table in Document(io.BytesIO(body)).tables:
        head = [cell.text.split(";")[0] for cell in table.rows[0].cells]
        if len(head) == 4 and head[0] in ("Chỉ tiêu", "Target indicator"):
            value = next(at for at, words in enumerate(head) if words in ("Giá trị", "Value"))
            told += [_docx_row(row, value) for row in table.rows[1:] if len({id(cell._tc) for cell in row.cells}) > 1]
    return told


def _docx_row(row: Any, value: int) -> Told:
    """A row whose figure stands in that place, and its status, if any, in the last."""
    name, figure, last = (_printed_in(row.cells[at]) for at in (0, value, len(row.cells) - 1))
    return name, figure, _words(last)


def _printed_in(cell: Any) -> str:
    """The first line of a cell without its links to sources and notes."""
    return squashed("".join(run.text for run in cell.paragraphs[0].runs))


def in_xlsx(app: Flask, body: bytes, lang: str = "vi") -> list[Told]:
    """Rows of the first sheet; numbers as their formats print them."""
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    place = {cell.value: at for at, cell in enumerate(sheet[1])}
    value, unit, status = (
        place[{"vi": vi, "en": en}[lang]]
        for vi, en in (("Giá trị", "Value"), ("Đơn vị", "Unit"), ("Đánh giá", "Status"))
    )
    rows = []
    with app.test_request_context("/"):
        g.lang = lang
        for row in sheet.iter_rows(min_row=2):
            figure = _printed(row[value], row[unit].value)
            rows.append((squashed(row[1].value), figure, _words(row[status].value)))
    return rows


def _printed(cell: Any, unit: str | None) -> str:
    if cell.data_type != "n" or cell.value is None:
        return squashed(cell.value)
    sign, _quote, pattern = cell.number_format.removeprefix('"').rpartition('"')
    decimals = len(pattern.partition(".")[2])
    return united(f"{sign} {number(cell.value, decimals)}", unit or "", g.lang)


def sheet_rows(book: bytes) -> list[tuple[Any, ...]]:
    """Values of the first sheet below its head."""
    return list(openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows(min_row=2, values_only=True))


def _words(status: str | None) -> str:
    """A status without its sign; nothing for other words."""
    said = squashed(status)
    return said[2:] if said[:1] in {sign for sign, _token in SIGNS.values()} else ""


def _chip(cell: Any) -> str:
    """The status in a cell of a page."""
    return squashed("".join(chip.text_content() for chip in cell.xpath('.//*[contains(@class, "chip")]')[:1]))


def _figure(cell: Any, unit: str = "", lang: str = "") -> str:
    """The figure in a cell of a page, with its own unit or that of its row, or why there is none."""
    shown = cell.xpath(".//span[@class='fig']/b")
    if not shown:
        return squashed("".join(said.text_content() for said in cell.xpath(".//span[@class='miss']")[:1]))
    said = shown[0].text_content()
    return united(said, unit, lang) if unit else squashed(said + (shown[0].tail or ""))


def compared_on_screen(html: str) -> list[Compared]:
    """Rows of the page of several areas."""
    rows = []
    page = lxml.html.fromstring(html)
    for row in page.xpath("//tbody/tr[th[@scope='row']]"):
        [name] = row.xpath("./th")
        small = squashed(name.xpath("string(./small[1])"))
        unit = small.split(", ")[0] if not small[:2].isdigit() else ""
        rows.append(
            (squashed(name.text), [(_figure(cell, unit, page.get("lang")), _chip(cell)) for cell in row.xpath("./td")])
        )
    return rows


def compared_in_docx(body: bytes) -> list[Compared]:
    """Rows of the document of several areas."""
    [table] = (table for table in Document(io.BytesIO(body)).tables if table.style.name == "Table Grid")
    rows = [row.cells for row in table.rows[1:]]
    return [
        (_printed_in(cells[0]), [(_printed_in(cell), _status_in(cell)) for cell in cells[1:]])
        for cells in rows
        if len({id(cell._tc) for cell in cells}) > 1
    ]


def _status_in(cell: Any) -> str:
    """The status below a figure."""
    lines = [squashed("".join(run.text for run in paragraph.runs)) for paragraph in cell.paragraphs[1:]]
    return next((words for line in lines if (words := _words(line))), "")


def compared_in_xlsx(app: Flask, body: bytes, lang: str, areas: int) -> list[Compared]:
    """Rows of the workbook of several areas."""
    rows = []
    with app.test_request_context("/"):
        g.lang = lang
        for row in openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(min_row=2):
            small = squashed(row[2].value)
            unit = small.split(", ")[0] if not small[:2].isdigit() else ""
            starts = [FIRST + CELLS * at for at in range(areas)]
            cells = [(_printed(row[at], unit), _words(row[at + 2].value)) for at in starts]
            rows.append((squashed(row[1].value), cells))
    return rows


def goals_on_screen(html: str) -> list[Told]:
    """Rows of goals on the board: the appendix, then the further ones."""
    page = lxml.html.fromstring(html)
    rows = []
    for row in page.xpath(
        '//section[@aria-labelledby="appendix" or @aria-labelledby="further"]//tbody/tr[th[@scope="row"]]'
    ):
        [name] = row.xpath("./th")
        result = row.xpath('./td[@data-label="Kết quả" or @data-label="Result"]')
        rows.append((squashed(name.text_content()), _figure(result[0]) if result else "", _chip(row.xpath("./td")[-1])))
    return rows


def goals_in_docx(body: bytes) -> list[Told]:
    """Rows of goals in the document of the city."""
    tables = [table for table in Document(io.BytesIO(body)).tables if len(table.columns) == 5]
    rows = [row.cells for table in tables for row in table.rows[1:]]
    return [
        (_printed_in(cells[1]), _printed_in(cells[3]), _words(_printed_in(cells[4])))
        for cells in rows
        if len({id(cell._tc) for cell in cells}) > 1
    ]


def goals_in_xlsx(app: Flask, body: bytes, lang: str) -> list[Told]:
    """Rows of goals in the workbook of the city; numbers as their formats print them."""
    with app.test_request_context("/"):
        g.lang = lang
        return [(squashed(row[2].value), _printed(row[5], row[6].value), _words(row[10].value)) for row in _goals(body)]


def goal_numbers(body: bytes) -> list[tuple[str, float, str]]:
    """Name, number and status of the goals of which the workbook has a number."""
    rows = ((row[2].value, row[5].value, _words(row[10].value)) for row in _goals(body))
    return [row for row in rows if isinstance(row[1], int | float)]


def _goals(body: bytes) -> Iterator[Any]:
    """Rows of the sheets of goals, which have as many columns as no other."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    most = max(sheet.max_column for sheet in book)
    for sheet in book:
        if sheet.max_column == most:
            yield from sheet.iter_rows(min_row=2)


def pdf_text(body: bytes, folder: Path) -> str:
    """The text of a PDF in the order of its content, squashed."""
    path = folder / "report.pdf"
    path.write_bytes(body)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return squashed(done.stdout.decode())


@contextmanager
def reading_day(that: dt.date) -> Iterator[None]:
    """Every answer is of that day, wherever the service asks for it."""
    noon = dt.datetime.combine(that, dt.time(12))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day, "dt", SimpleNamespace(datetime=SimpleNamespace(now=lambda zone: noon.replace(tzinfo=zone))))
        yield


def document_text(body: bytes) -> str:
    """A document line by line: each paragraph after its style, each row of a table with bars between its cells, the
    words of each picture, and head and foot of pages."""
    document = Document(io.BytesIO(body))
    lines = [line for item in document.iter_inner_content() for line in _lines(item)]
    section = document.sections[0]
    for name in ("first_page_header", "header", "first_page_footer", "footer"):
        lines += [f"{name}: {paragraph.text}" for paragraph in getattr(section, name).paragraphs if paragraph.text]
    return "\n".join(lines) + "\n"


def _lines(item: Any) -> Iterator[str]:
    """The lines of a paragraph or table."""
    if isinstance(item, Table):
        for row in item.rows:
            cells = {id(cell._tc): _cell(cell) for cell in row.cells}  # a merged cell once
            yield f"| {' | '.join(cells.values())} |"
    else:
        words = [properties.get("descr") for properties in item._p.xpath(".//wp:docPr") if properties.get("descr")]
        text = "".join([item.text, *(f"(picture: {said})" for said in words)])
        yield f"{item.style.name}: {text}"


def _cell(cell: Any) -> str:
    return " / ".join(paragraph.text for paragraph in cell.paragraphs)


def cell_lines(body: bytes) -> str:
    """A workbook row by row: the name of the sheet, then its filled cells by letter, text in quotes."""
    lines = []
    for sheet in openpyxl.load_workbook(io.BytesIO(body)):
        lines.append(f"=== {sheet.title}")
        for row in sheet.iter_rows():
            filled = [cell for cell in row if cell.value is not None]
            lines.append(" | ".join(f"{cell.column_letter} {_typed(cell)}" for cell in filled))
    return "\n".join(lines) + "\n"


def _typed(cell: Any) -> str:
    """Text in quotes, a number with its format, a day as it is."""
    if cell.data_type == "n":
        return f"{cell.value!r} {cell.number_format}"
    return f"{cell.value.date()}" if cell.data_type == "d" else f'"{cell.value}"'


def pages_text(body: bytes, folder: Path) -> str:
    """The text of a PDF page by page, line by line."""
    path = folder / "report.pdf"
    path.write_bytes(body)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    pages = unicodedata.normalize("NFC", done.stdout.decode()).split("\f")[:-1]
    return "".join(f"--- {at}\n{page.strip()}\n" for at, page in enumerate(pages, start=1))


@contextmanager
def without_pictures() -> Iterator[None]:
    """Documents whose pictures take no time: one dot in the place of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(docx, "write_image", lambda _picture, _width: dot())
        yield


@lru_cache(maxsize=1)
def dot() -> bytes:
    """A picture of one box."""
    values = {"title": "", "lang": "vi", "width": "1", "height": "1", "words": " ", "drawing": swatch("nd")}
    return write_png(SHEET, values, 72)
