"""CSV as every file of the service writes it: UTF-8 with a byte order mark, and no text that is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from indicators.cells import FORMULA, written

BOM = b"\xef\xbb\xbf"
"""Without it spreadsheets read Vietnamese as Latin-1."""

TEXT_CSV = "text/csv; charset=utf-8"

RISKY = frozenset(FORMULA)

BLOCK = 500
"""Rows that are put into one piece of a file."""


def csv_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The file in pieces, the head with the first; no more rows are held than those of one piece.

    Numbers have a point and are unrounded, days are in ISO form, None is blank, text is neutralised. What a row has
    besides `columns` is left out.
    """
    source, start = iter(rows), BOM
    head: list[Sequence[Any]] = [columns]
    while block := head + [_cells(row, columns) for row in islice(source, BLOCK)]:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(block)
        yield start + text.getvalue().encode()
        start, head = b"", []


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> list[Any]:
    """The row as it is written. Most cells are blank or text that is nowhere taken for a formula: they are looked at
    here, for millions of calls would cost more than all the rest."""
    return [
        value if (value := row[name]) is None or (type(value) is str and value[:1] not in RISKY) else written(value)
        for name in columns
    ]


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The whole file."""
    return b"".join(csv_pieces(columns, rows))
