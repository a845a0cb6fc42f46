"""The map page in Chromium over full figures: ways of showing, slider, one district, named places, base map."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.auditing import axe
from tests.browser.stores import training_app
from tests.browser.test_map import drawn
from tests.conftest import serve, watch

pytestmark = pytest.mark.browser

HEALTH = "/map/health_insurance_coverage?edition=2024&level=district&period=2023"
POOR = "/map/poor_households?edition=2024&level=district&period=2024"
WATER = "/map/clean_water_household_rate?edition=2024&level=district&period=2024"
PILOTS = "/map/waste_sorting_pilot_units?edition=2024&level=district&period=2024"
TITLES = "/map/ntm_title?edition=2025-07&level=commune"
PEOPLE = "/map/population?edition=2024&level=commune&rebase=1"
SHOWN = [HEALTH, HEALTH + "&display=target", HEALTH + "&display=change", POOR + "&display=change",
         PILOTS + "&display=status", TITLES + "&display=composition", PEOPLE]  # fmt: skip


@pytest.fixture(scope="module")
def full_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service over training figures, with an online map to choose."""
    app = training_app(tmp_path_factory.mktemp("full") / "demo.db", BASEMAP_URL="https://tiles.invalid/{z}/{x}/{y}.png",
                       BASEMAP_CREDIT="Tiles", REPORT_TO="https://report.invalid/new")  # fmt: skip
    yield from serve(app)
    app.extensions["engine"].dispose()


