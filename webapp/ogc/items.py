"""Features: which of a collection answer a question, what they say, and one page of them as GeoJSON (RFC 7946)."""

from __future__ import annotations

import datetime as dt
import json
from collections import ChainMap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import request

from boundaries.layers import layer_bounds
from boundaries.models import Area
from boundaries.names import nearest
from geo.errors import UnknownName
from webapp.api.values import area_values
from webapp.db import Snapshot
from webapp.exports.geofiles import DECIMALS, shapes
from webapp.figures import table_for
from webapp.legend import label_texts
from webapp.ogc.collections import GEOJSON, HTML, JSON, Collection, View, describe, link, self_links, title
from webapp.ogc.parameters import QUERYABLES, Box, Days, Format, ItemsQuery
from webapp.ogc.schema import FIGURE
from webapp.pages.gazetteer import area_name
from webapp.past import past
from webapp.query import read_query
from webapp.words import unit_text

if TYPE_CHECKING:
    import shapely

KEPT = 40
"""Objects of layers whose shapes are kept decoded: the shipped ones, and the parts of a country, which are small."""


@dataclass(frozen=True)
class Found:
    """One page of the areas that answer a question, in the order of codes; `matched` is how many there are in all."""

    areas: Sequence[Area]
    matched: int


def find(data: Snapshot, collection: Collection, query: ItemsQuery) -> Found:
    """The page asked for; empty beyond the end, and where the edition was not in force."""
    areas: list[Area] = []
    if _in_force(collection, query.days):
        areas = [
            area
            for area in data.places.at(collection.edition.id, collection.level)
            if all(QUERYABLES[name](area) == value for name, value in query.filters.items())
        ]
        if query.boxes is not None:
            inside = _within(collection, areas, query.boxes)
            areas = [area for area in areas if area.code in inside]
    return Found(areas[query.offset : query.offset + query.limit], len(areas))


def find_one(data: Snapshot, collection: Collection, item: str) -> Area:
    """The area with this id, `edition:code`, or with this code. Raises UnknownName with the nearest codes."""
    edition, _colon, code = item.rpartition(":")
    known = {area.code: area for area in data.places.at(collection.edition.id, collection.level)}
    if code not in known or edition not in ("", collection.edition.id):
        raise UnknownName(f"area of {collection.id}", item, nearest(code, list(known)))
    return known[code]


def _in_force(collection: Collection, days: Days) -> bool:
    (first, last), edition = days, collection.edition
    ended = first and edition.valid_to and edition.valid_to < first
    not_yet = last and edition.valid_from and edition.valid_from > last
    return not (ended or not_yet)


@lru_cache(maxsize=KEPT)
def _tree(name: str, layer: str | None) -> tuple[shapely.STRtree, list[str]]:
    """Index of the shapes of one object of a layer, and their codes by position."""
    import shapely

    known = shapes(name, layer)
    return shapely.STRtree(list(known.values())), list(known)


@lru_cache(maxsize=KEPT)
def _geometries(name: str, layer: str | None) -> dict[str, str]:
    """GeoJSON of each shape by code, all of one type: clients take that of the first feature for all."""
    import shapely

    known = shapes(name, layer)
    parts, at = shapely.get_parts(list(known.values()), return_index=True)
    many = shapely.multipolygons(shapely.transform(parts, lambda xy: xy.round(DECIMALS)), indices=at)
    return dict(zip(known, shapely.to_geojson(many).tolist(), strict=True))


def _held(collection: Collection, areas: Sequence[Area]) -> list[str | None]:
    """The layers that hold the shapes of areas: one, or the parts of their parents."""
    return list(dict.fromkeys(collection.part(area.parent_code) for area in areas))


def _within(collection: Collection, areas: Sequence[Area], boxes: Sequence[Box]) -> set[str]:
    """Codes of the shapes that touch one of the boxes; a shape and its bounding box are not the same thing. Parts that
    lie elsewhere are not indexed."""
    import shapely

    found = set()
    for layer in _held(collection, areas):
        (south, west), (north, east) = layer_bounds(collection.shapes, layer)
        ground = shapely.box(west, south, east, north)
        for box in (shapely.box(*box) for box in boxes):
            if box.intersects(ground):
                tree, codes = _tree(collection.shapes, layer)
                found |= {codes[at] for at in tree.query(box, predicate="intersects")}
    return found


