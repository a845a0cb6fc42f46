"""What a page costs that nobody has asked for yet: CPU seconds of its first answer over training figures.

Each page is asked for in a process of its own, forked from one that has read the places and the catalogue and nothing
else, and whose memory the collector of garbage leaves alone as in the service (`webapp/gunicorn_conf.py`); seconds of
the processor, so that other work on the machine counts little. Run with `make bench`; the demand is 0.4 s. Writes
benchmarks/COLD.md.
"""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

from flask import Flask

from benchmarks.switches import training_app
from webapp.settings import ROOT

RESULTS = ROOT / "benchmarks/COLD.md"
ROUNDS = 5
LIMIT = 0.4
HEAD = f"""# Cold pages

Written by `make bench`; newest first. CPU seconds of the first answer of a process over training figures, the least of
{ROUNDS}; at most {LIMIT} are allowed. *Load* is what the machine had to do before the run.

| date | page | seconds | load |
|---|---|---|---|
"""
PAGES = (
    "/map/ntm_title?edition=2024&level=commune",
    "/two-maps",
    "/compare?areas=2024:274,2024:268,2024:250,2024:017",
    "/compare?areas=2024:09859,2024:09889",
    "/areas/2024/01",
    "/areas/2024/274",
    "/areas/2024/09859",
    "/areas/2025-07/09877",
    "/matrix",
    "/matrix?edition=2024&level=commune&parent=274",
    "/matrix?edition=2025-07&level=commune",
    "/board",
    "/resolution",
    "/ntm",
    "/upgrades",
    "/indicators",
    "/indicators/clean_water_household_rate",
    "/changes",
    "/sources",
    "/embed/map/ntm_title",
)


def first_answer(app: Flask, path: str) -> float:
    """CPU seconds of the answer to a page, which must be one; in a fork, so that nothing is kept for the next."""
    with multiprocessing.get_context("fork").Pool(1, initializer=_serve, initargs=(app,)) as pool:
        return pool.apply(_answer, (path,))


_served: list[Flask] = []


def _serve(app: Flask) -> None:
    _served.append(app)


def _answer(path: str) -> float:
    client, start = _served[0].test_client(), time.process_time()
    status = client.get(path, headers={"Accept": "text/html"}).status_code
    if status != 200:
        raise RuntimeError(f"{path} was answered with {status}; nothing was measured.")
    return time.process_time() - start


def main() -> None:
    """Measure, print, and write down."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        app = training_app(Path(folder) / "demo.db")
        app.test_client().get("/about")
        gc.collect()
        gc.freeze()
        rounds = [[first_answer(app, path) for path in PAGES] for _round in range(ROUNDS)]
        app.extensions["engine"].dispose()
    lines = [
        f"| {dt.date.today():%Y-%m-%d} | `{path}` | {min(seconds):.2f} | {load:.1f} |\n"
        for path, *seconds in zip(PAGES, *rounds, strict=True)
    ]
    print(*lines, sep="", end="")
    older = RESULTS.read_text("utf-8").removeprefix(HEAD) if RESULTS.exists() else ""
    RESULTS.write_text(HEAD + "".join(lines) + older, "utf-8")


if __name__ == "__main__":
    main()
