"""The catalogue as one frozen object per data version: what is measured, in which words, with which goals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from boundaries.areas import Places
from boundaries.names import nearest
from geo.errors import UnknownName
from indicators.coverage import ANY_YEAR, Count, Pair, about, pairs_changed_since, read_counts
from indicators.goals import GOALS, StatedGoal, build_stated, goals_by_indicator
from indicators.history import read_stated
from indicators.models import Breaks, GoalRow, Indicator, Source, Statement, Theme, Unit, ValueLabel
from indicators.targets import Goal

Cell = tuple[str, str, str, str]
"""(indicator, edition, level, stratum): the key under which coverage is counted."""


@dataclass(frozen=True)
class Catalogue:
    """All rows of the catalogue's tables, detached, and where figures exist.

    `plan` are all goals in the order of the text, `goals` those to judge by, by indicator, the appendix first.
    `coverage` counts, for each cell and year, the areas with an outcome dated in that year (a plan is no outcome).
    `as_of` is the batch after which figures are meant, None for those that stand at present.
    """

    themes: dict[str, Theme]
    units: dict[str, Unit]
    indicators: dict[str, Indicator]
    labels: dict[str, list[ValueLabel]]
    limits: dict[tuple[str, str], tuple[float, ...]]
    goals: dict[str, list[Goal]]
    plan: tuple[StatedGoal, ...]
    sources: dict[str, Source]
    coverage: dict[Cell, dict[str, int]]
    covered: dict[Cell, int]
    as_of: int | None = None

    def indicator(self, indicator_id: str) -> Indicator:
        """Raises UnknownName with the nearest ids."""
        if indicator_id not in self.indicators:
            raise UnknownName("indicator", indicator_id, nearest(indicator_id, list(self.indicators)))
        return self.indicators[indicator_id]

    def stated(self, indicator_id: str) -> list[StatedGoal]:
        """The goals to judge an indicator by, with their words, in the order of `goals`."""
        by_goal = {stated.goal: stated for stated in self.plan if stated.counts}
        return [by_goal[goal] for goal in self.goals.get(indicator_id, [])]

    def years(self, cell: Cell) -> list[str]:
        """Years with an outcome for at least one area, earliest first."""
        return sorted(self.coverage.get(cell, {}))

    def default_period(self, cell: Cell) -> str | None:
        """The year to open: the one that covers most areas, the latest of such; for statuses simply the latest."""
        years = self.years(cell)
        if not years or self.indicators[cell[0]].measure == "status":
            return years[-1] if years else None
        return max(years, key=lambda year: (self.coverage[cell][year], year))

    def shown(self, cell: Cell) -> int:
        """Areas with a figure in the default period; statuses last, so all that were ever dated count."""
        period = self.default_period(cell)
        if period is None or self.indicators[cell[0]].measure == "status":
            return self.covered.get(cell, 0)
        return self.coverage[cell][period]


def levels_of(indicator: Indicator) -> tuple[str, ...]:
    """Levels at which the indicator is defined."""
    return tuple(indicator.levels.split(","))


def strata_of(indicator: Indicator) -> tuple[str, ...]:
    """Strata that the indicator has, the total first where there is one."""
    return tuple(indicator.strata.split(","))


def applies_to(indicator: Indicator, level: str, kind: str) -> bool:
    """Whether the indicator has a meaning for this kind of unit: NTM titles are for xã only, for instance."""
    return level == "city" or not indicator.area_types or kind in indicator.area_types.split(",")


def load_catalogue(session: Session, places: Places) -> Catalogue:
    """Read the catalogue's tables, and where figures exist."""
    plan = _read_plan(session)
    catalogue = Catalogue(
        themes={row.id: row for row in session.scalars(select(Theme).order_by(Theme.position))},
        units={row.id: row for row in session.scalars(select(Unit))},
        indicators={row.id: row for row in session.scalars(select(Indicator).order_by(Indicator.position))},
        labels=_read_labels(session),
        limits={
            (row.indicator_id, row.level): tuple(float(limit) for limit in row.limits.split(","))
            for row in session.scalars(select(Breaks))
        },
        goals=goals_by_indicator(plan),
        plan=plan,
        sources={},
        coverage={},
        covered={},
    )
    session.expunge_all()
    return recount(catalogue, session, places)


def recount(catalogue: Catalogue, session: Session, places: Places, as_of: int | None = None) -> Catalogue:
    """The catalogue with what batches of figures change: the sources, and the coverage there is or was after batch
    `as_of`."""
    coverage, covered = _read_coverage(session, places, as_of)
    sources = {row.id: row for row in session.scalars(select(Source))}
    session.expunge_all()
    return replace(catalogue, sources=sources, coverage=coverage, covered=covered, as_of=as_of)


def _read_labels(session: Session) -> dict[str, list[ValueLabel]]:
    groups: dict[str, list[ValueLabel]] = defaultdict(list)
    for row in session.scalars(select(ValueLabel).order_by(ValueLabel.indicator_id, ValueLabel.value)):
        groups[row.indicator_id].append(row)
    return dict(groups)


def _read_plan(session: Session) -> tuple[StatedGoal, ...]:
    rows = session.scalars(select(GoalRow).order_by(GoalRow.id))
    return tuple(build_stated({column.name: getattr(row, column.field) for column in GOALS.columns}) for row in rows)


def _read_coverage(
    session: Session, places: Places, as_of: int | None
) -> tuple[dict[Cell, dict[str, int]], dict[Cell, int]]:
    """Areas by cell and year, and by cell; after batch `as_of` what has changed since is counted from the history."""
    counts = read_counts(session)
    if as_of is not None:
        changed = pairs_changed_since(session, as_of)
        kept = [count for count in counts if count[:2] not in changed]
        counts = [*kept, *_count_past(session, places, as_of, changed)]
    coverage: dict[Cell, dict[str, int]] = defaultdict(dict)
    covered: dict[Cell, int] = {}
    for indicator, edition, level, stratum, year, areas in counts:
        cell = indicator, edition, level, stratum
        if year == ANY_YEAR:
            covered[cell] = areas
        else:
            coverage[cell][year] = areas
    return dict(coverage), covered


def _count_past(session: Session, places: Places, as_of: int, pairs: set[Pair]) -> Iterator[Count]:
    """The counts of some indicators and editions after a batch."""
    level = {(area.edition_id, area.code): area.level for areas in places.areas.values() for area in areas}
    names = ("indicator_id", "edition_id", "area_code", "stratum", "period")
    seen: set[tuple[Cell, str, str]] = set()
    for pair in pairs:
        rows = read_stated(session, names, partial(_outcomes_of, pair), as_of)
        for indicator, edition, code, stratum, period in rows:
            if (edition, code) in level:  # the history may hold units that later tables dropped
                cell = indicator, edition, level[edition, code], stratum
                seen |= {(cell, code, period[:4]), (cell, code, ANY_YEAR)}
    for (cell, year), areas in Counter((cell, year) for cell, _code, year in seen).items():
        yield (*cell, year, areas)


def _outcomes_of(pair: Pair, model: type[Statement]) -> tuple[ColumnElement[bool], ...]:
    return *about(pair, model), model.status != "planned"
