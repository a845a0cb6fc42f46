"""The address holds all that a reader has set: another reader's browser, reload, back and forward show the same.

Each case is a page, what a reader does on it, and what of it must then be in the address. What is shown is read from
the page itself, not from the address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

from tests.browser.pages import PAINTED
from tests.conftest import watch

pytestmark = pytest.mark.browser

DAY = "as_of=2100-01-01"
"""A day to come: the figures of a past day that are those that stand."""

WATER = "/map/clean_water_household_rate?edition=2024&level=district&period=2023"
HEALTH = "/map/health_insurance_coverage?edition=2024&level=district&period=2023"
POPULATION = "/map/population?edition=2024&level=commune"
PAIR = ("/two-maps?a=population,edition=2024,level=district,period=2023"
        "&b=population,edition=2024,level=district,period=2024")  # fmt: skip

SETTLED = """() => {
  const frame = document.querySelector(".mapbox");
  if (!frame) return document.readyState === "complete";
  if (!document.querySelector(".mapbox path[data-code]")) return false;
  return Boolean(document.querySelector("#table [data-sort], #pairs, .figures table"));
}"""
"""Maps are drawn, and the table beside one is the script's own."""

SHOWN = """JSON.stringify((() => {
  const text = query => [...document.querySelectorAll(query)].filter(node => node.checkVisibility())
    .map(node => node.textContent.replace(/\\s+/g, " ").trim());
  const codes = query => [...document.querySelectorAll(query)].map(node => node.dataset.code);
  return {
    heading: text("h1"), day: text(".past-band"), meta: text("#meta span, .two .meta span"),
    current: text("main [aria-current=true]"), chosen: codes("#table tr.sel, #pairs tr.sel"),
    card: text("#card h2"), trail: text(".trail"),
    places: [...document.querySelectorAll("#places:not([hidden]) > li > b")].map(node => node.textContent),
    fields: [...document.querySelectorAll("main :is(select, input[type=search])")].map(node => node.value),
    heads: [...document.querySelectorAll("main th[aria-sort]")].map(node => node.textContent + node.ariaSort),
    tabs: text("#tabs [aria-pressed=true]"), rows: text("main table tbody tr:not([hidden]) > th").slice(0, 40),
  };
})(), null, 1)"""
"""What a reader sees of the state of a page, as text."""


class Case(NamedTuple):
    """Where a reader starts, what is done there, and what the address must then say."""

    start: str
    steps: tuple[Callable[[Page], object], ...]
    asks: dict[str, str]


def link(name: str, within: str = "main") -> Callable[[Page], object]:
    """Follow a link by its name."""
    return lambda page: page.locator(within).get_by_role("link", name=name, exact=True).first.click()


def press(css: str) -> Callable[[Page], object]:
    """Press a button."""
    return lambda page: page.locator(css).locator("visible=true").first.click()


def on_map(code: str) -> Callable[[Page], object]:
    """Click an area on a map."""
    return lambda page: page.locator(f'.mapbox path[data-code="{code}"]').first.dispatch_event("click")


def places(page: Page) -> None:
    """Lay the named places over the map."""
    page.locator(".layers summary").click()
    page.locator("[data-layer=places]").check()
    expect(page.locator("#places > li").first).to_be_attached()


def choose(css: str, value: str, button: str) -> Callable[[Page], object]:
    """Choose from a list and send its form."""

    def fill(page: Page) -> None:
        page.locator(css).select_option(value)
        page.locator("form", has=page.locator(css)).get_by_role("button", name=button).click()

    return fill


