"""What must be true of a coverage (areas that tile a region), measured rather than assumed.

Frames have a column `code` (text, unique) beside polygons or multipolygons, in any CRS. Areas and lengths are measured
only in a projected CRS that the caller names, because which one is right depends on the country.
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import DomainError

FAULT_COLUMNS = ["problem", "code", "other", "area_m2", "x", "y"]
_Fault = tuple[str, str, str, shapely.Geometry]


class BrokenCoverage(DomainError):
    """Areas that do not tile their region; `faults` is the table that `coverage_faults` returns."""

    def __init__(self, what: str, faults: pd.DataFrame) -> None:
        self.faults = faults
        shown = "; ".join(
            f"{f.problem} {f.code} {f.other}".rstrip() + f" ({f.area_m2:.1f} m2 near {f.x:.6f}, {f.y:.6f})"
            for f in faults.head(5).itertuples(index=False)
        )
        super().__init__(
            f"{what}: {len(faults)} faults, where none is allowed: {shown}. "
            "Mend these areas in the source, so that neighbours share every vertex of their common edge."
        )


def check_metric(crs: str) -> CRS:
    """The CRS, if it is projected in metres. Raises DomainError otherwise."""
    named = CRS.from_user_input(crs)
    if not named.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in named.axis_info):
        raise DomainError(
            f"{named.to_string()} is not projected in metres. Name a UTM, VN-2000 or equal-area CRS, as EPSG:32648."
        )
    return named


def measure_areas(shapes: gpd.GeoDataFrame, crs: str) -> pd.Series:
    """Area in m2 of every code, as flat polygons of the named projected CRS. Raises DomainError for an unusable CRS."""
    areas = shapes.geometry.to_crs(check_metric(crs)).area
    return pd.Series(areas.to_numpy(), index=pd.Index(shapes["code"], name="code"), name="area_m2")


def touching_pairs(shapes: gpd.GeoDataFrame) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions (left < right) of all areas that share at least one point."""
    polygons = shapes.geometry.to_numpy()
    left, right = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    return left[left < right], right[left < right]


def find_neighbours(shapes: gpd.GeoDataFrame) -> dict[str, tuple[str, ...]]:
    """Rook neighbours of every code, in order: areas with a common edge of positive length; a common point is not one.

    Every code has an entry; an area without neighbours has an empty one.
    """
    polygons, codes = shapes.geometry.to_numpy(), shapes["code"].to_numpy()
    left, right = touching_pairs(shapes)
    shared = shapely.length(shapely.intersection(polygons[left], polygons[right])) > 0
    found: dict[str, list[str]] = {code: [] for code in codes}
    for one, other in zip(codes[left[shared]], codes[right[shared]], strict=True):
        found[one].append(other)
        found[other].append(one)
    return {code: tuple(sorted(others)) for code, others in found.items()}


def coverage_faults(shapes: gpd.GeoDataFrame, crs: str) -> pd.DataFrame:
    """Every way in which the areas fail to tile their region; an empty frame if they do.

    Columns: `problem`, `code`, `other` (of an overlap; else empty), `area_m2` in the named CRS, and a place `x`, `y` in
    the CRS of `shapes`. Problems: `empty`; `invalid` (as a bow-tie); `overlap`; `gap` (a hole that no area fills, given
    with one of the areas around it); `unmatched edge` (neighbours meet without sharing the vertices of their edge).
    Overlaps, gaps and edges are looked for only among valid areas, where they are defined.
    """
    metric = check_metric(crs)
    broken = list(_broken_polygons(shapes))
    if not broken:
        overlaps = list(_overlaps(shapes))
        broken = [*overlaps, *_unmatched_edges(shapes, {code for fault in overlaps for code in fault[1:3]})]
        broken += _gaps(shapes)
    places = [shapely.point_on_surface(where) for *_, where in broken]
    areas = gpd.GeoSeries([where for *_, where in broken], crs=shapes.crs).to_crs(metric).area
    rows = [
        (
            problem,
            code,
            other,
            area,
            place.x if not place.is_empty else np.nan,
            place.y if not place.is_empty else np.nan,
        )
        for (problem, code, other, _), area, place in zip(broken, areas, places, strict=True)
    ]
    return pd.DataFrame(rows, columns=FAULT_COLUMNS)


def check_coverage(what: str, shapes: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """The areas, if they tile their region. Raises BrokenCoverage with all faults; `what` names the layer in it."""
    faults = coverage_faults(shapes, crs)
    if len(faults):
        raise BrokenCoverage(what, faults)
    return shapes


def _broken_polygons(shapes: gpd.GeoDataFrame) -> Iterator[_Fault]:
    for code, polygon in zip(shapes["code"], shapes.geometry, strict=True):
        if polygon is None or polygon.is_empty:
            yield "empty", code, "", shapely.Point()
        elif not polygon.is_valid or not shapely.is_valid(polygon):
            yield "invalid", code, "", shapely.make_valid(polygon)


def _overlaps(shapes: gpd.GeoDataFrame) -> Iterator[_Fault]:
    polygons, codes = shapes.geometry.to_numpy(), shapes["code"].to_numpy()
    left, right = touching_pairs(shapes)
    common = shapely.intersection(polygons[left], polygons[right])
    for at in np.flatnonzero(shapely.area(common) > 0):
        yield "overlap", codes[left[at]], codes[right[at]], common[at]


def _unmatched_edges(shapes: gpd.GeoDataFrame, overlapping: set[str]) -> Iterator[_Fault]:
    """Edges that GEOS calls invalid, save those of areas already known to overlap."""
    edges = shapely.coverage_invalid_edges(shapes.geometry.to_numpy())
    for code, edge in zip(shapes["code"], edges, strict=True):
        if not edge.is_empty and code not in overlapping:
            yield "unmatched edge", code, "", edge


def _gaps(shapes: gpd.GeoDataFrame) -> Iterator[_Fault]:
    whole = shapely.union_all(shapes.geometry.to_numpy())
    tree, codes = shapely.STRtree(shapes.geometry.to_numpy()), shapes["code"].to_numpy()
    for part in shapely.get_parts(whole):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            yield "gap", codes[min(tree.query(hole, predicate="intersects"))], "", hole
