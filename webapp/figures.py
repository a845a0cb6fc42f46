"""The table that answers a question: native figures, or those carried from elsewhere where it asks for them."""

from __future__ import annotations

from collections.abc import Callable

from boundaries.layers import is_elsewhere
from indicators.carry import Carrier, carry_table, refused_table, roll_up_table
from indicators.catalogue import levels_of
from indicators.change import change_table
from indicators.composed import compose_table
from indicators.contributions import NotTransferable
from indicators.displays import around_goal, by_status
from indicators.observations import load_outcomes
from indicators.table import Cell, IndicatorTable, indicator_table
from webapp.db import Snapshot, session
from webapp.query import MapQuery
from webapp.today import today

SHOWN: dict[str, Callable[[IndicatorTable], IndicatorTable]] = {
    "value": lambda table: table,
    "status": by_status,
    "target": around_goal,
}
"""How a table of native figures is turned into what is to be shown."""

OWN = ("composition", "change")
"""What is shown by figures of its own, with which the city's figure cannot be compared."""


def table_for(data: Snapshot, query: MapQuery) -> IndicatorTable:
    """Figures by area for a question, with the classes of what is to be shown; of a level that is cut, those of a part.

    What cannot be carried (medians, indices, growth) gives a table in which every area says `not_convertible`.
    Raises: BadParameter, UnknownName.
    """
    table = _whole_table(data, query)
    return table.within(query.part) if query.part else table


def _whole_table(data: Snapshot, query: MapQuery) -> IndicatorTable:
    opened = session()
    carrier = Carrier(opened, data.catalogue, data.places, data.crosswalk, data.memo)
    if query.display == "composition":
        return compose_table(carrier, query.indicator, query.edition, query.period)
    where = query.indicator, query.edition, query.level, query.period, query.stratum
    if query.display == "change":
        return change_table(opened, data.catalogue, data.places, *where)
    if not query.carried:
        return SHOWN[query.display](indicator_table(opened, data.catalogue, data.places, *where, today()))
    carry = carry_table if query.carried == "rebase" else roll_up_table
    try:
        return carry(carrier, *where)
    except NotTransferable:
        return refused_table(carrier, query.indicator, Cell(query.edition, query.level, query.stratum, query.period))


def city_table_for(data: Snapshot, query: MapQuery) -> IndicatorTable | None:
    """The city's own native figure for the same period: by the same edition if it has one, else by any of the city's.
    An edition of another province has its own, one of several provinces has none of all."""
    if "city" not in levels_of(data.catalogue.indicator(query.indicator)) or query.display in OWN:
        return None
    home = [edition for edition in data.places.editions if not is_elsewhere(edition)]
    for edition in [query.edition, *([] if is_elsewhere(query.edition) else home)]:
        if len(data.places.areas.get((edition, "city"), [])) != 1:
            continue
        period = query.period if query.level != "city" else None
        table = table_for(data, MapQuery(query.indicator, edition, "city", period, query.stratum))
        if table.with_value:
            return table
    return None


def changed_years(data: Snapshot, query: MapQuery) -> set[str]:
    """Years in which some area has a figure and had one in an earlier year: of these a change can be shown."""
    indicator = data.catalogue.indicator(query.indicator)
    codes = {area.code for area in data.places.at(query.edition, query.level)}
    outcomes = load_outcomes(session(), indicator, query.edition, query.stratum, codes, data.catalogue.as_of)
    dated = {(row.area_code, row.period[:4]) for row in outcomes}
    first: dict[str, str] = {}
    for code, year in sorted(dated):
        first.setdefault(code, year)
    return {year for code, year in dated if year > first[code]}
