"""The map page beside the naive one: `folium.Choropleth` over the same 579 communes with the same figures.

Prints weight (bytes of HTML, raw and compressed) and build time (median of interleaved rounds) and their ratios.
Run with `make bench`.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable

import brotli
import folium
import geopandas as gpd
import pandas as pd
from flask import Flask

from boundaries.layers import read_layer
from webapp import create_app
from webapp.pages import maps

ROUNDS = 9
PATH = "/map/ntm_title?edition=2024&level=commune"
SWITCHES = (
    "/map/ntm_title.json?edition=2024&level=commune",
    "/map/population_density.json?edition=2025-07&level=commune",
    "/map/poor_households.json?edition=2024&level=district",
    "/map/area_km2.json?edition=2024&level=commune",
    "/map/waste_same_day_collection_rate.json",
)


def naive_page(shapes: gpd.GeoDataFrame, figures: pd.DataFrame) -> bytes:
    """What one writes first: a choropleth with tooltips, geometry and names inside the page."""
    chart = folium.Map(location=[21.0, 105.7], zoom_start=10)
    layer = folium.Choropleth(
        geo_data=shapes.to_json(),
        data=figures,
        columns=["code", "value"],
        key_on="feature.properties.code",
        bins=[1, 2, 3, 4],
    ).add_to(chart)
    folium.GeoJsonTooltip(["name", "value"]).add_to(layer.geojson)
    page: str = chart.get_root().render()
    return page.encode()


def measure(rounds: int, *tasks: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each task, taken in turn so that a slow moment of the machine falls on all."""
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, collected in zip(tasks, times, strict=True):
            start = time.perf_counter()
            task()
            collected.append((time.perf_counter() - start) * 1000)
    return times


def _row(label: str, ours: float, naive: float, unit: str) -> str:
    return f"{label:<28}{ours:>12,.1f} {unit:<3}{naive:>14,.1f} {unit:<3}{naive / ours:>10,.0f} ×"


def _figures(app: Flask) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    answer = app.test_client().get("/api/v1/values?indicator=ntm_title&edition=2024&level=commune").get_json()
    figures = pd.DataFrame(answer["areas"])[["code", "name", "value"]]
    shapes = read_layer("2024.commune").merge(figures, on="code", validate="one_to_one")
    return shapes, figures


def main() -> None:
    """Measure and print."""
    app = create_app()
    client = app.test_client()
    shapes, figures = _figures(app)
    ours, naive = client.get(PATH).data, naive_page(shapes, figures)

    def uncached() -> None:
        with app.test_request_context(PATH):
            app.preprocess_request()
            maps.build_page("ntm_title")

    cached_ms, built_ms, naive_ms = (
        statistics.median(times)
        for times in measure(ROUNDS, lambda: client.get(PATH), uncached, lambda: naive_page(shapes, figures))
    )
    print(f"579 communes, NTM titles; median of {ROUNDS} interleaved rounds\n")
    print(f"{'':<28}{'this page':>16}{'folium.Choropleth':>18}{'ratio':>12}")
    print(_row("HTML, raw", len(ours) / 1000, len(naive) / 1000, "kB"))
    print(_row("HTML, gzip", len(gzip.compress(ours)) / 1000, len(gzip.compress(naive)) / 1000, "kB"))
    print(_row("HTML, brotli", len(brotli.compress(ours)) / 1000, len(brotli.compress(naive)) / 1000, "kB"))
    print(_row("built anew", built_ms, naive_ms, "ms"))
    print(_row("from the cache", cached_ms, naive_ms, "ms"))
    print("\nBytes of a switch, brotli as served:")
    for path in SWITCHES:
        size = len(client.get(path, headers={"Accept-Encoding": "br"}).data)
        print(f"  {size / 1000:5.1f} kB  {path}")


if __name__ == "__main__":
    main()
