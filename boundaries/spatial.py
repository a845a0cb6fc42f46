"""Shapes in PostgreSQL: each area's finest geometry as WKB, and as a PostGIS column with a spatial index.

The service itself draws from layer files. This table is for questions in SQL: points to units (`--engine postgis`), and
GIS staff who connect to the database. It is filled in the transaction that stores the areas. SQLite has no such table.
A server without PostGIS keeps the WKB alone; the column comes with the first `flask prepare` after PostGIS is there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column as Field
from sqlalchemy import Connection, Double, LargeBinary, MetaData, String, Table, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from boundaries.layers import layer_of, object_name, object_names, read_finest
from boundaries.models import Base

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

PARTS = 200  # shapes sent at once: a country in full detail does not fit in memory twice

SHAPES = Table(
    "area_shape",
    MetaData(),
    Field("edition_id", String(16), primary_key=True),
    Field("code", String(16), primary_key=True),
    Field("tolerance_m", Double, nullable=False),
    Field("wkb", LargeBinary, nullable=False),
)
"""One row an area that has a shape; EPSG:4326, `tolerance_m` is how far its lines may be off."""

REMEDY = (
    "To have it, install PostGIS 3 (Debian: apt-get install postgresql-15-postgis-3), let a superuser run CREATE "
    "EXTENSION postgis in this database, then run `flask prepare`."
)


def has_shapes(connection: Connection) -> bool:
    """Whether this store keeps shapes: PostgreSQL does."""
    return connection.dialect.name == "postgresql"


def postgis_version(connection: Connection) -> str | None:
    """The version of PostGIS in this database, None where it is not."""
    found: str | None = connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
    return found


def has_geometry(connection: Connection) -> bool:
    """Whether the column of geometry is there."""
    query = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'area_shape' AND column_name = 'geom'"
    return bool(connection.scalar(text(f"{query} AND table_schema = current_schema()")))


def add_geometry(connection: Connection) -> bool:
    """Add the generated column and its index where PostGIS is or can be had; whether the column is there afterwards."""
    if not has_shapes(connection) or not _has_postgis(connection):
        return False
    if not has_geometry(connection):
        connection.execute(text(
            "ALTER TABLE area_shape ADD COLUMN geom geometry(MultiPolygon, 4326) "
            "GENERATED ALWAYS AS (ST_Multi(ST_GeomFromWKB(wkb, 4326))) STORED"
        ))  # fmt: skip
        connection.execute(text("CREATE INDEX ix_area_shape_geom ON area_shape USING gist (geom)"))
    return True


def _has_postgis(connection: Connection) -> bool:
    """PostGIS, made in this database if the server has it and the role may; a refusal spoils no transaction."""
    if postgis_version(connection):
        return True
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION postgis"))
    except DBAPIError:
        return False
    return True


def store_shipped_shapes(session: Session, areas: pd.DataFrame) -> None:
    """The shapes of the areas just stored (columns edition, code, level), from the shipped layers."""
    if not has_shapes(session.connection()):
        return
    for (edition, level), rows in areas.groupby(["edition", "level"]):
        name = object_name(str(edition), str(level))
        if name in object_names(layer_of(name)):
            shapes, tolerance_m = _shipped(str(edition), str(level), layer_of(name))
            store_shapes(session, str(edition), shapes[shapes["code"].isin(rows["code"])], tolerance_m)


@lru_cache(maxsize=16)
def _shipped(edition: str, level: str, _layer: str) -> tuple[gpd.GeoDataFrame, float]:
    """What `read_finest` finds in a layer, decoded once a process; not to be changed."""
    return read_finest(edition, level)


def store_shapes(session: Session, edition: str, shapes: gpd.GeoDataFrame, tolerance_m: float) -> None:
    """Insert shapes (`code`, geometry in degrees) of stored areas within the caller's transaction; polygons alone."""
    import shapely

    if not has_shapes(session.connection()):
        return
    for start in range(0, len(shapes), PARTS):
        part = shapes.iloc[start : start + PARTS]
        records: list[dict[str, Any]] = [
            {"edition_id": edition, "code": code, "tolerance_m": tolerance_m, "wkb": wkb}
            for code, wkb in zip(part["code"], shapely.to_wkb(part.geometry.to_numpy()), strict=True)
        ]
        session.execute(insert(SHAPES), records)


def texts_compared_otherwise(connection: Connection) -> list[str]:
    """Text columns (table.column) that PostgreSQL would not compare by code points, as SQLite does; there should be
    none, or lists come in another order."""
    query = (
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND data_type = 'character varying' AND collation_name IS DISTINCT FROM 'C' AND table_name = ANY(:tables)"
    )
    tables = [*Base.metadata.tables, SHAPES.name]
    return sorted(connection.scalars(text(query), {"tables": tables}))
