"""What the board shows: how many goals are met and why the others are not, by row of the appendix, theme and clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy.orm import Session

from geo.errors import BadParameter
from indicators.progress import Judgement
from indicators.reasons import STATUSES
from indicators.table import indicator_table
from indicators.wording import say
from webapp.charts import Part, stack
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.i18n import gettext as _
from webapp.i18n import language, localised, number, period_text
from webapp.navigation import link
from webapp.past import dated
from webapp.plan import Assessed, appendix_items, further_goals
from webapp.plan_view import Line, build_line
from webapp.words import locator_text, status_text, verdict_text

ALWAYS = ("met", "partly_met", "not_met", "not_assessable")
"""Statuses that are counted even where there is none; the others only before the due date."""

REPORT = ("plan_targets_met", "plan_targets_total", "plan_targets_exceeded")


@dataclass(frozen=True)
class Entry:
    """What is counted once on the board: a row of the appendix, or a goal of the body."""

    number: int | None
    judgement: Judgement
    lines: tuple[Line, ...]
    theme: str
    clause: str

    @property
    def anchor(self) -> str:
        """Id of its first row, and where links to it lead."""
        return f"muc-{self.number}" if self.number else f"chi-tieu-{self.lines[0].assessed.stated.goal.indicator}"


@dataclass(frozen=True)
class Filter:
    """The parts of the board that are asked for; blank: all."""

    status: str = ""
    theme: str = ""

    def keeps(self, entry: Entry) -> bool:
        """Whether the entry is among what is asked for."""
        return self.status in ("", entry.judgement.status) and self.theme in ("", entry.theme)

    def href(self, **changes: str) -> str:
        """The address of the board with these choices instead."""
        chosen = {"status": self.status, "theme": self.theme, **changes}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return dated(link("board.show") + (f"?{query}" if query else ""))


def read_filter(data: Snapshot, args: Mapping[str, str]) -> Filter:
    """The filter that the address asks for. Raises BadParameter for a status or theme that there is not."""
    allowed = {"status": tuple(STATUSES), "theme": tuple(data.catalogue.themes)}
    for name, values in allowed.items():
        if args.get(name, "") not in ("", *values):
            raise BadParameter(name, args[name], values)
    return Filter(args.get("status", ""), args.get("theme", ""))


def build_entries(data: Snapshot, cite: Citations, plan: list[Assessed]) -> list[Entry]:
    """Everything that is counted, the rows of the appendix first."""
    rows = [_entry(data, cite, item.number, item.judgement, item.goals, _("Phụ lục")) for item in appendix_items(plan)]
    return rows + [
        _entry(data, cite, None, goal.judgement, (goal,), locator_text(goal.stated.goal.resolution_ref))
        for goal in further_goals(plan)
    ]


def _entry(
    data: Snapshot, cite: Citations, at: int | None, verdict: Judgement, goals: tuple[Assessed, ...], clause: str
) -> Entry:
    lines = tuple(build_line(data, cite, goal) for goal in goals)
    indicator = goals[0].indicator
    return Entry(at, verdict, lines, indicator.theme_id if indicator else "", clause)


def build_board(opened: Session, data: Snapshot, plan: list[Assessed], chosen: Filter) -> dict[str, Any]:
    """All that the template draws."""
    cite = Citations(data.catalogue)
    report = _report(opened, data, cite)
    entries = build_entries(data, cite, plan)
    appendix, further = ([e for e in entries if bool(e.number) is numbered] for numbered in (True, False))
    themes = {theme.id: localised(theme, "name") for theme in data.catalogue.themes.values()}
    return {
        "counts": _counts(appendix),
        "further_counts": _counts(further, always=()),
        "tiles": [_tile(entry, chosen) for entry in appendix],
        "partly": [_whole(entry) for entry in appendix if entry.judgement.status == "partly_met"],
        "gaps": _gaps(appendix),
        "report": report,
        "filters": _filters(entries, chosen, themes),
        "appendix": _groups(filter(chosen.keeps, appendix), lambda entry: themes[entry.theme]),
        "further": _groups((e for e in further if chosen.keeps(e) and _gap(e) != "nobody"), lambda entry: entry.clause),
        "by_theme": _summary(entries, lambda entry: entry.theme, themes | {"": _("Chưa có chỉ số")}, chosen),
        "by_clause": _summary(entries, lambda entry: entry.clause, {}, chosen),
        "unpublished": _unpublished(filter(chosen.keeps, entries)),
        "words": {status: verdict_text(status) for status in STATUSES},
        "sources": cite.items,
    }


def _counts(entries: Iterable[Entry], always: tuple[str, ...] = ALWAYS) -> list[dict[str, Any]]:
    count = Counter[str](entry.judgement.status for entry in entries)
    return [
        {"status": status, "count": count[status], "words": verdict_text(status)}
        for status in STATUSES
        if count[status] or status in always
    ]


def _tile(entry: Entry, chosen: Filter) -> dict[str, Any]:
    words = verdict_text(entry.judgement.status)
    page = "" if chosen.keeps(entry) else chosen.href(status="", theme="")
    label = _("%(number)s: %(words)s", number=entry.number, words=words)
    return {"href": f"{page}#{entry.anchor}", "number": entry.number, "status": entry.judgement.status, "label": label}


def _whole(entry: Entry) -> dict[str, Any]:
    """A row of several goals as one line above them."""
    return {
        "number": entry.number,
        "name": _("Chỉ tiêu %(number)s, %(count)s phần", number=entry.number, count=len(entry.lines)),
        "status": entry.judgement.status,
        "words": verdict_text(entry.judgement.status),
        "why": say(entry.judgement, language()),
    }


def _gaps(entries: Iterable[Entry]) -> list[str]:
    """Why the rows that cannot be assessed are so, with how many for each reason."""
    words = {
        "nobody": _("chưa tìm thấy ai công bố số liệu"),
        "other_years": _("chỉ có số của năm khác"),
        "elsewhere": _("chỉ có số của một số địa bàn"),
        "no_indicator": _("chưa có chỉ số đo"),
        None: _("có số nhưng chưa đủ để kết luận"),
    }
    kinds = Counter(_gap(entry) for entry in entries if entry.judgement.status == "not_assessable")
    return [f"{kinds[kind]} {text}" for kind, text in words.items() if kinds[kind]]


def _gap(entry: Entry) -> str | None:
    """The mildest gap among the parts: a row with an old figure for one part is not one that nobody knows."""
    found = {line.assessed.gap for line in entry.lines}
    return next(kind for kind in (None, "other_years", "elsewhere", "nobody", "no_indicator") if kind in found)


def _report(opened: Session, data: Snapshot, cite: Citations) -> dict[str, Any] | None:
    """The city's own count of targets met, latest year first; None if it has reported none."""
    years = data.catalogue.years((REPORT[0], "2024", "city", "all"))
    reports = [report for year in reversed(years) if (report := _report_of(opened, data, cite, year))]
    return {"latest": reports[0], "earlier": reports[1:]} if reports else None


