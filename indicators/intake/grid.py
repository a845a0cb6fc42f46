"""A sheet as the intake sees it: cells that know what sort of thing they hold, whatever file they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from boundaries.problems import IngestError, Problem

Kind = Literal["blank", "text", "number", "date", "formula", "error"]

MAX_BYTES = 10 * 2**20
MAX_ROWS = 50_000
MAX_COLUMNS = 64
MAX_CELLS = 600_000

RULES = {
    "size": f"At most {MAX_BYTES // 2**20} MB, {MAX_ROWS:,} rows, {MAX_COLUMNS} columns, {MAX_CELLS:,} filled cells.",
    "bomb": "A workbook unpacks to at most 50 MB, in at most 1,000 parts, none of them packed more than 100 to 1.",
    "file kind": "The file is a CSV or an XLSX, and is what its name says.",
    "encrypted": "A workbook has no password.",
    "encoding": "Text is UTF-8, UTF-16 or Windows-1258, and not in letters of TCVN3 or VNI fonts.",
    "separator": "Cells are separated by comma, semicolon or tab, the same everywhere.",
    "sheets": "One visible sheet holds the figures, besides one of sources and one of notes, or those of the service.",
    "hidden": "No sheet, row or column with content is hidden.",
    "formula": "A cell holds what is meant, no formula and no error of one.",
    "merged": "Merged cells are headers or names, never figures.",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell: its text as a person reads it, what it is, and the number where the file holds one as such.

    `percent` says that the number is shown as a percentage, so that 0.85 stands for 85 %.
    """

    text: str = ""
    kind: Kind = "blank"
    number: float | None = None
    percent: bool = False


BLANK = Cell()


@dataclass
class Grid:
    """A sheet: `rows[0]` is row 1. `merged` are ranges (first row, first column, last row, last column), from 0."""

    file: str
    sheet: str | None
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def cell(self, row: int, column: int) -> Cell:
        """The cell, counted from 0; blank beyond the edge."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else BLANK


def refuse(file: str, rule: str, hint: str, row: int = 0) -> IngestError:
    """The one problem for which a file is not read at all."""
    return IngestError([Problem(file, row, "", "", rule, hint)])


def check_size(file: str, rows: int, columns: int, cells: int) -> None:
    """Raises IngestError if a sheet is larger than the limits."""
    counts: Iterable[tuple[str, int, int]] = (
        ("rows", rows, MAX_ROWS), ("columns", columns, MAX_COLUMNS), ("cells", cells, MAX_CELLS),
    )  # fmt: skip
    for word, count, most in counts:
        if count > most:
            raise refuse(file, "size", f"{count:,} {word}; at most {most:,}. Split the file.")
