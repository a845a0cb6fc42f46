"""What a printed figure may stand for, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.intervals import (
    NOT_NEGATIVE,
    REAL,
    SHARE,
    Interval,
    at_least,
    at_most,
    between,
    domain_of,
    exact,
    half_unit,
    point,
    possible,
)

NUMBERS = st.integers(-50, 50).map(lambda n: n / 4)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Intervals of every kind of end, on a grid so that equal bounds are common."""
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    ends = [
        lambda: between(low, high),
        lambda: at_least(low, draw(st.booleans())),
        lambda: at_most(high, draw(st.booleans())),
        lambda: Interval(exact(low), exact(high) + 1, draw(st.booleans()), draw(st.booleans())),
    ]
    return draw(st.sampled_from(ends))()


def test_exact_drops_binary_noise_and_keeps_what_is_printed() -> None:
    """0.1 + 0.2 is 0.3; 3.999 and 94.96 stay themselves; a rate of 95 computed as 94.99999999999999 is 95."""
    assert exact(0.1 + 0.2) == Decimal("0.3")
    assert exact(3.999) == Decimal("3.999")
    assert exact(94.96) < 95
    assert exact(94.99999999999999) == 95


def test_nan_is_refused() -> None:
    """A missing figure has a reason, not a value."""
    with pytest.raises(ValueError, match="NaN is no figure"):
        exact(float("nan"))


@pytest.mark.parametrize(
    ("value", "half"),
    [(29.1, "0.05"), (90, "5"), (85, "0.5"), (270_000, "5000"), (1_800_000, "50000"), (100, "50"), (0, "0.5")],
)
def test_half_unit_is_of_the_last_digit_that_is_not_zero(value: float, half: str) -> None:
    """Trailing zeros are taken for rounding: about 90 may be 85 to 95, about 85 is 84.5 to 85.5."""
    assert half_unit(value) == Decimal(half)


@pytest.mark.parametrize(
    ("value", "qualifier", "high", "inside", "outside"),
    [
        (4, "", None, [4], [3.999, 4.001]),
        (95, "ge", None, [95, 1000], [94.999]),
        (95, "gt", None, [95.001], [95]),
        (3, "le", None, [3, -1], [3.001]),
        (3, "lt", None, [2.999], [3]),
        (4.2, "range", 4.6, [4.2, 4.4, 4.6], [4.199, 4.601]),
        (29.1, "approx", None, [29.05, 29.15], [29.04, 29.16]),
    ],
)
def test_qualifiers_say_which_values_are_possible(
    value: float, qualifier: str, high: float | None, inside: list[float], outside: list[float]
) -> None:
    """Each qualifier with its open or closed end."""
    interval = possible(value, qualifier, high)
    assert all(x in interval for x in inside)
    assert not any(x in interval for x in outside)


def test_a_figure_cannot_stand_for_impossible_values() -> None:
    """More than 95 % is at most 100 %; fewer than 5 households is no fewer than 0."""
    assert possible(95, "gt", domain=SHARE) == Interval(Decimal(95), Decimal(100), False, True)
    assert possible(5, "lt", domain=NOT_NEGATIVE) == Interval(Decimal(0), Decimal(5), True, False)


def test_a_printed_figure_is_not_corrected() -> None:
    """101 % as printed stays 101: ingest is where figures are refused."""
    assert possible(101, domain=SHARE) == point(101)


@pytest.mark.parametrize(
    ("measure", "unit", "domain"),
    [
        ("rate", "%", SHARE),
        ("count", "communes", NOT_NEGATIVE),
        ("growth", "%", REAL),
        ("rate", "doctors/10,000", REAL),
    ],
)
def test_domains(measure: str, unit: str, domain: Interval) -> None:
    """A growth rate may be negative or over 100 %, a share may not."""
    assert domain_of(measure, unit) == domain


@pytest.mark.parametrize(("qualifier", "high"), [("about", None), ("range", None), ("GE", None)])
def test_unknown_qualifiers_are_refused(qualifier: str, high: float | None) -> None:
    """The message lists what is allowed."""
    with pytest.raises(ValueError, match="is not one of"):
        possible(1, qualifier, high)


@pytest.mark.parametrize(("low", "high", "closed"), [(2, 1, True), (1, 1, False)])
def test_an_empty_interval_cannot_be_made(low: int, high: int, closed: bool) -> None:
    """Backwards, or one number that is left out."""
    with pytest.raises(ValueError, match="No number lies"):
        Interval(Decimal(low), Decimal(high), True, closed)


def test_differences_of_decimals_are_exact() -> None:
    """2.2 − 2.3 is −0.1, which binary floats miss."""
    assert 2.2 - 2.3 > -0.1
    assert point(2.2).minus(point(2.3)) == point(-0.1)


def test_rescaling_by_a_negative_factor_swaps_the_ends() -> None:
    """From above 300 to below −300."""
    assert at_least(300, closed=False).rescaled(Decimal(0), Decimal(-1), Decimal(1)) == at_most(-300, closed=False)


@given(intervals(), intervals(), NUMBERS)
def test_cut_holds_what_both_hold(a: Interval, b: Interval, x: float) -> None:
    """And two intervals are apart when the cut is empty."""
    cut = a.cut(b)
    assert (x in a and x in b) == (cut is not None and x in cut)
    assert a.apart(b) == (cut is None)
    assert b.apart(a) == a.apart(b)


@given(intervals(), intervals())
def test_within_means_the_cut_takes_nothing_away(a: Interval, b: Interval) -> None:
    """So does being contained."""
    assert a.within(b) == (a.cut(b) == a)


@given(intervals(), intervals(), st.data())
def test_differences_lie_in_the_difference(a: Interval, b: Interval, data: st.DataObject) -> None:
    """Any number of a less any number of b."""
    x, y = data.draw(NUMBERS.filter(a.__contains__)), data.draw(NUMBERS.filter(b.__contains__))
    assert exact(x) - exact(y) in a.minus(b)
