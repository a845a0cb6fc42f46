"""A load is all or nothing, is told apart by its digest, and raises the data version by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from boundaries.models import Area, Base, Succession
from boundaries.problems import IngestError
from indicators import ingest
from indicators.ingest import Loaded, WrongStore, digest_files, load
from indicators.models import DataState, GoalRow, Observation, Source
from indicators.targets import VERSION
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


def load_folder(engine: Engine, folder: Path) -> Loaded:
    with Session(engine) as session:
        return load(session, folder, folder)


def content(engine: Engine) -> list[list[tuple[object, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return [[tuple(row) for row in connection.execute(select(table))] for table in Base.metadata.sorted_tables]


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8", newline="")


def test_the_first_load_fills_the_store(engine: Engine, folder: Path) -> None:
    """Rows arrive with their types, in the order of the files; blanks are NULL."""
    loaded = load_folder(engine, folder)
    assert (loaded.version, loaded.changed) == (1, True)
    assert (loaded.rows["areas"], loaded.rows["observations"], loaded.rows["units"]) == (8, 6, 3)
    with Session(engine) as session:
        state = session.scalars(select(DataState)).one()
        assert (state.version, state.digest) == (1, digest_files(folder, folder))
        figures = session.scalars(select(Observation).order_by(Observation.id)).all()
        assert [(row.area_code, row.value, row.value_high, row.qualifier) for row in figures[:4]] == [
            ("01", 90, None, "approx"),
            ("016", 82.5, None, ""),
            ("016", 80, 85, "range"),
            ("00376", 0, None, ""),
        ]
        assert figures[1].note_vi is None
        published = session.scalars(select(Source.published).order_by(Source.id)).all()
        assert [day and day.isoformat() for day in published] == ["2024-02-29", None]
        goals = session.scalars(select(GoalRow).order_by(GoalRow.id)).all()
        assert [goal.indicator_id for goal in goals] == ["poor", "poor", "water_rate", None, "water_rate"]
        assert [goal.version for goal in goals[2:]] == [VERSION, VERSION, "12/KH-UBND, 05/01/2024"]
        assert session.get_one(Area, ("2024", "00001")).parent_code == "001"
        pieces = session.execute(select(Succession.weight_area, Succession.weight_population)).all()
        assert sorted(pieces, key=str) == [(0.25, 0.5), (0.75, 0.5), (1, 1), (1, None)]


def test_loading_the_same_files_again_changes_nothing(engine: Engine, folder: Path) -> None:
    """Neither version nor rows; and it says so."""
    load_folder(engine, folder)
    before = content(engine)
    assert load_folder(engine, folder) == Loaded(1, False, {})
    assert content(engine) == before


def test_a_changed_file_replaces_the_content_and_raises_the_version(engine: Engine, folder: Path) -> None:
    """Old rows are gone, the new figure is there once."""
    load_folder(engine, folder)
    rewrite(folder / "observations.csv", "all,82.50", "all,83")
    loaded = load_folder(engine, folder)
    assert (loaded.version, loaded.changed) == (2, True)
    with Session(engine) as session:
        assert set(session.scalars(select(Observation.value).where(Observation.area_code == "016"))) == {80, 83}
        assert len(session.scalars(select(DataState)).all()) == 1


def test_a_file_put_back_is_a_change_too(engine: Engine, folder: Path) -> None:
    """Versions only rise: what caches hold for version 1 is never shown for version 3 by mistake."""
    load_folder(engine, folder)
    rewrite(folder / "observations.csv", "all,82.50", "all,83")
    load_folder(engine, folder)
    rewrite(folder / "observations.csv", "all,83", "all,82.50")
    assert load_folder(engine, folder).version == 3


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("observations.csv", "all,82.50", "all,82,50"), ("observations.csv", "all,82.50", "all,?"),
     ("areas.csv", "Huyện Sóc Sơn,01", "Huyện Sóc Sơn,02"),
     ("crosswalk.csv", "0.25,0.5", "0.2,0.5"), ("units.csv", "hộ", "")],
)  # fmt: skip
def test_a_bad_row_leaves_the_store_untouched(engine: Engine, folder: Path, file: str, old: str, new: str) -> None:
    """Whatever the fault, the store is bit for bit what it was, in an empty store and in a full one."""
    empty = content(engine)
    rewrite(folder / file, old, new)
    with pytest.raises(IngestError, match="nothing was loaded"):
        load_folder(engine, folder)
    assert content(engine) == empty
    rewrite(folder / file, new, old) if new else write_small(folder)
    load_folder(engine, folder)
    full = content(engine)
    rewrite(folder / file, old, new)
    with pytest.raises(IngestError, match=file):
        load_folder(engine, folder)
    assert content(engine) == full


def test_a_store_that_fails_half_way_keeps_what_it_had(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables that were already emptied and filled are rolled back with the rest."""
    load_folder(engine, folder)
    before = content(engine)
    rewrite(folder / "themes.csv", "Nước sạch", "Nước")
    store_rows = ingest.store_rows

    def fail_at_goals(session: Session, model: type[Base], *rest: object) -> None:
        if model is GoalRow:
            raise OSError("disk full")
        store_rows(session, model, *rest)

    monkeypatch.setattr(ingest, "store_rows", fail_at_goals)
    with pytest.raises(OSError, match="disk full"):
        load_folder(engine, folder)
    assert content(engine) == before
    monkeypatch.undo()
    assert load_folder(engine, folder).version == 2


