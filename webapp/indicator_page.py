"""One indicator: what it is, its goals, where figures exist, how they lie, who published them."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from markupsafe import Markup

from indicators.catalogue import Cell, applies_to, levels_of, strata_of
from indicators.coverage import count_citations
from indicators.models import Indicator
from indicators.observations import Figure, figures_for, load_outcomes
from indicators.periods import period_end
from indicators.table import AreaFigure, IndicatorTable
from webapp.charts import Part, Point, Strip, Trend, goal_bounds, stack, strip, trend
from webapp.db import Snapshot, session
from webapp.document import Citations
from webapp.exports import menu
from webapp.figures import table_for
from webapp.gaps import published
from webapp.i18n import date, localised, number, period_text, with_unit
from webapp.i18n import gettext as _
from webapp.indicator_words import (
    direction_text,
    levels_text,
    method_sentences,
    reference_text,
    strata_text,
    tier_text,
)
from webapp.legend import build_legend
from webapp.pages.gazetteer import area_name
from webapp.query import MapQuery, best_cell
from webapp.words import (
    edition_phrase,
    figure_text,
    goal_locator_text,
    goal_scope_text,
    goal_value_text,
    level_text,
    stratum_text,
    unit_text,
)

View = dict[str, Any]

SPREAD = 5
"""Figures that a distribution needs to be worth drawing."""

SHADES = ((0.8, "a5"), (0.5, "a4"), (0.25, "a3"), (0, "a2"))
"""Colour of a cell by the share of its areas that have a figure."""


def build_indicator(data: Snapshot, indicator: Indicator) -> View:
    """The whole page but its frame."""
    cite = Citations(data.catalogue)
    counts = count_sources(data, indicator)
    for source, _count in counts.most_common():
        cite(source)
    query = _best(data, indicator)
    return {
        "indicator": indicator,
        "name": localised(indicator, "name"),
        "definition": localised(indicator, "definition"),
        "tags": [localised(data.catalogue.themes[indicator.theme_id], "name"), tier_text(indicator)],
        "facts": _facts(data, indicator),
        "labels": [localised(label, "name") for label in data.catalogue.labels.get(indicator.id, [])],
        "goals": _goals(data, indicator),
        "method": method_sentences(data.catalogue, indicator),
        "coverage": _coverage(data, indicator),
        "distribution": _distribution(data, query),
        "city": _city(data, indicator),
        "figures": sum(counts.values()),
        "sources": cite.items,
        "downloads": menu(query),
        "map": query.path(),
    }  # fmt: skip


def count_sources(data: Snapshot, indicator: Indicator) -> Counter[str]:
    """How many figures each source has for the indicator, plans included."""
    counts = count_citations(session(), data.catalogue.as_of, indicator.id)
    return Counter({source: count for (source, _indicator), count in counts.items()})


def _best(data: Snapshot, indicator: Indicator) -> MapQuery:
    stratum = strata_of(indicator)[0]
    edition, level = best_cell(data, indicator.id, stratum)
    period = data.catalogue.default_period((indicator.id, edition, level, stratum))
    return MapQuery(indicator.id, edition, level, period, stratum)


def _facts(data: Snapshot, indicator: Indicator) -> list[View]:
    unit = unit_text(data.catalogue, indicator) or localised(data.catalogue.units[indicator.unit_id], "name")
    facts = {
        _("Đơn vị tính"): unit,
        _("Chiều tốt"): direction_text(indicator),
        _("Cấp"): levels_text(indicator),
        _("Khu vực"): strata_text(indicator),
        _("Vị trí trong Nghị quyết 31"): reference_text(indicator),
        _("Cơ quan chủ trì"): indicator.responsible_body or _("văn bản không giao cho từng mục tiêu"),
    }
    return [{"name": name, "value": value, "words": True} for name, value in facts.items()]


def _goals(data: Snapshot, indicator: Indicator) -> list[View]:
    unit = unit_text(data.catalogue, indicator)
    return [
        {
            "value": goal_value_text(stated.goal, unit),
            "scope": goal_scope_text(data.places, stated.goal),
            "due": date(stated.goal.due),
            "locator": goal_locator_text(stated.goal),
            "text": localised(stated, "text"),
            "note": localised(stated, "note"),
        }
        for stated in data.catalogue.stated(indicator.id)
    ]


def _coverage(data: Snapshot, indicator: Indicator) -> View:
    """Areas with a figure dated in each year, of those for which the indicator has a meaning, by kind of units."""
    cells = [
        (indicator.id, edition, level, stratum)
        for edition in data.places.editions
        for level in data.places.levels(edition)
        if level in levels_of(indicator)
        for stratum in strata_of(indicator)
        if stratum == strata_of(indicator)[0] or data.catalogue.years((indicator.id, edition, level, stratum))
    ]
    years = sorted({year for cell in cells for year in data.catalogue.years(cell)})
    return {
        "years": [period_text(year) for year in years],
        "rows": [
            {"name": _cell_name(data, cell), "cells": [_cell(data, cell, year) for year in years]} for cell in cells
        ],
    }


def _cell_name(data: Snapshot, cell: Cell) -> str:
    indicator, edition, level, stratum = cell
    parts = [level_text(data.places, edition, level), edition_phrase(data.places.edition(edition))]
    if stratum != strata_of(data.catalogue.indicator(indicator))[0]:
        parts.append(stratum_text(stratum).lower())
    return ", ".join(parts)


def _cell(data: Snapshot, cell: Cell, year: str) -> View | None:
    """One cell of the matrix with its map; None where there is no figure."""
    name, edition, level, stratum = cell
    have = data.catalogue.coverage.get(cell, {}).get(year, 0)
    if not have:
        return None
    indicator = data.catalogue.indicator(name)
    kinds = data.places.types[edition, level]
    total = sum(count for kind, count in kinds.items() if applies_to(indicator, level, kind))
    shade = next(colour for share, colour in SHADES if have >= share * total)
    return {
        "text": f"{number(have, 0)}/{number(total, 0)}",
        "shade": shade,
        "href": MapQuery(name, edition, level, year, stratum).path(),
    }


def _distribution(data: Snapshot, query: MapQuery) -> View | None:
    """How the figures of the best covered units lie; None where there are too few to tell."""
    table = table_for(data, query)
    if query.level == "city" or table.with_value < SPREAD:
        return None
    level, edition = level_text(data.places, query.edition, query.level), data.places.edition(query.edition)
    shown = _shares(data, table) if table.indicator.measure == "status" else _spread(data, table)
    return {**shown, "units": f"{level}, {edition_phrase(edition)}", "period": period_text(query.period or "")}


def _shares(data: Snapshot, table: IndicatorTable) -> View:
    """Coded values as one bar, with their counts."""
    classes = build_legend(data, table)["classes"]
    said = "; ".join(f"{entry['label']}: {entry['count']}" for entry in classes)
    bar = stack(
        said, [Part(entry["label"], entry["count"], entry["colour"]) for entry in classes], width=460, height=20
    )
    return {"chart": bar, "rows": [(entry["label"], number(entry["count"], 0), entry["colour"]) for entry in classes]}


def _spread(data: Snapshot, table: IndicatorTable) -> View:
    """A dot for each area, with the lowest, the middle and the highest in words."""
    unit, decimals = unit_text(data.catalogue, table.indicator), table.indicator.decimals
    known = sorted((row for row in table.rows if row.figure), key=_value)
    if _value(known[0]) == _value(known[-1]):
        return {"chart": "", "rows": [(_("Mọi địa bàn"), _said(known[0], decimals, unit), "")], "text": ""}
    near = table.goal is not None and table.footing in ("binding", "compared")
    bounds = goal_bounds(table.goal, table.indicator.direction) if table.goal and near else ()
    ends = [(_("Thấp nhất"), known[0]), (_("Cao nhất"), known[-1])]
    lowest, highest = (_said(row, decimals, unit) for _label, row in ends)
    middle = with_unit(number(median(_value(row) for row in known), decimals), unit)
    title = _("Từ %(low)s đến %(high)s; ở giữa là %(middle)s.", low=lowest, high=highest, middle=middle)
    text = _("Mỗi chấm là một địa bàn; vạch là cận của mục tiêu.") if bounds else _("Mỗi chấm là một địa bàn.")
    values = tuple(_value(row) for row in known)
    rows = [(label, f"{area_name(row.area)}: {_said(row, decimals, unit)}", "") for label, row in ends]
    rows.insert(1, (_("Ở giữa"), middle, ""))
    return {"chart": strip(Strip(title, text, values, decimals, bounds=bounds)), "rows": rows, "text": text}


def _value(row: AreaFigure) -> float:
    return row.figure.value if row.figure else float("nan")


def _said(row: AreaFigure, decimals: int, unit: str) -> str:
    return figure_text(row.figure, decimals, unit, {}) if row.figure else ""


def _city(data: Snapshot, indicator: Indicator) -> list[View]:
    """The city's figures, every published one, by stratum; with a chart of the best of each year."""
    if "city" not in levels_of(indicator):
        return []
    found = []
    for stratum in strata_of(indicator):
        rows = published(data, indicator, stratum)
        if rows:
            label = "" if stratum == strata_of(indicator)[0] else stratum_text(stratum)
            found.append({"label": label, "rows": rows, "chart": _trend(data, indicator, stratum)})
    return found


def _trend(data: Snapshot, indicator: Indicator, stratum: str) -> Markup | None:
    """The best figure of each year; None for codes and for a single year."""
    if indicator.measure == "status":
        return None
    best: dict[str, Figure] = {}
    for edition in data.places.editions:
        codes = {area.code for area in data.places.at(edition, "city")}
        outcomes = load_outcomes(session(), indicator, edition, stratum, codes, data.catalogue.as_of)
        for year in {row.period[:4] for row in outcomes}:
            for ranked in figures_for(outcomes, indicator, year, data.catalogue.sources).values():
                best.setdefault(year, ranked[0])
    if len(best) < 2:
        return None
    points = tuple(_point(indicator, figure) for _year, figure in sorted(best.items()))
    said = "; ".join(f"{point.period}: {point.printed}" for point in points)
    return trend(Trend(_("Toàn thành phố: %(said)s", said=said), "", points), 460)


def _point(indicator: Indicator, figure: Figure) -> Point:
    printed = figure_text(figure, indicator.decimals, "", {})
    exact = figure.qualifier is None and figure.status != "provisional"
    return Point(period_end(figure.period), figure.period[:4], figure.value, printed, exact, figure.source_id)
