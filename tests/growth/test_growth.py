"""The benchmark of growth: its figures are sound, it runs on small sizes, and what it did not measure is marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.growth import figures, report, series, store, units
from benchmarks.growth.asking import command
from benchmarks.growth.plot import draw
from indicators.audit import verify
from indicators.models import Batch, Observation
from tests.stores import Stores
from webapp import assets
from webapp.engines import open_engine

DEPTH = figures.Depth(years=(2023, 2024), strata=("all", "rural"))
PIECE = 579 * 2 * 2
SHIPPED = 1_967


@pytest.fixture(scope="module")
def url(postgres_stores: Stores) -> Iterator[str]:
    assets.build_assets()
    with postgres_stores.lend("embedded") as url:
        yield url


@pytest.fixture(scope="module")
def grown(url: str) -> Iterator[Session]:
    """Two pieces and a half, in two steps, the second of which makes indexes anew."""
    engine = open_engine(url)
    with Session(engine) as session, pytest.MonkeyPatch.context() as patch:
        figures.grow(session, SHIPPED + PIECE, DEPTH)
        patch.setattr(figures, "REBUILT_FROM", 1)
        figures.grow(session, SHIPPED + 2 * PIECE + 1000, DEPTH)
        yield session
    engine.dispose()


def test_generated_figures_are_as_many_as_asked_for_and_fit_the_audit(grown: Session) -> None:
    assert grown.scalar(select(func.count()).select_from(Observation)) == SHIPPED + 2 * PIECE + 1000
    by_batch = select(Batch.file, func.count(Observation.id)).join(Observation, Observation.entered_id == Batch.id)
    rows = grown.execute(by_batch.where(Batch.kind == "import").group_by(Batch.id).order_by(Batch.id)).all()
    assert [tuple(row) for row in rows] == [
        ("generated_01.csv", PIECE), ("generated_02.csv", PIECE), ("generated_03.csv", 1000)
    ]  # fmt: skip
    assert verify(grown) == []


def test_indexes_and_keys_are_as_before(grown: Session) -> None:
    """What was dropped while copying is there again: compared with a store that nobody copied into."""
    query = text(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'observation'::regclass UNION ALL "
        "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'observation'::regclass "
        "ORDER BY 1"
    )
    held = list(grown.scalars(query))
    table = Observation.__table__
    assert len([line for line in held if line.startswith("CREATE")]) == len(table.indexes) + 2  # key, and unique key
    assert len([line for line in held if not line.startswith("CREATE")]) == len(table.constraints)


@pytest.mark.soak
def test_every_question_is_answered_on_small_sizes(grown: Session, url: str, tmp_path: Path) -> None:
    grown.rollback()
    measured = store.measure({"DATABASE_URL": url, "LAYERS_DIR": str(tmp_path)}, tmp_path)
    assert {name.rpartition(", ")[0] for name in measured} == set(report.WHY[report.FIGURES])
    assert all(value and value > 0 for value in measured.values()), measured


@pytest.mark.soak
def test_a_country_comes_in_and_is_asked(postgres_stores: Stores, tmp_path: Path) -> None:
    with postgres_stores.lend("embedded") as url:
        measured = units.measure({"DATABASE_URL": url, "LAYERS_DIR": str(tmp_path)}, tmp_path, 40)
    assert {name.rpartition(", ")[0] for name in measured} == set(report.WHY[report.UNITS])
    assert all(value and value > 0 for value in measured.values()), measured


def test_a_command_that_does_not_end_in_time_is_no_figure(url: str, tmp_path: Path) -> None:
    assert command({"DATABASE_URL": url, "LAYERS_DIR": str(tmp_path)}, "db", "check", limit_s=0.01) is None


RUNS: dict[int, dict[str, float | None]] = {
    100: {"page, ms": 10.0, "check, s": 1.0},
    1000: {"page, ms": 10.0, "check, s": 10.0},
    10_000: {"page, ms": 11.0, "check, s": None},
}


def test_slopes_are_of_the_last_two_measured_sizes() -> None:
    page, check = series.collect(RUNS, (100, 1000, 10_000, 100_000))
    assert page.slope == pytest.approx(0.0413927)  # log10(1.1)
    assert (page.kind, check.slope, check.kind) == ("flat", pytest.approx(1), "linear")
    assert page.points[-1] == series.Point(100_000, pytest.approx(21), extrapolated=True)  # 1 ms for 9,000
    assert check.points[-2] == series.Point(10_000, pytest.approx(100), extrapolated=True)


def test_a_cost_that_fell_is_not_taken_to_fall_on() -> None:
    (layer,) = series.collect({100: {"layer, kB": 90.0}, 1000: {"layer, kB": 9.0}}, (100, 1000, 10_000))
    assert (layer.slope, layer.kind) == (pytest.approx(-1), "falling")
    assert layer.points[-1] == series.Point(10_000, pytest.approx(9), extrapolated=True)


def test_what_was_not_measured_is_marked_in_table_and_plot() -> None:
    found = series.collect(RUNS, (100, 1000, 10_000, 100_000))
    run = report.Run({report.FIGURES: found}, {report.FIGURES: ""}, 0.1, 1)
    rows = [line for line in report.render(run).splitlines() if line.startswith(("| page", "| check"))]
    assert rows == [
        "| page, ms | 10 | 10 | 11 | **≈ 21 extrapolated** | 0.04 | flat |  |",
        "| check, s | 1.0 | 10 | not ended in time, **≈ 100 extrapolated** | **≈ 1,000 extrapolated** | 1.00 | linear "
        "|  |",
    ]  # fmt: skip
    drawn = draw(run.groups)
    assert drawn.count("stroke-dasharray") == drawn.count('fill="#fff" stroke') == drawn.count(">≈ ") == 3


def test_nothing_is_marked_where_all_was_measured() -> None:
    found = series.collect({size: RUNS[size] for size in (100, 1000)}, (100, 1000))
    run = report.Run({report.FIGURES: found}, {report.FIGURES: ""}, 0.1, 1)
    table = report.render(run).partition("## ")[2]
    assert "extrapolated" not in table
    assert "dasharray" not in draw(run.groups)
