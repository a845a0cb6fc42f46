"""Areas by indicators: one year a column, statuses by symbol and tint, values in the colours of their maps.

A column is of the year that covers most areas, for only what is of one year compares. A figure of another year is shown
with that year, without colour, and is sorted as missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boundaries.models import Area
from indicators.catalogue import levels_of, strata_of
from indicators.models import Indicator
from indicators.observations import Figure, figures_for, load_outcomes
from indicators.table import AreaFigure
from webapp.db import Snapshot, session
from webapp.i18n import gettext as _
from webapp.i18n import localised, number, period_text, types_text
from webapp.identity import area_path
from webapp.lines import value_text
from webapp.matrix_query import MatrixQuery
from webapp.pages.gazetteer import area_name
from webapp.parts import row_colour
from webapp.past import dated
from webapp.query import prefixed
from webapp.tables import Ranked, find_table, find_table_within
from webapp.words import edition_phrase, level_text, reason_text, unit_text, verdict_text

View = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One indicator (its first stratum) in its best covered year; `others` are the latest figures of other years, by
    code, of areas that have none in it."""

    indicator: Indicator
    ranked: Ranked
    others: Mapping[str, Figure]

    @property
    def period(self) -> str | None:
        return self.ranked.table.period


@dataclass(frozen=True)
class Cell:
    """A figure in the colour of its class, with the status where a goal binds the area; or what is missing, where
    `value` may be a figure of another year."""

    value: str
    year: str
    colour: str
    status: str | None
    words: str
    missing: str | None


def build_matrix(data: Snapshot, query: MatrixQuery) -> View:
    """The whole page but its frame."""
    areas = [area for area in data.places.at(query.edition, query.level) if query.parent in (None, area.parent_code)]
    known, empty = _columns(data, query, areas)
    ordered = _sorted(areas, next((column for column in known if column.indicator.id == query.sort), None), query)
    edition = data.places.edition(query.edition)
    counted = f"{number(len(areas), 0)} {types_text(area.type for area in areas)}"
    return {
        "query": query,
        "title": _("Bảng %(counted)s, %(edition)s", counted=counted, edition=edition_phrase(edition)),
        "counted": counted,
        "heads": [_head(data, query, column) for column in known],
        "groups": _groups(data, ordered, known),
        "empty": [{"name": localised(row, "name"), "href": _map_path(query, row, None)} for row in empty],
        "editions": _editions(data, query),
        "parents": _parents(data, query),
        "themes": [(theme.id, localised(theme, "name")) for theme in data.catalogue.themes.values()],
        "binding": any(
            column.ranked.rows[area.code].assessment.footing == "binding" for column in known for area in areas
        ),
    }


def _columns(data: Snapshot, query: MatrixQuery, areas: Sequence[Area]) -> tuple[list[Column], list[Indicator]]:
    """Indicators of which some area has a figure, and those of which none has."""
    known, empty = [], []
    for indicator in data.catalogue.indicators.values():
        if query.level not in levels_of(indicator) or query.theme not in (None, indicator.theme_id):
            continue
        column = _column(data, query, indicator, areas)
        if column.others or any(column.ranked.rows[area.code].figure for area in areas):
            known.append(column)
        else:
            empty.append(indicator)
    return known, empty


def _column(data: Snapshot, query: MatrixQuery, indicator: Indicator, areas: Sequence[Area]) -> Column:
    stratum = strata_of(indicator)[0]
    ranked = (
        find_table_within(data, indicator, query.edition, query.level, stratum, query.parent)
        if query.parent
        else find_table(data, indicator.id, query.edition, query.level, None, stratum)
    )
    missing = {area.code for area in areas if ranked.rows[area.code].figure is None}
    others: dict[str, Figure] = {}
    if missing and indicator.measure != "status":  # a table of statuses has those of all years before it
        catalogue = data.catalogue
        outcomes = load_outcomes(session(), indicator, query.edition, stratum, missing, catalogue.as_of)
        for year in catalogue.years((indicator.id, query.edition, query.level, stratum)):
            found = figures_for(outcomes, indicator, year, catalogue.sources)
            others.update({code: figures[0] for code, figures in found.items()})
    return Column(indicator, ranked, others)


