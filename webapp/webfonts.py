"""Typefaces for the browser: of a package's fonts only what pages use, as WOFF2."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

FIGURES = (*range(0x30, 0x3A), 0x2007)
"""Characters that stand in columns: the digits and the space as wide as one."""

VIETNAMESE = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
APPROXIMATELY = 0x2248
"""The sign before rounded figures; the typeface draws it as small as a speck."""

TEXT = (
    *range(0x20, 0x7F), *map(ord, VIETNAMESE), *range(0x1EA0, 0x1EFA),
    *map(ord, "\u00a0§©«»°±²³·×÷"), *range(0x2002, 0x200B), *range(0x2010, 0x2027), 0x202F, 0x2030, 0x20AB,
    *map(ord, "←↑→↓↗↘−≈≠≤≥"),
)  # fmt: skip
"""ASCII, all letters of Vietnamese (composed, as all text here is), typographic spaces and dashes, arrows and signs."""


def text_face(font: bytes) -> bytes:
    """A WOFF2 of a TrueType font with all that Vietnamese and English pages use, kerning kept."""
    opened = _subset(font, TEXT, ["kern"])
    _enlarge(opened, APPROXIMATELY, 1.4)
    return _woff2(opened)


def _enlarge(opened: Any, character: int, factor: float) -> None:
    """Draw one character larger around its own middle, its advance with it."""
    name = opened.getBestCmap()[character]
    advance, _bearing = opened["hmtx"][name]
    glyph = opened["glyf"][name]
    middle = (glyph.yMin + glyph.yMax) / 2
    glyph.coordinates.scale((factor, factor))
    glyph.coordinates.translate((0, middle * (1 - factor)))
    glyph.coordinates.toInt()
    glyph.recalcBounds(opened["glyf"])
    opened["hmtx"][name] = (round(advance * factor), glyph.xMin)


def tabular_figures(font: bytes) -> bytes:
    """A WOFF2 of the ten digits of a TrueType font, each centred on the advance of the widest, for columns."""
    opened = _subset(font, FIGURES, [])
    metrics, glyphs = opened["hmtx"], opened["glyf"]
    names = [name for name in opened.getGlyphOrder() if name != ".notdef"]
    widest = max(metrics[name][0] for name in names)
    for name in names:
        advance, bearing = metrics[name]
        shift = (widest - advance) // 2
        if glyphs[name].numberOfContours > 0:
            glyphs[name].coordinates.translate((shift, 0))
            glyphs[name].recalcBounds(glyphs)
        metrics[name] = (widest, bearing + shift)
    return _woff2(opened)


def _subset(font: bytes, characters: Iterable[int], features: list[str]) -> Any:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=features, notdef_outline=True, hinting=False))
    subsetter.populate(unicodes=set(characters))
    subsetter.subset(opened)
    return opened


def _woff2(opened: Any) -> bytes:
    opened.flavor = "woff2"
    target = io.BytesIO()
    opened.save(target)
    return target.getvalue()
