"""What all servers serve: the 579 communes of 2024 with their seven properties, and the figures of one indicator."""

from __future__ import annotations

import csv
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from webapp import create_app

INDICATOR, EDITION, LEVEL, LAYER = "ntm_title", "2024", "commune", "hanoi.topojson"
QUERY = f"edition={EDITION}&level={LEVEL}"
PAGE = f"/map/{INDICATOR}?{QUERY}"
VALUES = f"/map/{INDICATOR}.json?{QUERY}"
API = f"/api/v1/values?indicator={INDICATOR}&{QUERY}"
ITEMS = f"/ogc/collections/{EDITION}.{LEVEL}/items?limit=1000&f=json"
FILES = {PAGE: "page.html", VALUES: "values.json", ITEMS: "items.geojson"}
"""Under which names the same bytes are served as files."""


@dataclass(frozen=True)
class Dataset:
    """Features (GeoJSON, CRS84, as the service gives them) and figures by code; None where there is no figure."""

    features: list[dict[str, Any]]
    figures: dict[str, float | None]

    @property
    def names(self) -> dict[str, str]:
        """The units' names by code."""
        return {feature["properties"]["code"]: feature["properties"]["name"] for feature in self.features}


def make(folder: Path) -> Dataset:
    """Take features, figures and bytes from the service itself, so that every peer has its lines at its precision.

    Writes units.geojson, figures.csv, units.db (for Datasette) and `served/` (the bytes as files) to the folder.
    """
    client = create_app().test_client()
    answers = {path: client.get(path) for path in (*FILES, API)}
    refused = [path for path, response in answers.items() if response.status_code != 200]
    if refused:
        raise SystemExit(f"The service refuses {', '.join(refused)}: run `flask prepare` first.")
    served = folder / "served"
    served.mkdir()
    for path, name in FILES.items():
        (served / name).write_bytes(answers[path].data)
    features = [
        {name: feature[name] for name in ("type", "id", "properties", "geometry")}
        for feature in answers[ITEMS].get_json()["features"]
    ]
    figures = {area["code"]: area["value"] for area in answers[API].get_json()["areas"]}
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([("code", "value"), *figures.items()])
    (folder / "units.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    data = Dataset(features, figures)
    _write_sqlite(folder / "units.db", data)
    return data


def _write_sqlite(path: Path, data: Dataset) -> None:
    """Two tables for Datasette: figures alone, and units with GeoJSON text."""
    columns = list(data.features[0]["properties"])
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE figures (code TEXT PRIMARY KEY, name TEXT, value REAL)")
        store.executemany(
            "INSERT INTO figures VALUES (?, ?, ?)",
            [(code, data.names[code], value) for code, value in data.figures.items()],
        )
        store.execute(f"CREATE TABLE units ({', '.join(columns)}, geometry TEXT, PRIMARY KEY (code))")
        store.executemany(
            f"INSERT INTO units VALUES ({', '.join('?' * (len(columns) + 1))})",  # noqa: S608 - our own column names
            [(*feature["properties"].values(), json.dumps(feature["geometry"])) for feature in data.features],
        )


def write_postgis(url: str, features: list[dict[str, Any]]) -> None:
    """The same features as a PostGIS table with a spatial index, for tipg."""
    columns = list(features[0]["properties"])
    rows = [{**feature["properties"], "shape": json.dumps(feature["geometry"])} for feature in features]
    declared = ", ".join(f"{name} {'float8' if name == 'area_km2' else 'text'}" for name in columns)
    given = ", ".join(f":{name}" for name in columns)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        connection.execute(
            text(f"CREATE TABLE units ({declared}, geometry geometry(Geometry, 4326), PRIMARY KEY (code))")
        )
        connection.execute(text(f"INSERT INTO units VALUES ({given}, ST_GeomFromGeoJSON(:shape))"), rows)  # noqa: S608 - our own column names
        connection.execute(text("CREATE INDEX ON units USING gist (geometry)"))
        connection.execute(text("ANALYZE units"))
    engine.dispose()
