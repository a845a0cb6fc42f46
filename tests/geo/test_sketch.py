"""Small drawings: two squares side by side, one with a hole, computed by hand."""

from __future__ import annotations

import math
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from geo.errors import DomainError, UnknownName
from geo.outlines import Outlines, join_outlines, read_outlines
from geo.sketch import Box, Plane, Sheet, room_for

# Two squares of 1 × 1 degree on the equator, a west and b east, with the common edge 1; c is a hole in b.
SQUARES: dict[str, Any] = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [0, -0.5]},
    "arcs": [
        [[2, 2], [-2, 0], [0, -2], [2, 0]],  # around a, from the top of the common edge to its foot
        [[2, 0], [0, 2]],  # the common edge, upwards
        [[2, 2], [2, 0], [0, -2], [-2, 0]],  # around b
        [[3, 1], [0, 0], [0, 0]],  # a hole smaller than the grid, all in one point
    ],
    "objects": {
        "squares": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "a", "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "id": "b", "arcs": [[[2, 1], [3]]]},
            ],
        }
    },
}


@pytest.fixture
def outlines() -> Outlines:
    """The squares, decoded."""
    return read_outlines(SQUARES)


def test_arcs_are_summed_and_placed(outlines: Outlines) -> None:
    assert outlines.arc(0).tolist() == [[1, 0.5], [0, 0.5], [0, -0.5], [1, -0.5]]
    assert outlines.arc(3).tolist() == [[1.5, 0]] * 3
    assert [ring.tolist() for ring in outlines.rings_of("squares", "a")] == [[0, 1]]
    assert [ring.tolist() for ring in outlines.rings_of("squares", "b")] == [[2, 1], [3]]
    assert outlines.corners[:2].tolist() == [[[0, -0.5], [1, 0.5]], [[1, -0.5], [1, 0.5]]]


def test_joined_outlines_keep_their_shapes(outlines: Outlines) -> None:
    east = {**SQUARES, "transform": {"scale": [0.5, 0.5], "translate": [2, -0.5]}, "objects": {
        "squares": {"geometries": [{"type": "Polygon", "id": "c", "arcs": [[~1, ~0]]}]},
    }}  # fmt: skip
    joined = join_outlines([outlines, read_outlines(east)])
    assert list(joined.shapes("squares").places) == ["a", "b", "c"]
    assert [ring.tolist() for ring in joined.rings_of("squares", "c")] == [[~5, ~4]]
    assert joined.arcs_of("squares", ["c", "a"]).tolist() == [5, 4, 0, 1]
    sheet = Sheet(joined, "squares", width=30, highest=20, margin=0)
    assert sheet.path("squares", "c") == "M30 0l0 10 -10 0 0 -10 10 0z"


def test_a_sheet_is_as_high_as_its_shapes_need(outlines: Outlines) -> None:
    sheet = Sheet(outlines, "squares", width=208, highest=300, margin=4)
    assert (sheet.width, sheet.height) == (208, 108)  # 2 × 1 degrees in 200 × 100, and the margins
    assert sheet.bounds("squares", ["a"]) == Box(4, 4, 104, 104)
    low = Sheet(outlines, "squares", width=208, highest=58, margin=4)
    assert low.height == 58
    assert low.bounds("squares") == Box(54, 4, 154, 54)  # 2 × 1 degrees in 100 × 50, in the middle


def test_degrees_of_longitude_shrink_with_the_latitude() -> None:
    north = {**SQUARES, "transform": {"scale": [0.5, 0.5], "translate": [0, 59.5]}}
    box = Sheet(read_outlines(north), "squares", ["a"], width=100, highest=200, margin=0).bounds("squares", ["a"])
    assert (box.right - box.left) / (box.bottom - box.top) == pytest.approx(math.cos(math.radians(60)), abs=0.01)


def test_neighbours_keep_one_common_edge(outlines: Outlines) -> None:
    sheet = Sheet(outlines, "squares", width=20, highest=20, margin=0)
    assert sheet.path("squares", "a") == "M10 0l-10 0 0 10 10 0 0 -10z"
    assert sheet.path("squares", "b") == "M10 0l10 0 0 10 -10 0 0 -10z"  # the hole is nothing here


def test_the_outline_leaves_out_the_edges_in_between(outlines: Outlines) -> None:
    sheet = Sheet(outlines, "squares", width=20, highest=20, margin=0)
    assert sheet.outline("squares") == "M10 0l-10 0 0 10 10 0M10 0l10 0 0 10 -10 0"
    assert sheet.borders("squares") == "M10 0l-10 0 0 10 10 0M10 10l0 -10M10 0l10 0 0 10 -10 0"
    assert sheet.outline("squares", ["a"]) == "M10 0l-10 0 0 10 10 0M10 10l0 -10"


