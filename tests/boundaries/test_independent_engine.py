"""Areas, overlaps and shares of the shipped layers against GDAL and SpatiaLite (`tests/golden/make_areas.sh`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boundaries.composition import EQUAL_AREA_CRS
from boundaries.crosswalk import read_crosswalk
from boundaries.layers import LAYER, layer_sha256, object_name, read_layer
from geo.geometry import measure_areas
from geo.overlap import measure_overlap

GOLDEN = Path(__file__).parents[1] / "golden"
PAIR = ["from_code", "to_code"]
# The same plane: only the three decimals of the saved figures and the last digits of two PROJ versions differ.
FLAT = {"rtol": 1e-9, "atol": 0.002}
# The ellipsoid, without projection: SpatiaLite's method and edges that are straight on one side and geodesics on the
# other make up to 6 in 100,000. It would show a projection that does not preserve area, such as UTM (8 in 10,000).
ELLIPSOID = {"rtol": 1e-4, "atol": 0.0}
# The shipped crosswalk was measured before lines were generalised at 20 m, the golden overlaps after it.
LARGEST_WEIGHT_DIFFERENCE = 0.003


def read_golden(name: str, sha256: str) -> pd.DataFrame:
    """A saved table. Fails if it was computed from another layer file than that of the hash given."""
    path = GOLDEN / name
    header = dict(line[2:].split(": ", 1) for line in path.read_text("utf-8").splitlines() if line.startswith("# "))
    if header["sha256"] != sha256:
        pytest.fail(
            f"{name} was computed on {header['date']} from {LAYER} {header['sha256'][:12]}…, but the file here is "
            f"{sha256[:12]}…: figures of another layer prove nothing. Run {header['command']} and commit its files."
        )
    texts = dict.fromkeys(["edition", "level", "code", *PAIR], "str")
    return pd.read_csv(path, comment="#", dtype=texts)


def differing(ours: pd.Series, theirs: pd.Series, rtol: float, atol: float) -> list[object]:
    """Keys on which the engines differ by more than allowed, or which only one of them knows."""
    one, other = ours.align(theirs)
    return list(one.index[~np.isclose(one, other, rtol=rtol, atol=atol)])


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    """Areas by SpatiaLite, one row for each unit of each edition and level."""
    return read_golden("areas_spatialite.csv", layer_sha256())


@pytest.fixture(scope="module")
def overlaps() -> pd.DataFrame:
    """Overlaps by SpatiaLite, one row for each pair of an old and a new unit."""
    return read_golden("overlaps_spatialite.csv", layer_sha256()).set_index(PAIR)


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    """The same overlaps by this project."""
    old, new = read_layer("2024.commune"), read_layer("2025-07.commune")
    return measure_overlap(old, new, EQUAL_AREA_CRS).set_index(PAIR)


def test_hundreds_of_real_areas_agree_on_two_planes_and_on_the_ellipsoid(areas: pd.DataFrame) -> None:
    """All 737 units: the city twice, 30 districts, 579 communes, 126 new units."""
    assert areas.groupby(["edition", "level"]).size().to_dict() == {
        ("2024", "city"): 1,
        ("2024", "commune"): 579,
        ("2024", "district"): 30,
        ("2025-07", "city"): 1,
        ("2025-07", "commune"): 126,
    }
    for (edition, level), golden in areas.set_index("code").groupby(["edition", "level"]):
        layer = read_layer(object_name(edition, level))
        equal_area = measure_areas(layer, EQUAL_AREA_CRS)
        assert differing(equal_area, golden["equal_area_m2"], **FLAT) == []
        assert differing(measure_areas(layer, "EPSG:32648"), golden["utm_m2"], **FLAT) == []
        assert differing(equal_area, golden["ellipsoid_m2"], **ELLIPSOID) == []


def test_hundreds_of_real_overlaps_agree(overlaps: pd.DataFrame, measured: pd.DataFrame) -> None:
    """All 835 pairs of a commune of 2024 and a unit of 2025-07: the same pairs, areas and shares."""
    assert len(overlaps) == 835
    assert differing(measured["area_m2"], overlaps["equal_area_m2"], **FLAT) == []
    assert differing(measured["share"], overlaps["share"], rtol=0, atol=2e-9) == []


def test_overlaps_of_a_unit_sum_to_its_area(areas: pd.DataFrame, overlaps: pd.DataFrame) -> None:
    """In both editions: nothing of the other engine's map is lost or counted two times."""
    communes = areas[areas["level"] == "commune"].set_index(["edition", "code"])["equal_area_m2"]
    for side, edition in (("from_code", "2024"), ("to_code", "2025-07")):
        sums = overlaps.groupby(side)["equal_area_m2"].sum()
        assert differing(sums, communes[edition].rename_axis(side), rtol=1e-9, atol=0.02) == []


def test_shipped_weights_are_the_shares_of_the_other_engine(overlaps: pd.DataFrame) -> None:
    """Each pair with land, within 0.3 % of the unit; official pairs too small for the map have no overlap.

    One overlap has no weight, because it is a sliver: 534 m2 of Văn Miếu along the line of Ô Chợ Dừa.
    """
    shares = overlaps["share"].drop(("00181", "00190"))
    crosswalk = read_crosswalk().query("from_code != '01'").set_index(PAIR)["weight_area"]
    with_land = crosswalk[crosswalk > 0]
    assert differing(with_land, shares, rtol=0, atol=LARGEST_WEIGHT_DIFFERENCE) == []
    assert not crosswalk[crosswalk == 0].index.isin(overlaps.index).any()


def test_a_projection_that_distorts_areas_is_found(areas: pd.DataFrame) -> None:
    """Areas in UTM are off the ellipsoid for every single commune."""
    golden = areas[(areas["edition"] == "2024") & (areas["level"] == "commune")].set_index("code")["ellipsoid_m2"]
    assert len(differing(measure_areas(read_layer("2024.commune"), "EPSG:32648"), golden, **ELLIPSOID)) == 579


@pytest.mark.parametrize("factor", [1 + 1e-8, 1 - 1e-4, 0.0])
def test_a_planted_error_in_one_area_is_found(areas: pd.DataFrame, factor: float) -> None:
    golden = areas[(areas["edition"] == "2024") & (areas["level"] == "commune")].set_index("code")["equal_area_m2"]
    golden = golden.copy()
    golden["10087"] *= factor
    assert differing(measure_areas(read_layer("2024.commune"), EQUAL_AREA_CRS), golden, **FLAT) == ["10087"]


def test_planted_errors_in_the_overlaps_are_found(overlaps: pd.DataFrame, measured: pd.DataFrame) -> None:
    """A share of a thousandth moved, a pair lost, a pair invented."""
    pair, lost, invented = ("00184", "00226"), ("00001", "00097"), ("00001", "00004")
    golden = overlaps["share"].copy()
    golden[pair] += 1e-3
    golden = golden.drop(lost)
    golden[invented] = 0.5
    assert differing(measured["share"], golden, rtol=0, atol=2e-9) == [invented, lost, pair]


def test_figures_of_another_layer_are_refused_with_the_remedy() -> None:
    """The message says of which file the figures are and how to renew them."""
    with pytest.raises(pytest.fail.Exception, match=r"7b101d4d4cdd…, but the file here is 000000000000….*make_areas"):
        read_golden("areas_spatialite.csv", "0" * 64)
