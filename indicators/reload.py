"""Loading the embedded figures into a store that may hold imported ones: a merge, not a replacement.

Figures that the tables state again stay as they were, with batch and row. What the tables changed or dropped moves to
the history. An import that corrected an embedded figure outranks it until that import is undone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.ingest import imported_areas
from boundaries.tables import Frames
from indicators.history import CONTENT, KEY, Orphaned, Row, content_of, key_of, read_current
from indicators.models import Batch, Source

FILE = "observations.csv"


@dataclass
class Merge:
    """Figures that stand after a load, those that it entered among them, those that it ended, and sources to keep."""

    standing: list[Row] = field(default_factory=list)
    entered: list[Row] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)


def merge_figures(session: Session, tables: Frames, batch: Batch) -> Merge:
    """What stands once the embedded tables are in; reads the store and writes nothing.

    Raises: Orphaned if imported figures would lose their indicator or area.
    """
    imported = set(session.scalars(select(Batch.id).where(Batch.kind == "import")))
    rows = read_current(session)
    held = {key_of(row): row for row in rows}
    merge, following = Merge(sources=_kept_sources(session, tables)), max((row["id"] for row in rows), default=0)
    for row in _stated_rows(tables["observations"], batch):
        before = held.pop(key_of(row), None)
        if before and (before["batch_id"] in imported or content_of(before) == content_of(row)):
            merge.standing.append(before)
            continue
        if before:
            merge.ended.append(before)
        else:
            following += 1
        merge.entered.append({"id": before["id"] if before else following, **row})
    kept = [row for row in held.values() if row["batch_id"] in imported]
    merge.ended += [row for row in held.values() if row["batch_id"] not in imported]
    _check_kept(kept, tables, imported_areas(session))
    merge.standing += [*merge.entered, *kept]
    return merge


def _stated_rows(observations: pd.DataFrame, batch: Batch) -> list[Row]:
    """The embedded figures as rows of the store; rows of the file are counted as a spreadsheet does."""
    names = {"indicator": "indicator_id", "edition": "edition_id", "source": "source_id"}
    frame = observations.rename(columns=names).assign(numerator=None, denominator=None).astype(object)
    frame = frame.where(frame.notna(), None)[[*KEY, *CONTENT]]
    origin = {"batch_id": batch.id, "entered_id": batch.id}
    return [
        {**record, **origin, "batch_row": number} for number, record in enumerate(frame.to_dict("records"), start=2)
    ]


def _kept_sources(session: Session, tables: Frames) -> list[dict[str, Any]]:
    """Sources that imports brought and that the embedded tables do not have."""
    embedded = set(tables["sources"]["id"])
    columns = Source.__table__.columns
    found = session.execute(select(*columns).where(Source.batch_id.is_not(None))).mappings()
    return [dict(row) for row in found if row["id"] not in embedded]


def _check_kept(kept: list[dict[str, Any]], tables: Frames, more: set[tuple[str, str]]) -> None:
    indicators = set(tables["indicators"]["id"])
    areas = more | set(zip(tables["areas"]["edition"], tables["areas"]["code"], strict=True))
    lost = [
        row for row in kept
        if row["indicator_id"] not in indicators or (row["edition_id"], row["area_code"]) not in areas
    ]  # fmt: skip
    if lost:
        raise Orphaned(lost)
