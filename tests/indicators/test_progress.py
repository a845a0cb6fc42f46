"""Judgements worked out by hand: every operator at its edges, every qualifier, before and after the due date."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from indicators.composite import combine
from indicators.intervals import NOT_NEGATIVE, SHARE
from indicators.progress import Figure, Judgement, Progress, base_period, judge, progress
from indicators.targets import OPERATORS, Goal, applies

AFTER, DURING = dt.date(2025, 6, 1), dt.date(2024, 7, 15)


def goal(operator: str, low: float | None = None, high: float | None = None, **more: Any) -> Goal:
    """A goal due at the end of 2024 with what the test is about."""
    return Goal(**{"operator": operator, "low": low, "high": high, "year": 2024, "due": dt.date(2024, 12, 31), **more})


def change(operator: str, low: float | None = None, high: float | None = None, **more: Any) -> Goal:
    """A goal of change against the end of 2023."""
    return goal(operator, low, high, **{"base": "previous_year", **more})


@pytest.mark.parametrize(
    ("value", "baseline", "target", "expected"),
    [
        (50, 50, 90, 0.0),
        (90, 50, 90, 1.0),
        (70, 50, 90, 0.5),
        (40, 50, 90, -0.25),
        (100, 50, 90, 1.25),
        (690, 690, 0, 0.0),
        (0, 690, 0, 1.0),
        (-2.4, -2.4, 4, 0.0),
        (0.8, -2.4, 4, 0.5),
        (5, 0, 40, 0.125),
        (-1, 0, -4, 0.25),
        (2.2, 2.3, 2.2, 1.0),
    ],
)
def test_progress(value: float, baseline: float, target: float, expected: float) -> None:
    """Rising, falling, zero and negative baselines and targets, backwards and beyond."""
    assert progress(value, baseline, target) == Progress(expected)


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((None, 1, 2), "no_figure"),
        ((1, None, 2), "no_baseline"),
        ((1, 2, None), "no_magnitude"),
        ((1, 2, 2), "baseline_equals_target"),
    ],
)
def test_progress_is_undefined_for_a_reason(numbers: tuple[float | None, ...], reason: str) -> None:
    """Never 0 for want of a number."""
    assert progress(*numbers) == Progress(None, reason)


PAST = [
    # goal, direction, value, status, reason
    (goal("ge", 94.5), "higher", 94.5, "met", "met_at_bound"),
    (goal("ge", 94.5), "higher", 95, "met", "met_above"),
    (goal("ge", 95), "higher", 94.96, "not_met", "below_target"),
    (goal("ge", 0), "higher", 0, "met", "met_at_bound"),
    (goal("ge", 0), "higher", -0.1, "not_met", "below_target"),
    (goal("ge", -5), "higher", -5.1, "not_met", "below_target"),
    (goal("gt", 70), "higher", 70, "not_met", "at_open_bound"),
    (goal("gt", 70), "higher", 70.1, "met", "met_above"),
    (goal("le", high=150_000), "lower", 150_000, "met", "met_at_bound"),
    (goal("le", high=150_000), "lower", 149_000, "met", "met_below"),
    (goal("le", high=150_000), "lower", 150_001, "not_met", "above_target"),
    (goal("lt", high=4), "lower", 3.999, "met", "met_below"),
    (goal("lt", high=4), "lower", 4, "not_met", "at_open_bound"),
    (goal("lt", high=4), "lower", 4.2, "not_met", "above_target"),
    (goal("lt", high=4), "lower", 0, "met", "met_below"),
    (goal("between", 6.5, 7), "higher", 6.52, "met", "met_in_range"),
    (goal("between", 6.5, 7), "higher", 7, "met", "met_in_range"),
    (goal("between", 10.5, 11.5), "higher", 10.5, "met", "met_at_bound"),
    (goal("between", 4, 5), "higher", 16.7, "met", "met_above_range"),
    (goal("between", 4, 5), "higher", -2.4, "not_met", "below_target"),
    (goal("between", 95, 100), "higher", 94.96, "not_met", "below_target"),
    (goal("between", 22, 25), "lower", 20, "met", "met_below_range"),
    (goal("between", 22, 25), "lower", 25, "met", "met_at_bound"),
    (goal("between", 22, 25), "lower", 25.1, "not_met", "above_target"),
    (goal("between", 22, 25), "within", 25.1, "not_met", "above_target"),
    (goal("between", 22, 25), "within", 21.9, "not_met", "below_target"),
    (goal("between", 22, 25), "within", 22, "met", "met_at_bound"),
    (goal("maintain", 100), "higher", 100, "met", "met_kept"),
    (goal("maintain", 100), "higher", 99.9, "not_met", "below_target"),
    (goal("maintain", 0), "lower", 0, "met", "met_kept"),
    (goal("complete"), "higher", 1, "met", "met_complete"),
    (goal("complete"), "higher", 0, "not_met", "not_complete"),
]


@pytest.mark.parametrize(("rule", "direction", "value", "status", "reason"), PAST)
def test_after_the_due_date(rule: Goal, direction: str, value: float, status: str, reason: str) -> None:
    """Met or not met, at every edge."""
    verdict = judge(Figure(value, "2024"), rule, direction, AFTER)
    assert (verdict.status, verdict.reason) == (status, reason)


CHANGES = [
    # goal, direction, baseline, value, status, reason
    (change("decrease_by", 300, 400), "lower", 690, 0, "met", "met_fall_beyond"),
    (change("decrease_by", 300, 400), "lower", 690, 390, "met", "met_fall"),
    (change("decrease_by", 300, 400), "lower", 690, 290, "met", "met_fall"),
    (change("decrease_by", 300, 400), "lower", 690, 391, "not_met", "fell_short"),
    (change("decrease_by", 300, 400), "lower", 690, 700, "not_met", "fell_short"),
    (change("decrease_by", 300, 400), "within", 690, 0, "not_met", "fell_short"),
    (change("decrease_by", 300), "lower", 300, 0, "met", "met_fall"),
    (change("decrease_by", 300), "lower", 200, 0, "not_assessable", "unreachable"),
    (change("decrease_by", 300), "lower", 0, 0, "not_assessable", "unreachable"),
    (change("decrease_by"), "lower", 0, 0, "not_assessable", "unreachable"),
    (change("decrease_by"), "lower", 5, 4, "met", "met_fall"),
    (change("decrease_by"), "lower", 5, 5, "not_met", "did_not_fall"),
    (change("decrease_by", 0.1), "lower", 2.3, 2.2, "met", "met_fall"),
    (change("increase_by", 40), "higher", 0, 40, "met", "met_rise"),
    (change("increase_by", 40), "higher", 100, 139, "not_met", "rose_short"),
    (change("increase_by", 40, 50), "higher", 100, 151, "met", "met_rise_beyond"),
    (change("increase_by"), "higher", 5, 5, "not_met", "did_not_rise"),
    (change("maintain"), "higher", 5, 5, "met", "met_kept_base"),
    (change("maintain"), "higher", 5, 4, "not_met", "not_kept"),
    (change("decrease_by", 5, relative=True), "lower", 200, 190, "met", "met_fall"),
    (change("decrease_by", 5, relative=True), "lower", 200, 191, "not_met", "fell_short"),
    (change("decrease_by", 5, relative=True), "lower", 0, 0, "not_assessable", "zero_baseline"),
]


@pytest.mark.parametrize(("rule", "direction", "base", "value", "status", "reason"), CHANGES)
def test_changes_since_the_base(
    rule: Goal, direction: str, base: float, value: float, status: str, reason: str
) -> None:
    """Counted from the base in units or in per cent; a base of zero, or too small, leaves nothing to judge."""
    figure = Figure(value, "2024", domain=NOT_NEGATIVE)
    verdict = judge(figure, rule, direction, AFTER, baseline=Figure(base, "2023-12-31"))
    assert (verdict.status, verdict.reason) == (status, reason)


@pytest.mark.parametrize(
    ("rule", "baseline", "reason"),
    [
        (change("decrease_by", 0.1), None, "no_baseline"),
        (change("decrease_by", 0.1), Figure(None, "2023"), "no_baseline"),
        (change("decrease_by", 0.1), Figure(7.7, "2020"), "no_baseline"),
        (goal("decrease_by", 5), Figure(7.7, "2023"), "base_not_stated"),
        (change("decrease_by", 5, relative=True), Figure(7.7, "2023", "approx"), "baseline_not_exact"),
    ],
)
def test_a_change_needs_its_base(rule: Goal, baseline: Figure | None, reason: str) -> None:
    """Of the year that the goal names, exact where per cent are asked for."""
    assert judge(Figure(7, "2024"), rule, "lower", AFTER, baseline).reason == reason


GE, GT, LE, LT = goal("ge", 95), goal("gt", 95), goal("le", high=95), goal("lt", high=95)


@pytest.mark.parametrize(
    ("qualifier", "value", "high", "ge", "gt", "le", "lt"),
    [
        ("ge", 95, None, "met", None, None, "not_met"),
        ("gt", 95, None, "met", "met", "not_met", "not_met"),
        ("ge", 96, None, "met", "met", "not_met", "not_met"),
        ("ge", 94, None, None, None, None, None),
        ("le", 95, None, None, "not_met", "met", None),
        ("lt", 95, None, "not_met", "not_met", "met", "met"),
        ("lt", 96, None, None, None, None, None),
        ("range", 94, 96, None, None, None, None),
        ("range", 95, 96, "met", None, None, "not_met"),
        ("range", 94, 95, None, "not_met", "met", None),
        ("approx", 95, None, None, None, None, None),
        ("approx", 95.5, None, "met", "met", "not_met", "not_met"),
        ("approx", 94.4, None, "not_met", "not_met", "met", "met"),
        ("approx", 90, None, None, "not_met", "met", None),
    ],
)
def test_a_figure_is_judged_where_every_possible_value_agrees(
    qualifier: str, value: float, high: float | None, ge: str | None, gt: str | None, le: str | None, lt: str | None
) -> None:
    """Each qualifier before each plain operator at 95; None is a figure that leaves it open."""
    figure = Figure(value, "2024", qualifier, high)
    rules = ((GE, "higher"), (GT, "higher"), (LE, "lower"), (LT, "lower"))
    for (rule, direction), expected in zip(rules, (ge, gt, le, lt), strict=True):
        verdict = judge(figure, rule, direction, AFTER)
        assert verdict.status == (expected or "not_assessable"), rule.operator
        if not expected:
            assert verdict.reason == "interval_straddles"


def test_a_share_cannot_pass_a_hundred_per_cent() -> None:
    """More than 95 % lies inside 95 to 100 % even where only the inside is good."""
    rule = goal("between", 95, 100)
    assert judge(Figure(95, "2024", "gt", domain=SHARE), rule, "within", AFTER).status == "met"
    assert judge(Figure(95, "2024", "gt"), rule, "within", AFTER).status == "not_assessable"


def test_a_change_from_an_inexact_base_is_judged_where_all_agree() -> None:
    """From about 700 (650 to 750) to 300 is a fall of 350 to 450; to 420 one of 230 to 330."""
    rule, base = change("decrease_by", 300), Figure(700, "2023", "approx")
    assert judge(Figure(300, "2024"), rule, "lower", AFTER, base).status == "met"
    assert judge(Figure(420, "2024"), rule, "lower", AFTER, base).reason == "change_straddles"
    assert judge(Figure(500, "2024"), rule, "lower", AFTER, base).status == "not_met"


CUMULATIVE = goal("ge", 40, timing="cumulative")


@pytest.mark.parametrize(
    ("rule", "value", "period", "today", "status", "reason"),
    [
        (goal("ge", 74.2), 63.18, "2018", AFTER, "not_assessable", "figure_before_plan"),
        (goal("ge", 74.2), 80, "2018", AFTER, "not_assessable", "figure_before_plan"),
        (goal("ge", 94.5), 89.61, "2024-02", AFTER, "not_assessable", "figure_before_due"),
        (goal("ge", 94.5), 95, "2024-02", AFTER, "not_assessable", "figure_before_due"),
        (goal("ge", 40), 30, "2025", AFTER, "not_assessable", "figure_after_due"),
        (CUMULATIVE, 41, "2024-06", AFTER, "met", "met_above"),
        (CUMULATIVE, 30, "2024-06", AFTER, "not_assessable", "figure_before_due"),
        (CUMULATIVE, 41, "2023", AFTER, "not_assessable", "figure_before_plan"),
        (CUMULATIVE, 41, "2025", AFTER, "not_assessable", "figure_after_due"),
        (goal("le", high=40, timing="cumulative"), 10, "2024-06", AFTER, "not_assessable", "figure_before_due"),
        (goal("complete"), 1, "2024-08-08", AFTER, "met", "met_complete"),
        (goal("complete"), 1, "2023-08-08", AFTER, "met", "met_complete"),
        (goal("complete"), 0, "2024-08-08", AFTER, "not_assessable", "figure_before_due"),
        (goal("complete"), 0, "2025-03", AFTER, "not_met", "not_complete"),
        (goal("complete"), 1, "2025-03", AFTER, "not_assessable", "figure_after_due"),
        (goal("complete"), 0, "2023", AFTER, "not_assessable", "figure_before_plan"),
        (change("decrease_by", 0.1), 7.7, "2020", AFTER, "not_assessable", "figure_before_plan"),
        (goal("complete"), 0, "2024-06", DURING, "not_assessable", "not_complete_yet"),
        (goal("complete"), 1, "2024-06", DURING, "met", "met_complete"),
        (CUMULATIVE, 40, "2024-06", DURING, "met", "met_at_bound"),
        (goal("ge", 94.5), 95, "2024-06", DURING, "on_track", "in_target"),
        (goal("ge", 94.5), 95, "2023", DURING, "not_assessable", "figure_before_plan"),
        (goal("between", 8, 10, since=2021), 9, "2023", DURING, "on_track", "in_target"),
    ],
)
def test_the_date_of_the_figure_counts(
    rule: Goal, value: float, period: str, today: dt.date, status: str, reason: str
) -> None:
    """What is done is done, a running count stays reached, and anything else is read on the due date."""
    verdict = judge(Figure(value, period), rule, OPERATORS[rule.operator].along or "higher", today)
    assert (verdict.status, verdict.reason) == (status, reason)


def test_the_due_date_itself_is_not_past() -> None:
    """Concluded from the day after."""
    rule, figure = goal("ge", 95), Figure(95, "2024")
    assert judge(figure, rule, "higher", dt.date(2024, 12, 31)).status == "on_track"
    assert judge(figure, rule, "higher", dt.date(2025, 1, 1)).status == "met"


# From 2023-12-31 to 2024-12-31 are 366 days, to 2024-06-30 182. At the required pace a way of 36.6 has come 18.2 then,
# and three quarters of that is 13.65.
WAY = goal("ge", 86.6)


@pytest.mark.parametrize(
    ("value", "status", "reason"),
    [
        (68.2, "on_track", "pace_reached"),
        (70, "on_track", "pace_reached"),
        (68.19, "behind", "pace_short"),
        (63.65, "behind", "pace_short"),
        (63.649, "off_track", "pace_far_short"),
        (50, "off_track", "pace_far_short"),
        (40, "off_track", "pace_far_short"),
    ],
)
def test_before_the_due_date_the_pace_decides(value: float, status: str, reason: str) -> None:
    """1 and 0.75 of the required pace are the limits, and both belong to the better side."""
    verdict = judge(Figure(value, "2024-06"), WAY, "higher", DURING, Figure(50, "2023"))
    assert (verdict.status, verdict.reason) == (status, reason)
    assert verdict.progress.value == pytest.approx((value - 50) / 36.6)


def test_a_falling_way_is_paced_too() -> None:
    """From 36.6 down to zero, and from a base of change."""
    assert (
        judge(Figure(18.4, "2024-06"), goal("le", high=0), "lower", DURING, Figure(36.6, "2023")).status == "on_track"
    )
    falling = change("decrease_by", 36.6)
    assert judge(Figure(81.8, "2024-06"), falling, "lower", DURING, Figure(100, "2023")).status == "on_track"
    assert judge(Figure(86.4, "2024-06"), falling, "lower", DURING, Figure(100, "2023")).status == "off_track"


def test_a_running_count_starts_from_zero() -> None:
    """183 of 366 by 30 June is just ahead of 182; no baseline is asked for."""
    rule = goal("ge", 366, timing="cumulative")
    assert judge(Figure(182, "2024-06"), rule, "higher", DURING).status == "on_track"
    assert judge(Figure(181, "2024-06"), rule, "higher", DURING).status == "behind"
    assert judge(Figure(182, "2024-06"), rule, "higher", DURING).progress == Progress(182 / 366)


@pytest.mark.parametrize(
    ("baseline", "period", "status", "reason"),
    [
        (None, "2024-06", "not_assessable", "no_baseline"),
        (Figure(50, "2023", "approx"), "2024-06", "not_assessable", "baseline_not_exact"),
        (Figure(90, "2023"), "2024-06", "off_track", "left_target"),
        (Figure(50, "2024-06"), "2024-06", "not_assessable", "no_time_elapsed"),
    ],
)
def test_no_pace_without_a_start(baseline: Figure | None, period: str, status: str, reason: str) -> None:
    """No start, an inexact one, one that had met the target already, or none before the figure."""
    verdict = judge(Figure(60, period), WAY, "higher", DURING, baseline)
    assert (verdict.status, verdict.reason) == (status, reason)


def test_past_a_range_that_is_good_only_inside() -> None:
    """From 20 towards 22 to 25, 30 has gone too far; from 30 it is 20 that has."""
    rule = goal("between", 22, 25)
    assert judge(Figure(30, "2024-06"), rule, "within", DURING, Figure(20, "2023")).reason == "overshot"
    assert judge(Figure(20, "2024-06"), rule, "within", DURING, Figure(30, "2023")).reason == "overshot"
    assert judge(Figure(21, "2024-06"), rule, "within", DURING, Figure(20, "2023")).progress == Progress(0.5)
    assert judge(Figure(29, "2024-06"), rule, "within", DURING, Figure(30, "2023")).progress == Progress(0.2)
    assert judge(Figure(24, "2024-06", "range", 30), rule, "within", DURING, Figure(20, "2023")).status == (
        "not_assessable"
    )


def test_a_running_count_half_way_in_the_met_set_is_left_open() -> None:
    """From 366 up it is met for good, below that only on track."""
    rule = goal("ge", 366, timing="cumulative")
    assert judge(Figure(360, "2024-06", "ge"), rule, "higher", DURING).reason == "interval_straddles"


def test_a_strict_target_equal_to_the_baseline_leaves_no_way() -> None:
    """From 4 to "below 4" is no distance."""
    verdict = judge(Figure(4.5, "2024-06"), goal("lt", high=4), "lower", DURING, Figure(4, "2023"))
    assert (verdict.status, verdict.reason) == ("not_assessable", "baseline_equals_target")


@pytest.mark.parametrize(
    ("qualifier", "value", "high", "status", "reason"),
    [
        ("ge", 68.2, None, "on_track", "pace_reached"),
        ("ge", 68, None, "not_assessable", "interval_straddles"),
        ("range", 68.2, 80, "on_track", "pace_reached"),
        ("range", 65, 80, "not_assessable", "pace_straddles"),
        ("lt", 63.65, None, "off_track", "pace_far_short"),
        ("le", 63.65, None, "not_assessable", "pace_straddles"),
    ],
)
def test_an_inexact_pace_is_judged_where_every_value_agrees(
    qualifier: str, value: float, high: float | None, status: str, reason: str
) -> None:
    """ "At least" may be past the target already; below 63.65 is all off track, up to it is not."""
    verdict = judge(Figure(value, "2024-06", qualifier, high), WAY, "higher", DURING, Figure(50, "2023"))
    assert (verdict.status, verdict.reason) == (status, reason)
    assert verdict.progress == Progress(None, "figure_not_exact")


@pytest.mark.parametrize(
    "missing",
    [
        "not_collected",
        "not_due",
        "not_applicable",
        "suppressed",
        "unit_did_not_exist",
        "not_convertible",
        "join_failed",
    ],
)
def test_a_missing_figure_keeps_its_reason(missing: str) -> None:
    """No zero and no status is put in its place."""
    verdict = judge(Figure(None, missing=missing), GE, "higher", AFTER)
    assert verdict == Judgement("not_assessable", missing, {}, Progress(None, missing))


def test_a_missing_figure_stands_for_no_value() -> None:
    """Asking for one is a mistake in the caller."""
    with pytest.raises(ValueError, match="not_collected"):
        _ = Figure(None).possible


def test_no_direction_no_status() -> None:
    """No polarity by default."""
    assert judge(Figure(95, "2024"), GE, "none", AFTER).reason == "no_direction"


def test_a_city_goal_gives_a_district_a_comparison_and_no_status() -> None:
    """The verdict it would get is kept apart."""
    footing = applies(GE, "district", "all", ("2024", "017"))
    verdict = judge(Figure(92, "2024"), GE, "higher", AFTER, footing=footing)
    assert (verdict.status, verdict.reason) == ("not_assessable", "compared_with_city")
    assert verdict.compared is not None
    assert verdict.compared.status == "not_met"


def test_a_comparison_that_cannot_be_made_says_why() -> None:
    """Rather than comparing with an old figure."""
    assert judge(Figure(92, "2018"), GE, "higher", AFTER, footing="compared").reason == "figure_before_plan"


@pytest.mark.parametrize(
    ("rule", "value", "base", "reason", "numbers"),
    [
        (CUMULATIVE, 14, None, "contributes", (14, 14, 40, 40)),
        (change("decrease_by", 300, 400), 30, 50, "contributes_fall", (20, 20, 300, 400)),
        (change("increase_by", 40), 30, 20, "contributes_rise", (10, 10, 40, 40)),
        (change("decrease_by"), 30, 50, "no_magnitude", None),
        (change("decrease_by", 300), 30, None, "no_baseline", None),
        (goal("le", high=40), 30, None, "contributes", (30, 30, 40, 40)),
    ],
)
def test_counts_contribute_to_the_city_goal(
    rule: Goal, value: float, base: float | None, reason: str, numbers: tuple[int, ...] | None
) -> None:
    """14 of 40: a part is not judged against the whole."""
    baseline = None if base is None else Figure(base, "2023")
    direction = "lower" if rule.operator in ("decrease_by", "le") else "higher"
    verdict = judge(Figure(value, "2024"), rule, direction, AFTER, baseline, "contributes")
    assert (verdict.status, verdict.reason) == ("not_assessable", reason)
    if numbers:
        assert tuple(verdict.params[key] for key in ("value_low", "value_high", "aim_low", "aim_high")) == numbers


def test_an_old_count_contributes_nothing_to_this_plan() -> None:
    """Communes of 2022 are not part of the 40 of 2024."""
    assert judge(Figure(63, "2022"), CUMULATIVE, "higher", AFTER, footing="contributes").reason == "figure_before_plan"


@pytest.mark.parametrize("footing", ["other_stratum", "other_level", "not_named"])
def test_a_goal_that_says_nothing_about_an_area_judges_nothing(footing: Any) -> None:
    """The reason is how the goal stands to the area."""
    assert judge(Figure(95, "2024"), GE, "higher", AFTER, footing=footing).reason == footing


def test_the_baseline_is_of_the_year_before_the_plan() -> None:
    """2023 for 2024; 2020 for a plan of 2021 to 2025."""
    assert base_period(GE) == "2023"
    assert base_period(goal("between", 8, 10, since=2021)) == "2020"


MET, NOT_MET, UNKNOWN = (Judgement(status, "x") for status in ("met", "not_met", "not_assessable"))  # type: ignore[arg-type]
ON, BEHIND, OFF, PARTLY = (Judgement(status, "x") for status in ("on_track", "behind", "off_track", "partly_met"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "status", "reason"),
    [
        ([MET], "met", "parts_all"),
        ([MET, MET], "met", "parts_all"),
        ([NOT_MET, NOT_MET], "not_met", "parts_none"),
        ([NOT_MET, MET, NOT_MET], "partly_met", "parts_mixed"),
        ([MET, NOT_MET, UNKNOWN], "partly_met", "parts_mixed"),
        ([MET, UNKNOWN], "not_assessable", "parts_unknown"),
        ([NOT_MET, UNKNOWN], "not_assessable", "parts_unknown"),
        ([UNKNOWN, UNKNOWN], "not_assessable", "parts_unknown"),
        ([PARTLY, UNKNOWN], "partly_met", "parts_mixed"),
        ([ON, MET], "on_track", "parts_slowest"),
        ([ON, BEHIND, MET], "behind", "parts_slowest"),
        ([OFF, ON], "off_track", "parts_slowest"),
        ([OFF, UNKNOWN], "off_track", "parts_slowest"),
        ([BEHIND, UNKNOWN], "not_assessable", "parts_unknown"),
        ([NOT_MET, ON], "not_assessable", "parts_unknown"),
        ([NOT_MET, ON, MET], "partly_met", "parts_mixed"),
    ],
)
def test_composite_goals(parts: list[Judgement], status: str, reason: str) -> None:
    """An unknown part leaves the whole open only where it could change it."""
    verdict = combine(parts)
    assert (verdict.status, verdict.reason) == (status, reason)


def test_a_composite_counts_its_parts() -> None:
    """One of three met."""
    assert combine([NOT_MET, MET, NOT_MET]).params == {"met": 1, "unknown": 0, "total": 3}


def test_a_composite_goal_has_parts() -> None:
    """All of nothing is not a goal met."""
    with pytest.raises(ValueError, match="at least one part"):
        combine([])
