"""Imported editions are collections of OGC API – Features like the shipped ones, from the next request on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from boundaries.layers import layer_bounds, layer_path
from tests.boundaries.imports.province import layer
from tests.conftest import close, over, serve
from tests.stores import Stores
from tests.webapp.test_boundary_import import WHOLE, run
from tests.webapp.test_ogc import codes
from tests.webapp.test_ogc_clients import gdal
from webapp.db import snapshot
from webapp.ogc.collections import collections

AT = "/ogc/collections/mau.commune"
IDS = {"mau.city", "mau.district", "mau.commune"} | {
    f"area_km2.mau.{level}" for level in ("city", "district", "commune")
}


def listed(client: FlaskClient) -> set[str]:
    """Ids of the collections of the imported edition."""
    found = [each["id"] for each in client.get("/ogc/collections").get_json()["collections"]]
    return {each for each in found if ".mau." in f".{each}"}


@pytest.fixture(scope="module")
def workers(sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    """Two processes, as it were, over one store, which both have answered before the province was taken in."""
    folder = tmp_path_factory.mktemp("ogc")
    with sqlite_stores.lend("embedded") as url:
        one, other = (over(url, LAYERS_DIR=str(folder / "layers")) for _number in range(2))
        assert [listed(app.test_client()) for app in (one, other)] == [set(), set()]
        layer().to_file(folder / "province.gpkg", driver="GPKG")
        done = run(one, folder / "province.gpkg", *WHOLE, edition="mau")
        assert done.exit_code == 0, done.output
        yield one, other
        close(one)
        close(other)


@pytest.fixture
def client(workers: tuple[Flask, Flask]) -> FlaskClient:
    return workers[1].test_client()


def test_every_level_is_there_at_the_next_request_of_every_process(workers: tuple[Flask, Flask]) -> None:
    for app in workers:
        assert listed(app.test_client()) == IDS
        described = app.test_client().get("/ogc/api").get_json()["components"]["parameters"]["collectionId"]["schema"]
        with app.app_context():
            assert described["enum"] == list(collections(snapshot()))
        assert set(described["enum"]) >= IDS


def test_items_are_the_units_of_the_file_by_page_filter_and_box(client: FlaskClient) -> None:
    whole = client.get(f"{AT}/items").get_json()
    assert codes(whole) == ["10001", "10004", "10007", "10010"]
    first = client.get(f"{AT}/items?limit=3").get_json()
    assert (codes(first), first["numberMatched"]) == (["10001", "10004", "10007"], 4)
    assert codes(client.get(f"{AT}/items?limit=3&offset=3").get_json()) == ["10010"]
    assert codes(client.get(f"{AT}/items?parent_code=092").get_json()) == ["10007", "10010"]
    assert codes(client.get(f"{AT}/items?type=xã&code=10004").get_json()) == ["10004"]
    ring = whole["features"][2]["geometry"]["coordinates"][0][0]
    x, y = (sum(point[at] for point in ring[:-1]) / (len(ring) - 1) for at in (0, 1))
    assert codes(client.get(f"{AT}/items?bbox={x},{y},{x},{y}").get_json()) == ["10007"]
    figures = client.get("/ogc/collections/area_km2.mau.commune/items/mau:10001").get_json()["properties"]
    assert (figures["indicator"], figures["value"]) == ("area_km2", pytest.approx(figures["area_km2"], rel=1e-3))
    assert client.get(f"{AT}/items/mau:00004").status_code == 404


def test_words_and_pages_name_the_province(client: FlaskClient) -> None:
    assert "Tỉnh Mẫu" in client.get(AT).get_json()["title"]
    for path in (AT, f"{AT}/items", f"{AT}/schema", f"{AT}/items/10001"):
        page = client.get(f"{path}?f=html")
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert "Số liệu Tỉnh Mẫu" in page.text
        assert "Hà Nội số liệu" not in page.text


def test_ogrinfo_reads_it(workers: tuple[Flask, Flask]) -> None:
    app = workers[1]
    own = app.config["PUBLIC_URL"]
    for address in serve(app):
        app.config["PUBLIC_URL"] = address
        app.extensions["answers"].clear()  # their links lead to where readers reached the service before
        told = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{address}/ogc", "mau.commune")
    app.config["PUBLIC_URL"] = own
    app.extensions["answers"].clear()
    assert "Feature Count: 4" in told
    assert "Geometry: Multi Polygon" in told


def test_a_damaged_layer_takes_no_other_collection_away(workers: tuple[Flask, Flask]) -> None:
    app = workers[0]
    with app.app_context():
        edition = snapshot().places.edition("mau")
    path = layer_path(edition.layer)
    held = path.read_bytes()
    layer_bounds.cache_clear()
    app.extensions["answers"].clear()
    path.write_bytes(held[:-1])
    try:
        assert listed(app.test_client()) == set()
        assert len(app.test_client().get("/ogc/collections").get_json()["collections"]) > 80
        assert app.test_client().get(AT).status_code == 503
    finally:
        path.write_bytes(held)
        app.extensions["answers"].clear()
