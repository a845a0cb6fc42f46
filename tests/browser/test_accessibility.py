"""Every page in both languages, light and dark, narrow and wide, empty, full and refused: no rule of axe-core broken,
no wider than the screen, targets large enough, focus in view. `make test` takes every pair of these properties,
`make soak` every combination, and pa11y beside axe.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations, product

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.auditing import axe, hidden_focus, small_targets, unscoped, wider_by
from tests.browser.pages import PAGES, PAINTED, UNTHEMED, View, addresses, every_view, names_of, pairs_of, pairwise
from tests.browser.test_map import drawn
from tests.conftest import CHROMIUM, watch
from webapp.settings import ROOT

pytestmark = pytest.mark.browser

PA11Y = ROOT / "tests/audits/pa11y.mjs"
WATER = "/map/clean_water_household_rate?edition=2024&level=district&period=2024"
FULL = [page for page in PAGES if "loaded" in PAGES[page]]
MAPS = ("map", "circles", "two-maps", "past-map")
Contexts = dict[str, BrowserContext]
FOCUSED = ("map", "matrix", "area", "board")
"""Pages with sticky parts, that a default run goes through by the Tab key."""


@pytest.fixture(scope="module")
def contexts(chromium: Browser) -> Iterator[Contexts]:
    """A narrow screen that is touched and a wide one, each with a cache for all the views on it."""
    both = {"narrow": chromium.new_context(has_touch=True), "wide": chromium.new_context()}
    yield both
    for context in both.values():
        context.close()


def open_view(contexts: Contexts, servers: dict[str, str], view: View) -> tuple[Page, list[str]]:
    """The page of a view once nothing is being fetched and maps are drawn, and what goes wrong on it."""
    page = contexts["narrow" if view.width < 500 else "wide"].new_page()
    page.set_viewport_size({"width": view.width, "height": 900})
    page.emulate_media(color_scheme="dark" if view.scheme == "dark" else "light")
    faults = watch(page, servers["training" if view.state == "training" else "real"])
    waiting: set[Request] = set()  # lambdas: Playwright marks what it calls, and methods of sets cannot be marked
    page.on("request", lambda asked: waiting.add(asked))
    page.on("requestfinished", lambda asked: waiting.discard(asked))
    page.on("requestfailed", lambda asked: waiting.discard(asked))
    page.goto(addresses(view, servers))
    if view.page in MAPS and view.state in ("loaded", "training"):
        page.locator(".mapbox path[data-code]").first.wait_for(state="attached")
    quiet = 0
    while quiet < 2:
        page.evaluate(PAINTED)
        quiet = 0 if waiting else quiet + 1
    return page, [fault for fault in faults if not refused(fault, view)]


def refused(fault: str, view: View) -> bool:
    """The browser's own line about an answer that is meant to be an error."""
    return view.state == "error" and "Failed to load resource" in fault


def check(contexts: Contexts, servers: dict[str, str], view: View) -> None:
    """All that holds of every view."""
    page, faults = open_view(contexts, servers, view)
    theme = page.evaluate("document.documentElement.dataset.theme")
    found = {"faults": faults, "axe": axe(page), "small": small_targets(page), "wider": max(0, wider_by(page)),
             "unscoped": unscoped(page)}  # fmt: skip
    page.close()
    assert theme == (None if view.page in UNTHEMED and view.state != "error" else view.scheme)
    assert found == {"faults": [], "axe": [], "small": [], "wider": 0, "unscoped": []}


@pytest.mark.parametrize("view", pairwise(every_view()), ids=names_of)
def test_every_pair_of_properties_is_accessible(contexts: Contexts, servers: dict[str, str], view: View) -> None:
    check(contexts, servers, view)


@pytest.mark.soak
@pytest.mark.parametrize("view", every_view(), ids=names_of)
def test_every_view_is_accessible(contexts: Contexts, servers: dict[str, str], view: View) -> None:
    check(contexts, servers, view)


def test_the_sample_has_every_pair_that_there_is() -> None:
    every = every_view()
    sample = pairwise(every)
    seen = {pair for view in sample for pair in pairs_of(view)}
    assert seen == {pair for view in every for pair in pairs_of(view)}
    assert len(sample) < len(every) / 8
    assert len(pairs_of(every[0])) == len(list(combinations(View._fields, 2)))


def test_planted_faults_are_found(chromium: Browser, address: str) -> None:
    """Each of the checks is shown to bite on a page with one fault of its kind."""
    page = chromium.new_page()
    page.set_content(
        '<html lang="vi"><title>x</title><main style="width:3000px"><h1>x</h1>'
        '<p><button style="width:12px;height:12px;padding:0"></button>'
        '<button style="width:12px;height:12px;padding:0">b</button></p><table><tbody><tr><th scope="row">a</th></tr>'
        '<tr><th scope="rowgroup">b</th></tr><tr><th>c</th></tr></tbody></table></main>'
        '<div style="position:fixed;inset:0;background:#fff;z-index:9"></div>'
    )
    assert any("button-name" in rule for rule in axe(page))
    assert len(small_targets(page)) == 2
    assert len(unscoped(page)) == 2
    assert wider_by(page) > 0
    assert len(hidden_focus(page, 2)) == 2
    page.close()


