"""By keys alone, the mouse disabled: indicator, period and area are chosen, value and rank read, table and file had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_map import drawn
from tests.browser.test_two_maps import both_drawn
from tests.conftest import watch

pytestmark = pytest.mark.browser

START = "/map/population_density?edition=2024&level=district"
NO_MOUSE = """for (const name of ["mousedown", "mouseup", "pointerdown", "pointerup", "mousemove", "wheel"]) {
  addEventListener(name, event => { throw new Error("the mouse was used: " + event.type); }, {capture: true});
}"""


@pytest.fixture
def keys(chromium: Browser, training_address: str) -> Iterator[Page]:
    """A page over training figures on which any use of the mouse is an error."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=training_address)
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


def figure(address: str, code: str) -> Any:
    """What the API says of one district in 2023."""
    asked = {"indicator": "clean_water_household_rate", "edition": "2024", "level": "district", "period": "2023"}
    areas = requests.get(f"{address}/api/v1/values", params=asked, timeout=30).json()["areas"]
    return next(area for area in areas if area["code"] == code)


def test_the_whole_way_from_indicator_to_file(keys: Page, training_address: str) -> None:
    """One walk, Tab, arrows, letters and Enter only."""
    keys.goto(START)
    drawn(keys, 30)
    tab_to(keys, "node.matches('.theme > summary') && node.textContent.includes('Nước sạch')")
    keys.keyboard.press("Enter")
    tab_to(keys, "node.matches('#picker a') && node.textContent.includes('Tỷ lệ hộ dân được cung cấp nước sạch')", 5)
    keys.keyboard.press("Enter")
    expect(keys.locator("h1")).to_have_text("Tỷ lệ hộ dân được cung cấp nước sạch")
    tab_to(keys, "node.matches('[data-switch=edition] a') && node.textContent.trim() === '2024'")
    keys.keyboard.press("Enter")
    expect(keys).to_have_url(re.compile("edition=2024"))
    tab_to(keys, "node.matches('[data-switch=level] a') && node.textContent.trim() === 'Quận, huyện'")
    keys.keyboard.press("Enter")
    expect(keys).to_have_url(re.compile("level=district"))
    tab_to(keys, "node.matches('input.slider')", 20)
    keys.keyboard.press("End")
    keys.keyboard.press("ArrowLeft")
    expect(keys).to_have_url(re.compile("period=2023"))
    tab_to(keys, "node.classList.contains('folium-map')", 20)
    keys.keyboard.type("soc s")
    keys.keyboard.press("Enter")
    wanted = figure(training_address, "016")
    said = keys.locator("#live")
    expect(said).to_contain_text(f"Huyện Sóc Sơn, {wanted['value']:.1f} %, 2023".replace(".", ","))
    expect(said).to_contain_text(re.compile(r"Trong 17 huyện (đồng hạng )?\d+/17$"))
    expect(keys).to_have_url(re.compile("area=016"))
    tab_to(keys, "node.matches('#table .sortb')", 40)
    keys.keyboard.press("Enter")
    tab_to(keys, "node.matches('#table .pickb')", 8)
    keys.keyboard.press("ArrowDown")
    keys.keyboard.press("Enter")
    chosen = keys.evaluate("document.activeElement.closest('tr').dataset.code")
    expect(keys).to_have_url(re.compile(f"area={chosen}"))
    tab_to(keys, "node.matches('#downloads summary')")
    keys.keyboard.press("Enter")
    tab_to(keys, "node.matches('#downloads a[href*=\"values.csv\"]')", 12)
    with keys.expect_download() as started:
        keys.keyboard.press("Enter")
    file = started.value.path().read_text("utf-8-sig")
    assert sum(",016," in line or line.startswith("016,") for line in file.splitlines()) == 1


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
    expect(keys.locator("#live")).to_contain_text(re.compile("Huyện Sóc Sơn, Dân số: .* người, Dân số: .* người"))
    tab_to(keys, "node.classList.contains('folium-map') && node.closest('#box-b')", 60)
