"""Shapes of the units in a file: each by itself, then all together as a coverage; and their repair.

Coverage is judged in the CRS of the file, where edges are straight: carried into another one, edges that meet along a
line without sharing its vertices would come apart by fractions of a millimetre.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from boundaries.imports.features import Features
from boundaries.imports.flaws import Flaw
from boundaries.imports.systems import WGS84
from geo.geometry import coverage_faults, find_neighbours, measure_areas

MOST_VERTICES = 100_000
WIDEST_GAP_M = 50.0
LARGEST_CHANGE = 0.01  # of a unit's area by its repair: a bow-tie has lost more, and what it was nobody here knows
LARGEST_OVERLAP = 0.01  # of the smaller unit: more is no slip of the pen, and whose land it is nobody here knows
METRES_PER_DEGREE = 111_000.0
POLYGONS = ("Polygon", "MultiPolygon")
REMEDIES = {
    "overlap": f"--repair gives overlaps of up to {LARGEST_OVERLAP:.0%} of a unit to the longer neighbour.",
    "gap": f"--repair fills gaps up to {WIDEST_GAP_M:.0f} m wide; a wider one needs the unit that belongs there.",
    "unmatched edge": "--repair puts the vertices of neighbours onto each other.",
}

Place = tuple[float | None, float | None]


def check_shapes(features: Features, metric: str, exclaves: Collection[str] = ()) -> list[Flaw]:
    """All problems of shapes; of the coverage only where each shape is sound by itself, and of parents only in a sound
    coverage. `exclaves` are codes of units that may lie apart from their parent's others."""
    place = placer(features.crs)
    flaws = list(_check_each(features, place)) or _check_coverage(features, metric, place)
    if flaws or features.crs is None:
        return flaws
    return [flaw for flaw in _astray(features, metric, place) if flaw.code not in exclaves]


def placer(crs: CRS | None) -> Callable[[float, float], Place]:
    """From coordinates of the file to degrees; to nowhere where that is not known."""
    if crs is None:
        return lambda _x, _y: (None, None)
    transformer = Transformer.from_crs(crs, WGS84, always_xy=True)

    def place(x: float, y: float) -> Place:
        lon, lat = transformer.transform(x, y)
        return (lon, lat) if np.isfinite(lon) and np.isfinite(lat) else (None, None)

    return place


def _check_each(features: Features, place: Callable[[float, float], Place]) -> Iterator[Flaw]:
    frame = features.frame
    reasons = shapely.is_valid_reason(frame.geometry.to_numpy())
    for at, (code, shape) in enumerate(zip(frame["code"], frame.geometry, strict=True)):
        for problem, detail, remedy in _faults_of(shape, reasons[at], at in features.unclosed):
            found = re.search(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)", detail)
            where = place(float(found[1]), float(found[2])) if found else place(*_middle(shape))
            yield Flaw(at + 1, code, problem, re.sub(r"\[.*", "", detail), remedy, *where)


def _middle(shape: shapely.Geometry | None) -> tuple[float, float]:
    if shape is None or shape.is_empty:
        return np.nan, np.nan
    west, south, east, north = shape.bounds
    return (west + east) / 2, (south + north) / 2


def _faults_of(shape: shapely.Geometry | None, reason: str | None, unclosed: bool) -> Iterator[tuple[str, str, str]]:
    if shape is None or shape.is_empty:
        yield "empty", "there is no shape", "Draw the unit, or take the row out of the file."
        return
    xy = shapely.get_coordinates(shape)
    if not np.isfinite(xy).all():
        yield (
            "NaN",
            f"{int((~np.isfinite(xy)).any(axis=1).sum())} vertices are no numbers",
            "Draw these vertices again.",
        )
        return
    if unclosed:
        yield "unclosed ring", "a ring does not end where it begins", "--repair closes it."
    if shape.has_z:
        yield "3-D", "vertices have heights", "--repair leaves them out."
    if shape.geom_type == "GeometryCollection" and _areal(shape) is not None:
        yield "collection", "polygons together with other shapes", "--repair keeps the polygons."
    elif shape.geom_type not in POLYGONS:
        yield "no polygon", shape.geom_type, "A unit is a polygon or several."
    elif reason != "Valid Geometry":
        yield "invalid", str(reason), f"--repair rebuilds it where its area changes by at most {LARGEST_CHANGE:.0%}."
    if len(xy) > MOST_VERTICES:
        remedy = f"At most {MOST_VERTICES:,} a unit: simplify the layer as a coverage to 1 m in a GIS."
        yield "vertices", f"{len(xy):,} vertices", remedy


