"""What is measured with more units: their import, and what readers are sent of the edition afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from sqlalchemy import text

from benchmarks.country import build_country
from benchmarks.growth.asking import ROUNDS, Asker, Failed, Measures, apart, command, timed
from boundaries.imports.features import MOST_FEATURES
from boundaries.layers import object_name, read_areas, read_layer
from webapp.engines import open_engine

EDITION = "dat-nuoc"
SHIPPED, PROVINCES, VERTICES = 579, 34, 60
"""Units of the shipped edition; provinces of a generated country; vertices of one of its units."""
LAYER = re.compile(r"/geometry/[0-9a-f]+\.topojson")
MAP = f"/map/area_km2?edition={EDITION}&level=commune"
LIFTED = "from boundaries.imports import features\nfeatures.MOST_FEATURES = {units}\n"
"""For more units than the import takes: the same command, with that limit alone out of the way."""
CENTRE = "105.8521,21.0285,105.8522,21.0286"
"""A box of some metres in the middle of the city."""
POINTS = text(
    "SELECT area.code FROM area_shape JOIN area USING (edition_id, code) WHERE edition_id = :edition "
    "AND level = 'commune' AND ST_Covers(geom, ST_SetSRID(ST_Point(:x, :y), 4326))"
)
"""The commune at a point, as GIS staff ask PostGIS."""


def measure(settings: Mapping[str, Any], folder: Path, units: int, limit_s: float = 600) -> dict[str, float | None]:
    """Write a file of so many units, import it by the command, and ask for the edition; None for what did not end.

    `settings` name an empty folder for layers and a store with the embedded tables.
    """
    file = folder / f"{units}.gpkg"
    shapes = _shipped() if units == SHIPPED else build_country(units, min(PROVINCES, units), units * VERTICES)
    shapes.to_file(file, driver="GPKG")
    fields = ("--code-field", "ma", "--name-field", "ten", "--parent-field", "tinh", "--parent-name-field", "ten_tinh")
    words = ("boundaries", "import", str(file), "--edition", EDITION, "--level", "commune", *fields, "--repair")
    within = ("--parent", "01=Thành phố Hà Nội") if units == SHIPPED else ()
    before = LIFTED.format(units=units) if units > MOST_FEATURES else ""
    done = command(settings, *words, *within, limit_s=limit_s, before=before)
    found: dict[str, float | None] = dict.fromkeys(("import, s", "import, MB")) if done is None else {}
    if done is not None:
        found["import, s"], found["import, MB"] = done
        middle = shapes.geometry.iloc[units // 2].representative_point()
        found |= apart(read, dict(settings), str(shapes["tinh"].iloc[units // 2]), (middle.x, middle.y), units)
    return found


def _shipped() -> gpd.GeoDataFrame:
    """The communes of 2024 as shipped, in the columns of `build_country`."""
    rows = {row["code"]: row for row in read_areas() if row["edition"] == "2024"}
    layer = read_layer(object_name("2024", "commune"))
    parents = [rows[code]["parent_code"] for code in layer["code"]]
    table = {
        "ma": list(layer["code"]),
        "ten": [rows[code]["name"] for code in layer["code"]],
        "tinh": parents,
        "ten_tinh": [rows[code]["name"] for code in parents],
    }
    return gpd.GeoDataFrame(table, geometry=list(layer.geometry), crs="EPSG:4326")


def read(settings: Mapping[str, Any], parent: str, point: tuple[float, float], units: int) -> Measures:
    """What readers wait for and are sent, in this process; `parent` is the province that is gone into."""
    asker = Asker(settings)
    first = asker.first(MAP)
    cut = "part=" in asker.ask(MAP, "identity").decode()
    page = f"{MAP}&part={parent}" if cut else MAP
    layer = LAYER.search(asker.ask(page, "identity").decode())
    if layer is None:
        raise Failed(f"{page} names no layer.")
    values = f"/api/v1/values?indicator=area_km2&edition={EDITION}&level=commune"
    items = "/ogc/collections/2024.commune/items?f=json"
    return {
        "first map page after an import, ms": first,
        "opening map page, ms": asker.cold(MAP),
        "map page of a part, ms": asker.cold(page),
        "map page from the cache, ms": asker.ready(page),
        "map page of a part, kB": asker.size(page),
        "layer of a part, kB": asker.size(layer[0]),
        "values of all units, ms": asker.cold(values),
        "values of all units, kB": asker.size(values),
        "OGC page of 100 shipped units, ms": asker.cold(f"{items}&limit=100"),
        "OGC shipped unit at a point, ms": asker.cold(f"{items}&bbox={CENTRE}"),
        "search, ms": asker.cold(f"/api/v1/search?q={'Xa So 17' if units != SHIPPED else 'quang trung'}"),
        "unit at a point in PostGIS, ms": at_point(settings["DATABASE_URL"], point),
    }


def at_point(url: str, point: tuple[float, float]) -> float:
    """Milliseconds of the question, whose answer must be one unit. Raises: Failed."""
    engine = open_engine(url)
    named = {"edition": EDITION, "x": point[0], "y": point[1]}
    try:
        with engine.connect() as connection:
            if len(connection.execute(POINTS, named).all()) != 1:
                raise Failed(f"No unit, or several, at {shapely.Point(point).wkt}.")
            return min(timed(lambda: connection.execute(POINTS, named).all()) for _round in range(9 * ROUNDS))
    finally:
        engine.dispose()
