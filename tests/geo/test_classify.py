"""Every finite value has exactly one class, and a limit on the target divides met from not met."""

from __future__ import annotations

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.classify import class_intervals, class_limits, classify

FINITE = st.floats(-1e9, 1e9)
LIMITS = st.lists(FINITE, min_size=0, max_size=5, unique=True).map(sorted)


def test_a_value_on_a_limit_belongs_above_it_when_closed_on_the_left() -> None:
    assert classify([94.999, 95.0, 95.001], [95.0], "left").tolist() == [0, 1, 1]


def test_a_value_on_a_limit_belongs_below_it_when_closed_on_the_right() -> None:
    assert classify([94.999, 95.0, 95.001], [95.0], "right").tolist() == [0, 0, 1]


def test_a_missing_value_has_no_class_and_zero_has_one() -> None:
    assert classify([np.nan, 0.0], [1.0]).tolist() == [-1, 0]


def test_limits_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="rise strictly"):
        classify([1.0], [2.0, 2.0])


@given(value=FINITE, limits=LIMITS, closed=st.sampled_from(["left", "right"]))
def test_the_interval_of_its_class_contains_the_value(value: float, limits: list[float], closed: str) -> None:
    index = int(classify([value], limits, closed)[0])  # type: ignore[arg-type]
    low, high = class_intervals(limits)[index]
    low = -np.inf if low is None else low
    high = np.inf if high is None else high
    assert low <= value < high if closed == "left" else low < value <= high


@given(st.lists(FINITE, min_size=1, max_size=50), LIMITS.filter(bool))
def test_classes_closed_on_the_right_agree_with_mapclassify(values: list[float], limits: list[float]) -> None:
    top = max(*values, limits[-1]) + 1
    oracle = mapclassify.UserDefined(np.array(values), [*limits, top])
    assert classify(values, limits, "right").tolist() == oracle.yb.tolist()


@given(st.lists(FINITE, max_size=60), st.none() | FINITE, st.integers(2, 6))
def test_computed_limits_rise_and_hold_the_target(values: list[float], target: float | None, classes: int) -> None:
    limits = class_limits(values, classes, target)
    assert list(limits) == sorted(set(limits))
    assert len(limits) < max(classes, 1) or len(limits) <= classes - 1
    assert target is None or target in limits


def test_few_distinct_values_get_a_class_each() -> None:
    assert class_limits([0, 2, 2, 5, 9]) == (2.0, 5.0, 9.0)


def test_nothing_known_gives_one_open_class() -> None:
    assert class_limits([]) == ()
    assert class_intervals(()) == [(None, None)]
