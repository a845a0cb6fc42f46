"""The one search box: units of all editions, old and new."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from boundaries.search import AreaKey, propose, search
from geo.errors import BadParameter
from webapp.api import check_parameters, json_answer
from webapp.api.areas import area_document
from webapp.cache import answer
from webapp.db import Snapshot, snapshot
from webapp.pages.gazetteer import area_name

api = Blueprint("api_search", __name__, url_prefix="/api/v1")

LONGEST = 100


@api.get("/search")
def find() -> Response:
    """Units whose names meet the query, with or without diacritics, best first; at most twelve. Where there are none,
    those whose names are most like it as `near`."""
    check_parameters("q")
    query = request.args.get("q")
    if query is None or len(query) > LONGEST:
        raise BadParameter("q", query, [f"a name, up to {LONGEST} letters"])
    data = snapshot()

    def find_units() -> dict[str, Any]:
        found = search(query, data.territory.index)
        near = [] if found else propose(query, data.territory.index)
        return {"areas": _documents(data, found), "near": _documents(data, near)}

    return answer(lambda: json_answer(find_units()))


def _documents(data: Snapshot, found: list[AreaKey]) -> list[dict[str, Any]]:
    return [hit_document(data, *key) for key in found]


def hit_document(data: Snapshot, edition_id: str, code: str) -> dict[str, Any]:
    """A unit with the days it was in force and, if it ended, where it is `now`, largest share first."""
    area, edition = data.places.area(edition_id, code), data.places.edition(edition_id)
    parent = data.places.area(edition_id, area.parent_code) if area.parent_code else None
    lineage = data.lineage(area)
    first = lineage.first_day if lineage else edition.valid_from
    last = lineage.last_day if lineage else edition.valid_to
    successors = [data.places.area(*link.area) for link in lineage.successors] if lineage else []
    return {
        **area_document(area),
        "parent_name": area_name(parent) if parent else None,
        "valid_from": first.isoformat() if first else None,
        "valid_to": last.isoformat() if last else None,
        "now": [{"edition": to.edition_id, "code": to.code, "name": area_name(to)} for to in successors],
    }
