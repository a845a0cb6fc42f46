"""`/api/v1` in OpenAPI 3.1, written from one table of addresses; the tests hold the table against the URL map."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Response

from boundaries.areas import LEVELS
from indicators.catalogue import strata_of
from webapp.api import check_parameters, json_answer
from webapp.api.contract import OPENAPI_31, TEXT, complete
from webapp.api.search import LONGEST
from webapp.api.values import PARAMETERS
from webapp.cache import Answer, answer
from webapp.db import Snapshot, session, snapshot
from webapp.exports.export import public_url
from webapp.i18n import LANGUAGES
from webapp.ntm import known_editions
from webapp.query import DISPLAYS

api = Blueprint("api_openapi", __name__, url_prefix="/api/v1")

LISTS, MAPS = {"type": "array", "items": {"type": "object"}}, {"type": "object"}
STRING, NULLABLE = {"type": "string"}, {"type": ["string", "null"]}
DATE = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "minLength": 10, "maxLength": 10}
YEAR = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
PERIOD = {
    "type": "string",
    "pattern": f"^{YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
    "maxLength": 10,
}

Schema = dict[str, Any]


class Operation(NamedTuple):
    """One address: what it answers, its parameters in the query (those in `required` must be there), and the members
    of the answer with their schemas; none where the answer is text."""

    name: str
    summary: str
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    members: Schema | None = None
    media_type: str = "application/json"


AREA = {"edition": STRING, "code": STRING, "name": STRING, "type": STRING, "level": STRING, "parent_code": NULLABLE}
VALUES = {
    "indicator": STRING, "edition": STRING, "level": STRING, "period": NULLABLE, "stratum": STRING, "unit": NULLABLE,
    "target": {"type": ["object", "null"]}, "data_version": {"type": "integer"}, "coverage": MAPS, "legend": LISTS,
    "areas": LISTS,
}  # fmt: skip
ASKED = ("indicator", "edition", "level")

OPERATIONS = {
    "/openapi.json": Operation("getOpenApi", "This document", members={"openapi": STRING, "info": MAPS, "paths": MAPS},
                               media_type=OPENAPI_31),
    "/editions": Operation("getEditions", "Boundary editions, dates, levels, geometry", members={"editions": LISTS}),
    "/areas": Operation("getAreas", "Areas of one edition, unpaged", ("edition", "level", "parent", "q"), ("edition",),
                        {"areas": LISTS}),
    "/areas/{edition}/{code}": Operation("getArea", "One area in time", members={**AREA, "parent_name": NULLABLE}),
    "/indicators": Operation("getIndicators", "All indicators", members={"indicators": LISTS}),
    "/indicators/{indicator}": Operation("getIndicator", "One indicator with targets and periods", ("as_of",),
                                         members={"id": STRING, "name": STRING, "targets": LISTS, "periods": MAPS}),
    "/search": Operation("search", "Units by name, best first", ("q",), ("q",), {"areas": LISTS, "near": LISTS}),
    "/values": Operation("getValues", "Figures by area", PARAMETERS, ASKED, VALUES),
    "/values.csv": Operation("getValuesCsv", "The same, one row an area", PARAMETERS, ASKED, media_type="text/csv"),
    "/ntm": Operation("getTitles", "New-style rural titles of communes", ("edition", "as_of"), ("edition",),
                      {"edition": STRING, "rules": LISTS, "goals": LISTS, "years": LISTS, "titles": LISTS}),
    "/upgrades": Operation("getUpgrades", "Upgrades of rural districts", members={
        "districts": LISTS, "criteria": LISTS, "reports": LISTS, "totals": MAPS, "milestones": LISTS}),
}  # fmt: skip


@api.get("/openapi.json")
def openapi() -> Response:
    """The contract of this API."""
    check_parameters()
    return answer(lambda: Answer(json_answer(openapi_document(snapshot())).body, OPENAPI_31))


def openapi_document(data: Snapshot) -> Schema:
    """The document with the ids that there are."""
    known = _parameter_schemas(data)
    return complete(
        {
            "openapi": "3.1.0",
            "info": {"title": "Hà Nội số liệu", "version": "1", "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": f"{public_url()}/api/v1"}],
            "paths": {path: {"get": _operation(path, row, known)} for path, row in OPERATIONS.items()},
            "components": {"schemas": {}},
        }
    )


def _parameter_schemas(data: Snapshot) -> dict[str, Schema]:
    """What each parameter may be by itself, at a named address or at any; whether values go together, only the answer
    can say."""
    strata = sorted({stratum for each in data.catalogue.indicators.values() for stratum in strata_of(each)})
    flag = {"type": "string", "enum": ["0", "1"]}
    return {
        "indicator": {"type": "string", "enum": list(data.catalogue.indicators)},
        "edition": {"type": "string", "enum": list(data.places.editions)},
        "level": {"type": "string", "enum": list(LEVELS)},
        "display": {"type": "string", "enum": list(DISPLAYS)},
        "lang": {"type": "string", "enum": list(LANGUAGES)},
        "period": PERIOD,
        "as_of": DATE,
        "rebase": flag,
        "aggregate": flag,
        "q": {**TEXT, "maxLength": LONGEST},
        "stratum": {"type": "string", "enum": strata},
        "/ntm?edition": {"type": "string", "enum": known_editions(session(), data)},
        **dict.fromkeys(("code", "parent"), TEXT),
    }


def _operation(path: str, row: Operation, known: dict[str, Schema]) -> Schema:
    inside = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    places = [(name, "path") for name in inside] + [(name, "query") for name in (*row.parameters, "lang")]
    schema: Schema = {"type": "string"}
    if row.members:
        schema = {"type": "object", "required": list(row.members), "properties": row.members}
    return {
        "operationId": row.name,
        "summary": row.summary,
        "parameters": [
            {
                "name": name,
                "in": place,
                "required": place == "path" or name in row.required,
                "schema": known.get(f"{path}?{name}", known[name]),
            }
            for name, place in places
        ],
        "responses": {"200": {"description": row.summary, "content": {row.media_type: {"schema": schema}}}},
    }