def test_borders_far_from_the_sheet_are_left_out(outlines: Outlines) -> None:
    sheet = Sheet(outlines, "squares", ["a"], width=10, highest=10, margin=0)
    assert sheet.bounds("squares", ["b"]).left == 10
    assert "20" not in sheet.borders("squares", ["a"])


def test_a_line_is_thinned_where_it_strays_less_than_can_be_seen() -> None:
    wavy = [[0, 0], *([1, 1] if step % 2 else [1, -1] for step in range(200))]
    topology = {
        **SQUARES,
        "transform": {"scale": [0.01, 0.0001], "translate": [0, 0]},
        "arcs": [[*wavy, [0, 10000], [-200, -10000]]],
        "objects": {"squares": {"geometries": [{"type": "Polygon", "id": "a", "arcs": [[0]]}]}},
    }
    path = Sheet(read_outlines(topology), "squares", width=200, highest=200).path("squares", "a")
    assert path.count(" ") < 10


def test_what_is_not_there_is_named(outlines: Outlines) -> None:
    with pytest.raises(UnknownName, match="squares"):
        Sheet(outlines, "circles", width=10, highest=10)
    with pytest.raises(UnknownName, match="z"):
        Sheet(outlines, "squares", ["z"], width=10, highest=10)
    with pytest.raises(DomainError, match="without any shape"):
        Sheet(outlines, "squares", [], width=10, highest=10)


def test_a_label_gets_the_widest_room_of_its_shape() -> None:
    # An upright T, 100 wide in the upper 20 and 20 wide in the stem below.
    letter = np.array([[0, 0], [100, 0], [100, 20], [60, 20], [60, 100], [40, 100], [40, 20], [0, 20], [0, 0]]) * 10
    spot = room_for([letter], 80, 10)
    assert spot is not None
    assert spot[0] == pytest.approx(50)
    assert spot[1] < 20
    assert room_for([letter], 80, 30) is None  # too high for the bar, too wide for the stem
    assert room_for([letter], 18, 30) is not None
    assert room_for([], 1, 1) is None


def test_inner_edges_are_those_that_two_shapes_share(outlines: Outlines) -> None:
    sheet = Sheet(outlines, "squares", width=208, highest=300, margin=4)
    assert sheet.inner("squares") == "M104 104l0 -100"  # the common edge, upwards


def test_projected_outlines_are_in_metres() -> None:
    # One degree north along 105° E, the central meridian of UTM zone 48: 110.6 km of ellipsoid × 0.9996.
    line = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [105, 21]},
        "arcs": [[[0, 0], [0, 1], [1, 0], [-1, -1]]],
        "objects": {
            "one": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "id": "a", "arcs": [[0]]}]}
        },
    }
    arc = read_outlines(line).projected("EPSG:32648").arc(0)
    assert arc[0].tolist() == pytest.approx([500_000, 2_322_000], rel=1e-3)
    assert arc[1, 1] - arc[0, 1] == pytest.approx(110_720 * 0.9996, rel=2e-4)  # 21.5° N on WGS 84


def test_a_plane_places_its_origin_and_scale(outlines: Outlines) -> None:
    plane = Plane(outlines, (10, -10), (0, 0.5), (5, 5), 100, 100)
    assert plane.at(np.array([[1.0, -0.5]])).tolist() == [[15, 15]]
    assert plane.path("squares", "a") == "M15 5l-10 0 0 10 10 0 0 -10z"


def test_threads_that_share_a_plane_draw_what_one_draws_alone() -> None:
    """Every arc is thinned by whoever asks first, and found by all others."""
    side = 12
    squares = [[[x, y], [2, 0], [0, 2], [-2, 0], [0, -2]] for x in range(0, 3 * side, 3) for y in range(0, 3 * side, 3)]
    shapes = [{"type": "Polygon", "id": str(at), "arcs": [[at]]} for at in range(len(squares))]
    many = read_outlines({**SQUARES, "arcs": squares, "objects": {"squares": {"geometries": shapes}}})
    codes = [shape["id"] for shape in shapes]

    def sheet() -> Sheet:
        return Sheet(many, "squares", width=300, highest=300)

    alone = [sheet().path("squares", code) for code in codes]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _turn in range(5):
            shared = sheet()
            with ThreadPoolExecutor(8) as pool:
                drawn = [pool.map(lambda code: shared.path("squares", code), codes) for _thread in range(8)]  # noqa: B023
                assert all(list(paths) == alone for paths in drawn)
    finally:
        sys.setswitchinterval(interval)
