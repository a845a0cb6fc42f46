"""One figure everywhere: the shape on the map, its class in the legend, the row of the table, the API and the CSV.

All areas of each view are compared, over training figures, which fill every cell of the catalogue. `make test` takes a
seeded sample of the views, `make soak` all of them, both editions, levels and ways of showing.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_map import drawn
from tests.conftest import watch

pytestmark = pytest.mark.browser

SAMPLE = 6
READ = """() => {
  const found = {};
  for (const row of document.querySelectorAll("#table tr[data-code]")) {
    const {code} = row.dataset;
    const colours = path => path ? path.getAttribute("class").split(" ") : [];
    found[code] = {
      shape: colours(document.querySelector(`#mapbox path[data-code="${code}"]`)),
      circle: colours(document.querySelector(`#mapbox path[data-circle="${code}"]`)),
      swatch: row.querySelector(".sw").className.split(" "),
      value: row.querySelector(".value").textContent,
    };
  }
  return found;
}"""


def get(address: str, path: str, **asked: str) -> Any:
    """An answer of the service, which must be one."""
    answer = requests.get(address + path, params=asked, timeout=60)
    assert answer.ok, answer.text[:300]
    return answer


@lru_cache(maxsize=1)
def every_view(address: str) -> tuple[str, ...]:
    """The address of every map with figures: each indicator, edition, level below the city and way of showing."""
    views = []
    for indicator in get(address, "/api/v1/indicators").json()["indicators"]:
        name = indicator["id"]
        periods = get(address, f"/api/v1/indicators/{name}").json()["periods"]
        for edition, levels in periods.items():
            for level in ("district", "commune"):
                if levels.get(level):
                    views += shown_ways(address, f"/map/{name}", edition, level)
    return tuple(views)


def shown_ways(address: str, path: str, edition: str, level: str) -> list[str]:
    """The addresses of one map's ways of showing that are open to it."""
    view = get(address, f"{path}.json", edition=edition, level=level).json()
    ways = next((switch["options"] for switch in view["switches"] if switch["id"] == "display"), [])
    return [view["url"], *(way["href"] for way in ways if way["href"] and way["href"] != view["url"])]


def written_number(text: str) -> float:
    """The first number of a Vietnamese text: `≥ 1.234,5` is 1234.5."""
    found = re.search(r"[−\d][\d.]*(,\d+)?", text)
    assert found, text
    return float(found[0].replace("−", "-").replace(".", "").replace(",", "."))


def compare(page: Page, address: str, path: str) -> None:
    """All areas of one map."""
    view = get(address, path.replace("?", ".json?", 1)).json()
    asked = path.partition("?")[2]
    body = get(address, f"/api/v1/values?indicator={view['indicator']}&{asked}").json()
    table = get(address, f"/download/values.csv?indicator={view['indicator']}&{asked}").content.decode("utf-8-sig")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(table))}
    areas = {area["code"]: area for area in body["areas"]}
    page.goto(path)
    drawn(page, len(areas))
    page.wait_for_function("n => document.querySelectorAll('#table tr[data-code]').length === n", arg=len(areas))
    found = page.evaluate(READ)
    assert found.keys() == areas.keys() == rows.keys()
    assert [entry["count"] for entry in view["classes"]] == [entry["count"] for entry in body["legend"]]
    for code, area in areas.items():
        compare_area(view, found[code], area, rows[code])


def compare_area(view: Any, shown: Any, area: Any, row: dict[str, str]) -> None:
    """Map, table, API and file about one area."""
    at, circles = area["class_index"], view["symbol"] == "circle"
    assert row["class_index"] == ("" if at is None else str(at)), area
    if area["value"] is None:
        colour = "na" if area["reason"] == "not_applicable" else "nd"
        assert colour in shown["shape"], (area, shown)
        assert shown["circle"] == []
        assert colour in shown["swatch"]
        assert row["value"] == ""
        assert row["reason"] == area["reason"]
        return
    colour = view["classes"][at]["colour"]
    assert colour in shown["circle" if circles else "shape"], (area, shown)
    assert colour in shown["swatch"], (area, shown)
    assert float(row["value"]) == pytest.approx(area["value"], rel=1e-12)
    if view["labels"]:
        assert shown["value"] == view["classes"][at]["label"]
    else:
        rounding = 0.5 * 10 ** -view["decimals"] + 1e-9
        assert written_number(shown["value"]) == pytest.approx(area["value"], abs=rounding)


