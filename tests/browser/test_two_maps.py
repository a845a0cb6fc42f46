"""Two maps in Chromium: they move together and share what is chosen; stacked on phones; tables without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.auditing import axe

pytestmark = pytest.mark.browser

PEOPLE = ("/two-maps?a=population,edition=2024,level=district,period=2013"
          "&b=population,edition=2024,level=district,period=2018")  # fmt: skip
TITLES = ("/two-maps?a=ntm_title,edition=2024,level=commune,period=2024"
          "&b=ntm_title,edition=2025-07,level=commune,period=2024,display=composition")  # fmt: skip


def both_drawn(page: Page, left: int, right: int) -> None:
    """Wait until both maps have their areas."""
    for side, count in (("a", left), ("b", right)):
        page.wait_for_function(
            "([side, n]) => document.querySelectorAll(`#box-${side} path[data-code]`).length >= n", arg=[side, count]
        )


def outline(page: Page, side: str) -> str:
    """The path of a map's selected outline, the same for the same place and zoom."""
    return str(page.locator(f"#box-{side} path.pick-l").get_attribute("d"))


def test_zoom_and_pan_of_one_map_are_those_of_the_other(page: Page) -> None:
    page.goto(PEOPLE + "&area=016")
    both_drawn(page, 30, 30)
    before = outline(page, "a")
    assert before == outline(page, "b")
    page.get_by_role("button", name="Phóng to").click()
    page.wait_for_function("d => document.querySelector('#box-a path.pick-l').getAttribute('d') !== d", arg=before)
    assert outline(page, "a") == outline(page, "b")
    box = page.locator("#box-b").bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 260, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)
    positions = page.evaluate(
        """() => ["a", "b"].map((side) => {
          const {x, y} = document.querySelector(`#box-${side} path.pick-l`).getBoundingClientRect();
          const frame = document.querySelector(`#box-${side}`).getBoundingClientRect();
          return [Math.round(x - frame.x), Math.round(y - frame.y)];
        })"""
    )
    assert positions[0] == positions[1]


def test_a_choice_on_one_map_is_one_on_the_other_in_the_table_and_in_the_address(page: Page) -> None:
    page.goto(PEOPLE)
    both_drawn(page, 30, 30)
    page.locator('#box-a path[data-code="274"]').first.dispatch_event("click")
    expect(page.locator("#box-b path.pick-l")).not_to_have_attribute("d", "M0 0")
    expect(page.locator('#pairs tr[data-code="274"]')).to_have_class("sel")
    expect(page).to_have_url(re.compile("area=274"))
    expect(page.locator("#live")).to_contain_text("Huyện Hoài Đức, Dân số")
    page.locator('#box-b path[data-code="274"]').first.hover(force=True)
    expect(page.locator("#box-a .tip")).to_be_visible()
    expect(page.locator("#box-b .tip")).to_contain_text("Hoài Đức")
    page.reload()
    both_drawn(page, 30, 30)
    expect(page.locator('#pairs tr[data-code="274"]')).to_have_class("sel")


def test_a_code_is_never_carried_to_another_edition(page: Page) -> None:
    """00004 is a commune of 2024 and another unit today."""
    page.goto(TITLES + "&area=00004")
    both_drawn(page, 579, 126)
    outlines = page.locator("path.pick-l")
    assert outlines.evaluate_all("all => all.map(path => path.getAttribute('d'))") == ["M0 0", "M0 0"]


def test_another_indicator_is_chosen_by_the_form(page: Page) -> None:
    page.goto(PEOPLE)
    page.get_by_label("Chỉ số của bản đồ bên phải").select_option("population_density")
    page.locator(".side-b").get_by_role("button", name="Xem").click()
    expect(page.locator("h1")).to_have_text("Dân số – Mật độ dân số")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Dân số")


@pytest.mark.parametrize("path", [PEOPLE, "/en" + TITLES])
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (360, "light"), (768, "dark"), (1440, "light")])
def test_two_maps_are_accessible_and_fit(chromium: Browser, address: str, path: str, width: int, scheme: str) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tops = [page.locator(f"#box-{side}").bounding_box() for side in "ab"]
    assert tops[0]
    assert tops[1]
    assert (tops[0]["y"] == tops[1]["y"]) == (width > 760)
    context.close()


def test_without_scripts_there_are_two_tables(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + TITLES)
    expect(page.locator(".figures table")).to_have_count(2)
    expect(page.locator(".figures tbody tr")).to_have_count(579 + 126)
    expect(page.locator(".mapbox").first).to_be_hidden()
    context.close()
