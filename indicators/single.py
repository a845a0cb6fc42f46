"""One area, or those of one parent, without the table of all: rows from their own outcomes, and the groups of ranks.

A page about an area asks this of dozens of indicators. What it says is what the tables of `indicators/table.py` say:
figures are chosen, judged, classed and ranked by the same functions, of fewer areas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from boundaries.models import Area
from indicators.catalogue import Catalogue, applies_to
from indicators.models import Indicator
from indicators.observations import Figure, Outcome, figures_for
from indicators.ranks import Group, rank_group
from indicators.readings import Readings
from indicators.table import AreaFigure, Cell, IndicatorTable, assessor_of, build_row, build_table, judge_by


def row_of(
    catalogue: Catalogue, indicator: Indicator, cell: Cell, area: Area, outcomes: Sequence[Outcome], today: dt.date
) -> AreaFigure:
    """The row of one area in the table of a cell; `outcomes` are the area's, of all years. It is in no class: limits
    are those of a table."""
    sources = catalogue.sources

    def history(year: str) -> Mapping[str, Figure]:
        return {code: figures[0] for code, figures in figures_for(outcomes, indicator, year, sources).items()}

    figures = figures_for(outcomes, indicator, cell.period, sources).get(area.code)
    found = (figures[0], tuple(figures[1:]), None) if figures else None
    judge = judge_by(assessor_of(catalogue, indicator, cell, today, history))
    return build_row(indicator, area, found, "not_collected", None, judge)


def table_within(
    session: Session, catalogue: Catalogue, indicator: Indicator, cell: Cell, areas: Sequence[Area], parent: str,
    today: dt.date,
) -> IndicatorTable:  # fmt: skip
    """The table of a cell within one parent, with the classes of all; `areas` are all of the edition and level."""
    asked = session, catalogue, indicator, cell.edition, cell.stratum
    inside = [area for area in areas if area.parent_code == parent]
    readings = Readings(*asked, {area.code for area in inside})
    everywhere = Readings(*asked, {area.code for area in areas})
    found = {code: (figures[0], tuple(figures[1:]), None) for code, figures in readings.figures(cell.period).items()}
    return build_table(
        catalogue, indicator, cell, inside, found, {}, lambda: everywhere.values, readings.best, today
    )  # fmt: skip


def groups_of(
    session: Session, catalogue: Catalogue, indicator: Indicator, cell: Cell, areas: Sequence[Area]
) -> dict[str, Group]:
    """The ranks in the table of a cell by kind of unit; `areas` are all of the edition and level."""
    readings = Readings(session, catalogue, indicator, cell.edition, cell.stratum, {area.code for area in areas})
    best = readings.outcomes(cell.period)
    kinds: dict[str, list[str]] = {}
    for area in areas:
        kinds.setdefault(area.type, []).append(area.code)
    return {
        kind: rank_group(
            indicator,
            kind,
            known := {code: best[code][0] for code in codes if code in best},
            len(codes) if applies_to(indicator, cell.level, kind) else len(known),
        )
        for kind, codes in kinds.items()
    }
