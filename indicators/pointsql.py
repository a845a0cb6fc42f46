"""Points counted in units by PostGIS, for files past one machine: the same tally as `indicators/points.py` makes here.

Expressions are worked out here, batch by batch, as for the engine of this machine, so that they mean the same and no
word of them reaches the database. What goes there are four numbers a point, by COPY into a temporary table that ends
with the transaction; there the points find their units and are summed.

Equal means equal: the geometry is what the other engine reads, a point on a common line belongs to the unit of the
lower code, and sums are taken in the order of the file, batch by batch, as rounding depends on it. PostGIS tells
points in polygons from others by plain arithmetic, by which a point as near a line as numbers go may lie in both units
or in none; `ST_ContainsProperly` and `ST_Touches` ask GEOS instead, which is exact, as here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DataError, DBAPIError

from boundaries.spatial import REMEDY, has_geometry, has_shapes, postgis_version
from geo.errors import DomainError
from indicators.pointfiles import read_batches
from indicators.points import TOO_LARGE, Floats, Question, Tally, Weighed, check_hits, tally_unplaced, weigh

OLDEST = (3, 2)  # ST_DumpSegments
BARE = arrow_csv.WriteOptions(include_header=False)

TABLE = (
    "CREATE TEMPORARY TABLE counted_point (batch integer, row bigint, lon double precision, lat double precision, "
    "upper double precision, lower double precision, "
    "geom geometry(Point, 4326) GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED) ON COMMIT DROP"
)
COPY = "COPY counted_point (batch, row, lon, lat, upper, lower) FROM STDIN (FORMAT csv)"
INDEX = ("CREATE INDEX ON counted_point USING gist (geom)", "ANALYZE counted_point")
UNITS = """
SELECT code, tolerance_m, ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)
FROM area_shape JOIN area USING (edition_id, code) WHERE edition_id = :edition AND level = :level ORDER BY code
"""
COUNT = """
WITH unit AS MATERIALIZED (
    SELECT code, geom FROM area_shape JOIN area USING (edition_id, code) WHERE edition_id = :edition AND level = :level
), home AS (
    SELECT row, min(code) AS code FROM unit CROSS JOIN LATERAL (
        SELECT row FROM counted_point AS point WHERE point.geom && unit.geom AND (
            ST_ContainsProperly(unit.geom, point.geom)
            OR ST_Intersects(unit.geom, ST_Expand(point.geom, 1e-9)) AND ST_Touches(unit.geom, point.geom)
        ) OFFSET 0
    ) AS inside GROUP BY row
), edge AS MATERIALIZED (
    SELECT metric, ST_Transform(ST_Expand(metric, 1.5 * :tolerance_m + 1), 4326) AS reach
    FROM unit CROSS JOIN LATERAL ST_DumpSegments(ST_Boundary(unit.geom)) AS segment
    CROSS JOIN LATERAL ST_Transform(segment.geom, :metric) AS metric
), near AS (
    SELECT DISTINCT row FROM edge CROSS JOIN LATERAL (
        SELECT row FROM counted_point AS point WHERE point.geom && edge.reach
        AND ST_DWithin(edge.metric, ST_Transform(point.geom, :metric), :tolerance_m) OFFSET 0
    ) AS close
), point AS (
    SELECT home.code, batch, row, upper, lower, near.row IS NOT NULL AS near,
        upper IS NOT NULL AND lower IS NOT NULL AS known
    FROM counted_point LEFT JOIN home USING (row) LEFT JOIN near USING (row)
), part AS (
    SELECT code, batch, count(*) AS points, count(*) FILTER (WHERE near) AS points_near,
        count(*) FILTER (WHERE known) AS taken, count(*) FILTER (WHERE known AND near) AS taken_near,
        sum(upper ORDER BY row) FILTER (WHERE known) AS upper, sum(lower ORDER BY row) FILTER (WHERE known) AS lower
    FROM point GROUP BY code, batch
)
SELECT code, sum(points) AS points, sum(points_near) AS points_near, sum(taken) AS taken,
    sum(taken_near) AS taken_near, sum(upper ORDER BY batch) AS upper, sum(lower ORDER BY batch) AS lower
