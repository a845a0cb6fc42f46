"""Which published figure counts: those that answer a period, the best of several first.

Observations are what sources say; a figure is what is shown. Nothing is dropped on the way: figures that rank lower
stay beside the best one as its alternatives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from indicators.catalogue import Catalogue
from indicators.history import read_stated
from indicators.models import Indicator, Source, Statement
from indicators.periods import falls_in, period_end

STATUS_ORDER = ("final", "provisional", "reported", "derived", "planned")
QUALITY_ORDER = ("official", "translation", "press", "mirror", "tertiary", "derived")

FEW = 100
"""Areas that are named to the store, which finds them by its index; of more, those of the whole edition are read."""


@dataclass(frozen=True)
class Figure:
    """One published figure: an unrounded value in the indicator's unit, with all that must travel with it."""

    period: str
    value: float
    qualifier: str | None
    value_high: float | None
    status: str
    source_id: str
    note_vi: str | None
    note_en: str | None
    numerator: float | None = None
    denominator: float | None = None


History = tuple[Figure, ...]
"""One figure a year, the best of it, earliest first."""


class Outcome(NamedTuple):
    """One observation, read without the store's machinery: a map takes hundreds of them."""

    area_code: str
    period: str
    value: float
    qualifier: str
    value_high: float | None
    status: str
    source_id: str
    note_vi: str | None
    note_en: str | None
    numerator: float | None = None
    denominator: float | None = None


def load_outcomes(
    session: Session,
    indicator: Indicator,
    edition: str,
    stratum: str,
    codes: Collection[str],
    as_of: int | None = None,
    year: str = "",
) -> list[Outcome]:
    """All outcomes of an indicator for the areas of one edition, of one year or whatever their period; plans are none.

    With `as_of` those that stood after that batch; see `indicators/history.py`.
    """
    asked = _asked(indicator, edition, stratum, codes, year)
    rows = read_stated(session, Outcome._fields, asked, as_of)
    return [Outcome._make(row) for row in rows if row[0] in codes]


def load_values(
    session: Session,
    indicator: Indicator,
    edition: str,
    stratum: str,
    codes: Collection[str],
    as_of: int | None = None,
) -> list[float]:
    """The values of the same outcomes, whatever their period, in no order."""
    asked = _asked(indicator, edition, stratum, codes)
    return [value for code, value in read_stated(session, ("area_code", "value"), asked, as_of) if code in codes]


def _asked(
    indicator: Indicator, edition: str, stratum: str, codes: Collection[str], year: str = ""
) -> Callable[[type[Statement]], tuple[ColumnElement[bool], ...]]:
    """The conditions on outcomes of an indicator, to be put to what stands and to the history."""

    def conditions(model: type[Statement]) -> tuple[ColumnElement[bool], ...]:
        return (
            model.indicator_id == indicator.id,
            model.edition_id == edition,
            model.stratum == stratum,
            model.status != "planned",
            model.area_code.in_(codes) if len(codes) <= FEW else true(),
            model.period.between(year, f"{year}-99") if year else true(),  # no month or day is later in any collation
        )

    return conditions


def load_area(session: Session, catalogue: Catalogue, edition: str, code: str) -> dict[tuple[str, str], list[Outcome]]:
    """All outcomes of one area by indicator and stratum; plans are none."""

    def asked(model: type[Statement]) -> tuple[ColumnElement[bool], ...]:
        return (
            model.indicator_id.in_(catalogue.indicators),  # the index begins with it
            model.edition_id == edition,
            model.area_code == code,
            model.status != "planned",
        )

    outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    names = ("indicator_id", "stratum", *Outcome._fields)
    for indicator, stratum, *row in read_stated(session, names, asked, catalogue.as_of):
        outcomes[indicator, stratum].append(Outcome(*row))
    return dict(outcomes)


def load_histories(session: Session, catalogue: Catalogue, edition: str, code: str) -> dict[tuple[str, str], History]:
    """The history of one area in each indicator and stratum of which it has outcomes."""
    return {
        asked: history_of(catalogue.indicator(asked[0]), outcomes, catalogue.sources)
        for asked, outcomes in load_area(session, catalogue, edition, code).items()
    }


def history_of(indicator: Indicator, outcomes: Sequence[Outcome], sources: Mapping[str, Source]) -> History:
    """The best figure of each year of one area's outcomes."""
    years = sorted({row.period[:4] for row in outcomes})
    return tuple(figures_for(outcomes, indicator, year, sources)[outcomes[0].area_code][0] for year in years)


def figures_for(
    outcomes: Iterable[Outcome], indicator: Indicator, period: str | None, sources: Mapping[str, Source]
) -> dict[str, list[Figure]]:
    """Figures that answer the asked period by area, best first; see `outcomes_for`."""
    found = outcomes_for(outcomes, indicator, period, sources)
    return {code: [_figure(row) for row in rows] for code, rows in found.items()}


def outcomes_for(
    outcomes: Iterable[Outcome], indicator: Indicator, period: str | None, sources: Mapping[str, Source]
) -> dict[str, list[Outcome]]:
    """Outcomes that answer the asked period by area, best first; areas without one are left out.

    A coded status takes all at or before the period's end. Best is the latest period; then final before reported,
    official before press, the newest publication, the source's id.
    """
    if period is None:
        return {}
    by_area: dict[str, list[Outcome]] = defaultdict(list)
    end = period_end(period)
    for row in outcomes:
        answers = period_end(row.period) <= end if indicator.measure == "status" else falls_in(row.period, period)
        if answers:
            by_area[row.area_code].append(row)
    return {code: _ranked(rows, sources) if len(rows) > 1 else rows for code, rows in by_area.items()}


def _ranked(rows: list[Outcome], sources: Mapping[str, Source]) -> list[Outcome]:
    def key(row: Outcome) -> tuple[int, int, int, int, str]:
        source = sources[row.source_id]
        published = source.published.toordinal() if source.published else 0
        status, quality = STATUS_ORDER.index(row.status), QUALITY_ORDER.index(source.quality)
        return -period_end(row.period).toordinal(), status, quality, -published, row.source_id

    return sorted(rows, key=key)


def _figure(row: Outcome) -> Figure:
    return Figure(
        period=row.period,
        value=row.value,
        qualifier=row.qualifier or None,
        value_high=row.value_high,
        status=row.status,
        source_id=row.source_id,
        note_vi=row.note_vi,
        note_en=row.note_en,
        numerator=row.numerator,
        denominator=row.denominator,
    )
