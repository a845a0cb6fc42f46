"""The report: medians and spread, each target with what was measured, and a plot. Nothing here knows the outcome."""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.memory import PATHS
from webapp.settings import ROOT

if TYPE_CHECKING:
    from benchmarks.memory import Measured
    from benchmarks.peers.__main__ import Subject
    from benchmarks.peers.importing import UnderImport

RESULTS = ROOT / "benchmarks/RESULTS.md"
PLOT = ROOT / "benchmarks/results.svg"
OPERATIONS = {
    "page": "The map page of 579 communes",
    "values": "The figures of one indicator",
    "items": "All 579 communes as GeoJSON",
}
OWN, FRONT, NAIVE = "this service", "nginx before it", "naive Flask"
HEAD = """# Speed beside peers

Written by `python -m benchmarks.peers`. Each number is the median of interleaved bursts of wrk, with lowest and highest
behind it; the load generator runs on the same machine. All serve the same lines at the same precision, uncompressed,
with {workers} workers each. *On the wire* is what a browser is sent, which asks for compression.

{date}; {cores} cores, {processor}; load before the run {load:.1f}; {rounds} rounds; {network}.

![Requests per second](results.svg)
"""
NOTES = """
The page leaves the lines to a file of their own that is fetched once and never again: {lines:,} bytes on the wire.
The page of naive Folium holds them and is sent anew at every choice; it leaves its scripts to hosts elsewhere.

During {imports} imports of 579 figures the 99th percentile of the figures was {during:.2f} ms where they ran as
docs/operations.md has them run, with the weight `idle`, and {shell:.2f} ms from a shell; without one {idle:.2f} ms.
wrk counts the requests that a stalled connection would have made, so that a stall is not hidden by the wait for it.

The cold start took {cpu:.2f} s of processors. Memory is read once each worker has answered {pages} pages and files of
the API in brotli: {own} MB of the master and its workers, and {files:.0f} MB of libraries' files, counted whole.
"""


@dataclass(frozen=True)
class Run:
    """What one run measured: subjects with their bursts, peers that were not there and why, and the service's own."""

    found: Sequence[Subject]
    absent: Sequence[str]
    under_import: UnderImport
    alone: Measured
    load_before: float
    network: str

    def find(self, operation: str, name: str, path: str = "") -> Subject | None:
        """The subject of a server; `path` tells two of one server apart."""
        hits = (item for item in self.found if (item.operation, item.server.name) == (operation, name))
        return next((item for item in hits if item.path.startswith(path)), None)

    def rate(self, operation: str, name: str = OWN, path: str = "") -> float | None:
        """Requests per second, or None where it was not measured."""
        subject = self.find(operation, name, path)
        return median_rate(subject) if subject else None

    def times(self, operation: str, ours: str, theirs: str, path: str = "") -> float | None:
        """How many times their rate ours reaches; None where one of them was not measured."""
        one, other = self.rate(operation, ours), self.rate(operation, theirs, path)
        return one / other if one and other else None


@dataclass(frozen=True)
class Target:
    """A figure to reach: what was measured (None where it could not be), and whether more or less is better."""

    text: str
    measured: float | None
    limit: float
    at_least: bool = True

    @property
    def verdict(self) -> str:
        """Met, not met, or not measured."""
        if self.measured is None:
            return "not measured"
        met = self.measured >= self.limit if self.at_least else self.measured <= self.limit
        return "met" if met else "**not met**"

    def row(self) -> str:
        """The target as a row of a table."""
        measured = "–" if self.measured is None else f"{self.measured:,.4g}"
        return f"| {self.text} | {'≥' if self.at_least else '≤'} {self.limit:,g} | {measured} | {self.verdict} |"


def median_rate(subject: Subject) -> float:
    """Requests per second in the middle burst."""
    return statistics.median(item.rate for item in subject.bursts)


