"""Tables of figures with the standings in them, kept in the process: pages about areas ask for dozens of them.

A table depends on its question, the data version and the day, which are all in its key; the least recently used leave
when the areas of all kept tables together are too many.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flask import current_app

from indicators.carry import Carrier
from indicators.composed import compose_table
from indicators.ranks import Standing, rank_areas
from indicators.table import AreaFigure, IndicatorTable, indicator_table
from webapp.db import Snapshot, session
from webapp.today import today

MOST_ROWS = 120_000
"""Rows of all tables that one process keeps: some 40 MB."""


class Question(NamedTuple):
    """Which table: `period` None is the best covered year. `composed` asks for a composition instead of figures."""

    version: int
    day: dt.date
    indicator: str
    edition: str
    level: str
    period: str | None
    stratum: str
    composed: bool
    as_of: int | None


@dataclass(frozen=True)
class Ranked:
    """A table, its rows by code, and the standing of each area in it."""

    table: IndicatorTable

    @cached_property
    def rows(self) -> dict[str, AreaFigure]:
        return {row.area.code: row for row in self.table.rows}

    @cached_property
    def standings(self) -> dict[str, Standing]:
        return rank_areas(self.table.indicator, self.table.rows)


class TableCache:
    """The least recently used tables make room; safe between threads."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most, self._used = most_rows, 0
        self._kept: OrderedDict[Question, Ranked] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question, build: Callable[[], IndicatorTable]) -> Ranked:
        """The table, built if it is not there."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]
        ranked = Ranked(build())
        with self._lock:
            if question not in self._kept:
                self._kept[question] = ranked
                self._used += len(ranked.table.rows)
                while self._used > self._most and len(self._kept) > 1:
                    _question, oldest = self._kept.popitem(last=False)
                    self._used -= len(oldest.table.rows)
        return ranked


def find_table(
    data: Snapshot, indicator: str, edition: str, level: str, period: str | None = None, stratum: str = "all"
) -> Ranked:
    """Native figures of one question as of today; see `indicators.table.indicator_table`."""
    day = today()
    question = Question(data.version, day, indicator, edition, level, period, stratum, False, data.catalogue.as_of)
    return _cache().get(
        question,
        lambda: indicator_table(
            session(), data.catalogue, data.places, indicator, edition, level, period, stratum, day
        ),
    )


def find_composition(data: Snapshot, indicator: str, edition: str, period: str | None = None) -> Ranked:
    """What the communes of an edition were formed of; see `indicators.composed.compose_table`."""
    question = Question(data.version, today(), indicator, edition, "commune", period, "all", True, data.catalogue.as_of)
    carrier = Carrier(session(), data.catalogue, data.places, data.crosswalk)
    return _cache().get(question, lambda: compose_table(carrier, indicator, edition, period))


def _cache() -> TableCache:
    cache: TableCache = current_app.extensions.setdefault("tables", TableCache())
    return cache
