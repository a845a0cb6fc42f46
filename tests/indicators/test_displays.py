"""One table shown around its goal or by status: the same figures in other classes, numbers by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from boundaries.models import Area
from geo.errors import BadParameter
from geo.join import JoinReport
from indicators.assess import Assessment
from indicators.displays import around_goal, by_status, on_scale_of, pivot_of, shown_statuses, sides
from indicators.models import Indicator
from indicators.observations import Figure
from indicators.progress import Judgement, Progress, Status
from indicators.table import AreaFigure, IndicatorTable
from indicators.targets import Goal

DAY = dt.date(2024, 12, 31)


def table(
    *values: float | None, goal: Goal | None, direction: str = "higher", limits: tuple[float, ...] = ()
) -> IndicatorTable:
    """A table of percentages, each set against the goal as the city's."""
    indicator = Indicator(id="rate", measure="rate", unit_id="%", direction=direction, decimals=0)
    rows = tuple(_row(str(index), value, "met") for index, value in enumerate(values))
    return IndicatorTable(
        indicator, "2024", "district", "all", "2024", limits, "left", rows, JoinReport((), (), ()), goal,
        "compared" if goal else None,
    )  # fmt: skip


def _row(code: str, value: float | None, status: Status) -> AreaFigure:
    figure = None if value is None else Figure("2024", value, None, None, "final", "source", None, None)
    judgement = Judgement(status if figure else "not_assessable", "any", {}, Progress(None, "any"))
    return AreaFigure(
        Area(code=code), figure, None if figure else "not_collected", None, (), None, lambda _row: Assessment(judgement)
    )


def classes(shown: IndicatorTable) -> list[int | None]:
    return [row.class_index for row in shown.rows]


AT_LEAST_90 = Goal("ge", 90, None, 2024, DAY)
BELOW_4 = Goal("lt", None, 4, 2024, DAY)


def test_classes_break_at_the_goal_with_two_limits_on_each_side() -> None:
    """Of 50, 60, 80, 85, 90, 95 the ones next to 90 stay: 80 and 85 below it, 95 above it."""
    shown = around_goal(table(10, 82, 89.9, 90, 99, None, goal=AT_LEAST_90, limits=(50, 60, 80, 85, 90, 95)))
    assert shown.limits == (80, 85, 90, 95)
    assert classes(shown) == [0, 1, 2, 3, 4, None]
    assert (shown.scheme, shown.pivot) == ("target", 90)


def test_the_goal_is_a_limit_even_where_it_was_none() -> None:
    assert sides((1, 2, 3, 5, 6, 7), 4) == (2, 3, 4, 5, 6)
    assert sides((), 4) == (4,)


def test_where_low_is_better_the_goal_is_its_upper_bound() -> None:
    """ "Below 4" is not met by 4 itself: [4, …) is the far side."""
    shown = around_goal(table(3.9, 4, goal=BELOW_4, direction="lower", limits=(2, 4, 6)))
    assert classes(shown) == [1, 2]


@pytest.mark.parametrize(
    "goal", [None, Goal("increase_by", 1, None, 2024, DAY), Goal("complete", None, None, 2024, DAY)]
)
def test_without_one_dividing_value_there_is_nothing_to_show(goal: Goal | None) -> None:
    plain = table(1, goal=goal)
    assert pivot_of(plain) is None
    with pytest.raises(BadParameter, match="display"):
        around_goal(plain)


def test_parts_of_a_citys_count_are_not_set_against_it() -> None:
    contributing = replace(table(3, goal=AT_LEAST_90), footing="contributes")
    assert pivot_of(contributing) is None


def test_statuses_are_numbered_as_the_legend_lists_them() -> None:
    rows = (_row("a", 1, "not_met"), _row("b", 2, "met"), _row("c", None, "met"), _row("d", 3, "not_met"))
    shown = by_status(replace(table(goal=AT_LEAST_90), rows=rows))
    assert shown_statuses(shown) == ["met", "not_met"]
    assert classes(shown) == [1, 0, None, 1]
    assert (shown.limits, shown.scheme, shown.pivot) == ((), "status", None)


def test_two_tables_of_one_indicator_can_share_the_scale_of_the_first() -> None:
    first = table(1, 9, goal=None, limits=(5,))
    second = on_scale_of(table(4, 6, None, goal=None, limits=(2, 3)), first)
    assert (second.limits, classes(second)) == ((5,), [0, 1, None])
