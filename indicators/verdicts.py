"""Which reason a verdict gets, and the numbers that belong to it: by how much the target is passed or missed.

Gaps are the least possible ones: `at_least` is 1 where the figure is not exact, so that the words can say "by at
least". Codes and words: `indicators/reasons.py`.
"""

from __future__ import annotations

from decimal import Decimal

from indicators.intervals import Interval, between, exact, point
from indicators.targets import Goal

Params = dict[str, Decimal | int | str]


def explain_met(measured: Interval, met: Interval, goal: Goal) -> tuple[str, Params]:
    """Reason code and numbers for possible values (or changes) that all lie in the met set."""
    if goal.operator == "complete":
        return "met_complete", {}
    if goal.of_change:
        return _met_change(measured, goal)
    if measured.is_point and measured.low in (met.low, met.high):
        return ("met_kept" if goal.operator == "maintain" else "met_at_bound"), {"bound": measured.low}
    band = between(goal.low, goal.high) if goal.low is not None and goal.high is not None else None
    if band is not None and measured.within(band):
        return "met_in_range", {}
    if band is not None and measured.apart(band):
        above = measured.low >= band.high
        gap = measured.low - band.high if above else band.low - measured.high
        return ("met_above_range" if above else "met_below_range"), _gap(gap, measured)
    above = met.low.is_finite()
    gap = measured.low - met.low if above else met.high - measured.high
    if gap == 0 or band is not None:
        return "met_every_value", {}
    return ("met_above" if above else "met_below"), _gap(gap, measured)


def explain_not_met(measured: Interval, met: Interval, goal: Goal) -> tuple[str, Params]:
    """Reason code and numbers for possible values (or changes) of which none lies in the met set."""
    if goal.operator == "complete":
        return "not_complete", {}
    below = measured.high <= met.low
    gap = met.low - measured.high if below else measured.low - met.high
    if goal.of_change:
        return _missed_change(measured, gap, goal)
    if gap == 0:
        return ("at_open_bound", {"bound": measured.low}) if measured.is_point else ("no_value_meets", {})
    return ("below_target" if below else "above_target"), _gap(gap, measured)


def _gap(gap: Decimal, measured: Interval) -> Params:
    return {"gap": gap, "at_least": int(not measured.is_point)}


def _met_change(change: Interval, goal: Goal) -> tuple[str, Params]:
    if goal.operator == "maintain":
        return "met_kept_base", {}
    fall = goal.operator == "decrease_by"
    size = point(0).minus(change) if fall else change
    numbers: Params = {"change": size.low, "at_least": int(not change.is_point), "relative": int(goal.relative)}
    if goal.high is not None and size.low > exact(goal.high):
        return ("met_fall_beyond" if fall else "met_rise_beyond"), {**numbers, "gap": size.low - exact(goal.high)}
    return ("met_fall" if fall else "met_rise"), numbers


def _missed_change(change: Interval, gap: Decimal, goal: Goal) -> tuple[str, Params]:
    if goal.operator == "maintain":
        return "not_kept", {**_gap(gap, change), "relative": int(goal.relative)}
    fall = goal.operator == "decrease_by"
    if goal.low is None:
        return ("did_not_fall" if fall else "did_not_rise"), {}
    return ("fell_short" if fall else "rose_short"), {**_gap(gap, change), "relative": int(goal.relative)}
