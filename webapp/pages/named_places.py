"""Places that the resolution names, fetched by the map's script when a reader asks for them."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from indicators.named_places import NamedPlace, load_named_places
from webapp.cache import Answer, answer
from webapp.db import Snapshot, session, snapshot
from webapp.i18n import localised
from webapp.pages.gazetteer import area_name
from webapp.words import locator_text, source_label

pages = Blueprint("named_places", __name__)


@pages.get("/places.json")
def places() -> Response:
    """What is to happen where, in the order of the text; a place without units is one that nobody locates."""
    return answer(lambda: Answer(_dump(snapshot()), "application/json"))


def _dump(data: Snapshot) -> bytes:
    found = [place_document(data, place) for place in load_named_places(session())]
    return json.dumps({"places": found}, ensure_ascii=False, separators=(",", ":")).encode()


def place_document(data: Snapshot, place: NamedPlace) -> dict[str, Any]:
    """A place with the units in which it lies; `source` is None where the resolution itself names them, or nobody."""
    areas = [data.places.area(*key) for key in place.keys]
    return {
        "id": place.id,
        "name": localised(place, "name"),
        "action": localised(place, "action"),
        "locator": locator_text(place.locator),
        "areas": [
            {"object": f"{area.edition_id}.{area.level}", "code": area.code, "name": area_name(area)} for area in areas
        ],
        "source": source_label(data.catalogue.sources[place.source_id]) if place.source_id else None,
        "note": localised(place, "note") or None,
    }  # fmt: skip
