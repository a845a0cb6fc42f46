"""TopoJSON, written and read back: edges stored once as arcs of whole grid units, shared by all layers of a file.

`decode` does what a browser does (cumulative sums, then scale and translate), so that a test of its result is a test of
the file that is shipped and not of the frames it was made from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
from topojson.core.topology import Topology

from geo.arcs import Grid, Topo, decode_shapes


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
    shapes = decode_shapes(topology, name)
    geometries = topology["objects"][name]["geometries"]
    columns = {"code": list(shapes)}
    for key in dict.fromkeys(key for one in geometries for key in one.get("properties", {})):
        columns[key] = [one.get("properties", {}).get(key) for one in geometries]
    return gpd.GeoDataFrame(columns, geometry=list(shapes.values()), crs=crs)


def _geometry(raw: Topo) -> Topo:
    properties = {key: value for key, value in raw["properties"].items() if key != "code"}
    geometry = {"type": raw["type"], "id": raw["properties"]["code"], "arcs": raw["arcs"]}
    return geometry | ({"properties": properties} if properties else {})
