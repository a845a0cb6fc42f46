"""Two to six areas beside each other: one row for each indicator, one cell for each area, differences brought out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from boundaries.models import Area
from boundaries.search import search
from indicators.catalogue import levels_of
from indicators.intervals import exact
from indicators.ranks import is_ordered
from indicators.wording import POINTS
from webapp.areas import boundary_changes, dated_name
from webapp.compare_charts import draw_cell
from webapp.compare_query import FEWEST, MOST, CompareQuery
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.drawings import draw_locator
from webapp.i18n import NBSP, date, language, number, period_text, types_text, with_unit
from webapp.i18n import gettext as _
from webapp.identity import area_path
from webapp.lines import Line, build_line, entry_name
from webapp.pages.gazetteer import area_name
from webapp.past import dated
from webapp.place import within
from webapp.profile import Entry, build_profile
from webapp.words import edition_phrase, goal_locator_text, goal_value_text, unit_text

HITS = 8

View = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One area's place in a row; `line` is None where it has nothing to say, for the `reason`: the indicator does not
    exist at its level, or nobody published the stratum.

    `other_period` is its period where that is not the row's; `best` marks the best of those that compare.
    """

    line: Line | None
    reason: str
    chart: Markup | None
    other_period: str
    best: bool


@dataclass(frozen=True)
class Row:
    """One indicator: what it is, what is aimed at, how far like areas lie apart, and a cell for each area."""

    name: str
    unit: str
    period: str
    target: str
    locator: str
    spread: str
    different: bool
    with_goal: bool
    cells: list[Cell]


def build_comparison(data: Snapshot, query: CompareQuery) -> View:
    """The whole page but its frame."""
    areas = [data.places.area(*key) for key in query.keys]
    cite = Citations(data.catalogue)
    groups = _groups(data, cite, query, areas) if len(areas) >= FEWEST else []
    kinds = {area.type for area in areas}
    names = ", ".join(dated_name(data, area) for area in areas)
    return {
        "query": query,
        "title": _("So sánh: %(names)s", names=names) if areas else _("So sánh địa bàn"),
        "heads": [_head(data, query, area) for area in areas],
        "needed": max(0, FEWEST - len(areas)),
        "room": MOST - len(areas),
        "mixed": types_text(kinds) if len(kinds) > 1 else "",
        "editions": len({area.edition_id for area in areas}),
        "hits": _hits(data, query) if query.sought else None,
        "options": _options(query),
        "groups": groups,
        "examples": [] if areas else _examples(data),
        "sources": cite.items,
    }


def _head(data: Snapshot, query: CompareQuery, area: Area) -> View:
    """What stands above a column, with the address of the page without it."""
    name, place = area_name(area), within(data.places, area)
    return {
        "name": name,
        "href": dated(area_path(area)),
        "dates": _dates(data, area),
        "locator": draw_locator(area, place),
        "place": place,
        "remove": query.path([key for key in query.keys if key != (area.edition_id, area.code)]),
    }


def _dates(data: Snapshot, area: Area) -> str:
    """Until when the unit was in force, or the edition it is of."""
    lineage = data.lineage(area)
    if lineage and lineage.last_day and area.level != "city":
        return _("đến %(day)s", day=date(lineage.last_day))
    return edition_phrase(data.places.edition(area.edition_id))


def _hits(data: Snapshot, query: CompareQuery) -> list[View]:
    """Units that could be added, each with the address of the page with it."""
    found = [key for key in search(query.sought, data.territory.index, HITS + MOST) if key not in query.keys]
    hits = []
    for key in found[:HITS]:
        area = data.places.area(*key)
        parent = data.places.area(area.edition_id, area.parent_code) if area.parent_code else None
        above = [area_name(parent)] if parent and parent.level == "district" else []
        words = ", ".join([*above, _dates(data, area)])
        hits.append({"name": area_name(area), "words": words, "href": query.path([*query.keys, key])})
    return hits


def _options(query: CompareQuery) -> dict[str, list[View]]:
    """The choices above the table."""
    rows = {"all": _("Mọi dòng"), "different": _("Chỉ dòng có khác biệt")}
    show = {"figures": _("Số liệu"), "trends": _("Diễn biến")}
    return {
        "rows": [{"label": label, "href": query.path(rows=value), "current": query.rows == value}
                 for value, label in rows.items()],
        "show": [{"label": label, "href": query.path(show=value), "current": query.show == value}
                 for value, label in show.items()],
    }  # fmt: skip


def _examples(data: Snapshot) -> list[View]:
    """Pairs to begin with: of each edition the first two units of each kind on the widest level below the city."""
    pairs = []
    for edition in reversed(data.places.editions):
        level = next(level for level in data.places.levels(edition) if level != "city")
        kinds: dict[str, list[Area]] = {}
        for area in data.places.at(edition, level):
            kinds.setdefault(area.type, []).append(area)
        pairs += [areas[:2] for areas in kinds.values() if len(areas) > 1]
    return [
        {
            "label": " – ".join(dated_name(data, area) for area in pair),
            "href": CompareQuery(tuple((area.edition_id, area.code) for area in pair)).path(),
        }
        for pair in pairs
    ]