def _check_coverage(features: Features, metric: str, place: Callable[[float, float], Place]) -> list[Flaw]:
    """Overlaps, gaps and edges that do not match, with their area."""
    frame = _numbered(features)
    codes, flaws = features.frame["code"].tolist(), []
    for fault in coverage_faults(frame, metric).itertuples():
        at = int(str(fault.code))
        beside = f" with {codes[int(str(fault.other))]}" if fault.other else ""
        detail = f"{fault.area_m2:,.1f} m2{beside}" if fault.problem != "unmatched edge" else "vertices are not shared"
        remedy = REMEDIES[str(fault.problem)]
        flaws.append(Flaw(at + 1, codes[at], str(fault.problem), detail, remedy, *place(fault.x, fault.y)))
    return flaws


def _numbered(features: Features) -> gpd.GeoDataFrame:
    """Shapes under their positions as codes, for the codes of a file may repeat."""
    numbers = [str(at) for at in range(len(features.frame))]
    return gpd.GeoDataFrame({"code": numbers}, geometry=features.frame.geometry.to_numpy(), crs=features.crs or WGS84)


def _astray(features: Features, metric: str, place: Callable[[float, float], Place]) -> Iterator[Flaw]:
    """Units that touch none of their parent's other units, but units of other parents alone: mostly a wrong parent.
    Islands touch nobody and are no exclaves."""
    frame = _numbered(features)
    parents, codes = features.frame["parent_code"].tolist(), features.frame["code"].tolist()
    sizes, areas = pd.Series(parents).value_counts(), measure_areas(frame, metric)
    for number, others in find_neighbours(frame).items():
        at = int(number)
        if others and sizes[parents[at]] > 1 and parents[at] not in {parents[int(other)] for other in others}:
            around = ", ".join(sorted({parents[int(other)] for other in others}))
            detail = f"all {areas[number] / 1e6:,.2f} km2 lie among units of {around}, apart from {parents[at]}"
            remedy = f"Correct the parent; if it is an exclave, give --exclave {codes[at]}."
            yield Flaw(at + 1, codes[at], "outside parent", detail, remedy, *place(*_middle(frame.geometry.iloc[at])))


def mend_shapes(features: Features, metric: str) -> tuple[Features, list[Flaw]]:
    """The features with what can be mended mended, each change as a flaw; what cannot is left for the next check."""
    shapes, done = features.frame.geometry.to_numpy().copy(), list[Flaw]()
    for flaw in _check_each(features, placer(features.crs)):
        at = flaw.feature - 1
        mended = _mended(shapes[at], flaw.problem)
        if mended is None:
            continue
        change = mended.area / shapes[at].area - 1 if shapes[at].area else np.inf
        if abs(change) > LARGEST_CHANGE:
            continue
        detail = f"{flaw.problem}: {flaw.detail}; the area changes by {change:+.4%}"
        done.append(replace(flaw, problem="repaired", detail=detail, remedy="", blocks=False))
        shapes[at] = mended
    kept = tuple(at for at in features.unclosed if shapes[at] is None)
    sound = replace(features, frame=features.frame.set_geometry(list(shapes)), unclosed=kept)
    if list(_check_each(sound, placer(sound.crs))):
        return sound, done
    cleaned, more = _mend_coverage(sound, metric)
    return cleaned, [*done, *more]


def _mended(shape: shapely.Geometry, problem: str) -> shapely.Geometry | None:
    if problem == "unclosed ring":
        return shape  # closed when it was read
    if problem == "3-D":
        return shapely.force_2d(shape)
    if problem == "collection":
        return _areal(shape)
    return _areal(shapely.make_valid(shape, method="structure", keep_collapsed=False)) if problem == "invalid" else None


def _areal(shape: shapely.Geometry) -> shapely.Geometry | None:
    """The polygons of a shape, None if there are none."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type in POLYGONS]
    polygons = shapely.get_parts(np.array(parts, dtype=object)) if parts else []
    return None if not len(polygons) else polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(list(polygons))


def _mend_coverage(features: Features, metric: str) -> tuple[Features, list[Flaw]]:
    """Small overlaps and narrow gaps closed, edges matched. A large overlap stops it: nothing is given away."""
    flaws = _check_coverage(features, metric, placer(features.crs))
    before = _numbered(features)
    if not flaws or _largest_overlap(before.geometry.to_numpy()) > LARGEST_OVERLAP:
        return features, []
    scale = METRES_PER_DEGREE if features.crs is None or features.crs.is_geographic else 1.0
    cleaned = shapely.coverage_clean(before.geometry.to_numpy(), gap_width=WIDEST_GAP_M / scale)
    after = replace(features, frame=features.frame.set_geometry(list(cleaned)))
    left = {(flaw.feature, flaw.problem) for flaw in check_shapes(after, metric)}
    done = [
        replace(flaw, problem="repaired", detail=f"{flaw.problem}: {flaw.detail}", remedy="", blocks=False)
        for flaw in flaws if (flaw.feature, flaw.problem) not in left
    ]  # fmt: skip
    return after, done


def _largest_overlap(shapes: NDArray[np.object_]) -> float:
    """The greatest overlap of any two shapes, as a share of the smaller one."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left < right], right[left < right]
    common = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    smaller = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
    return float((common / smaller).max(initial=0.0))
