"""Document pages in Chromium: the same without scripts, folded on phones, on paper; what changes a page's shape.

`PATHS` are the questions that give a page another shape; `make soak` checks each as `test_accessibility.py` does pages.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.auditing import axe, wider_by
from tests.conftest import watch

pytestmark = pytest.mark.browser

PATHS = (
    "/board",
    "/board?status=not_assessable&theme=water",
    "/board?status=behind",
    "/resolution",
    "/ntm",
    "/upgrades",
    "/areas",
    "/areas?q=ba%20dinh",
    "/areas/2024/274",
    "/areas/2024/00070",
    "/areas/2025-07/09877",
    "/changes",
    "/changes?side=old&district=274",
    "/compare",
    "/compare?areas=2024:274,2024:268,2024:250,2024:017",
    "/compare?areas=2024:274,2024:250&show=trends",
    "/compare?areas=2024:274&q=ba%20dinh",
    "/matrix",
    "/matrix?edition=2024&level=commune&parent=274&sort=ntm_title",
    "/indicators",
    "/indicators?tier=appendix&known=1",
    "/indicators/population",
    "/indicators/ntm_title",
    "/sources",
    "/sources?quality=mirror",
    "/figures/population/2024/001",
    "/figures/poor_household_rate/2024/001",
    "/batches",
    "/batches/0",
    "/batches/0?page=2",
    "/releases",
    "/about",
)
"""Pages to check, with the questions that change their shape."""

LANGUAGES, WIDTHS, SCHEMES = ("", "/en"), (320, 768, 1440), ("light", "dark")
EVERY = tuple(product(LANGUAGES, WIDTHS, SCHEMES))


def check(chromium: Browser, address: str, path: str, width: int, scheme: str) -> None:
    """No rule of axe broken, no sideways scrolling of the page, no console error, nothing fetched from elsewhere."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    faults = watch(page, address)
    response = page.goto(address + path)
    assert response
    assert response.ok
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    wider = wider_by(page)
    broken = axe(page)
    context.close()
    assert faults == []
    assert broken == []
    assert wider <= 0, f"{wider} px wider than the screen"


@pytest.mark.soak
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("lang", "width", "scheme"), EVERY)
def test_every_page_is_accessible_and_fits_everywhere(
    chromium: Browser, address: str, path: str, lang: str, width: int, scheme: str
) -> None:
    check(chromium, address, lang + path, width, scheme)


@pytest.mark.parametrize("path", PATHS)
def test_without_scripts_a_page_says_the_same(chromium: Browser, address: str, path: str) -> None:
    texts = []
    for scripts in (True, False):
        context = chromium.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(address + path)
        texts.append(page.locator("main").inner_text())
        context.close()
    assert texts[0] == texts[1]


def test_a_filter_is_a_link_that_back_undoes(page: Page) -> None:
    page.goto("/board")
    page.get_by_role("navigation", name="Lọc theo trạng thái").get_by_role("link", name="Không đạt").click()
    expect(page.locator("tr[id^=muc-]")).to_have_count(1)
    assert "status=not_met" in page.url
    page.go_back()
    expect(page.locator("tr[id^=muc-]")).to_have_count(24)


