"""Files for the intake's tests, over the toy country; `outcome` says what became of every cell, or what was refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from boundaries.models import Base
from boundaries.names import TONES
from boundaries.problems import IngestError
from indicators.intake.importing import Plan, plan_import
from indicators.intake.reading import Wish
from tests import toy

TODAY = dt.date(2026, 7, 1)
HEADER = ("indicator_id", "edition", "level", "area_code", "area_name", "period", "stratum", "value", "unit", "status",
          "source_id", "note")  # fmt: skip
PEOPLE = {"indicator_id": "population", "edition": toy.OLD, "level": "commune", "period": "2020", "stratum": "all",
          "unit": "persons", "status": "final", "source_id": "count-2020"}  # fmt: skip
WATER = {**PEOPLE, "indicator_id": "clean_water_rate", "unit": "%"}


@contextmanager
def toy_store(url: str = "sqlite://") -> Iterator[Session]:
    """A session on a store with the toy country."""
    engine = create_engine(url)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        toy.build(session)
        yield session
    engine.dispose()


def rows_of(common: dict[str, str], *rows: dict[str, str]) -> list[list[str]]:
    """A header and rows in the long form; each row is what differs from what is common to all."""
    return [list(HEADER), *([{**common, **row}.get(name, "") for name in HEADER] for row in rows)]


def as_csv(rows: Sequence[Sequence[str]], mark: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator=end).writerows(rows)
    return text.getvalue()


def save_book(path: Path, rows: Sequence[Sequence[Any]], title: str = "Số liệu") -> Workbook:
    """A workbook of one sheet, saved; numbers as numbers. It may be altered and saved again."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return book


def plan(session: Session, path: Path, **wish: Any) -> Plan:
    return plan_import(session, path, Wish(**wish), TODAY)


Outcome = dict[str, float] | list[tuple[int, str, str]]


def outcome(session: Session, path: Path, **wish: Any) -> Outcome:
    """Values by area code, or (row, column, rule) of every problem."""
    try:
        planned = plan(session, path, **wish)
    except IngestError as error:
        return [(problem.row, problem.column, problem.rule) for problem in error.problems]
    return {change.entry.area.code: change.entry.record["value"] for change in planned.changes}


def windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: vowels with their hook, hat or horn, and tones as signs of their own."""
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in TONES)
        rest = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        parts.append(f"{rest}{tone}".encode("cp1258"))
    return b"".join(parts)
