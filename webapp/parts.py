"""The units inside a unit, and the units that a new one was made from: a table of each with a small map or bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from boundaries.models import Area
from geo.palette import ramp
from indicators.catalogue import levels_of
from indicators.table import AreaFigure
from webapp.charts import Part, stack
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.drawings import Shape, draw_shapes, label_of, sheet
from webapp.i18n import gettext as _
from webapp.i18n import localised, number, period_text, types_text, with_unit
from webapp.identity import Piece, area_path, pieces
from webapp.legend import build_legend
from webapp.lines import value_text
from webapp.pages.gazetteer import area_name
from webapp.tables import Ranked, find_composition, find_table
from webapp.words import reason_text, unit_text

THEMES = ("ntm_title", "population_density")
"""Indicators by which the units of a map are coloured: the first that is known for most of them."""

COLUMNS = ("population", "population_density", "ntm_title")
"""Indicators that the table of units shows, each where some unit has a figure."""

TITLE = "ntm_title"

View = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A figure in the table of units: as printed, with its period and source, or why it is missing."""

    value: str
    period: str
    ref: int | None
    missing: str | None


@dataclass(frozen=True)
class Unit:
    """A unit inside another; `now` are the units that it became."""

    area: Area
    name: str
    href: str
    colour: str
    land: str
    cells: list[Cell]
    now: list[Piece]


def children_of(data: Snapshot, area: Area) -> list[Area]:
    """The units right below one, in the order of codes."""
    below = [level for level in data.places.levels(area.edition_id) if level != "city"]
    levels = below[:1] if area.level == "city" else below[1:] if area.level == "district" else []
    return [
        child for level in levels for child in data.places.at(area.edition_id, level) if child.parent_code == area.code
    ]


def build_children(data: Snapshot, cite: Citations, area: Area) -> View | None:
    """The units of a district or of the city, as a table and a map; None for a unit without any."""
    children = children_of(data, area)
    if not children:
        return None
    theme = _theme(data, children)
    columns = [ranked for name in COLUMNS if (ranked := _known(data, name, children))]
    lineages = {child.code: data.lineage(child) for child in children}
    units = [
        Unit(
            area=child,
            name=area_name(child),
            href=area_path(child),
            colour=_colour(data, theme, child.code),
            land=number(child.area_km2, 2),
            cells=[_cell(data, cite, ranked, child.code) for ranked in columns],
            now=pieces(data, lineage.successors) if (lineage := lineages[child.code]) else [],
        )
        for child in children
    ]
    heading = f"{number(len(children), 0)} {types_text(child.type for child in children)}"
    return {
        "heading": heading,
        "columns": [_heading(data, ranked) for ranked in columns],
        "units": units,
        "gone": any(unit.now for unit in units),
        "map": _draw(data, area, units, heading, theme),
        "theme": _legend(data, theme, units) if theme else None,
    }


def _theme(data: Snapshot, children: Sequence[Area]) -> Ranked | None:
    return next((ranked for name in THEMES if (ranked := _known(data, name, children, 0.5))), None)


def _known(data: Snapshot, indicator_id: str, children: Sequence[Area], share: float = 0) -> Ranked | None:
    """The table of an indicator, if more than a share of the children it has a meaning for have a figure."""
    indicator = data.catalogue.indicators.get(indicator_id)
    edition, level = children[0].edition_id, children[0].level
    if indicator is None or level not in levels_of(indicator):
        return None
    ranked = find_table(data, indicator_id, edition, level)
    rows = [ranked.rows[child.code] for child in children]
    meant = sum(row.reason != "not_applicable" for row in rows)
    have = sum(row.figure is not None for row in rows)
    return ranked if have > share * meant else None


def _heading(data: Snapshot, ranked: Ranked) -> View:
    return {
        "name": localised(ranked.table.indicator, "name"),
        "unit": unit_text(data.catalogue, ranked.table.indicator),
        "number": ranked.table.indicator.measure != "status",
    }


def _cell(data: Snapshot, cite: Citations, ranked: Ranked, code: str) -> Cell:
    row = ranked.rows[code]
    if row.figure is None:
        return Cell(reason_text(row.reason or "not_collected"), "", None, row.reason)
    value = value_text(data, ranked.table.indicator, row.figure)
    return Cell(value, period_text(row.figure.period), cite(row.figure.source_id), None)


def _colour(data: Snapshot, theme: Ranked | None, code: str) -> str:
    return row_colour(data, theme, theme.rows[code]) if theme else "nu"


