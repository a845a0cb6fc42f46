"""What a map page shows, as one dict: the template renders it, and the page's script reads it as JSON.

Both draw from the same words and numbers, so the page without scripts, the page with them, and every switch of
indicator or year say the same. Figures travel as plain columns in the order of `Places.at(edition, level)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from boundaries.layers import is_elsewhere, layer_of, object_name
from indicators.catalogue import levels_of, strata_of
from indicators.ranks import is_ordered
from indicators.table import AreaFigure, IndicatorTable
from indicators.targets import dividing_bound
from webapp import assets
from webapp.db import Snapshot
from webapp.document import report_address
from webapp.explain import explain
from webapp.exports import menu
from webapp.exports.links import snippet
from webapp.figures import OWN
from webapp.gaps import build_gap
from webapp.i18n import gettext as _
from webapp.i18n import localised, number, period_text, types_text
from webapp.legend import build_legend, label_texts
from webapp.navigation import exists
from webapp.pages.gazetteer import area_name
from webapp.picker import build_switches
from webapp.query import MapQuery, moved, part_below, prefixed
from webapp.standings import standing_columns
from webapp.words import (
    JudgementTexts,
    carried_text,
    edition_phrase,
    figure_text,
    goal_text,
    level_text,
    reason_text,
    source_view,
    status_text,
    stratum_text,
    unit_text,
    verdict_text,
    whole_text,
)

View = dict[str, Any]


class Lookup:
    """Gives each distinct thing a number, so that columns hold numbers instead of repeated text."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}

    def __call__(self, item: str | None) -> int | None:
        return None if item is None or item != item else self.items.setdefault(item, len(self.items))


def build_view(data: Snapshot, query: MapQuery, table: IndicatorTable, city: IndicatorTable | None) -> View:
    """The whole view. `city` is the same question asked of the whole city, where the indicator has that level."""
    indicator, unit = table.indicator, unit_text(data.catalogue, table.indicator)
    title = localised(indicator, "name")
    many = query.level != "city" or len(table.rows) > 1  # an edition may hold several provinces
    drawn = many and table.with_value > 0
    noun = types_text((row.area.type for row in table.rows if row.reason != "not_applicable"), table.applicable)
    edition = data.places.edition(query.edition)
    upper = f"{edition.id}.district" if "district" in data.places.levels(edition.id) and not query.part else None
    parts = [unit or _("tình trạng"), f"{table.applicable} {noun}"] if many else [unit]
    if query.part:
        parts.append(area_name(data.places.area(edition.id, query.part)))
    if query.stratum != "all":
        parts.append(stratum_text(query.stratum).lower())
    parts += [_period_phrase(table)] if query.period else []
    if query.carried:
        parts.append(_("ước tính quy đổi") if query.carried == "rebase" else _("gộp từ cấp dưới"))
    view: View = {
        "indicator": query.indicator,
        **query.args(),
        "stratum": query.stratum,
        "period": query.period,
        "carried": query.carried or None,
        "url": query.path(),
        "title": title,
        "document_title": f"{title} – {edition_phrase(edition)}",
        "definition": localised(indicator, "definition"),
        "meta": [part for part in [*parts, edition_phrase(edition)] if part],
        "unit": unit,
        "decimals": indicator.decimals,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "summed": indicator.aggregation == "sum",
        "symbol": None if not drawn else "circle" if indicator.measure == "count" else "fill",
        "object": f"{query.edition}.{query.level}",
        "geometry": assets.geometry(layer_of(object_name(query.edition, query.level), query.part)),
        "outline": upper if query.level == "commune" else None,
        "labels_object": upper or f"{query.edition}.{query.level}",
        "whole": whole_text(data.places, query.edition),
        "part": _part(data, query),
        "into": _into(data, query),
        "display": query.display,
        "switches": build_switches(data, query, table),
        **build_legend(data, table),
        "target": _target(data, table, unit),
        "city": _city(data, city, unit),
        "coverage": " ".join([_coverage(table, noun), *_strata(table)]),
        "explanation": explain(data, query, table) if drawn else "",
        "disclaimer": _("Địa giới để tham khảo, không có giá trị pháp lý."),
        "empty": None if drawn else build_gap(data, query, table, city, unit),
        "detail": query.path("/area.json"),
        "downloads": menu(query),
        "embed": snippet(query, title),
        "report": report_address(query.path()),
        "about": prefixed(f"/indicators/{query.indicator}") if exists("indicators.show") else None,
        "two_maps": prefixed(f"/two-maps?{urlencode({'b': query.text}, safe=',=')}"),
        "ranked": drawn and is_ordered(indicator) and not query.carried and query.display not in OWN,
        "data_version": data.version,
    }  # fmt: skip
    columns = _columns(data, table)
    if not view["ranked"]:
        return {**view, **columns}
    ranks, texts = standing_columns(table)
    return {**view, **columns, **texts, "areas": columns["areas"] | ranks}


