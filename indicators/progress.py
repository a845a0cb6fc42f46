"""Progress and status: how far a figure has come, and what may be said of it on the day of reading.

A judgement is made from every value that the figure may stand for (`intervals.possible`), never from the rounded one,
and only where all of them agree. It carries a machine reason with its numbers; the words are in `reasons.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from indicators.intervals import INFINITY, REAL, Interval, Number, at_least, at_most, exact, point, possible
from indicators.periods import period_end
from indicators.targets import Footing, Goal, met_set
from indicators.verdicts import Params, explain_met, explain_not_met

Status = Literal["met", "partly_met", "not_met", "on_track", "behind", "off_track", "not_assessable"]

BEHIND, ON_TRACK = Decimal("0.75"), Decimal(1)
"""Shares of the required pace from which a figure is behind rather than off track, and on track rather than behind."""

PACES: tuple[tuple[Status, str, Interval], ...] = (
    ("on_track", "pace_reached", at_least(ON_TRACK)),
    ("behind", "pace_short", Interval(BEHIND, ON_TRACK, low_closed=True)),
    ("off_track", "pace_far_short", at_most(BEHIND, closed=False)),
)


@dataclass(frozen=True)
class Figure:
    """A published figure for a period, or the reason why there is none (`value` None, `missing` a reason code)."""

    value: float | None
    period: str = ""
    qualifier: str = ""
    value_high: float | None = None
    missing: str = "not_collected"
    domain: Interval = REAL

    @property
    def possible(self) -> Interval:
        """The values that it may stand for. Raises ValueError if it is missing."""
        if self.value is None:
            raise ValueError(f"A missing figure ({self.missing}) stands for no value.")
        return possible(self.value, self.qualifier, self.value_high, self.domain)

    @property
    def as_of(self) -> dt.date:
        """The last day that it covers."""
        return period_end(self.period)


@dataclass(frozen=True)
class Progress:
    """Share of the way from baseline to target (1 = there, may be negative or over 1), or the reason for none."""

    value: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What may be said of a figure against a goal, and why.

    `reason` is a code of `reasons.REASONS` and `params` holds its numbers, unrounded. `compared` is the verdict that
    the figure would get if a goal that does not bind its area did: for words and sorting, not for a tick or a colour.
    """

    status: Status
    reason: str
    params: Mapping[str, Decimal | int | str] = field(default_factory=dict)
    progress: Progress = Progress(None, "no_figure")
    compared: Judgement | None = None


def progress(value: Number | None, baseline: Number | None, target: Number | None) -> Progress:
    """(value − baseline) / (target − baseline): 0 at the baseline, 1 at the target, whichever way the target lies."""
    if value is None:
        return Progress(None, "no_figure")
    if baseline is None:
        return Progress(None, "no_baseline")
    if target is None:
        return Progress(None, "no_magnitude")
    origin, way = exact(baseline), exact(target) - exact(baseline)
    if way == 0:
        return Progress(None, "baseline_equals_target")
    return Progress(float((exact(value) - origin) / way))


def base_period(goal: Goal) -> str:
    """The year whose last figure is the baseline: the one before the plan begins."""
    return str(goal.first_year - 1)


def judge(
    figure: Figure,
    goal: Goal,
    direction: str,
    today: dt.date,
    baseline: Figure | None = None,
    footing: Footing = "binding",
) -> Judgement:
    """The status of one figure against one goal on the day `today`.

    `direction` is the indicator's; "none" blocks a status. `baseline` is the figure of `base_period(goal)`; cumulative
    goals start from zero and need none. `footing` is how the goal stands to the area (`targets.applies`): a goal that
    does not bind the area gives no status, but a comparison or a contribution.
    """
    if footing in ("other_stratum", "other_level", "not_named"):
        return _unknown(footing)
    if figure.value is None:
        return _unknown(figure.missing)
    if direction not in ("higher", "lower", "within"):
        return _unknown("no_direction")
    case = _Case(figure, goal, direction, today, baseline if baseline and baseline.value is not None else None)
    if footing == "contributes":
        return case.contribution()
    verdict = case.verdict()
    if footing == "binding" or verdict.status == "not_assessable":
        return verdict
    return Judgement("not_assessable", "compared_with_city", verdict.params, verdict.progress, compared=verdict)


