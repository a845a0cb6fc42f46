"""Measure, print, write: `python -m benchmarks.growth [--units N,N,…] [--figures N,N,…] [--limit SECONDS]`.

Sizes that are left out are extrapolated, and marked so.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.growth import figures, report, series, store, units
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
    "{provinces} provinces. All come in by `flask boundaries import`, beside the shipped editions. An imported edition "
    "has no collection under `/ogc`; those of the shipped ones are asked.",
    report.FIGURES: "Generated figures beside the shipped ones: 579 communes × 10 years × 3 strata are a piece of one "
    "indicator in one edition, {indicators} indicators an edition, and ever more editions. A piece is a batch with its "
    "line in the audit. They come in by COPY; keys and indexes are made anew afterwards, which checks every row.",
}

Runs = dict[int, dict[str, float | None]]


def new_store(server: Server) -> str:
    """The URL of a store with the embedded tables."""
    url = server.url(server.create())
    engine = open_engine(url)
    db.migrate(engine)
    with Session(engine) as session:
        load(session)
    engine.dispose()
    return url


def measure_units(server: Server, sizes: Sequence[int], limit_s: float) -> Runs:
    """Each size in a store of its own."""
    runs: Runs = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="hanoi-growth") as folder:
            settings = {"DATABASE_URL": new_store(server), "LAYERS_DIR": folder}
            runs[size] = units.measure(settings, Path(folder), size, limit_s)
            _print(size, "units", runs[size])
    return runs


def measure_figures(server: Server, sizes: Sequence[int], limit_s: float, depth: figures.Depth) -> Runs:
    """One store that grows from size to size."""
    runs: Runs = {}
    url = new_store(server)
    with tempfile.TemporaryDirectory(prefix="hanoi-growth") as folder:
        settings = {"DATABASE_URL": url, "LAYERS_DIR": folder}
        for size in sizes:
            engine = open_engine(url)
            with Session(engine) as session:
                figures.grow(session, size, depth)
            engine.dispose()
            runs[size] = store.measure(settings, Path(folder), limit_s)
            _print(size, "figures", runs[size])
    return runs


def _print(size: int, what: str, run: dict[str, float | None]) -> None:
    print(f"{size:,} {what}", flush=True)
    for name, value in run.items():
        print(f"  {name}: {'not ended in time' if value is None else f'{value:,.2f}'}", flush=True)


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
    server = Server({**QUICK, **ROOMY})
    try:
        by_units = measure_units(server, asked.units, asked.limit)
        by_figures = measure_figures(server, asked.figures, asked.limit, figures.Depth())
    finally:
        server.close()
    groups = {report.UNITS: series.collect(by_units, UNITS), report.FIGURES: series.collect(by_figures, FIGURES)}
    facts = {"vertices": units.VERTICES, "provinces": units.PROVINCES, "indicators": figures.INDICATORS}
    notes = {title: text.format(**facts) for title, text in NOTES.items()}
    report.write(report.Run(groups, notes, load_before, (time.monotonic() - begun) / 60))


if __name__ == "__main__":
    main()
