"""The Folium map: Folium places the map and calls our own layer; no name or value passes through its templates.

Folium's own tooltips, popups and choropleths put text into JavaScript and draw from outside hosts, so this module
uses its `Map` and one `MacroElement`. The element's whole script is a call of `mount(map, config)`; the drawing is in
a static module that fetches geometry and values as JSON. Ids are fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

MAP_NAME = "hanoi"
SERVED = {"leaflet": "leaflet.js", "leaflet_css": "leaflet.css"}
"""Assets that the page serves itself, by Folium's name."""


class OfflineMap(folium.Map):
    """A Folium map without tiles and with only those assets that the page itself serves."""

    default_js = [("leaflet", SERVED["leaflet"])]  # noqa: RUF012 - Folium reads these as class attributes
    default_css = [("leaflet_css", SERVED["leaflet_css"])]  # noqa: RUF012


class MountedLayer(MacroElement):
    """Hands the map to `mount(map, config)`; `config` is JSON of settings, never of names or values."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "mount({{ this._parent.get_name() }}, {{ this.config | tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, config: dict[str, Any], name: str = MAP_NAME) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca ships no types
        self._name, self._id = "MountedLayer", name
        self.config = config


SEEN = 500.0
"""Degrees that a small map shows at zoom 0: a country has to fit in, which a city does from zoom 8."""


@dataclass(frozen=True)
class DrawnMap:
    """A map ready to be placed in a page: its element, its script, and the assets that it needs, by file name."""

    html: str
    script: str
    assets: tuple[str, ...]


def draw_map(
    config: dict[str, Any],
    bounds: tuple[tuple[float, float], tuple[float, float]],
    name: str = MAP_NAME,
    **options: Any,
) -> DrawnMap:
    """A map over `bounds` ((south, west), (north, east)), degrees in EPSG:4326, that calls `mount`.

    `name` tells several maps of one page apart; `options` are further ones of Leaflet's map.

    Raises: ValueError if Folium asks for an asset beyond `OfflineMap`'s, so that no outside link can ship.
    """
    (south, west), (north, east) = bounds
    whole = math.floor(math.log2(SEEN / max(north - south, east - west, 1e-3)))
    chart = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        tiles=None,
        zoom_control=False,
        zoomSnap=0.25,
        minZoom=min(8, whole),
        maxZoom=15,
        attributionControl=False,
        keyboard=False,  # our own roving focus takes the arrow keys
        **options,
    )
    chart._id = name
    chart.add_child(MountedLayer(config, name))
    figure: Any = chart.get_root()
    figure.render()
    assets = {name: child.url for name, child in figure.header._children.items() if hasattr(child, "url")}
    if not assets.items() <= SERVED.items():
        raise ValueError(f"Folium asks for assets that are not served here: {sorted(set(assets) - set(SERVED))}.")
    return DrawnMap(
        html=f'<div class="folium-map" id="{chart.get_name()}"></div>',
        script="".join(child.render() for child in figure.script._children.values()).strip(),
        assets=tuple(assets.values()),
    )
