"""Points counted by PostGIS equal those counted here: every cell, points on lines and unknowns among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from boundaries.layers import METRIC_CRS, read_finest
from geo.errors import DomainError
from indicators import pointfiles
from indicators.expressions import parse
from indicators.points import Question, Tally, tally_points
from indicators.pointsql import check_postgis, tally_in_postgis
from tests.postgres import Server
from tests.stores import Stores

PLACE, CITY = ("2025-07", "commune"), ("2025-07", "city")
KINDS = ("hộ nghèo", "xã Cổ Loa", "it's", 'a "quoted", word', "; DROP TABLE area; --", "")
HOSTILE = "thu nhập'); DROP TABLE area; --"
"""Name of a column."""


def spots(shapes: gpd.GeoDataFrame, random: np.random.Generator) -> np.ndarray:
    """Coordinates anywhere in and about the layer, on vertices, amid edges, and within a hair of them."""
    west, south, east, north = shapes.total_bounds
    anywhere = random.uniform((west - 0.1, south - 0.1), (east + 0.1, north + 0.1), (1500, 2))
    vertices = shapes.geometry.get_coordinates().to_numpy()
    at = random.integers(0, len(vertices) - 1, 500)
    amid = (vertices[at] + vertices[at + 1]) / 2  # of two units now and then: anywhere again
    return np.vstack([anywhere, vertices[at], amid, amid + random.normal(0, 2e-14, amid.shape)])


def register(shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    """3,100 points with numbers of either sign that no sum holds exactly, blanks, and texts."""
    random = np.random.default_rng(81)
    xy = np.vstack([spots(shapes, random), np.full((50, 2), np.nan), np.full((50, 2), np.inf)])
    size = len(xy)
    numbers = {name: random.normal(0, scale, size) for name, scale in (("income", 1e6), (HOSTILE, 1.0))}
    table = pd.DataFrame({"lon": xy[:, 0], "lat": xy[:, 1], "poor": random.integers(0, 3, size) % 2, **numbers})
    table["kind"] = np.array(KINDS, dtype=object)[random.integers(0, len(KINDS), size)]
    table.loc[random.random(size) < 0.1, "income"] = np.nan
    return table.sample(frac=1, random_state=3)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("points") / "register.parquet"
    parquet.write_table(pa.Table.from_pandas(register(read_finest(*PLACE)[0])), path)
    return path


@pytest.fixture(scope="module")
def store(postgres_stores: Stores) -> Iterator[Session]:
    with postgres_stores.session("embedded") as session:
        yield session


@pytest.fixture(autouse=True)
def several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a file is several of them: sums are taken batch by batch."""
    monkeypatch.setattr(pointfiles, "ROWS", 700)
    monkeypatch.setattr(pointfiles, "BLOCK", 100_000)


def both(store: Session, file: Path, upper: str, lower: str | None, place: tuple[str, str] = PLACE) -> list[Tally]:
    """The tallies of both engines; the transaction of the points is taken back."""
    question = Question("lon", "lat", parse(upper), parse(lower) if lower else None)
    shapes, tolerance_m = read_finest(*place)
    here = tally_points(file, question, shapes, tolerance_m, METRIC_CRS)
    there, same_tolerance_m = tally_in_postgis(store.connection(), file, question, place, METRIC_CRS)
    store.rollback()
    assert tolerance_m == same_tolerance_m
    return [here, there]


def assert_same(here: Tally, there: Tally) -> None:
    """Every count and every sum to the last bit, unit by unit."""
    for name in (field.name for field in fields(Tally)):
        assert np.array_equal(getattr(here, name), getattr(there, name)), name


@pytest.mark.parametrize(
    ("upper", "lower", "place"),
    [
        ("count()", None, ("2024", "district")),
        ("sum(income)", "income is blank or poor = 1", PLACE),
        (f'sum("{HOSTILE}" / poor)', "kind is not blank", CITY),
        ("kind in ('hộ nghèo', 'it''s', 'a \"quoted\", word', '; DROP TABLE area; --')", "not income < -10", CITY),
    ],
)
def test_tallies_are_equal_to_the_last_bit(
    store: Session, file: Path, upper: str, lower: str | None, place: tuple[str, str]
) -> None:
    here, there = both(store, file, upper, lower, place)
    assert_same(here, there)
    assert here.points.sum() > 500
    assert min(here.near.sum(), here.outside, here.outside_near, here.unplaced) > 20
    assert (here.unknown > 50) == (lower is not None)


def test_points_on_a_long_slanted_line_lie_in_its_first_unit_or_where_geos_says(store: Session, tmp_path: Path) -> None:
    """Two triangles of more than a degree: no coordinate is exactly on their line, and PostGIS's own arithmetic, as of
    ST_Intersects, takes points by the line for points on it now and then."""
    random, codes = np.random.default_rng(5), ["00004", "00008"]
    xy = np.array([[105, 20], [105, 22], [106, 22], [107, 20]]) + random.random((4, 2)) / 2
    part = random.random((20_000, 1))
    line = xy[0] * (1 - part) + xy[2] * part
    shapes = gpd.GeoDataFrame(
        {"code": codes}, geometry=[Polygon(xy[[0, 2, 1]]), Polygon(xy[[0, 3, 2]])], crs="EPSG:4326"
    )
    path = tmp_path / "line.parquet"
    pd.DataFrame(line, columns=["lon", "lat"]).to_parquet(path, index=False)
    question = Question("lon", "lat", parse("count()"))
    store.execute(text("DELETE FROM area_shape WHERE edition_id = '2025-07' AND code <> ALL(:codes)"), {"codes": codes})
    for code, wkb in zip(codes, shapes.geometry.to_wkb(), strict=True):
        store.execute(text("UPDATE area_shape SET wkb = :wkb WHERE edition_id = '2025-07' AND code = :code"),
                      {"wkb": wkb, "code": code})  # fmt: skip
    here = tally_points(path, question, shapes, 20.0, METRIC_CRS)
    there, _tolerance_m = tally_in_postgis(store.connection(), path, question, PLACE, METRIC_CRS)
    store.rollback()
    assert_same(here, there)
    assert min(here.points) > 1000


