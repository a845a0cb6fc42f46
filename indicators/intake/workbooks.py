"""Reading a workbook safely: limits on the package and on every part of it come before the parser.

A few kilobytes can claim a million rows, gigabytes of text, or one merged range over a whole sheet. All of that is
counted in the packed stream, which stops at the first limit; only what passed is given to openpyxl.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boundaries.problems import IngestError, Problem
from indicators.cells import original
from indicators.intake.encodings import check_fonts, clean
from indicators.intake.grid import BLANK, MAX_CELLS, Cell, Grid, check_size, refuse

MAX_ENTRIES = 1_000
MAX_UNPACKED = 50 * 2**20
MAX_RATIO = 100
MAX_STRINGS = 200_000
FREE = 2**20
"""Parts smaller than this unpacked may be packed as tightly as they are."""

DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, LookupError, ValueError,
           TypeError, AttributeError, SyntaxError, OverflowError)  # fmt: skip
"""What zipfile, the parser of XML and openpyxl raise over bytes that no spreadsheet wrote."""

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:\br=\"(\d{1,9})\")?[^>]*>")
_ROW_NUMBER = re.compile(rb"\br=\"(\d{1,9})\"")
_CELL = re.compile(rb"<(?:\w+:)?c\b(?: r=\"([A-Z]{1,9})\d*\")?")
_STRING = re.compile(rb"<(?:\w+:)?si\b")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]{1,9})(\d{1,9}):([A-Z]{1,9})(\d{1,9})\"")


def read_workbook(path: Path) -> list[Grid]:
    """The visible sheets with content. Raises IngestError for a workbook that is not read, or has hidden content."""
    content = path.read_bytes()
    _check_package(path.name, content)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out (drawings, extensions) holds no figures
            book = load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except DAMAGED as error:
        raise refuse(path.name, "file kind", f"The workbook is damaged: {error}. Save it again as XLSX.") from error
    grids, hidden = [], []
    for sheet in book.worksheets:
        grid = _read_sheet(path.name, sheet)
        if not any(cell.kind != "blank" for row in grid.rows for cell in row):
            continue
        hidden += _hidden(path.name, sheet, grid)
        grids.append(grid)
        check_fonts(path.name, "\n".join(cell.text for row in grid.rows for cell in row))
    if hidden:
        raise IngestError(hidden)
    return grids


def _check_package(file: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MAX_ENTRIES:
                raise refuse(file, "bomb", f"{len(entries):,} parts.")
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise refuse(file, "bomb", "It unpacks to more than 50 MB.")
            if any(entry.file_size > max(FREE, MAX_RATIO * entry.compress_size) for entry in entries):
                raise refuse(file, "bomb", "A part is packed more than 100 to 1.")
            if any(entry.flag_bits & 1 for entry in entries):
                raise refuse(file, "encrypted", "Remove the password and save it again.")
            if "[Content_Types].xml" not in package.namelist():
                raise refuse(file, "file kind", "It is a ZIP file, but no workbook.")
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels", ".vml")):
                    _check_part(file, package, entry)
    except DAMAGED as error:
        raise refuse(file, "file kind", f"The workbook is damaged: {error}. Save it again as XLSX.") from error


@dataclass
class _Counts:
    """What has been seen of a part so far; the furthest row and column count as much as the rows that are there."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    strings: int = 0

    def add(self, piece: bytes) -> None:
        for match in _ROW.finditer(piece):
            number = _ROW_NUMBER.search(match[0])
            self.rows = max(self.rows + 1, int(number[1]) if number else 0)
        for match in _CELL.finditer(piece):
            self.cells += 1
            self.columns = max(self.columns, _column(match[1] or b"A"))
        for match in _MERGED.finditer(piece):
            height, width = int(match[4]) - int(match[2]) + 1, _column(match[3]) - _column(match[1]) + 1
            self.rows, self.columns = max(self.rows, int(match[4])), max(self.columns, _column(match[3]))
            self.cells += max(height, 1) * max(width, 1)
        self.strings += len(_STRING.findall(piece))


def _check_part(file: str, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    counts = _Counts()
    for piece in _pieces(package, entry):
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise refuse(file, "bomb", f"{entry.filename} declares a document type, which no workbook needs.")
        counts.add(piece)
        check_size(file, counts.rows, counts.columns, counts.cells)
        if counts.strings > MAX_STRINGS:
            raise refuse(file, "size", f"More than {MAX_STRINGS:,} texts. Split the file.")


def _pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces that end at the end of a tag."""
    rest = b""
    with package.open(entry) as stream:
        while chunk := stream.read(2**18):
            head, mark, tail = (rest + chunk).rpartition(b">")
            if not mark and len(tail) < 2**20:
                rest = tail
                continue
            yield head + mark if mark else tail
            rest = tail if mark else b""
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read_sheet(file: str, sheet: Any) -> Grid:
    rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows(min_row=1, min_col=1)]
    while rows and all(cell.kind == "blank" for cell in rows[-1]):
        rows.pop()
    merged = [(area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
              for area in sheet.merged_cells.ranges]  # fmt: skip
    check_size(file, len(rows), 0, min(MAX_CELLS, sum(map(len, rows))))
    return Grid(file, sheet.title, rows, merged)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or value == "":
        return BLANK
    if cell.data_type == "f" or not isinstance(value, str | int | float | dt.date | dt.time | dt.timedelta):
        return Cell(str(getattr(value, "text", value)), "formula")
    if cell.data_type == "e":
        return Cell(str(value), "error")
    if isinstance(value, bool):
        return Cell(str(value), "error")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Cell(str(value), "date")
    if isinstance(value, int | float):
        text = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
        return Cell(text, "number", float(value), "%" in (cell.number_format or ""))
    text = original(clean(value))
    return Cell(text, "text") if text else BLANK


def _hidden(file: str, sheet: Any, grid: Grid) -> list[Problem]:
    if sheet.sheet_state != "visible":
        return [Problem(file, 0, sheet.title, "", "hidden", "The sheet is hidden: show it, or delete it.")]
    filled = {number for number, row in enumerate(grid.rows, start=1) if any(cell.kind != "blank" for cell in row)}
    rows = [number for number, shape in sheet.row_dimensions.items() if shape.hidden and number in filled]
    columns = [letter for letter, shape in sheet.column_dimensions.items() if shape.hidden]
    return [
        *(Problem(file, number, "", "", "hidden", "The row is hidden: show it, or delete it.") for number in rows),
        *(Problem(file, 0, letter, "", "hidden", "The column is hidden: show it, or delete it.") for letter in columns),
    ]
