"""Figures are never overwritten, the state of any day can be read again, and nothing is altered unnoticed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Base
from geo.errors import BadParameter
from indicators.audit import verify
from indicators.catalogue import load_catalogue, recount
from indicators.history import batch_as_of, hanoi_day
from indicators.ingest import load
from indicators.models import AuditEntry, Batch, DataState, Observation, Source, Superseded
from indicators.observations import load_outcomes
from indicators.reload import Orphaned
from indicators.table import indicator_table
from tests.indicators.small import write_small
from tests.stores import Stores
from webapp.engines import open_engine


@pytest.fixture
def engine(stores: Stores) -> Iterator[Engine]:
    """A store with nothing in its tables."""
    with stores.lend("tables") as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path)


def load_folder(engine: Engine, folder: Path) -> None:
    with Session(engine) as session:
        load(session, folder, folder)


def rewrite(path: Path, old: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), "utf-8", newline="")


def corrected(engine: Engine, folder: Path) -> None:
    """Two loads: the second corrects a figure of Sóc Sơn (82.5 → 83) and drops the one of Phúc Xá (0)."""
    load_folder(engine, folder)
    rewrite(folder / "observations.csv", "all,82.50", "all,83")
    lines = (folder / "observations.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "00376,2024-06" not in line]
    assert len(kept) == len(lines) - 1
    (folder / "observations.csv").write_text("".join(kept), "utf-8", newline="")
    load_folder(engine, folder)


def test_the_first_load_is_batch_0_and_every_figure_knows_its_row(engine: Engine, folder: Path) -> None:
    """The digest of the embedded tables is that of the batch; row 2 is the first below the header."""
    load_folder(engine, folder)
    with Session(engine) as session:
        batch, state = session.scalars(select(Batch)).one(), session.scalars(select(DataState)).one()
        assert (batch.id, batch.kind, batch.file, batch.sha256) == (0, "load", "observations.csv", state.digest)
        origins = session.execute(select(Observation.batch_id, Observation.batch_row).order_by(Observation.id)).all()
        assert [tuple(row) for row in origins] == [(0, row) for row in range(2, 8)]


def test_a_corrected_figure_moves_to_the_history(engine: Engine, folder: Path) -> None:
    """Only what changed: the rest keeps batch 0; a new row is entered by batch 1, which ended the two old ones."""
    corrected(engine, folder)
    with Session(engine) as session:
        old = session.execute(select(Superseded.value, Superseded.entered_id, Superseded.ended_id)).all()
        assert sorted(tuple(row) for row in old) == [(0, 0, 1), (82.5, 0, 1)]
        new = session.execute(select(Observation.value, Observation.batch_row).where(Observation.batch_id == 1)).all()
        assert [tuple(row) for row in new] == [(83, 3)]


def test_the_state_of_a_day_is_what_was_shown_then(engine: Engine, folder: Path) -> None:
    """Table, coverage and outcomes of batch 0 come again, also the figure that is gone."""
    load_folder(engine, folder)
    with Session(engine) as session:
        places = load_places(session)
        first = load_catalogue(session, places)
        shown = indicator_table(session, first, places, "water_rate", "2024", "district", "2024")
    rewrite(folder / "observations.csv", "all,82.50", "all,83")
    load_folder(engine, folder)
    with Session(engine) as session:
        now = load_catalogue(session, places)
        past = recount(now, session, places, as_of=0)
        again = indicator_table(session, past, places, "water_rate", "2024", "district", "2024")
        present = indicator_table(session, now, places, "water_rate", "2024", "district", "2024")
        assert past.coverage == first.coverage
        assert again.frame().equals(shown.frame())
        assert not present.frame().equals(shown.frame())
        indicator = now.indicator("water_rate")
        values = {row.value for row in load_outcomes(session, indicator, "2024", "all", {"016"}, as_of=0)}
        assert values == {82.5}


def test_a_day_is_a_day_in_hanoi(engine: Engine, folder: Path) -> None:
    """17:00 UTC is midnight there; a day before the first batch, or none, is refused with what is allowed."""
    corrected(engine, folder)
    with Session(engine) as session:
        for number, at in ((0, "2026-03-01T16:59:59.999999Z"), (1, "2026-03-01T17:00:00.000000Z")):
            session.execute(text("UPDATE batch SET at = :at WHERE id = :id"), {"at": at, "id": number})
        assert [batch_as_of(session, day) for day in ("2026-03-01", "2026-03-02", "2031-12-31")] == [0, 1, 1]
        for bad in ("2026-02-28", "2026-02-30", "20260301", "then", "9999-12-31 "):
            with pytest.raises(BadParameter, match=r"2026-03-01/\.\."):
                batch_as_of(session, bad)
    assert hanoi_day("2024-12-31T17:00:00.000000Z") == dt.date(2025, 1, 1)


def test_batches_never_go_back_in_time(engine: Engine, folder: Path) -> None:
    """A clock that was set back does not reorder what happened."""
    load_folder(engine, folder)
    with Session(engine) as session, session.begin():
        session.execute(text("UPDATE batch SET at = '2999-01-01T00:00:00.000000Z'"))
    rewrite(folder / "observations.csv", "all,82.50", "all,83")
    load_folder(engine, folder)
    with Session(engine) as session:
        assert session.scalars(select(Batch.at)).all() == ["2999-01-01T00:00:00.000000Z"] * 2


def imported(engine: Engine, folder: Path) -> None:
    """A load, then figures of an import put in by hand: a correction of Sóc Sơn and a figure of a new source."""
    load_folder(engine, folder)
    with Session(engine) as session, session.begin():
        session.add(Batch(id=1, kind="import", file="x.csv", sha256="x", entered_by="Lan", at="2999-01-01T00:00:00Z"))
        session.flush()
        session.add(Source(id="new", publisher="UBND", title="Báo cáo", title_origin="stated", kind="official_site",
                           quality="official", batch_id=1))  # fmt: skip
        session.flush()
        figure = session.scalars(select(Observation).where(Observation.value == 82.5)).one()
        figure.value, figure.batch_id, figure.entered_id, figure.batch_row = 90, 1, 1, 7
        session.add(Observation(id=1000, indicator_id="water_rate", edition_id="2024", area_code="016", period="2022",
                                stratum="all", value=70, status="final", source_id="new", batch_id=1, batch_row=8,
                                entered_id=1))  # fmt: skip


def test_a_load_leaves_imported_figures_and_their_sources(engine: Engine, folder: Path) -> None:
    """Whatever the embedded tables say of the same figure, the correction stands; and it is not counted as changed."""
    imported(engine, folder)
    rewrite(folder / "observations.csv", "all,82.50", "all,83")
    rewrite(folder / "themes.csv", "Nước sạch", "Nước")
    load_folder(engine, folder)
    with Session(engine) as session:
        found = session.execute(select(Observation.value, Observation.batch_row).where(Observation.batch_id == 1))
        assert sorted(tuple(row) for row in found) == [(70, 8), (90, 7)]
        assert session.get_one(Source, "new").batch_id == 1
        assert session.scalars(select(Superseded)).all() == []


def test_a_load_that_would_orphan_imported_figures_is_refused(engine: Engine, folder: Path) -> None:
    """An indicator that imported figures are about cannot be dropped from the catalogue unnoticed."""
    imported(engine, folder)
    for name in ("indicators", "goals", "breaks", "observations", "plausibility"):
        path = folder / f"{name}.csv"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "water_rate" not in line]
        path.write_text("".join(kept), "utf-8", newline="")
    with pytest.raises(Orphaned, match="2 imported figures"):
        load_folder(engine, folder)


def let_go_of_references(session: Session) -> None:
    """What somebody does who alters rows behind the service's back; until the transaction ends."""
    sqlite = session.connection().dialect.name == "sqlite"
    session.execute(text("PRAGMA defer_foreign_keys=ON" if sqlite else "SET LOCAL session_replication_role = replica"))


