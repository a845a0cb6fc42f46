"""Refinement, generalisation and snapping on figures whose outcome can be drawn on paper."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.arcs import Grid
from geo.errors import DomainError
from geo.generalise import build_refinement, dissolve, fit_around, generalise_coverage, snap_coverage
from geo.geometry import BrokenCoverage, coverage_faults, find_neighbours
from tests.geo.shapes import UTM, frame, tiles

UNITS = Grid(1.0, 0.0, 0.0)


def wavy_pair() -> gpd.GeoDataFrame:
    """Two areas of 1 km with a common edge that swings by 2 m every 10 m."""
    edge = [(1000 + 2 * (i % 2), 10 * i) for i in range(101)]
    west = shapely.Polygon([(0, 0), *edge, (0, 1000)])
    east = shapely.Polygon([*edge, (2000, 1000), (2000, 0)])
    return frame(west=west, east=east)


def test_the_refinement_has_a_piece_for_each_combination() -> None:
    """Columns cut by a line across: a and b by south and north give four pieces, each where both are."""
    columns = frame(a=shapely.box(0, 0, 10, 20), b=shapely.box(10, 0, 20, 20))
    rows = frame(n=shapely.box(0, 10, 20, 20), s=shapely.box(0, 0, 20, 10))
    pieces = build_refinement({"column": columns, "row": rows})
    assert list(pieces["code"]) == ["a/n", "a/s", "b/n", "b/s"]
    assert list(pieces["column"]) == ["a", "a", "b", "b"]
    assert pieces.set_index("code").geometry["b/s"].equals(shapely.box(10, 0, 20, 10))


def test_layers_that_do_not_cover_the_same_region_have_no_refinement() -> None:
    """Half of the region is missing from the second layer."""
    with pytest.raises(DomainError, match="Layer 'row': 1 faces lie in no area and 0 in several"):
        build_refinement({"column": tiles(2, 1, 10), "row": tiles(1, 1, 10)})


def test_dissolved_areas_are_unions_of_whole_pieces() -> None:
    """Two columns of two squares, in order of their name."""
    squares = tiles(2, 2, 10).assign(column=["y", "y", "x", "x"])
    merged = dissolve(squares, "column")
    assert list(merged["code"]) == ["x", "y"]
    assert merged.geometry[0].equals(shapely.box(10, 0, 20, 20))


def test_neighbours_keep_one_common_edge_when_vertices_go() -> None:
    """The swings of 2 m are gone from both sides, all but one, and nothing has opened between them."""
    thinned = generalise_coverage(wavy_pair(), 20, UTM)
    assert shapely.get_num_coordinates(thinned.geometry.to_numpy()).max() <= 6  # of 104
    assert coverage_faults(thinned, UTM).empty
    assert find_neighbours(thinned) == {"west": ("east",), "east": ("west",)}


def test_a_broken_coverage_is_not_generalised() -> None:
    """Overlapping areas have no common edge to keep."""
    with pytest.raises(BrokenCoverage, match="overlap p q"):
        generalise_coverage(frame(p=shapely.box(0, 0, 10, 10), q=shapely.box(5, 0, 15, 10)), 20, UTM)


@pytest.mark.parametrize("tolerance_m", [0, -1, float("nan")])
def test_a_tolerance_must_be_above_zero(tolerance_m: float) -> None:
    """Zero metres would silently do nothing."""
    with pytest.raises(DomainError, match="Give metres above 0"):
        generalise_coverage(tiles(1, 1, 10), tolerance_m, UTM)


def test_a_narrow_neck_is_cut_by_the_grid_and_not_folded() -> None:
    """A neck 0.2 units wide closes. Rounding vertex by vertex would leave an invalid ring; here both ends stay."""
    neck = [
        (0, 0),
        (10, 0),
        (10, 9.9),
        (20, 9.9),
        (20, 0),
        (30, 0),
        (30, 20),
        (20, 20),
        (20, 10.1),
        (10, 10.1),
        (10, 20),
    ]
    dumbbell = shapely.Polygon([*neck, (0, 20)])
    around = shapely.box(0, 0, 30, 20).difference(dumbbell)
    north, south = sorted(shapely.get_parts(around), key=lambda part: -part.centroid.y)
    rounded = shapely.transform(dumbbell, lambda xy: xy.round())
    assert not rounded.is_valid
    snapped = snap_coverage(frame(None, dumbbell=dumbbell, north=north, south=south), UNITS)
    shapes = snapped.set_index("code").geometry
    assert shapes["dumbbell"].area == 400.0
    assert shapes["north"].equals(shapely.box(10, 10, 20, 20))
    assert shapely.coverage_is_valid(snapped.geometry.to_numpy())


def test_snapping_keeps_the_attributes_and_drops_what_is_narrower_than_the_grid() -> None:
    """A strip 0.1 wide beside a square vanishes; the square goes to whole units."""
    pieces = frame(None, strip=shapely.box(9.9, 0, 10, 10), square=shapely.box(0, 0, 9.9, 10)).assign(parent=["p", "q"])
    snapped = snap_coverage(pieces, UNITS)
    assert snapped[["code", "parent"]].to_numpy().tolist() == [["square", "q"]]
    assert snapped.geometry[0].equals(shapely.box(0, 0, 10, 10))


def test_context_is_fitted_to_the_vertices_of_the_core() -> None:
    """West is 3 short of the core and east reaches 2 into it; fitted, both meet it and each other without a gap."""
    core = shapely.box(40, 40, 60, 60)
    west = shapely.box(0, 0, 49, 100).difference(shapely.box(37, 37, 49, 63))
    east = shapely.box(49, 0, 100, 100).difference(shapely.box(49, 40, 58, 60))
    fitted = fit_around(frame(None, east=east, west=west), core, 8)
    assert list(fitted["code"]) == ["east", "west"]
    shapes = [*fitted.geometry, core]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).equals(shapely.box(0, 0, 100, 100))
    assert set(shapely.get_coordinates(fitted.geometry[1].intersection(core))[:, 0]) <= {40.0, 60.0}
