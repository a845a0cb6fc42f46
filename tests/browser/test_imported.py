"""Imported editions on the map in Chromium: drawn, pointed at, and left for Hanoi again; a large one by parent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.country import build_country
from tests.boundaries.imports.province import layer
from tests.conftest import prepared, serve, watch

pytestmark = pytest.mark.browser


def test_an_imported_province_is_drawn_and_hanoi_is_one_switch_away(chromium: Browser, tmp_path: Path) -> None:
    app = prepared(tmp_path / "store.db")
    app.config["LAYERS_DIR"] = str(tmp_path / "layers")
    layer().to_file(tmp_path / "province.gpkg", driver="GPKG")
    result = app.test_cli_runner().invoke(args=[
        "boundaries", "import", str(tmp_path / "province.gpkg"), "--edition", "mau-ve", "--level", "commune",
        "--code-field", "ma", "--name-field", "ten", "--parent-field", "ma_huyen", "--parent-name-field", "ten_huyen",
        "--parent", "99=Tỉnh Mẫu", "--title", "Địa giới mẫu"])  # fmt: skip
    assert result.exit_code == 0, result.output
    served = serve(app)
    address = next(served)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN", base_url=address)
    page = context.new_page()
    faults = watch(page, address)
    page.goto("/map/area_km2?edition=mau-ve&level=commune")
    shapes = page.locator("#mapbox path.ar.leaflet-interactive")
    expect(shapes).to_have_count(4)
    expect(page.locator("h1").locator("xpath=..")).to_contain_text("địa giới mẫu")
    shapes.first.click()
    expect(page.locator("#card")).to_contain_text("Xã Một")
    page.goto("/map/area_km2?edition=mau-ve&level=district")
    expect(shapes).to_have_count(2)
    page.goto("/map/area_km2?edition=2025-07&level=commune")
    expect(shapes).to_have_count(126)
    expect(page.locator("a.brand")).to_contain_text("Hà Nội số liệu")
    page.locator("a[href*='edition=mau-ve']").first.click()
    expect(shapes).to_have_count(4)
    expect(page.locator("a.brand")).to_contain_text("Số liệu Tỉnh Mẫu")
    expect(page).to_have_title(re.compile("Số liệu Tỉnh Mẫu$"))
    expect(page.locator("a.brand")).to_have_attribute("href", "/map/area_km2?edition=mau-ve")
    assert faults == []
    context.close()
    served.close()
    app.extensions["engine"].dispose()


@pytest.fixture
def country(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Page, list[str]]]:
    """A page on a made-up country of 60 communes in 4 provinces, cut above 40, and what goes wrong on it."""
    app = prepared(tmp_path / "store.db")
    app.config["LAYERS_DIR"] = str(tmp_path / "layers")
    build_country(60, 4, 6000).to_file(tmp_path / "country.gpkg", driver="GPKG")
    result = app.test_cli_runner().invoke(args=[
        "boundaries", "import", str(tmp_path / "country.gpkg"), "--edition", "dat-nuoc", "--level", "commune",
        "--code-field", "ma", "--name-field", "ten", "--parent-field", "tinh", "--parent-name-field", "ten_tinh",
        "--repair", "--title", "Địa giới cả nước", "--cut-above", "40"])  # fmt: skip
    assert result.exit_code == 0, result.output
    served = serve(app)
    address = next(served)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN", base_url=address)
    page = context.new_page()
    yield page, watch(page, address)
    context.close()
    served.close()
    app.extensions["engine"].dispose()


def test_a_country_opens_with_its_provinces_and_goes_into_one_and_out(country: tuple[Page, list[str]]) -> None:
    page, faults = country
    layers: list[str] = []
    page.on("request", lambda request: layers.append(request.url) if "/geometry/" in request.url else None)
    page.goto("/map/area_km2?edition=dat-nuoc&level=commune")
    shapes, rows = page.locator("#mapbox path.ar.leaflet-interactive"), page.locator("#table tbody tr")
    expect(shapes).to_have_count(4)
    expect(rows).to_have_count(4)
    assert len(set(layers)) == 1  # the provinces alone
    page.locator("path[data-code='04']").click()
    expect(page.locator("#card")).to_contain_text("Tỉnh Số 4")
    page.locator("#card").get_by_role("button", name="Xem các xã, phường").click()
    expect(shapes).to_have_count(37)
    expect(rows).to_have_count(37)
    assert "part=04" in page.url
    assert len(set(layers)) == 2
    expect(page.locator(".trail")).to_contain_text("Tỉnh Số 4")
    shapes.first.click()
    card = page.locator("#card")
    expect(card).to_contain_text("Xã Số")
    expect(page.locator("#table")).to_contain_text(card.locator(".big .num").inner_text())
    page.locator(".trail a").click()
    expect(shapes).to_have_count(4)
    assert faults == []


def test_keys_go_into_a_province_and_back(country: tuple[Page, list[str]]) -> None:
    page, faults = country
    page.goto("/map/area_km2?edition=dat-nuoc")
    shapes = page.locator("#mapbox path.ar.leaflet-interactive")
    expect(shapes).to_have_count(4)
    page.locator(".leaflet-container").focus()
    page.keyboard.type("so 4")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_contain_text("Tỉnh Số 4")
    page.keyboard.press("Enter")
    expect(shapes).to_have_count(37)
    page.locator(".trail a").focus()
    page.keyboard.press("Enter")
    expect(shapes).to_have_count(4)
    assert faults == []


def test_without_scripts_the_table_leads_into_each_province(chromium: Browser, country: tuple[Page, list[str]]) -> None:
    page, _faults = country
    page.goto("/map/area_km2?edition=dat-nuoc")
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("#table").get_by_role("link", name="Tỉnh Số 2").click()
    expect(plain.locator("#table tbody tr")).to_have_count(2)
    context.close()


def test_a_search_finds_a_commune_in_its_province(country: tuple[Page, list[str]]) -> None:
    page, faults = country
    page.goto("/map/area_km2?edition=dat-nuoc")
    expect(page.locator("#mapbox path.ar.leaflet-interactive")).to_have_count(4)
    page.locator("#q").fill("Xã Số 31")
    page.locator("#hits [role=option]").first.click()
    expect(page.locator("#card")).to_contain_text("Xã Số 31")
    expect(page.locator(".trail")).to_contain_text("Tỉnh Số 4")
    assert faults == []
