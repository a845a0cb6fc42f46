"""Drawings as PNG for documents that hold no vectors."""

from __future__ import annotations

from functools import lru_cache

from webapp.exports.typeset import SHEET, write_png
from webapp.reports.drawing import size_of
from webapp.reports.model import Picture

DOTS = 300.0
"""An inch: sharp on paper."""


def write_image(picture: Picture, width_mm: float) -> bytes:
    """The picture so wide, at 300 dots an inch."""
    return _image(picture.svg, width_mm)


@lru_cache(maxsize=64)
def _image(svg: str, width_mm: float) -> bytes:
    wide, high = size_of(svg)
    values = {
        "title": "", "lang": "vi", "width": f"{width_mm:.3f}", "height": f"{width_mm * high / wide:.3f}",
        "words": " ", "drawing": svg,
    }  # fmt: skip
    return write_png(SHEET, values, DOTS)