@pytest.mark.soak
@pytest.mark.parametrize("language", ["", "/en"])
def test_pa11y_finds_nothing_on_any_page(servers: dict[str, str], language: str) -> None:
    """Its two runners, axe and HTML CodeSniffer, on every page in every state."""
    views = [view for view in every_view() if (view.language, view.scheme, view.width) == (language, "light", 1440)]
    views += [view for view in every_view() if (view.language, view.scheme, view.width) == (language, "dark", 320)]
    done = subprocess.run(
        [shutil.which("node") or "node", str(PA11Y)],
        input=json.dumps([[addresses(view, servers), view.width, view.scheme] for view in views]),
        capture_output=True, text=True, env={**os.environ, "CHROMIUM": CHROMIUM or ""}, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)
    asked = [addresses(view, servers) for view in views]
    assert [page["address"] for page in seen] == asked, "pa11y judged other pages than those asked for"
    brand = "Hanoi indicators" if language else "Hà Nội số liệu"
    named = [page["title"] for view, page in zip(views, seen, strict=True) if view.page not in UNTHEMED]
    assert [title for title in named if brand not in title] == []
    assert {names_of(view): page["found"] for view, page in zip(views, seen, strict=True) if page["found"]} == {}


def walk(contexts: Contexts, servers: dict[str, str], name: str, width: int, presses: int) -> list[str]:
    """Elements that had the focus and could not be seen."""
    page, _faults = open_view(contexts, servers, View(name, "training", "", "light", width))
    hidden = hidden_focus(page, presses)
    page.close()
    return hidden


@pytest.mark.parametrize("name", FOCUSED)
@pytest.mark.parametrize("width", [320, 1440])
def test_what_has_the_focus_can_be_seen(contexts: Contexts, servers: dict[str, str], name: str, width: int) -> None:
    assert walk(contexts, servers, name, width, presses=45) == []


@pytest.mark.soak
@pytest.mark.parametrize(("name", "width"), list(product(FULL, (320, 768, 1440))))
def test_what_has_the_focus_can_be_seen_everywhere(
    contexts: Contexts, servers: dict[str, str], name: str, width: int
) -> None:
    assert walk(contexts, servers, name, width, presses=250) == []


@pytest.mark.parametrize("name", FULL)
def test_no_page_takes_the_zoom_away(client: FlaskClient, name: str) -> None:
    html = client.get(PAGES[name]["loaded"], headers={"Accept": "text/html"}).get_data(as_text=True)
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


def test_nothing_moves_by_itself_for_readers_who_asked_for_less_motion(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address + PAGES["map"]["loaded"])
    drawn(page, 579)
    moving = "[...document.querySelectorAll('*')].filter(n => parseFloat(getComputedStyle(n).transitionDuration) > 0)"
    assert page.evaluate(f"{moving}.length") == 0
    for name in ("Phóng to", "Dịch sang phải"):
        before = page.locator("#mapbox path.pick-l").bounding_box()
        page.get_by_role("button", name=name).click()
        steps = {json.dumps(page.locator("#mapbox path.pick-l").bounding_box()) for _look in range(3)}
        assert steps != {json.dumps(before)}
        assert len(steps) == 1, "it slid"
    context.close()


@pytest.mark.parametrize("path", [WATER, "/two-maps"])
def test_buttons_move_a_map_as_dragging_does(chromium: Browser, servers: dict[str, str], path: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(servers["training"] + path + ("&" if "?" in path else "?") + "area=016")
    box = page.locator(".mapbox path[data-code]").first
    box.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    for name, axis, sign in (("trái", "x", 1), ("phải", "x", -1), ("trên", "y", 1), ("dưới", "y", -1)):
        before = box.bounding_box()
        page.get_by_role("button", name=name).click()
        after = box.bounding_box()
        assert before
        assert after
        assert sign * (after[axis] - before[axis]) > 50, name  # type: ignore[literal-required]
    context.close()


def test_a_tap_says_what_a_pointer_says(chromium: Browser, servers: dict[str, str]) -> None:
    said = []
    for touch in (False, True):
        context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=touch, is_mobile=touch)
        page = context.new_page()
        page.goto(servers["training"] + WATER)
        drawn(page, 30)
        page.wait_for_load_state("networkidle")
        page.locator("#mapbox").scroll_into_view_if_needed()
        area = page.locator('#mapbox path[data-code="016"]').first
        if touch:
            area.tap(force=True)
        else:
            area.hover(force=True)
        tip = page.locator("#mapbox .tip")
        expect(tip).to_be_visible()
        said.append([line for line in tip.inner_text().splitlines() if "Bấm" not in line])
        context.close()
    assert said[0] == said[1]
    assert any("Sóc Sơn" in line for line in said[0])
