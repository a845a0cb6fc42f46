"""CSV as every file of the service writes it: UTF-8 with a byte order mark, and no text that is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from indicators.cells import written

BOM = b"\xef\xbb\xbf"
"""Without it spreadsheets read Vietnamese as Latin-1."""

TEXT_CSV = "text/csv; charset=utf-8"

BLOCK = 500
"""Rows that are put into one piece of a file."""


def csv_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The file in pieces, the head with the first; no more rows are held than those of one piece.

    Numbers have a point and are unrounded, days are in ISO form, None is blank, text is neutralised. What a row has
    besides `columns` is left out.
    """
    source, start = iter(rows), BOM
    head: list[Sequence[Any]] = [columns]
    while block := head + [[written(row[name]) for name in columns] for row in islice(source, BLOCK)]:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(block)
        yield start + text.getvalue().encode()
        start, head = b"", []


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The whole file."""
    return b"".join(csv_pieces(columns, rows))
