"""Training data in a store: the checks and the transaction of every load, and no way for the two kinds to meet."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Base
from boundaries.problems import IngestError
from indicators.catalogue import load_catalogue
from indicators.composite import combine
from indicators.goals import counting, load_goals
from indicators.ingest import WrongStore, load, read_tables, store_tables
from indicators.intervals import REAL, SHARE
from indicators.models import DataState, Observation, Source
from indicators.progress import Figure, Judgement, base_period, judge
from indicators.schema import TRAINING
from indicators.table import indicator_table
from indicators.training import CORE, load_training, write_training
from tests.indicators.small import write_small


def open_store(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture(scope="module")
def training_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the training data, loaded into an empty store."""
    path = tmp_path_factory.mktemp("training") / "training.db"
    engine = open_store(path)
    with Session(engine) as session:
        loaded = load_training(session)
    assert (loaded.version, loaded.changed) == (1, True)
    engine.dispose()
    return path


@pytest.fixture
def training(training_store: Path, tmp_path: Path) -> Path:
    """A copy of that file."""
    return Path(shutil.copy(training_store, tmp_path / "training.db"))


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A file with a few real rows."""
    path = tmp_path / "real.db"
    engine = open_store(path)
    with Session(engine) as session:
        load(session, write_small(tmp_path / "small"), tmp_path / "small")
    engine.dispose()
    return path


def state_of(path: Path) -> tuple[str, list[list[tuple[object, ...]]]]:
    """Hash of the file, and every row of every table."""
    engine = open_store(path)
    with engine.connect() as connection:
        rows = [[tuple(row) for row in connection.execute(select(table))] for table in Base.metadata.sorted_tables]
    engine.dispose()
    return hashlib.sha256(path.read_bytes()).hexdigest(), rows


def test_the_store_says_that_it_is_for_training(training: Path) -> None:
    """Its kind, its one source, and the source of every figure."""
    engine = open_store(training)
    with Session(engine) as session:
        assert session.scalars(select(DataState.kind)).all() == [TRAINING]
        assert session.scalars(select(Source.publisher)).all() == ["SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT"]
        assert session.scalars(select(Observation.source_id).distinct()).all() == [TRAINING]
    engine.dispose()


def test_a_second_load_changes_nothing(training: Path) -> None:
    """Neither version nor a byte of the file."""
    before, engine = state_of(training), open_store(training)
    with Session(engine) as session:
        again = load_training(session)
    engine.dispose()
    assert (again.version, again.changed) == (1, False)
    assert state_of(training) == before


def test_training_data_cannot_enter_a_store_of_real_data(real: Path) -> None:
    """The error names both kinds and the remedy; file and rows stay as they were."""
    before, engine = state_of(real), open_store(real)
    with Session(engine) as session, pytest.raises(WrongStore, match=r"holds real data.*training data.*DATABASE_URL"):
        load_training(session)
    engine.dispose()
    assert state_of(real) == before


def test_real_data_cannot_enter_a_store_of_training_data(training: Path, tmp_path: Path) -> None:
    """Neither other tables nor the shipped ones."""
    before, engine = state_of(training), open_store(training)
    small = write_small(tmp_path / "small")
    for folders in ((), (small, small)):
        with Session(engine) as session, pytest.raises(WrongStore, match=r"holds training data.*real data"):
            load(session, *folders)
    engine.dispose()
    assert state_of(training) == before


def test_storing_by_hand_is_refused_as_well(training: Path) -> None:
    """The check stands where rows are written, not only in the command."""
    before, engine = state_of(training), open_store(training)
    with Session(engine) as session, pytest.raises(WrongStore):
        store_tables(session, {}, {}, "digest")
    engine.dispose()
    assert state_of(training) == before


def test_training_files_are_not_taken_for_real_ones(tmp_path: Path) -> None:
    """Written out and loaded as real data they fail by their source, in an empty store too; and the reverse."""
    path, small = tmp_path / "empty.db", write_small(tmp_path / "small")
    engine = open_store(path)
    before = state_of(path)
    write_training(tmp_path)
    with Session(engine) as session, pytest.raises(IngestError, match=r"sources\.csv +2 +id +training +training"):
        load(session, tmp_path)
    with Session(engine) as session, pytest.raises(IngestError, match=r"sources\.csv +2 +id +\S+ +training"):
        load(session, small, small, kind=TRAINING)
    engine.dispose()
    assert state_of(path) == before


def test_maps_of_the_core_are_full(training: Path) -> None:
    """Every area for which an indicator has a meaning has a figure in the year that opens, at every level."""
    engine = open_store(training)
    with Session(engine) as session:
        places = load_places(session)
        catalogue = load_catalogue(session, places)
        for name in set(CORE) - {"district_upgrade_plan"}:
            indicator = catalogue.indicator(name)
            for edition, level in places.areas:
                if level in indicator.levels.split(","):
                    table = indicator_table(session, catalogue, places, name, edition, level, stratum="all")
                    assert table.with_value == table.applicable > 0
    engine.dispose()


def judgements(engine: Engine, today: date, period: str) -> dict[str, list[tuple[str, Judgement]]]:
    """Each goal of the plan judged for the city on a day: locator, then indicator and judgement."""
    with Session(engine) as session:
        city = session.scalars(
            select(Observation).where(Observation.area_code == "01", Observation.edition_id == "2024")
        )
        values = {(row.indicator_id, row.stratum, row.period): row.value for row in city}
        units = {row["id"]: row["unit"] for row in read_tables()["indicators"].to_dict("records")}
        directions = read_tables()["indicators"].set_index("id")["direction"]
    found: dict[str, list[tuple[str, Judgement]]] = {}
    for goal in counting(load_goals()):
        domain = SHARE if units[goal.indicator] == "%" else REAL
        figure, baseline = (
            Figure(values.get((goal.indicator, goal.stratum, when)), when, domain=domain)
            for when in (period, base_period(goal))
        )
        if goal.scope != "each_district":
            verdict = judge(figure, goal, directions[goal.indicator], today, baseline)
            found.setdefault(goal.resolution_ref, []).append((goal.indicator, verdict))
    return found


def test_every_status_occurs(training: Path) -> None:
    """Some goals are met and others not, rows of several goals partly; in the middle of the year some are on the way,
    some behind and some far behind."""
    engine = open_store(training)
    after, during = judgements(engine, date(2025, 1, 15), "2024"), judgements(engine, date(2024, 7, 15), "2024-06")
    engine.dispose()
    single = Counter(verdict.status for found in after.values() for _, verdict in found)
    assert single["met"] >= 25
    assert single["not_met"] >= 15
    rows = Counter(
        combine([verdict for _, verdict in found]).status
        for locator, found in after.items()
        if locator.startswith("Phụ lục") and len(found) > 1
    )
    assert rows["partly_met"] >= 2
    assert rows["met"] >= 1
    way = Counter(verdict.status for found in during.values() for _, verdict in found)
    assert min(way["on_track"], way["behind"], way["off_track"]) >= 3
    assert single["not_assessable"] > 0


def test_core_goals_are_judged_both_ways(training: Path) -> None:
    """Water: urban met exactly, rural not; waste: urban not, rural met in the range; NTM: both met."""
    engine = open_store(training)
    after = judgements(engine, date(2025, 1, 15), "2024")
    engine.dispose()
    assert [verdict.reason for _, verdict in after["Phụ lục, mục 20"]] == ["met_at_bound", "below_target"]
    assert [verdict.reason for _, verdict in after["Phụ lục, mục 21"]] == ["below_target", "met_in_range"]
    assert [verdict.reason for _, verdict in after["Phụ lục, mục 24"]] == ["met_above", "met_above"]
