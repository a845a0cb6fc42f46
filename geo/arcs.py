"""TopoJSON read back into polygons as a browser does it: cumulative sums, then scale and translate.

Needs no frames: what serves requests decodes shapes without the libraries of files and of coordinate systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import UnknownName

Topo = dict[str, Any]


@dataclass(frozen=True)
class Grid:
    """A grid in a geographic or projected CRS: `step` units apart, counted from `left`, `bottom`."""

    step: float
    left: float
    bottom: float

    def to_units(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates in steps from the corner, not yet rounded."""
        return (xy - (self.left, self.bottom)) / self.step

    def from_units(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates of the CRS, computed as TopoJSON clients do: first times the step, then plus the corner."""
        return xy * self.step + (self.left, self.bottom)


def decode_shapes(topology: Topo, name: str) -> dict[str, shapely.Geometry]:
    """The polygons of one object of a quantised TopoJSON by code (the ids), in the order of the file.

    Raises UnknownName with the objects that the file holds.
    """
    if name not in topology["objects"]:
        raise UnknownName("TopoJSON object", name, tuple(topology["objects"]))
    arcs = _Arcs(topology)
    return {one["id"]: _polygons(one, arcs) for one in topology["objects"][name]["geometries"]}


class _Arcs:
    """The arcs of a topology, decoded when they are first asked for: an object uses some of them."""

    def __init__(self, topology: Topo) -> None:
        self._steps = topology["arcs"]
        self._grid = Grid(topology["transform"]["scale"][0], *topology["transform"]["translate"])
        self._decoded: dict[int, NDArray[np.float64]] = {}

    def along(self, index: int) -> NDArray[np.float64]:
        """Coordinates of an arc, of shape (n, 2); `~i` means arc `i` backwards."""
        if index < 0:
            return self.along(~index)[::-1]
        if index not in self._decoded:
            self._decoded[index] = self._grid.from_units(np.cumsum(self._steps[index], axis=0))
        return self._decoded[index]


def _polygons(geometry: Topo, arcs: _Arcs) -> shapely.Geometry:
    parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    polygons = [
        shapely.Polygon(rings[0], rings[1:]) for rings in ([_ring(one, arcs) for one in part] for part in parts)
    ]
    return polygons[0] if geometry["type"] == "Polygon" else shapely.MultiPolygon(polygons)


def _ring(indices: list[int], arcs: _Arcs) -> NDArray[np.float64]:
    """Arcs laid end to end; each starts where the last one ended."""
    parts = [arcs.along(index) for index in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
