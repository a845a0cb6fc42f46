"""Contrast of the shipped colours after WCAG 2.2: text 4.5:1; controls, focus, selection and outlines 3:1.

Pairs are those that stand on each other in `app.css` and `documents.css`; a colour that a pair names and the sheet
lacks fails the test.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.geo.test_palette import VISION, ciede2000, lab
from webapp.settings import ROOT

GROUNDS = ("page", "surface", "sunken", "raised")
STATUSES = ("met", "track", "behind", "missed", "part", "none")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "brand") for ground in GROUNDS),
    *((ink, "brand-tint") for ink in ("brand-ink", "ink", "ink-2", "ink-3")),
    *((f"st-{status}-ink", f"st-{status}-tint") for status in STATUSES),
    ("on-brand", "brand"), ("on-brand", "brand-strong"), ("ink-inverse", "ink"), ("note-ink", "note-tint"),
    ("label", "label-halo"), ("map-neighbour-ink", "map-neighbour"),
]  # fmt: skip
PARTS = [
    *(("line-strong", ground) for ground in ("page", "surface", "raised")),
    *(("focus", ground) for ground in (*GROUNDS, "focus-halo", "brand-tint")),
    ("sel", "sel-casing"), ("hover", "sel-casing"), ("edge-upper", "edge-upper-casing"), ("target-mark", "surface"),
    ("brand", "surface"), ("brand", "sunken"), ("note", "note-tint"), ("hatch-line", "hatch-ground"),
    *((f"st-{status}", "surface") for status in STATUSES),
]  # fmt: skip
DARK_EDGED = {
    "light": ("a1", "a2", "a3", "b1", "b2", "b3", "d3", "d4", "n1", "n2", "map-na", "hatch-ground"),
    "dark": ("a4", "a5", "a6", "b4", "b5", "b6", "d1", "d2", "d5", "d6", "n2", "n3"),
}
"""Classes whose own outline is the dark one; all others have the light one, as in `app.css`."""

CLASSES = [*(f"{ramp}{step}" for ramp in "abd" for step in range(1, 7)), "n1", "n2", "n3", "map-na", "hatch-ground"]
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; the dark one keeps what it does not say anew."""
    light, _, dark = (ROOT / "webapp/static/tokens.css").read_text("utf-8").partition('[data-theme="dark"]')
    named = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})")
    return dict(named.findall(light)) | (dict(named.findall(dark)) if theme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance after WCAG."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """The ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_published_values() -> None:
    """Black on white is 21:1; #767676 is the lightest grey that WCAG's own examples let pass on white, at 4.54:1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@THEMES
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@THEMES
@pytest.mark.parametrize(("part", "ground"), PARTS)
def test_controls_focus_and_selection_can_be_seen(theme: str, part: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[part], colours[ground]) >= 3


@THEMES
@pytest.mark.parametrize("name", CLASSES)
def test_each_class_has_an_outline_that_can_be_seen_on_it(theme: str, name: str) -> None:
    colours = tokens(theme)
    edge = colours["edge-dark" if name in DARK_EDGED[theme] else "edge-light"]
    assert contrast(colours[name], edge) >= 3


@THEMES
def test_the_style_sheet_gives_those_outlines(theme: str) -> None:
    css = (ROOT / "webapp/static/app.css").read_text("utf-8")
    start = "[data-theme=dark] :is(.a1" if theme == "dark" else "\n:is(.a1"
    rules = next(line for line in css.split("\n") if line.startswith(start.strip()))
    dark = next(rule for rule in rules.split("}") if "--edge:var(--edge-dark)" in rule)
    named = {"map-na": "na", "hatch-ground": "nd"}
    assert {f".{named.get(name, name)}" for name in DARK_EDGED[theme]} <= set(re.findall(r"\.\w+", dark)) | {".nu"}


@THEMES
@pytest.mark.parametrize("vision", VISION)
def test_statuses_read_apart(theme: str, vision: str) -> None:
    """Met, on track, behind, missed: neighbours on the scale, by colour alone, though a symbol stands beside each."""
    seen = [lab(tokens(theme)[f"st-{status}"], vision) for status in ("met", "track", "behind", "missed")]
    assert all(ciede2000(one, two) >= 10 for one, two in pairwise(seen))


@THEMES
@pytest.mark.parametrize("missing", ["map-na", "hatch-ground"])
def test_missing_is_no_class_of_values(theme: str, missing: str) -> None:
    """The flat grey differs from every class; the hatch has its lines besides, so only its ground is compared."""
    colours = tokens(theme)
    least = 10 if missing == "map-na" else 3
    for name in CLASSES[:-2]:
        assert ciede2000(lab(colours[name], "normal"), lab(colours[missing], "normal")) >= least, name
