"""A file to its grids: what it really is decides, and a name that says otherwise is refused."""

from __future__ import annotations

import csv
import io
from itertools import chain
from pathlib import Path

from indicators.cells import original
from indicators.intake.encodings import clean, decode
from indicators.intake.grid import BLANK, MAX_BYTES, MAX_ROWS, Cell, Grid, check_size, refuse
from indicators.intake.workbooks import read_workbook

SEPARATORS = (",", ";", "\t")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_grids(path: Path) -> list[Grid]:
    """The sheets of a file. Raises IngestError for a file that is not read at all, before it is parsed."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise refuse(path.name, "size", f"{size / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} MB. Split the file.")
    content, suffix = path.read_bytes(), path.suffix.lower()
    kind = _sniff(content)
    if kind == "ole":
        locked = "EncryptedPackage".encode("utf-16-le") in content
        hint = "Remove the password and save it again." if locked else "It is an old XLS or DOC: save it as XLSX."
        raise refuse(path.name, "encrypted" if locked else "file kind", hint)
    if kind == "html":
        raise refuse(path.name, "file kind", "It is a web page: open it in a spreadsheet and save it as XLSX.")
    if suffix not in (".csv", ".xlsx") or (kind == "zip") != (suffix == ".xlsx"):
        what = "a ZIP package (XLSX?)" if kind == "zip" else "text"
        raise refuse(path.name, "file kind", f"The name ends in {suffix or 'nothing'}, the content is {what}.")
    return read_workbook(path) if kind == "zip" else [_read_text(path.name, content)]


def _sniff(content: bytes) -> str:
    if content.startswith(_OLE):
        return "ole"
    if content.startswith(b"PK\x03\x04"):
        return "zip"
    start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")) else "text"


def _read_text(file: str, content: bytes) -> Grid:
    lines = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    if lines > 2 * MAX_ROWS:  # line ends within quotes are no rows, so the exact count comes after parsing
        check_size(file, lines, 0, 0)
    text = decode(file, content)
    first, _, rest = text.partition("\n")
    declared = first.strip().removeprefix("sep=") if first.strip().lower().startswith("sep=") else ""
    rows = _split(file, rest, declared) if declared in SEPARATORS else _split_by_content(file, text)
    check_size(file, len(rows), max(map(len, rows), default=0), sum(map(bool, chain.from_iterable(rows))))
    shift: list[list[Cell]] = [[]] if declared in SEPARATORS else []
    return Grid(file, None, shift + [[_cell(text) for text in row] for row in rows])


def _split_by_content(file: str, text: str) -> list[list[str]]:
    """Rows by the separator that gives most columns to most rows; two that give the same are a question."""
    head = "\n".join(text.splitlines()[:200])
    width = {mark: _typical_width(head, mark) for mark in SEPARATORS}
    best = max(width.values())
    marks = [mark for mark in SEPARATORS if width[mark] == best]
    if best > 1 and len(marks) > 1:
        raise refuse(file, "separator", "It could be read in two ways: put sep=; or sep=, into the first line.")
    return _split(file, text, marks[0])


def _typical_width(text: str, mark: str) -> int:
    try:
        widths = sorted(len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if any(row))
    except csv.Error:
        return 0
    return widths[len(widths) // 2] if widths else 0


def _split(file: str, text: str, mark: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise refuse(file, "separator", f"The text cannot be split into cells: {error}.") from error


def _cell(text: str) -> Cell:
    text = clean(text)
    if not text:
        return BLANK
    if (meant := original(text)) != text:
        return Cell(meant, "text")
    if text.startswith(("=", "@", "+")):
        return Cell(text, "formula")
    return Cell(text, "error" if text in ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!") else "text")