FROM part GROUP BY code
"""
"""OFFSET 0 keeps one unit (or edge) at a time against the index of the points, so that GEOS prepares each only once.
The row without a code is of the points outside."""


def check_postgis(connection: Connection) -> None:
    """Raises DomainError, with the remedy, for a store that cannot count points itself."""
    if not has_shapes(connection):
        raise DomainError(
            "--engine postgis counts in the store, which has to be on PostgreSQL with PostGIS (docs/postgresql.md); "
            f"this one is on {connection.dialect.name}. Leave --engine out: the figures are the same."
        )
    version = postgis_version(connection)
    if not version or not has_geometry(connection):
        raise DomainError(f"This database has no shapes in PostGIS. {REMEDY} Or leave --engine out.")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise DomainError(
            f"--engine postgis needs PostGIS {OLDEST[0]}.{OLDEST[1]} or later, this is {version}. Upgrade it (ALTER "
            "EXTENSION postgis UPDATE), or leave --engine out."
        )


def tally_in_postgis(
    connection: Connection,
    path: Path,
    question: Question,
    place: tuple[str, str],
    metric: str,
    progress: Callable[[float], None] = lambda _read: None,
) -> tuple[Tally, float]:
    """Count and sum the points of a file in the units of an edition and level (`place`); and the shapes' tolerance.

    Nothing stays in the database: the points go with the caller's transaction. Half of `progress` is reading, the rest
    comes at the end. Units: metres, of the CRS `metric`.
    Raises: DomainError as `check_postgis`, `read_batches` and `check_hits` do, and for a level without shapes.
    """
    check_postgis(connection)
    edition, level = place
    units = connection.execute(text(UNITS), {"edition": edition, "level": level}).all()
    if not units:
        raise DomainError(
            f"The store has no shapes of level {level!r} in edition {edition!r}, as of editions imported before it "
            "kept them. Leave --engine out."
        )
    boxes = np.array([unit[2:] for unit in units])
    bounds = np.array([*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)])
    total, tolerance_m = Tally([unit.code for unit in units]), max(unit.tolerance_m for unit in units)
    _send(connection, path, question, total, bounds, progress)
    asked = {"edition": edition, "level": level, "tolerance_m": tolerance_m, "metric": int(metric.partition(":")[2])}
    try:
        rows = connection.execute(text(COUNT), asked).mappings().all()
    except DataError as error:
        if getattr(error.orig, "sqlstate", "") != "22003":
            raise
        raise DomainError(f"{path.name}: {TOO_LARGE}") from error
    progress(1.0)
    for row in rows:
        _take(total, row)
    check_hits(path.name, total)
    return total, tolerance_m


def _send(
    connection: Connection, path: Path, question: Question, total: Tally, bounds: Floats,
    progress: Callable[[float], None],
) -> None:  # fmt: skip
    """The points with coordinates into their table; the others are counted in `total` and stay here."""
    connection.execute(text(TABLE))
    with _copying(connection) as write:
        for number, batch in enumerate(read_batches(path, question.columns())):
            points = weigh(batch, question)
            write(_as_csv(points, number, total.rows))
            total.add(tally_unplaced(total.codes, points, bounds))
            progress(batch.read / 2)
    for statement in INDEX:
        connection.execute(text(statement))


@contextmanager
def _copying(connection: Connection) -> Iterator[Callable[[bytes], None]]:
    """What takes lines of `COPY`, which SQLAlchemy knows nothing of; its errors become those of any statement."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(COPY) as copy:
            yield copy.write
    except connection.dialect.loaded_dbapi.Error as error:
        if driver.closed:
            connection.invalidate(error)  # else taking back the transaction would fail once more
        raise DBAPIError(COPY, None, error) from error


def _as_csv(points: Weighed, batch: int, first: int) -> bytes:
    """Lines of `COPY`; blank is what is unknown. Arrow writes every digit that a number needs to be read the same."""
    rows = np.flatnonzero(points.placed)
    figures = [pa.array(column[rows], from_pandas=True) for column in points]
    places = [pa.array(np.full(len(rows), batch)), pa.array(rows + first)]
    out = io.BytesIO()
    arrow_csv.write_csv(pa.table([*places, *figures], names=["batch", "row", *points._fields]), out, BARE)
    return out.getvalue()


def _take(total: Tally, row: RowMapping) -> None:
    """One unit's counts, or those of the points outside, into the tally."""
    if row["code"] is None:
        total.outside, total.outside_near = int(row["points"]), int(row["points_near"])
        return
    at = total.codes.index(row["code"])
    total.points[at], total.near[at] = int(row["taken"]), int(row["taken_near"])
    total.numerator[at], total.denominator[at] = row["upper"] or 0.0, row["lower"] or 0.0
    total.unknown += int(row["points"]) - int(row["taken"])
