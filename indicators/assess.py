"""Judging the figures of areas: which goal each is set against, from which baseline, and what comes of it.

`progress.judge` judges one figure against one goal. Here every area of a table finds its goal (its own allocation, or
the city's to be compared with), so that map, page, API and exports all say the same of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from indicators.intervals import Interval, domain_of
from indicators.models import Indicator
from indicators.observations import Figure
from indicators.progress import Figure as Judged
from indicators.progress import Judgement, Progress, base_period, judge
from indicators.targets import AreaKey, Footing, Goal, applies, goals_for

History = Callable[[str], Mapping[str, Figure]]
"""The best figure of each area, by code, for a year."""

Facts = tuple[object, ...]
Case = tuple[Facts, Facts | None]
"""What a judgement depends on besides its goal: the figure and its baseline. Areas with the same share one."""

CONTRIBUTIONS = ("contributes", "contributes_fall", "contributes_rise")


def no_history(_year: str) -> Mapping[str, Figure]:
    """The figures of earlier years where none are known."""
    return {}


@dataclass(frozen=True)
class Assessment:
    """What may be said of one area's figure.

    `goal` is what it was judged against and `footing` how that stands to the area; None where no goal says anything
    about it. `others` are the assessments by further goals, such as the second of two numbers in one resolution.
    """

    judgement: Judgement
    goal: Goal | None = None
    footing: Footing | None = None
    others: tuple[Assessment, ...] = ()


@lru_cache(maxsize=256)
def withheld(reason: str, goal: Goal | None = None, footing: Footing | None = None) -> Assessment:
    """No judgement, for a reason."""
    return Assessment(Judgement("not_assessable", reason, {}, Progress(None, reason)), goal, footing)


@lru_cache(maxsize=16)
def _judged_cases(
    _goal: Goal, _footing: Footing, _direction: str, _domain: Interval, _today: dt.date
) -> dict[Case, Judgement]:
    """Judgements by case, for as long as a map, its table, file and cards ask for the same ones."""
    return {}


NO_TARGET = withheld("no_target")
"""Of an indicator without a goal."""


class Assessor:
    """Judges figures of one indicator, level and stratum on the day `today`.

    `goals` are those of the indicator, the first before others; `history` gives the figures of earlier years.
    """

    def __init__(
        self, indicator: Indicator, goals: list[Goal], level: str, stratum: str, today: dt.date, history: History
    ) -> None:
        self.indicator, self.goals, self.level, self.stratum = indicator, goals, level, stratum
        self.today, self.history = today, history
        self.domain = domain_of(indicator.measure, indicator.unit_id)
        self.additive = indicator.aggregation == "sum"
        self.shared = goals_for([goal for goal in goals if not goal.areas], level, stratum, None, self.additive)
        self._bases: dict[str, Mapping[str, Figure]] = {}
        self._known: dict[tuple[int, Footing], dict[Case, Judgement]] = {}

    @property
    def leading(self) -> tuple[Goal, Footing] | tuple[None, None]:
        """The first goal that says something about areas that no goal names, and how it stands to them."""
        return self.shared[0] if self.shared else (None, None)

    def assess(
        self, edition: str, code: str, figure: Figure | None, missing: str = "not_collected", estimate: bool = False
    ) -> Assessment:
        """The assessment of one area. `missing` is the reason where there is no figure; an `estimate`, whose error is
        not known for the area, is not judged."""
        standing = self._standing((edition, code))
        if figure is None or (estimate and standing):
            goal, footing = standing[0] if standing else (None, None)
            return withheld(missing if figure is None else "estimated", goal, footing)
        if not standing:
            return withheld(self._silence((edition, code)))
        first, *others = [self._judge(goal, footing, code, figure) for goal, footing in _in_time(standing, figure)]
        return Assessment(first.judgement, first.goal, first.footing, tuple(others)) if others else first

    def _standing(self, area: AreaKey) -> list[tuple[Goal, Footing]]:
        if not any(area in goal.areas for goal in self.goals):
            return self.shared
        return goals_for(self.goals, self.level, self.stratum, area, self.additive)

    def _silence(self, area: AreaKey) -> str:
        """Why no goal says anything about an area."""
        if not self.goals:
            return NO_TARGET.judgement.reason
        return applies(self.goals[0], self.level, self.stratum, area, self.additive)

    def _judge(self, goal: Goal, footing: Footing, code: str, figure: Figure) -> Assessment:
        base = self._baseline(goal, code)
        known, case = self._cases(goal, footing), (_facts(figure), _facts(base) if base else None)
        if case not in known:
            baseline = self._judged(base) if base else None
            known[case] = judge(self._judged(figure), goal, self.indicator.direction, self.today, baseline, footing)
        return Assessment(known[case], goal, footing)

    def _cases(self, goal: Goal, footing: Footing) -> dict[Case, Judgement]:
        key = self.goals.index(goal), footing  # a goal is hashed once for a table, not once for an area
        if key not in self._known:
            self._known[key] = _judged_cases(goal, footing, self.indicator.direction, self.domain, self.today)
        return self._known[key]

    def _baseline(self, goal: Goal, code: str) -> Figure | None:
        """The last figure of the year before the plan; running counts start from zero and work done from nothing."""
        if goal.operator == "complete" or goal.timing == "cumulative":
            return None
        year = base_period(goal)
        if year not in self._bases:
            self._bases[year] = self.history(year)
        return self._bases[year].get(code)

    def _judged(self, figure: Figure) -> Judged:
        value, period, qualifier, high = figure.value, figure.period, figure.qualifier or "", figure.value_high
        return Judged(value, period, qualifier, high, domain=self.domain)


def contributed(judgements: Iterable[Judgement]) -> tuple[Judgement, int] | None:
    """What areas contribute to the city's goal together, to be put in words like one of them ("14 of 40"), and how many
    areas that is; None where none contributes."""
    parts = [judgement for judgement in judgements if judgement.reason in CONTRIBUTIONS]
    if not parts:
        return None
    low, high = (sum((Decimal(part.params[end]) for part in parts), Decimal(0)) for end in ("value_low", "value_high"))
    together = {**parts[0].params, "value_low": low, "value_high": high}
    return Judgement("not_assessable", parts[0].reason, together, parts[0].progress), len(parts)


def _in_time(standing: list[tuple[Goal, Footing]], figure: Figure) -> list[tuple[Goal, Footing]]:
    """Goals whose plan covers the figure's year before others, else in their order."""
    year = int(figure.period[:4])
    return sorted(standing, key=lambda pair: not pair[0].first_year <= year <= pair[0].due.year)


def _facts(figure: Figure) -> Facts:
    return figure.value, figure.period, figure.qualifier, figure.value_high
