"""The choices of a map page: indicators by theme, and the switches beside the map.

Impossible choices stay visible, with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from boundaries.areas import LEVELS
from boundaries.layers import is_elsewhere
from indicators.aggregate import MINIMUM_COVERAGE
from indicators.catalogue import levels_of, strata_of
from indicators.displays import pivot_of
from indicators.models import Indicator
from indicators.table import IndicatorTable
from webapp.db import Snapshot
from webapp.figures import changed_years, table_for
from webapp.i18n import date, localised, number, period_text
from webapp.i18n import gettext as _
from webapp.query import MapQuery, best_cell, coverage, moved, origin_cell, part_below, prefixed
from webapp.words import edition_text, level_text, stratum_text

View = dict[str, Any]


def build_picker(data: Snapshot, query: MapQuery) -> list[View]:
    """Indicators by theme; beside each, areas with a figure out of all, at its widest coverage. On maps of another
    place than the city of the plan, both the counts and the maps that they lead to are of that place."""
    edition = query.edition if is_elsewhere(query.edition) else None
    themes: list[View] = []
    for theme in data.catalogue.themes.values():
        indicators = [
            {"id": indicator.id, "name": localised(indicator, "name"), "coverage": _share(data, indicator, edition),
             "href": prefixed(f"/map/{indicator.id}") + (f"?edition={edition}" if edition else ""),
             "current": indicator.id == query.indicator}
            for indicator in data.catalogue.indicators.values()
            if indicator.theme_id == theme.id and _fits(data, indicator, edition)
        ]  # fmt: skip
        opened = any(entry["current"] for entry in indicators)
        themes.append({"id": theme.id, "name": localised(theme, "name"), "open": opened, "indicators": indicators})
    return [theme for theme in themes if theme["indicators"]]


def _fits(data: Snapshot, indicator: Indicator, edition: str | None) -> bool:
    """Whether an edition, if one is given, has a level at which the indicator has a meaning."""
    return edition is None or not set(levels_of(indicator)).isdisjoint(data.places.levels(edition))


def _share(data: Snapshot, indicator: Indicator, edition: str | None) -> str:
    """`126/126`: areas with a figure out of all; nothing where there is no figure for the city as one."""
    stratum = strata_of(indicator)[0]
    cell = best_cell(data, indicator.id, stratum, edition)
    have, total = coverage(data, indicator.id, *cell, stratum)
    return "" if cell[1] == "city" and have == 0 else f"{number(have, 0)}/{number(total, 0)}"


def build_switches(data: Snapshot, query: MapQuery, table: IndicatorTable) -> list[View]:
    """The choices beside the indicator; impossible ones stay visible with the reason. `table` answers the question."""
    indicator = data.catalogue.indicator(query.indicator)
    strata = strata_of(indicator)
    switches = [
        {"id": "edition", "label": _("2. Địa giới"), "options": _edition_options(data, query, indicator)},
        {"id": "level", "label": _("3. Cấp"), "options": _level_options(data, query, indicator)},
        {"id": "period", "label": _("4. Thời điểm"), "options": _period_options(data, query)},
    ]
    if carried := _carried_options(data, query):
        switches.append({"id": "carried", "label": _("Số liệu"), "options": carried})
    if len(strata) > 1:
        options = [
            _option(stratum_text(stratum), moved(data, query, stratum=stratum), stratum == query.stratum,
                    _no_figures(data, query.indicator, query.edition, query.level, stratum))
            for stratum in strata
        ]  # fmt: skip
        switches.append({"id": "stratum", "label": _("5. Khu vực"), "options": options})
    return [*switches, *_display_switch(data, query, table)]


def _display_switch(data: Snapshot, query: MapQuery, table: IndicatorTable) -> list[View]:
    """What to show of the figures; only where areas are drawn, and only if there is more than one thing to show."""
    reasons = {} if query.level == "city" or query.carried else _refusals(data, query, table)
    if query.display == "value" and all(reasons.values()):
        return []
    reasons = {"value": _unpublished(data, query), **reasons, query.display: None}
    options = [
        _option(_display_text(data, query, display), _shown_as(data, query, display), display == query.display, reason)
        for display, reason in reasons.items()
    ]
    return [{"id": "display", "label": _("Hiển thị"), "options": options}]


def _refusals(data: Snapshot, query: MapQuery, table: IndicatorTable) -> dict[str, str | None]:
    """Why each way of showing figures, beside their values, is not possible; None where it is. Coded values can be
    shown as what units of another edition were formed of, and in no other way."""
    if data.catalogue.indicator(query.indicator).measure == "status":
        composed = carried_elsewhere(data, query, query.edition) is not None
        return {"composition": None} if composed else {}
    native = table_for(data, replace(query, display="value")) if query.display == "change" else table
    aim = _("Chỉ số không có mục tiêu để so với từng địa bàn.")
    free = _("Mục tiêu chung của Thành phố không ràng buộc từng địa bàn nên không có trạng thái.")
    return {
        "target": aim if pivot_of(native) is None else None,
        "status": None if native.binding else free if native.goal else aim,
        "change": None if (query.period or "")[:4] in changed_years(data, query) else _("Không có kỳ trước để so."),
    }


def _unpublished(data: Snapshot, query: MapQuery) -> str | None:
    have = coverage(data, query.indicator, query.edition, query.level, query.stratum)[0]
    return None if have else _("Chưa có số liệu theo địa giới này")


def _display_text(data: Snapshot, query: MapQuery, display: str) -> str:
    """Name of a way of showing; of coded values what they are: titles or states."""
    indicator = data.catalogue.indicator(query.indicator)
    if display == "value" and indicator.measure == "status":
        return localised(data.catalogue.units[indicator.unit_id], "name").capitalize()
    return {
        "value": _("Giá trị"),
        "target": _("So mục tiêu"),
        "status": _("Trạng thái"),
        "change": _("Thay đổi"),
        "composition": _("Thành phần"),
    }[display]


def _shown_as(data: Snapshot, query: MapQuery, display: str) -> MapQuery:
    """The same question shown in another way; to and from compositions the period moves to one with figures."""
    if "composition" in (display, query.display):
        return moved(data, query, display=display)
    return replace(query, display=display)


def _option(label: str, target: MapQuery, current: bool, reason: str | None) -> View:
    disabled = reason is not None and not current
    href = None if disabled else target.path()
    return {"label": label, "href": href, "current": current, "disabled": disabled, "reason": reason}


def _no_figures(data: Snapshot, indicator: str, edition: str, level: str, stratum: str) -> str | None:
    have, _total = coverage(data, indicator, edition, level, stratum)
    return None if have else _("Chưa có số liệu")


def _edition_options(data: Snapshot, query: MapQuery, indicator: Indicator) -> list[View]:
    options = []
    for edition in data.places.editions.values():
        levels = [level for level in data.places.levels(edition.id) if level in levels_of(indicator)]
        have = any(coverage(data, query.indicator, edition.id, level, query.stratum)[0] for level in levels)
        target = moved(data, query, edition=edition.id) if levels else query
        reason = None if have else _("Chưa có số liệu theo địa giới này")
        if not have and (carried := carried_elsewhere(data, query, edition.id)):
            target, reason = carried, None
        options.append(_option(edition_text(edition), target, edition.id == query.edition, reason))
    return options


def carried_elsewhere(data: Snapshot, query: MapQuery, edition: str) -> MapQuery | None:
    """The question that shows figures of the other edition on this one: converted, or as a composition; or None."""
    indicator = data.catalogue.indicator(query.indicator)
    composed = indicator.measure == "status"
    if indicator.aggregation == "none" and not composed:
        return None
    level = query.level if query.level in data.places.levels(edition) else "commune"
    origin = origin_cell(data, query.indicator, edition, level, query.stratum, "rebase")
    if origin[1] == edition or not data.catalogue.covered.get(origin) or (composed and level != "commune"):
        return None
    how = {"display": "composition"} if composed else {"carried": "rebase"}
    return moved(data, query, edition=edition, level=level, **how)


def _carried_options(data: Snapshot, query: MapQuery) -> list[View]:
    """Native figures, those of the other edition where they can be converted, and those of the level below where they
    can be put together."""
    elsewhere = carried_elsewhere(data, query, query.edition)
    ways = {
        _("Quy đổi"): elsewhere if elsewhere and elsewhere.carried else None,
        _("Gộp từ cấp dưới"): _put_together(data, query),
    }
    options = [_option(label, way, way.carried == query.carried, None) for label, way in ways.items() if way]
    native = _option(_("Công bố"), moved(data, query), not query.carried, _unpublished(data, query))
    return [native, *options] if options else []


def _put_together(data: Snapshot, query: MapQuery) -> MapQuery | None:
    """The question that adds up the figures of the lowest level; None where too few are known below."""
    indicator = data.catalogue.indicator(query.indicator)
    below = origin_cell(data, query.indicator, query.edition, query.level, query.stratum, "aggregate")
    have, total = coverage(data, *below)
    if indicator.aggregation == "none" or below[2] == query.level or have < MINIMUM_COVERAGE * total:
        return None
    return moved(data, query, carried="aggregate")


def _level_options(data: Snapshot, query: MapQuery, indicator: Indicator) -> list[View]:
    options = []
    for level in LEVELS:
        reason: str | None = None
        if level not in data.places.levels(query.edition):
            reason = _("Cấp này không còn từ %(day)s", day=date(data.places.edition(query.edition).valid_from))
        elif level not in levels_of(indicator):
            reason = _("Chỉ số không có ở cấp này")
        else:
            reason = _no_figures(data, query.indicator, query.edition, level, query.stratum)
        if reason is None and query.level != level and level == part_below(data, query.edition, query.level):
            reason = _("Chọn một địa bàn trên bản đồ hoặc trong bảng để xem các đơn vị bên trong")
        exists = level in data.places.levels(query.edition) and level in levels_of(indicator)
        target = moved(data, query, level=level) if exists else query
        option = _option(level_text(data.places, query.edition, level), target, level == query.level, reason)
        options.append({**option, "level": level})
    return options


def _period_options(data: Snapshot, query: MapQuery) -> list[View]:
    """Years with figures, shown in the same way; a change only of those that have an earlier one."""
    how = {"display": query.display, "carried": query.carried}
    origin = origin_cell(data, query.indicator, query.edition, query.level, query.stratum,
                         query.carried or query.display)  # fmt: skip
    years = data.catalogue.years(origin)
    if query.period and query.period not in years:
        years = sorted([*years, query.period])
    known = changed_years(data, query) if query.display == "change" else {year[:4] for year in years}
    return [
        _option(period_text(year), moved(data, query, period=year, **how), year == query.period,
                None if year[:4] in known else _("Không có kỳ trước để so."))
        for year in years
    ]  # fmt: skip
