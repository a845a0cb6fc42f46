"""The choices of a map page: indicators by theme, and the switches beside the map.

Impossible choices stay visible, with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from boundaries.areas import LEVELS
from indicators.catalogue import levels_of, strata_of
from indicators.models import Indicator
from indicators.table import IndicatorTable
from webapp.db import Snapshot
from webapp.i18n import date, language, localised, number, period_text
from webapp.i18n import gettext as _
from webapp.query import MapQuery, best_cell, coverage, moved, origin_cell
from webapp.words import edition_text, level_text, stratum_text

View = dict[str, Any]


def build_picker(data: Snapshot, current: str) -> list[View]:
    """Indicators by theme; beside each, areas with a figure out of all, at its widest coverage."""
    prefix = "" if language() == "vi" else "/en"
    themes: list[View] = []
    for theme in data.catalogue.themes.values():
        indicators = []
        for indicator in data.catalogue.indicators.values():
            if indicator.theme_id != theme.id:
                continue
            stratum = strata_of(indicator)[0]
            edition, level = best_cell(data, indicator.id, stratum)
            have, total = coverage(data, indicator.id, edition, level, stratum)
            share = "" if level == "city" and have == 0 else f"{number(have, 0)}/{number(total, 0)}"
            indicators.append({"id": indicator.id, "name": localised(indicator, "name"), "coverage": share,
                               "href": f"{prefix}/map/{indicator.id}", "current": indicator.id == current})  # fmt: skip
        opened = any(entry["current"] for entry in indicators)
        themes.append({"id": theme.id, "name": localised(theme, "name"), "open": opened, "indicators": indicators})
    return themes


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
    return [*switches, *_display_switch(query, table)]


def _display_switch(query: MapQuery, table: IndicatorTable) -> list[View]:
    """Values or statuses, where a goal says something about areas that are drawn."""
    judged = query.level != "city" and any(row.figure and row.assessment.goal for row in table.rows)
    if not judged and query.display != "status":
        return []
    free = _("Mục tiêu chung của Thành phố không ràng buộc từng địa bàn nên không có trạng thái.")
    labels = {"value": _("Giá trị"), "status": _("Trạng thái")}
    options = [
        _option(labels[display], replace(query, display=display), display == query.display,
                free if display == "status" and not table.binding else None)
        for display in labels
    ]  # fmt: skip
    return [{"id": "display", "label": _("Hiển thị"), "options": options}]


def _option(label: str, target: MapQuery, current: bool, reason: str | None) -> View:
    disabled = reason is not None and not current
    return {"label": label, "href": target.path(), "current": current, "disabled": disabled, "reason": reason}


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
    """Native figures, and those of the other edition where they can be carried here."""
    carried = carried_elsewhere(data, query, query.edition)
    if carried is None:
        return []
    composed = carried.display == "composition"
    have = coverage(data, query.indicator, query.edition, query.level, query.stratum)[0]
    native = moved(data, query)
    label = _("Thành phần hình thành") if composed else _("Quy đổi")
    current = query.carried == "rebase" or query.display == "composition"
    reason = None if have else _("Chưa có số liệu theo địa giới này")
    return [_option(_("Công bố"), native, not current, reason), _option(label, carried, current, None)]


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
        exists = level in data.places.levels(query.edition) and level in levels_of(indicator)
        target = moved(data, query, level=level) if exists else query
        options.append(_option(level_text(data.places, query.edition, level), target, level == query.level, reason))
    return options


def _period_options(data: Snapshot, query: MapQuery) -> list[View]:
    years = data.catalogue.years((query.indicator, query.edition, query.level, query.stratum))
    if query.period and query.period not in years:
        years = sorted([*years, query.period])
    return [
        _option(period_text(year), moved(data, query, period=year), year == query.period, None) for year in years
    ]  # fmt: skip
