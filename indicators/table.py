"""The one way to numbers: every page, API answer and export reads `indicator_table`, so they cannot disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.areas import Places
from boundaries.models import Area
from geo.classify import Closed, Limits, class_limits, classify
from geo.errors import BadParameter
from geo.join import JoinReport, compare_codes
from indicators.catalogue import OUTCOME, Catalogue, applies_to, city_targets, levels_of, strata_of
from indicators.models import Indicator, Observation
from indicators.periods import falls_in, period_end
from indicators.targets import closed_side

STATUS_ORDER = ("final", "provisional", "reported", "derived", "planned")
QUALITY_ORDER = ("official", "translation", "press", "mirror", "tertiary", "derived")
COLUMNS = (
    "code", "name", "type", "parent_code", "period", "value", "qualifier", "value_high",
    "status", "reason", "class_index", "source_id", "note_vi", "note_en", "alternatives",
)  # fmt: skip


@dataclass(frozen=True)
class IndicatorTable:
    """Figures of one indicator for all areas of one edition and level, one row per area in the order of codes.

    `frame` has `COLUMNS`. Where `value` is missing (NaN), `status` is "missing" and `reason` says why:
    `not_applicable` (no meaning for this kind of unit) or `not_collected` (no outcome known for the period).
    Otherwise `reason` is None and `status` is the observation's. `class_index` is -1 where missing.
    `alternatives` lists the observations that answer the question too but rank lower, best first.
    `period` is None when nobody has published a figure for the cell. Values are unrounded, in the indicator's unit.
    """

    indicator: Indicator
    edition: str
    level: str
    stratum: str
    period: str | None
    limits: Limits
    closed: Closed
    frame: pd.DataFrame
    report: JoinReport

    @property
    def applicable(self) -> int:
        """Number of areas for which the indicator has a meaning."""
        return int((self.frame["reason"] != "not_applicable").sum())

    @property
    def with_value(self) -> int:
        """Number of areas with a figure."""
        return int(self.frame["value"].notna().sum())


def indicator_table(
    session: Session,
    catalogue: Catalogue,
    places: Places,
    indicator_id: str,
    edition: str,
    level: str,
    period: str | None = None,
    stratum: str | None = None,
) -> IndicatorTable:
    """Figures by area for one question.

    `period` `YYYY` takes, per area, the latest outcome dated in that year; a longer period matches exactly; coded
    statuses take the latest outcome at or before the period's end. `None` is the latest year with a figure.
    `stratum` `None` is the indicator's first one. Plans never count.

    Raises: UnknownName, BadParameter.
    """
    indicator = catalogue.indicator(indicator_id)
    areas = places.at(edition, level)
    stratum = strata_of(indicator)[0] if stratum is None else stratum
    if stratum not in strata_of(indicator):
        raise BadParameter("stratum", stratum, strata_of(indicator))
    if level not in levels_of(indicator):
        raise BadParameter("level", level, levels_of(indicator))
    years = catalogue.years((indicator_id, edition, level, stratum))
    period = period or (years[-1] if years else None)
    outcomes = _outcomes(session, indicator, edition, stratum, {area.code for area in areas})
    chosen = {code: _ranked(rows, catalogue) for code, rows in _answering(outcomes, indicator, period).items()}
    frame = pd.DataFrame([_row(indicator, area, chosen.get(area.code, [])) for area in areas], columns=list(COLUMNS))
    frame["value"] = frame["value"].astype(float)
    limits, closed = _classes(catalogue, indicator, level, stratum, [row.value for row in outcomes])
    frame["class_index"] = _class_index(catalogue, indicator, frame["value"], limits, closed)
    report = compare_codes((area.code for area in areas if applies_to(indicator, area)), chosen)
    return IndicatorTable(indicator, edition, level, stratum, period, limits, closed, frame, report)


def _outcomes(session: Session, indicator: Indicator, edition: str, stratum: str, codes: set[str]) -> list[Observation]:
    query = select(Observation).where(
        Observation.indicator_id == indicator.id,
        Observation.edition_id == edition,
        Observation.stratum == stratum,
        OUTCOME,
    )
    return [row for row in session.scalars(query) if row.area_code in codes]


def _answering(
    outcomes: Iterable[Observation], indicator: Indicator, period: str | None
) -> dict[str, list[Observation]]:
    """Outcomes that answer the asked period, by area."""
    by_area: dict[str, list[Observation]] = defaultdict(list)
    if period is None:
        return by_area
    end = period_end(period)
    for row in outcomes:
        answers = period_end(row.period) <= end if indicator.measure == "status" else falls_in(row.period, period)
        if answers:
            by_area[row.area_code].append(row)
    return by_area


def _ranked(rows: list[Observation], catalogue: Catalogue) -> list[Observation]:
    """Latest period first; then final before reported, official before press, newest publication, source id."""

    def key(row: Observation) -> tuple[int, int, int, int, str]:
        source = catalogue.sources[row.source_id]
        published = source.published.toordinal() if source.published else 0
        status, quality = STATUS_ORDER.index(row.status), QUALITY_ORDER.index(source.quality)
        return -period_end(row.period).toordinal(), status, quality, -published, row.source_id

    return sorted(rows, key=key)


def _row(indicator: Indicator, area: Area, ranked: list[Observation]) -> dict[str, object]:
    place = {"code": area.code, "name": area.name, "type": area.type, "parent_code": area.parent_code}
    if not ranked:
        reason = "not_collected" if applies_to(indicator, area) else "not_applicable"
        return {**place, "value": np.nan, "status": "missing", "reason": reason, "alternatives": []}
    best, *others = ranked
    return {**place, **_figure(best), "note_vi": best.note_vi, "note_en": best.note_en,
            "alternatives": [_figure(other) for other in others]}  # fmt: skip


def _figure(row: Observation) -> dict[str, object]:
    return {
        "period": row.period,
        "value": row.value,
        "qualifier": row.qualifier or None,
        "value_high": row.value_high,
        "status": row.status,
        "source_id": row.source_id,
    }


def _classes(
    catalogue: Catalogue, indicator: Indicator, level: str, stratum: str, values: list[float]
) -> tuple[Limits, Closed]:
    """Limits fixed for the indicator and level, else computed from the figures of all periods."""
    if indicator.measure == "status":
        return (), "left"
    targets = [t for t in city_targets(catalogue.targets.get(indicator.id, []), stratum) if t.low is not None]
    target = targets[0] if targets and indicator.aggregation != "sum" else None
    closed = closed_side(targets[0].operator) if targets else "left"
    fixed = catalogue.limits.get((indicator.id, level))
    return fixed or class_limits(values, target=target.low if target else None), closed


def _class_index(
    catalogue: Catalogue, indicator: Indicator, values: pd.Series[float], limits: Limits, closed: Closed
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Position of the class on the scale, or of the word among the indicator's words; -1 where missing."""
    if indicator.measure != "status":
        return classify(values, limits, closed)
    position = {label.value: index for index, label in enumerate(catalogue.labels[indicator.id])}
    return values.map(position).fillna(-1).astype(int).to_numpy()