TABLES = {
    "audit_entry": ["at", "entered_by", "action", "batch_id", "detail", "hash"],
    "batch": ["kind", "file", "sha256", "entered_by", "at"],
    "observation": ["area_code", "period", "value", "status", "source_id", "note_vi", "batch_row", "entered_id"],
    "superseded": ["area_code", "period", "value", "status", "source_id", "note_vi", "batch_row", "ended_id"],
}


@pytest.mark.parametrize("table", TABLES)
def test_an_edit_of_any_one_row_is_caught(engine: Engine, folder: Path, table: str) -> None:
    """Each column of each row in turn, in audit, batches, figures and history; put back, all is well."""
    corrected(engine, folder)
    stored = Base.metadata.tables[table].c
    with Session(engine) as session:
        assert verify(session) == []
        for column in TABLES[table]:
            rows = session.execute(select(stored.id, stored[column].label("held")).order_by(stored.id)).all()
            assert rows
            for row in rows:
                let_go_of_references(session)
                change = update(stored.id.table).where(stored.id == row.id).values({column: altered(column, row.held)})
                session.execute(change)
                assert verify(session), (column, row)
                session.rollback()
        assert verify(session) == []


def altered(column: str, held: object) -> object:
    """Another value of the same kind and length."""
    if column in ("batch_id", "entered_id", "ended_id"):
        return 1 - int(str(held))
    if isinstance(held, int | float):
        return held + 1
    text = str(held or "")
    return text[:-1] + ("y" if text.endswith("x") else "x")


@pytest.mark.parametrize("table", [*TABLES, "data_state"])
def test_a_deletion_of_any_one_row_is_caught(engine: Engine, folder: Path, table: str) -> None:
    """Also of the audit's last line, and of the row that remembers it."""
    corrected(engine, folder)
    with Session(engine) as session:
        stored = Base.metadata.tables[table]
        ids = session.scalars(select(stored.c.id)).all()
        assert ids
        for number in ids:
            let_go_of_references(session)
            session.execute(delete(stored).where(stored.c.id == number))
            assert verify(session), (table, number)
            session.rollback()


def test_a_forged_line_is_caught(engine: Engine, folder: Path) -> None:
    """A line whose own hash was made to fit still breaks the next one, or the state's memory of the last."""
    corrected(engine, folder)
    with Session(engine) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[-1]
        session.add(AuditEntry(id=3, at=last.at, entered_by="x", action="load", batch_id=1, detail="{}", hash="0" * 64))
        session.flush()
        assert verify(session) == ["Audit line 3 was altered, or the one before it.",
                                   "The audit does not end with the line last written: 3 lines are there."]  # fmt: skip
