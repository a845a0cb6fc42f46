"""By keys alone, the mouse disabled: indicator, period and area are chosen, value and rank read, table and file had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import PAINTED
from tests.browser.test_map import drawn
from tests.browser.test_two_maps import both_drawn
from tests.conftest import watch

pytestmark = pytest.mark.browser

START = "/map/population_density?edition=2024&level=district"
NO_MOUSE = """for (const name of ["mousedown", "mouseup", "pointerdown", "pointerup", "mousemove", "wheel"]) {
  addEventListener(name, event => { throw new Error("the mouse was used: " + event.type); }, {capture: true});
}"""


HELD = """() => {
  const node = document.activeElement;
  const { x, y, width, height } = node.getBoundingClientRect();
  const [middle, high] = [x + width / 2, y + height / 2];
  return node !== document.body && node.checkVisibility() && width > 0
    && middle >= 0 && middle <= innerWidth && high >= 0 && high <= innerHeight;
}"""


@pytest.fixture
def width() -> int:
    """Width of the screen in pixels, unless a test has others."""
    return 1440


@pytest.fixture
def keys(chromium: Browser, training_address: str, width: int) -> Iterator[Page]:
    """A page over training figures on which any use of the mouse is an error."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=training_address)
    context.add_init_script(NO_MOUSE)
    page = context.new_page()
    faults = watch(page, training_address)
    yield page
    context.close()
    assert faults == []


def tab_to(page: Page, condition: str, presses: int = 150) -> None:
    """Press Tab until the focused element (`node`) meets a condition."""
    for _press in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate(f"(node => {condition})(document.activeElement)"):
            return
    pytest.fail(f"No element is reached by Tab for which: {condition}")


def enter(page: Page, url: str) -> None:
    """Press Enter, wait for the address that it leads to, and see that the focus is still somewhere in view."""
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(url))
    page.wait_for_load_state("networkidle")
    page.evaluate(PAINTED)
    page.wait_for_function(HELD)


def figure(address: str, code: str) -> Any:
    """What the API says of one district in 2023."""
    asked = {"indicator": "clean_water_household_rate", "edition": "2024", "level": "district", "period": "2023"}
    areas = requests.get(f"{address}/api/v1/values", params=asked, timeout=30).json()["areas"]
    return next(area for area in areas if area["code"] == code)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_whole_way_from_indicator_to_file(keys: Page, training_address: str, width: int) -> None:
    """One walk, Tab, arrows, letters, Enter and Escape only; the focus is in view after every step."""
    keys.goto(START)
    drawn(keys, 30)
    if width < 1100:
        open_sheet(keys)
    tab_to(keys, "node.matches('.theme > summary') && node.textContent.includes('Nước sạch')")
    keys.keyboard.press("Enter")
    tab_to(keys, "node.matches('#picker a') && node.textContent.includes('Tỷ lệ hộ dân được cung cấp nước sạch')", 5)
    enter(keys, "clean_water_household_rate")
    expect(keys.locator("h1")).to_have_text("Tỷ lệ hộ dân được cung cấp nước sạch")
    tab_to(keys, "node.matches('[data-switch=edition] a') && node.textContent.trim() === '2024'")
    enter(keys, "edition=2024")
    tab_to(keys, "node.matches('[data-switch=level] a') && node.textContent.trim() === 'Quận, huyện'")
    enter(keys, "level=district")
    tab_to(keys, "node.matches('input.slider')", 20)
    keys.keyboard.press("End")
    keys.keyboard.press("ArrowLeft")
    expect(keys).to_have_url(re.compile("period=2023"))
    assert keys.evaluate(HELD)
    tab_to(keys, "node.classList.contains('folium-map')", 20)
    keys.keyboard.type("soc s")
    enter(keys, "area=016")
    wanted = figure(training_address, "016")
    said = keys.locator("#live")
    expect(said).to_contain_text(f"Huyện Sóc Sơn, {wanted['value']:.1f} %, 2023".replace(".", ","))
    expect(said).to_contain_text(re.compile(r"Trong 17 huyện (đồng hạng )?\d+/17$"))
    tab_to(keys, "node.matches('#table [data-sort=name]')", 40)
    enter(keys, "sort=name")
    tab_to(keys, "node.matches('#table .pickb')", 8)
    keys.keyboard.press("ArrowDown")
    chosen = keys.evaluate("document.activeElement.closest('tr').dataset.code")
    enter(keys, f"area={chosen}")
    tab_to(keys, "node.matches('#downloads summary')")
    keys.keyboard.press("Enter")
    tab_to(keys, "node.matches('#downloads a[href*=\"values.csv\"]')", 12)
    with keys.expect_download() as started:
        keys.keyboard.press("Enter")
    file = started.value.path().read_text("utf-8-sig")
    assert sum(",016," in line or line.startswith("016,") for line in file.splitlines()) == 1


def open_sheet(keys: Page) -> None:
    """On a narrow screen indicators are a sheet: Escape gives the focus back to its button, Enter opens it again."""
    tab_to(keys, "node.id === 'open-picker'")
    keys.keyboard.press("Enter")
    keys.wait_for_function("() => document.activeElement.closest('#picker[role=dialog]')")
    keys.keyboard.press("Escape")
    keys.wait_for_function("() => document.activeElement.id === 'open-picker'")
    keys.keyboard.press("Enter")


