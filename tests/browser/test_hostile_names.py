"""Hostile names in Chromium: every page, with hover, click and Tab; nothing runs, nothing is reported, text is text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from tests import hostile
from tests.browser.test_documents import PATHS
from tests.conftest import serve
from tests.webapp.test_hostile_answers import planted

pytestmark = pytest.mark.browser

MAPS = (
    "/map/ntm_title?edition=2024&level=commune&period=2025",
    "/map/population_density?edition=2025-07&level=commune",
    "/map/clean_water_rate?edition=2024&level=district&display=status",
    "/two-maps",
)
OTHERS = ("/ogc?f=html", "/ogc/collections?f=html", "/ogc/collections/2024.district?f=html",
          "/ogc/collections/2024.district/items?f=html", "/ogc/collections/2024.district/items/274?f=html",
          "/ogc/conformance?f=html", "/ogc/api?f=html", "/khong-co", "/areas/2024/999", "/map/khong-co",
          "/map/population?edition=%3Cimg%20src=x%20onerror=__pwn=1%20data-pwn%3E",
          "/compare?areas=%60$%7B__pwn=1%7D")  # fmt: skip
PAGES = (*MAPS, *PATHS, *OTHERS)
TURN = 3
SAMPLE = (*MAPS, *PATHS[::2], *OTHERS[3::3])
"""Every second page, each in one language by turns."""

WATCH = """
window.__reports = [];
document.addEventListener("securitypolicyviolation", (e) => __reports.push(e.violatedDirective + " " + e.sourceFile));
window.alert = window.prompt = window.confirm = () => { window.__pwn = 1; };
"""
READ = """() => {
  const lines = [], drawn = [];
  const walk = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.data.includes("»") || parent?.closest("script, style")) continue;
    (parent?.closest("svg") ? drawn : lines).push(node.data);
  }
  for (const node of document.querySelectorAll("[title], [aria-label], [alt], [content]"))
    for (const name of ["title", "aria-label", "alt", "content"]) lines.push(node.getAttribute(name) ?? "");
  const all = [...document.querySelectorAll("*")];
  return {
    lines, drawn, pwn: window.__pwn ?? null, reports: window.__reports ?? [],
    planted: all.filter((node) => node.hasAttribute("data-pwn")).map((node) => node.outerHTML.slice(0, 80)),
    handlers: all.filter((node) => [...node.attributes].some((a) => a.name.startsWith("on"))).length,
    links: [...document.querySelectorAll("a[href], form[action], [src]")]
      .map((node) => node.href || node.action || node.src).filter((url) => /^(javascript|data:text)/i.test(url)),
  };
}"""
PLACES = """() => [...document.querySelectorAll("main *")]
  .filter((node) => node.childElementCount === 0 && node.textContent.includes("»"))
  .map((node) => node.getBoundingClientRect())
  .filter((box) => box.width && box.top > 0 && box.bottom < innerHeight && box.right < innerWidth && box.left > 0)
  .slice(0, 8).map((box) => [box.x + box.width / 2, box.y + box.height / 2])"""


@pytest.fixture(scope="module")
def hostile_app(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service with hostile names; two pages of it insert them raw, for the check itself to be checked."""
    made = planted(app.config["DATABASE_URL"], tmp_path_factory.mktemp("browser"), TURN)
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def evil_address(hostile_app: Flask) -> Iterator[str]:
    """Where it is served."""
    loose = {"Content-Security-Policy": "default-src * 'unsafe-inline'"}
    raw = "<!doctype html><main>" + "".join(f"<p>{text}</p>" for text in hostile.PAYLOADS[:4])
    hostile_app.add_url_rule("/raw", "raw", view_func=lambda: raw)
    hostile_app.add_url_rule(
        "/raw-and-loose", "loose", view_func=lambda: Response(raw, headers=loose, mimetype="text/html")
    )
    yield from serve(hostile_app)