def _groups(data: Snapshot, cite: Citations, query: CompareQuery, areas: Sequence[Area]) -> list[View]:
    """Rows with a goal, then others; rows without anything to show are left out."""
    profiles = [{(entry.indicator.id, entry.stratum): entry for entry in build_profile(data, area)} for area in areas]
    place = {indicator: at for at, indicator in enumerate(data.catalogue.indicators)}
    keys = sorted({key for profile in profiles for key in profile}, key=lambda key: (place[key[0]], key[1]))
    rows = []
    for key in keys:
        entries = [profile.get(key) for profile in profiles]
        if any(entry and (entry.row.figure or entry.binding) for entry in entries):
            row = _row(data, cite, query, areas, entries)
            charted = query.show == "figures" or any(cell.chart for cell in row.cells)
            if charted and (query.rows == "all" or row.different):
                rows.append(row)
    named = ((True, _("Chỉ tiêu có mục tiêu")), (False, _("Số liệu khác, không có mục tiêu")))
    groups = [{"name": name, "rows": [row for row in rows if row.with_goal is goal]} for goal, name in named]
    return [group for group in groups if group["rows"]]


def _row(
    data: Snapshot, cite: Citations, query: CompareQuery, areas: Sequence[Area], entries: Sequence[Entry | None]
) -> Row:
    known = [entry for entry in entries if entry is not None]
    first = next((entry for entry in known if entry.row.assessment.goal), known[0])
    goal, unit = first.row.assessment.goal, unit_text(data.catalogue, first.indicator)
    year = _common_year(known)
    like = _alike(known, year)
    best = _best(like)
    lines = [build_line(data, cite, entry) if entry else None for entry in entries]
    values = _values(known)
    scale = max(values) if len(values) > 1 else 0
    return Row(
        name=entry_name(first),
        unit=unit,
        period=period_text(year) if year else "",
        target=goal_value_text(goal, unit) if goal else "",
        locator=goal_locator_text(goal) if goal else "",
        spread=_spread(like, unit),
        different=len(set(values)) > 1,
        with_goal=goal is not None,
        cells=[
            Cell(
                line=line,
                reason="not_collected" if area.level in levels_of(first.indicator) else "not_applicable",
                chart=draw_cell(data, line, query.show, scale, boundary_changes(data, area)) if line else None,
                other_period=_other_period(entry, year),
                best=any(entry is one for one in best),
            )
            for area, entry, line in zip(areas, entries, lines, strict=True)
        ],
    )


def _common_year(entries: Sequence[Entry]) -> str | None:
    """The year that most of the figures are of, the later of two."""
    years = [entry.row.figure.period[:4] for entry in entries if entry.row.figure]
    return max(years, key=lambda year: (years.count(year), year), default=None)


def _other_period(entry: Entry | None, year: str | None) -> str:
    figure = entry.row.figure if entry else None
    return period_text(figure.period) if figure and figure.period[:4] != year else ""


def _alike(entries: Sequence[Entry], year: str | None) -> list[Entry]:
    """Entries that may be set against each other: exact figures of the row's year, of units of one kind; none if the
    areas are of several kinds."""
    one_kind = len({entry.row.area.type for entry in entries}) == 1
    found = [
        entry
        for entry in entries
        if (figure := entry.row.figure) and figure.period[:4] == year and figure.qualifier in (None, "approx")
    ]
    return found if one_kind and len(found) > 1 and found[0].indicator.measure != "status" else []


def _values(entries: Sequence[Entry]) -> list[float]:
    return [entry.row.figure.value for entry in entries if entry.row.figure]


def _best(alike: Sequence[Entry]) -> list[Entry]:
    """The entries with the best value, where there is a better side, no figure is rounded, and not all have it."""
    values = _values(alike)
    if not values or _rounded(alike) or min(values) == max(values) or not is_ordered(alike[0].indicator):
        return []
    best = max(values) if alike[0].indicator.direction == "higher" else min(values)
    return [entry for entry in alike if entry.row.figure and entry.row.figure.value == best]


def _rounded(entries: Sequence[Entry]) -> bool:
    return any(entry.row.figure and entry.row.figure.qualifier == "approx" for entry in entries)


def _spread(alike: Sequence[Entry], unit: str) -> str:
    """How far the highest lies above the lowest."""
    values = _values(alike)
    if not values:
        return ""
    if min(values) == max(values):
        return _("bằng nhau")
    gap = float(exact(max(values)) - exact(min(values)))
    points = POINTS[language()] if unit == "%" else unit
    sign = f"≈{NBSP}" if _rounded(alike) else ""
    return _("chênh nhau %(gap)s", gap=sign + with_unit(number(gap, alike[0].indicator.decimals), points))