def _coverage(table: IndicatorTable, noun: str) -> str:
    """How many areas have a figure; of the city, which is one, only whether it has."""
    if table.level == "city" and len(table.rows) == 1 and not is_elsewhere(table.edition):
        return _("Có số liệu toàn thành phố.") if table.with_value else _("Chưa có số liệu toàn thành phố.")
    have, total = number(table.with_value, 0), number(table.applicable, 0)
    return _("%(have)s/%(total)s %(noun)s có số liệu.", have=have, total=total, noun=noun)


def _part(data: Snapshot, query: MapQuery) -> View | None:
    """The unit whose units alone are shown, with the way up; None on other maps."""
    if not query.part:
        return None
    area = data.places.area(query.edition, query.part)
    up = level_text(data.places, query.edition, area.level)
    return {"code": area.code, "name": area_name(area), "href": moved(data, query, level=area.level).path(), "up": up}


def _into(data: Snapshot, query: MapQuery) -> str | None:
    """The address of the units below, but for the code of the unit that is gone into; None where the map has all."""
    below = part_below(data, query.edition, query.level)
    if below is None or below not in levels_of(data.catalogue.indicator(query.indicator)):
        return None
    return f"{moved(data, query, level=below).path()}&part="


def _period_phrase(table: IndicatorTable) -> str:
    """A status is as known by the end of the period; a figure is of the period."""
    period = period_text(str(table.period))
    return _("đến hết %(period)s", period=period) if table.indicator.measure == "status" else period


def _target(data: Snapshot, table: IndicatorTable, unit: str) -> View | None:
    """The goals in words, those of the stratum if it has any; a bound too, where values can be set against it."""
    goals = [] if is_elsewhere(table.edition) else data.catalogue.goals.get(table.indicator.id, [])
    shown = [goal for goal in goals if goal.stratum == table.stratum] or goals
    if not shown:
        return None
    comparable = table.goal is not None and table.footing != "contributes"
    binding = table.level == "city" or table.footing == "binding"
    words = "; ".join(goal_text(data.places, goal, unit) for goal in shown)
    return {
        "value": dividing_bound(table.goal, table.indicator.direction) if table.goal and comparable else None,
        "text": ". ".join([words, *_contribution(table, unit)]),
        "gap_unit": _("điểm phần trăm") if table.indicator.unit_id == "%" else unit,
        "scope": None if binding else _("Mục tiêu chung của Thành phố, không xét riêng từng địa bàn."),
    }


def _contribution(table: IndicatorTable, unit: str) -> list[str]:
    """What the areas with a figure add up to, where they are parts of the city's goal: `14 trên 40`."""
    if table.contribution is None:
        return []
    judgement, areas = table.contribution
    said = JudgementTexts(table.indicator, unit)(judgement)
    return [_("%(count)s địa bàn có số liệu: %(text)s", count=number(areas, 0), text=said[0].lower() + said[1:])]


def _strata(table: IndicatorTable) -> list[str]:
    """Which strata there are, where there is no figure for all of them together."""
    strata = strata_of(table.indicator)
    if "all" in strata:
        return []
    named = ", ".join(stratum_text(stratum).lower() for stratum in strata)
    return [_("Không có số chung; chỉ có số của khu vực: %(strata)s.", strata=named)]


def _city(data: Snapshot, city: IndicatorTable | None, unit: str) -> View | None:
    """The city's own figure for the period, where one is published."""
    figure = city.rows[0].figure if city else None
    if city is None or figure is None or city.indicator.measure == "status":
        return None
    text = figure_text(figure, city.indicator.decimals, unit, {})
    return {
        "value": figure.value,
        "text": _(
            "%(area)s: %(value)s (%(period)s)",
            area=whole_text(data.places, city.edition),
            value=text,
            period=period_text(figure.period),
        ),
    }


