"""A static release over a plain file server, in a folder below its root."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.release import make_release
from webapp.release.addresses import file_of

pytestmark = pytest.mark.browser

SAMPLE = 8


class Quiet(SimpleHTTPRequestHandler):
    """Files and nothing else; says nothing."""

    def log_message(self, *_args: object) -> None:
        """Requests are not of interest."""


@pytest.fixture(scope="module")
def folder(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(app, tmp_path_factory.mktemp("site") / "below")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The address of a file server, in place of the service's: pages may fetch from nowhere else."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder.parent)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(address: str, folder: Path) -> str:
    """The address of the release, below the root of its server."""
    return f"{address}/{folder.name}/"


def test_a_sample_of_pages_draws_without_a_fault(page: Page, site: str, folder: Path) -> None:
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("index.html"))
    for file in ["index.html", "en/index.html", *random.Random(31).sample(files, SAMPLE)]:
        page.goto(site + file, wait_until="networkidle")
        assert page.locator("h1").count() == 1, file
        if "map/" in file and "level-city" not in file:
            assert page.locator("#mapbox path.ar").count() > 20, file


def test_from_the_first_page_to_an_area_and_its_page(page: Page, site: str) -> None:
    page.goto(f"{site}index.html", wait_until="networkidle")
    page.fill("#search input", "hoai duc")
    page.locator("[role=option]", has_text="Huyện Hoài Đức").first.click()
    page.wait_for_url("**area=274**")
    page.locator("a.btn.pri", has_text="Trang địa bàn").first.dispatch_event("click")
    page.wait_for_url(f"{site}areas/2024/274/index.html")
    assert "Huyện Hoài Đức" in page.title()
    page.locator("a[hreflang=en]").first.click()
    page.wait_for_url(f"{site}en/areas/2024/274/index.html")


def test_links_hold_after_the_address_has_changed(page: Page, site: str) -> None:
    page.goto(f"{site}index.html", wait_until="networkidle")
    page.fill("#search input", "hoai duc")
    page.locator("[role=option]", has_text="Huyện Hoài Đức").first.click()
    page.wait_for_url("**/map/**")
    page.locator("nav a", has_text="Theo dõi kế hoạch").first.click()
    page.wait_for_url(f"{site}board/index.html")


@pytest.mark.parametrize(
    "asked", ["/map/ntm_title?edition=2024&level=commune&period=2025", "/en/map/area_km2?edition=2024&level=district"]
)
def test_script_and_crawl_put_an_address_into_the_same_file(page: Page, site: str, asked: str) -> None:
    page.goto(f"{site}board/index.html")
    page.evaluate("asked => history.replaceState(null, '', asked)", asked)
    assert page.url == f"{site}{file_of(asked)}"