@pytest.mark.parametrize(("lang", "origin", "batch"), [("", "nguồn gốc", "đợt 0"), ("/en", "origin", "batch 0")])
def test_a_figure_opens_to_file_row_and_hash_by_keyboard_and_without_scripts(
    chromium: Browser, address: str, lang: str, origin: str, batch: str
) -> None:
    """From the area's page: Enter on the link, Enter on the fold of the hash, Enter on the batch."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{lang}/areas/2024/001")
    link = page.locator("a.origin[href$='/figures/population/2024/001']").first
    expect(link).to_have_text(origin)
    link.press("Enter")
    expect(page.locator("main")).to_contain_text("observations.csv")
    fold = page.locator("summary", has_text="SHA-256").first
    fold.press("Enter")
    digest = page.locator("details[open] .path").first
    expect(digest).to_have_text(re.compile("^[0-9a-f]{64}$"))
    said = digest.inner_text()
    page.get_by_role("link", name=batch).first.press("Enter")
    expect(page.locator("main")).to_contain_text(said)
    assert page.url.endswith(f"{lang}/batches/0")
    context.close()


def test_the_card_of_the_map_opens_to_the_origin_of_its_figure(page: Page) -> None:
    page.goto("/map/population?edition=2024&level=district&area=001")
    page.locator("#detail a.origin").click()
    page.wait_for_url("**/figures/population/2024/001")
    expect(page.locator("main")).to_contain_text("observations.csv")


def test_a_tile_leads_to_its_row_from_any_filter(page: Page) -> None:
    page.goto("/board?status=not_met")
    page.locator(".tiles").get_by_role("link", name="16: Đạt một phần").click()
    expect(page.locator("#muc-16")).to_be_in_viewport()
    assert "status" not in page.url


def test_paper_is_white_and_shows_what_is_folded_on_screen(chromium: Browser, address: str) -> None:
    context = chromium.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address + "/board")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    expect(page.locator(".top")).to_be_hidden()
    assert page.evaluate("document.querySelector('.more p').checkVisibility({contentVisibilityAuto: true})")
    context.close()


def test_a_wide_table_is_printed_as_sheets_with_every_column_once(page: Page) -> None:
    page.goto("/matrix?edition=2024&level=district")
    heads = page.locator(".mx thead th")
    shown = heads.all_inner_texts()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sheets = page.locator(".mx:visible")
    printed = [sheet.locator("thead th").all_inner_texts() for sheet in sheets.all()]
    assert len(printed) > 1
    assert {heads[0] for heads in printed} == {shown[0]}
    assert [head for heads in printed for head in heads[1:]] == shown[1:]
    rows = page.locator(".mx").first.locator("tbody tr").count()
    assert all(sheet.locator("tbody tr").count() == rows for sheet in sheets.all())
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert heads.all_inner_texts() == shown


def test_two_maps_are_drawn_anew_for_paper(page: Page) -> None:
    page.goto("/two-maps")
    expect(page.locator("#box-b .ar").first).to_be_attached()
    wide = page.locator("#box-b").bounding_box()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for side in "ab":
        box, city = (page.locator(f"#box-{side}{inner}").bounding_box() for inner in ("", " .folium-map"))
        assert box
        assert city
        assert box["width"] < 330
        assert city["width"] <= box["width"]
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#box-b").bounding_box() == wide


def test_search_leads_to_the_page_of_a_unit(page: Page) -> None:
    page.goto("/en/board")
    page.fill("#q", "hoai duc")
    page.locator("#hits [role=option]", has_text="Hoài Đức district").first.click()
    page.wait_for_url("**/en/areas/2024/274")


def test_an_area_is_added_to_a_comparison_as_it_is_chosen(page: Page) -> None:
    page.goto("/compare?areas=2024:274&rows=different")
    page.fill("#add-q", "dong anh")
    page.locator("#add-hits [role=option]", has_text="Huyện Đông Anh").first.click()
    page.wait_for_url("**/compare?rows=different&areas=2024:274,2024:017")
    expect(page.locator("th.area")).to_have_count(2)
    page.get_by_role("link", name="Bỏ Huyện Hoài Đức").click()
    expect(page.get_by_text("Đã chọn Huyện Đông Anh.")).to_be_visible()


def test_long_lists_are_folded_on_phones_and_a_link_into_one_opens_it(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/indicators")
    expect(page.locator("details.fold[open]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollHeight") < 3000
    page.goto(f"{address}/indicators#water")
    expect(page.locator("#water")).to_be_visible()
    expect(page.locator("details.fold[open]")).to_have_count(1)
    context.close()


def test_lists_are_open_without_scripts_and_on_wide_screens(chromium: Browser, address: str) -> None:
    for width, scripts in ((360, False), (1440, True)):
        context = chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{address}/indicators")
        folds = page.locator("details.fold")
        expect(page.locator("details.fold[open]")).to_have_count(folds.count())
        context.close()
