"""Points become figures of units: households of a register counted, or summed, in the unit that each lies in.

A point whose numerator or denominator is unknown is left out of both, so that the two speak of the same points; a point
outside all units is in neither. How many there were of each, and how many are so near a line that the geometry cannot
tell their unit, travels with every figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.errors import DomainError
from geo.locate import NOWHERE, Locator
from indicators.expressions import Kind, Measure
from indicators.pointfiles import Batch, read_batches

THREADS = 2
TOO_LARGE = "the sum of a unit is larger than any number that can be kept. Sum a smaller unit of measure."
AHEAD = 2  # batches in hand beyond those being worked on: memory stays flat
Floats = NDArray[np.float64]
Counts = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Question:
    """What is asked of a file of points: the columns of the coordinates (degrees), and what is counted or summed."""

    lon: str
    lat: str
    numerator: Measure
    denominator: Measure | None = None

    def columns(self) -> dict[str, Kind]:
        """Columns to read. Raises DomainError where the coordinates are compared with text, or one with two kinds."""
        kinds: dict[str, Kind] = {self.lon: "number", self.lat: "number"}
        measures = [measure for measure in (self.numerator, self.denominator) if measure]
        for measure in measures:
            for name, kind in measure.columns.items():
                if name not in measure.tested and kinds.setdefault(name, kind) != kind:
                    raise DomainError(f"Column {name!r} is used as text and as a number. Use it as one of them.")
        tested: dict[str, Kind] = {name: "text" for measure in measures for name in measure.tested}
        return tested | kinds


class Weighed(NamedTuple):
    """Points of a batch: coordinates in degrees, and what each adds to numerator and denominator; NaN is unknown."""

    lon: Floats
    lat: Floats
    upper: Floats
    lower: Floats

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Which points have coordinates."""
        return np.isfinite(self.lon) & np.isfinite(self.lat)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which points count: both of their numbers are known."""
        return np.isfinite(self.upper) & np.isfinite(self.lower)


@dataclass
class Tally:
    """Sums by unit, in the order of `codes`, and counts of points that are in none of them.

    `points` were taken in each unit, `near` of them nearer to a line than the tolerance. Of the rest, `unplaced` have
    no coordinates, `outside` lie in no unit (`outside_near` of them near a line), `unknown` lack numerator or
    denominator; `swapped` would lie in the layer's box with their coordinates exchanged.
    """

    codes: list[str]
    rows: int = 0
    unplaced: int = 0
    outside: int = 0
    outside_near: int = 0
    unknown: int = 0
    swapped: int = 0
    numerator: Floats = field(default_factory=lambda: np.zeros(0))
    denominator: Floats = field(default_factory=lambda: np.zeros(0))
    points: Counts = field(default_factory=lambda: np.zeros(0, np.int64))
    near: Counts = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        self.numerator, self.denominator = np.zeros(len(self.codes)), np.zeros(len(self.codes))
        self.points, self.near = np.zeros(len(self.codes), np.int64), np.zeros(len(self.codes), np.int64)

    def add(self, other: Tally) -> None:
        """Take in the tally of another batch; called in the order of the file, so that sums are the same each time."""
        for name in ("rows", "unplaced", "outside", "outside_near", "unknown", "swapped", "numerator", "denominator",
                     "points", "near"):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))


def tally_points(
    path: Path,
    question: Question,
    shapes: gpd.GeoDataFrame,
    tolerance_m: float,
    metric: str,
    progress: Callable[[float], None] = lambda _read: None,
) -> Tally:
    """Count and sum the points of a file in the units of a layer (`code`, geometry in degrees).

    `progress` is told how much of the file is read, from 0 to 1. Two threads work, since GEOS and Arrow let go of
    Python's lock. Raises: DomainError as `read_batches` and `check_hits` do.
    """
    locator, codes = Locator(shapes, tolerance_m, metric), list(shapes["code"])
    total, bounds = Tally(codes), shapes.total_bounds

    def work(batch: Batch) -> tuple[Tally, float]:
        return _tally_batch(batch, question, locator, codes, bounds), batch.read

    for part, read in _in_order(work, read_batches(path, question.columns())):
        total.add(part)
        progress(read)
    check_hits(path.name, total)
    return total


def hash_stream(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _in_order(work: Callable[[Batch], tuple[Tally, float]], batches: Iterable[Batch]) -> Iterator[tuple[Tally, float]]:
    """Results in the order of the batches, of which only a few are in hand at a time."""
    source = iter(batches)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: list[Future[tuple[Tally, float]]] = [
            pool.submit(work, one) for one in islice(source, THREADS + AHEAD - 1)
        ]
        while waiting:
            waiting.extend(pool.submit(work, batch) for batch in islice(source, 1))
            yield waiting.pop(0).result()


def weigh(batch: Batch, question: Question) -> Weighed:
    """Where the points of a batch are and what they add; the same for whatever engine counts them."""
    upper = _numbers(question.numerator.contributions(batch.columns, batch.rows))
    lower = 0 * upper
    if question.denominator:
        lower = _numbers(question.denominator.contributions(batch.columns, batch.rows))
    lon, lat = (_numbers(batch.columns[name]) for name in (question.lon, question.lat))
    return Weighed(lon, lat, upper, lower)


def tally_unplaced(codes: list[str], points: Weighed, bounds: Floats) -> Tally:
    """A tally of what needs no units: rows, points without coordinates, and those with the two exchanged."""
    west, south, east, north = bounds
    lon, lat = points.lon, points.lat
    tally = Tally(codes, rows=len(lon))
    tally.unplaced = int((~points.placed).sum())
    tally.swapped = int(((lon >= south) & (lon <= north) & (lat >= west) & (lat <= east)).sum())
    return tally


def _tally_batch(batch: Batch, question: Question, locator: Locator, codes: list[str], bounds: Floats) -> Tally:
    points = weigh(batch, question)
    tally, size = tally_unplaced(codes, points, bounds), len(codes)
    units, near = locator.locate(points.lon, points.lat)
    inside = units != NOWHERE
    outside, taken = points.placed & ~inside, points.known & inside
    tally.outside, tally.outside_near = int(outside.sum()), int((outside & near).sum())
    tally.unknown = int((inside & ~points.known).sum())
    tally.numerator = np.bincount(units[taken], points.upper[taken], size).astype(float)
    tally.denominator = np.bincount(units[taken], points.lower[taken], size).astype(float)
    tally.points = np.bincount(units[taken], minlength=size)
    tally.near = np.bincount(units[taken & near], minlength=size)
    return tally


def _numbers(column: Any) -> Floats:
    """An Arrow array as floats, nulls as NaN."""
    numbers: Floats = column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
    return numbers


def check_hits(file: str, total: Tally) -> None:
    """Raises DomainError if no point lies in any unit, or a sum is past the greatest number there is."""
    if not (np.isfinite(total.numerator).all() and np.isfinite(total.denominator).all()):
        raise DomainError(f"{file}: {TOO_LARGE}")
    if total.points.any() or total.unknown:
        return
    swapped = f" {total.swapped} would with the two swapped: exchange --lon and --lat." if total.swapped else ""
    raise DomainError(
        f"{file}: of {total.rows} points none lies in a unit, {total.unplaced} have no coordinates.{swapped} "
        "Coordinates are degrees of WGS 84, as 105.85 and 21.03."
    )
