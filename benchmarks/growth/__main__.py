"""Measure, print, write: `python -m benchmarks.growth [--units N,N,…] [--figures N,N,…] [--limit SECONDS]`.

The report is written after each size: sizes that are left out, or not reached, are extrapolated and marked so.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.growth import figures, report, series, store, units
from boundaries.imports.features import MOST_FEATURES
from indicators.ingest import load
from tests.postgres import QUICK, Server
from webapp import assets, db
from webapp.engines import open_engine

UNITS = (579, 3_321, 33_000)
FIGURES = (20_000, 100_000, 1_000_000, 10_000_000)
"""The least is what is shipped and one generated piece, so that every size has the same to show."""
ROOMY = {"shared_buffers": "'512MB'", "maintenance_work_mem": "'512MB'", "max_wal_size": "'8GB'"}
NOTES = {
    report.UNITS: "579 are the shipped communes of 2024; the others are generated, {vertices} vertices a unit, in "
    "{provinces} provinces. All come in by `flask boundaries import`, beside the shipped editions; it takes {most:,} "
    "at most, and that limit alone is lifted for more. Under `/ogc` the shipped communes are asked, beside which the "
    "imported edition has collections of its own.",
    report.FIGURES: "Generated figures beside the shipped ones: 579 communes × 10 years × 3 strata are a piece of one "
    "indicator in one edition, {indicators} indicators an edition, and ever more editions. A piece is a batch with its "
    "line in the audit. They come in by COPY; keys and indexes are made anew afterwards, which checks every row. "
    "`flask db check` is without amcheck, which no superuser has made there.",
}

Measured = dict[str, float | None]
Runs = dict[int, Measured]


def new_store(server: Server) -> str:
    """The URL of a store with the embedded tables."""
    url = server.url(server.create())
    engine = open_engine(url)
    db.migrate(engine)
    with Session(engine) as session:
        load(session)
    engine.dispose()
    return url


def measure_units(server: Server, sizes: Sequence[int], limit_s: float) -> Iterator[tuple[int, Measured]]:
    """Each size in a store of its own."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="hanoi-growth") as folder:
            settings = {"DATABASE_URL": new_store(server), "LAYERS_DIR": folder}
            yield size, units.measure(settings, Path(folder), size, limit_s)


def measure_figures(
    server: Server, sizes: Sequence[int], limit_s: float, depth: figures.Depth
) -> Iterator[tuple[int, Measured]]:
    """One store that grows from size to size."""
    url = new_store(server)
    with tempfile.TemporaryDirectory(prefix="hanoi-growth") as folder:
        settings = {"DATABASE_URL": url, "LAYERS_DIR": folder}
        for size in sizes:
            engine = open_engine(url)
            with Session(engine) as session:
                figures.grow(session, size, depth)
            engine.dispose()
            yield size, store.measure(settings, Path(folder), limit_s)


def describe(by_units: Runs, by_figures: Runs, load: float, minutes: float) -> report.Run:
    """What has been measured so far; sizes that were not are extrapolated."""
    groups = {report.UNITS: series.collect(by_units, UNITS), report.FIGURES: series.collect(by_figures, FIGURES)}
    facts = {
        "vertices": units.VERTICES,
        "provinces": units.PROVINCES,
        "most": MOST_FEATURES,
        "indicators": figures.INDICATORS,
    }
    return report.Run(groups, {title: text.format(**facts) for title, text in NOTES.items()}, load, minutes)


def _sizes(words: str) -> tuple[int, ...]:
    return tuple(sorted(int(word) for word in words.split(",") if word))


def main() -> None:
    """Run all and write the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=_sizes, default=UNITS)
    options.add_argument("--figures", type=_sizes, default=FIGURES)
    options.add_argument("--limit", type=float, default=600, help="seconds after which a command is given up")
    asked = options.parse_args()
    load_before, begun = os.getloadavg()[0], time.monotonic()
    assets.build_assets()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # gigabytes are taken away then too
    server = Server({**QUICK, **ROOMY})
    runs: dict[str, Runs] = {"units": {}, "figures": {}}
    try:
        for what, measured in (
            ("units", measure_units(server, asked.units, asked.limit)),
            ("figures", measure_figures(server, asked.figures, asked.limit, figures.Depth())),
        ):
            for size, run in measured:
                runs[what][size] = run
                minutes = (time.monotonic() - begun) / 60
                print(f"{minutes:.1f} min: {size:,} {what}: {run}", flush=True)
                report.write(describe(runs["units"], runs["figures"], load_before, minutes))
    finally:
        server.close()


if __name__ == "__main__":
    main()