def _columns(data: Snapshot, table: IndicatorTable) -> View:
    """Figures as columns, with the texts that they refer to by number; judgements only where there is a goal."""
    periods, statuses, sources, reasons, judged, carried, notes = (Lookup() for _each in range(7))
    figures = [row.figure for row in table.rows]
    kinds = {carried_text(row.carried): row.carried.quality for row in table.rows if row.carried}
    areas = {
        "value": [None if figure is None else _short(figure.value) for figure in figures],
        "high": _sparse(None if figure is None else figure.value_high for figure in figures),
        "qualifier": _sparse(None if figure is None else figure.qualifier for figure in figures),
        "class": [row.class_index for row in table.rows],
        "reason": [reasons(row.reason) for row in table.rows],
        "period": [periods(figure.period if figure else None) for figure in figures],
        "status": [statuses(figure.status if figure else None) for figure in figures],
        "source": [sources(figure.source_id if figure else None) for figure in figures],
        "alternatives": _sparse(len(row.alternatives) or None for row in table.rows),
        "judgement": _sparse(
            judged(row.judgement.status) if row.figure and row.assessment.goal else None for row in table.rows
        ),
        "carried": _sparse(carried(carried_text(row.carried)) if row.carried else None for row in table.rows),
        "note": _sparse(notes(_composition(row)) for row in table.rows),
    }
    return {
        "areas": areas,
        "periods": list(periods.items),
        "statuses": [[status, status_text(status)] for status in statuses.items],
        "reasons": list(reasons.items),
        "judgements": [[status, verdict_text(status)] for status in judged.items],
        "sources": [_short_source(data, source) for source in sources.items],
        "carried_texts": list(carried.items),
        "carried_kinds": [kinds[text] for text in carried.items],
        "notes": list(notes.items),
    }


def _composition(row: AreaFigure) -> str | None:
    """What a unit was formed of, in words; other notes come with `build_detail`."""
    if row.carried is None or row.carried.method != "composition" or row.figure is None:
        return None
    return localised(row.figure, "note")


def _short_source(data: Snapshot, source_id: str) -> View:
    """Publisher, date and mark of a source; its title and address come with `build_detail`."""
    source = source_view(data.catalogue.sources[source_id])
    return {"publisher": source["publisher"], "published": source["published"], "secondary": source["secondary"]}


def _short(value: float) -> float | int:
    """A whole number without its `.0`, which JSON would carry along."""
    return int(value) if value.is_integer() else value


def _sparse(values: Iterable[Any]) -> list[Any] | None:
    """The column, or nothing at all when it is empty throughout."""
    column = list(values)
    return column if any(value is not None for value in column) else None


def build_rows(data: Snapshot, query: MapQuery, table: IndicatorTable) -> list[View]:
    """The table as text, best first where the indicator has a direction, largest first otherwise; missing last."""
    labels = label_texts(data, table)
    parents = {area.code: area_name(area) for area in data.places.areas.get((table.edition, "district"), [])}
    into = _into(data, query)
    return [
        {
            "name": area_name(row.area),
            "href": f"{into}{row.area.code}" if into else None,
            "parent": parents.get(row.area.parent_code or "", ""),
            "value": row_text(row, table, labels),
            "carried": carried_text(row.carried) if row.carried else "",
        }
        for row in sorted(table.rows, key=lambda row: _rank_key(row, table.indicator.direction))
    ]


def row_text(row: AreaFigure, table: IndicatorTable, labels: dict[float, str]) -> str:
    """The figure, with its status where that is what the map shows; why it is missing if it is."""
    if row.figure is None:
        return reason_text(row.reason or "not_collected")
    text = figure_text(row.figure, table.indicator.decimals, "", labels)
    return f"{text} ({verdict_text(row.judgement.status)})" if table.scheme == "status" else text


def _rank_key(row: AreaFigure, direction: str) -> tuple[bool, float, str]:
    if row.figure is None:
        return True, 0, row.area.code
    return False, row.figure.value if direction == "lower" else -row.figure.value, row.area.code
