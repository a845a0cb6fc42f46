"""The lineage of a unit in words, Vietnamese and English: until when it was in force, what it became or was made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from boundaries.lineage import DISSOLVED, KEPT, MERGED, PART, RENAMED, SPLIT, AreaKey, Lineage, Link

LANGUAGES = ("vi", "en")
NBSP = "\u00a0"

CHANGES: dict[str, tuple[str, str]] = {
    KEPT: ("Giữ nguyên", "Unchanged"),
    RENAMED: ("Đổi tên", "Renamed"),
    MERGED: ("Nhập nguyên vẹn", "Merged whole"),
    PART: ("Có phần của đơn vị bị chia", "With parts of divided units"),
    SPLIT: ("Bị chia", "Split"),
    DISSOLVED: ("Kết thúc hoạt động", "Dissolved"),
}
"""The kinds of change as headings of lists and legends."""

UNTIL = ("có hiệu lực đến {day}", "in force until {day}")
SINCE = ("có hiệu lực từ {day}", "in force since {day}")
BECAME: dict[str, tuple[str, str]] = {
    KEPT: ("nay là {areas}, không đổi", "now {areas}, unchanged"),
    RENAMED: ("nay là {areas}", "now {areas}"),
    MERGED: ("nay thuộc {areas}", "now in {areas}"),
    SPLIT: ("nay chia về {areas}", "now divided among {areas}"),
    DISSOLVED: ("địa bàn nay thuộc {areas}", "its land is now in {areas}"),
}
UNCHANGED: dict[str, tuple[str, str]] = {
    KEPT: ("không đổi so với {areas}", "unchanged from {areas}"),
    RENAMED: ("trước là {areas}", "formerly {areas}"),
}
WHOLE_OF = ("toàn bộ {areas}", "all of {areas}")
PART_OF = ("một phần {areas}", "parts of {areas}")
FORMED = ("gồm {parts}", "formed of {parts}")
SHARE = ("{name} ({share}{nbsp}% diện tích)", "{name} ({share}% of the land)")
NEARLY_ALL = ("{name} (gần toàn bộ)", "{name} (nearly all)")
SMALL = ("{name} (phần nhỏ)", "{name} (a small part)")


def say_lineage(lineage: Lineage, name: Callable[[AreaKey], str], lang: str) -> str:
    """One sentence without the unit's own name: "có hiệu lực đến 30/06/2025; nay thuộc Phường Hoàn Kiếm".

    `name` gives the name of any unit in the language. Empty where neither dates nor changes are known.
    Raises: ValueError for a language other than those of `LANGUAGES`.
    """
    index = LANGUAGES.index(lang)
    clauses = []
    if lineage.first_day:
        clauses.append(SINCE[index].format(day=format_day(lineage.first_day)))
    if lineage.last_day:
        clauses.append(UNTIL[index].format(day=format_day(lineage.last_day)))
    if lineage.successors and lineage.change:
        areas = _shared(lineage, name, index) if lineage.change == SPLIT else _names(lineage.successors, name)
        clauses.append(BECAME[lineage.change][index].format(areas=areas))
    if lineage.predecessors:
        clauses.append(_origin(lineage.predecessors, name, index))
    return "; ".join(clauses)


def format_day(day: dt.date) -> str:
    """30/06/2025."""
    return f"{day:%d/%m/%Y}"


def _names(links: Sequence[Link], name: Callable[[AreaKey], str]) -> str:
    return ", ".join(name(link.area) for link in links)


def _shared(lineage: Lineage, name: Callable[[AreaKey], str], index: int) -> str:
    """The successors of a split unit, each with its share of the land, in whole per cent; 0 and 100 would mislead."""
    parts = []
    for link in lineage.successors:
        share = round(100 * link.share_of_old)
        template = SMALL if share == 0 else NEARLY_ALL if share == 100 else SHARE
        parts.append(template[index].format(name=name(link.area), share=share, nbsp=NBSP))
    return ", ".join(parts)


def _origin(links: Sequence[Link], name: Callable[[AreaKey], str], index: int) -> str:
    first = links[0]
    if first.kind in UNCHANGED:
        return UNCHANGED[first.kind][index].format(areas=name(first.area))
    groups = ((MERGED, WHOLE_OF), (PART, PART_OF))
    parts = [
        template[index].format(areas=_names([link for link in links if link.kind == kind], name))
        for kind, template in groups
        if any(link.kind == kind for link in links)
    ]
    return FORMED[index].format(parts=", ".join(parts))
