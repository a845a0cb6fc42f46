"""Imports and undos that are killed or whose disk fails: a child works on a copy of a store, the parent does the harm.

`Image` is what matters of a store: its figures, history, batches, audit and state. After any harm it must equal the one
before the work or the one after it, SQLite must find the file whole, and the audit must fit.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.models import Area, Base
from indicators.audit import verify
from indicators.history import CHUNK, Row
from indicators.ingest import load
from indicators.intake import importing, undo
from indicators.intake.importing import Plan, apply_plan, plan_import
from indicators.intake.reading import Wish
from indicators.intake.undo import undo_batch
from indicators.models import Source
from tests.indicators.intake.forms import TODAY, as_csv
from webapp.db import open_engine

TABLES = ("observation", "superseded", "source", "batch", "audit_entry", "data_state")
HEADER = ["indicator_id", "edition", "level", "area_code", "period", "stratum", "value", "unit", "status", "source_id"]
Image = tuple[tuple[Any, ...], ...]


Job = Callable[[Session], object]


@dataclass(frozen=True)
class Trial:
    """A store, what is done to it, the store when that was done, and how long it takes (seconds)."""

    store: Path
    job: Job
    done: Path
    takes: float


def prepare(folder: Path) -> Trial:
    """The embedded data, and a file with a new number of people for each of the 579 communes of 2024 to import."""
    store = folder / "base.db"
    engine = open_engine(f"sqlite:///{store}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        load(session)
        plan = planned(session, folder)
    engine.dispose()
    return timed(store, partial(take_in, plan), folder / "imported.db")


def planned(session: Session, folder: Path) -> Plan:
    """The import: a new number of people for each of the 579 communes of 2024."""
    communes = select(Area.code).where(Area.edition_id == "2024", Area.level == "commune").order_by(Area.code)
    codes, source = session.scalars(communes).all(), session.scalars(select(Source.id).order_by(Source.id)).first()
    common = ["2024", "all"], ["persons", "final", str(source)]
    rows = [["population", "2024", "commune", code, *common[0], str(5000 + place), *common[1]]
            for place, code in enumerate(codes)]  # fmt: skip
    path = folder / "people.csv"
    path.write_text(as_csv([HEADER, *rows]), "utf-8")
    plan = plan_import(session, path, Wish(), TODAY)
    assert len(plan.changes) == 579
    return plan


def prepare_undo(imported: Trial) -> Trial:
    """The store of a trial after its import, which is to be undone."""
    return timed(imported.done, take_back, imported.done.with_name("undone.db"))


def timed(store: Path, job: Job, done: Path) -> Trial:
    """A trial: the work is done once, on a copy."""
    child = start(copy(store, done), job)
    begun = time.monotonic()
    child.go()
    assert child.wait() == 0
    return Trial(store, job, done, time.monotonic() - begun)


def take_in(plan: Plan, session: Session) -> None:
    apply_plan(session, plan, "Lan", {warning.rule: "seen" for warning in plan.warnings})


def take_back(session: Session) -> None:
    undo_batch(session, 1, "Lan")


def copy(store: Path, to: Path) -> Path:
    """A copy of a store that nobody has open."""
    for suffix in ("-wal", "-shm"):
        Path(f"{to}{suffix}").unlink(missing_ok=True)
    with sqlite3.connect(store) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()
    return to


def image(store: Path) -> Image:
    """What a store holds once it is opened again, without times; SQLite and the audit must find nothing wrong."""
    connection = sqlite3.connect(store)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        figures = connection.execute("SELECT * FROM observation ORDER BY id").fetchall()
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]  # noqa: S608
        return tuple(figures), tuple(counts), tuple(connection.execute("SELECT version FROM data_state").fetchall())
    finally:
        connection.close()


def faults(store: Path) -> list[str]:
    """What the audit finds in a store."""
    engine = open_engine(f"sqlite:///{store}")
    with Session(engine) as session:
        found = verify(session)
    engine.dispose()
    return found


@dataclass
class Child:
    """Work in a process of its own, which waits for `go`; `acknowledged` once it said that it is done."""

    pid: int
    gate: int
    says: int

    def go(self) -> None:
        os.write(self.gate, b"g")

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Exit status: 0 done, 3 refused with an error, negative if killed."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self.gate)
        return os.waitstatus_to_exitcode(status)

    def acknowledged(self) -> bool:
        """Whether it said so before it ended; to be asked once, at the end."""
        said = os.read(self.says, 10)
        os.close(self.says)
        return said == b"done"


def start(store: Path | str, job: Job, mutant: bool = False) -> Child:
    """Fork a child that opens the store, a file or a URL, and waits to do its job, as a mutant in chunks."""
    (gate_out, gate_in), (says_out, says_in) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid:
        os.close(gate_out)
        os.close(says_in)
        return Child(pid, gate_in, says_out)
    status = 3
    try:
        if mutant:
            importing.enter_rows = undo.enter_rows = _in_chunks(importing.enter_rows)
        engine = open_engine(store if isinstance(store, str) else f"sqlite:///{store}")
        with Session(engine) as session:
            os.read(gate_out, 1)
            job(session)
        os.write(says_in, b"done")
        status = 0
    finally:
        os._exit(status)


def _in_chunks(enter_rows: Callable[[Session, list[Row]], None]) -> Callable[[Session, list[Row]], None]:
    """The mutant: rows go in by tens, each ten committed on its own."""

    def enter(session: Session, rows: list[Row]) -> None:
        for place in range(0, len(rows), 10):
            enter_rows(session, rows[place : place + 10])
            session.connection().connection.dbapi_connection.commit()  # type: ignore[union-attr]

    assert CHUNK > 10
    return enter
