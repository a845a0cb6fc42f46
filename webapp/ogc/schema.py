"""What features hold, as JSON Schema: clients need the types before the first figure, which may be far down the list.

Types are those of the values there are, one word each, for GDAL takes anything else as text. That a property can be
null is said by `nullable`.
"""

from __future__ import annotations

from webapp.ogc.collections import Collection, View, href

MEDIA_TYPE = "application/schema+json"

AREA = {
    "edition": ("string", "Boundary edition; a code means nothing without it"),
    "level": ("string", "city, district or commune"),
    "code": ("string", "Code of the area, zeros in front kept"),
    "name": ("string", "Official name, or its English form"),
    "type": ("string", "Vietnamese kind of unit"),
    "parent_code": ("string", "Code of the unit above"),
    "area_km2": ("number", "Square kilometres measured on the map, not an official figure"),
}
FIGURE = {
    "period": ("string", "Period of the figure: YYYY, YYYY-MM or YYYY-MM-DD"),
    "value": ("number", "Unrounded figure; null where missing, never 0 for missing"),
    "qualifier": ("string", "ge, gt, le, lt, approx, or range up to value_high"),
    "value_high": ("number", "Upper end of a range"),
    "status": ("string", "final, provisional, reported, derived or missing"),
    "status_code": ("string", "How the figure stands to its target"),
    "progress": ("number", "Share of the way from baseline to target, 1 at the target"),
    "reason": ("string", "Why the figure is missing, or why its status is what it is, as a code"),
    "reason_text": ("string", "The same in words"),
    "source_id": ("string", "Id of the source"),
    "note": ("string", "What a reader of the figure must know"),
}
"""As `/api/v1/values` says it."""
JOINED = {
    "indicator": ("string", "Id of the indicator"),
    **FIGURE,
    "label": ("string", "Word of a coded figure"),
    "unit": ("string", "Unit of value and value_high"),
}
KEYS = ("edition", "level", "code", "name", "type", "area_km2")
"""Properties that every feature has; the others can be null."""


def columns(collection: Collection) -> dict[str, tuple[str, str]]:
    """Type and meaning of each property, in the order of features."""
    return {**AREA, **(JOINED if collection.indicator else {})}


def schema_document(collection: Collection) -> View:
    """The schema of one feature."""
    properties = {
        name: {"type": kind, "description": about, **({} if name in KEYS else {"nullable": True})}
        for name, (kind, about) in columns(collection).items()
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": href(f"{collection.path}/schema"),
        "title": collection.id,
        "type": "object",
        "required": ["type", "id", "properties", "geometry"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string", "description": "edition:code"},
            "properties": {"type": "object", "required": list(properties), "properties": properties},
            "geometry": {"type": "object", "properties": {"type": {"const": "MultiPolygon"}}, "nullable": True},
        },
    }