def _report_of(opened: Session, data: Snapshot, cite: Citations, year: str) -> dict[str, Any] | None:
    tables = (
        indicator_table(opened, data.catalogue, data.places, name, "2024", "city", year, "all") for name in REPORT
    )
    met, total, exceeded = (table.rows[0] for table in tables)
    if met.figure is None or total.figure is None:
        return None
    figures = (met.figure, *met.alternatives)
    return {
        "value": f"{number(met.figure.value, 0)}/{number(total.figure.value, 0)}",
        "exceeded": number(exceeded.figure.value, 0) if exceeded.figure else "",
        "period": period_text(met.figure.period),
        "status": status_text(met.figure.status),
        "note": localised(met.figure, "note"),
        "refs": list(dict.fromkeys(cite(figure.source_id) for figure in figures)),
    }


def _filters(entries: list[Entry], chosen: Filter, themes: Mapping[str, str]) -> dict[str, Any]:
    """Choices of status and theme with how many entries each would show beside the other choice."""
    in_theme = [entry for entry in entries if chosen.theme in ("", entry.theme)]
    in_status = [entry for entry in entries if chosen.status in ("", entry.judgement.status)]
    by_theme = Counter(entry.theme for entry in in_status)
    everything = {"label": _("Tất cả"), "status": "", "count": len(in_theme), "href": chosen.href(status=""),
                  "current": not chosen.status}  # fmt: skip
    statuses = [
        {"label": entry["words"], "status": entry["status"], "count": entry["count"],
         "href": chosen.href(status=entry["status"]), "current": chosen.status == entry["status"]}
        for entry in _counts(in_theme)
    ]  # fmt: skip
    options = [{"label": _("Mọi lĩnh vực"), "count": len(in_status), "href": chosen.href(theme=""),
                "current": not chosen.theme}]  # fmt: skip
    options += [
        {"label": name, "count": by_theme[key], "href": chosen.href(theme=key), "current": key == chosen.theme}
        for key, name in themes.items()
        if by_theme[key] or key == chosen.theme
    ]
    return {
        "statuses": [everything, *statuses],
        "themes": options,
        "theme": themes.get(chosen.theme, _("Mọi lĩnh vực")),
        "reset": chosen.href(status="", theme="") if chosen.status or chosen.theme else "",
    }


def _groups(entries: Iterable[Entry], name: Callable[[Entry], str]) -> list[dict[str, Any]]:
    """Runs of entries of one name, in the order of the text."""
    return [
        {
            "name": title,
            "entries": [
                {"entry": entry, "whole": _whole(entry) if len(entry.lines) > 1 else None, "rows": numbered(entry)}
                for entry in group
            ],
        }
        for title, group in groupby(entries, name)
    ]


def numbered(entry: Entry) -> list[dict[str, Any]]:
    """Rows of the table: the parts of one entry, lettered where there are several."""
    if entry.number is None or len(entry.lines) == 1:
        return [{"number": entry.number or "", "line": entry.lines[0]}]
    return [{"number": f"{entry.number}{chr(97 + index)}", "line": line} for index, line in enumerate(entry.lines)]


def _summary(
    entries: Iterable[Entry], key: Callable[[Entry], str], names: Mapping[str, str], chosen: Filter
) -> list[dict[str, Any]]:
    """Counts of each status by theme or clause; themes lead to their part of the board."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    ordered = [value for value in names if value in groups] if names else list(groups)
    return [
        {
            "name": names.get(value, value),
            "href": chosen.href(theme=value, status="") if names and value else None,
            "total": len(groups[value]),
            "counts": {count["status"]: count["count"] for count in _counts(groups[value])},
            "bar": _bar(groups[value]),
        }
        for value in ordered
    ]


def _bar(entries: list[Entry]) -> Markup:
    counts = _counts(entries, always=())
    parts = [Part(f"{count['words']}: {count['count']}", count["count"], f"st-{count['status']}") for count in counts]
    return stack("; ".join(part.name for part in parts), parts, width=120, height=10)


def _unpublished(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Goals for which no figure was found anywhere, by clause, the appendix first."""
    listed = [(entry.clause, line) for entry in entries for line in entry.lines if line.assessed.gap == "nobody"]
    return [
        {"name": clause, "lines": [line for _clause, line in group]}
        for clause, group in groupby(listed, lambda pair: pair[0])
    ]
