"""Where an area stands among its like, and when nothing is said of it.

A district of the inner city is ranked among those (quận with quận, huyện with huyện, phường, xã), by figures of the
same period, best first, equal values sharing a rank. A rank is withheld, with the reason, where it would say more than
is known: too few of the group have a figure (`ENOUGH`), the figure is an estimate, or the printed figures of two areas
("at least 3") leave their order open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from indicators.contributions import ESTIMATE
from indicators.intervals import Interval, domain_of, possible
from indicators.models import Indicator
from indicators.observations import Figure
from indicators.table import AreaFigure

ENOUGH = 0.8
"""Share of a group that must have a figure; below it a rank would say more than is known."""

Withheld = Literal["no_order", "missing", "alone", "estimate", "few", "not_exact"]


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


def rank_areas(indicator: Indicator, rows: Iterable[AreaFigure]) -> dict[str, Standing]:
    """The standing of every area, by code. `rows` are those of one table, that is of one level and period."""
    groups: dict[str, list[AreaFigure]] = {}
    for row in rows:
        groups.setdefault(row.area.type, []).append(row)
    return {code: standing for kind, group in groups.items() for code, standing in _rank(indicator, kind, group)}


def _rank(indicator: Indicator, kind: str, group: list[AreaFigure]) -> Iterable[tuple[str, Standing]]:
    able = [row for row in group if row.reason != "not_applicable"]
    known = {row.area.code: row.figure for row in able if row.figure and not _estimated(row)}
    reason = _group_reason(indicator, len(known), len(able))
    places = {} if reason else _places(_values(indicator, known), indicator.direction == "lower")
    shared = Counter(places.values())
    for row in group:
        rank = places.get(row.area.code)
        withheld = None if rank else _row_reason(row) or reason or "not_exact"
        yield (
            row.area.code,
            Standing(kind, rank, rank is not None and shared[rank] > 1, len(known), len(able), withheld),
        )


def _estimated(row: AreaFigure) -> bool:
    return row.carried is not None and row.carried.quality == ESTIMATE


def _values(indicator: Indicator, known: dict[str, Figure]) -> dict[str, Interval]:
    """What each figure may be, by code."""
    domain = domain_of(indicator.measure, indicator.unit_id)
    return {
        code: possible(figure.value, figure.qualifier or "", figure.value_high, domain)
        for code, figure in known.items()
    }


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


def _places(values: dict[str, Interval], low_is_best: bool) -> dict[str, int]:
    """Ranks of the areas whose place is certain: as many others are surely better as can possibly be."""
    lows, highs = (sorted(getattr(interval, end) for interval in values.values()) for end in ("low", "high"))
    places = {}
    for code, own in values.items():
        if low_is_best:
            surely, possibly = bisect_left(highs, own.low), bisect_left(lows, own.high) - (own.low < own.high)
        else:
            surely = len(lows) - bisect_right(lows, own.high)
            possibly = len(highs) - bisect_right(highs, own.low) - (own.high > own.low)
        if surely == possibly:
            places[code] = surely + 1
    return places
