"""How soon the map follows a switch: from the click to the frame with the new areas, by Chromium's own trace.

Beside it the naive way: loading a `folium.Choropleth` page of 579 communes, its scripts served from this machine.
The view is fetched when the pointer comes near; shapes are made then too, at the first switch to them. Run with
`make bench`; the demands are 100 ms for a level and 50 ms for a period. Writes benchmarks/SWITCHES.md.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from flask import Flask
from playwright.sync_api import CDPSession, Page, Route, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from benchmarks.page import naive_page
from boundaries.layers import read_layer
from indicators.training import load_training
from tests.conftest import CHROMIUM, QUIET
from webapp import assets, create_app, db
from webapp.settings import ROOT

RESULTS = ROOT / "benchmarks/SWITCHES.md"
ROUNDS = 7
HEAD = f"""# Switches on the map

Written by `make bench`; newest first. Milliseconds from the click to the frame with the new areas: the first switch of
a visit, and the median of {ROUNDS} later ones; beside them a `folium.Choropleth` page of 579 communes, loaded anew.
*Load* is what the machine had to do before the run.

| date | switch | first | later | limit | naive page | times as fast | load |
|---|---|---|---|---|---|---|---|
"""
PAUSE_MS = 200
PRESS_MS = 150
CATEGORIES = "devtools.timeline,blink.user_timing,disabled-by-default-devtools.timeline.frame"
WATCH = """() => {
  performance.clearMarks();
  const seen = new MutationObserver(() => { performance.mark("map-changed"); seen.disconnect(); });
  seen.observe(document.getElementById("mapbox"), {subtree: true, childList: true, attributeFilter: ["class", "d"]});
}"""
DRAWN = "n => document.querySelectorAll('#mapbox path[data-code]').length > n"
STUB = """window.d3 ??= window.$ ??= new Proxy(function () {}, {
  get: (_function, name) => (name === Symbol.toPrimitive ? () => 0 : d3), apply: () => d3,
});"""
CHANGED = "() => performance.getEntriesByName('map-changed').length > 0"
START = "/map/clean_water_household_rate?edition=2024&level={level}&period=2023"


@dataclass(frozen=True)
class Switch:
    """A switch to measure: the view to start from, and the link that is followed, there and back again."""

    name: str
    start: str
    there: str
    back: str
    limit_ms: float


PERIOD = "[data-switch=period] .step[href]"
LEVEL = "[data-switch=level] a[href*='level={level}']"
SWITCHES = (
    Switch("period, 30 districts", START.format(level="district"), f"{PERIOD} >> nth=1", f"{PERIOD} >> nth=0", 50),
    Switch("period, 579 communes", START.format(level="commune"), f"{PERIOD} >> nth=1", f"{PERIOD} >> nth=0", 50),
    Switch("level, 30 to 579 areas", START.format(level="district"), LEVEL.format(level="commune"),
           LEVEL.format(level="district"), 100),
    Switch("edition, 579 to 126 areas", START.format(level="commune"),
           "[data-switch=edition] a[href*='edition=2025-07']", "[data-switch=edition] a[href*='edition=2024']", 100),
)  # fmt: skip


@contextmanager
def traced(session: CDPSession) -> Iterator[list[dict[str, Any]]]:
    """Collects the events of a trace; all are there soon after the block has ended."""
    events: list[dict[str, Any]] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.send("Tracing.start", {"transferMode": "ReportEvents", "categories": CATEGORIES})
    yield events
    session.send("Tracing.end")


def frame_after(events: list[dict[str, Any]], start: str) -> float:
    """Milliseconds from the last event named `start` ("click", or a mark) to the first frame after the map changed."""
    changed = next(event["ts"] for event in events if event["name"] == "map-changed")
    starts = [event["ts"] for event in events if start in (event["name"], _type(event)) and event["ts"] < changed]
    frames = [event["ts"] for event in events if event["name"] == "DrawFrame" and event["ts"] > changed]
    return float(min(frames) - max(starts)) / 1000


def _type(event: dict[str, Any]) -> str:
    return str(event["args"]["data"]["type"]) if event["name"] == "EventDispatch" else ""


def follow(page: Page, session: CDPSession, link: str) -> float:
    """One switch; the pointer rests on the link for as long as a hand takes to press."""
    page.wait_for_timeout(PAUSE_MS)
    page.evaluate(WATCH)
    page.hover(link)
    page.wait_for_timeout(PRESS_MS)
    with traced(session) as events:
        page.click(link)
        page.wait_for_function(CHANGED)
        page.wait_for_timeout(PAUSE_MS)
    page.wait_for_timeout(PAUSE_MS)
    return frame_after(events, "click")


def measure(page: Page, address: str, switch: Switch) -> tuple[float, float]:
    """The first switch of a visit, and the median of later ones, in ms."""
    page.goto(address + switch.start)
    page.wait_for_function(DRAWN, arg=20)
    page.wait_for_load_state("networkidle")
    session = page.context.new_cdp_session(page)
    first = follow(page, session, switch.there)
    later = [follow(page, session, switch.back if turn % 2 == 0 else switch.there) for turn in range(ROUNDS)]
    session.detach()
    return first, statistics.median(later)


def measure_naive(page: Page, folder: Path, app: Flask) -> float:
    """Loading the naive page of another year, from the navigation to the frame with its shapes; ms, median."""
    answer = app.test_client().get("/api/v1/values?indicator=ntm_title&edition=2024&level=commune").get_json()
    figures = pd.DataFrame(answer["areas"])[["code", "name", "value"]]
    shapes = read_layer("2024.commune").merge(figures, on="code", validate="one_to_one")
    (folder / "naive.html").write_bytes(naive_page(shapes, figures))
    page.route("**/*", _serve_packages)
    times: list[float] = []
    for _ in range(3):
        page.goto("about:blank")
        page.goto((folder / "naive.html").as_uri(), wait_until="commit")
        page.wait_for_function("n => document.querySelectorAll('path.leaflet-interactive').length > n", arg=500)
        times.append(page.evaluate("() => new Promise(done => requestAnimationFrame(() => done(performance.now())))"))
    return statistics.median(times)


def _serve_packages(route: Route) -> None:
    """Leaflet from this machine in place of its host; other libraries of a Folium page do nothing, in no time."""
    name = route.request.url.rpartition("/")[2]
    path = ROOT / "node_modules/leaflet/dist" / name
    if route.request.url.startswith("file:"):
        route.continue_()
    elif path.is_file():
        route.fulfill(path=path)
    elif name.endswith((".js", ".css")):
        route.fulfill(body=STUB if name.endswith(".js") else "")
    else:
        route.abort()


def main() -> None:
    """Measure, print, and write down."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        app = training_app(Path(folder) / "demo.db")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            naive = measure_naive(browser.new_page(), Path(folder), app)
            lines = []
            for switch in SWITCHES:
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                first, later = measure(context.new_page(), f"http://127.0.0.1:{server.server_port}", switch)
                context.close()
                lines.append(
                    f"| {dt.date.today():%Y-%m-%d} | {switch.name} | {first:.0f} | {later:.0f} | "
                    f"{switch.limit_ms:.0f} | {naive:,.0f} | {naive / later:.0f} | {load:.1f} |\n"
                )
                print(lines[-1], end="")
            browser.close()
        server.shutdown()
        app.extensions["engine"].dispose()
    older = RESULTS.read_text("utf-8").removeprefix(HEAD) if RESULTS.exists() else ""
    RESULTS.write_text(HEAD + "".join(lines) + older, "utf-8")


def training_app(path: Path) -> Flask:
    """The service over training figures, which every level, edition and year has."""
    assets.build_assets()
    app = create_app({"DATABASE_URL": f"sqlite:///{path}"})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    db.migrate(app.extensions["engine"])
    with Session(app.extensions["engine"]) as session:
        load_training(session)
    return app


if __name__ == "__main__":
    main()