def _sorted(areas: Sequence[Area], column: Column | None, query: MatrixQuery) -> list[Area]:
    """Areas by their value in a column, missing ones last; by code without one."""
    if column is None:
        return list(areas)
    sign = 1 if query.order == "asc" else -1

    def key(area: Area) -> tuple[bool, float, str]:
        figure = column.ranked.rows[area.code].figure
        return figure is None, sign * figure.value if figure else 0, area.code

    return sorted(areas, key=key)


def _head(data: Snapshot, query: MatrixQuery, column: Column) -> View:
    """A column's name, unit and year; following it sorts by it, best first, and turns the order the next time."""
    indicator, current = column.indicator, column.indicator.id == query.sort
    first = "asc" if indicator.direction == "lower" else "desc"
    turned = "asc" if query.order == "desc" else "desc"
    unit = unit_text(data.catalogue, indicator)
    status = indicator.measure == "status"
    return {
        "name": localised(indicator, "name"),
        "words": ", ".join(part for part in (unit, "" if status else period_text(column.period or "")) if part),
        "sort": query.path(sort=indicator.id, order=turned if current else first),
        "sorted": {"asc": "ascending", "desc": "descending"}[query.order] if current else None,
        "map": _map_path(query, indicator, column.period),
    }


def _map_path(query: MatrixQuery, indicator: Indicator, period: str | None) -> str:
    asked = f"edition={query.edition}&level={query.level}" + (f"&period={period}" if period else "")
    return dated(prefixed(f"/map/{indicator.id}?{asked}"))


def _groups(data: Snapshot, areas: Sequence[Area], columns: Sequence[Column]) -> list[View]:
    """Areas under their kind, for only like ones compare."""
    kinds = dict.fromkeys(area.type for area in sorted(areas, key=lambda area: area.code))
    groups = {kind: [area for area in areas if area.type == kind] for kind in kinds}
    return [
        {
            "name": f"{number(len(group), 0)} {types_text([kind], len(group))}",
            "rows": [
                {
                    "name": area_name(area),
                    "href": dated(area_path(area)),
                    "cells": [_cell(data, c, area) for c in columns],
                }
                for area in group
            ],
        }
        for kind, group in groups.items()
    ]


def _cell(data: Snapshot, column: Column, area: Area) -> Cell:
    row = column.ranked.rows[area.code]
    if row.figure is None:
        return _missing(data, column, area, row)
    status, words = _standing(row)
    return Cell(
        value=value_text(data, column.indicator, row.figure),
        year="",
        colour=row_colour(data, column.ranked, row),
        status=status,
        words=words,
        missing=None,
    )


def _standing(row: AreaFigure) -> tuple[str | None, str]:
    """The status where a goal binds the area; else in words how the figure compares with the city's goal."""
    judgement = row.judgement
    if row.assessment.footing == "binding":
        return judgement.status, verdict_text(judgement.status)
    if judgement.compared is None:
        return None, ""
    reached = judgement.compared.status in ("met", "on_track")
    return None, _("đạt mức của Thành phố") if reached else _("chưa đạt mức của Thành phố")


def _missing(data: Snapshot, column: Column, area: Area, row: AreaFigure) -> Cell:
    """A figure of another year with that year, or the reason why there is none; a goal that waits for one shows."""
    other = column.others.get(area.code)
    binding = row.assessment.footing == "binding"
    status = row.judgement.status if binding else None
    words = verdict_text(row.judgement.status) if binding else ""
    if other is None:
        return Cell(reason_text(row.reason or "not_collected"), "", "", status, words, row.reason)
    return Cell(value_text(data, column.indicator, other), period_text(other.period), "", status, words, "only_older")


def _editions(data: Snapshot, query: MatrixQuery) -> list[View]:
    """Every edition and level below the city."""
    return [
        {
            "label": f"{level_text(data.places, edition, level)}, {edition_phrase(data.places.edition(edition))}",
            "href": MatrixQuery(edition, level, theme=query.theme).path(),
            "current": (edition, level) == (query.edition, query.level),
        }
        for edition in data.places.editions
        for level in data.places.levels(edition)
        if level != "city"
    ]


def _parents(data: Snapshot, query: MatrixQuery) -> list[tuple[str, str]]:
    """The districts to choose from; none where the level lies in the city directly."""
    districts = data.places.areas.get((query.edition, "district"), [])
    return [(area.code, area_name(area)) for area in districts] if query.level == "commune" else []
