"""All that is known of one area, indicator by indicator: its latest figure, how that stands, and its earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from boundaries.lineage import KEPT, AreaKey
from boundaries.models import Area
from indicators.catalogue import levels_of, strata_of
from indicators.models import Indicator
from indicators.observations import Figure, History, Outcome, history_of, load_area
from indicators.periods import period_end
from indicators.ranks import Standing
from indicators.single import row_of
from indicators.table import AreaFigure, Cell
from webapp.db import Snapshot, session
from webapp.tables import find_ranks
from webapp.today import today

Known = Mapping[AreaKey, Sequence[Outcome]]
"""Outcomes of one indicator and stratum by unit: of an area, and of that which it was in another edition."""


@dataclass(frozen=True)
class Entry:
    """One indicator and stratum of an area.

    `row` is its row in the table of the year of its latest figure (the latest that a goal is about, if any is), of the
    best covered year where it has none; `edition` and `period` are those of the table, and `rank` gives its standing
    there.
    """

    indicator: Indicator
    stratum: str
    edition: str
    period: str | None
    row: AreaFigure
    history: History
    rank: Callable[[AreaFigure], Standing]

    @cached_property
    def standing(self) -> Standing:
        """Where it stands among its like; found when first asked, for that takes the figures of all of them."""
        return self.rank(self.row)

    @property
    def binding(self) -> bool:
        """Whether a goal is set for this area."""
        return self.row.assessment.footing == "binding"


def build_profile(data: Snapshot, area: Area) -> list[Entry]:
    """An entry for every indicator that exists at the area's level, in the order of the catalogue.

    A stratum other than the indicator's first has an entry only where it has a figure. A unit that went on unchanged
    has the figures of both editions, the latest of each indicator counting.
    """
    keys = [(area.edition_id, area.code), *_same_units(data, area)]
    found = {key: load_area(session(), data.catalogue, *key) for key in keys}
    entries = []
    for indicator in data.catalogue.indicators.values():
        if area.level not in levels_of(indicator):
            continue
        for stratum in strata_of(indicator):
            asked = indicator.id, stratum
            known = {key: outcomes[asked] for key, outcomes in found.items() if asked in outcomes}
            if known or stratum == strata_of(indicator)[0]:
                entries.append(_entry(data, area, indicator, stratum, known))
    return entries


def _same_units(data: Snapshot, area: Area) -> list[AreaKey]:
    """The units of other editions that are this one under the same name and with the same extent."""
    lineage = data.lineage(area)
    links = (*lineage.predecessors, *lineage.successors) if lineage else ()
    return [link.area for link in links if link.kind == KEPT]


def _entry(data: Snapshot, area: Area, indicator: Indicator, stratum: str, known: Known) -> Entry:
    catalogue = data.catalogue
    histories = {key: history_of(indicator, outcomes, catalogue.sources) for key, outcomes in known.items()}
    key, figure = _leading(data, area, indicator, histories)
    edition, level = key[0], area.level
    period = figure.period[:4] if figure else catalogue.default_period((indicator.id, edition, level, stratum))
    cell = Cell(edition, level, stratum, period)
    row = row_of(catalogue, indicator, cell, data.places.area(*key), known.get(key, ()), today())
    history = tuple(sorted((f for figures in histories.values() for f in figures), key=lambda f: period_end(f.period)))
    return Entry(
        indicator, stratum, edition, period, row, history, lambda row: find_ranks(data, indicator, cell).standing(row)
    )


def _leading(
    data: Snapshot, area: Area, indicator: Indicator, known: dict[AreaKey, History]
) -> tuple[AreaKey, Figure | None]:
    """The figure to show: the latest of a year that a goal is about, else the latest."""
    goals = data.catalogue.goals.get(indicator.id, [])
    years = {str(year) for goal in goals for year in range(goal.first_year, goal.due.year + 1)}
    figures = [(key, figure) for key, history in known.items() for figure in history]
    if not figures:
        return (area.edition_id, area.code), None
    return max(figures, key=lambda pair: (pair[1].period[:4] in years, period_end(pair[1].period)))
