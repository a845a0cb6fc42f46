"""Reading and checking tables of text: one engine, to which each package gives its own dictionary of columns.

A dictionary (`Table`, `Column`) is the only place that says what a file holds: it drives the checks, names the fields
of the store and writes the column lists of the documents, so that the three cannot drift apart. Every cell is read as
text and turned into a type by one rule, because guessing types eats leading zeros and reads blanks as numbers.

All problems are collected before any is raised: whoever mends a table wants the whole list, not the first line of it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd

from boundaries.problems import IngestError, Problem, nearest_hint

RULES = {
    "file": "The file exists and is not empty.",
    "encoding": "The file is UTF-8, with or without a byte order mark.",
    "csv": "The file is comma-separated, with cells quoted by \" where they hold a comma.",
    "cells": "Each row has as many cells as the header.",
    "header": "The header names exactly the columns of the dictionary, in its order.",
    "nfc": "Text is in Unicode normal form C, so that equal words are equal bytes.",
    "clean": "Text has no spaces at its ends and no control characters.",
    "required": "A required cell is not blank.",
    "integer": "A whole number in digits, without separators.",
    "number": "A decimal number with a point, without separators, exponent or sign +.",
    "date": "A day that exists, written YYYY-MM-DD.",
    "allowed": "One of the listed words; in a list, each of them once, separated by commas, in the order given.",
    "pattern": "The form given in the dictionary.",
    "key": "No two rows have the same key.",
    "reference": "What is referred to exists in its table.",
    "languages": "Text that comes in two languages is there in both or in neither.",
}  # fmt: skip
"""What each rule asks, by the name under which a problem shows it."""

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
INTEGER = re.compile(r"-?(0|[1-9]\d*)")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Column:
    """What one column holds.

    `allowed` lists the words it can hold; with `many` a cell is a comma list of them. `references` names the table and
    column, `themes.id`, in which each value must exist. `default` is what a blank cell means, None for "missing".
    """

    name: str
    help: str
    type: Literal["text", "integer", "number", "date"] = "text"
    required: bool = True
    allowed: tuple[str, ...] = ()
    many: bool = False
    pattern: str = ""
    references: str = ""
    default: str | None = None

    @property
    def field(self) -> str:
        """Name in the store: a column that holds the id of another table's row ends in `_id` there."""
        return f"{self.name}_id" if self.references.endswith(".id") else self.name


@dataclass(frozen=True)
class Table:
    """What one file holds: `key` names the columns that together occur once."""

    name: str
    help: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass
class Findings:
    """Problems as they are found."""

    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        table: Table,
        frame: pd.DataFrame,
        faulty: pd.Series[bool],
        column: str,
        rule: str,
        suggestion: str | Callable[[str], str] = "",
    ) -> None:
        """Note a problem for each row where `faulty` holds; `frame` is the table as text."""
        for row, value in frame.loc[faulty.to_numpy(), column].items():
            hint = suggestion(value) if callable(suggestion) else suggestion
            self.problems.append(Problem(table.file, int(str(row)) + 2, column, value, rule, hint))

    def raise_any(self) -> None:
        """Raises IngestError if anything was found."""
        if self.problems:
            raise IngestError(self.problems)


def read_tables(directory: Path, dictionary: Mapping[str, Table]) -> Frames:
    """Read the files of a dictionary from a folder, every cell as text, blanks as "".

    Raises: IngestError for files that are missing, not UTF-8, or not a rectangle of cells.
    """
    frames: Frames = {}
    problems: list[Problem] = []
    for name, table in dictionary.items():
        try:
            frames[name] = _read_table(directory / table.file)
        except IngestError as error:
            problems += error.problems
    Findings(problems).raise_any()
    return frames