def click_one(page: Page, code: str) -> None:
    """A clicked area is the one in the card, the table and the address."""
    page.locator(f'#mapbox path[data-code="{code}"]').first.dispatch_event("click")
    row = page.locator(f'#table tr[data-code="{code}"]')
    expect(row).to_have_class(re.compile(r"\bsel\b"))
    expect(page.locator("#card h2")).to_contain_text(row.locator("th").inner_text())
    assert f"area={code}" in page.url


@pytest.fixture(scope="module")
def compared(chromium: Browser, training_address: str) -> Iterator[Page]:
    """One page for all views, without console errors or foreign requests to the end."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=training_address)
    page = context.new_page()
    faults = watch(page, training_address)
    yield page
    context.close()
    assert faults == []


@pytest.mark.parametrize("turn", range(SAMPLE))
def test_map_legend_table_api_and_file_agree(compared: Page, training_address: str, turn: int) -> None:
    path = random.Random(7).sample(every_view(training_address), SAMPLE)[turn]
    compare(compared, training_address, path)
    code = random.Random(turn).choice(list(compared.evaluate(READ)))
    click_one(compared, code)
    shared = compared.url
    compared.reload()
    expect(compared.locator(f'#table tr[data-code="{code}"]')).to_have_class(re.compile(r"\bsel\b"))
    compared.goto("/about")
    compared.go_back()
    expect(compared.locator(f'#table tr[data-code="{code}"]')).to_have_class(re.compile(r"\bsel\b"))
    assert compared.url == shared


@pytest.mark.soak
def test_every_view_agrees_everywhere(compared: Page, training_address: str) -> None:
    """All views, and every area of each."""
    views = every_view(training_address)
    for path in views:
        compare(compared, training_address, path)
    assert len(views) > 200
    print(f"{len(views)} views compared")


def test_a_planted_difference_is_found(compared: Page, training_address: str) -> None:
    """One shape of another class, one changed digit in the table: each is noticed."""
    path = "/map/health_insurance_coverage?edition=2024&level=district"
    compare(compared, training_address, path)
    area = {"class_index": 1, "value": 91.2, "reason": None, "code": "001"}
    view = {"symbol": "fill", "classes": [{"colour": "a1"}, {"colour": "a3"}], "labels": None, "decimals": 1}
    row = {"class_index": "1", "value": "91.2", "reason": ""}
    shown = {"shape": ["ar", "a3"], "circle": [], "swatch": ["sw", "a3"], "value": "91,2"}
    compare_area(view, shown, area, row)
    faults = ({"shape": ["ar", "a1"]}, {"swatch": ["sw", "a1"]}, {"value": "91,3"})
    for fault in faults:
        with pytest.raises(AssertionError):
            compare_area(view, shown | fault, area, row)
    for fault in ({"class_index": "0"}, {"value": "91.3"}):
        with pytest.raises(AssertionError):
            compare_area(view, shown, area, row | fault)


def links_of(page: Page, address: str) -> set[str]:
    """Addresses of this service that a page names, and whether a fragment has its target."""
    hrefs = page.evaluate(
        """[...document.querySelectorAll('a[href]:not([href^="#"])')]
          .map(link => new URL(link.getAttribute("href"), location).href)"""
    )
    missing = page.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')].map(link => link.getAttribute("href").slice(1))
          .filter(id => id && !document.getElementById(decodeURIComponent(id)))"""
    )
    assert missing == [], f"{page.url}: no such target on the page"
    return {href.partition("#")[0] for href in hrefs if href.startswith(address)}


@pytest.mark.parametrize("language", ["/", pytest.param("/en/", marks=pytest.mark.soak)])
def test_no_link_of_any_page_is_dead(chromium: Browser, address: str, language: str) -> None:
    """The links of one page of each kind are followed; of those that differ only in what is asked, five each."""
    page = chromium.new_page()
    named: set[str] = set()
    for path in ("", "board", "resolution", "ntm", "upgrades", "areas", "areas/2024/274", "areas/2025-07/09877",
                 "changes", "compare?areas=2024:274,2024:268", "matrix", "indicators", "indicators/poor_households",
                 "sources", "about", "two-maps", "ogc?f=html", "no-such-page"):  # fmt: skip
        page.goto(address + language + path)
        named |= links_of(page, address)
    page.close()
    kinds: dict[str, list[str]] = {}
    for href in sorted(named):
        kinds.setdefault(re.sub(r"=[^&]*|/\d+\b|/[a-z_]+_[a-z_]+", "", href), []).append(href)
    asked = [href for hrefs in kinds.values() for href in random.Random(5).sample(hrefs, min(5, len(hrefs)))]
    answers = {href: requests.get(href, timeout=60).status_code for href in asked}
    assert {href: status for href, status in answers.items() if status != 200} == {}
    assert len(asked) > 60
