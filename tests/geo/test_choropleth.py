"""Folium places the map; nothing that it emits comes from outside or carries a name."""

from __future__ import annotations

import re

import folium
import pytest

from geo import choropleth
from geo.choropleth import draw_map

BOUNDS = ((20.5, 105.2), (21.4, 106.1))


def test_the_same_input_gives_the_same_bytes() -> None:
    assert draw_map({"geometry": "/g"}, BOUNDS) == draw_map({"geometry": "/g"}, BOUNDS)


def test_the_script_calls_mount_with_the_map_and_the_settings() -> None:
    drawn = draw_map({"geometry": "/g"}, BOUNDS)
    assert drawn.script.endswith('mount(map_hanoi, {"geometry": "/g"});')
    assert drawn.html == '<div class="folium-map" id="map_hanoi"></div>'


def test_settings_cannot_end_the_script_or_start_a_template() -> None:
    script = draw_map({"x": "</script><b>`'"}, BOUNDS).script
    assert "</script>" not in script
    assert "<b>" not in script


def test_no_address_of_another_host_is_emitted() -> None:
    drawn = draw_map({}, BOUNDS)
    assert re.search(r"https?:|//[a-z]", drawn.html + drawn.script + "".join(drawn.assets)) is None


def test_an_asset_that_is_not_served_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choropleth.OfflineMap, "default_js", folium.Map.default_js)
    monkeypatch.setattr(choropleth.OfflineMap, "default_css", [])
    monkeypatch.setattr(choropleth, "SERVED", {"leaflet": "leaflet.js"})
    with pytest.raises(ValueError, match="jquery"):
        draw_map({}, BOUNDS)
