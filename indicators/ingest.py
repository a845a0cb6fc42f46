"""Taking in numbers: read every table as text, check all of them, then replace the store's content in one transaction.

A fault anywhere loads nothing. What is loaded is told apart by a digest of the files, so that loading the same files
again changes nothing, and each change raises the data version, on which every cached answer depends.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from boundaries.ingest import DATA as PLACES_DATA
from boundaries.ingest import PLACES, check_places, clear_places, read_places, store_places, store_rows
from boundaries.models import Base
from boundaries.problems import IngestError
from boundaries.tables import Findings, Frames, check_columns, check_references
from boundaries.tables import read_tables as read_files
from indicators.models import Breaks, DataState, Indicator, Observation, Source, Target, Theme, Unit, ValueLabel
from indicators.rules import check_rules
from indicators.schema import NUMBERS

__all__ = ["IngestError", "Loaded", "check_tables", "digest_files", "load", "read_tables", "store_tables"]

DATA = Path(__file__).parent / "data"

MODELS: dict[str, type[Base]] = {
    "themes": Theme,
    "units": Unit,
    "indicators": Indicator,
    "value_labels": ValueLabel,
    "breaks": Breaks,
    "targets": Target,
    "sources": Source,
    "observations": Observation,
}
"""Where each table goes, in an order in which what is referred to comes first."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: the data version afterwards, whether it changed, and rows by table."""

    version: int
    changed: bool
    rows: dict[str, int]


def read_tables(directory: Path = DATA) -> Frames:
    """Read the tables of numbers as text. Raises: IngestError for files that cannot be read."""
    return read_files(directory, NUMBERS)


def check_tables(tables: Frames, areas: pd.DataFrame) -> Frames:
    """Check the tables of numbers and give them their types; `areas` is the table of areas, as text or checked.

    Raises: IngestError with all problems of all tables, after headers, which are looked at first.
    """
    findings = Findings()
    typed = check_columns(tables, NUMBERS, findings)
    editions = areas[["edition"]].drop_duplicates().rename(columns={"edition": "id"})
    check_references({**tables, "editions": editions}, NUMBERS, findings)
    check_rules(tables, typed, areas, findings)
    findings.raise_any()
    return typed


def store_tables(session: Session, places: Frames, numbers: Frames, digest: str) -> int:
    """Replace the store's content by checked tables, within the caller's transaction.

    Returns: the new data version, one more than the last.
    """
    for model in reversed(MODELS.values()):
        session.execute(delete(model))
    clear_places(session)
    store_places(session, places)
    for name, model in MODELS.items():
        store_rows(session, model, NUMBERS[name], numbers[name])
    state = session.scalar(select(DataState).with_for_update()) or DataState(id=1, version=0)
    state.version, state.digest = state.version + 1, digest
    session.add(state)
    session.flush()
    return state.version


def load(session: Session, numbers: Path = DATA, places: Path = PLACES_DATA) -> Loaded:
    """Bring the store to what the files in two folders say; nothing happens where it says so already.

    `session` must not be in a transaction: one is opened here, and committed.
    Raises: IngestError with all problems of the first kind found: files that cannot be read, then places, then numbers.
    """
    with session.begin():
        digest = digest_files(numbers, places)
        state = session.scalar(select(DataState))
        if state is not None and state.digest == digest:
            return Loaded(state.version, False, {})
        checked_places = check_places(read_places(places))
        checked = check_tables(read_tables(numbers), checked_places["areas"])
        version = store_tables(session, checked_places, checked, digest)
    return Loaded(version, True, {name: len(frame) for name, frame in {**checked_places, **checked}.items()})


def digest_files(numbers: Path = DATA, places: Path = PLACES_DATA) -> str:
    """SHA-256 over names and bytes of all table files; a missing file counts as empty here, reading reports it."""
    digest = hashlib.sha256()
    paths = [*(places / table.file for table in PLACES.values()), *(numbers / table.file for table in NUMBERS.values())]
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
