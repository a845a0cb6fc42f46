"""TopoJSON, written and read back: edges stored once as arcs of whole grid units, shared by all layers of a file.

`decode` does what a browser does (cumulative sums, then scale and translate), so that a test of its result is a test of
the file that is shipped and not of the frames it was made from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from topojson.core.topology import Topology

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


def encode(layers: Mapping[str, gpd.GeoDataFrame], grid: Grid) -> Topo:
    """Layers in whole units of `grid` as one TopoJSON object with common arcs.

    Each layer has `code`, which becomes the `id`, and polygons; further columns become `properties`. Layers share arcs
    where they share vertices, so they must come from the same snapped pieces.
    """
    # shared_coords=False splits arcs only where paths part: a quarter fewer arcs than splitting at shared vertices.
    raw = Topology(
        [layer.reset_index(drop=True) for layer in layers.values()],
        object_name=list(layers),
        prequantize=False,
        shared_coords=False,
    ).to_dict()
    objects = {
        name: {
            "type": "GeometryCollection",
            "geometries": [_geometry(one) for one in raw["objects"][name]["geometries"]],
        }
        for name in layers
    }
    arcs = [np.diff(np.asarray(arc, dtype=np.int64), axis=0, prepend=0).tolist() for arc in raw["arcs"]]
    transform = {"scale": [grid.step, grid.step], "translate": [grid.left, grid.bottom]}
    return {"type": "Topology", "transform": transform, "objects": objects, "arcs": arcs}


def write_topology(topology: Topo) -> bytes:
    """UTF-8 without spaces; equal topologies give equal bytes."""
    return json.dumps(topology, separators=(",", ":"), ensure_ascii=False).encode()


def decode(topology: Topo, name: str, crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    """One object of a quantised TopoJSON as a frame: `code` (the ids), a column per property, and the geometry.

    Raises UnknownName with the objects that the file holds.
    """
    if name not in topology["objects"]:
        raise UnknownName("TopoJSON object", name, tuple(topology["objects"]))
    grid = Grid(topology["transform"]["scale"][0], *topology["transform"]["translate"])
    arcs = [grid.from_units(np.cumsum(arc, axis=0)).tolist() for arc in topology["arcs"]]
    geometries = topology["objects"][name]["geometries"]
    columns = {"code": [one["id"] for one in geometries]}
    for key in dict.fromkeys(key for one in geometries for key in one.get("properties", {})):
        columns[key] = [one.get("properties", {}).get(key) for one in geometries]
    return gpd.GeoDataFrame(columns, geometry=[_polygons(one, arcs) for one in geometries], crs=crs)


def _geometry(raw: Topo) -> Topo:
    properties = {key: value for key, value in raw["properties"].items() if key != "code"}
    geometry = {"type": raw["type"], "id": raw["properties"]["code"], "arcs": raw["arcs"]}
    return geometry | ({"properties": properties} if properties else {})


def _polygons(geometry: Topo, arcs: list[list[list[float]]]) -> shapely.Geometry:
    parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    polygons = [
        shapely.Polygon(rings[0], rings[1:]) for rings in ([_ring(one, arcs) for one in part] for part in parts)
    ]
    return polygons[0] if geometry["type"] == "Polygon" else shapely.MultiPolygon(polygons)


def _ring(indices: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    """Arcs laid end to end; `~i` means arc `i` backwards, and each arc starts where the last one ended."""
    ring: list[list[float]] = []
    for i in indices:
        ring += (arcs[i] if i >= 0 else arcs[~i][::-1])[1 if ring else 0 :]
    return ring
