"""Areal overlap of rectangles whose shares are worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from geo.errors import DomainError
from geo.overlap import measure_overlap, normalise_shares
from tests.geo.shapes import frame

EQUAL_AREA = "EPSG:6933"


def test_shares_are_parts_of_the_source_area() -> None:
    """p (400 × 100 m) lies 3/4 in x and 1/4 in y; q (100 × 100 m) lies half in y, and the rest in nothing."""
    sources = frame(EQUAL_AREA, p=shapely.box(0, 0, 400, 100), q=shapely.box(450, 0, 550, 100))
    targets = frame(EQUAL_AREA, x=shapely.box(-50, -50, 300, 150), y=shapely.box(300, -50, 500, 150))
    overlap = measure_overlap(sources, targets, EQUAL_AREA)
    assert list(overlap.columns) == ["from_code", "to_code", "area_m2", "share"]
    assert overlap.round(9).to_numpy().tolist() == [
        ["p", "x", 30_000.0, 0.75],
        ["p", "y", 10_000.0, 0.25],
        ["q", "y", 5_000.0, 0.5],
    ]


def test_a_common_edge_is_no_overlap() -> None:
    """Areas that only touch have no row."""
    sources, targets = frame(EQUAL_AREA, p=shapely.box(0, 0, 1, 1)), frame(EQUAL_AREA, x=shapely.box(1, 0, 2, 1))
    assert measure_overlap(sources, targets, EQUAL_AREA).empty


def test_frames_in_other_crs_are_brought_into_the_named_one() -> None:
    """Half of a degree cell, cut at its middle meridian, in degrees."""
    sources = frame("EPSG:4326", p=shapely.box(105, 20, 106, 21))
    targets = frame("EPSG:4326", x=shapely.box(105, 20, 105.5, 21), y=shapely.box(105.5, 20, 106, 21))
    assert measure_overlap(sources, targets, EQUAL_AREA)["share"].tolist() == pytest.approx([0.5, 0.5], rel=1e-12)


def test_a_crs_that_does_not_preserve_area_is_refused() -> None:
    """UTM distorts areas by its scale, web maps by more."""
    square = frame(p=shapely.box(0, 0, 1, 1))
    for crs in ("EPSG:32648", "EPSG:3857"):
        with pytest.raises(DomainError, match="does not preserve area"):
            measure_overlap(square, square, crs)


def test_frames_without_a_crs_are_refused() -> None:
    """Coordinates without a CRS are not places."""
    square = frame(None, p=shapely.box(0, 0, 1, 1))
    with pytest.raises(DomainError, match="need a CRS"):
        measure_overlap(square, square, EQUAL_AREA)


def test_normalised_shares_sum_to_one() -> None:
    """0.6 and 0.3 of a source become two thirds and one third; a whole stays whole."""
    shares = pd.DataFrame({"from_code": ["p", "p", "q"], "to_code": ["x", "y", "x"], "share": [0.6, 0.3, 0.99998]})
    assert normalise_shares(shares)["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1.0], abs=1e-12)


def test_a_source_without_any_share_is_refused() -> None:
    """Nothing cannot be divided into shares."""
    shares = pd.DataFrame({"from_code": ["p", "q"], "to_code": ["x", "x"], "share": [1.0, 0.0]})
    with pytest.raises(DomainError, match="Shares of q sum to 0"):
        normalise_shares(shares)
