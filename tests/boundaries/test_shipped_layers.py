"""The files that ship are what they should be, judged from the decoded bytes and without the sources."""

from __future__ import annotations

import subprocess
import sys

import brotli
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from boundaries.layers import (
    DATA,
    LAYER,
    NEIGHBOURS,
    layer_bytes,
    layer_sha256,
    object_name,
    object_names,
    read_areas,
    read_editions,
    read_layer,
    read_rows,
)
from geo.errors import DomainError
from geo.geometry import coverage_faults, find_neighbours, measure_areas

UTM = "EPSG:32648"
COUNTS = {("2024", "district"): 30, ("2024", "commune"): 579, ("2025-07", "commune"): 126}


@pytest.fixture(scope="module")
def layers() -> dict[tuple[str, str], gpd.GeoDataFrame]:
    """The decoded layers by edition and level."""
    return {key: read_layer(object_name(*key)) for key in COUNTS}


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    """The shipped table of areas, as text."""
    return pd.DataFrame(read_areas())


def outline(layer: gpd.GeoDataFrame) -> shapely.Geometry:
    """The outer line of a layer, in a form that compares vertex by vertex."""
    return shapely.coverage_union_all(layer.geometry.to_numpy()).normalize()


@pytest.mark.parametrize("key", COUNTS, ids=":".join)
def test_every_unit_of_the_table_has_its_shape_in_the_same_order(
    key: tuple[str, str], layers: dict[tuple[str, str], gpd.GeoDataFrame], areas: pd.DataFrame
) -> None:
    """30 districts, 579 communes and 126 new units, by code."""
    listed = areas[(areas["edition"] == key[0]) & (areas["level"] == key[1])]
    assert len(listed) == COUNTS[key]
    assert list(layers[key]["code"]) == list(listed["code"])


@pytest.mark.parametrize("key", COUNTS, ids=":".join)
def test_layers_are_coverages(key: tuple[str, str], layers: dict[tuple[str, str], gpd.GeoDataFrame]) -> None:
    """Valid shapes without gap, overlap or unmatched edge, in one piece."""
    assert coverage_faults(layers[key], UTM).empty
    assert outline(layers[key]).geom_type == "Polygon"


@pytest.mark.parametrize("key", COUNTS, ids=":".join)
def test_layers_show_what_was_measured_on_the_source(
    key: tuple[str, str], layers: dict[tuple[str, str], gpd.GeoDataFrame]
) -> None:
    """Each unit has the same neighbours as in the source, and its area within 1 %."""
    rows = [row for row in read_rows("source_checks.csv") if (row["edition"], row["level"]) == key]
    assert find_neighbours(layers[key]) == {row["code"]: tuple(row["neighbours"].split()) for row in rows}
    source = pd.Series({row["code"]: float(row["area_m2"]) for row in rows})
    assert (measure_areas(layers[key], UTM) / source - 1).abs().max() < 0.01


def test_communes_nest_in_districts_exactly(
    layers: dict[tuple[str, str], gpd.GeoDataFrame], areas: pd.DataFrame
) -> None:
    """The union of a district's communes is the district, vertex by vertex."""
    parents = areas[areas["edition"] == "2024"].set_index("code")["parent_code"]
    communes = layers["2024", "commune"]
    groups = communes.groupby(communes["code"].map(parents)).groups
    districts = layers["2024", "district"].set_index("code").geometry
    assert sorted(groups) == sorted(districts.index)
    assert [code for code, rows in groups.items() if outline(communes.loc[rows]) != districts[code].normalize()] == []


def test_both_editions_have_the_same_outline(layers: dict[tuple[str, str], gpd.GeoDataFrame]) -> None:
    """The city did not change on 01/7/2025, nor does its line."""
    assert outline(layers["2024", "commune"]) == outline(layers["2025-07", "commune"])
    assert outline(layers["2024", "commune"]) == outline(layers["2024", "district"])


def test_an_independent_reader_sees_the_same_shapes(layers: dict[tuple[str, str], gpd.GeoDataFrame]) -> None:
    """GDAL's own TopoJSON driver, layer by layer."""
    assert set(pyogrio.list_layers(DATA / LAYER)[:, 0]) == set(object_names())
    for key, ours in layers.items():
        theirs = gpd.read_file(DATA / LAYER, layer=object_name(*key))
        assert list(theirs["id"]) == list(ours["code"])
        assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), tolerance=1e-9).all()


