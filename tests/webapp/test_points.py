"""`flask indicators aggregate`: from a register of points to figures on the map, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.layers import read_layer
from indicators.audit import verify
from indicators.models import Batch, DataState, Observation, Source
from tests.conftest import close, over, prepared
from tests.stores import Stores
from tests.webapp.test_boundary_walk import BLOCKS, SHELL
from webapp.settings import ROOT

CODES = ("00004", "00008")
# In 00004 three households, two of them poor, and a firm; in 00008 one household and one of which nobody knows whether
# it is poor; one far outside, one without coordinates.
KINDS = [("00004", 1, "household"), ("00004", 1, "household"), ("00004", 0, "household"), ("00004", 0, "firm"),
         ("00008", 0, "household"), ("00008", None, "household")]  # fmt: skip
SHARE = ("--numerator", "kind = 'household' and poor = 1", "--denominator", "kind = 'household'")
NEW_SOURCE = ("--source", "register", "--publisher", "UBND", "--title", "Sổ hộ")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded store, to be copied."""
    app = prepared(tmp_path_factory.mktemp("points") / "store.db")
    app.extensions["engine"].dispose()
    return Path(app.extensions["engine"].url.database)


@pytest.fixture
def store(base: Path, tmp_path: Path) -> Iterator[Flask]:
    from webapp import create_app

    (tmp_path / "store.db").write_bytes(base.read_bytes())
    app = create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}"})
    yield app
    app.extensions["engine"].dispose()


