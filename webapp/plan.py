"""The plan of the resolution, goal by goal: the city's figure, how it stands, and what else has been published.

Figures and verdicts come from `indicator_table`, as everywhere; the board, the page of the resolution and the table to
download read the same list.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from sqlalchemy.orm import Session

from indicators.assess import Assessment
from indicators.composite import combine
from indicators.goals import StatedGoal
from indicators.intervals import domain_of
from indicators.models import Indicator
from indicators.observations import Figure, load_histories
from indicators.progress import Figure as Evidence
from indicators.progress import Judgement, base_period
from indicators.table import indicator_table
from indicators.targets import Goal, applies
from webapp.db import Snapshot

Gap = Literal["no_indicator", "nobody", "elsewhere", "other_years"]
"""Nothing measures it; nobody published a figure; there are some for other areas or strata only; for other years."""

City = Mapping[tuple[str, str], Mapping[str, tuple[str, Figure]]]
"""The city's figure with its edition, by indicator and stratum and then by year."""

APPENDIX = re.compile(r"Phụ lục, mục (\d+)")


@dataclass(frozen=True)
class Assessed:
    """A goal with the figures of those it binds.

    `figure` is the city's for the goal's year, with `rivals` of the same period that say something else; `baseline` is
    what a change is counted from; `others` are its figures of other years, latest first. For a goal of districts
    `figure` is None and `parts` are their verdicts by code. `elsewhere`: there are figures for other areas or strata.
    `conflicts` are the other places that set the same with other numbers.
    """

    stated: StatedGoal
    indicator: Indicator | None
    judgement: Judgement
    figure: Figure | None = None
    rivals: tuple[Figure, ...] = ()
    baseline: Figure | None = None
    others: tuple[Figure, ...] = ()
    parts: tuple[tuple[str, Judgement], ...] = ()
    elsewhere: bool = False
    conflicts: tuple[Assessed, ...] = ()

    @property
    def gap(self) -> Gap | None:
        """What kind of gap keeps the goal from being assessed; None where there is a figure or some verdict."""
        if self.figure or any(verdict.reason != "not_collected" for _, verdict in self.parts):
            return None
        if self.indicator is None:
            return "no_indicator"
        return "other_years" if self.others else "elsewhere" if self.elsewhere else "nobody"

    @property
    def baseline_evidence(self) -> Evidence | None:
        """What a change is counted from, as judged."""
        known = self.baseline is not None and self.indicator is not None
        return to_evidence(self.baseline, self.indicator) if known else None  # type: ignore[arg-type]

    @property
    def evidence(self) -> Evidence | None:
        """The figure as judged, None where there is none."""
        return None if self.figure is None or self.indicator is None else to_evidence(self.figure, self.indicator)


@dataclass(frozen=True)
class Item:
    """A numbered row of the appendix: one goal, or several that it sets together."""

    number: int
    goals: tuple[Assessed, ...]
    judgement: Judgement


def today() -> dt.date:
    """The day in Hanoi."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()


def to_evidence(figure: Figure, indicator: Indicator) -> Evidence:
    """A published figure as `judge` reads it."""
    domain = domain_of(indicator.measure, indicator.unit_id)
    return Evidence(figure.value, figure.period, figure.qualifier or "", figure.value_high, domain=domain)


def assess(opened: Session, data: Snapshot, stated: StatedGoal, known: City, today: dt.date) -> Assessed:
    """One goal on the day `today`. A goal without an indicator cannot be assessed: nothing measures it."""
    goal = stated.goal
    if not goal.indicator:
        return Assessed(stated, None, Judgement("not_assessable", "not_collected"))
    indicator = data.catalogue.indicator(goal.indicator)
    if goal.scope == "each_district":
        return _assess_districts(opened, data, stated, indicator, today)
    figures = known.get((indicator.id, goal.stratum), {})
    years = [str(year) for year in range(goal.year, goal.first_year - 1, -1)]
    year = next((year for year in years if year in figures), years[0])
    edition = figures[year][0] if year in figures else "2024"
    table = indicator_table(
        opened, data.catalogue, data.places, indicator.id, edition, "city", year, goal.stratum, today
    )
    found, base = table.rows[0], figures.get(base_period(goal))
    return Assessed(
        stated,
        indicator,
        _verdict(found.assessment, goal),
        found.figure,
        tuple(rival for rival in found.alternatives if _rivals(rival, found.figure)),
        base[1] if base else None,
        tuple(figures[year][1] for year in sorted(figures, reverse=True) if year not in years),
        elsewhere=any(cell[0] == indicator.id for cell in data.catalogue.covered),
    )


def _rivals(one: Figure, other: Figure | None) -> bool:
    """Whether a figure of the same period says something else."""
    said = (one.value, one.qualifier, one.value_high)
    return other is not None and one.period == other.period and said != (
        other.value, other.qualifier, other.value_high
    )  # fmt: skip


def _verdict(assessment: Assessment, goal: Goal) -> Judgement:
    """What is said by this goal, or by the one that it repeats; the leading one's reason where there is no figure."""
    for each in (assessment, *assessment.others):
        if each.goal and (each.goal.scope, each.goal.low, each.goal.high) == (goal.scope, goal.low, goal.high):
            return each.judgement
    return assessment.judgement


