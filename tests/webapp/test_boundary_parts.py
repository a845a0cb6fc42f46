"""A level of very many units is cut by parent: one file, one map, one list of names and one download for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from benchmarks.country import build_country, measure
from boundaries.areas import load_places
from boundaries.layers import is_cut, layer_of, parts_of, read_finest, read_layer
from geo.geometry import coverage_faults
from tests.conftest import prepared
from webapp.ogc import items

UNITS, PROVINCES, VERTICES = 60, 4, 6000
MAP = "/map/area_km2{}?edition=dat-nuoc&level=commune"
FIRST_VISIT = 250_000
"""Bytes that a map page may load at most, packed, with everything that it needs."""


@pytest.fixture(scope="module")
def country() -> gpd.GeoDataFrame:
    return build_country(UNITS, PROVINCES, VERTICES)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, country: gpd.GeoDataFrame) -> Iterator[Flask]:
    """A store with the country as an edition, cut above 40 units."""
    folder = tmp_path_factory.mktemp("country")
    app = prepared(folder / "store.db")
    app.config["LAYERS_DIR"] = str(folder / "layers")
    country.to_file(folder / "country.fgb", driver="FlatGeobuf")
    result = app.test_cli_runner().invoke(args=[
        "boundaries", "import", str(folder / "country.fgb"), "--edition", "dat-nuoc", "--level", "commune", "--repair",
        "--code-field", "ma", "--name-field", "ten", "--parent-field", "tinh", "--parent-name-field", "ten_tinh",
        "--cut-above", "40"])  # fmt: skip
    assert result.exit_code == 0, result.output
    with Session(app.extensions["engine"]) as session:
        load_places(session)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def inside(country: gpd.GeoDataFrame) -> list[str]:
    """Codes of the communes of province 04."""
    return sorted(country.loc[country["tinh"] == "04", "ma"])


def test_each_parent_has_a_file_of_its_own_and_together_they_are_the_whole(
    app: Flask, country: gpd.GeoDataFrame
) -> None:
    layer = layer_of("dat-nuoc.commune")
    assert is_cut(layer, "commune")
    assert not is_cut(layer, "city")
    assert [Path(part).stem for part in parts_of(layer)] == ["01", "02", "03", "04"]
    whole = read_layer("dat-nuoc.commune")
    assert whole["code"].tolist() == sorted(country["ma"])
    assert coverage_faults(whole, "EPSG:32648").empty  # parts meet along the same vertices
    finest, tolerance_m = read_finest("dat-nuoc", "commune")
    assert (len(finest), tolerance_m) == (UNITS, 0)


def test_the_map_opens_with_the_parents_and_goes_into_one(client: FlaskClient, inside: list[str]) -> None:
    first = client.get(MAP.format(".json")).get_json()
    assert (first["level"], first["part"], len(first["areas"]["value"])) == ("city", None, PROVINCES)
    assert first["into"].endswith("&part=")
    view = client.get(first["into"].replace("?", ".json?") + "04").get_json()
    assert (view["level"], view["part"]["name"], len(view["areas"]["value"])) == ("commune", "Tỉnh Số 4", len(inside))
    assert view["meta"][1:3] == [f"{len(inside)} xã", "Tỉnh Số 4"]
    assert view["geometry"] != first["geometry"]
    shapes = client.get(view["geometry"]).get_json()["objects"]["dat-nuoc.commune"]["geometries"]
    assert sorted(shape["id"] for shape in shapes) == inside
    names = client.get("/gazetteer.json?part=dat-nuoc.04").get_json()["editions"]["dat-nuoc"]
    assert [name[0] for name in names["commune"]] == inside
    assert client.get("/gazetteer.json").get_json()["editions"]["dat-nuoc"]["commune"] == []


def test_a_unit_that_is_asked_for_opens_the_part_that_it_is_in(client: FlaskClient, inside: list[str]) -> None:
    view = client.get(MAP.format(".json") + f"&area={inside[0]}").get_json()
    assert view["part"]["name"] == "Tỉnh Số 4"
    answer = client.get(MAP.format("") + "&part=99")
    assert answer.status_code == 400
    assert all(word in answer.text for word in ("99", "01"))


def test_two_maps_take_names_and_shapes_of_the_part(client: FlaskClient) -> None:
    view = client.get(MAP.format(".json") + "&part=04").get_json()
    page = client.get(view["two_maps"])
    assert page.status_code == 200
    assert view["geometry"] in page.text
    assert "part=dat-nuoc.04" in page.text


def test_the_table_without_scripts_leads_into_each_parent(client: FlaskClient) -> None:
    page = client.get(MAP.format(""))
    for code in ("01", "02", "03", "04"):
        assert f"part={code}" in page.text


def test_classes_of_parts_are_those_of_all(client: FlaskClient) -> None:
    views = [client.get(MAP.format(".json") + f"&part={code}").get_json() for code in ("01", "04")]
    assert len({json.dumps([entry["label"] for entry in view["classes"]]) for view in views}) == 1


@pytest.mark.parametrize("name", ["map.png", "map.pdf", "map.svg", "map.html", "values.geojson", "values.gpkg"])
@pytest.mark.parametrize("part", ["", "&part=04"])
def test_files_are_of_the_units_shown(
    client: FlaskClient, inside: list[str], tmp_path: Path, name: str, part: str
) -> None:
    answer = client.get(f"/download/{name}?indicator=area_km2&edition=dat-nuoc&level=commune{part}")
    assert answer.status_code == 200
    wanted = inside if part else ["01", "02", "03", "04"]
    if name == "map.svg":
        assert all(answer.text.count(f'data-code="{code}"') == 1 for code in wanted)
        assert "Hoàn Kiếm" not in answer.text
    if name == "values.geojson":
        features = answer.get_json()
        assert [feature["id"] for feature in features["features"]] == [f"dat-nuoc/{code}" for code in wanted]
        west, south, east, north = gpd.GeoDataFrame.from_features(features).total_bounds
        assert features["bbox"] == pytest.approx([west, south, east, north], abs=1e-6)
    if name == "values.gpkg":
        (tmp_path / name).write_bytes(answer.data)
        assert gpd.read_file(tmp_path / name)["code"].tolist() == wanted


def test_features_of_a_cut_level_are_read_part_by_part(client: FlaskClient, country: gpd.GeoDataFrame) -> None:
    """Every page of all, those of one parent, and those in a box are what the whole says; a parent reads its part."""
    at = "/ogc/collections/dat-nuoc.commune"
    whole = read_layer("dat-nuoc.commune").set_index("code")
    pages = [client.get(f"{at}/items?limit=25&offset={offset}").get_json() for offset in (0, 25, 50)]
    found = gpd.GeoDataFrame.from_features([each for page in pages for each in page["features"]])
    assert found["code"].tolist() == sorted(country["ma"])
    assert found.area.to_numpy() == pytest.approx(shapely.area(whole.geometry.array), rel=1e-4)
    items._geometries.cache_clear()
    one = client.get(f"{at}/items?parent_code=04").get_json()["features"]
    assert [each["properties"]["code"] for each in one] == sorted(country.loc[country["tinh"] == "04", "ma"])
    assert items._geometries.cache_info().currsize == 1
    west, south, east, north = whole.total_bounds
    box = (west, south, (west + east) / 2, (south + north) / 2)
    asked = client.get(f"{at}/items?bbox={','.join(map(str, box))}").get_json()["features"]
    assert [each["properties"]["code"] for each in asked] == whole.index[whole.intersects(shapely.box(*box))].tolist()
    assert 0 < len(asked) < UNITS
    extent = client.get(at).get_json()["extent"]["spatial"]["bbox"][0]
    assert extent == pytest.approx(whole.total_bounds, abs=1e-4)


def test_goals_of_the_city_bind_no_other_province(client: FlaskClient, inside: list[str]) -> None:
    at = "/map/health_insurance_coverage.json?level=city&edition="
    assert client.get(f"{at}2024").get_json()["target"] is not None
    assert client.get(f"{at}dat-nuoc").get_json()["target"] is None
    page = client.get(f"/areas/dat-nuoc/{inside[0]}").text
    assert "Nghị quyết 31, " not in page
    assert "Mục tiêu đặt cho tỉnh" not in client.get("/areas/dat-nuoc/04").text


@pytest.mark.soak
def test_a_country_is_taken_in_by_a_process_of_its_own_within_limits(tmp_path: Path) -> None:
    """A fortieth of the country; the whole is measured by `python -m benchmarks.country`."""
    measured = measure(tmp_path, 80, 4, 75_000, "--cut-above", "60")
    assert measured.megabytes < 2000
    assert max(measured.first_bytes, measured.part_bytes) < FIRST_VISIT


@pytest.mark.soak
def test_the_whole_country_is_taken_in_within_five_minutes_and_two_gigabytes(tmp_path: Path) -> None:
    measured = measure(tmp_path, 3321, 34, 3_000_000)
    assert measured.seconds <= 300
    assert measured.megabytes <= 2000
    assert max(measured.first_bytes, measured.part_bytes) < FIRST_VISIT