def _read_table(path: Path) -> pd.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (FileNotFoundError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            hint = f"Byte {error.start} is not UTF-8; save the file again as UTF-8."
            raise IngestError([Problem(path.name, 0, "", "", "encoding", hint)]) from error
        raise IngestError([Problem(path.name, 0, "", "", "file", f"Put it in {path.parent}.")]) from error
    except csv.Error as error:
        raise IngestError([Problem(path.name, 0, "", "", "csv", str(error))]) from error
    uneven = [
        Problem(path.name, index, "", f"{len(row)} cells", "cells", f"The header has {len(header)}.")
        for index, row in enumerate(rows, start=2)
        if len(row) != len(header)
    ]
    Findings(uneven).raise_any()
    return pd.DataFrame(rows, columns=pd.Index(header, dtype=object), dtype=object)


def check_columns(frames: Frames, dictionary: Mapping[str, Table], findings: Findings) -> Frames:
    """Check each table by its dictionary and turn the cells into their types; problems go to `findings`.

    Returns: frames with the columns of the dictionary; text with None for blank, numbers as float with NaN, whole
    numbers as Int64 with NA, days as `date` with None. A cell that is not of its type is missing.
    Raises: IngestError at once if a header is wrong, for then columns cannot be told apart.
    """
    for name, table in dictionary.items():
        check_header(table, frames[name], findings)
    findings.raise_any()
    typed = {}
    for name, table in dictionary.items():
        frame = frames[name]
        typed[name] = pd.DataFrame(
            {column.name: _check_column(table, column, frame, findings) for column in table.columns}
        )
        _check_key(table, frame, findings)
        _check_languages(table, frame, findings)
    return typed


def check_references(frames: Frames, dictionary: Mapping[str, Table], findings: Findings) -> None:
    """Check that what a column refers to exists; blank cells refer to nothing. `frames` may hold more tables."""
    for name, table in dictionary.items():
        for column in (column for column in table.columns if column.references):
            target, _, target_column = column.references.partition(".")
            known = set(frames[target][target_column])
            cells = frames[name][column.name]
            hint = partial(_reference_hint, target, known)
            findings.add(table, frames[name], (cells != "") & ~cells.isin(known), column.name, "reference", hint)


def _reference_hint(target: str, known: set[str], value: str) -> str:
    return f"{nearest_hint(value, known)} Or add it to {target}.csv."


def check_header(table: Table, frame: pd.DataFrame, findings: Findings) -> None:
    """Note a problem if the columns are not those of the dictionary, in its order."""
    header = [str(name) for name in frame.columns]
    if header == table.header:
        return
    missing = [name for name in table.header if name not in header]
    unknown = [name for name in header if name not in table.header]
    hint = "; ".join(
        f"{word}: {', '.join(names)}" for word, names in (("missing", missing), ("unknown", unknown)) if names
    )
    findings.problems.append(Problem(table.file, 1, "", "", "header", hint or f"Write it as {','.join(table.header)}."))


def _check_column(table: Table, column: Column, frame: pd.DataFrame, findings: Findings) -> pd.Series:
    cells = frame[column.name]
    filled = cells != ""

    def fault(faulty: pd.Series[bool], rule: str, suggestion: str | Callable[[str], str] = "") -> None:
        findings.add(table, frame, faulty, column.name, rule, suggestion)

    fault(~cells.map(lambda text: unicodedata.is_normalized("NFC", text)), "nfc", "Write it in NFC.")
    fault(cells.map(lambda text: text != text.strip() or any(unicodedata.category(c) == "Cc" for c in text)), "clean")
    if column.required:
        fault(~filled, "required", column.help)
    if column.allowed:
        ok = cells.map(lambda text: _is_list_of(text, column.allowed) if column.many else text in column.allowed)
        fault(filled & ~ok, "allowed", f"Allowed: {', '.join(column.allowed)}.")
    if column.pattern:
        fault(filled & ~cells.str.fullmatch(column.pattern), "pattern", f"Form: {column.pattern}")
    typed, sound = _typed(cells, column)
    fault(filled & ~sound, column.type, RULES.get(column.type, ""))
    return typed


def _is_list_of(text: str, allowed: tuple[str, ...]) -> bool:
    words = text.split(",")
    return words == [word for word in allowed if word in words]


def _typed(cells: pd.Series[str], column: Column) -> tuple[pd.Series, pd.Series[bool]]:
    """The cells in their type, and which of them could be read; blanks are missing, or the column's default."""
    if column.type == "text":
        return cells.where(cells != "", column.default), cells.notna()
    if column.type == "date":
        days = cells.map(_day)
        return days, days.notna()
    sound = cells.str.fullmatch(INTEGER if column.type == "integer" else NUMBER)
    numbers = pd.to_numeric(cells.where(sound, None))
    return numbers.astype("Int64") if column.type == "integer" else numbers.astype(float), sound


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _check_key(table: Table, frame: pd.DataFrame, findings: Findings) -> None:
    repeated = frame.duplicated(list(table.key))
    findings.add(table, frame, repeated, table.key[-1], "key", f"Only one row for each {', '.join(table.key)}.")


def _check_languages(table: Table, frame: pd.DataFrame, findings: Findings) -> None:
    for name in table.header:
        other = f"{name[:-3]}_en"
        if name.endswith("_vi") and other in table.header:
            for blank, full in ((name, other), (other, name)):
                findings.add(
                    table, frame, (frame[blank] == "") & (frame[full] != ""), blank, "languages", f"{full} is there."
                )
