"""The list of all units of all editions, fetched once by the page's script and kept until the data change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from boundaries.layers import is_cut
from boundaries.models import Area
from boundaries.names import english_name
from webapp.cache import Answer, answer
from webapp.db import Snapshot, snapshot
from webapp.i18n import date, language
from webapp.query import prefixed

pages = Blueprint("gazetteer", __name__)


def gazetteer_path(view: Mapping[str, Any]) -> str:
    """The address of the names that a map needs: of a level that is cut, those of its part."""
    part = f"&part={view['edition']}.{view['part']['code']}" if view["part"] else ""
    return prefixed(f"/gazetteer.json?v={view['data_version']}{part}")


@pages.get("/gazetteer.json")
def gazetteer() -> Response:
    """Code, name, kind and parent of each unit, by edition and level, in the order that maps send their figures in.

    Of a level that is cut there are only the units of one parent, `part=EDITION.CODE`.
    """
    return answer(lambda: Answer(_dump(snapshot(), request.args.get("part", "")), "application/json"))


def _dump(data: Snapshot, part: str) -> bytes:
    editions = {
        edition.id: {
            "valid_from": date(edition.valid_from) or None,
            "valid_to": date(edition.valid_to) or None,
            **{level: [_entry(area) for area in data.places.at(edition.id, level)
                       if not is_cut(edition.layer, level) or f"{edition.id}.{area.parent_code}" == part]
               for level in data.places.levels(edition.id)},
        }
        for edition in data.places.editions.values()
    }  # fmt: skip
    body = {"data_version": data.version, "editions": editions}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(area: Area) -> list[str | None]:
    return [area.code, area_name(area), area.type, area.parent_code]


def area_name(area: Area) -> str:
    """The official name, or its English form by rule."""
    return area.name if language() == "vi" else english_name(area.name, area.type)
