"""How figures changed since the last year for which there are any: a table of differences.

A difference of two figures is as exact as they are: of "at least 95" and 90 it is "at least 5", of two bounds the same
way it may be anything and is left out. Class limits are computed from the changes between all neighbouring years, so
that the scale stays the same from year to year. No change at all counts with the better side, or with the rises
where neither side is better: an area that had no poor household and has none has not done worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
from sqlalchemy.orm import Session

from boundaries.areas import Places
from geo.classify import Closed, class_limits, classify
from geo.errors import BadParameter
from indicators.assess import withheld
from indicators.catalogue import Catalogue
from indicators.displays import around, sides
from indicators.intervals import Interval, domain_of, possible
from indicators.models import Indicator
from indicators.observations import Figure, figures_for, load_outcomes
from indicators.table import AreaFigure, IndicatorTable, indicator_table
from indicators.wording import FORMATS, format_period, say_figure

Yearly = Mapping[str, Mapping[str, Figure]]
"""The best figure of each area, by year and code."""

EQUAL = 0.0
"""The middle of the scale: no change."""


def change_table(session: Session, catalogue: Catalogue, places: Places, indicator_id: str, edition: str, level: str,
                 period: str | None, stratum: str) -> IndicatorTable:  # fmt: skip
    """The changes of all areas since the latest earlier year in which one of them has a figure.

    Values are differences in the indicator's unit, of percentages in percentage points; the note of each gives both
    figures. Missing: `not_collected` where either figure is missing, or where their difference says nothing certain.
    Raises: BadParameter for coded statuses, and where there is no earlier year.
    """
    now = indicator_table(session, catalogue, places, indicator_id, edition, level, period, stratum)
    codes = {row.area.code for row in now.rows}
    outcomes = load_outcomes(session, now.indicator, edition, now.stratum, codes, catalogue.as_of)
    yearly = {
        year: {
            code: ranked[0] for code, ranked in figures_for(outcomes, now.indicator, year, catalogue.sources).items()
        }
        for year in catalogue.years((indicator_id, edition, level, now.stratum))
    }
    year = earlier_year(now, yearly)
    if year is None:
        raise BadParameter("display", "change", ("value",))
    limits = class_limits(_all_changes(now.indicator, yearly), target=EQUAL)
    return _differences(catalogue, now, yearly[year], year, sides(limits, EQUAL))


def earlier_year(now: IndicatorTable, yearly: Yearly) -> str | None:
    """The latest year before the table's with a figure for one of the areas that have one now; None where there is
    none, and for coded statuses, whose codes are no quantities."""
    if now.period is None or now.indicator.measure == "status":
        return None
    have = {row.area.code for row in now.rows if row.figure}
    return max((year for year, known in yearly.items() if year < now.period[:4] and have & set(known)), default=None)


def changed_indicator(indicator: Indicator, year: str) -> Indicator:
    """The row of the catalogue under which changes are shown: a difference, which may be negative and is not put
    together for larger areas."""
    columns = {column.name: getattr(indicator, column.name) for column in Indicator.__table__.columns}
    return Indicator(**columns | {
        "name_vi": f"{indicator.name_vi}: thay đổi từ {year}",
        "name_en": f"{indicator.name_en}: change since {year}",
        "unit_id": "percentage points" if indicator.unit_id == "%" else indicator.unit_id,
        "measure": "count" if indicator.measure == "count" else "growth",
        "aggregation": "none", "weight": None,
    })  # fmt: skip


def subtract(indicator: Indicator, now: Figure, before: Figure) -> Figure | None:
    """The later figure less the earlier one; None where the two say nothing certain of the difference."""
    domain = domain_of(indicator.measure, indicator.unit_id)
    change = _possible(now, domain).minus(_possible(before, domain))
    about = {now.qualifier, before.qualifier} <= {None, "approx"} and not change.is_point
    printed = _printed(change, about)
    if printed is None:
        return None
    value, qualifier, high = printed
    return replace(
        now, value=value, qualifier=qualifier, value_high=high, status="derived", note_vi=None, note_en=None
    )  # fmt: skip


def _printed(change: Interval, about: bool) -> tuple[float, str | None, float | None] | None:
    """Value, qualifier and upper end of a figure that stands for all these numbers; None for an interval without
    ends."""
    low, high = float(change.low), float(change.high)
    if np.isinf(low) and np.isinf(high):
        return None
    if change.is_point:
        return low, None, None
    if about:
        return float((change.low + change.high) / 2), "approx", None
    if np.isinf(low):
        return high, "le" if change.high_closed else "lt", None
    if np.isinf(high):
        return low, "ge" if change.low_closed else "gt", None
    return low, "range", high


def _possible(figure: Figure, domain: Interval) -> Interval:
    return possible(figure.value, figure.qualifier or "", figure.value_high, domain)


def _all_changes(indicator: Indicator, yearly: Yearly) -> list[float]:
    """Changes between all neighbouring years."""
    return [
        change.value
        for before, now in pairwise(sorted(yearly))
        for code in yearly[now]
        if code in yearly[before] and (change := subtract(indicator, yearly[now][code], yearly[before][code]))
    ]


def _differences(
    catalogue: Catalogue, now: IndicatorTable, earlier: Mapping[str, Figure], year: str, limits: tuple[float, ...]
) -> IndicatorTable:
    indicator = changed_indicator(now.indicator, year)
    units = {lang: getattr(catalogue.units[now.indicator.unit_id], f"name_{lang}") for lang in FORMATS}
    closed: Closed = "right" if indicator.direction == "lower" else "left"
    bare = replace(now, indicator=indicator, rows=(), limits=limits, goal=None, footing=None, closed=closed)
    rows = tuple(_row(now.indicator, row, earlier.get(row.area.code), bare, units) for row in now.rows)
    return around(replace(bare, rows=rows), limits, EQUAL, "change")


def _row(
    indicator: Indicator, row: AreaFigure, before: Figure | None, scale: IndicatorTable, units: Mapping[str, str]
) -> AreaFigure:
    change = subtract(indicator, row.figure, before) if row.figure and before else None
    if change is None or before is None or row.figure is None or _crosses(change, scale):
        reason = row.reason or "not_collected"
        return AreaFigure(row.area, None, reason, None, (), None, lambda row: withheld(row.reason or ""))
    vi, en = (
        "; ".join(
            f"{format_period(figure.period)}: {say_figure(figure, lang, indicator.decimals, units[lang])}"
            for figure in (before, row.figure)
        )
        for lang in ("vi", "en")
    )
    return AreaFigure(row.area, replace(change, note_vi=vi, note_en=en), None, None, ())


def _crosses(change: Figure, scale: IndicatorTable) -> bool:
    """Whether the ends of a range fall into different classes, so that it has none."""
    if change.value_high is None:
        return False
    low, high = classify([change.value, change.value_high], scale.limits, scale.closed).tolist()
    return bool(low != high)
