"""Entering figures that were computed here, as one batch: what is new goes in, what differs moves to the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo.errors import DomainError
from indicators.audit import record
from indicators.history import Row, content_of, end_rows, enter_rows, key_of, lock_state, open_batch, read_current
from indicators.models import DataState, Observation, Source


class NoData(DomainError):
    """A store without the embedded tables, or one that holds made-up figures."""


class Entered(NamedTuple):
    """The batch (None if nothing differed) and how many figures were added, changed and unchanged."""

    batch: int | None
    added: int
    changed: int
    unchanged: int


def enter_figures(
    session: Session, rows: Sequence[Row], file: str, sha256: str, by: str, new_source: dict[str, Any] | None = None
) -> Entered:
    """Enter figures (key and content of `indicators/history.py`) of one source within the caller's transaction.

    `new_source` is a source to store with them. Figures that stand already and say the same stay as they are; if all
    do, nothing is written. Raises: NoData for a store that is empty or holds training figures.
    """
    state = lock_state(session)
    check_real(state)
    held = _held(session, rows)
    fresh = [row for row in rows if key_of(row) not in held]
    changed = [row for row in rows if key_of(row) in held and content_of(held[key_of(row)]) != content_of(row)]
    unchanged = len(rows) - len(fresh) - len(changed)
    if state is None or not (fresh or changed):
        return Entered(None, 0, 0, unchanged)
    batch = open_batch(session, "import", file, sha256, by)
    if new_source:
        session.execute(insert(Source), [new_source | {"batch_id": batch.id}])
    ended = [held[key_of(row)] for row in changed]
    end_rows(session, batch, ended)
    origin = {"batch_id": batch.id, "batch_row": None, "entered_id": batch.id}
    entered = [{**row, **origin} for row in (*fresh, *changed)]
    enter_rows(session, entered)
    state.version += 1
    record(session, state, batch, entered, ended)
    session.flush()
    return Entered(batch.id, len(fresh), len(changed), unchanged)


def check_real(state: DataState | None) -> None:
    """Raises NoData unless the store holds real data."""
    if state is None or state.kind != "real":
        held = "no data yet" if state is None else f"{state.kind} data"
        raise NoData(f"The store holds {held}. Run `flask indicators load` on a store of real data first.")


def _held(session: Session, rows: Sequence[Row]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Figures that stand under the keys of the rows."""
    sources, indicators = ({row[name] for row in rows} for name in ("source_id", "indicator_id"))
    wanted = {key_of(row) for row in rows}
    conditions = Observation.indicator_id.in_(indicators), Observation.source_id.in_(sources)  # found by the first
    found = read_current(session, *conditions) if rows else []
    return {key_of(row): row for row in found if key_of(row) in wanted}


def knows_source(session: Session, source: str) -> bool:
    """Whether the store has a source of this id."""
    return session.scalar(select(Source.id).where(Source.id == source)) is not None
