"""Maps of the city for reports: the drawing of the map files, with its key beside it as a table."""

from __future__ import annotations

from markupsafe import Markup

from webapp.db import Snapshot
from webapp.exports.export import Export, build_export
from webapp.exports.mapdraw import MapDrawing
from webapp.exports.mapsheet import alternative, definitions
from webapp.exports.typeface import FAMILY
from webapp.figures import city_table_for, table_for
from webapp.query import MapQuery, coverage, read_query
from webapp.reports.model import Block, Key, Picture, Prose
from webapp.svg import element
from webapp.view import build_view

WIDE, HIGH = 640, 600
MAP_MM = 150.0
MOST, ENOUGH = 6, 0.5
"""Most maps of a report, and the share of areas that must have a figure."""


def choose_maps(data: Snapshot) -> list[MapQuery]:
    """Of each theme the indicator that is known of most areas, a rate before others, if it is known of most that it has
    a meaning for and areas differ; of the themes those known of most areas, in the order of the catalogue."""
    best: dict[str, tuple[tuple[int, bool], MapQuery]] = {}
    for name in dict.fromkeys(cell[0] for cell in sorted(data.catalogue.covered) if cell[2] != "city"):
        query = read_query(data, name, {}, strict=False)
        have, total = coverage(data, name, query.edition, query.level, query.stratum)
        indicator = data.catalogue.indicator(name)
        rank, known = (have, indicator.measure == "rate"), best.get(indicator.theme_id)
        if query.level != "city" and have > ENOUGH * total and (known is None or rank > known[0]):
            best[indicator.theme_id] = rank, query
    told = [theme for theme in best if _differs(data, best[theme][1])]
    widest = sorted(told, key=lambda theme: best[theme][0], reverse=True)[:MOST]
    return [best[theme][1] for theme in data.catalogue.themes if theme in widest]


def _differs(data: Snapshot, query: MapQuery) -> bool:
    """Whether any two areas have other figures; a map of one figure shows nothing that its sentence does not say."""
    figures = [row.figure for row in table_for(data, query).rows if row.figure]
    return len({(figure.value, figure.value_high) for figure in figures}) > 1


def build_map(data: Snapshot, query: MapQuery) -> tuple[str, list[Block]]:
    """Its title, and the map with its key and what it says of coverage."""
    table = table_for(data, query)
    view = build_view(data, query, table, city_table_for(data, query))
    export = build_export(data, query, table, view)
    title = f"{view['title']}, {', '.join(view['meta'])}"
    classes = [(entry["colour"], f"{entry['label']}: {entry['count']}") for entry in view["classes"]]
    missing = [
        ("na" if entry["reason"] == "not_applicable" else "nd", f"{entry['label']}: {entry['count']}")
        for entry in view["missing"]
    ]
    said = [view["unit"], view["class_note"], view["coverage"]]
    if view["city"]:
        said.append(f"{view['city']['text']}.")
    if view["target"]:
        said += [f"{view['target']['text']}.", view["target"]["scope"] or ""]
    blocks: list[Block] = [
        Picture(draw(export), alternative(export), title, MAP_MM),
        Key(view["unit"], (*classes, *missing)),
        Prose((" ".join(part if part.endswith(".") else f"{part}." for part in said if part),), small=True),
    ]
    return title, blocks


def draw(export: Export) -> str:
    """The map alone as SVG."""
    drawing = MapDrawing(export, WIDE, HIGH)
    parts: tuple[Markup, ...] = (element("defs", definitions(drawing)), drawing.draw())
    return str(
        element("svg", *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDE} {HIGH}", width=WIDE,
                height=HIGH, font_family=FAMILY)
    )  # fmt: skip
