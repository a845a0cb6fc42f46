"""All that is known of one area, indicator by indicator: its latest figure, how that stands, and its earlier ones."""

from __future__ import annotations

from dataclasses import dataclass

from boundaries.lineage import KEPT, AreaKey
from boundaries.models import Area
from indicators.catalogue import levels_of, strata_of
from indicators.models import Indicator
from indicators.observations import Figure, History, load_histories
from indicators.periods import period_end
from indicators.ranks import Standing
from indicators.table import AreaFigure
from webapp.db import Snapshot, session
from webapp.tables import find_table


@dataclass(frozen=True)
class Entry:
    """One indicator and stratum of an area.

    `row` is its row in the table of the year of its latest figure (the latest that a goal is about, if any is), of the
    best covered year where it has none; `edition` and `period` are those of the table, `standing` its rank there.
    """

    indicator: Indicator
    stratum: str
    edition: str
    period: str | None
    row: AreaFigure
    standing: Standing
    history: History

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
    found = {key: load_histories(session(), data.catalogue, *key) for key in keys}
    entries = []
    for indicator in data.catalogue.indicators.values():
        if area.level not in levels_of(indicator):
            continue
        for stratum in strata_of(indicator):
            asked = indicator.id, stratum
            known = {key: histories[asked] for key, histories in found.items() if asked in histories}
            if known or stratum == strata_of(indicator)[0]:
                entries.append(_entry(data, area, indicator, stratum, known))
    return entries


def _same_units(data: Snapshot, area: Area) -> list[AreaKey]:
    """The units of other editions that are this one under the same name and with the same extent."""
    lineage = data.lineage(area)
    links = (*lineage.predecessors, *lineage.successors) if lineage else ()
    return [link.area for link in links if link.kind == KEPT]


def _entry(data: Snapshot, area: Area, indicator: Indicator, stratum: str, known: dict[AreaKey, History]) -> Entry:
    (edition, code), figure = _leading(data, area, indicator, known)
    period = figure.period[:4] if figure else None
    history = tuple(sorted((f for figures in known.values() for f in figures), key=lambda f: period_end(f.period)))
    ranked = find_table(data, indicator.id, edition, area.level, period, stratum)
    return Entry(indicator, stratum, edition, ranked.table.period, ranked.rows[code], ranked.standings[code], history)


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