@pytest.fixture
def full(chromium: Browser, full_address: str) -> Iterator[Page]:
    """A page of that service that must end without console errors or foreign requests."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=full_address)
    page = context.new_page()
    faults = watch(page, full_address)
    yield page
    context.close()
    assert faults == []


def values(address: str, path: str) -> Any:
    """What the API says of a view."""
    parts = urlsplit(path)
    asked = {"indicator": parts.path.rpartition("/")[2], **dict(parse_qsl(parts.query))}
    answer = requests.get(f"{address}/api/v1/values", params=asked, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


@pytest.mark.parametrize("path", SHOWN)
def test_clicked_area_legend_class_and_table_row_are_those_of_the_api(full: Page, full_address: str, path: str) -> None:
    body = values(full_address, path)
    areas = body["areas"]
    full.goto(path)
    drawn(full, len(areas))
    view = full.evaluate("JSON.parse(document.getElementById('view').textContent)")
    counts = [entry["count"] for entry in body["legend"]]
    assert [entry["count"] for entry in view["classes"]] == counts
    named = {area["code"]: area for area in areas if area["class_index"] is not None}
    for code in random.Random(31).sample(sorted(named), 5):
        colour = view["classes"][named[code]["class_index"]]["colour"]
        symbol = (
            f'#mapbox path[data-circle="{code}"]' if view["symbol"] == "circle" else f'#mapbox path[data-code="{code}"]'
        )
        expect(full.locator(symbol).first).to_have_class(re.compile(rf"\b{colour}\b"))
        full.locator(f'#mapbox path[data-code="{code}"]').first.dispatch_event("click")
        expect(full.locator("#card h2")).to_have_text(named[code]["name"])
        row = full.locator(f'#table tr[data-code="{code}"]')
        expect(row.locator(".sw")).to_have_class(re.compile(rf"\b{colour}\b"))
        written = row.locator(".value").inner_text()
        digits = re.sub(r"[^\d,−]", "", written.split("(")[0]).replace("−", "-").replace(",", ".")
        assert float(digits) == pytest.approx(named[code]["value"], abs=0.5 * 10 ** -view["decimals"] + 1e-9)
        expect(full.locator("#card")).to_contain_text(written.split(" (")[0])


@pytest.mark.parametrize("path", SHOWN)
def test_back_reload_and_a_shared_link_restore_what_was_shown(full: Page, path: str) -> None:
    full.goto(HEALTH)
    drawn(full, 30)
    full.goto(path)
    title = full.locator("h1").inner_text()
    full.wait_for_selector("#table tr[data-code]")
    code = full.evaluate("document.querySelector('#table tr[data-code]').dataset.code")
    full.locator(f'#table tr[data-code="{code}"] button').click()
    shared = full.url
    full.reload()
    expect(full.locator("h1")).to_have_text(title)
    expect(full.locator(f'#table tr[data-code="{code}"]')).to_have_class(re.compile("sel"))
    full.goto(HEALTH)
    full.go_back()
    expect(full.locator("h1")).to_have_text(title)
    assert full.url == shared


def test_the_slider_goes_through_the_years_and_one_press_is_one_step_back(full: Page) -> None:
    full.goto(HEALTH.replace("2023", "2022") + "&display=target")
    drawn(full, 30)
    full.locator("input.slider").focus()
    full.keyboard.press("ArrowRight")
    expect(full.locator("#meta")).to_contain_text("2023")
    expect(full).to_have_url(re.compile("period=2023.*display=target"))
    assert full.evaluate("document.activeElement.className") == "slider"
    expect(full.locator("input.slider")).to_have_attribute("aria-valuetext", "2023")
    full.go_back()
    expect(full.locator("#meta")).to_contain_text("2022")
    expect(full.locator("input.slider")).to_have_value("3")


def test_dragging_the_slider_is_one_step_of_the_history(full: Page) -> None:
    full.goto(HEALTH)
    drawn(full, 30)
    before = full.evaluate("history.length")
    box = full.locator("input.slider").bounding_box()
    assert box
    full.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 12)
    full.mouse.down()
    for share in (0.6, 0.4, 0.2, 0.02):
        full.mouse.move(box["x"] + box["width"] * share, box["y"] + 12)
        full.wait_for_timeout(60)
    full.mouse.up()
    expect(full).to_have_url(re.compile("period=2019"))
    assert full.evaluate("history.length") == before + 1


def test_the_limits_of_classes_stay_the_same_from_year_to_year(full: Page) -> None:
    full.goto(POOR + "&display=change")
    drawn(full, 30)
    scale = full.locator("#legend .tick").all_inner_texts()
    full.get_by_role("link", name="Thời điểm trước").click()
    expect(full.locator("#meta")).to_contain_text("2023")
    assert full.locator("#legend .tick").all_inner_texts() == scale


def test_a_second_click_goes_into_a_district_and_the_trail_leads_back(full: Page) -> None:
    full.goto(WATER)
    drawn(full, 30)
    district = full.locator('#mapbox path[data-code="016"]').first
    district.dispatch_event("click")
    district.dispatch_event("click")
    drawn(full, 579)
    expect(full.locator(".trail [aria-current]")).to_have_text("Huyện Sóc Sơn")
    expect(full).to_have_url(re.compile("level=commune.*within=016"))
    expect(full.locator("#table tbody tr:not([hidden])")).to_have_count(26)
    expect(full.locator("#mapbox path.ar.out")).to_have_count(553)
    full.reload()
    expect(full.locator("#table tbody tr:not([hidden])")).to_have_count(26)
    full.locator(".trail").get_by_role("button", name="Các quận, huyện").click()
    expect(full).to_have_url(re.compile("level=district.*area=016"))
    expect(full.locator(".trail")).to_be_hidden()
    full.get_by_role("button", name="Xem các xã, phường").click()
    expect(full.locator(".trail [aria-current]")).to_have_text("Huyện Sóc Sơn")
    full.locator(".trail").get_by_role("button", name="Xem toàn bộ").click()
    expect(full.locator("#table tbody tr:not([hidden])")).to_have_count(579)


def test_named_places_are_outlined_and_told_with_their_place_in_the_text_which_never_breaks(full: Page) -> None:
    full.goto("/map/poor_households?edition=2024&level=district")
    for place in ("#cover .goal", "#card"):  # the one set by the server, the other by a script
        expect(full.locator(place).locator(".nowrap")).to_have_text("300–400")
        assert "mục\u00a013" in (full.locator(place).text_content() or "")
    full.goto(WATER + "&area=250")
    drawn(full, 30)
    expect(full.locator("#card")).not_to_contain_text("khoản 2")
    full.locator(".layers summary").click()
    full.get_by_label("Nơi được nêu trong Nghị quyết 31").check()
    expect(full.locator("#places > li")).to_have_count(17)
    expect(full.locator("#places")).to_contain_text("chưa rõ ở địa bàn nào")
    expect(full.locator("#mapbox path.named-l")).to_have_count(1)
    expect(full.locator("#card")).to_contain_text(
        "Chợ đầu mối nông sản tổng hợp Mê Linh: kêu gọi đầu tư (Điều 2, khoản 2)"
    )
    expect(full).to_have_url(re.compile("layer=places"))
    full.locator("#places").get_by_role("button", name="Huyện Hoài Đức").click()
    expect(full.locator("#card h2")).to_have_text("Huyện Hoài Đức")
    full.reload()
    expect(full.locator("#mapbox path.named-l")).to_have_count(1)
    assert axe(full) == []


def test_no_tile_is_fetched_before_a_reader_asks_and_the_policy_allows_only_that_host(
    chromium: Browser, full_address: str
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(full_address + WATER)
    drawn(page, 30)
    assert answer
    assert "img-src 'self' data: https://tiles.invalid;" in answer.headers["content-security-policy"]
    assert not any("tiles.invalid" in url for url in asked)
    page.locator(".layers summary").click()
    page.get_by_label("Nền bản đồ trực tuyến").check()
    expect(page.locator(".credit")).to_have_text("Tiles")
    page.wait_for_timeout(300)
    assert any(url.startswith("https://tiles.invalid/") for url in asked)
    context.close()


def test_the_report_of_an_error_carries_the_permalink(full: Page) -> None:
    full.goto(WATER)
    drawn(full, 30)
    full.locator("[data-switch=display]").get_by_role("link", name="Thay đổi").click()
    expect(full.locator("#cover .report")).to_have_attribute("href", re.compile("report.invalid.*display%3Dchange"))


@pytest.mark.parametrize("width", [320, 390])
def test_long_tables_scroll_in_a_box_of_their_own_on_phones(chromium: Browser, full_address: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(full_address + WATER.replace("district", "commune"))
    drawn(page, 579)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollHeight") < 3200
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
    context.close()