def test_what_is_pressed_and_goes_away_gives_the_focus_on(keys: Page) -> None:
    """An arrow of the period can be pressed again; a button that ends leaves the focus at what it has changed."""
    keys.emulate_media(reduced_motion="reduce")  # zooming is done when the key is
    keys.goto("/map/clean_water_household_rate?edition=2024&level=district&period=2021&area=016")
    drawn(keys, 30)
    keys.locator("[data-switch=period] .step").last.focus()
    for year in (2022, 2023):
        enter(keys, f"period={year}.*area=016")
        assert keys.evaluate("document.activeElement.getAttribute('aria-label')") == f"Thời điểm sau: {year + 1}"
    keys.locator("#card").get_by_role("button", name="Xem các xã, phường").focus()
    enter(keys, "within=016")
    assert keys.evaluate("document.activeElement.id") == "card"
    keys.locator(".trail").get_by_role("button", name="Xem toàn bộ").focus()
    enter(keys, "level=commune&period=2023$")
    assert keys.evaluate("document.activeElement.classList.contains('folium-map')")
    keys.locator("#mapbox [data-zoom=out]").focus()
    for _press in range(20):
        if keys.evaluate("document.activeElement.dataset.zoom") == "in":
            break
        keys.keyboard.press("Enter")
        keys.evaluate(PAINTED)
    expect(keys.locator("#mapbox [data-zoom=out]")).to_be_disabled()
    assert keys.evaluate("document.activeElement.dataset.zoom") == "in"


def test_the_map_is_one_stop_and_escape_gives_the_choice_back(keys: Page) -> None:
    keys.goto(START)
    drawn(keys, 30)
    tab_to(keys, "node.classList.contains('folium-map')")
    expect(keys.locator("#live")).to_contain_text("người/km²")
    first = keys.locator("#live").inner_text()
    keys.keyboard.press("ArrowRight")
    expect(keys.locator("#live")).not_to_have_text(first)
    keys.keyboard.press("Enter")
    expect(keys).to_have_url(re.compile("area="))
    keys.keyboard.press("Escape")
    expect(keys).not_to_have_url(re.compile("area="))
    assert keys.evaluate("document.activeElement.classList.contains('folium-map')")
    keys.keyboard.press("Tab")
    assert not keys.evaluate("document.activeElement.classList.contains('folium-map')")
    assert (
        keys.evaluate("document.querySelectorAll('#mapbox .folium-map [tabindex], #mapbox path[tabindex]').length") == 0
    )


@pytest.mark.parametrize("opener", ["#downloads summary", ".layers summary", ".menu-btn summary"])
def test_escape_closes_a_menu_and_returns_to_its_button(keys: Page, opener: str) -> None:
    keys.goto(START)
    drawn(keys, 30)
    tab_to(keys, f"node.matches({opener!r})")
    keys.keyboard.press("Enter")
    expect(keys.locator(opener).locator("xpath=..")).to_have_attribute("open", "")
    keys.keyboard.press("Tab")
    keys.keyboard.press("Escape")
    expect(keys.locator(opener).locator("xpath=..")).not_to_have_attribute("open", "")
    assert keys.evaluate(f"document.activeElement.matches({opener!r})")


def test_the_search_is_gone_through_by_arrows(keys: Page) -> None:
    keys.goto(START)
    drawn(keys, 30)
    tab_to(keys, "node.id === 'q'")
    keys.keyboard.type("dong anh")
    expect(keys.locator("#hits [role=option]").first).to_be_visible()
    keys.keyboard.press("ArrowDown")
    expect(keys.locator("#hits [aria-selected=true]")).to_have_count(1)
    keys.keyboard.press("Enter")
    expect(keys.locator("#card h2")).to_contain_text("Đông Anh")


def test_pages_of_documents_are_gone_through_by_keys(keys: Page) -> None:
    """The first press offers the way past the menu; a filter is followed; a folded list opens."""
    keys.goto("/board")
    keys.keyboard.press("Tab")
    assert keys.evaluate("document.activeElement.classList.contains('skip')")
    keys.keyboard.press("Enter")
    assert keys.evaluate("document.activeElement.id") == "main"
    tab_to(keys, "node.matches('.filters a') && node.textContent.trim().startsWith('Không đạt')", 250)
    keys.keyboard.press("Enter")
    expect(keys).to_have_url(re.compile("status=not_met"))


def test_two_maps_are_one_stop_each_and_choose_together(keys: Page) -> None:
    keys.goto("/two-maps?a=population,edition=2024,level=district,period=2023"
              "&b=population,edition=2024,level=district,period=2024")  # fmt: skip
    both_drawn(keys, 30, 30)
    tab_to(keys, "node.classList.contains('folium-map') && node.closest('#box-a')")
    keys.keyboard.type("soc s")
    keys.keyboard.press("Enter")
    expect(keys.locator('#pairs tr[data-code="016"]')).to_have_class("sel")
    expect(keys.locator("#live")).to_contain_text(re.compile(r"Huyện Sóc Sơn, Dân số: .*\sngười, Dân số: .*\sngười"))
    tab_to(keys, "node.classList.contains('folium-map') && node.closest('#box-b')", 60)
