"""Tables of figures, and the ranks in tables, kept in the process: pages about areas ask for dozens of them.

A table depends on its question, the data version and the day, which are all in its key; the least recently used leave
when the areas of all kept tables together are too many.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from flask import current_app

from indicators.carry import Carrier
from indicators.composed import compose_table
from indicators.models import Indicator
from indicators.ranks import Group, Standing
from indicators.single import groups_of, table_within
from indicators.table import AreaFigure, Cell, IndicatorTable, indicator_table
from webapp.db import Snapshot, session
from webapp.today import today

MOST_ROWS = 120_000
"""Rows of all tables that one process keeps: some 40 MB."""


class Question(NamedTuple):
    """Which table: `period` None is the best covered year. `kind` is what is kept of it: "figures", "composition" or
    "ranks"."""

    version: int
    day: dt.date
    indicator: str
    edition: str
    level: str
    period: str | None
    stratum: str
    kind: str
    as_of: int | None
    parent: str | None = None


@dataclass(frozen=True)
class Ranked:
    """A table with its rows by code."""

    table: IndicatorTable

    @property
    def size(self) -> int:
        return len(self.table.rows)

    @cached_property
    def rows(self) -> dict[str, AreaFigure]:
        return {row.area.code: row for row in self.table.rows}


@dataclass(frozen=True)
class Ranks:
    """The ranks in a table by kind of unit, without its figures."""

    groups: Mapping[str, Group]

    @property
    def size(self) -> int:
        return sum(len(group.places) for group in self.groups.values())

    def standing(self, row: AreaFigure) -> Standing:
        """The standing of one area."""
        return self.groups[row.area.type].standing(row)


Kept = TypeVar("Kept", Ranked, Ranks)


class TableCache:
    """The least recently used tables make room; safe between threads."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most, self._used = most_rows, 0
        self._kept: OrderedDict[Question, Ranked | Ranks] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question, build: Callable[[], Kept]) -> Kept:
        """What is kept of the table, built if it is not there."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return cast("Kept", self._kept[question])
        built = build()
        with self._lock:
            if question not in self._kept:
                self._kept[question] = built
                self._used += built.size
                while self._used > self._most and len(self._kept) > 1:
                    _question, oldest = self._kept.popitem(last=False)
                    self._used -= oldest.size
        return built


def find_table(
    data: Snapshot, indicator: str, edition: str, level: str, period: str | None = None, stratum: str = "all"
) -> Ranked:
    """Native figures of one question as of today; see `indicators.table.indicator_table`."""
    day = today()
    question = Question(data.version, day, indicator, edition, level, period, stratum, "figures", data.catalogue.as_of)
    where = indicator, edition, level, period, stratum
    return _cache().get(question, lambda: Ranked(indicator_table(session(), data.catalogue, data.places, *where, day)))


def find_table_within(
    data: Snapshot, indicator: Indicator, edition: str, level: str, stratum: str, parent: str
) -> Ranked:
    """The same for the areas of one parent, in the best covered year; see `indicators.single.table_within`."""
    catalogue, day = data.catalogue, today()
    cell = Cell(edition, level, stratum, catalogue.default_period((indicator.id, edition, level, stratum)))
    question = Question(
        data.version, day, indicator.id, edition, level, None, stratum, "figures", catalogue.as_of, parent
    )  # fmt: skip
    areas = data.places.at(edition, level)
    return _cache().get(
        question, lambda: Ranked(table_within(session(), catalogue, indicator, cell, areas, parent, day))
    )


def find_composition(data: Snapshot, indicator: str, edition: str, period: str | None = None) -> Ranked:
    """What the communes of an edition were formed of; see `indicators.composed.compose_table`."""
    as_of = data.catalogue.as_of
    question = Question(data.version, today(), indicator, edition, "commune", period, "all", "composition", as_of)
    carrier = Carrier(session(), data.catalogue, data.places, data.crosswalk)
    return _cache().get(question, lambda: Ranked(compose_table(carrier, indicator, edition, period)))


def find_ranks(data: Snapshot, indicator: Indicator, cell: Cell) -> Ranks:
    """The ranks in the table of a cell; see `indicators.single.groups_of`."""
    question = Question(
        data.version, today(), indicator.id, cell.edition, cell.level, cell.period, cell.stratum, "ranks",
        data.catalogue.as_of,
    )  # fmt: skip
    areas = data.places.at(cell.edition, cell.level)
    return _cache().get(question, lambda: Ranks(groups_of(session(), data.catalogue, indicator, cell, areas)))


def _cache() -> TableCache:
    cache: TableCache = current_app.extensions.setdefault("tables", TableCache())
    return cache
