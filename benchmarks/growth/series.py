"""Measured points, the slope between them, and what is only extrapolated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

FLAT, LINEAR = 0.25, 0.75
"""Slopes up to which a cost counts as flat, and from which as linear."""


@dataclass(frozen=True)
class Point:
    """A value at a size; `extrapolated` where nobody measured it."""

    size: int
    value: float
    extrapolated: bool = False


@dataclass(frozen=True)
class Series:
    """One thing measured at several sizes; its unit is the end of its name. `unfinished` are sizes at which it did not
    end within the limit."""

    name: str
    points: tuple[Point, ...]
    unfinished: tuple[int, ...] = field(default=())

    @property
    def title(self) -> str:
        """The name without its unit."""
        return self.name.rpartition(", ")[0]

    @property
    def unit(self) -> str:
        """ms, s, kB or MB."""
        return self.name.rpartition(", ")[2]

    @property
    def measured(self) -> tuple[Point, ...]:
        """The points that were measured."""
        return tuple(point for point in self.points if not point.extrapolated)

    @property
    def slope(self) -> float | None:
        """The exponent of growth between the last two measured sizes: 0 is flat, 1 linear; None for fewer than two.

        The last two, for at small sizes fixed costs hide what grows.
        """
        return slope(self.measured)

    @property
    def kind(self) -> str:
        """The slope as a word."""
        if self.slope is None:
            return "not known"
        if self.slope < -FLAT:
            return "falling"
        return "flat" if self.slope <= FLAT else "linear" if self.slope >= LINEAR else "between"


def slope(points: Sequence[Point]) -> float | None:
    """d log(value) / d log(size) between the last two points; None for fewer."""
    if len(points) < 2:
        return None
    before, last = points[-2:]
    return math.log(last.value / before.value) / math.log(last.size / before.size)


def build(name: str, runs: dict[int, dict[str, float | None]], sizes: Sequence[int]) -> Series | None:
    """The series of a name over the runs by size; sizes that were not run, or not to the end, are extrapolated from the
    two measured ones before, a cost that fell as one that stays. None where nothing was measured."""
    found = {size: run[name] for size, run in sorted(runs.items()) if name in run}
    measured = [Point(size, value) for size, value in found.items() if value is not None]
    if not measured:
        return None
    beyond = [size for size in sorted(sizes) if size > measured[-1].size and len(measured) > 1]
    guessed = [Point(size, _extrapolate(measured, size), True) for size in beyond]
    unfinished = tuple(size for size, value in found.items() if value is None)
    return Series(name, (*measured, *guessed), unfinished)


def _extrapolate(measured: Sequence[Point], size: int) -> float:
    """The value at a size on the line through the last two points: a fixed cost, and one in proportion to the size.

    By the slope a cost that is still mostly fixed would be taken to stay so.
    """
    before, last = measured[-2:]
    each = max((last.value - before.value) / (last.size - before.size), 0)
    return last.value + each * (size - last.size)


def collect(runs: dict[int, dict[str, float | None]], sizes: Sequence[int]) -> list[Series]:
    """All series, in the order in which they were measured."""
    names = dict.fromkeys(name for run in runs.values() for name in run)
    return [series for name in names if (series := build(name, runs, sizes))]
