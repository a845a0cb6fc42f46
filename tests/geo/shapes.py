"""Areas that one can compute by hand: unit squares as frames."""

from __future__ import annotations

import geopandas as gpd
import shapely

UTM = "EPSG:32648"


def frame(crs: str | None = UTM, **polygons: shapely.Geometry | None) -> gpd.GeoDataFrame:
    """A frame of `code` and geometry from keyword arguments."""
    return gpd.GeoDataFrame({"code": list(polygons)}, geometry=list(polygons.values()), crs=crs)


def tiles(columns: int, rows: int, side: float, crs: str | None = UTM) -> gpd.GeoDataFrame:
    """Squares of one side in columns a, b, … and rows 0, 1, …, from the origin: a0, a1, b0, …"""
    polygons = {
        f"{chr(97 + x)}{y}": shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side)
        for x in range(columns)
        for y in range(rows)
    }
    return frame(crs, **polygons)
