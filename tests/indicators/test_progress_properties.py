"""Properties of judging that hold for every goal and figure."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from indicators.intervals import Interval
from indicators.progress import PACES, Figure, Judgement, judge, progress
from indicators.targets import OPERATORS, Goal, met_set

AFTER, DURING = dt.date(2025, 6, 1), dt.date(2024, 7, 15)
RANK = {"off_track": 0, "not_met": 0, "behind": 1, "on_track": 2, "met": 3}
NUMBERS = st.integers(-80, 80).map(lambda n: n / 4)
ELAPSED, TOTAL = 182, 366  # days from the end of 2023 to 30 June and to 31 December 2024
EPSILON = 1e-6


@st.composite
def goals(draw: st.DrawFn, one_sided: bool = False) -> tuple[Goal, str]:
    """A goal for 2024 of any operator but "complete", and a direction that fits it."""
    operator = draw(st.sampled_from([name for name in OPERATORS if name != "complete"]))
    rule = OPERATORS[operator]
    good_sides = [rule.along] if rule.along else ["higher", "lower"]
    direction = draw(st.sampled_from(good_sides if one_sided else [*good_sides, "within"]))
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    if operator in ("increase_by", "decrease_by"):
        low, high = abs(low) + 0.25, abs(low) + 1
    bounds = {"low": low, "high": high}
    names = {*rule.needs, *(name for name in rule.may if draw(st.booleans()))}
    names |= {"low"} if "high" in names and "low" in rule.may else set()
    given_bounds = {name: bounds[name] if name in names else None for name in bounds}
    goal = Goal(operator, **given_bounds, year=2024, due=dt.date(2024, 12, 31), base="previous_year")
    return goal, direction


@st.composite
def figures(draw: st.DrawFn, period: str) -> Figure:
    """A figure with any qualifier."""
    qualifier = draw(st.sampled_from(["", "ge", "gt", "le", "lt", "approx", "range"]))
    value = draw(NUMBERS)
    high = value + draw(st.integers(1, 60)) / 4 if qualifier == "range" else None
    return Figure(value, period, qualifier, high)


def settled(goal: Goal, direction: str, value: float, base: float, past: bool) -> Judgement:
    """The judgement of an exact figure, after the due date or half-way."""
    figure = Figure(value, "2024" if past else "2024-06")
    return judge(figure, goal, direction, AFTER if past else DURING, Figure(base, "2023"))


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_progress_is_0_at_the_baseline_and_1_at_the_target(baseline: float, target: float) -> None:
    """Whatever the two are, so long as they differ."""
    if progress(baseline, baseline, target).value is None:
        return
    assert progress(baseline, baseline, target).value == 0
    assert progress(target, baseline, target).value == 1


@given(goals(one_sided=True), NUMBERS, NUMBERS, NUMBERS, st.booleans())
def test_a_better_value_never_has_a_worse_status(
    rule: tuple[Goal, str], base: float, a: float, b: float, past: bool
) -> None:
    """Status is monotone in the value along the direction."""
    goal, direction = rule
    worse, better = sorted((a, b), reverse=direction == "lower")
    verdicts = [settled(goal, direction, value, base, past).status for value in (worse, better)]
    if "not_assessable" not in verdicts:
        assert RANK[verdicts[0]] <= RANK[verdicts[1]]


@given(goals(one_sided=True), NUMBERS, NUMBERS, st.booleans())
def test_progress_over_1_is_met_and_under_0_is_not(
    rule: tuple[Goal, str], base: float, value: float, past: bool
) -> None:
    """Progress and status agree on which way is forward."""
    verdict = settled(*rule, value, base, past)
    share = verdict.progress.value
    if share is not None and verdict.status != "not_assessable":
        assert not (share > 1 and RANK[verdict.status] < RANK["on_track"])
        assert not (share < 0 and RANK[verdict.status] > RANK["off_track"])


def critical_points(goal: Goal, direction: str, possible: Interval, base: float) -> list[float]:
    """Values of the interval on both sides of, and at, each place where the status may change."""
    met = met_set(goal, direction)
    shift = base if goal.of_change else 0
    edges = [float(end) + shift for end in (met.low, met.high) if end.is_finite()]
    paces = [float(pace.low) for _, _, pace in PACES if pace.low.is_finite()]
    limits = [base + (edge - base) * share * ELAPSED / TOTAL for edge in edges for share in paces]
    ends = [float(end) for end in (possible.low, possible.high) if end.is_finite()]
    near = [place + step for place in (*edges, *limits, *ends) for step in (-EPSILON, 0, EPSILON)]
    return [value for value in (*near, -1e6, 1e6) if value in possible]


@given(goals(), NUMBERS, st.booleans(), st.data())
def test_a_figure_is_judged_exactly_where_all_its_values_agree(
    rule: tuple[Goal, str], base: float, past: bool, data: st.DataObject
) -> None:
    """The verdict of an inexact figure is that of its values if they have but one, and open if they have several."""
    goal, direction = rule
    figure = data.draw(figures("2024" if past else "2024-06"))
    verdict = judge(figure, goal, direction, AFTER if past else DURING, Figure(base, "2023"))
    values = critical_points(goal, direction, figure.possible, base)
    single = {settled(goal, direction, value, base, past).status for value in values}
    if verdict.status == "not_assessable":
        assert len(single) > 1 or single == {"not_assessable"}
    else:
        assert single == {verdict.status}
