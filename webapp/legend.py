"""The legend: classes with their words, colours and counts, and the kinds of missing with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo.classify import class_intervals
from geo.palette import diverging, ramp
from indicators.displays import shown_statuses
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


def build_legend(data: Snapshot, table: IndicatorTable) -> dict[str, Any]:
    """Classes lowest first, the limits between them, and the missing; `not_collected` always has its count, even 0.

    Statuses, where the table is classed by them, come in their own order. `pivot` is the limit in the middle of a scale
    around a goal or around no change.
    """
    classes, colours = _classes(data, table)
    missing = {"not_collected": 0, **table.reason_counts}
    words = {"not_collected": _("Chưa có số liệu của cả hai kỳ")} if table.scheme == "change" else {}
    return {
        "classes": [
            {**entry, "colour": colour, "count": table.class_counts[index]}
            for index, (entry, colour) in enumerate(zip(classes, colours, strict=True))
        ],
        "breaks": list(table.limits),
        "pivot": table.pivot,
        "closed": table.closed,
        "class_note": _closed_text(table.closed) if table.limits else "",
        "missing": [
            {"reason": reason, "label": words.get(reason) or reason_text(reason), "count": missing[reason]}
            for reason in sorted(missing, reverse=True)
        ],
        "labels": {str(value): text for value, text in label_texts(data, table).items()} or None,
    }


def _classes(data: Snapshot, table: IndicatorTable) -> tuple[list[dict[str, Any]], Sequence[str]]:
    """Classes in words, and their colours."""
    if table.scheme == "status":
        statuses = shown_statuses(table)
        entries = [
            {"lower": None, "upper": None, "label": verdict_text(status), "status_code": status} for status in statuses
        ]
        return entries, [STATUS_COLOURS[status] for status in statuses]
    if table.indicator.measure == "status":
        categories = _categories(data, table)
        return categories, ramp(len(categories), categories=True)
    intervals = _intervals(table)
    if table.pivot is None:
        return intervals, ramp(len(intervals))
    below = table.limits.index(table.pivot) + 1
    return intervals, diverging(below, len(intervals) - below, table.indicator.direction == "lower")


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
