"""Reading the rows of reports out of screen, DOCX, XLSX and PDF, each by a library that did not write it."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import lxml.html
import openpyxl
from docx import Document
from flask import Flask

from webapp.exports.ink import SIGNS
from webapp.i18n import number

Told = tuple[str, str, str]
"""Name, figure as printed, status as printed; blank where nothing is said."""


def squashed(text: str | None) -> str:
    """Text with every run of spaces, line ends and fixed spaces as one space."""
    return " ".join((text or "").replace("\u00a0", " ").split())


def on_screen(html: str) -> list[Told]:
    """Rows of indicators on an area's page."""
    [section] = lxml.html.fromstring(html).xpath('//section[@aria-labelledby="indicators"]')
    rows = []
    for row in section.xpath('.//tbody/tr[td[@data-label="Giá trị" or @data-label="Value"]]'):
        [name] = row.xpath("./th/a")
        [value] = row.xpath('./td[@data-label="Giá trị" or @data-label="Value"]')
        status = row.xpath('./td[@data-label="Đánh giá" or @data-label="Status"]//*[contains(@class, "chip")]')
        figure = value.xpath(".//span[@class='fig']/b")
        unit = squashed(value.xpath("string(.//span[@class='fig']/b/following-sibling::text()[1])"))
        printed = squashed(f"{figure[0].text_content()} {unit}") if figure else squashed(value.text_content())
        rows.append((squashed(name.text_content()), printed, squashed(status[0].text_content()) if status else ""))
    return rows


def in_docx(body: bytes) -> list[Told]:
    """Rows of the table of indicators in a document."""
    for table in Document(io.BytesIO(body)).tables:
        head = [cell.text for cell in table.rows[0].cells]
        if head[0] in ("Chỉ tiêu", "Target indicator") and len(head) >= 4:
            return [_docx_row(row) for row in table.rows[1:] if len(set(map(id, (c._tc for c in row.cells)))) > 1]
    raise AssertionError("There is no table of indicators.")


def _docx_row(row: Any) -> Told:
    first = [row.cells[at].paragraphs[0] for at in (0, 2, 3)]
    name, value, status = (squashed("".join(run.text for run in paragraph.runs)) for paragraph in first)
    return name, value, status[2:] if status[:1] in {sign for sign, _token in SIGNS.values()} else ""


def in_xlsx(app: Flask, body: bytes, lang: str = "vi") -> list[Told]:
    """Rows of the first sheet; numbers as their formats print them."""
    from flask import g

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
            said = row[status].value or ""
            known = said[:1] in {sign for sign, _token in SIGNS.values()}
            rows.append(
                (squashed(row[1].value), _printed(row[value], row[unit].value), squashed(said[2:]) if known else "")
            )
    return rows


def _printed(cell: Any, unit: str | None) -> str:
    if cell.data_type != "n" or cell.value is None:
        return squashed(cell.value)
    sign, _quote, pattern = cell.number_format.removeprefix('"').rpartition('"')
    decimals = len(pattern.partition(".")[2])
    return squashed(f"{sign} {number(cell.value, decimals)} {unit or ''}")


def pdf_text(body: bytes, folder: Path) -> str:
    """The text of a PDF in the order of its content, squashed."""
    path = folder / "report.pdf"
    path.write_bytes(body)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return squashed(done.stdout.decode())
