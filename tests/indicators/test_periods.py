"""Periods as text: their first and last days, and what is none."""

from __future__ import annotations

import datetime as dt

import pytest

from geo.errors import BadParameter
from indicators.periods import is_period, period_end, period_start


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2025-07-01", "2025-07-01", "2025-07-01"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: str, last: str) -> None:
    """A year and a month are all their days; a day is itself."""
    assert period_start(period) == dt.date.fromisoformat(first)
    assert period_end(period) == dt.date.fromisoformat(last)
    assert is_period(period)


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2023-02-29", "2024-1", "06/2024", "2024-06-"])
def test_other_text_is_no_period(text: str) -> None:
    """Days that do not exist are none either."""
    assert not is_period(text)
    with pytest.raises(BadParameter):
        period_start(text)