MAP = {
    "period": Case(WATER, (press("[data-switch=period] a.step[href*='period=2024']"),), {"period": "2024"}),
    "display": Case(HEALTH, (link("So mục tiêu", "[data-switch=display]"),), {"display": "target"}),
    "level": Case(WATER, (link("Xã, phường", "[data-switch=level]"),), {"level": "commune"}),
    "edition": Case(POPULATION, (link("Từ 07/2025", "[data-switch=edition]"),), {"edition": "2025-07"}),
    "area and layer": Case(WATER, (on_map("250"), places), {"area": "250", "layer": "places"}),
    "district": Case(WATER, (on_map("016"), on_map("016")), {"level": "commune", "within": "016"}),
    "table": Case(
        WATER,
        (press("#tabs [data-tab='huyện']"), press("[data-sort=name]"), press("[data-sort=name]"), on_map("016")),
        {"sort": "name", "order": "desc", "kind": "huyen", "area": "016"},
    ),
    "table of a district": Case(
        f"{POPULATION}&within=016",
        (press("#tabs [data-tab='thị trấn']"), press("[data-sort=value]")),
        {"within": "016", "kind": "thi-tran", "sort": "value", "order": "asc"},
    ),
    "past day": Case(f"{WATER}&{DAY}", (press("[data-switch=period] a.step[href*='period=2024']"), on_map("250")),
                     {"period": "2024", "area": "250", "as_of": "2100-01-01"}),
}  # fmt: skip
PAGES = {
    "two maps": Case(f"{PAIR}&{DAY}", (on_map("016"), choose("#indicator-b", "population_density", "Xem")),
                     {"area": "016", "b": "population_density", "as_of": "2100-01-01"}),
    "sides": Case(PAIR, (on_map("016"), link("Đổi bên")), {"area": "016", "a": "population,.*period=2024"}),
    "matrix": Case(
        f"/matrix?edition=2024&level=district&{DAY}",
        (choose("#theme", "population", "Lọc"), link("Mật độ dân số", "thead")),
        {"theme": "population", "sort": "population_density", "order": "desc", "as_of": "2100-01-01"},
    ),
    "matrix of a district": Case("/matrix?edition=2024&level=commune", (choose("#parent", "274", "Lọc"),),
                                 {"parent": "274"}),
    "compare": Case(
        f"/compare?areas=2024:001,2024:002,2024:005&{DAY}",
        (link("Diễn biến"), press(".area .icon-btn")),
        {"areas": "2024:002,2024:005", "show": "trends", "as_of": "2100-01-01"},
    ),
    "board by status": Case(f"/board?{DAY}", (press(".filters a[href*='status=not_met']"),),
                            {"status": "not_met", "as_of": "2100-01-01"}),
    "board by theme": Case(f"/board?{DAY}", (press("main a[href*='theme=population']"),),
                           {"theme": "population", "as_of": "2100-01-01"}),
    "sources": Case(f"/sources?{DAY}", (press(".filters a[href*='quality=']"),),
                    {"quality": r"\w+", "as_of": "2100-01-01"}),
}  # fmt: skip
CASES = {**MAP, **PAGES}
SAMPLE = ("area and layer", "matrix")
"""Cases of a default run; the others are of `make soak`."""


@pytest.fixture(scope="module")
def context(chromium: Browser, training_address: str) -> Iterator[BrowserContext]:
    """One reader's browser, over training figures."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=training_address)
    yield context
    context.close()


def settled(page: Page) -> str:
    """What is shown once the page is drawn and three looks in a row, with idle time between, show the same."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(SETTLED)
    looks = [""]
    while len(set(looks[-3:])) > 1 or len(looks) < 3:
        page.evaluate(PAINTED)
        looks.append(page.evaluate(SHOWN))
    return looks[-1]


def as_shown(page: Page, wanted: str) -> None:
    """Wait until the page shows what is wanted; what differs is told."""
    with suppress(TimeoutError):
        page.wait_for_function(f"wanted => {SHOWN} === wanted", arg=wanted)
    assert page.evaluate(SHOWN).splitlines() == wanted.splitlines()


def take(page: Page, step: Callable[[Page], object]) -> str:
    """Do one thing, which always changes the address; what is then shown."""
    before = page.url
    step(page)
    page.wait_for_url(lambda url: url != before)
    return settled(page)


def walk(context: BrowserContext, chromium: Browser, address: str, case: Case) -> None:
    """Set the state, and look for it again in every way that there is."""
    page = context.new_page()
    faults = watch(page, address)
    page.goto(case.start)
    before = settled(page)
    wanted = [take(page, step) for step in case.steps][-1]
    shared = page.url
    assert wanted != before
    asked = parse_qs(urlsplit(shared).query)
    for name, value in case.asks.items():
        assert re.match(value, asked.get(name, [""])[0]), (name, shared)
    page.reload()
    as_shown(page, wanted)
    page.goto("/about")
    page.go_back()
    as_shown(page, wanted)
    assert page.url == shared
    page.go_forward()
    page.wait_for_url("**/about")
    page.close()
    elsewhere = chromium.new_context(viewport={"width": 1440, "height": 900})
    fresh = elsewhere.new_page()
    faults += watch(fresh, address)
    fresh.goto(shared)
    as_shown(fresh, wanted)
    assert fresh.url == shared
    elsewhere.close()
    assert faults == []


@pytest.mark.parametrize("name", SAMPLE)
def test_what_a_reader_has_set_is_in_the_address(
    context: BrowserContext, chromium: Browser, training_address: str, name: str
) -> None:
    walk(context, chromium, training_address, CASES[name])


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in CASES if name not in SAMPLE])
def test_what_a_reader_has_set_on_any_page_is_in_the_address(
    context: BrowserContext, chromium: Browser, training_address: str, name: str
) -> None:
    walk(context, chromium, training_address, CASES[name])


def test_back_and_forward_give_each_view_what_was_chosen_on_it(context: BrowserContext) -> None:
    """What was chosen later is gone from the view before: an area, the layer, the order of the table."""
    page = context.new_page()
    page.goto(WATER)
    first = settled(page)
    for step in (
        press("[data-switch=period] a.step[href*='period=2024']"),
        on_map("250"),
        places,
        press("[data-sort=name]"),
    ):
        second = take(page, step)
    address = page.url
    page.go_back()
    as_shown(page, first)
    assert page.url.endswith(WATER)
    page.go_forward()
    as_shown(page, second)
    assert page.url == address
    english = page.locator(".lang a").get_attribute("href")
    assert english == "/en" + address.removeprefix(page.evaluate("location.origin"))
    page.close()