def properties(data: Snapshot, collection: Collection, areas: Sequence[Area]) -> list[View]:
    """What each area says, flat, for attribute tables are flat; missing is null with its reason."""
    figures = _figures(data, collection)
    return [
        {
            "edition": area.edition_id,
            "level": area.level,
            "code": area.code,
            "name": area_name(area),
            "type": area.type,
            "parent_code": area.parent_code,
            "area_km2": area.area_km2,
            **(figures[area.code] if figures else {}),
        }
        for area in areas
    ]


def _figures(data: Snapshot, collection: Collection) -> dict[str, View]:
    """Figures of the default period by code, with unit and the word of a coded one; empty without an indicator."""
    if collection.indicator is None:
        return {}
    where = {"edition": collection.edition.id, "level": collection.level}
    table = table_for(data, read_query(data, collection.indicator.id, where, strict=True))
    labels, unit = label_texts(data, table), unit_text(data.catalogue, collection.indicator) or None
    rows = area_values(data, table, lambda _goal, _footing: None)
    return {
        row["code"]: {
            "indicator": collection.indicator.id,
            **{name: row[name] for name in FIGURE},
            "label": labels.get(row["value"]),
            "unit": unit,
        }
        for row in rows
    }


def items_links(collection: Collection, query: ItemsQuery, found: Found, form: Format = "json") -> list[View]:
    """This page, the pages beside it in the same form, and the collection; with all that was asked."""
    path, asked = f"{collection.path}/items", {name: value for name, value in request.args.items() if name != "f"}
    links = [*self_links(GEOJSON, path, **asked), link("collection", JSON, collection.id, collection.path, f="json")]
    end = query.offset + query.limit
    beside = [("next", end, end < found.matched), ("prev", max(query.offset - query.limit, 0), query.offset > 0)]
    kind = {"json": GEOJSON, "html": HTML}[form]
    for rel, offset, there in beside:
        if there:
            links.append(link(rel, kind, rel, path, **{**asked, "offset": str(offset), "f": form}))
    return links


def write_items(data: Snapshot, collection: Collection, query: ItemsQuery) -> bytes:
    """One page as a FeatureCollection; `timeStamp` is when it was written, the cache keeps it as it is."""
    found = find(data, collection, query)
    head = {
        "type": "FeatureCollection",
        "title": title(data, collection),
        "description": describe(collection),
        "timeStamp": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "dataVersion": data.version,
        "numberMatched": found.matched,
        "numberReturned": len(found.areas),
        "links": items_links(collection, query, found),
    }
    features = ",\n".join(_features(data, collection, found.areas))
    return f'{_json(head)[:-1]},"features":[\n{features}\n]}}\n'.encode()


def write_item(data: Snapshot, collection: Collection, area: Area) -> bytes:
    """One feature with its links."""
    [feature] = _features(data, collection, [area])
    return f'{feature[:-1]},"links":{_json(item_links(collection, area))}}}\n'.encode()


def item_links(collection: Collection, area: Area) -> list[View]:
    """The feature itself and its collection."""
    path = f"{collection.path}/items/{feature_id(area)}"
    day = {"as_of": request.args["as_of"]} if past() else {}
    return [*self_links(GEOJSON, path, **day), link("collection", JSON, collection.id, collection.path, f="json")]


def feature_id(area: Area) -> str:
    """Edition and code: a code alone names two places."""
    return f"{area.edition_id}:{area.code}"


def _features(data: Snapshot, collection: Collection, areas: Sequence[Area]) -> list[str]:
    """Shapes were decoded once and are kept as text; an area without one is a feature that lies nowhere."""
    shape = ChainMap(*(_geometries(collection.shapes, layer) for layer in _held(collection, areas)))
    return [
        f'{{"type":"Feature","id":{_json(feature_id(area))},"properties":{_json(said)},'
        f'"geometry":{shape.get(area.code, "null")}}}'
        for area, said in zip(areas, properties(data, collection, areas), strict=True)
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
