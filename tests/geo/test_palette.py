"""Colours read apart for everyone, and the page's style sheet holds the same ones."""

from __future__ import annotations

import re
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt
import pytest

from geo.palette import CATEGORY_STEPS, COLOURS, MAX_SIDE, VALUE_STEPS, diverging, ramp
from webapp.settings import ROOT

Vector = npt.NDArray[np.float64]

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION: dict[str, Vector] = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colour: str, vision: str) -> Vector:
    """CIELAB (D65) of a colour as somebody with that vision sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(VISION[vision] @ linear, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: Vector, two: Vector) -> float:
    """Colour difference after Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = (1 - np.sqrt(mean_c7 / (mean_c7 + 25**7))) / 2
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    ml, mc = (l1 + l2) / 2, (c1 + c2) / 2
    mh = h1 + h2 if c1 * c2 == 0 else (h1 + dh / 2) % 360
    t = (1 - 0.17 * np.cos(np.radians(mh - 30)) + 0.24 * np.cos(np.radians(2 * mh))
         + 0.32 * np.cos(np.radians(3 * mh + 6)) - 0.20 * np.cos(np.radians(4 * mh - 63)))  # fmt: skip
    sl = 1 + 0.015 * (ml - 50) ** 2 / np.sqrt(20 + (ml - 50) ** 2)
    sc, sh = 1 + 0.045 * mc, 1 + 0.015 * mc * t
    rt = -2 * np.sqrt(mc**7 / (mc**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((mh - 275) / 25) ** 2))))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (d_h / sh) ** 2 + rt * dc / sc * d_h / sh))


def tokens(theme: str) -> dict[str, str]:
    """Colours of the style sheet in a theme."""
    css = (ROOT / "webapp/static/tokens.css").read_text("utf-8")
    light, _, dark = css.partition('[data-theme="dark"]')
    return dict(re.findall(r"--([abdn]\d|st-[a-z]+):\s*(#[0-9a-f]{6})", light if theme == "light" else dark))


def test_the_difference_formula_gives_published_values() -> None:
    """Two of the pairs printed by Sharma, Wu and Dalal (2005), table 1."""
    assert ciede2000(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000(np.array([50, 2.5, 0]), np.array([73, 25, -18])) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbouring_classes_read_apart_and_lightness_goes_one_way(theme: str, vision: str) -> None:
    colours = tokens(theme)
    for steps in [*VALUE_STEPS.values(), *CATEGORY_STEPS.values()]:
        seen = [lab(colours[step], vision) for step in steps]
        assert all(ciede2000(a, b) >= 10 for a, b in pairwise(seen)), steps
        lightness = [colour[0] for colour in seen]
        assert lightness == sorted(lightness, reverse=theme == "light"), steps


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_classes_around_a_middle_read_apart_and_grow_stronger_away_from_it(theme: str, vision: str) -> None:
    """Neighbours differ, across the middle too, and lightness goes one way on each side of it."""
    colours = tokens(theme)
    for below, above in product(range(MAX_SIDE + 1), repeat=2):
        steps = diverging(below, above)
        seen = [lab(colours[step], vision) for step in steps]
        assert all(ciede2000(a, b) >= 10 for a, b in pairwise(seen)), steps
        lightness = [colour[0] for colour in seen]
        low, high = lightness[:below], lightness[below:]
        assert low == sorted(low, reverse=theme == "dark"), steps
        assert high == sorted(high, reverse=theme == "light"), steps


def test_where_low_is_better_the_good_side_is_the_low_one() -> None:
    assert diverging(3, 1) == ("d1", "d2", "d3", "d5")
    assert diverging(1, 3, turned=True) == ("d5", "d3", "d2", "d1")


def test_more_classes_on_a_side_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="4 and 0 classes around a middle"):
        diverging(4, 0)


def test_the_style_sheet_and_the_api_have_the_same_colours() -> None:
    light = tokens("light")
    assert {name: light[name] for name in COLOURS} == COLOURS


def test_more_classes_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="7 classes cannot be told apart"):
        ramp(7)
