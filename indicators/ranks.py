"""Where an area stands among its like, and when nothing is said of it.

A district of the inner city is ranked among those (quận with quận, huyện with huyện, phường, xã), by figures of the
same period, best first, equal values sharing a rank. A rank is withheld, with the reason, where it would say more than
is known: too few of the group have a figure (`ENOUGH`), the figure is an estimate, or the printed figures of two areas
("at least 3") leave their order open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, Protocol

from indicators.contributions import ESTIMATE
from indicators.intervals import Interval, domain_of, exact, possible
from indicators.models import Indicator
from indicators.table import AreaFigure

ENOUGH = 0.8
"""Share of a group that must have a figure; below it a rank would say more than is known."""

Withheld = Literal["no_order", "missing", "alone", "estimate", "few", "not_exact"]

Ends = tuple[Decimal, Decimal]
"""The least and the most that a figure may be."""


@dataclass(frozen=True)
class Standing:
    """The rank of one area in its group, or why it has none.

    `kind` is the group (quận, xã …), `total` how many areas of it the indicator has a meaning for, `have` how many of
    them have a figure that can be ranked, `tied` whether another one has the same rank.
    """

    kind: str
    rank: int | None
    tied: bool
    have: int
    total: int
    withheld: Withheld | None


def is_ordered(indicator: Indicator) -> bool:
    """Whether the indicator has a better side and numbers to put in order; codes get no ranks."""
    return indicator.measure != "status" and indicator.direction in ("higher", "lower")


class Printed(Protocol):
    """What a rank rests on: a figure, or an outcome as the store has it."""

    @property
    def value(self) -> float: ...
    @property
    def qualifier(self) -> str | None: ...
    @property
    def value_high(self) -> float | None: ...


@dataclass(frozen=True)
class Group:
    """All areas of one kind in one table: `have` and `total` as in `Standing`, the rank by code of each whose place is
    certain, and the reason why none has one."""

    kind: str
    have: int
    total: int
    places: Mapping[str, int]
    reason: Withheld | None

    @cached_property
    def _shared(self) -> Counter[int]:
        return Counter(self.places.values())

    def standing(self, row: AreaFigure) -> Standing:
        """The standing of one of them."""
        rank = self.places.get(row.area.code)
        withheld = None if rank else _row_reason(row) or self.reason or "not_exact"
        return Standing(self.kind, rank, rank is not None and self._shared[rank] > 1, self.have, self.total, withheld)


def rank_areas(indicator: Indicator, rows: Iterable[AreaFigure]) -> dict[str, Standing]:
    """The standing of every area, by code. `rows` are those of one table, that is of one level and period."""
    kinds: dict[str, list[AreaFigure]] = {}
    for row in rows:
        kinds.setdefault(row.area.type, []).append(row)
    standings = {}
    for kind, alike in kinds.items():
        known = {row.area.code: row.figure for row in alike if row.figure and not _estimated(row)}
        group = rank_group(indicator, kind, known, sum(row.reason != "not_applicable" for row in alike))
        standings.update({row.area.code: group.standing(row) for row in alike})
    return standings


def rank_group(indicator: Indicator, kind: str, known: Mapping[str, Printed], total: int) -> Group:
    """The areas of one kind by rank. `known` are the figures by code that can be ranked, of `total` areas."""
    reason = _group_reason(indicator, len(known), total)
    places = {} if reason else _places(_values(indicator, known), indicator.direction == "lower")
    return Group(kind, len(known), total, places, reason)


def _estimated(row: AreaFigure) -> bool:
    return row.carried is not None and row.carried.quality == ESTIMATE


def _values(indicator: Indicator, known: Mapping[str, Printed]) -> dict[str, Ends]:
    """The least and the most that each figure may be, by code."""
    domain = domain_of(indicator.measure, indicator.unit_id)
    return {code: _ends(figure, domain) for code, figure in known.items()}


def _ends(figure: Printed, domain: Interval) -> Ends:
    if not figure.qualifier:  # by far the most; as `possible` has it, whatever the domain
        value = exact(figure.value)
        return value, value
    printed = possible(figure.value, figure.qualifier, figure.value_high, domain)
    return printed.low, printed.high


def _group_reason(indicator: Indicator, have: int, total: int) -> Withheld | None:
    if not is_ordered(indicator):
        return "no_order"
    if total <= 1:
        return "alone"
    return "few" if have < ENOUGH * total else None


def _row_reason(row: AreaFigure) -> Withheld | None:
    if row.figure is None:
        return "missing"
    return "estimate" if _estimated(row) else None


def _places(values: Mapping[str, Ends], low_is_best: bool) -> dict[str, int]:
    """Ranks of the areas whose place is certain: as many others are surely better as can possibly be."""
    lows, highs = (sorted(ends[side] for ends in values.values()) for side in (0, 1))
    places = {}
    for code, (low, high) in values.items():
        if low_is_best:
            surely, possibly = bisect_left(highs, low), bisect_left(lows, high) - (low < high)
        else:
            surely = len(lows) - bisect_right(lows, high)
            possibly = len(highs) - bisect_right(highs, low) - (high > low)
        if surely == possibly:
            places[code] = surely + 1
    return places