def test_the_provinces_around_meet_the_city_without_a_gap(layers: dict[tuple[str, str], gpd.GeoDataFrame]) -> None:
    """11 named provinces share every vertex of the city's outline, so that only lines between provinces are drawn."""
    around = read_layer(NEIGHBOURS)
    assert len(around) == 11
    assert {"Bắc Ninh", "Hưng Yên", "Phú Thọ", "Thái Nguyên"} <= set(around["name"])
    shapes = [*around.geometry, outline(layers["2024", "district"])]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_interior_rings(shapely.union_all(shapes)) == 0


def test_the_layer_file_is_small_enough_for_a_first_visit() -> None:
    """110 kB at brotli's best, all levels and editions together."""
    assert len(brotli.compress(layer_bytes(), quality=11)) <= 110_000


def test_geometries_carry_their_code_and_nothing_else() -> None:
    """Names travel in the table, not in the shapes; `object_name` finds every object but the provinces."""
    assert object_names() == (
        "2024.city", "2025-07.city", "2024.district", "2024.commune", "2025-07.commune", NEIGHBOURS
    )  # fmt: skip
    assert all(list(read_layer(object_name(*key)).columns) == ["code", "geometry"] for key in COUNTS)
    assert list(read_layer(NEIGHBOURS).columns) == ["code", "name", "geometry"]


def test_parents_exist_and_a_district_is_no_parent_of_a_new_unit(areas: pd.DataFrame) -> None:
    """The city has no parent; districts and new units have the city; communes of 2024 have their district."""
    level = areas.set_index(["edition", "code"])["level"]
    parents = [
        level[edition, parent] if parent else "" for edition, parent in areas[["edition", "parent_code"]].to_numpy()
    ]
    seen = {*zip(areas["edition"], areas["level"], parents, strict=True)}
    assert seen == {
        ("2024", "city", ""),
        ("2024", "district", "city"),
        ("2024", "commune", "district"),
        ("2025-07", "city", ""),
        ("2025-07", "commune", "city"),
    }


def test_kinds_are_as_many_as_the_official_lists_say(areas: pd.DataFrame) -> None:
    """12 quận, 17 huyện, 1 thị xã; 175 phường, 383 xã, 21 thị trấn; since 01/7/2025 51 phường and 75 xã."""
    assert areas.groupby(["edition", "type"]).size().to_dict() == {
        ("2024", "huyện"): 17,
        ("2024", "phường"): 175,
        ("2024", "quận"): 12,
        ("2024", "thành phố"): 1,
        ("2024", "thị trấn"): 21,
        ("2024", "thị xã"): 1,
        ("2024", "xã"): 383,
        ("2025-07", "phường"): 51,
        ("2025-07", "thành phố"): 1,
        ("2025-07", "xã"): 75,
    }
    assert all(name.lower().startswith(kind) for name, kind in areas[["name", "type"]].to_numpy())


def test_areas_of_the_parts_sum_to_the_city(areas: pd.DataFrame) -> None:
    """3,356.70 km2 at every level, up to the rounding of 579 figures to 0.0001 km2."""
    sums = areas.astype({"area_km2": float}).groupby(["edition", "level"])["area_km2"].sum()
    assert sums.to_numpy() == pytest.approx(3356.6993, abs=0.03)


def test_editions_name_their_layer_and_dates() -> None:
    """Oldest first; the newest is open."""
    editions = read_editions()
    assert [(e["id"], e["valid_from"], e["valid_to"], e["layer"]) for e in editions] == [
        ("2024", "", "2024-12-31", LAYER),
        ("2025-07", "2025-07-01", "", LAYER),
    ]
    assert len(layer_sha256(editions[0]["layer"])) == 64


def test_reading_the_bytes_needs_no_geometry_library() -> None:
    """A worker that only serves the file does not load geopandas or pandas."""
    code = "import sys, boundaries.layers as b; b.layer_sha256(); print({'geopandas', 'pandas'} & {*sys.modules})"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=DATA.parents[1]
    )
    assert answer.stdout.strip() == "set()"


def test_a_table_that_does_not_ship_is_refused_with_the_remedy() -> None:
    """The message names the file and the command that makes it."""
    with pytest.raises(DomainError, match=r"wards\.csv is not in .*flask boundaries compile"):
        read_rows("wards.csv")
