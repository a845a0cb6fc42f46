"""Taking in numbers: read every table as text, check all of them, then bring the store to them in one transaction.

A fault anywhere loads nothing. What is loaded is told apart by a digest of the files, so that loading the same files
again changes nothing, and each change raises the data version, on which every cached answer depends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from boundaries.ingest import DATA as PLACES_DATA
from boundaries.ingest import PLACES, check_places, clear_places, read_places, store_places, store_rows
from boundaries.models import Base
from boundaries.problems import IngestError, Problem
from boundaries.tables import Findings, Frames, check_columns, check_header, check_references
from boundaries.tables import read_tables as read_files
from geo.errors import DomainError
from indicators.audit import record
from indicators.history import enter_rows, keep_rows, lock_state, open_batch
from indicators.models import Breaks, DataState, GoalRow, Indicator, Observation, Source, Theme, Unit, ValueLabel
from indicators.named_places import NAMED_PLACES, NamedPlace, check_named_places
from indicators.programmes import PROGRAMME_MODELS, PROGRAMMES, check_programmes
from indicators.reload import FILE, merge_figures
from indicators.rules import check_rules
from indicators.schema import NUMBERS

__all__ = ["IngestError", "Loaded", "WrongStore", "check_tables", "digest_files", "load", "read_tables", "store_tables"]

DATA = Path(__file__).parent / "data"
LOADER = "flask indicators load"
"""By whom embedded tables are entered: nobody in person, they come with the release."""

TABLES = {**NUMBERS, **PROGRAMMES, NAMED_PLACES.name: NAMED_PLACES}
"""All tables but those of units, each after those it refers to."""

MODELS: dict[str, type[Base]] = {
    "themes": Theme,
    "units": Unit,
    "indicators": Indicator,
    "value_labels": ValueLabel,
    "breaks": Breaks,
    "goals": GoalRow,
    "sources": Source,
    "observations": Observation,
    **PROGRAMME_MODELS,
    NAMED_PLACES.name: NamedPlace,
}
"""Where each of them goes."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: the data version afterwards, whether it changed, and rows by table."""

    version: int
    changed: bool
    rows: dict[str, int]


class WrongStore(DomainError):
    """Real and training data never share a store, lest one be shown for the other."""

    def __init__(self, held: str, given: str) -> None:
        self.held, self.given = held, given
        super().__init__(f"The store holds {held} data and cannot take {given} data. Set DATABASE_URL to another one.")


def read_tables(directory: Path = DATA) -> Frames:
    """Read the tables of numbers and programmes as text. Raises: IngestError for files that cannot be read."""
    return read_files(directory, TABLES)


def check_tables(tables: Frames, areas: pd.DataFrame, kind: str = "real") -> Frames:
    """Check the tables of numbers and programmes and give them their types; `areas` is the table of areas.

    `kind` is that of the store they are meant for: training figures pass for a training store only.

    Raises: IngestError with all problems of all tables; wrong headers, also that of the areas, come first and alone.
    """
    findings = Findings()
    check_header(PLACES["areas"], areas, findings)
    typed = check_columns(tables, TABLES, findings)
    editions = areas[["edition"]].drop_duplicates().rename(columns={"edition": "id"})
    check_references({**tables, "editions": editions}, TABLES, findings)
    check_rules(tables, typed, areas, findings, kind)
    check_programmes(tables, typed, areas, findings)
    check_named_places(tables, areas, findings)
    findings.raise_any()
    return typed


def store_tables(
    session: Session, places: Frames, numbers: Frames, digest: str, kind: str = "real", by: str = LOADER
) -> int:
    """Bring the store to what checked tables say, within the caller's transaction, as one batch.

    Imported figures and their sources stay, and what a figure said before goes to the history.
    Returns: the new data version, one more than the last.
    Raises: WrongStore if the store holds data of the other kind. Orphaned if imported figures lose indicator or area.
    """
    lock_state(session)
    state = _held(session, kind) or DataState(id=1, version=0, kind=kind, audit_head="")
    if state.digest == digest:  # somebody else loaded them while these waited for the lock
        return state.version
    batch = open_batch(session, "load", FILE, digest, by)
    merge = merge_figures(session, {**places, **numbers}, batch)
    keep_rows(session, batch, merge.ended)
    for model in reversed(MODELS.values()):
        session.execute(delete(model))
    clear_places(session)
    store_places(session, places)
    for name, model in MODELS.items():
        if model is Observation:
            if merge.sources:
                session.execute(insert(Source), merge.sources)
            enter_rows(session, merge.standing)
        else:
            store_rows(session, model, TABLES[name], numbers[name])
    state.version, state.digest = state.version + 1, digest
    session.add(state)
    record(session, state, batch, merge.entered, merge.ended)
    session.flush()
    return state.version


def load(session: Session, numbers: Path = DATA, places: Path = PLACES_DATA, kind: str = "real") -> Loaded:
    """Bring the store to what the files in two folders say; nothing happens where it says so already.

    `session` must not be in a transaction: one is opened here, and committed.
    `kind` is "real", or "training" for synthetic figures.
    Raises: IngestError with all problems: first those of files that cannot be read, then those of their content.
    WrongStore if the store holds data of the other kind.
    """
    with session.begin():
        digest = digest_files(numbers, places)
        state = _held(session, kind)
        if state is not None and state.digest == digest:
            return Loaded(state.version, False, {})
        place_texts, number_texts = _together(lambda: read_places(places), lambda: read_tables(numbers))
        areas = place_texts["areas"]
        checked_places, checked_numbers = _together(
            lambda: check_places(place_texts), lambda: check_tables(number_texts, areas, kind)
        )
        version = store_tables(session, checked_places, checked_numbers, digest, kind)
    return Loaded(version, True, {name: len(frame) for name, frame in {**checked_places, **checked_numbers}.items()})


def _held(session: Session, kind: str) -> DataState | None:
    """The state of the store; None before the first load. Raises: WrongStore if it is of the other kind."""
    state = session.scalar(select(DataState))
    if state is not None and state.kind != kind:
        raise WrongStore(state.kind, kind)
    return state


def _together(*steps: Callable[[], Frames]) -> list[Frames]:
    """Results of all steps, or all their problems in one error."""
    results: list[Frames] = []
    problems: list[Problem] = []
    for step in steps:
        try:
            results.append(step())
        except IngestError as error:
            problems += error.problems
    Findings(problems).raise_any()
    return results


def digest_files(numbers: Path = DATA, places: Path = PLACES_DATA) -> str:
    """SHA-256 over names and bytes of all table files; a missing file counts as empty here, reading reports it."""
    digest = hashlib.sha256()
    paths = [*(places / table.file for table in PLACES.values()), *(numbers / table.file for table in TABLES.values())]
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