def targets(run: Run) -> list[Target]:
    """Every target of the service's speed, with what this run measured."""
    page, naive = run.find("page", OWN), run.find("page", NAIVE, "/choropleth")
    share = page.wire / naive.wire if page and naive else None
    rows = [
        Target("map page: times the rate of naive Folium", run.times("page", OWN, NAIVE, "/choropleth"), 200),
        Target("map page: share of naive Folium's bytes on the wire", share, 1 / 50, at_least=False),
        Target("figures: times the rate of Datasette", run.times("values", OWN, "Datasette"), 10),
        Target("all features: times the rate of tipg", run.times("items", OWN, "tipg"), 10),
        Target("all features: times the rate of pygeoapi", run.times("items", OWN, "pygeoapi"), 10),
        Target("all features: times the rate of Datasette", run.times("items", OWN, "Datasette"), 3),
    ]
    for operation in OPERATIONS:
        rows += [
            Target(f"{operation}: answers a second from Flask itself", run.rate(operation), 1000),
            Target(
                f"{operation}: share of the ceiling behind nginx", run.times(operation, FRONT, "nginx, files"), 1 / 2
            ),
        ]
    slower = run.under_import.during_ms / run.under_import.idle_ms
    return [
        *rows,
        Target("99th percentile during an import: times that of an idle service", slower, 2, at_least=False),
        Target("cold start to the first page, in seconds", run.alone.cold_s, 3, at_least=False),
        Target("proportional memory of 3 workers and their master, in MB", run.alone.total_mb, 250, at_least=False),
    ]


def write(run: Run, lines_on_wire: int, workers: int) -> None:
    """Write RESULTS.md and the plot."""
    head = HEAD.format(
        workers=workers,
        date=dt.date.today(),
        cores=os.cpu_count(),
        processor=processor(),
        load=run.load_before,
        network=run.network,
        rounds=len(run.found[0].bursts),
    )
    parts = [head, "## Targets\n", "| target | to reach | measured | |", "|---|---|---|---|"]
    parts += [target.row() for target in targets(run)]
    for operation, title in OPERATIONS.items():
        parts += [
            f"\n## {title}\n",
            "| server | requests/s | spread | p50 ms | p99 ms | bytes | on the wire | same work | failed |",
        ]
        parts += ["|---|---|---|---|---|---|---|---|---|"]
        parts += [row(item) for item in run.found if item.operation == operation]
    felt = run.under_import
    parts.append(
        NOTES.format(
            lines=lines_on_wire,
            imports=felt.imports,
            during=felt.during_ms,
            shell=felt.shell_ms,
            idle=felt.idle_ms,
            cpu=run.alone.cpu_s,
            pages=len(PATHS),
            own=" + ".join(f"{size:.0f}" for size in run.alone.own_mb),
            files=run.alone.files_mb,
        )
    )
    if run.absent:
        parts += ["Not measured:\n", *(f"- {reason}" for reason in run.absent), ""]
    RESULTS.write_text("\n".join(parts), "utf-8")
    PLOT.write_text(plot(run.found), "utf-8")


def processor() -> str:
    """The name of the machine's processor."""
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def row(item: Subject) -> str:
    """One server's row."""
    rates = [burst.rate for burst in item.bursts]
    p50, p99 = (statistics.median(getattr(burst, name) for burst in item.bursts) for name in ("p50_ms", "p99_ms"))
    cells = (
        f"{item.server.name} `{item.path.split('?')[0]}`",
        f"{statistics.median(rates):,.1f}",
        f"{min(rates):,.1f} – {max(rates):,.1f}",
        f"{p50:.2f}",
        f"{p99:.2f}",
        f"{item.size:,}",
        f"{item.wire:,}",
        item.difference or "yes",
        str(sum(burst.failed for burst in item.bursts)),
    )
    return f"| {' | '.join(cells)} |"


def plot(found: Sequence[Subject]) -> str:
    """Bars of requests per second on a logarithmic scale, one group for each operation."""
    marks: list[str] = []
    y, left, decade = 18, 250, 75
    for operation, title in OPERATIONS.items():
        marks.append(f'<text x="0" y="{y}" font-weight="600">{title}</text>')
        group = [item for item in found if item.operation == operation]
        for item in sorted(group, key=median_rate, reverse=True):
            y += 22
            marks += bar(item, y, left, decade)
        y += 34
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {y}" role="img"'
    style = ' font-family="sans-serif" font-size="13">'
    return "\n".join([head + style, "<title>Requests per second, logarithmic scale</title>", *marks, "</svg>\n"])


def bar(item: Subject, y: int, left: int, decade: int) -> list[str]:
    """The name, bar and number of one server; `decade` is the width of a tenfold rate."""
    rate = median_rate(item)
    width = max(1.0, decade * math.log10(max(rate, 1)))
    colour = "#17604a" if item.server.name in (OWN, FRONT) else "#9aa5a1"
    name = escape(f"{item.server.name} {item.path}" if item.server.name == NAIVE else item.server.name)
    return [
        f'<text x="{left - 8}" y="{y}" text-anchor="end">{name}</text>',
        f'<rect x="{left}" y="{y - 12}" width="{width:.1f}" height="15" fill="{colour}"/>',
        f'<text x="{left + width + 6:.1f}" y="{y}">{rate:,.{0 if rate >= 10 else 1}f}/s</text>',
    ]
