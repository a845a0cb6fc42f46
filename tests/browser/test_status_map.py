"""The map coloured by status in Chromium: shapes, key, table and card say what the API says."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser.test_map import drawn

pytestmark = pytest.mark.browser

PILOTS = "/map/waste_sorting_pilot_units?edition=2024&level=district&period=2024"


def test_the_switch_colours_areas_by_status_and_back(page: Page, client: FlaskClient) -> None:
    page.goto(PILOTS)
    drawn(page, 30)
    page.locator("[data-switch=display]").get_by_role("link", name="Trạng thái").click()
    expect(page).to_have_url(re.compile("display=status"))
    expect(page.locator("#legend .key")).to_have_text(["Đạt 5"])
    address = PILOTS.replace("/map/waste_sorting_pilot_units?", "/api/v1/values?indicator=waste_sorting_pilot_units&")
    areas = client.get(address).get_json()["areas"]
    expect(page.locator("#mapbox path.ci.st-met")).to_have_count(5)
    expect(page.locator("#table tr:has(.sw.st-met)")).to_have_count(5)  # the table follows the first paint
    coloured = page.evaluate(
        "() => [...document.querySelectorAll('#table tr:has(.sw.st-met)')].map(row => row.dataset.code).sort()"
    )
    assert coloured == sorted(area["code"] for area in areas if area["status_code"] == "met")
    page.locator("[data-switch=display]").get_by_role("link", name="Giá trị").click()
    expect(page.locator("#mapbox path.ci.st-met")).to_have_count(0)


def test_a_chosen_area_says_what_its_target_makes_of_it(page: Page, client: FlaskClient) -> None:
    page.goto(f"{PILOTS}&display=status")
    drawn(page, 30)
    address = PILOTS.replace("/map/waste_sorting_pilot_units?", "/api/v1/values?indicator=waste_sorting_pilot_units&")
    area = next(area for area in client.get(address).get_json()["areas"] if area["status_code"] == "met")
    page.locator(f"#table tr[data-code='{area['code']}'] button").click()
    expect(page.locator("#detail")).to_contain_text(f"Đạt. {area['reason_text']}")
