"""The history of figures: batches that enter and end them, and the state of any day in the past.

A figure is never overwritten. One that a batch replaces or removes moves to `superseded` with the number of that batch;
numbers of batches rise with time, so "what stood after batch n" is a comparison of numbers and needs no clock.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, union_all, update
from sqlalchemy.orm import Session

from geo.errors import BadParameter, DomainError
from indicators.models import Batch, DataState, Observation, Statement, Superseded

KEY = ("indicator_id", "edition_id", "area_code", "period", "stratum", "source_id")
"""What a figure is about; one at a time stands for each key."""
CONTENT = ("value", "value_high", "qualifier", "numerator", "denominator", "status", "note_vi", "note_en")
"""What it says."""
FIELDS = (*KEY, *CONTENT, "batch_id", "batch_row", "entered_id")

HANOI = dt.timezone(dt.timedelta(hours=7))
"""Days are those of Hanoi, which has no summer time; instants in the store are UTC."""

CHUNK = 500
"""Rows named in one statement: SQLite takes only so many parameters."""

WRITERS = 0x48616E6F69
"""Number of the advisory lock that writers hold on PostgreSQL."""

Row = Mapping[str, Any]
Key = tuple[Any, ...]


class Orphaned(DomainError):
    """Imported figures that would be left without their indicator or area; nothing was loaded."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        listed = ", ".join("/".join(map(str, key_of(row))) for row in rows[:5])
        super().__init__(
            f"{len(rows)} imported figures are about indicators or areas that the embedded tables no longer have "
            f"({listed}). Keep those rows, or undo the imports first."
        )


def key_of(row: Row) -> Key:
    """What a figure is about."""
    return tuple(row[name] for name in KEY)


def content_of(row: Row) -> Key:
    """What a figure says."""
    return tuple(row[name] for name in CONTENT)


def lock_state(session: Session) -> DataState | None:
    """The state of the store, with the right to write held until the transaction ends; None before the first load.

    An update that changes nothing takes the lock in SQLite, before anything is read that a plan rests on. In PostgreSQL
    the lock belongs to no row, since before the first load there is none.
    """
    lock_writers(session.connection())
    session.execute(update(DataState).values(version=DataState.version))
    return session.scalar(select(DataState).execution_options(populate_existing=True))


def lock_writers(connection: Connection) -> None:
    """Wait until no other writer is at work on PostgreSQL, and keep others waiting until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))


def open_batch(session: Session, kind: str, file: str, sha256: str, by: str, **more: Any) -> Batch:
    """The next batch, stored; its time is not before that of the last, whatever the clock says."""
    last = session.execute(select(func.max(Batch.id), func.max(Batch.at))).one()
    number = 0 if last[0] is None else last[0] + 1
    at = max(f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}", last[1] or "")
    batch = Batch(id=number, kind=kind, file=file, sha256=sha256, entered_by=by, at=at, **more)
    session.add(batch)
    session.flush()
    return batch


def read_current(session: Session, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Figures that stand, as rows of `FIELDS` with their `id`, in the order of ids."""
    columns = [getattr(Observation, name) for name in ("id", *FIELDS)]
    return [dict(row) for row in session.execute(select(*columns).where(*conditions).order_by("id")).mappings()]


def end_rows(session: Session, batch: Batch, rows: Sequence[Row]) -> None:
    """Move figures that stand to the history, ended by a batch."""
    keep_rows(session, batch, rows)
    for start in range(0, len(rows), CHUNK):
        ids = [row["id"] for row in rows[start : start + CHUNK]]
        session.execute(delete(Observation).where(Observation.id.in_(ids)))


def keep_rows(session: Session, batch: Batch, rows: Sequence[Row]) -> None:
    """Write figures down in the history, ended by a batch."""
    if rows:
        records = [{**{name: row[name] for name in FIELDS}, "ended_id": batch.id} for row in rows]
        session.execute(insert(Superseded).execution_options(render_nulls=True), records)


def enter_rows(session: Session, rows: Sequence[Row]) -> None:
    """Insert figures with the columns of `FIELDS`; those that keep their `id` have one, all others get the next ones.

    Numbers are given here, under the lock: a sequence of PostgreSQL does not notice numbers that are kept.
    """
    if not rows:
        return
    if any("id" not in row for row in rows):
        following = (session.scalar(select(func.max(Observation.id))) or 0) + 1
        rows = [{"id": number, **row} for number, row in enumerate(rows, start=following)]
    session.execute(insert(Observation).execution_options(render_nulls=True), list(rows))


def read_stated(
    session: Session,
    names: Iterable[str],
    conditions: Callable[[type[Statement]], Iterable[ColumnElement[bool]]],
    as_of: int | None,
) -> Sequence[Any]:
    """Columns of the figures that stand, or that stood after batch `as_of`, where conditions hold, as named rows."""

    def chosen(model: type[Statement], *more: ColumnElement[bool]) -> Select[Any]:
        return select(*(getattr(model, name) for name in names)).where(*conditions(model), *more)

    if as_of is None:
        return session.execute(chosen(Observation)).all()
    stood = union_all(
        chosen(Observation, Observation.entered_id <= as_of),
        chosen(Superseded, Superseded.entered_id <= as_of, Superseded.ended_id > as_of),
    )
    return session.execute(stood).all()


def batch_as_of(session: Session, day: str) -> int:
    """The last batch at the end of a day in Hanoi. Raises BadParameter for what is no day, or one before the data."""
    first, until = session.scalar(select(func.min(Batch.at))), ""
    try:
        end = dt.datetime.combine(dt.date.fromisoformat(day) + dt.timedelta(days=1), dt.time(), HANOI)
        until = f"{end.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    except (ValueError, OverflowError):
        pass
    number = session.scalar(select(func.max(Batch.id)).where(Batch.at < until))
    if number is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
        days = (f"{hanoi_day(first)}/..",) if first else ()  # an interval of ISO 8601 without an end
        raise BadParameter("as_of", day, ("YYYY-MM-DD", *days))
    return number


def hanoi_day(at: str) -> dt.date:
    """The day in Hanoi of an instant of the store."""
    return dt.datetime.fromisoformat(at).astimezone(HANOI).date()
