"""An import in two steps: a plan that says cell by cell what would change, then one transaction that does all of it.

The plan is made without holding anybody up. When it is carried out, the store is locked and the cells are read again:
if somebody else changed one of them meanwhile, the import is refused with these cells listed, so no change is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Area
from boundaries.problems import IngestError, Problem
from geo.errors import DomainError
from indicators.audit import record
from indicators.catalogue import load_catalogue
from indicators.history import Row, content_of, end_rows, enter_rows, key_of, lock_state, open_batch, read_current
from indicators.intake.grid import refuse
from indicators.intake.plausibility import Spread, check_plausibility
from indicators.intake.reading import Entry, Reading, Wish, read_file
from indicators.models import DataState, Observation, Source
from indicators.schema import TRAINING

LOCK_TIMEOUT = "55P03"
"""SQLSTATE of PostgreSQL for a lock that was not had in time; SQLite says "locked"."""

Kind = Literal["added", "changed", "unchanged"]


class Conflict(DomainError):
    """Cells that others changed since the plan was made, or that were changed since a batch; nothing was written."""

    def __init__(self, why: str, cells: Sequence[str]) -> None:
        self.cells = tuple(cells)
        listed = "\n".join(f"  {cell}" for cell in cells[:50])
        more = f"\n  … and {len(cells) - 50} more" if len(cells) > 50 else ""
        super().__init__(f"{why}, nothing was written:\n\n{listed}{more}")


class Busy(DomainError):
    """Somebody else is writing to the store and did not finish in time; nothing was written."""

    def __init__(self) -> None:
        super().__init__("Another import or load is writing to the store; nothing was written. Try again in a moment.")


class NoData(DomainError):
    """The store holds no catalogue yet."""

    def __init__(self) -> None:
        super().__init__("The store holds no data yet. Run flask prepare first.")


@dataclass(frozen=True)
class Change:
    """What an import does to one cell; `before` is the figure that stands there, None if there is none."""

    kind: Kind
    entry: Entry
    before: Row | None


@dataclass(frozen=True)
class Plan:
    """What a file would change, and the warnings that somebody must confirm first."""

    reading: Reading
    changes: tuple[Change, ...]
    warnings: tuple[Problem, ...]

    def count(self, kind: Kind) -> int:
        """Cells of one kind."""
        return sum(change.kind == kind for change in self.changes)


@dataclass(frozen=True)
class Applied:
    """What was done: the batch, None if nothing changed, the data version, and cells changed."""

    batch: int | None
    version: int
    cells: int


def plan_import(session: Session, path: Path, wish: Wish, today: dt.date) -> Plan:
    """Read a file and compare it with the store, which is only read. Raises: IngestError, NoData."""
    state = session.scalar(select(DataState))
    if state is None:
        raise NoData
    places = load_places(session)
    catalogue = load_catalogue(session, places)
    reading = read_file(path, catalogue, places, wish, today)
    if reading.sources and state.kind == TRAINING:
        raise refuse(path.name, "source", "A store of training data takes figures of the source training only.")
    stored = _read_stored(session, reading)
    warnings = check_plausibility(reading, stored, _read_spreads(session, reading), catalogue, places)
    return Plan(reading, _compare(reading, stored), tuple(warnings))


def _named(reading: Reading, column: str) -> set[str]:
    return {entry.record[column] for entry in reading.entries}


def _read_stored(session: Session, reading: Reading) -> list[dict[str, Any]]:
    """Figures that stand of the file's indicators in its editions."""
    columns = Observation.indicator_id, Observation.edition_id
    return read_current(session, *(column.in_(_named(reading, column.key)) for column in columns))


def _read_spreads(session: Session, reading: Reading) -> dict[tuple[str, str], Spread]:
    """The spread of the file's indicators over all editions, as the store counts it."""
    value, key = Observation.value, (Observation.indicator_id, Area.level)
    query = (
        select(*key, func.count(), func.min(value), func.max(value))
        .join(Area, (Area.edition_id == Observation.edition_id) & (Area.code == Observation.area_code))
        .where(Observation.indicator_id.in_(_named(reading, "indicator_id")), Observation.status != "planned")
        .group_by(*key)
    )
    rows = session.execute(query)
    return {(indicator, level): Spread(number, low, high) for indicator, level, number, low, high in rows}