def test_problems_of_places_and_numbers_come_together(engine: Engine, folder: Path) -> None:
    """A fault in the areas does not hide one in the figures, nor an unreadable file another one."""
    rewrite(folder / "areas.csv", "Phúc Xá,001,1.25", "Phúc Xá,001,none")
    rewrite(folder / "observations.csv", "all,82.50", "all,?")
    with pytest.raises(IngestError) as caught:
        load_folder(engine, folder)
    assert [(problem.file, problem.row) for problem in caught.value.problems] == [
        ("areas.csv", 6),
        ("observations.csv", 3),
    ]
    (folder / "areas.csv").unlink()
    (folder / "units.csv").unlink()
    with pytest.raises(IngestError) as caught:
        load_folder(engine, folder)
    assert [problem.file for problem in caught.value.problems] == ["areas.csv", "units.csv"]


def test_areas_without_their_columns_are_one_problem(engine: Engine, folder: Path) -> None:
    """Numbers are not held against a table that cannot be read; the header is reported once."""
    rewrite(folder / "areas.csv", "edition,code,level", "edition,id,level")
    with pytest.raises(IngestError) as caught:
        load_folder(engine, folder)
    assert [(problem.file, problem.row, problem.rule) for problem in caught.value.problems] == [
        ("areas.csv", 1, "header")
    ]


def test_real_and_training_data_never_share_a_store(engine: Engine, folder: Path) -> None:
    """Neither replaces the other, whatever the files say."""
    load_folder(engine, folder)
    before = content(engine)
    with Session(engine) as session, pytest.raises(WrongStore, match="holds real data and cannot take training data"):
        load(session, folder, folder, kind="training")
    assert content(engine) == before


def test_the_digest_depends_on_every_file(folder: Path) -> None:
    """One byte anywhere is another digest; a missing file is not an error yet."""
    digests = {digest_files(folder, folder)}
    for path in sorted(folder.glob("*.csv")):
        path.write_bytes(path.read_bytes() + b"\n")
        digests.add(digest_files(folder, folder))
    (folder / "units.csv").unlink()
    digests.add(digest_files(folder, folder))
    assert len(digests) == 19


def test_the_embedded_data_load(engine: Engine) -> None:
    """What the repository ships passes every rule and every foreign key."""
    with Session(engine) as session:
        loaded = load(session)
    assert loaded == Loaded(1, True, loaded.rows)
    assert loaded.rows == {
        "editions": 2, "areas": 737, "crosswalk": 849, "themes": 21, "units": 28, "indicators": 107, "value_labels": 16,
        "breaks": loaded.rows["breaks"], "plausibility": 21, "goals": 93, "sources": 252, "observations": 1967,
        "ntm_recognitions": 610, "upgrade_criteria": 63, "upgrade_status": 89, "upgrade_milestones": 25, "places": 17,
    }  # fmt: skip
