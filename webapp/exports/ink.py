"""Colours and signs of files: the light tokens of `webapp/static/tokens.css`, as paper is light. A test ties them."""

from __future__ import annotations

from geo.palette import COLOURS

TOKENS: dict[str, str] = {
    "surface": "#ffffff", "sunken": "#eceeea", "line": "#dadfda", "line-strong": "#838e89",
    "ink": "#17201e", "ink-2": "#414d49", "ink-3": "#5c6863", "brand": "#0b655b",
    "map-sea": "#f1f2ef", "map-neighbour": "#f1f2ef", "map-neighbour-line": "#c3cac5", "map-neighbour-ink": "#606c67",
    "map-na": "#d3d9d6", "hatch-ground": "#ffffff", "hatch-line": "#7e8984",
    "edge-dark": "#3f4d5a", "edge-light": "#ffffff", "edge-upper": "#17201e", "edge-upper-casing": "#ffffff",
    "edge-city": "#17201e", "label": "#17201e", "label-halo": "#ffffff",
    "st-met-tint": "#e3ecf6", "st-met-ink": "#123f70", "st-track-tint": "#e8f2fa", "st-track-ink": "#1a5484",
    "st-behind-tint": "#fcefdd", "st-behind-ink": "#7c4208", "st-missed-tint": "#fbe6d8", "st-missed-ink": "#7d2f03",
    "st-part-tint": "#edeaf7", "st-part-ink": "#463884", "st-none-tint": "#eef0ed", "st-none-ink": "#3f4a46",
}  # fmt: skip

DARK = frozenset({
    "a4", "a5", "a6", "b4", "b5", "b6", "d1", "d6", "n3", "st-met", "st-track", "st-behind", "st-missed", "st-part",
})  # fmt: skip
"""Classes so dark that what is written on them is light, as on screen (`webapp/static/naming.js`)."""

LABEL_DARK_HALO = "#10243f"
"""Halo of a light name on a dark class."""

SIGNS: dict[str, tuple[str, str]] = {
    "met": ("✓", "st-met"),
    "partly_met": ("◐", "st-part"),
    "not_met": ("✕", "st-missed"),
    "on_track": ("↗", "st-track"),
    "behind": ("↘", "st-behind"),
    "off_track": ("↓", "st-missed"),
    "not_assessable": ("?", "st-none"),
}
"""Sign of each status and the token of its colours: no status is told by colour alone."""


LIGHT_EDGES = DARK | {"d2", "d5"}
"""Classes that are outlined in white."""


def ground(colour: str) -> str:
    """The colour of a class by its name; what cannot be assessed is pale, as on screen."""
    return TOKENS["st-none-tint"] if colour == "st-none" else COLOURS[colour]


def on_class(colour: str) -> tuple[str, str]:
    """Ground and ink of a class, by the name of its colour."""
    return ground(colour), TOKENS["surface"] if colour in DARK else TOKENS["ink"]
