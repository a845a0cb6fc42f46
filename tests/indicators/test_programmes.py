"""Titles and upgrades go to the store and come back as they were checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from boundaries.models import Base
from boundaries.problems import IngestError
from indicators.ingest import load
from indicators.programmes import load_recognitions, load_upgrades
from tests.indicators.shipped import shipped
from tests.indicators.small import write_small


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A store in memory with what the repository ships, foreign keys checked."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        load(session)
        yield session
    engine.dispose()


def test_titles_come_back_as_they_went_in(session: Session) -> None:
    """All 610 rows in the order of the file, with the same types; a blank year is missing."""
    titles = load_recognitions(session)
    pd.testing.assert_frame_equal(titles, shipped()["ntm_recognitions"], check_dtype=False)
    assert titles["year"].dtype == "Int64"
    assert len(titles) == 610


def test_upgrades_come_back_as_they_went_in(session: Session) -> None:
    """Criteria, reports and events, each in the order of its file."""
    upgrades = load_upgrades(session)
    for name, frame in zip(("criteria", "status", "milestones"), vars(upgrades).values(), strict=True):
        pd.testing.assert_frame_equal(frame, shipped()[f"upgrade_{name}"], check_dtype=False)
    assert upgrades.statuses["value"].dtype == "float64"


def test_an_empty_store_gives_empty_tables(tmp_path: Path) -> None:
    """With the columns and types of full ones."""
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        assert load_recognitions(session).dtypes.to_dict()["year"] == "Int64"
        assert load_upgrades(session).statuses.columns.tolist() == shipped()["upgrade_status"].columns.tolist()
    engine.dispose()


def test_a_fault_in_a_programme_loads_nothing(tmp_path: Path) -> None:
    """It is told together with a fault among the figures."""
    folder = write_small(tmp_path)
    for name, old, new in (("upgrade_status", "2024,016", "2024,999"), ("observations", "all,82.50", "all,?")):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session, pytest.raises(IngestError) as caught:
        load(session, folder, folder)
    assert {(problem.file, problem.rule) for problem in caught.value.problems} == {
        ("observations.csv", "number"),
        ("upgrade_status.csv", "place"),
    }
    engine.dispose()
