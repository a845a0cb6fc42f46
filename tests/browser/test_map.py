"""The map page in Chromium: what is clicked, the table and the API show the same; keyboard; bytes; names."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Dialog, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from boundaries.models import Area
from tests.browser.auditing import axe
from tests.conftest import prepared, serve, watch
from tests.sealed import seal

pytestmark = pytest.mark.browser

NTM = "/map/ntm_title?edition=2024&level=commune&period=2025"
DENSITY = "/map/population_density?edition=2025-07&level=commune&period=2025"
HOSTILE = 'Xã ${alert(1)}<b>x</b>"`'


def drawn(page: Page, shapes: int) -> None:
    """Wait until so many areas are on the map."""
    page.wait_for_function("n => document.querySelectorAll('#mapbox path[data-code]').length >= n", arg=shapes)


def test_every_commune_is_drawn_in_the_colour_of_its_class(page: Page, client: FlaskClient) -> None:
    page.goto(NTM)
    drawn(page, 579)
    areas = client.get(NTM.replace("/map/ntm_title?", "/api/v1/values?indicator=ntm_title&")).get_json()["areas"]
    classes = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#mapbox path[data-code]')]"
        ".map(path => [path.dataset.code, path.getAttribute('class')]))"
    )
    expected = {0: "n1", 1: "n2", 2: "n3"}
    for area in areas:
        names = set(classes[area["code"]].split())
        wanted = {"not_applicable": "na", "not_collected": "nd"}.get(area["reason"], expected.get(area["class_index"]))
        assert wanted in names, (area["code"], names)


def test_a_clicked_area_shows_the_same_in_tooltip_card_table_and_api(page: Page, client: FlaskClient) -> None:
    page.goto(DENSITY)
    drawn(page, 126)
    areas = client.get(DENSITY.replace("/map/population_density?", "/api/v1/values?indicator=population_density&"))
    for area in random.Random(31).sample(areas.get_json()["areas"], 6):
        page.locator(f'#mapbox path[data-code="{area["code"]}"]').first.dispatch_event("click")
        value = f"{int(area['value'] + 0.5):,}".replace(",", ".")
        expect(page.locator("#card")).to_contain_text(area["name"])
        expect(page.locator("#card")).to_contain_text(value)
        row = page.locator(f'#table tr[data-code="{area["code"]}"]')
        expect(row).to_contain_text(value)
        expect(page.locator("#live")).to_contain_text(value)
        assert f"area={area['code']}" in page.url


def test_switching_keeps_the_geometry_and_back_restores_the_view(page: Page) -> None:
    geometries: list[str] = []
    page.on("request", lambda request: geometries.append(request.url) if "/geometry/" in request.url else None)
    page.goto(NTM)
    drawn(page, 579)
    page.locator("details.theme summary", has_text="Dân số4").click()
    page.locator("#picker").get_by_role("link", name="Mật độ dân số").click()
    expect(page.locator("h1")).to_have_text("Mật độ dân số")
    drawn(page, 126)
    assert len(geometries) == 1
    page.go_back()
    expect(page.locator("h1")).to_have_text("Danh hiệu nông thôn mới của xã")
    page.reload()
    drawn(page, 579)
    expect(page.locator("h1")).to_have_text("Danh hiệu nông thôn mới của xã")


def test_a_switch_of_edition_or_indicator_fetches_one_small_answer(page: Page) -> None:
    page.goto("/map/population?edition=2024&level=district")
    drawn(page, 30)
    page.wait_for_load_state("networkidle")
    fetched: list[str] = []  # the browser may ask for the page's icon late, which no switch does
    page.on("request", lambda request: None if request.url.endswith("icon.svg") else fetched.append(request.url))
    page.get_by_role("link", name="Từ 07/2025").click()
    drawn(page, 126)
    assert "edition=2025-07" in page.url
    assert len(fetched) == 1, fetched
    assert "/map/population.json" in fetched[0]


def test_the_first_visit_weighs_at_most_250_kb(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(address + "/")
    drawn(page, 579)
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(received) > 5
    assert sum(received) <= 250_000, sum(received)


def test_by_keyboard_alone_an_area_is_chosen_and_read(page: Page) -> None:
    page.goto(DENSITY)
    drawn(page, 126)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.folium-map') !== null"):
            break
    else:
        pytest.fail("The map cannot be reached by Tab.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("người/km²")
    expect(page).to_have_url(re.compile("area="))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("area="))


def test_search_finds_a_unit_without_diacritics_and_selects_it(page: Page) -> None:
    page.goto(NTM)
    drawn(page, 579)
    page.fill("#q", "ba dinh")
    hits = page.locator("#hits [role=option]")
    expect(hits).to_have_count(2)
    hits.locator("b", has_text="Phường Ba Đình").click()  # not the district, which says that it is that ward now
    expect(page.locator("#card")).to_contain_text("Phường Ba Đình")
    assert "edition=2025-07" in page.url
    assert "area=00004" in page.url


def test_without_scripts_the_page_is_a_table_and_a_download(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + DENSITY)
    expect(page.locator("#table tbody tr")).to_have_count(126)
    expect(page.locator("#mapbox")).to_be_hidden()
    assert page.locator('a[href*="values.csv"]').count() >= 1
    context.close()


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service over a store in which a ward and a commune have a hostile name."""
    app = prepared(tmp_path_factory.mktemp("hostile") / "store.db")
    with Session(app.extensions["engine"]) as session:
        session.execute(update(Area).where(Area.code.in_(["00004", "09859"])).values(name=HOSTILE))
        seal(session)
        session.commit()
    yield from serve(app)
    app.extensions["engine"].dispose()


def test_a_hostile_name_is_shown_literally_everywhere(chromium: Browser, hostile_address: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    faults = watch(page, hostile_address)

    def refuse(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    short = HOSTILE.removeprefix("Xã ")
    page.goto(hostile_address + NTM + "&area=09859")
    drawn(page, 579)
    expect(page.locator("#card")).to_contain_text(HOSTILE)
    expect(page.locator('#table tr[data-code="09859"]')).to_contain_text(short)
    page.locator('#mapbox path[data-code="09859"]').first.hover(force=True)
    expect(page.locator("#mapbox .tip")).to_contain_text(short)
    page.fill("#q", "alert")
    expect(page.locator("#hits")).to_contain_text(short)
    assert page.locator("#explorer b:text-is('x')").count() == 0
    context.close()
    assert faults == []


def test_the_planted_faults_are_noticed(chromium: Browser, address: str) -> None:
    """The watch and axe are shown to bite, so that their silence means something."""
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    faults = watch(page, address)
    page.goto(address + "/map/none")
    page.evaluate("() => { console.error('planted'); document.body.append(new Image()); }")
    page.evaluate("() => fetch('http://other.invalid/').catch(() => 0)")
    assert any("planted" in fault for fault in faults)
    assert any("other.invalid" in fault for fault in faults)
    assert any("image-alt" in violation for violation in axe(page))
    context.close()


def test_embedded_json_cannot_end_its_script(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    body = html.split('id="view">')[1].split("</script>")[0]
    assert json.loads(body)["indicator"] == "ntm_title"
    assert "<" not in body