def test_csv_too_and_its_blanks(store: Session, tmp_path: Path, file: Path) -> None:
    path = tmp_path / "register.csv"
    parquet.read_table(file).to_pandas().to_csv(path, index=False)
    here, there = both(store, path, "sum(income)", "kind is not blank")
    assert_same(here, there)
    assert here.rows == len(pd.read_csv(path)) == 3100


numbers = st.recursive(
    st.sampled_from(["income", "poor", f'"{HOSTILE}"', "0", "-1.5", "1000000000000"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=5,
)
comparisons = st.tuples(numbers, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), numbers).map(" ".join)
conditions = st.recursive(
    st.one_of(comparisons, st.sampled_from(["kind = 'it''s'", "kind != 'xã Cổ Loa'", "income is blank"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"(not {one})"),
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("examples", [6, pytest.param(200, marks=pytest.mark.soak)])
def test_random_expressions_are_equal(store: Session, file: Path, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(numbers.map("sum({})".format), conditions)
    def check(upper: str, lower: str) -> None:
        assert_same(*both(store, file, upper, lower, CITY))

    check()


@pytest.mark.soak
def test_two_million_points_are_equal(store: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # batches as large as they are
    place, size = ("2024", "commune"), 2_000_000
    west, south, east, north = read_finest(*place)[0].total_bounds
    random = np.random.default_rng(82)
    table = {"lon": random.uniform(west, east, size), "lat": random.uniform(south, north, size)}
    pd.DataFrame({**table, "income": random.normal(0, 1e6, size)}).to_parquet(tmp_path / "points.parquet")
    here, there = both(store, tmp_path / "points.parquet", "sum(income)", "count()", place)
    assert_same(here, there)
    assert here.points.sum() > size / 4


def test_a_sum_past_all_numbers_is_refused_by_both(store: Session, tmp_path: Path) -> None:
    inside = read_finest(*CITY)[0].representative_point().iloc[0]
    path = tmp_path / "large.csv"
    path.write_text("lon,lat,x\n" + f"{inside.x},{inside.y},1e308\n" * 3, "utf-8")
    question = Question("lon", "lat", parse("sum(x)"))
    with pytest.raises(DomainError, match="larger than any number"):
        tally_points(path, question, *read_finest(*CITY), METRIC_CRS)
    with pytest.raises(DomainError, match="larger than any number"):
        tally_in_postgis(store.connection(), path, question, CITY, METRIC_CRS)
    store.rollback()


def test_a_file_that_breaks_off_leaves_the_connection_usable_and_nothing_behind(store: Session, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_text("lon,lat\n105.8,21.0\n" * 1 + "105.8,21.0\n" * 20_000 + "105.8,east\n", "utf-8")
    with pytest.raises(DomainError, match="east"):
        tally_in_postgis(store.connection(), path, Question("lon", "lat", parse("count()")), CITY, METRIC_CRS)
    store.rollback()
    assert store.scalar(text("SELECT count(*) FROM pg_class WHERE relname = 'counted_point'")) == 0
    store.rollback()


def test_a_server_that_goes_away_meanwhile_is_an_outage_like_any_other(
    postgres: Server, postgres_stores: Stores, file: Path
) -> None:
    def end(_read: float) -> None:
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608

    with postgres_stores.lend("embedded") as url:
        name, engine = make_url(url).database, create_engine(url)
        question = Question("lon", "lat", parse("count()"))
        with engine.connect() as connection, pytest.raises(DBAPIError):
            tally_in_postgis(connection, file, question, CITY, METRIC_CRS, end)
        engine.dispose()


def test_a_store_without_shapes_in_postgis_says_what_to_do(postgres_stores: Stores, sqlite_stores: Stores) -> None:
    with (
        sqlite_stores.session("tables") as session,
        pytest.raises(DomainError, match=r"on sqlite\. Leave --engine out"),
    ):
        check_postgis(session.connection())
    with postgres_stores.session("tables") as session:
        check_postgis(session.connection())
        session.execute(text("ALTER TABLE area_shape DROP COLUMN geom"))
        with pytest.raises(DomainError, match="then run `flask prepare`"):
            check_postgis(session.connection())
        session.rollback()
        session.execute(text("UPDATE pg_extension SET extversion = '3.1.9' WHERE extname = 'postgis'"))
        with pytest.raises(DomainError, match=r"3\.2 or later, this is 3\.1\.9"):
            check_postgis(session.connection())
        session.rollback()
        question = Question("lon", "lat", parse("count()"))
        with pytest.raises(DomainError, match="no shapes of level 'commune' in edition '2025-07'"):
            tally_in_postgis(session.connection(), Path("x.csv"), question, PLACE, METRIC_CRS)
