"""The one way to numbers: every page, API answer and export reads `indicator_table`, so they cannot disagree."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from boundaries.areas import Places
from boundaries.layers import is_elsewhere
from boundaries.models import Area
from geo.classify import Closed, Limits
from geo.errors import BadParameter
from geo.join import JoinReport, compare_codes
from indicators import day
from indicators.assess import NO_TARGET, Assessment, Assessor, History, contributed, no_history
from indicators.catalogue import Catalogue, applies_to, levels_of, strata_of
from indicators.classes import class_index, limits_of
from indicators.contributions import ESTIMATE
from indicators.models import Indicator
from indicators.observations import Figure
from indicators.progress import Judgement
from indicators.readings import Readings
from indicators.targets import Footing, Goal, closed_side, dividing_bound


@dataclass(frozen=True)
class Carried:
    """How a figure came here that nobody published for its area: from another edition, or from the level below.

    `quality` is "exact" (a sum of whole units that an official text names) or "estimate". `coverage` is the share of
    the land, or of the weight, from which there is a figure; `method` sum, weighted_mean, ratio, unchanged or
    composition; `weight_basis` what divided units were divided by; `basis` what the pairs of units rest on. `error` is
    the median relative error of such estimates where the truth is known as well, None where it could not be measured.
    """

    origin: str
    quality: str
    coverage: float
    method: str
    weight_basis: str
    basis: str
    contributors: int
    missing: tuple[str, ...]
    source_ids: tuple[str, ...]
    error: float | None = None


Judge = Callable[["AreaFigure"], Assessment]
"""Says how a row's figure stands to the goals."""


@dataclass(frozen=True)
class AreaFigure:
    """One area and its figure, or the reason why it has none.

    `reason` is None where there is a figure, else `not_applicable` (no meaning for this kind of unit) or
    `not_collected` (no outcome known for the period). `class_index` is None where the figure is missing, or the row was
    made without its table (`indicators/single.py`).
    `alternatives` are the figures that answer the question too but rank lower, best first. `carried` says how a figure
    that is not native came here; native figures have none.
    """

    area: Area
    figure: Figure | None
    reason: str | None
    class_index: int | None
    alternatives: tuple[Figure, ...]
    carried: Carried | None = None
    judge: Judge = field(default=lambda _row: NO_TARGET, repr=False, compare=False)

    @cached_property
    def assessment(self) -> Assessment:
        """How the figure stands to the goals; judged when first asked, for the page of one area asks for no other."""
        return self.judge(self)

    @property
    def judgement(self) -> Judgement:
        """What may be said of the figure against its goal."""
        return self.assessment.judgement


@dataclass(frozen=True)
class IndicatorTable:
    """Figures of one indicator for all areas of one edition and level, in the order of codes.

    `period` is None when nobody has published a figure for the cell. `limits` are the interior class limits,
    `closed` the side on which classes are closed. `report` joins the areas for which the indicator has a meaning
    with those that have a figure. `goal` is what figures of the level are set against where none names their area, and
    `footing` how it stands to them; both are None where no goal says anything about them. `scheme` is what the classes
    are of: "value", "status", "target" (around the goal) or "change" (around no change); `pivot` the middle of the last
    two.
    """

    indicator: Indicator
    edition: str
    level: str
    stratum: str
    period: str | None
    limits: Limits
    closed: Closed
    rows: tuple[AreaFigure, ...]
    report: JoinReport
    goal: Goal | None = None
    footing: Footing | None = None
    scheme: str = "value"
    pivot: float | None = None

    def within(self, parent: str) -> IndicatorTable:
        """The areas of one parent alone; classes stay those of all, so that parts are comparable."""
        rows = tuple(row for row in self.rows if row.area.parent_code == parent)
        codes = {row.area.code for row in rows}
        sides = ([code for code in side if code in codes] for side in astuple(self.report))
        return replace(self, rows=rows, report=JoinReport(*map(tuple, sides)))

    @property
    def applicable(self) -> int:
        """Number of areas for which the indicator has a meaning."""
        return sum(row.reason != "not_applicable" for row in self.rows)

    @property
    def with_value(self) -> int:
        """Number of areas with a figure."""
        return sum(row.figure is not None for row in self.rows)

    @cached_property
    def class_counts(self) -> Counter[int | None]:
        """Number of areas in each class, and under None without one."""
        return Counter(row.class_index for row in self.rows)

    @cached_property
    def reason_counts(self) -> Counter[str]:
        """Number of areas for each reason of missing."""
        return Counter(row.reason for row in self.rows if row.reason)

    @property
    def binding(self) -> bool:
        """Whether a goal binds any of the areas, so that they have statuses and not only comparisons."""
        return any(row.assessment.footing == "binding" for row in self.rows)

    @property
    def contribution(self) -> tuple[Judgement, int] | None:
        """What the areas contribute to the city's goal together, and how many areas that is; see `contributed`."""
        return contributed(row.judgement for row in self.rows)

    def frame(self) -> pd.DataFrame:
        """The table as a frame, one row per area: `code`, `name`, `type`, `parent_code`, the columns of `Figure`
        (missing where there is none), `reason`, `class_index`, `alternatives` as a tuple, and of the judgement
        `status_code`, `progress` and `judgement_reason`."""
        blank = dict.fromkeys(Figure.__dataclass_fields__)
        return pd.DataFrame.from_records([
            {
                "code": row.area.code,
                "name": row.area.name,
                "type": row.area.type,
                "parent_code": row.area.parent_code,
                **(asdict(row.figure) if row.figure else {**blank, "status": "missing"}),
                "reason": row.reason,
                "class_index": row.class_index,
                "alternatives": row.alternatives,
                "status_code": row.judgement.status,
                "progress": row.judgement.progress.value,
                "judgement_reason": row.judgement.reason,
            }
            for row in self.rows
        ])  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """Where figures are asked for; `period` is None where nobody has published any."""

    edition: str
    level: str
    stratum: str
    period: str | None


