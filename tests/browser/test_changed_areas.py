"""Areas that changed, in Chromium: an old name, a divided commune, a reused code, what a new one was formed of."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_map import drawn

pytestmark = pytest.mark.browser


def test_an_old_name_offers_the_former_district_and_the_new_ward_with_their_dates(page: Page) -> None:
    page.goto("/")
    drawn(page, 579)
    page.fill("#q", "ba dinh")
    hits = page.locator("#hits [role=option]")
    expect(hits).to_have_count(2)
    expect(hits.nth(0)).to_contain_text("Phường Ba Đình")
    expect(hits.nth(1)).to_contain_text("Quận Ba Đình")
    expect(hits.nth(1)).to_contain_text("30/06/2025")
    expect(hits.nth(1)).to_contain_text("nay: Phường Ba Đình, Phường Ngọc Hà và 6 đơn vị khác")
    expect(hits.nth(0)).not_to_contain_text("nay:")


def test_a_divided_commune_leads_to_all_its_parts(page: Page) -> None:
    page.goto("/areas/2024/00016")
    expect(page.locator("h1")).to_have_text("Phường Ngọc Hà")
    links = page.locator("main a", has_text="Phường Ba Đình")
    expect(links.first).to_be_visible()
    links.first.click()
    expect(page.locator("h1")).to_have_text("Phường Ba Đình")
    assert "/areas/2025-07/00004" in page.url


def test_a_reused_code_is_another_place_in_each_edition(page: Page) -> None:
    for edition, name in (("2024", "Phường Trúc Bạch"), ("2025-07", "Phường Ba Đình")):
        page.goto(f"/areas/{edition}/00004")
        expect(page.locator("h1")).to_have_text(name)


def test_a_new_commune_tells_what_it_was_formed_of_and_has_no_title(page: Page) -> None:
    page.goto("/map/ntm_title?edition=2025-07&level=commune&display=composition&area=09832")
    drawn(page, 126)
    expect(page.locator("#card")).to_contain_text("Hình thành từ")
    expect(page.locator("#became")).to_be_hidden()
    expect(page.locator("#card")).to_contain_text("≥")
    expect(page.locator("h1")).to_contain_text("thành phần hình thành")


def test_converted_figures_are_marked_on_card_and_table_and_are_not_ranked(page: Page) -> None:
    page.goto("/map/population?edition=2024&level=commune&rebase=1&area=00016")
    drawn(page, 579)
    expect(page.locator("#card")).to_contain_text("Ước tính quy đổi")
    now = page.locator("#became")
    expect(now).to_have_text(re.compile("^nay: Phường (Ba Đình, Phường Ngọc Hà|Ngọc Hà, Phường Ba Đình)$"))
    expect(now.get_by_role("link", name="Phường Ba Đình")).to_have_attribute("href", "/areas/2025-07/00004")
    expect(page.locator("#table thead")).to_contain_text("ước tính quy đổi")
    expect(page.locator("#under")).to_contain_text("Không xếp hạng")