def _load_city(opened: Session, data: Snapshot) -> City:
    """The city's figures by indicator and stratum, then by year; where two editions have a year, the earlier one's."""
    known: dict[tuple[str, str], dict[str, tuple[str, Figure]]] = defaultdict(dict)
    for edition in data.places.editions:
        code = data.places.at(edition, "city")[0].code
        for asked, history in load_histories(opened, data.catalogue, edition, code).items():
            for figure in history:
                known[asked].setdefault(figure.period[:4], (edition, figure))
    return known


def _assess_districts(
    opened: Session, data: Snapshot, stated: StatedGoal, indicator: Indicator, today: dt.date
) -> Assessed:
    """A goal of each district, or of those that it names: the verdicts of all of them together."""
    table = indicator_table(
        opened, data.catalogue, data.places, indicator.id, "2024", "district", str(stated.goal.year), "all", today
    )
    parts = tuple(
        (row.area.code, row.judgement)
        for row in table.rows
        if applies(stated.goal, "district", "all", (row.area.edition_id, row.area.code)) == "binding"
    )
    return Assessed(stated, indicator, combine([verdict for _, verdict in parts]), parts=parts)


def assess_plan(opened: Session, data: Snapshot, today: dt.date) -> list[Assessed]:
    """Every place of the text that states a goal, in its order; a repetition has the verdict of where it counts.

    Kept with the data for the day: three pages and a report ask for it, and it takes a hundred tables.
    """
    day, kept = data.memo.get("plan", (None, []))
    if day != today:
        city = _load_city(opened, data)
        goals = [assess(opened, data, stated, city, today) for stated in data.catalogue.plan]
        kept = [replace(goal, conflicts=tuple(_conflicting(goal, goals))) for goal in goals]
        data.memo["plan"] = (today, kept)
    return list(kept)


def _conflicting(goal: Assessed, goals: Iterable[Assessed]) -> Iterable[Assessed]:
    """Other goals that count, of the same indicator and scope; the table repeats none with the same numbers."""
    if not goal.stated.counts:
        return
    for other in goals:
        same = (other.stated.goal.indicator, other.stated.goal.scope) == (
            goal.stated.goal.indicator,
            goal.stated.goal.scope,
        )
        if other is not goal and other.stated.counts and same:
            yield other


def appendix_items(goals: Iterable[Assessed]) -> list[Item]:
    """The rows of the appendix in the order of their numbers."""

    def number(goal: Assessed) -> int:
        found = APPENDIX.match(goal.stated.goal.resolution_ref)
        return int(found[1]) if found else 0

    rows = sorted((goal for goal in goals if number(goal)), key=number)
    return [_item(at, tuple(group)) for at, group in groupby(rows, number)]


def _item(number: int, goals: Sequence[Assessed]) -> Item:
    verdicts = [goal.judgement for goal in goals]
    return Item(number, tuple(goals), verdicts[0] if len(verdicts) == 1 else combine(verdicts))


def further_goals(goals: Iterable[Assessed]) -> list[Assessed]:
    """Goals that stand in the body only: not said in the appendix, with the same numbers or with others."""
    listed = list(goals)
    in_appendix = {goal.stated.goal.indicator for goal in listed if APPENDIX.match(goal.stated.goal.resolution_ref)}
    return [
        goal
        for goal in listed
        if goal.stated.repeats is None
        and not APPENDIX.match(goal.stated.goal.resolution_ref)
        and goal.stated.goal.indicator not in in_appendix
    ]
