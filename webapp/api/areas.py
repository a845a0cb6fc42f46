"""Editions and areas, and the search over both."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from boundaries.models import Area
from boundaries.names import folded
from geo.errors import BadParameter
from webapp import assets
from webapp.api import check_parameters, json_answer
from webapp.cache import answer
from webapp.db import Snapshot, snapshot
from webapp.i18n import localised
from webapp.identity import identity_document
from webapp.pages.gazetteer import area_name

api = Blueprint("api_areas", __name__, url_prefix="/api/v1")


@api.get("/editions")
def editions() -> Response:
    """Boundary editions, their dates, levels and the address of their geometry."""
    check_parameters()
    return answer(lambda: json_answer({"editions": _editions(snapshot())}))


def _editions(data: Snapshot) -> list[dict[str, Any]]:
    return [
        {
            "id": edition.id,
            "name": localised(edition, "name"),
            "valid_from": edition.valid_from.isoformat() if edition.valid_from else None,
            "valid_to": edition.valid_to.isoformat() if edition.valid_to else None,
            "levels": [
                {
                    "id": level,
                    "count": len(data.places.at(edition.id, level)),
                    "geometry": assets.geometry(edition.layer),
                    "object": f"{edition.id}.{level}",
                }
                for level in data.places.levels(edition.id)
            ],
        }
        for edition in data.places.editions.values()
    ]


@api.get("/areas")
def areas() -> Response:
    """Areas of one edition, by level, parent or part of a name, in the order of their codes; unpaged."""
    check_parameters("edition", "level", "parent", "q")
    return answer(lambda: json_answer({"areas": _areas(snapshot())}))


def _areas(data: Snapshot) -> list[dict[str, Any]]:
    edition, level = request.args.get("edition"), request.args.get("level")
    if edition is None:
        raise BadParameter("edition", None, tuple(data.places.editions))
    levels = data.places.levels(edition) if level is None else (level,)
    parent, sought = request.args.get("parent"), folded(request.args.get("q", ""))
    if parent is not None:
        data.places.area(edition, parent)
    found = [area for known in levels for area in data.places.at(edition, known)]
    return [
        area_document(area)
        for area in found
        if parent in (None, area.parent_code) and (not sought or sought in folded(area.name))
    ]


@api.get("/areas/<edition>/<code>")
def area(edition: str, code: str) -> Response:
    """One area in time: when it was in force, what it was made of and what it became, with shares of land."""
    check_parameters()
    return answer(lambda: json_answer(_area(snapshot(), edition, code)))


def _area(data: Snapshot, edition: str, code: str) -> dict[str, Any]:
    found = data.places.area(edition, code)
    parent = data.places.area(edition, found.parent_code) if found.parent_code else None
    return {
        **area_document(found),
        "parent_name": area_name(parent) if parent else None,
        "area_km2": found.area_km2,
        **identity_document(data, (edition, code)),
    }


def area_document(area: Area) -> dict[str, Any]:
    """An area as the API shows it."""
    return {
        "edition": area.edition_id,
        "code": area.code,
        "name": area_name(area),
        "type": area.type,
        "level": area.level,
        "parent_code": area.parent_code,
    }