Found = tuple[Figure, tuple[Figure, ...], Carried | None]
"""An area's figure, those that rank lower, and how it came here if it is not native."""


def indicator_table(
    session: Session,
    catalogue: Catalogue,
    places: Places,
    indicator_id: str,
    edition: str,
    level: str,
    period: str | None = None,
    stratum: str | None = None,
    today: dt.date | None = None,
) -> IndicatorTable:
    """Figures by area for one question.

    `period` `YYYY` takes, per area, the latest outcome dated in that year; a longer period matches exactly; coded
    statuses take the latest outcome at or before the period's end. `None` is the year that covers most areas.
    `stratum` `None` is the indicator's first one. Plans never count. Statuses are those of the day `today`, by
    default the present one in Hanoi.

    Raises: UnknownName, BadParameter.
    """
    indicator = catalogue.indicator(indicator_id)
    areas = places.at(edition, level)
    stratum = strata_of(indicator)[0] if stratum is None else stratum
    if stratum not in strata_of(indicator):
        raise BadParameter("stratum", stratum, strata_of(indicator))
    if level not in levels_of(indicator):
        raise BadParameter("level", level, levels_of(indicator))
    asked = Cell(edition, level, stratum, period or catalogue.default_period((indicator_id, edition, level, stratum)))
    return next(tables_of_periods(session, catalogue, areas, indicator, asked, [asked.period], today))


def tables_of_periods(
    session: Session,
    catalogue: Catalogue,
    areas: Sequence[Area],
    indicator: Indicator,
    cell: Cell,
    periods: Iterable[str | None],
    today: dt.date | None = None,
) -> Iterator[IndicatorTable]:
    """The same for each of several periods, each read once; `areas` are all of the edition and level."""
    codes = {area.code for area in areas}
    readings = Readings(session, catalogue, indicator, cell.edition, cell.stratum, codes)
    for period in periods:
        found = {code: (figures[0], tuple(figures[1:]), None) for code, figures in readings.figures(period).items()}
        yield build_table(
            catalogue, indicator, replace(cell, period=period), areas, found, {}, lambda: readings.values,
            readings.best, today,
        )  # fmt: skip


def build_table(
    catalogue: Catalogue,
    indicator: Indicator,
    cell: Cell,
    areas: Sequence[Area],
    found: Mapping[str, Found],
    reasons: Mapping[str, str],
    values: Callable[[], Sequence[float]],
    history: History = no_history,
    today: dt.date | None = None,
) -> IndicatorTable:
    """The table of figures that were found by area, native or carried.

    `reasons` says why an area has none where it is not simply that nobody published one; `values` gives those of all
    periods, from which class limits are computed where none are fixed; `history` gives the figures of a year, among
    which are the baselines. Figures are judged as on the day `today`.
    """
    assessor = assessor_of(catalogue, indicator, cell, today or day.today(), history)
    goal, footing = assessor.leading
    bound = dividing_bound(goal, indicator.direction) if goal and footing != "contributes" else None
    closed = closed_side(goal.operator, indicator.direction) if goal and bound is not None else "left"
    limits = limits_of(catalogue, indicator, cell.edition, cell.level, values, bound)
    shown = [found[area.code][0].value if area.code in found else np.nan for area in areas]
    classes = class_index(catalogue, indicator, shown, limits, closed)
    judge = judge_by(assessor)
    rows = tuple(
        build_row(indicator, area, found.get(area.code), reasons.get(area.code, "not_collected"), index, judge)
        for area, index in zip(areas, classes, strict=True)
    )
    meant = (area.code for area in areas if applies_to(indicator, area.level, area.type))
    return IndicatorTable(
        indicator, cell.edition, cell.level, cell.stratum, cell.period, limits, closed, rows,
        compare_codes(meant, found), goal, footing,
    )  # fmt: skip


def assessor_of(catalogue: Catalogue, indicator: Indicator, cell: Cell, today: dt.date, history: History) -> Assessor:
    """What judges the figures of a cell: by the goals of the indicator, which are the city's."""
    goals = [] if is_elsewhere(cell.edition) else catalogue.goals.get(indicator.id, [])
    return Assessor(indicator, goals, cell.level, cell.stratum, today, history)


def judge_by(assessor: Assessor) -> Judge:
    """How rows are judged, estimates among them."""

    def judge(row: AreaFigure) -> Assessment:
        estimate = row.carried is not None and row.carried.quality == ESTIMATE
        return assessor.assess(row.area.edition_id, row.area.code, row.figure, row.reason or "", estimate)

    return judge


def build_row(
    indicator: Indicator, area: Area, found: Found | None, reason: str, class_index: int | None, judge: Judge
) -> AreaFigure:
    """The row of an area; `reason` says why it has no figure where the indicator has a meaning for its kind."""
    if found is None:
        reason = reason if applies_to(indicator, area.level, area.type) else "not_applicable"
        return AreaFigure(area, None, reason, None, (), None, judge)
    figure, alternatives, carried = found
    return AreaFigure(area, figure, None, class_index, alternatives, carried, judge)
