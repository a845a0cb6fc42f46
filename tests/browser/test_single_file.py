"""The map as one file, opened from a disk: it works, and it calls nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

NTM = "indicator=ntm_title&edition=2024&level=commune&period=2025"
POOR = "indicator=poor_households&edition=2024&level=district&period=2024"


@pytest.mark.parametrize(
    ("query", "code", "said"), [(NTM, "09859", ["Xã Sơn Đồng", "Kiểu mẫu"]), (POOR, "271", ["Huyện Ba Vì", "0 hộ"])]
)
def test_a_file_from_a_disk_shows_the_figure_at_the_pointer_and_asks_for_nothing(
    chromium: Browser, client: FlaskClient, tmp_path: Path, query: str, code: str, said: list[str]
) -> None:
    path = tmp_path / "map.html"
    path.write_bytes(client.get(f"/download/map.html?{query}").data)
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    faults, asked = [], []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.locator(f'svg [data-code="{code}"]').last.hover(force=True)
    expect(page.locator("#tip")).to_be_visible()
    for text in said:
        expect(page.locator("#tip")).to_contain_text(text)
    expect(page.locator(f'tr[data-code="{code}"]')).to_have_class("on")
    page.mouse.move(5, 5)
    expect(page.locator("#tip")).to_be_hidden()
    assert page.evaluate("document.fonts.check('600 12px \"Be Vietnam Pro\"')")
    page.close()
    assert faults == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_its_policy_stops_what_a_page_might_call(chromium: Browser, client: FlaskClient, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    body = client.get(f"/download/map.html?{POOR}").get_data(as_text=True)
    path.write_text(body.replace("</body>", '<img src="http://127.0.0.1:9/x.png"></body>'), "utf-8")
    page = chromium.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    page.close()
    assert any("Content Security Policy" in fault for fault in faults)
