"""Reports: one of each kind with everything warm but the report itself, and whole levels. Run with `make bench`."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
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


def main() -> None:
    app = create_app()
    with app.test_request_context("/"):
        areas = snapshot().places.at("2024", "district")[:SAMPLE]
        for name, exporter in exporters_of("area").items():
            times = [_ms(exporter.write, build_area_report, snapshot(), area) for area in areas]
            print(f"{name:<10} median {statistics.median(times[1:]):6.0f} ms, first {times[0]:6.0f} ms")
        for name, exporter in exporters_of("city").items():
            print(f"{name:<10} {_ms(exporter.write, build_city_report, snapshot()):6.0f} ms")
    for edition, level in (("2024", "district"), ("2025-07", "commune")):
        seconds, files = _batch(app, edition, level)
        print(f"{files} reports of {level} {edition} as PDF: {seconds:.1f} s (at most {LIMITS_S[level]:.0f})")


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
