"""How long files take to make, with shapes projected already: median, quickest and slowest of so many rounds in turn.

The aims of the design are 150 ms for a picture of the map on screen, 100 ms for a workbook of 579 areas, and 3 s for
63,000 figures at a memory that does not grow with their number. Run with `make bench`.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.everything import FORMS, SIZES, fill, run
from benchmarks.page import measure
from webapp import create_app
from webapp.exports import EXPORTERS

ROUNDS, FEW = 9, 3
COMMUNES = "indicator=ntm_title&edition=2024&level=commune"
DISTRICTS = "indicator=population&edition=2024&level=district"
AIMS = {"map.png": 150, "values.xlsx": 100}
"""Milliseconds."""


def fresh(client: FlaskClient, path: str) -> Callable[[], None]:
    """A request whose answer is not in the cache."""

    def ask() -> None:
        client.application.extensions["answers"]._answers.clear()
        if client.get(path).status_code != 200:
            raise SystemExit(f"{path} does not answer.")

    return ask


def main() -> None:
    """Measure and print."""
    print_maps()
    print_everything()


def print_maps() -> None:
    """Files of one map."""
    client = create_app().test_client()
    names = [name for name in EXPORTERS if name.startswith(("values.", "map."))]
    paths = {name: [f"/download/{name}?{query}" for query in (COMMUNES, DISTRICTS)] for name in names}
    paths["map.png, A4 at 300 dpi"] = [f"{path}&size=a4" for path in paths["map.png"]]
    paths["map.png, A3 at 300 dpi"] = [f"{path}&size=a3" for path in paths["map.png"]]
    tasks = {(name, at): fresh(client, path) for name, pair in paths.items() for at, path in enumerate(pair)}
    measure(1, *tasks.values())
    times = dict(zip(tasks, measure(ROUNDS, *tasks.values()), strict=True))
    print(f"Files made anew, shapes warm; median of {ROUNDS} interleaved rounds (quickest–slowest)\n")
    print(f"{'':<24}{'579 communes':>28}{'30 districts':>28}{'aim':>10}{'bytes':>12}")
    for name, pair in paths.items():
        rows = [times[name, at] for at in (0, 1)]
        cells = [f"{statistics.median(row):.0f} ms ({min(row):.0f}–{max(row):.0f})" for row in rows]
        aim = f"{AIMS[name]} ms" if name in AIMS else ""
        print(f"{name:<24}{cells[0]:>28}{cells[1]:>28}{aim:>10}{len(client.get(pair[0]).data):>12,}")


def print_everything() -> None:
    """Files of many figures, each made in a process of its own."""
    print(f"\nFigures of a full store, training data; median of {FEW} processes (quickest–slowest)\n")
    print(f"{'':<12}{'figures':>12}{'rows':>12}{'seconds':>24}{'peak MB':>10}{'bytes':>14}")
    with tempfile.TemporaryDirectory(prefix="hanoi-everything") as folder:
        url = fill(Path(folder) / "store.db", max(SIZES))
        for form in FORMS:
            for size in (0, *SIZES):
                runs = [run(url, form, size) for _round in range(FEW)]
                times, last = [each["seconds"] for each in runs], runs[-1]
                took = f"{statistics.median(times):.1f} ({min(times):.1f}–{max(times):.1f})"
                peak = max(each["peak"] for each in runs)
                print(f"{form:<12}{last['figures']:>12,}{last['rows']:>12,}{took:>24}{peak:>10.0f}{last['bytes']:>14,}")


if __name__ == "__main__":
    main()