def register() -> pd.DataFrame:
    """The points; those of a unit stand at a point in it."""
    inside = read_layer("2025-07.commune").set_index("code").geometry.representative_point()
    rows = [(inside[code].x, inside[code].y, poor, kind) for code, poor, kind in KINDS]
    rows += [(100.0, 10.0, 1, "household"), (None, None, 1, "household")]
    return pd.DataFrame(rows, columns=["lon", "lat", "poor", "kind"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    register().to_csv(path, index=False)
    return path


def run(app: Flask, file: Path, *options: str, indicator: str = "poor_household_rate") -> Result:
    args = ["indicators", "aggregate", str(file), "--lon", "lon", "--lat", "lat", "--edition", "2025-07", "--level",
            "commune", "--indicator", indicator, "--period", "2025", "--by", "Lan", *NEW_SOURCE, *options]  # fmt: skip
    return app.test_cli_runner().invoke(args=args)


def figures(app: Flask) -> list[Observation]:
    with Session(app.extensions["engine"]) as session:
        return list(
            session.scalars(
                select(Observation).where(Observation.source_id == "register").order_by(Observation.area_code)
            )
        )


def test_shares_carry_numerator_denominator_and_what_is_uncertain(store: Flask, file: Path) -> None:
    result = run(store, file, *SHARE)
    assert result.exit_code == 0, result.output
    rows = figures(store)
    assert [(row.area_code, row.numerator, row.denominator) for row in rows] == [("00004", 2, 3), ("00008", 0, 1)]
    assert rows[0].value == pytest.approx(200 / 3)
    assert (rows[0].status, rows[0].source_id) == ("derived", "register")
    assert rows[0].note_en.startswith("From 4 points of the file register.csv (kind = 'household' and poor = 1 / ")
    assert "1 points outside (0 of them near a line), 1 without coordinates, 1 with a needed cell blank" in (
        rows[0].note_en
    )
    assert "8 points: 5 taken in 2 units" in result.output


def test_figures_are_one_audited_batch_with_its_source_and_are_shown(store: Flask, file: Path) -> None:
    run(store, file, *SHARE)
    with Session(store.extensions["engine"]) as session:
        batch = session.get(Batch, session.scalar(select(Source.batch_id).where(Source.id == "register")))
        assert batch is not None
        assert (batch.kind, batch.file, batch.entered_by) == ("import", "register.csv", "Lan")
        assert verify(session) == []
    path = "/api/v1/values?indicator=poor_household_rate&edition=2025-07&level=commune&period=2025"
    shown = {row["code"]: row for row in store.test_client().get(path).get_json()["areas"]}
    assert shown["00004"]["value"] == pytest.approx(200 / 3)
    assert shown["00008"]["value"] == 0


def test_the_same_file_twice_changes_nothing(store: Flask, file: Path) -> None:
    run(store, file, *SHARE)
    with Session(store.extensions["engine"]) as session:
        before = session.scalar(select(DataState.version))
    again = run(store, file, *SHARE)
    assert "All 2 figures stand already" in again.output
    with Session(store.extensions["engine"]) as session:
        assert session.scalar(select(DataState.version)) == before


def test_what_differs_moves_the_old_figure_to_the_history(store: Flask, file: Path) -> None:
    run(store, file, *SHARE)
    register().iloc[1:].to_csv(file, index=False)
    assert "0 added, 1 changed, 1 unchanged" in run(store, file, *SHARE).output
    assert figures(store)[0].numerator == 1
    with store.extensions["engine"].connect() as connection:
        assert connection.execute(text("SELECT numerator FROM superseded WHERE source_id = 'register'")).first() == (2,)


def test_a_column_may_be_a_number_in_one_expression_and_asked_for_blanks_in_the_other(store: Flask, file: Path) -> None:
    result = run(store, file, "--numerator", "sum(poor)", "--denominator", "poor is not blank")
    assert result.exit_code == 0, result.output
    assert [(row.area_code, row.numerator, row.denominator) for row in figures(store)] == [
        ("00004", 2, 4),
        ("00008", 0, 1),
    ]


def test_a_dry_run_counts_and_writes_nothing(store: Flask, file: Path) -> None:
    result = run(store, file, *SHARE, "--dry-run")
    assert "2 figures computed, nothing written" in result.output
    assert figures(store) == []


def test_counts_are_sums_without_a_denominator_and_parquet_is_read_too(store: Flask, tmp_path: Path) -> None:
    path = tmp_path / "register.parquet"
    parquet.write_table(pa.Table.from_pandas(register()), path)
    result = run(store, path, "--numerator", "kind = 'household' and poor = 1", indicator="poor_households")
    assert result.exit_code == 0, result.output
    assert [(row.area_code, row.value, row.denominator) for row in figures(store)] == [
        ("00004", 2, None),
        ("00008", 0, None),
    ]


@pytest.mark.parametrize(
    ("options", "indicator", "says"),
    [
        (("--numerator", "poor = 1"), "poor_household_rate", "'--denominator' is required"),
        (("--numerator", "poor = 1", "--denominator", "count()"), "poor_households", "is a count"),
        (("--numerator", "por = 1"), "poor_households", "Nearest: poor"),
        (("--numerator", "poor ="), "poor_households", "character 7"),
        (("--numerator", "sum(poor / 4)"), "poor_households", "whole and not negative"),
        (("--numerator", "kind = 1"), "poor_households", "cannot be read"),
        (("--numerator", "sum(poor)", "--denominator", "poor = 'x'"), "poor_household_rate", "as text and as a number"),
        (("--numerator", "poor = 1", "--lon", "lat", "--lat", "lon"), "poor_households", "exchange --lon and --lat"),
        (("--numerator", "poor = 1", "--edition", "2026"), "poor_households", "no edition '2026'"),
        (("--numerator", "poor = 1", "--level", "district"), "poor_households", "'level' cannot be 'district'"),
        (("--numerator", "poor = 1", "--period", "2025-13"), "poor_households", "'period' cannot be"),
        (("--numerator", "poor = 1"), "ntm_title", "counts, rates or levels"),
        (("--numerator", "poor = 1", "--source", "nobody", "--title", ""), "poor_households", "--publisher"),
    ],
)
def test_what_does_not_fit_is_refused_with_status_2(
    store: Flask, file: Path, options: tuple[str, ...], indicator: str, says: str
) -> None:
    result = run(store, file, *options, indicator=indicator)
    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert figures(store) == []


def test_a_file_of_another_kind_is_refused(store: Flask, tmp_path: Path) -> None:
    path = tmp_path / "register.json"
    path.write_text(json.dumps([]), "utf-8")
    result = run(store, path, "--numerator", "poor = 1", indicator="poor_households")
    assert (result.exit_code, "a file ending in .csv" in result.output) == (2, True)


def test_both_engines_write_the_same_figures(postgres_stores: Stores, tmp_path: Path, file: Path) -> None:
    written = []
    for engine in ("local", "postgis"):
        with postgres_stores.lend("embedded") as url:
            app = over(url)
            result = run(app, file, *SHARE, "--engine", engine)
            assert result.exit_code == 0, result.output
            columns = [column.name for column in Observation.__table__.columns if column.name != "id"]
            written.append([[getattr(row, name) for name in columns] for row in figures(app)])
            close(app)
    assert len(written[0]) == 2
    assert written[0] == written[1]


def test_sqlite_cannot_count_by_itself_and_says_so_before_the_file_is_read(store: Flask, tmp_path: Path) -> None:
    path = tmp_path / "register.json"
    path.write_text("no points", "utf-8")
    result = run(store, path, *SHARE, "--engine", "postgis")
    assert (result.exit_code, "which has to be on PostgreSQL with PostGIS" in result.output) == (2, True)


def test_the_documented_command_counts_in_postgis(postgres_stores: Stores, tmp_path: Path) -> None:
    (command,) = (block for _status, block in BLOCKS.findall((ROOT / "docs/postgresql.md").read_text("utf-8")))
    with postgres_stores.lend("embedded") as url:
        given = {"DATABASE_URL": url, "PYTHON": sys.executable, "FOLDER": str(tmp_path), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(["bash", "-c", SHELL + command], env=os.environ | given, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "3 points: 2 taken in 1 units (0 of them within 20 m of a line), 1 outside" in done.stdout
        assert "Batch 1: 1 added, 0 changed, 0 unchanged." in done.stdout
        app = over(url)
        with Session(app.extensions["engine"]) as session:
            (row,) = session.scalars(select(Observation).where(Observation.source_id == "register-2025"))
            assert (row.area_code, row.value, row.numerator, row.denominator) == ("00004", 50, 1, 2)
        close(app)
