"""Intervals of numbers: the values that a published figure may stand for, and the values that a goal counts as met.

Bounds are decimals, not binary floats, because judging happens at the bounds: in binary 2.2 − 2.3 is
−0.09999999999999964, which is not a fall of 0.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

Number = float | int | Decimal
INFINITY = Decimal("Infinity")
QUALIFIERS = ("", "ge", "gt", "le", "lt", "approx", "range")


def exact(value: Number) -> Decimal:
    """The number to twelve significant digits: finer than any printed figure, coarse enough to drop binary noise.

    Raises: ValueError if the value is not a number (NaN): a missing figure has a reason, not a value.
    """
    if isinstance(value, Decimal):
        return value
    if math.isnan(value):
        raise ValueError("NaN is no figure; pass a missing figure with its reason instead.")
    return Decimal(f"{value:.12g}")


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`; a bound belongs to the interval if it is closed. Infinite ends are open.

    Raises: ValueError if no number lies in it.
    """

    low: Decimal = -INFINITY
    high: Decimal = INFINITY
    low_closed: bool = False
    high_closed: bool = False

    def __post_init__(self) -> None:
        if self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed)):
            raise ValueError(f"No number lies between {self.low} and {self.high} with these ends.")

    @property
    def is_point(self) -> bool:
        """Whether it holds one number only."""
        return self.low == self.high

    def __contains__(self, value: Number) -> bool:
        return point(value).within(self)

    def within(self, other: Interval) -> bool:
        """Whether every number of this interval lies in the other."""
        low = self.low > other.low or (self.low == other.low and (other.low_closed or not self.low_closed))
        high = self.high < other.high or (self.high == other.high and (other.high_closed or not self.high_closed))
        return low and high

    def apart(self, other: Interval) -> bool:
        """Whether no number lies in both."""
        return self.cut(other) is None

    def cut(self, other: Interval) -> Interval | None:
        """The numbers that lie in both, or None where there are none."""
        low, low_open = max((self.low, not self.low_closed), (other.low, not other.low_closed))
        high, high_closed = min((self.high, self.high_closed), (other.high, other.high_closed))
        if low > high or (low == high and (low_open or not high_closed)):
            return None
        return Interval(low, high, not low_open, high_closed)

    def minus(self, other: Interval) -> Interval:
        """All differences between a number of this interval and a number of the other."""
        return Interval(
            self.low - other.high,
            self.high - other.low,
            self.low_closed and other.high_closed,
            self.high_closed and other.low_closed,
        )

    def rescaled(self, origin: Decimal, numerator: Decimal, denominator: Decimal) -> Interval:
        """The images of its numbers under x ↦ (x − origin) · numerator / denominator, multiplied before divided
        so that a share such as 3/4 comes out exactly. `denominator` and `numerator` are not zero."""
        low, high = ((bound - origin) * numerator / denominator for bound in (self.low, self.high))
        if low > high:
            return Interval(high, low, self.high_closed, self.low_closed)
        return Interval(low, high, self.low_closed, self.high_closed)


REAL = Interval()
SHARE = Interval(Decimal(0), Decimal(100), low_closed=True, high_closed=True)
NOT_NEGATIVE = Interval(Decimal(0), low_closed=True)


def point(value: Number) -> Interval:
    """The interval that holds one number."""
    return Interval(exact(value), exact(value), low_closed=True, high_closed=True)


def at_least(value: Number, closed: bool = True) -> Interval:
    """Numbers from the value up; above it if not closed."""
    return Interval(low=exact(value), low_closed=closed)


def at_most(value: Number, closed: bool = True) -> Interval:
    """Numbers up to the value; below it if not closed."""
    return Interval(high=exact(value), high_closed=closed)


def between(low: Number, high: Number) -> Interval:
    """Numbers from low to high, both included."""
    return Interval(exact(low), exact(high), low_closed=True, high_closed=True)


def domain_of(measure: str, unit: str) -> Interval:
    """The values that a kind of figure can have at all: shares lie between 0 and 100 %, counts are not negative."""
    if measure == "rate" and unit == "%":
        return SHARE
    return NOT_NEGATIVE if measure == "count" else REAL


def half_unit(value: Number) -> Decimal:
    """Half a unit of the last digit of a rounded figure that is not a zero: 0.05 for 29.1, 5 for 90, 5 000 for 270 000.

    Trailing zeros cannot be told from rounding, so they are taken for it; the interval of "about" is then too wide
    rather than too narrow, which withholds a verdict and never makes a wrong one. For 0 it is 0.5.
    """
    number = exact(value).normalize()
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"{value!r} has no last digit.")
    return Decimal(5).scaleb(exponent - 1)


def possible(value: Number, qualifier: str = "", value_high: Number | None = None, domain: Interval = REAL) -> Interval:
    """The values that a figure printed with a qualifier may stand for.

    "": the value itself; "ge", "gt", "le", "lt": from, above, up to, below it; "range": from `value` to `value_high`;
    "approx": within half a unit of its last digit that is not a zero, both ends included (see `half_unit`). What lies
    outside `domain` is cut off, unless nothing would be left: a figure is not corrected here.

    Raises: ValueError for an unknown qualifier, or a range without its upper end.
    """
    printed = _printed(exact(value), qualifier, value_high)
    return printed.cut(domain) or printed


def _printed(value: Decimal, qualifier: str, value_high: Number | None) -> Interval:
    match qualifier:
        case "":
            return point(value)
        case "ge" | "gt":
            return at_least(value, closed=qualifier == "ge")
        case "le" | "lt":
            return at_most(value, closed=qualifier == "le")
        case "approx":
            return between(value - half_unit(value), value + half_unit(value))
        case "range" if value_high is not None:
            return between(value, value_high)
    raise ValueError(f"Qualifier {qualifier!r} with upper end {value_high!r} is not one of {QUALIFIERS}.")