def row_colour(data: Snapshot, ranked: Ranked, row: AreaFigure) -> str:
    """The class of colour of a row in its table, or of the reason why it has no figure."""
    if row.class_index is None:
        return "na" if row.reason == "not_applicable" else "nd"
    labels = data.catalogue.labels.get(ranked.table.indicator.id, [])
    return ramp(len(labels) or len(ranked.table.limits) + 1, bool(labels))[row.class_index]


def _legend(data: Snapshot, theme: Ranked, units: Sequence[Unit]) -> View:
    """The classes that occur among the units, with their counts."""
    legend = build_legend(data, theme.table)
    counts = {colour: sum(unit.colour == colour for unit in units) for colour in {unit.colour for unit in units}}
    classes = [(entry["colour"], entry["label"]) for entry in legend["classes"]]
    classes += [("nd", reason_text("not_collected")), ("na", reason_text("not_applicable"))]
    unit = unit_text(data.catalogue, theme.table.indicator)
    name = localised(theme.table.indicator, "name")
    return {
        "name": f"{name} ({unit})" if unit else name,
        "period": period_text(theme.table.period or ""),
        "classes": [{"colour": c, "label": label, "count": counts[c]} for c, label in classes if counts.get(c)],
    }


def _draw(data: Snapshot, area: Area, units: Sequence[Unit], heading: str, theme: Ranked | None) -> Markup:
    name = f"{area.edition_id}.{units[0].area.level}"
    tips = [f"{unit.name}: {_tip(data, theme, unit.area.code)}" if theme else unit.name for unit in units]
    shapes = tuple(
        Shape(unit.area.code, unit.colour, tip, unit.href, label_of(unit.area))
        for unit, tip in zip(units, tips, strict=True)
    )
    page = sheet(name, tuple(shape.code for shape in shapes), 620, 680)
    over = page.outline(name, tuple(shape.code for shape in shapes))
    return draw_shapes(_("Bản đồ %(units)s", units=heading), "", name, shapes, over=over)


def _tip(data: Snapshot, theme: Ranked, code: str) -> str:
    row = theme.rows[code]
    if row.figure is None:
        return reason_text(row.reason or "not_collected")
    unit = unit_text(data.catalogue, theme.table.indicator)
    return with_unit(value_text(data, theme.table.indicator, row.figure), unit)


def build_composition(data: Snapshot, cite: Citations, area: Area) -> View | None:
    """What titles the communes had that a new one was made from; None for a unit that was not made from others.

    No title is given to the new unit itself: it has none until one is decided.
    """
    lineage = data.lineage(area)
    if area.level != "commune" or lineage is None or not lineage.predecessors or TITLE not in data.catalogue.indicators:
        return None
    composed = find_composition(data, TITLE, area.edition_id).rows[area.code]
    if composed.figure is None and composed.reason == "not_applicable":
        return None
    origin = lineage.predecessors[0].area[0]
    titles = find_table(data, TITLE, origin, "commune", composed.figure.period if composed.figure else None)
    origins = pieces(data, lineage.predecessors)
    rows = [(piece, row_colour(data, titles, titles.rows[piece.area.code])) for piece in origins]
    cells = [_cell(data, cite, titles, piece.area.code) for piece in origins]
    return {
        "sentence": localised(composed.figure, "note") if composed.figure else "",
        "rows": [
            {"piece": piece, "colour": colour, "cell": cell} for (piece, colour), cell in zip(rows, cells, strict=True)
        ],
        "bar": _bar(data, titles, rows),
        "legend": _titles_legend(data, rows),
    }


def _title_classes(data: Snapshot) -> list[tuple[str, str]]:
    labels = data.catalogue.labels[TITLE]
    named = [(colour, localised(label, "name")) for colour, label in zip(ramp(len(labels), True), labels, strict=True)]
    return [*reversed(named), ("nd", reason_text("not_collected")), ("na", reason_text("not_applicable"))]


def _bar(data: Snapshot, titles: Ranked, rows: Sequence[tuple[Piece, str]]) -> Markup:
    shares = {colour: sum(piece.of_new for piece, own in rows if own == colour) for _piece, colour in rows}
    parts = [Part(name, shares[colour], colour) for colour, name in _title_classes(data) if shares.get(colour)]
    said = ", ".join(f"{part.name}: {with_unit(number(100 * part.size, 0), '%')}" for part in parts)
    return stack(_("Phần diện tích theo danh hiệu của xã cũ: %(said)s", said=said), parts, width=560)


def _titles_legend(data: Snapshot, rows: Sequence[tuple[Piece, str]]) -> list[View]:
    counts = {colour: sum(own == colour for _piece, own in rows) for _piece, colour in rows}
    return [
        {"colour": colour, "label": name, "count": counts[colour]}
        for colour, name in _title_classes(data)
        if counts.get(colour)
    ]
