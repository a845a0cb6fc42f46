"""GROWTH.md: what was measured at each size, the slope, and why it is what it is. Nothing here knows the outcome."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.growth.asking import ROUNDS
from benchmarks.growth.plot import draw, short
from benchmarks.growth.series import FLAT, LINEAR, Series
from benchmarks.peers.results import processor

FOLDER = Path(__file__).parent.parent
RESULTS, PLOT = FOLDER / "GROWTH.md", FOLDER / "growth.svg"

UNITS, FIGURES = "With more units", "With more figures in PostgreSQL"

WHY = {
    UNITS: {
        "import": "Every unit is checked, generalised, encoded and written.",
        "first map page after an import": "The process reads places and catalogue anew, all units among them.",
        "opening map page": "Above 1,000 units it opens with the provinces; the switches look at the store as a whole.",
        "map page of a part": "579 units are one part; a country is cut by province, so a part of 33,000 in 34 "
        "provinces has ten times the units of one of 3,321. Class limits are those of all units of the edition.",
        "map page from the cache": "Ready bytes, by one key.",
        "layer of a part": "The lines of the units shown, no others.",
        "values of all units": "The answer lists all units.",
        "OGC page of 100 shipped units": "A hundred features whatever else the store holds.",
        "OGC shipped unit at a point": "A tree of bounding boxes.",
        "search": "Names are looked at one by one; the index is of all editions.",
        "unit at a point in PostGIS": "One descent in the GiST index.",
        "process": "All units of all editions are held by each process.",
    },
    FIGURES: {
        "first map page after an import": "The process reads places and catalogue anew, with the counts that batches "
        "keep; more editions have more of each.",
        "map page": "One piece of one indicator, found by an index.",
        "map page from the cache": "Ready bytes, by one key.",
        "values as JSON": "As the map page.",
        "page of an area": "The figures of one area in all indicators, and the rank of each.",
        "origin of a figure": "One area and indicator, found by an index.",
        "page of a batch": "What one batch brought.",
        "list of sources": "Every source with the number of its figures, from counts that batches keep.",
        "process": "What the process holds of the catalogue, and answers.",
        "store": "Every figure is stored once, and in each index.",
        "import of 579 rows": "Figures of its indicator in its edition are read and compared; the range over all "
        "editions is counted by an index.",
        "its undoing": "The rows of one batch.",
        "flask db check": "It reads every figure and compares the hashes of all; in memory is one batch at a time.",
    },
}
"""Why a cost grows as it does, by the title of what is measured."""

HEAD = """# How cost grows

Written by `python -m benchmarks.growth`. {date}; {cores} cores, {processor}; load before the run {load:.1f}; the run
took {minutes:.0f} minutes. PostgreSQL 15 and PostGIS 3 on the same machine, without waiting for the disk (`fsync` off).

*Slope* is the exponent of growth between the last two sizes that were measured: 0 is flat, 1 linear. Up to {flat:g} it
counts as flat, from {linear:g} as linear. **≈ … extrapolated** was not measured: it lies on the line through the last
two that were, as a fixed cost and one in proportion to the size; what fell is taken to stay. Times in ms are the
quickest of {rounds} answers that are built anew, in one process without a network; kB are as sent, compressed; MB of a
process are the most that it held (`benchmarks/peak.py`).

![Cost by size](growth.svg)
"""


@dataclass(frozen=True)
class Run:
    """The series of each group, and the circumstances."""

    groups: Mapping[str, Sequence[Series]]
    notes: Mapping[str, str]
    load: float
    minutes: float


def render(run: Run) -> str:
    """The whole document."""
    parts = [HEAD.format(date=dt.date.today(), cores=os.cpu_count(), processor=processor(), load=run.load,
                         minutes=run.minutes, flat=FLAT, linear=LINEAR, rounds=ROUNDS)]  # fmt: skip
    for title, found in run.groups.items():
        parts += [f"## {title}\n", f"{run.notes[title]}\n", *_table(title, found), ""]
    return "\n".join(parts)


def _table(group: str, found: Sequence[Series]) -> list[str]:
    sizes = sorted({point.size for each in found for point in each.points} | {
        size for each in found for size in each.unfinished
    })  # fmt: skip
    heads = ["", *(f"{size:,}" for size in sizes), "slope", "", "why"]
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(sizes) + 1) + "---|---|"]
    for series in found:
        cells = " | ".join(_cell(series, size) for size in sizes)
        slope = "–" if series.slope is None else f"{series.slope:.2f}"
        why = WHY[group].get(series.title, "")
        lines.append(f"| {series.title}, {series.unit} | {cells} | {slope} | {series.kind} | {why} |")
    return lines


def _cell(series: Series, size: int) -> str:
    point = next((point for point in series.points if point.size == size), None)
    late = "not ended in time, " if size in series.unfinished else ""
    if point is None:
        return f"{late or 'not measured'}".rstrip(", ")
    return f"{late}**≈ {short(point.value)} extrapolated**" if point.extrapolated else short(point.value)


def write(run: Run) -> None:
    """Both files."""
    RESULTS.write_text(render(run), "utf-8")
    PLOT.write_text(draw(run.groups), "utf-8")
