"""Coverage checks are shown to find each fault planted in a sound coverage of squares, and nothing in the sound one."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.errors import DomainError
from geo.geometry import BrokenCoverage, check_coverage, coverage_faults, find_neighbours, measure_areas
from tests.geo.shapes import UTM, frame, tiles

BOW_TIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


def replaced(code: str, polygon: shapely.Geometry | None) -> gpd.GeoDataFrame:
    """The 3 × 3 squares of 100 m with one of them replaced."""
    squares = tiles(3, 3, 100).set_index("code")
    squares.loc[code, "geometry"] = polygon
    return squares.reset_index()


def test_a_sound_coverage_has_no_fault_and_is_returned() -> None:
    """Squares that share their corners tile the region."""
    squares = tiles(3, 3, 100)
    assert coverage_faults(squares, UTM).empty
    assert check_coverage("squares", squares, UTM) is squares


def test_an_overlap_is_found_with_both_codes_and_its_area() -> None:
    """b1 reaches 10 m into c1: 10 m × 100 m."""
    faults = coverage_faults(replaced("b1", shapely.box(100, 100, 210, 200)), UTM)
    overlaps = faults[faults["problem"] == "overlap"]
    assert list(zip(overlaps["code"], overlaps["other"], overlaps["area_m2"], strict=True)) == [("b1", "c1", 1000.0)]


def test_a_gap_is_found_with_its_area_and_place() -> None:
    """b1 is 1 m short of c1 on the east: 1 m × 100 m, with b1's own edge unmatched."""
    faults = coverage_faults(replaced("b1", shapely.box(100, 100, 199, 200)), UTM)
    gap = faults[faults["problem"] == "gap"].iloc[0]
    assert gap["area_m2"] == 100.0
    assert (gap["x"], gap["y"]) == (199.5, 150.0)


def test_a_missing_area_inside_is_a_gap() -> None:
    """The hole that is left where b1 was is 100 m × 100 m."""
    squares = tiles(3, 3, 100)
    faults = coverage_faults(squares[squares["code"] != "b1"], UTM)
    assert list(faults["problem"]) == ["gap"]
    assert faults["area_m2"][0] == 10_000.0


def test_a_bow_tie_is_invalid() -> None:
    """A ring that crosses itself is named by its code."""
    faults = coverage_faults(replaced("a0", BOW_TIE), UTM)
    assert list(zip(faults["problem"], faults["code"], strict=True)) == [("invalid", "a0")]


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()])
def test_an_area_without_shape_is_empty(nothing: shapely.Geometry | None) -> None:
    """Missing and empty geometry are the same fault, with no place."""
    faults = coverage_faults(replaced("a0", nothing), UTM)
    assert list(faults["problem"]) == ["empty"]
    assert faults["x"].isna().all()


def test_an_edge_with_a_vertex_that_the_neighbour_lacks_is_unmatched() -> None:
    """No gap and no overlap, but generalising would open one at the extra vertex."""
    vertex = shapely.Polygon([(0, 0), (100, 0), (100, 50), (100, 100), (0, 100)])
    faults = coverage_faults(replaced("a0", vertex), UTM)
    assert set(faults["problem"]) == {"unmatched edge"}
    assert set(faults["code"]) == {"a0", "b0"}


def test_the_error_says_what_where_and_how_large() -> None:
    """The message names the layer, the problem, the codes, the area and the place; the table travels with it."""
    with pytest.raises(
        BrokenCoverage, match=r"squares: .*overlap b1 c1 \(1000\.0 m2 near 205\.0+, 150\.0+\)"
    ) as caught:
        check_coverage("squares", replaced("b1", shapely.box(100, 100, 210, 200)), UTM)
    assert "overlap" in set(caught.value.faults["problem"])


def test_neighbours_share_an_edge_and_not_only_a_corner() -> None:
    """In 2 × 2 squares each has two neighbours; the one across the corner is none. An island has none at all."""
    squares = tiles(2, 2, 100)
    island = frame(z9=shapely.box(500, 500, 600, 600))
    both = gpd.GeoDataFrame({"code": [*squares["code"], "z9"]}, geometry=[*squares.geometry, *island.geometry], crs=UTM)
    assert find_neighbours(both) == {
        "a0": ("a1", "b0"),
        "a1": ("a0", "b1"),
        "b0": ("a0", "b1"),
        "b1": ("a1", "b0"),
        "z9": (),
    }


def test_areas_are_measured_in_the_named_crs() -> None:
    """A square of 100 m in UTM is 10,000 m2 there; in a global equal-area projection the true area, 0.08 % more."""
    square = frame(a0=shapely.box(500_000, 2_326_000, 500_100, 2_326_100))
    assert measure_areas(square, UTM)["a0"] == pytest.approx(10_000, rel=1e-9)
    assert measure_areas(square, "EPSG:6933")["a0"] == pytest.approx(10_000 / 0.9996**2, rel=1e-5)


def test_degrees_are_refused_as_a_measure() -> None:
    """A geographic CRS has no metres."""
    with pytest.raises(DomainError, match="EPSG:4326 is not projected in metres"):
        measure_areas(tiles(1, 1, 100), "EPSG:4326")
