"""What one writes first, as a Flask app of its own: everything is made anew for every request.

Runs in the peers' environment: `gunicorn "benchmarks.peers.naive:create('FOLDER')"`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
from flask import Flask, Response


def create(folder: str) -> Flask:
    """The app over `units.geojson` and `figures.csv` of a folder."""
    app = Flask(__name__)
    shapes = gpd.read_file(Path(folder) / "units.geojson", use_arrow=False)
    figures = pd.read_csv(Path(folder) / "figures.csv", dtype={"code": str})

    @app.get("/choropleth")
    def choropleth() -> str:
        chart = folium.Map(location=[21.0, 105.7], zoom_start=10)
        joined = shapes.merge(figures, on="code")
        layer = folium.Choropleth(
            geo_data=joined.to_json(),
            data=figures,
            columns=["code", "value"],
            key_on="feature.properties.code",
            bins=[1, 2, 3, 4],
        ).add_to(chart)
        folium.GeoJsonTooltip(["name", "value"]).add_to(layer.geojson)
        page: str = chart.get_root().render()
        return page

    @app.get("/explore")
    def explore() -> str:
        page: str = shapes.merge(figures, on="code").explore(column="value").get_root().render()
        return page

    @app.get("/values")
    def values() -> Response:
        return Response(figures.to_json(orient="records"), mimetype="application/json")

    @app.get("/items")
    def items() -> Any:
        return Response(json.dumps(json.loads(shapes.to_json())), mimetype="application/geo+json")

    return app
