"""An imported edition on the map in Chromium: drawn, named, pointed at, and left for Hanoi again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

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
    page.locator("a[href*='edition=mau-ve']").first.click()
    expect(shapes).to_have_count(4)
    assert faults == []
    context.close()
    served.close()
    app.extensions["engine"].dispose()
