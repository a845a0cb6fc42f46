"""TopoJSON written by the package and read by a decoder that is tested on the example of the specification."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from geo.arcs import Grid
from geo.errors import UnknownName
from geo.topology import decode, encode, write_topology
from tests.geo.shapes import frame, tiles

GRID = Grid(0.5, 100.0, 20.0)


def test_a_hand_written_topology_decodes_as_a_browser_would() -> None:
    """Two triangles on one diagonal: deltas summed, times 0.5, plus the corner; `~0` runs the shared arc backwards."""
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [100.0, 20.0]},
        "objects": {
            "halves": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "id": "00001", "arcs": [[0, 1]], "properties": {"name": "lower"}},
                    {"type": "MultiPolygon", "id": "00002", "arcs": [[[-1, 2]]], "properties": {"name": "upper"}},
                ],
            }
        },
        "arcs": [[[0, 0], [2, 2]], [[2, 2], [0, -2], [-2, 0]], [[0, 0], [0, 2], [2, 0]]],
    }
    halves = decode(topology, "halves")
    assert list(halves["code"]) == ["00001", "00002"]
    assert list(halves["name"]) == ["lower", "upper"]
    assert halves.geometry[0].equals(shapely.Polygon([(100, 20), (101, 21), (101, 20)]))
    assert halves.geometry[1].equals(shapely.Polygon([(100, 20), (100, 21), (101, 21)]))
    assert halves.crs == "EPSG:4326"


def test_layers_come_back_as_they_went_in() -> None:
    """Codes, names, order and every coordinate, holes and multipolygons included."""
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    islands = shapely.MultiPolygon([shapely.box(10, 10, 20, 20), shapely.box(40, 0, 50, 10)])
    layer = frame(None, ring=ring, islands=islands).assign(name=["Vành đai", "Đảo"])
    back = decode(json.loads(write_topology(encode({"layer": layer}, GRID))), "layer")
    assert back[["code", "name"]].to_numpy().tolist() == [["ring", "Vành đai"], ["islands", "Đảo"]]
    for was, now in zip(layer.geometry, back.geometry, strict=True):
        assert shapely.transform(was, GRID.from_units).normalize() == now.normalize()


def test_layers_that_share_vertices_share_arcs() -> None:
    """Four squares and their two columns: the columns add no arc of their own."""
    squares = tiles(2, 2, 10, None)
    columns = frame(None, a=shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 20), (0, 20), (0, 10)]))
    alone = encode({"squares": squares}, GRID)
    both = encode({"squares": squares, "columns": columns}, GRID)
    assert len(both["arcs"]) == len(alone["arcs"])
    assert shapely.coverage_is_valid(decode(both, "squares").geometry.to_numpy())


def test_arcs_are_whole_numbers_and_the_bytes_are_stable() -> None:
    """Integers, no spaces, Vietnamese as itself, and the same bytes on a second run."""
    layer = tiles(2, 2, 10, None).assign(name="Hà Nội")
    first, second = (write_topology(encode({"layer": layer}, GRID)) for _ in range(2))
    assert first == second
    assert "Hà Nội".encode() in first
    assert b" " not in first.replace("Hà Nội".encode(), b"")
    assert all(isinstance(n, int) for arc in json.loads(first)["arcs"] for point in arc for n in point)


def test_units_and_degrees_are_inverse() -> None:
    """100.5, 21 is one step east and two steps north of the corner."""
    assert GRID.to_units(np.array([[100.5, 21.0]])).tolist() == [[1.0, 2.0]]
    assert GRID.from_units(np.array([[1.0, 2.0]])).tolist() == [[100.5, 21.0]]


def test_an_unknown_object_is_named_with_those_there_are() -> None:
    """The message offers what the file holds."""
    with pytest.raises(UnknownName, match=r"no TopoJSON object 'wards'\. Nearest: squares"):
        decode(encode({"squares": tiles(1, 1, 10, None)}, GRID), "wards")
