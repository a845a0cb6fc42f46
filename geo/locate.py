"""Which area each of many points lies in, and which points are too near a line to be sure of it.

Points come as plain columns of coordinates and never become geometry objects, save the few near a line: sorted by
latitude once, each area sees only the slice of its own rows, tests them against its box and then exactly. So a batch
costs about a third of a microsecond a point, and memory that of its columns.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.geometry import check_metric

NOWHERE = -1
PIECE = 8  # edges in one piece of a line: few enough for small boxes, enough to keep their number low

Floats = NDArray[np.float64]


class Locator:
    """Finds areas of a frame (`geometry`, any order) for points in the CRS of the frame, x before y.

    `tolerance_m` is how far lines may be off, in metres of the projected CRS `metric`. Raises DomainError for a CRS
    that is not in metres.
    """

    def __init__(self, shapes: gpd.GeoDataFrame, tolerance_m: float, metric: str) -> None:
        self.tolerance_m = tolerance_m
        areas = shapes.geometry.to_numpy()
        self._boxes = shapely.bounds(areas)
        self._to_metres = Transformer.from_crs(shapes.crs, check_metric(metric), always_xy=True)
        pieces = _cut_lines(areas)
        pieces_m = shapely.transform(pieces, lambda xy: np.column_stack(self._to_metres.transform(*xy.T)))
        self._piece_boxes = _grown(shapely.bounds(pieces), shapely.bounds(pieces_m), tolerance_m)
        self._prepared = _Prepared(shapely.to_wkb(areas), shapely.to_wkb(pieces_m))

    def locate(self, x: Floats, y: Floats) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """For each point the position of its area, or `NOWHERE`, and whether it is nearer to a line than the tolerance.

        A point on a common edge belongs to the first of its areas, so that none is lost and none counts twice.
        Missing: a coordinate that is not finite lies nowhere and is near nothing.
        """
        areas, lines = self._prepared.areas, self._prepared.pieces
        order = np.argsort(y, kind="stable")
        xs, ys = x[order], y[order]
        units, near = np.full(len(x), NOWHERE, np.intp), np.zeros(len(x), bool)
        for number, rows in _rows_in(self._boxes, xs, ys):
            free = rows[units[order[rows]] == NOWHERE]
            inside = shapely.intersects_xy(areas[number], xs[free], ys[free])
            units[order[free[inside]]] = number
        pairs = list(_rows_in(self._piece_boxes, xs, ys))
        if pairs:
            rows = np.concatenate([rows for _, rows in pairs])
            nearby = lines[np.repeat([number for number, _ in pairs], [len(rows) for _, rows in pairs])]
            spots = shapely.points(*self._to_metres.transform(xs[rows], ys[rows]))
            near[order[rows[shapely.dwithin(nearby, spots, self.tolerance_m)]]] = True
        return units, near


class _Prepared(threading.local):
    """Prepared geometries, made anew from their WKB in every thread that asks: GEOS builds the index of a prepared
    geometry at the first question that needs it, and two threads that both ask first write over each other."""

    def __init__(self, areas: NDArray[np.object_], pieces: NDArray[np.object_]) -> None:
        self.areas, self.pieces = shapely.from_wkb(areas), shapely.from_wkb(pieces)
        shapely.prepare(self.areas)
        shapely.prepare(self.pieces)


def _rows_in(boxes: Floats, xs: Floats, ys: Floats) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Rows of points, sorted by y, that lie in each box, for boxes that hold any."""
    first, last = np.searchsorted(ys, boxes[:, 1], "left"), np.searchsorted(ys, boxes[:, 3], "right")
    for number in np.flatnonzero(last > first):
        part = xs[first[number] : last[number]]
        rows = np.flatnonzero((part >= boxes[number, 0]) & (part <= boxes[number, 2]))
        if len(rows):
            yield int(number), rows + first[number]


def _cut_lines(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """All edges of all areas, each once, in pieces of at most `PIECE`."""
    edges = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(areas))))
    pieces = []
    for edge in edges:
        xy = shapely.get_coordinates(edge)
        pieces += [xy[at : at + PIECE + 1] for at in range(0, len(xy) - 1, PIECE)]
    return np.array([shapely.LineString(piece) for piece in pieces], dtype=object)


def _grown(boxes: Floats, boxes_m: Floats, tolerance_m: float) -> Floats:
    """Boxes in the CRS of the points, wider on each side by the tolerance and half as much again, as scales vary."""
    units_per_m = (boxes[:, 2:] - boxes[:, :2]).max() / (boxes_m[:, 2:] - boxes_m[:, :2]).max()
    reach = 1.5 * tolerance_m * units_per_m
    grown: Floats = boxes + np.array([-reach, -reach, reach, reach])
    return grown
