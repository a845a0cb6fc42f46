"""OGC API – Features as real clients read it: GDAL of Debian, the GDAL of pyogrio, GeoPandas, OWSLib and QGIS."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features  # type: ignore[import-untyped]

from boundaries.layers import read_layer
from tests.conftest import prepared, serve

SIZES = {"2024.commune": 579, "2025-07.commune": 126, "ntm_title.2024.commune": 579}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the landing page of a live service that knows where readers reach it."""
    app = prepared(tmp_path_factory.mktemp("ogc") / "store.db")
    for address in serve(app):
        app.config["PUBLIC_URL"] = address
        yield f"{address}/ogc"
    app.extensions["engine"].dispose()


def fingerprint(frame: gpd.GeoDataFrame) -> str:
    """Hash of codes and shapes in the order of codes, wherever rings begin and in whatever order parts come."""
    ordered = frame.sort_values("code")
    parts, at = shapely.get_parts(ordered.geometry.array, return_index=True)
    rounded = shapely.transform(parts, lambda xy: xy.round(6))
    shapes = shapely.to_wkb(shapely.normalize(shapely.multipolygons(rounded, indices=at)))
    return hashlib.sha256("".join(ordered.code).encode() + b"".join(shapes)).hexdigest()


def gdal(program: str, *arguments: str) -> str:
    """Output of a GDAL program; tests are skipped where there is none, unless REQUIRE_GDAL=1."""
    if shutil.which(program) is None:
        message = f"No {program} on this machine (Debian: apt-get install gdal-bin)."
        if os.environ.get("REQUIRE_GDAL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip(), done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SIZES)
def test_ogrinfo_counts_all_features_and_knows_the_types(service: str, name: str) -> None:
    told = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{service}", name)
    assert f"Feature Count: {SIZES[name]}" in told
    assert "Geometry: Multi Polygon" in told
    assert "code: String" in told
    assert "area_km2: Real" in told
    assert ("\nvalue: Real" in told) == name.startswith("ntm_title")


@pytest.mark.parametrize("name", SIZES)
def test_ogr2ogr_brings_every_shape_page_by_page(service: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.gpkg"
    gdal("ogr2ogr", "-oo", "PAGE_SIZE=50", str(path), f"OAPIF:{service}", name)
    assert fingerprint(gpd.read_file(path)) == fingerprint(read_layer(name.removeprefix("ntm_title.")))


def test_the_fingerprint_notices_one_moved_corner() -> None:
    layer = read_layer("2025-07.commune")
    moved = layer.copy()
    first = shapely.get_coordinates(layer.geometry.iloc[0])[0]
    moved.loc[0, "geometry"] = shapely.transform(
        layer.geometry.iloc[0], lambda xy: xy + 0.00001 * (xy == first).all(axis=1, keepdims=True)
    )
    assert fingerprint(moved) != fingerprint(layer)


def test_ogrinfo_filters_by_place_and_property(service: str) -> None:
    layer = read_layer("2024.commune")
    touching = shapely.intersects(layer.geometry.array, shapely.box(105.8, 21, 105.85, 21.05)).sum()
    told = gdal("ogrinfo", "-ro", "-so", "-spat", "105.8", "21", "105.85", "21.05", f"OAPIF:{service}", "2024.commune")
    assert f"Feature Count: {touching}" in told
    told = gdal("ogrinfo", "-ro", "-so", "-where", "code = '00004'", f"OAPIF:{service}", "2024.commune")
    assert "Feature Count: 1\n" in told


@pytest.fixture
def driver() -> None:
    """Skips where the GDAL of pyogrio was built without the driver."""
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("The GDAL of this pyogrio has no OAPIF driver.")


READ = """
import sys, pyogrio
address, layer, path = sys.argv[1:]
pyogrio.read_dataframe(address, layer=layer or None).to_parquet(path)
"""


def read_layer_of(address: str, layer: str, folder: Path) -> gpd.GeoDataFrame:
    """What pyogrio reads, in a process of its own: GDAL holds the interpreter while it waits for an answer."""
    path = folder / "read.parquet"
    subprocess.run([sys.executable, "-c", READ, address, layer, str(path)], timeout=120, check=True)
    return gpd.read_parquet(path)


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("name", SIZES)
def test_pyogrio_reads_a_collection_as_a_layer(service: str, name: str, tmp_path: Path) -> None:
    frame = read_layer_of(f"OAPIF:{service}", name, tmp_path)
    assert (len(frame), frame.crs.to_epsg()) == (SIZES[name], 4326)
    assert fingerprint(frame) == fingerprint(read_layer(name.removeprefix("ntm_title.")))
    if name.startswith("ntm_title"):
        assert frame["value"].dtype == "float64"
        assert frame["value"].notna().sum() == 382


@pytest.mark.usefixtures("driver")
def test_pyogrio_reads_the_address_of_one_collection(service: str, tmp_path: Path) -> None:
    assert len(read_layer_of(f"OAPIF:{service}/collections/2025-07.commune", "", tmp_path)) == 126


@pytest.mark.parametrize("name", SIZES)
def test_geopandas_reads_the_address_of_the_items(service: str, name: str) -> None:
    frame = gpd.read_file(f"{service}/collections/{name}/items")
    assert fingerprint(frame) == fingerprint(read_layer(name.removeprefix("ntm_title.")))
    assert frame["id"].tolist() == (frame["edition"] + ":" + frame["code"]).tolist()


def test_geopandas_reads_what_a_box_finds(service: str) -> None:
    frame = gpd.read_file(f"{service}/collections/2024.commune/items?bbox=105.84,21.02,105.86,21.04&f=json")
    assert shapely.intersects(frame.geometry.array, shapely.box(105.84, 21.02, 105.86, 21.04)).all()


@pytest.mark.parametrize("name", SIZES)
def test_owslib_finds_collections_and_reads_them_in_pages(service: str, name: str) -> None:
    client = Features(service)
    assert {name, "2024.district"} <= set(client.feature_collections())
    assert [kind.rpartition("/")[2] for kind in client.conformance()["conformsTo"]] == ["core", "oas30", "geojson"]
    assert client.api()["openapi"] == "3.0.3"
    pages = [client.collection_items(name, limit=100, offset=offset) for offset in range(0, SIZES[name], 100)]
    assert {page["numberMatched"] for page in pages} == {SIZES[name]}
    frame = gpd.GeoDataFrame.from_features([each for page in pages for each in page["features"]], crs=4326)
    assert fingerprint(frame) == fingerprint(read_layer(name.removeprefix("ntm_title.")))
    assert client.collection_item(name, pages[0]["features"][0]["id"])["id"] == pages[0]["features"][0]["id"]


DEBIAN_PYTHON = "/usr/bin/python3"
QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
address, name = sys.argv[1:]
layer = QgsVectorLayer(f"url='{address}' typename='{name}' pageSize='100'", name, "OAPIF")
assert layer.isValid(), layer.error().message()
features = [(each["code"], bytes(each.geometry().asWkb()).hex()) for each in layer.getFeatures()]
print(json.dumps({"crs": layer.crs().authid(), "fields": layer.fields().names(), "features": features}))
"""


@pytest.fixture
def qgis() -> None:
    """Skips where Debian's Python has no QGIS, unless REQUIRE_QGIS=1."""
    there = (
        shutil.which(DEBIAN_PYTHON)
        and not subprocess.run([DEBIAN_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode
    )
    if not there and os.environ.get("REQUIRE_QGIS") == "1":
        pytest.fail("No QGIS on this machine (Debian: apt-get install python3-qgis).")
    if not there:
        pytest.skip("No QGIS on this machine (Debian: apt-get install python3-qgis).")


@pytest.mark.usefixtures("qgis")
@pytest.mark.parametrize("name", SIZES)
def test_the_provider_of_qgis_reads_every_shape_page_by_page(service: str, name: str) -> None:
    done = subprocess.run(
        [DEBIAN_PYTHON, "-c", QGIS, service, name], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    codes, shapes = zip(*told["features"], strict=True)
    frame = gpd.GeoDataFrame({"code": codes}, geometry=shapely.from_wkb(list(map(bytes.fromhex, shapes))), crs=4326)
    assert told["crs"] in ("EPSG:4326", "OGC:CRS84")
    assert ("value" in told["fields"]) == name.startswith("ntm_title")
    assert fingerprint(frame) == fingerprint(read_layer(name.removeprefix("ntm_title.")))
