"""Points into the 579 communes of the 2024 edition: time and greatest memory of `tally_points`, for CSV and Parquet.

Each measurement runs in a process of its own, so that its memory is its own. `python -m benchmarks.points` takes two
million points, `python -m benchmarks.points 20_000_000` as many as one likes, to show that memory stays flat. Results
are written, dated, to benchmarks/POINTS.md.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from benchmarks.peak import peak_memory
from boundaries.layers import METRIC_CRS, TOLERANCE_M, object_name, read_layer
from indicators.expressions import parse
from indicators.points import Question, hash_stream, tally_points

POINTS = 2_000_000
CHUNK = 1_000_000
RESULTS = Path(__file__).with_name("POINTS.md")
HEAD = """# Points into units, measured

Written by `python -m benchmarks.points`; newest first. Allowed: 5 s and 600 MB for two million points on two cores that
do nothing else; 600 MB for any number.

| day | file | points | file, MB | seconds | MB at most | load before |
|---|---|---|---|---|---|---|
"""
EDITION, LEVEL = "2024", "commune"
QUESTION = ("kind = 'household' and poor = 1", "kind = 'household'")


def write_points(folder: Path, points: int, seed: int = 31) -> list[Path]:
    """A register of made-up households in the box of the city, as CSV and as Parquet, written piece by piece."""
    west, south, east, north = read_layer(object_name(EDITION, LEVEL)).total_bounds
    random, paths = np.random.default_rng(seed), [folder / "register.csv", folder / "register.parquet"]
    schema = pa.schema([("lon", pa.float64()), ("lat", pa.float64()), ("poor", pa.int64()), ("kind", pa.string())])
    with arrow_csv.CSVWriter(paths[0], schema) as text, parquet.ParquetWriter(paths[1], schema) as columns:
        for start in range(0, points, CHUNK):
            size = min(CHUNK, points - start)
            kinds = np.array(["household", "firm"], dtype=object)[random.integers(0, 2, size)]
            lon, lat = random.uniform(west, east, size).round(6), random.uniform(south, north, size).round(6)
            table = pa.table([lon, lat, random.integers(0, 2, size), kinds], schema=schema)
            text.write_table(table)
            columns.write_table(table)
    return paths


def measure(path: Path) -> tuple[float, float, int]:
    """Seconds, megabytes at most, and rows of one run over a file; the layer's reading and the hash count too."""
    start = time.perf_counter()
    question = Question("lon", "lat", parse(QUESTION[0]), parse(QUESTION[1]))
    tally = tally_points(path, question, read_layer(object_name(EDITION, LEVEL)), TOLERANCE_M, METRIC_CRS)
    hash_stream(path)
    seconds = time.perf_counter() - start
    return seconds, peak_memory(), tally.rows


def measure_apart(path: Path) -> tuple[float, float, int]:
    """The same in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (path,))


def main() -> None:
    """Measure, print, and write down."""
    points, load, lines = int(sys.argv[1]) if len(sys.argv) > 1 else POINTS, os.getloadavg()[0], []
    with tempfile.TemporaryDirectory() as folder:
        for path in write_points(Path(folder), points):
            seconds, megabytes, rows = measure_apart(path)
            size = path.stat().st_size / 1e6
            lines.append(
                f"| {dt.date.today():%Y-%m-%d} | {path.suffix[1:]} | {rows:,} | {size:,.0f} | {seconds:.1f} | "
                f"{megabytes:,.0f} | {load:.1f} |\n"
            )
            print(lines[-1], end="")
    older = RESULTS.read_text("utf-8").removeprefix(HEAD) if RESULTS.exists() else ""
    RESULTS.write_text(HEAD + "".join(lines) + older, "utf-8")


if __name__ == "__main__":
    main()
