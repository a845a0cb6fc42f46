"""A map in a frame of another site: shown where the setting names the site, refused by the browser elsewhere."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.conftest import close, over, serve
from tests.stores import Stores

MAP = "/embed/map/poor_households?edition=2024&level=district"


@pytest.fixture(scope="module")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The origin of another site, and the folder of its pages."""
    folder = tmp_path_factory.mktemp("other")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def allowing(sqlite_stores: Stores, other_site: tuple[str, Path]) -> Iterator[Flask]:
    """The service whose setting names the other site."""
    url = sqlite_stores.copy("embedded")
    app = over(url, EMBED_ORIGINS=(other_site[0],))
    yield app
    close(app)
    sqlite_stores.drop(url)


def framed(chromium: Browser, other: tuple[str, Path], address: str, snippet: str) -> tuple[str, list[str]]:
    """The text inside the frame of a page of the other site, and what the console said."""
    (other[1] / "page.html").write_text(f"<!doctype html><title>x</title><link rel=icon href=data:,>{snippet}", "utf-8")
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{other[0]}/page.html")
    page.wait_for_load_state("networkidle")
    inside = next((frame for frame in page.frames if frame.url.startswith(address)), None)
    text = inside.evaluate("document.body.textContent") if inside else ""
    page.close()
    return text, said


def test_the_snippet_of_the_map_shows_it_on_a_site_that_may(
    chromium: Browser, allowing: Flask, other_site: tuple[str, Path]
) -> None:
    for address in serve(allowing):
        allowing.config["PUBLIC_URL"] = address
        page = allowing.test_client().get(MAP.replace("/embed", "")).get_data(as_text=True)
        found = re.search(r"<textarea id=\"snippet\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
        assert found is not None
        snippet = unescape(found[1])
        text, said = framed(chromium, other_site, address, snippet)
        assert "Số hộ nghèo" in text
        assert "Hoài Đức" in text
        assert said == []


def test_a_site_that_may_not_gets_no_map(
    chromium: Browser, app: Flask, address: str, other_site: tuple[str, Path]
) -> None:
    text, said = framed(chromium, other_site, address, f'<iframe src="{address}{MAP}"></iframe>')
    assert "Hoài Đức" not in text
    assert any("frame-ancestors" in words for words in said)
    assert "snippet" not in app.test_client().get(MAP.replace("/embed", "")).get_data(as_text=True)


def test_only_the_embedded_view_may_be_framed(allowing: Flask, other_site: tuple[str, Path]) -> None:
    client = allowing.test_client()
    assert f"frame-ancestors {other_site[0]}" in client.get(MAP).headers["Content-Security-Policy"]
    for path in (MAP.replace("/embed", ""), "/board", "/embed/map/none"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"], path


@pytest.mark.parametrize("path", [MAP, f"/en{MAP}"])
def test_the_view_fits_a_narrow_frame_and_has_table_and_way_back(chromium: Browser, address: str, path: str) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 500})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    link = page.get_by_role("link").first
    assert "/map/" in (link.get_attribute("href") or "")
    page.locator("summary").click()
    assert page.locator("tbody tr").count() == 30
    page.close()


def test_a_map_without_figures_says_so(app: Flask) -> None:
    response = app.test_client().get("/embed/map/forest_cover_rate")
    assert response.status_code == 200
    assert 'class="gap"' in response.get_data(as_text=True)


def test_a_narrow_frame_has_the_key_below_its_map(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(address + MAP)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
    drawings = {name: page.locator(f".{name} svg") for name in ("sheet", "strip")}
    assert [drawings[name].is_visible() for name in ("sheet", "strip")] == [False, True]
    area, words = (drawings["strip"].locator(part).first for part in ('[data-code="274"]', "text:has-text('30/30')"))
    shape, key = area.bounding_box(), words.bounding_box()
    assert shape
    assert key
    assert key["y"] > shape["y"] + shape["height"]
    area.dispatch_event("pointermove", {"clientX": 100, "clientY": 100})
    assert page.locator("#tip").inner_text().startswith("Huyện Hoài Đức")
    page.set_viewport_size({"width": 800, "height": 844})
    assert [drawings[name].is_visible() for name in ("sheet", "strip")] == [True, False]
    page.close()
