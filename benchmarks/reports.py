"""Reports: one of each kind with everything warm but the report itself, and whole levels. Run with `make bench`."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask

from webapp import create_app
from webapp.db import snapshot
from webapp.exports import exporters_of
from webapp.reports.area import build_area_report
from webapp.reports.batch import Batch, build_files, write_archive
from webapp.reports.city import build_city_report
from webapp.reports.model import Report

LIMITS_S = {"district": 30.0, "commune": 120.0}
SAMPLE = 12
"""Districts of which one report each is made: a report made twice comes out of the cache of typst."""


RESULTS = Path(__file__).with_name("REPORTS.md")
HEAD = """# Reports, measured

Written by `python -m benchmarks.reports`, part of `make bench`; newest first. One report: the median of those of
several districts, none made before; the first has the start of typst in it. Allowed on two cores that do nothing else:
300 ms for the PDF of an area, 30 s for 30 districts and 120 s for 126 communes.

| day | what | taken | allowed | load before |
|---|---|---|---|---|
"""


def main() -> None:
    """Measure, print, and write down."""
    load, lines = os.getloadavg()[0], []
    for what, taken, allowed in measure():
        lines.append(f"| {dt.date.today():%Y-%m-%d} | {what} | {taken} | {allowed} | {load:.1f} |\n")
        print(lines[-1], end="")
    older = RESULTS.read_text("utf-8").removeprefix(HEAD) if RESULTS.exists() else ""
    RESULTS.write_text(HEAD + "".join(lines) + older, "utf-8")


def measure() -> Iterator[tuple[str, str, str]]:
    """What was measured, what it took, and what is allowed."""
    app = create_app()
    with app.test_request_context("/"):
        areas = snapshot().places.at("2024", "district")[:SAMPLE]
        for name, exporter in exporters_of("area").items():
            times = [_ms(exporter.write, build_area_report, snapshot(), area) for area in areas]
            taken = f"{statistics.median(times[1:]):.0f} ms, first {times[0]:.0f} ms"
            yield name, taken, "300 ms" if name == "area.pdf" else ""
        for name, exporter in exporters_of("city").items():
            yield name, f"{_ms(exporter.write, build_city_report, snapshot()):.0f} ms", ""
    for edition, level in (("2024", "district"), ("2025-07", "commune")):
        seconds, files = _batch(app, edition, level)
        yield f"{files} reports of {level} {edition} as PDF", f"{seconds:.1f} s", f"{LIMITS_S[level]:.0f} s"


def _ms(write: Callable[[Report], bytes], build: Callable[..., Report], *asked: object) -> float:
    start = time.perf_counter()
    write(build(*asked))
    return (time.perf_counter() - start) * 1000


def _batch(app: Flask, edition: str, level: str) -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as folder, app.test_request_context("/"):
        start = time.perf_counter()
        batch = Batch.planned(snapshot(), edition, level, ["pdf"], Path(folder))
        files = len(list(build_files(batch)))
        write_archive(batch)
        return time.perf_counter() - start, files


if __name__ == "__main__":
    main()