def measured(figure: Figure, goal: Goal, direction: str, baseline: Figure | None = None) -> Interval | str:
    """What a goal judges of a figure that is not missing: its possible values, or their changes since the base (falls
    are negative); a reason code where that cannot be told. Raises: ValueError if the indicator has no direction."""
    known = baseline if baseline and baseline.value is not None else None
    return _Case(figure, goal, direction, goal.due, known).measured()


def _unknown(reason: str, way: Progress | None = None, **params: Decimal | int | str) -> Judgement:
    return Judgement("not_assessable", reason, params, way or Progress(None, reason))


@dataclass(frozen=True)
class _Case:
    """A figure that is not missing, before a goal that has something to say about it, with the baseline if known."""

    figure: Figure
    goal: Goal
    direction: str
    today: dt.date
    baseline: Figure | None

    @cached_property
    def met(self) -> Interval:
        return met_set(self.goal, self.direction)

    @property
    def lasting(self) -> bool:
        """Whether what is reached cannot be lost again before the due date: work done, a running count that is high
        enough."""
        done = self.goal.operator == "complete"
        return done or (self.goal.timing == "cumulative" and self.met.high == INFINITY)

    def verdict(self) -> Judgement:
        """The status if the goal binds."""
        measured = self.outside_plan() or self.measured()
        if isinstance(measured, str):
            return _unknown(measured, period=self.figure.period, year=self.goal.first_year - 1)
        line = self.line()
        way = self.progress(measured, line)
        within, apart = measured.within(self.met), measured.apart(self.met)
        if undated := self.undecided_by_date(within, apart):
            return _unknown(undated, way, period=self.figure.period)
        past = self.today > self.goal.due
        if within and (past or self.lasting):
            return Judgement("met", *explain_met(measured, self.met, self.goal), way)
        if within:
            return Judgement("on_track", "in_target", {}, way)
        if past and apart:
            return Judgement("not_met", *explain_not_met(measured, self.met, self.goal), way)
        paced = None if past else self.paced(measured, line, way)
        # Values short of the target at the required pace are on track, as are those within it.
        if paced and (apart or (paced.status == "on_track" and not self.lasting)):
            return paced
        code = "change_straddles" if self.goal.of_change else "interval_straddles"
        bounds = {"value_low": measured.low, "value_high": measured.high}
        return _unknown(code, way, **bounds, relative=int(self.goal.relative))

    def contribution(self) -> Judgement:
        """The area's part of a count that the goal sets for the whole city."""
        measured = self.outside_plan() or self.measured()
        if isinstance(measured, str):
            return _unknown(measured, period=self.figure.period, year=self.goal.first_year - 1)
        if self.goal.low is None and self.goal.high is None:
            return _unknown("no_magnitude")
        if self.goal.operator == "decrease_by":
            measured = point(0).minus(measured)
        aim = [exact(bound) for bound in (self.goal.low, self.goal.high) if bound is not None]
        params = {"value_low": measured.low, "value_high": measured.high, "aim_low": aim[0], "aim_high": aim[-1]}
        code = {"decrease_by": "contributes_fall", "increase_by": "contributes_rise"}.get(self.goal.operator)
        return _unknown(code or "contributes", Progress(None, "contributes"), **params)

    def measured(self) -> Interval | str:
        """The possible values, or changes since the base, that the goal judges; a reason code where there are none."""
        value = self.figure.possible
        if not self.goal.of_change:
            return value
        if not self.goal.base and self.goal.operator != "maintain":
            return "base_not_stated"
        if self.baseline is None or self.baseline.period[:4] != base_period(self.goal):
            return "no_baseline"
        start = self.baseline.possible
        if self.goal.relative:
            return _relative_change(value, start)
        # A district with 200 poor households cannot lose 300: no figure could meet the goal, so none fails it.
        needed = start.minus(point(0).minus(self.met))
        return value.minus(start) if not needed.apart(self.figure.domain) else "unreachable"

    def outside_plan(self) -> str | None:
        """Why a figure that is not of the plan's time says nothing; work done is another matter, whenever it was."""
        as_of, goal = self.figure.as_of, self.goal
        if goal.operator == "complete" or (goal.first_year <= as_of.year and as_of <= goal.due):
            return None
        return "figure_after_due" if as_of > goal.due else "figure_before_plan"

    def undecided_by_date(self, within: bool, apart: bool) -> str | None:
        """Why the date of the figure keeps it from deciding, or None if it does not.

        Work done is done, work not done later was not done on time, a running count that is high enough stays so; any
        other figure must be of the due date once that is past.
        """
        as_of, goal = self.figure.as_of, self.goal
        if as_of > goal.due:
            return None if apart else "figure_after_due"
        if within and self.lasting:
            return None
        if as_of.year < goal.first_year:
            return "figure_before_plan"
        return "figure_before_due" if self.today > goal.due > as_of else None

    def line(self) -> tuple[Decimal, Decimal] | str:
        """Where the way to the target starts and ends, in what the goal judges; a reason code where there is none.

        It ends at the bound of the met set that the start faces.
        """
        if self.goal.of_change or self.goal.operator == "complete" or self.goal.timing == "cumulative":
            start = point(0)
        elif self.baseline is None:
            return "no_baseline"
        else:
            start = self.baseline.possible
        if not start.is_point:
            return "baseline_not_exact"
        if start.within(self.met):
            return "baseline_meets_target"
        end = self.met.low if start.low <= self.met.low else self.met.high
        if start.low == end:
            return "no_magnitude" if self.goal.of_change else "baseline_equals_target"
        return start.low, end

    def beyond(self, start: Decimal) -> Interval | None:
        """The values past a met set that has two ends, seen from the start: they have to come back."""
        if not (self.met.low.is_finite() and self.met.high.is_finite()):
            return None
        return at_least(self.met.high, closed=False) if start < self.met.low else at_most(self.met.low, closed=False)

    def progress(self, measured: Interval, line: tuple[Decimal, Decimal] | str) -> Progress:
        """Progress of an exact figure along the line."""
        if isinstance(line, str):
            return Progress(None, line)
        return progress(measured.low, *line) if measured.is_point else Progress(None, "figure_not_exact")

    def paced(self, measured: Interval, line: tuple[Decimal, Decimal] | str, way: Progress) -> Judgement:
        """The status before the due date of a figure that is not there yet: actual over required pace."""
        if self.goal.operator == "complete":
            return _unknown("not_complete_yet", way)
        if line == "baseline_meets_target":
            return Judgement("off_track", "left_target", {}, way)
        if isinstance(line, str):
            return _unknown(line, way, year=self.goal.first_year - 1)
        began = self.baseline.as_of if self.baseline else dt.date(self.goal.first_year - 1, 12, 31)
        elapsed, total = ((day - began).days for day in (self.figure.as_of, self.goal.due))
        if elapsed <= 0:
            return _unknown("no_time_elapsed", way)
        start, end = line
        beyond = self.beyond(start)
        if beyond is not None and not measured.apart(beyond):
            inside = measured.within(beyond)
            return Judgement("off_track", "overshot", {}, way) if inside else _unknown("pace_straddles", way)
        pace = measured.rescaled(start, Decimal(total), (end - start) * elapsed)
        params: Params = {"pace_low": pace.low, "pace_high": pace.high}
        for status, code, interval in PACES:
            if pace.within(interval):
                return Judgement(status, code, {**params, "elapsed": Decimal(elapsed) / total}, way)
        return _unknown("pace_straddles", way)


def _relative_change(value: Interval, start: Interval) -> Interval | str:
    """Change in per cent of an exact baseline that is not zero."""
    if not start.is_point:
        return "baseline_not_exact"
    if start.low == 0:
        return "zero_baseline"
    return value.rescaled(start.low, Decimal(100), abs(start.low))
