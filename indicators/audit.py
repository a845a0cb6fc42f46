"""The audit: one line for each batch, chained by hashes, and the check that nothing was altered behind its back.

A line holds the digest of every figure that its batch entered and of every figure that it ended, and of all other
tables as they were then. A figure, a name, a batch or a line that somebody edits or deletes in the store itself, or
that a disk spoils, therefore no longer fits; `verify` names what does not.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.models import Base
from indicators.coverage import recount
from indicators.history import FIELDS, Row
from indicators.models import AuditEntry, Batch, DataState, Observation, Statement, Superseded

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

READ_AT_ONCE = 5000
"""Figures fetched from the store at a time where all are read."""

OWN = {"observation", "superseded", "batch", "audit_entry", "data_state", "area_shape"}
"""Tables that the lines cover row by row or by their chain, and shapes, which are made from the layers."""

PASSING = {"source", "coverage", "citation"}
"""Of the other tables, those that change with figures."""

BATCH_FIELDS = ("kind", "file", "sheet", "sha256", "undoes")


def record(
    session: Session, state: DataState, batch: Batch, entered: Iterable[Row], ended: Iterable[Row], **more: Any
) -> None:
    """Add the line of a batch, within the caller's transaction, which must hold the lock on the state.

    The line holds digests of all tables, so what the batch changed in the coverage is counted before.
    """
    entered, ended = list(entered), list(ended)
    recount(session, [*entered, *ended])
    last = session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    facts = {
        **{name: getattr(batch, name) for name in BATCH_FIELDS},
        "entered": _digest(_line(row) for row in entered),
        "ended": _digest(_line(row) for row in ended),
        "tables": digest_tables(session),
        **more,
    }
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=batch.at,
        entered_by=batch.entered_by,
        action=batch.kind,
        batch_id=batch.id,
        detail=json.dumps(facts, ensure_ascii=False, sort_keys=True),
    )
    entry.hash = state.audit_head = _hash(entry, last.hash if last else "")
    session.add(entry)


def verify(session: Session, most: int | None = None) -> list[str]:
    """What in audit, batches, tables and figures does not fit; nothing if all is as it was entered.

    If more than `most` figures were entered, they are not read: all else is compared, which takes no longer with more.
    """
    state = session.scalar(select(DataState))
    entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    faults, previous = [], ""
    for number, entry in enumerate(entries, start=1):
        if entry.id != number:
            return [f"Audit line {number} is missing."]
        if entry.hash != _hash(entry, previous):
            faults.append(f"Audit line {number} was altered, or the one before it.")
        previous = entry.hash
    if (state.audit_head if state else "") != previous:
        faults.append(f"The audit does not end with the line last written: {len(entries)} lines are there.")
    if faults:
        return faults
    reads = most is None or count_entered(entries) <= most
    return [*_verify_batches(session, entries, reads), *_verify_tables(session, entries)]


def count_entered(entries: Iterable[AuditEntry]) -> int:
    """Figures that came into the store by these lines, with those that have ended since."""
    return sum(json.loads(entry.detail)["entered"]["figures"] for entry in entries)


def digest_tables(session: Session) -> dict[str, str]:
    """SHA-256 of each table of the catalogue, places, goals, sources and programmes, over its sorted rows."""
    tables = sorted((table for name, table in Base.metadata.tables.items() if name not in OWN), key=lambda t: t.name)
    digests = {}
    for table in tables:
        lines = sorted(repr(tuple(row)) for row in session.execute(table.select()))
        digests[table.name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return digests


def lasting_tables(session: Session) -> dict[str, str]:
    """What the last line says of the tables that no batch of figures changes; nothing where it says nothing.

    Equal digests are equal tables: whoever keeps what they held need not read them again.
    """
    last = session.scalar(select(AuditEntry.detail).order_by(AuditEntry.id.desc()).limit(1))
    said: dict[str, str] = json.loads(last).get("tables", {}) if last else {}
    return {name: digest for name, digest in said.items() if name not in PASSING}


def _verify_tables(session: Session, entries: list[AuditEntry]) -> list[str]:
    """Compare the other tables with what the last line says; lines written before tables were covered say nothing."""
    said = json.loads(entries[-1].detail).get("tables", {}) if entries else {}
    held = digest_tables(session) if said else {}
    return [f"Table {name} was altered." for name in said if said[name] != held.get(name)]


def _verify_batches(session: Session, entries: Iterable[AuditEntry], reads: bool) -> list[str]:
    """Compare each batch, and its figures if they are read, with what its line says; the lines themselves are sound."""
    faults, batches = [], {batch.id: batch for batch in session.scalars(select(Batch))}
    figures = {word: _digest_figures(session, f"{word}_id") for word in ("entered", "ended")} if reads else {}
    for entry in entries:
        facts, batch = json.loads(entry.detail), batches.pop(entry.batch_id, None)
        if batch is None:
            faults.append(f"Batch {entry.batch_id} is missing.")
            continue
        said = {**{name: facts[name] for name in BATCH_FIELDS}, "by": entry.entered_by, "at": entry.at}
        held = {**{name: getattr(batch, name) for name in BATCH_FIELDS}, "by": batch.entered_by, "at": batch.at}
        if said != held:
            faults.append(f"Batch {batch.id} was altered.")
        for word, digests in figures.items():
            if facts[word] != digests.pop(batch.id, _digest([])):
                faults.append(f"Figures that batch {batch.id} {word} were altered, added or deleted.")
    strays = sorted({*batches, *(number for digests in figures.values() for number in digests)})
    return [*faults, *(f"Batch {number} has no line in the audit." for number in strays)]


def _digest_figures(session: Session, column: str) -> dict[int, dict[str, Any]]:
    """The digest of the figures that each batch entered, or ended, by the batch.

    Figures are read batch by batch, so that no more of them are held at once than one batch has.
    """
    streams = [_stream(session, model, column) for model in (Observation, Superseded) if hasattr(model, column)]
    merged = heapq.merge(*streams, key=itemgetter(0))
    return {number: _digest(line for _number, line in lines) for number, lines in groupby(merged, itemgetter(0))}


def _stream(session: Session, model: type[Statement], column: str) -> Iterator[tuple[int, str]]:
    """The number of the batch and the line of each figure, in the order of batches."""
    number = getattr(model, column)
    query = select(*(getattr(model, name) for name in FIELDS), number.label("batch")).order_by(number)
    for row in session.execute(query.execution_options(yield_per=READ_AT_ONCE)):
        *cells, batch = row
        yield batch, _write_line(cells)


def _line(row: Mapping[Any, Any]) -> str:
    return _write_line(row[name] for name in FIELDS)


def _write_line(cells: Iterable[Any]) -> str:
    return _ENCODE([repr(float(cell)) if isinstance(cell, float) else cell for cell in cells])


def _digest(lines: Iterable[str]) -> dict[str, Any]:
    ordered = sorted(lines)
    return {"figures": len(ordered), "sha256": hashlib.sha256("\n".join(ordered).encode()).hexdigest()}


def _hash(entry: AuditEntry, previous: str) -> str:
    fields = [previous, entry.id, entry.at, entry.entered_by, entry.action, entry.batch_id, entry.detail]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
