"""What a server answered, brought to one form, so that only equal work is compared."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

from benchmarks.peers.dataset import Dataset


def fetch(url: str) -> bytes:
    """The body as it goes over the wire without compression."""
    with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310 - our own addresses
        body: bytes = response.read()
    return body


def wire_size(url: str) -> int:
    """Bytes of the body that a browser is sent, which takes brotli and gzip."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})  # noqa: S310 - our own addresses
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        return len(response.read())


def coordinates(geometry: dict[str, Any]) -> list[tuple[float, float]]:
    """All positions of a polygon or multipolygon, sorted: rings may begin anywhere and run either way."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return sorted((round(x, 6), round(y, 6)) for rings in parts for ring in rings for x, y in ring[:-1])


def check_features(features: list[dict[str, Any]], data: Dataset) -> str:
    """How features differ from the service's: areas, properties or positions; blank if they do not."""
    asked = {feature["properties"]["code"]: feature for feature in data.features}
    given = {feature["properties"]["code"]: feature for feature in features}
    if set(asked) != set(given):
        return f"other areas: {len(set(asked) ^ set(given))} differ"
    for code, feature in asked.items():
        if any(given[code]["properties"].get(name) != value for name, value in feature["properties"].items()):
            return f"other properties: {code}"
        if coordinates(given[code]["geometry"]) != coordinates(feature["geometry"]):
            return f"other positions: {code}"
    return ""


def geojson(body: bytes, data: Dataset) -> str:
    """The difference of a FeatureCollection."""
    return check_features(json.loads(body)["features"], data)


def datasette_rows(body: bytes, data: Dataset) -> str:
    """The difference of Datasette's rows with GeoJSON text."""
    rows = json.loads(body)["rows"]
    features = [
        {"properties": {name: row[name] for name in row if name != "geometry"}, "geometry": json.loads(row["geometry"])}
        for row in rows
    ]
    return check_features(features, data)


def figures(pick: Callable[[Any], list[dict[str, Any]]]) -> Callable[[bytes, Dataset], str]:
    """The difference of rows with code and value, which `pick` takes from the document."""

    def differs(body: bytes, data: Dataset) -> str:
        given = {row["code"]: row["value"] for row in pick(json.loads(body))}
        wrong = [code for code in data.figures.keys() | given.keys() if data.figures.get(code) != given.get(code)]
        return f"other figures: {len(wrong)} differ" if wrong else ""

    return differs


def columns(body: bytes, data: Dataset) -> str:
    """The difference of the page's compact form, whose figures stand in the order of the codes."""
    return "" if json.loads(body)["areas"]["value"] == list(data.figures.values()) else "other figures"


def page(body: bytes, data: Dataset) -> str:
    """The difference of a page: units whose names it does not hold."""
    text = body.decode()
    spelled = (json.dumps(name)[1:-1] for name in data.names.values())
    lacking = sum(
        name not in text and ascii_name not in text
        for name, ascii_name in zip(data.names.values(), spelled, strict=True)
    )
    return f"{lacking} names lacking" if lacking else ""