def _compare(reading: Reading, stored: Sequence[Row]) -> tuple[Change, ...]:
    held = {key_of(row): row for row in stored}
    changes = []
    for entry in reading.entries:
        before = held.get(key_of(entry.record))
        same = before is not None and content_of(before) == content_of(entry.record)
        changes.append(Change("unchanged" if same else "changed" if before else "added", entry, before))
    return tuple(changes)


def apply_plan(
    session: Session,
    plan: Plan,
    by: str,
    reasons: Mapping[str, str],
) -> Applied:
    """Carry out a plan in one transaction, with its line in the audit; `reasons` confirm warnings by their rule.

    Nothing is written if all cells are as the file says.
    Raises: IngestError for warnings without a reason. Conflict, Busy.
    """
    open_warnings = [warning for warning in plan.warnings if not reasons.get(warning.rule, "").strip()]
    if open_warnings:
        raise IngestError(open_warnings)
    with writing(session) as state:
        stored = _read_stored(session, plan.reading)
        _check_meanwhile(plan, _compare(plan.reading, stored))
        changes = [change for change in plan.changes if change.kind != "unchanged"]
        if not changes:
            return Applied(None, state.version, 0)
        number = _write(session, state, plan, changes, by, reasons)
        return Applied(number, state.version, len(changes))


def _write(
    session: Session, state: DataState, plan: Plan, changes: Sequence[Change], by: str, reasons: Mapping[str, str]
) -> int:
    reading = plan.reading
    batch = open_batch(session, "import", reading.file, reading.sha256, by, sheet=reading.sheet)
    if reading.sources:
        session.execute(insert(Source), [{**source, "batch_id": batch.id} for source in reading.sources])
    origin = {"batch_id": batch.id, "entered_id": batch.id}
    added = [
        {**change.entry.record, **origin, "batch_row": change.entry.row} for change in changes if not change.before
    ]
    changed = [
        {**change.entry.record, **origin, "batch_row": change.entry.row, "id": change.before["id"]}
        for change in changes if change.before
    ]  # fmt: skip
    ended = [change.before for change in changes if change.before]
    end_rows(session, batch, ended)
    enter_rows(session, changed)
    enter_rows(session, added)
    state.version += 1
    used = {warning.rule for warning in plan.warnings}
    confirmed = {rule: reason for rule, reason in reasons.items() if rule in used}
    warned = [[warning.row, warning.value, warning.rule, warning.suggestion] for warning in plan.warnings]
    sources = sorted(source["id"] for source in reading.sources)
    record(session, state, batch, [*changed, *added], ended, confirmed=confirmed, warned=warned, sources=sources)
    session.flush()
    return batch.id


def _check_meanwhile(plan: Plan, now: Sequence[Change]) -> None:
    """Raises Conflict if a cell is not what it was when the plan was made."""
    moved = [
        f"{cell_name(new.entry.record)}: {_said(old.before)} → {_said(new.before)} (file: {_said(new.entry.record)})"
        for old, new in zip(plan.changes, now, strict=True)
        if (old.before and dict(old.before)) != (new.before and dict(new.before))
    ]  # fmt: skip
    if moved:
        raise Conflict(f"{len(moved)} cells were changed by somebody else since the file was read", moved)


def _said(row: Mapping[str, Any] | None) -> str:
    return "nothing" if row is None else f"{row['value']:g}"


def cell_name(row: Mapping[str, Any]) -> str:
    """A cell by its key, as on one line of a list."""
    return "/".join(str(part) for part in key_of(row))


@contextmanager
def writing(session: Session) -> Iterator[DataState]:
    """One transaction with the store locked, committed at the end. Raises: Busy, NoData.

    What the session read before is let go first: a plan may be old, a lock must not be.
    """
    session.rollback()
    try:
        with session.begin():
            state = lock_state(session)
            if state is None:
                raise NoData
            yield state
    except OperationalError as error:
        if "locked" in str(error.orig) or getattr(error.orig, "sqlstate", "") == LOCK_TIMEOUT:
            raise Busy from error
        raise
