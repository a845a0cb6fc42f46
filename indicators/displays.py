"""One table shown in other ways: by status, or around its goal.

Each takes a table and gives a table with other classes, so that map, legend, API and files go on reading one thing and
cannot disagree. Figures, judgements and their words stay what they are. The change over time is in
`indicators/change.py`, for it has figures of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from geo.classify import Limits, classify
from geo.errors import BadParameter
from geo.palette import MAX_SIDE
from indicators.progress import Status
from indicators.table import AreaFigure, IndicatorTable
from indicators.targets import dividing_bound

STATUS_ORDER: tuple[Status, ...] = (
    "met", "partly_met", "not_met", "on_track", "behind", "off_track", "not_assessable",
)  # fmt: skip
"""Statuses as a legend lists them: those of a due date that has passed, the best first, then those before it."""


def shown_statuses(table: IndicatorTable) -> list[Status]:
    """Statuses of the areas that have a figure, in the order of `STATUS_ORDER`."""
    present = {row.judgement.status for row in table.rows if row.figure}
    return [status for status in STATUS_ORDER if status in present]


def by_status(table: IndicatorTable) -> IndicatorTable:
    """The table with statuses as classes, numbered as `shown_statuses` lists them."""
    place = {status: index for index, status in enumerate(shown_statuses(table))}
    rows = tuple(
        replace(row, class_index=place[row.judgement.status] if row.figure else None) for row in table.rows
    )  # fmt: skip
    return replace(table, rows=rows, limits=(), scheme="status")


def pivot_of(table: IndicatorTable) -> float | None:
    """The value that divides met from not met among the areas of a table; None where no one value does, or where what
    areas have is only a part of what the goal asks for."""
    if table.goal is None or table.footing not in ("binding", "compared") or table.indicator.measure == "status":
        return None
    return dividing_bound(table.goal, table.indicator.direction)


def around_goal(table: IndicatorTable) -> IndicatorTable:
    """The table with its classes broken at the goal, up to three short of it and up to three past it.

    Raises: BadParameter where there is no goal that figures can be set against.
    """
    pivot = pivot_of(table)
    if pivot is None:
        raise BadParameter("display", "target", ("value",))
    return around(table, table.limits, pivot, "target")


def around(table: IndicatorTable, limits: Iterable[float], pivot: float, scheme: str) -> IndicatorTable:
    """The table classed by those limits that are nearest to a middle, and by the middle itself."""
    kept = sides(limits, pivot)
    values = [row.figure.value if row.figure else np.nan for row in table.rows]
    classes = classify(values, kept, table.closed).tolist()
    rows = tuple(_classed(row, index) for row, index in zip(table.rows, classes, strict=True))
    return replace(table, rows=rows, limits=kept, scheme=scheme, pivot=pivot)


def _classed(row: AreaFigure, index: int) -> AreaFigure:
    return replace(row, class_index=None if index < 0 else index)


def sides(limits: Iterable[float], pivot: float) -> Limits:
    """The limits next to a middle, as many on each side as colours allow, with the middle among them."""
    most = MAX_SIDE - 1
    rising = sorted(limits)
    below = [limit for limit in rising if limit < pivot][-most:]
    above = [limit for limit in rising if limit > pivot][:most]
    return (*below, pivot, *above)


def on_scale_of(table: IndicatorTable, other: IndicatorTable) -> IndicatorTable:
    """The table with the classes of another one of the same indicator, so that both can be read by one key; codes and
    statuses have one scale anyway."""
    if table.scheme == "status" or table.indicator.measure == "status":
        return table
    values = [row.figure.value if row.figure else np.nan for row in table.rows]
    classes = classify(values, other.limits, other.closed).tolist()
    rows = tuple(_classed(row, index) for row, index in zip(table.rows, classes, strict=True))
    return replace(table, rows=rows, limits=other.limits, closed=other.closed, pivot=other.pivot)
