"""The error of estimates, measured where both are known: the toy country's split, by hand."""

from __future__ import annotations

import pytest

from indicators.accuracy import Error, measure_errors, summarise_errors
from indicators.contributions import Aggregation
from indicators.rebase import rebase
from tests import toy

SIZES = toy.areas().query("edition == @toy.OLD and level == 'commune'").set_index("code")["area_km2"]
BY_LAND = rebase(toy.figures("population"), toy.crosswalk(population=False), Aggregation("sum"), SIZES)
COUNTED = toy.figures("population", toy.NEW)


def test_only_estimates_are_compared_with_what_was_counted() -> None:
    errors = measure_errors(BY_LAND, COUNTED)
    assert errors["code"].tolist() == ["00004", "00005"]
    assert errors["difference"].tolist() == [700 - 880, 390 - 210]
    assert errors["relative"].tolist() == pytest.approx([-180 / 880, 180 / 210])


def test_the_summary_is_of_absolute_relative_errors() -> None:
    summary = summarise_errors(measure_errors(BY_LAND, COUNTED))
    assert summary == Error(
        2,
        pytest.approx((180 / 880 + 180 / 210) / 2),
        pytest.approx(180 / 880 + 0.9 * (180 / 210 - 180 / 880)),
        pytest.approx(180 / 210),
    )


def test_where_nothing_can_be_compared_the_error_is_unknown_and_not_zero() -> None:
    assert summarise_errors(measure_errors(BY_LAND, COUNTED.head(0))) is None
    assert summarise_errors(measure_errors(BY_LAND, COUNTED.assign(value=0.0))) is None
