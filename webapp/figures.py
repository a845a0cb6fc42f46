"""The table that answers a question: native figures, or those carried from elsewhere where it asks for them."""

from __future__ import annotations

from indicators.carry import Carrier, carry_table, refused_table, roll_up_table
from indicators.catalogue import levels_of
from indicators.composed import compose_table
from indicators.contributions import NotTransferable
from indicators.table import Cell, IndicatorTable, indicator_table
from webapp.db import Snapshot, session
from webapp.query import MapQuery
from webapp.today import today


def table_for(data: Snapshot, query: MapQuery) -> IndicatorTable:
    """Figures by area for a question.

    What cannot be carried (medians, indices, growth) gives a table in which every area says `not_convertible`.
    Raises: BadParameter, UnknownName.
    """
    opened = session()
    carrier = Carrier(opened, data.catalogue, data.places, data.crosswalk, data.memo)
    if query.display == "composition":
        return compose_table(carrier, query.indicator, query.edition, query.period)
    if not query.carried:
        return indicator_table(
            opened, data.catalogue, data.places, query.indicator, query.edition, query.level, query.period,
            query.stratum, today(),
        )  # fmt: skip
    carry = carry_table if query.carried == "rebase" else roll_up_table
    try:
        return carry(carrier, query.indicator, query.edition, query.level, query.period, query.stratum)
    except NotTransferable:
        return refused_table(carrier, query.indicator, Cell(query.edition, query.level, query.stratum, query.period))


def city_table_for(data: Snapshot, query: MapQuery) -> IndicatorTable | None:
    """The city's own native figure for the same period: by the same edition if it has one, else by any."""
    if "city" not in levels_of(data.catalogue.indicator(query.indicator)) or query.display == "composition":
        return None
    for edition in (query.edition, *data.places.editions):
        period = query.period if query.level != "city" else None
        table = table_for(data, MapQuery(query.indicator, edition, "city", period, query.stratum))
        if table.with_value:
            return table
    return None
