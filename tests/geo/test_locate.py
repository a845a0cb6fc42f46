"""Points in areas: worked out by hand on squares, and equal to geopandas' spatial join on the shipped communes."""

from __future__ import annotations

import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from boundaries.layers import METRIC_CRS, ROOT, object_name, read_layer
from geo.errors import DomainError
from geo.locate import NOWHERE, Locator
from tests.geo.shapes import UTM, tiles


def test_points_find_their_square_and_know_how_near_a_line_is() -> None:
    """Squares of 100 m, a0 and b0 side by side: x from 0 to 200 and y from 0 to 100; lines are good to 5 m."""
    locator = Locator(tiles(2, 1, 100.0), 5.0, UTM)
    x = np.array([50.0, 150.0, 97.0, 250.0, 203.0, np.nan, 50.0, np.inf])
    y = np.array([50.0, 50.0, 50.0, 50.0, 50.0, 50.0, np.nan, 50.0])
    units, near = locator.locate(x, y)
    assert units.tolist() == [0, 1, 0, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE]
    assert near.tolist() == [False, False, True, False, True, False, False, False]


def test_a_point_on_a_common_edge_belongs_to_the_first_area_and_to_no_other() -> None:
    units, near = Locator(tiles(2, 1, 100.0), 5.0, UTM).locate(np.array([100.0]), np.array([50.0]))
    assert (units.tolist(), near.tolist()) == ([0], [True])


def test_no_points_are_an_answer_too() -> None:
    units, near = Locator(tiles(1, 1, 100.0), 5.0, UTM).locate(np.array([]), np.array([]))
    assert len(units) == len(near) == 0


def test_a_measure_in_degrees_is_refused() -> None:
    with pytest.raises(DomainError, match="not projected in metres"):
        Locator(tiles(1, 1, 1.0, "EPSG:4326"), 5.0, "EPSG:4326")


@pytest.mark.parametrize("count", [20_000, pytest.param(2_000_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("edition", "level"), [("2024", "commune"), ("2024", "district"), ("2025-07", "commune")])
def test_units_equal_those_of_a_spatial_join(edition: str, level: str, count: int) -> None:
    shapes = read_layer(object_name(edition, level))
    west, south, east, north = shapes.total_bounds
    random = np.random.default_rng(8)
    x, y = random.uniform(west, east, count), random.uniform(south, north, count)
    units, _near = Locator(shapes, 20.0, METRIC_CRS).locate(x, y)
    ours = np.where(units == NOWHERE, "", shapes["code"].to_numpy()[units])
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=shapes.crs)
    joined = gpd.sjoin(points, shapes, predicate="intersects", how="left")
    theirs = joined["code"][~joined.index.duplicated()].fillna("")
    assert (units != NOWHERE).sum() > count / 4
    assert ours.tolist() == theirs.tolist()


RACE = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np

from boundaries.layers import METRIC_CRS, ROOT, read_layer
from geo.locate import Locator

random = np.random.default_rng(10)
for _turn in range(8):
    shapes = read_layer("2025-07.commune")
    west, south, east, north = shapes.total_bounds
    x, y = random.uniform(west, east, 2000), random.uniform(south, north, 2000)
    locator, together = Locator(shapes, 20.0, METRIC_CRS), Barrier(4)

    def work(_number):
        together.wait()
        return [part.tolist() for part in locator.locate(x, y)]

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(work, range(4))
    assert all(other == first for other in others)
"""


def test_threads_may_begin_with_one_locator_at_the_same_moment() -> None:
    """In a process of its own: what goes wrong here ends the process."""
    done = subprocess.run([sys.executable, "-c", RACE], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nearness_equals_distances_in_metres() -> None:
    shapes = read_layer("2025-07.commune")
    west, south, east, north = shapes.total_bounds
    random = np.random.default_rng(9)
    x, y = random.uniform(west, east, 5000), random.uniform(south, north, 5000)
    _units, near = Locator(shapes, 50.0, METRIC_CRS).locate(x, y)
    lines = gpd.GeoDataFrame(geometry=shapes.to_crs(METRIC_CRS).boundary)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=shapes.crs).to_crs(METRIC_CRS)
    distances = pd.Series(gpd.sjoin_nearest(points, lines, distance_col="metres")["metres"]).groupby(level=0).min()
    assert 50 < near.sum() < 1000
    assert near.tolist() == (distances <= 50.0).tolist()
