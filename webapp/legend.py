"""The legend: classes with their words, colours and counts, and the kinds of missing with theirs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from geo.classify import class_intervals
from geo.palette import ramp
from indicators.progress import Status
from indicators.table import IndicatorTable
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.i18n import localised, number
from webapp.words import reason_text, verdict_text

STATUS_COLOURS: dict[Status, str] = {
    "met": "st-met",
    "partly_met": "st-part",
    "not_met": "st-missed",
    "on_track": "st-track",
    "behind": "st-behind",
    "off_track": "st-missed",
    "not_assessable": "st-none",
}
"""Colour of each status. Off track shares that of not met: the one is said before a due date, the other after it."""


def label_texts(data: Snapshot, table: IndicatorTable) -> dict[float, str]:
    """The words of a coded indicator, by value; empty for numbers, and for what a coded indicator is composed of."""
    if table.indicator.measure != "status":
        return {}
    return {label.value: localised(label, "name") for label in data.catalogue.labels.get(table.indicator.id, [])}


def build_legend(data: Snapshot, table: IndicatorTable, display: str = "value") -> dict[str, Any]:
    """Classes lowest first, the limits between them, and the missing; `not_collected` always has its count, even 0.

    With `display` "status" the classes are the statuses of the areas that have a figure, the best first.
    """
    missing = {"not_collected": 0, **table.reason_counts}
    return {
        **(_statuses(table) if display == "status" else _values(data, table)),
        "missing": [
            {"reason": reason, "label": reason_text(reason), "count": missing[reason]}
            for reason in sorted(missing, reverse=True)
        ],
        "labels": {str(value): text for value, text in label_texts(data, table).items()} or None,
    }


def _values(data: Snapshot, table: IndicatorTable) -> dict[str, Any]:
    categories = table.indicator.measure == "status"
    classes = _categories(data, table) if categories else _intervals(table)
    colours = ramp(len(classes), categories)
    return {
        "classes": [
            {**entry, "colour": colour, "count": table.class_counts[index]}
            for index, (entry, colour) in enumerate(zip(classes, colours, strict=True))
        ],
        "breaks": list(table.limits),
        "closed": table.closed,
        "class_note": "" if categories else _closed_text(table.closed),
    }


def _statuses(table: IndicatorTable) -> dict[str, Any]:
    counts = Counter(row.judgement.status for row in table.rows if row.figure)
    classes = [
        {"lower": None, "upper": None, "label": verdict_text(status), "colour": STATUS_COLOURS[status],
         "count": counts[status], "status_code": status}
        for status in shown_statuses(table)
    ]  # fmt: skip
    return {"classes": classes, "breaks": [], "closed": table.closed, "class_note": ""}


def shown_statuses(table: IndicatorTable) -> list[Status]:
    """Statuses of the areas that have a figure, the best first."""
    present = {row.judgement.status for row in table.rows if row.figure}
    return [status for status in STATUS_COLOURS if status in present]


def class_indices(table: IndicatorTable, display: str) -> list[int | None]:
    """Place of each area's class in the legend, None where its figure is missing."""
    if display != "status":
        return [row.class_index for row in table.rows]
    place = {status: index for index, status in enumerate(shown_statuses(table))}
    return [place[row.judgement.status] if row.figure else None for row in table.rows]


def _categories(data: Snapshot, table: IndicatorTable) -> list[dict[str, Any]]:
    return [{"lower": value, "upper": value, "label": text} for value, text in label_texts(data, table).items()]


def _intervals(table: IndicatorTable) -> list[dict[str, Any]]:
    return [
        {"lower": low, "upper": high, "label": _interval_text(low, high, table)}
        for low, high in class_intervals(table.limits)
    ]


def _closed_text(closed: str) -> str:
    if closed == "left":
        return _("mỗi lớp gồm cận dưới, không gồm cận trên")
    return _("mỗi lớp gồm cận trên, không gồm cận dưới")


def _interval_text(low: float | None, high: float | None, table: IndicatorTable) -> str:
    """A class in words, with the end that belongs to it."""
    decimals, left = _limit_decimals(table), table.closed == "left"
    bound = number(low if low is not None else high or 0, decimals)
    if low is None and high is None:
        return _("mọi giá trị")
    if low is None:
        return _("dưới %(bound)s", bound=bound) if left else _("đến %(bound)s", bound=bound)
    if high is None:
        return _("từ %(bound)s", bound=bound) if left else _("trên %(bound)s", bound=bound)
    return f"{bound} – {number(high, decimals)}"


def _limit_decimals(table: IndicatorTable) -> int:
    """As few decimals as show all limits exactly."""
    return next((d for d in range(6) if all(round(limit, d) == limit for limit in table.limits)), 6)