def use(page: Page) -> None:
    """Hover over what holds payloads, open what opens, click what is a button, go through with Tab."""
    for x, y in page.evaluate(PLACES):
        page.mouse.move(x, y)
    shapes = page.locator("#mapbox path[data-code]")
    for at in range(0, min(shapes.count(), 40), 20):
        shapes.nth(at).dispatch_event("mouseover")
        shapes.nth(at).dispatch_event("click")
    page.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    for at in range(min(page.locator("main button:visible").count(), 6)):
        try:
            page.locator("main button:visible").nth(at).click(timeout=300, no_wait_after=True)
        except Error:
            continue  # covered by what the one before has opened
    page.keyboard.press("Escape")
    for _ in range(20):
        page.keyboard.press("Tab")


def stay(route: Route) -> None:
    """Let nothing that is clicked lead to another page, on which it would be forgotten what ran on this one."""
    if route.request.is_navigation_request():
        route.fulfill(status=204)  # an answer on which browsers stay where they are
    else:
        route.continue_()


def check(page: Page, address: str, uses: bool = True) -> set[int]:
    """No script ran, nothing was reported, nothing became an element; the numbers of the payloads that were shown."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address, wait_until="load")
    seen: dict[str, Any] = page.evaluate(READ)
    states = [seen]
    if uses:
        page.route("**/*", stay)
        use(page)
        states.append(page.evaluate(READ))
    for state in states:
        assert state["pwn"] is None, address
        assert (state["reports"], state["planted"], state["handlers"], state["links"]) == ([], [], 0, []), address
        assert [wrong for line in state["lines"] for wrong in hostile.misread(line)] == [], address
        assert hostile.misdrawn(state["drawn"]) == [], address
    assert faults == [], address
    return hostile.marks(json.dumps([state["lines"] + state["drawn"] for state in states], ensure_ascii=False))


@pytest.fixture(scope="module")
def watched(chromium: Browser) -> Iterator[BrowserContext]:
    """Windows that note what a policy has stopped."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    yield context
    context.close()


@pytest.mark.parametrize("path", ["/raw", "/raw-and-loose"])
def test_the_check_bites(watched: BrowserContext, evil_address: str, path: str) -> None:
    """Raw HTML in a page is caught: by the policy's report, and where there is no policy by what ran."""
    page = watched.new_page()
    with pytest.raises(AssertionError):
        check(page, evil_address + path)
    state = page.evaluate(READ)
    page.close()
    assert state["planted"]
    assert state["reports"] if path == "/raw" else state["pwn"] == 1


@pytest.mark.parametrize("path", SAMPLE)
def test_a_page_shows_hostile_names_as_text(watched: BrowserContext, evil_address: str, path: str) -> None:
    lang = "/en" if SAMPLE.index(path) % 2 else ""
    page = watched.new_page()
    shown = check(page, evil_address + lang + path)
    page.close()
    assert shown or path in OTHERS or path.startswith(("/about", "/compare", "/releases"))


def test_the_single_file_shows_hostile_names_as_text(
    watched: BrowserContext, hostile_app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "map.html"
    path.write_bytes(hostile_app.test_client().get("/download/map.html?indicator=ntm_title&level=commune").data)
    page = watched.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(path.as_uri())
    for code in page.evaluate("[...document.querySelectorAll('svg [data-code]')].slice(0, 9).map(n => n.dataset.code)"):
        page.locator(f'svg [data-code="{code}"]').last.dispatch_event("mousemove")
    assert check(page, path.as_uri(), uses=False)
    page.close()


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(len(hostile.PAYLOADS)))
def test_every_page_shows_every_payload_in_every_field_as_text(
    watched: BrowserContext, app: Flask, tmp_path: Path, turn: int
) -> None:
    made, langs = planted(app.config["DATABASE_URL"], tmp_path, turn), ("", "/en")[turn % 2 :][:1]
    for address in serve(made):
        for lang, path in product(langs, PAGES):
            page = watched.new_page()
            check(page, address + lang + path)
            page.close()
    made.extensions["engine"].dispose()
