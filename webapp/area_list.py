"""The list of all units: by edition and former district, or those whose names meet a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boundaries.layers import is_elsewhere
from boundaries.models import Area
from boundaries.search import propose, search
from geo.errors import BadParameter
from webapp.db import Snapshot
from webapp.i18n import date, language, number, types_text
from webapp.i18n import gettext as _
from webapp.identity import area_path, pieces
from webapp.pages.gazetteer import area_name
from webapp.words import edition_phrase

LONGEST = 100
"""Letters of a query, as in the API's search."""

MOST = 60
"""Hits that a query shows."""

View = dict[str, Any]


def build_list(data: Snapshot, args: Mapping[str, str]) -> View:
    """The page but its frame. Raises UnknownName for an edition, BadParameter for a query that is too long."""
    query = " ".join(args.get("q", "").split())
    if len(query) > LONGEST:
        raise BadParameter("q", query, [f"a name, up to {LONGEST} letters"])
    found = search(query, data.territory.index, MOST)
    near = [] if found else propose(query, data.territory.index)
    edition = args.get("edition") or [each for each in data.places.editions if not is_elsewhere(each)][-1]
    phrase = edition_phrase(data.places.edition(edition))
    return {
        "query": query,
        "edition": edition,
        "edition_words": phrase,
        "editions": [_edition_option(data, each, edition) for each in data.places.editions],
        "hits": [_hit(data, *key) for key in found] if query else None,
        "near": [_hit(data, *key) for key in near],
        "everywhere": ", ".join(edition_phrase(each) for each in data.places.editions.values()),
        "groups": [] if query else _groups(data, edition),
    }


def _edition_option(data: Snapshot, edition: str, current: str) -> View:
    prefix = "" if language() == "vi" else "/en"
    phrase = edition_phrase(data.places.edition(edition))
    count = sum(len(data.places.at(edition, level)) for level in data.places.levels(edition) if level != "city")
    return {
        "id": edition,
        "label": phrase[:1].upper() + phrase[1:],
        "count": number(count, 0),
        "href": f"{prefix}/areas?edition={edition}",
        "current": edition == current,
    }


def _hit(data: Snapshot, edition: str, code: str) -> View:
    """A unit with its dates and where it is now."""
    area = data.places.area(edition, code)
    lineage = data.lineage(area)
    parent = data.places.area(edition, area.parent_code) if area.parent_code else None
    last = lineage.last_day if lineage and area.level != "city" else None
    first = lineage.first_day if lineage and area.level != "city" else None
    dates = _("đến %(day)s", day=date(last)) if last else _("từ %(day)s", day=date(first)) if first else ""
    return {
        **_entry(area),
        "dates": dates,
        "parent": area_name(parent) if parent and parent.level == "district" else "",
        "now": pieces(data, lineage.successors) if lineage and area.level != "city" else [],
    }


def _groups(data: Snapshot, edition: str) -> list[View]:
    """The city, then each district with its communes, or all communes where there is no district."""
    cities = data.places.at(edition, "city")
    communes = data.places.at(edition, "commune")
    districts = data.places.areas.get((edition, "district"), [])
    if not districts:
        return [_group(city, [area for area in communes if area.parent_code == city.code]) for city in cities]
    return [
        *(_group(city, []) for city in cities),
        *(_group(district, [area for area in communes if area.parent_code == district.code]) for district in districts),
    ]


def _group(head: Area, areas: list[Area]) -> View:
    counted = f"{len(areas)} {types_text((area.type for area in areas), len(areas))}" if areas else ""
    return {**_entry(head), "counted": counted, "units": [_entry(area) for area in areas]}


def _entry(area: Area) -> View:
    return {"name": area_name(area), "href": area_path(area), "code": area.code}
