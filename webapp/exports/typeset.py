"""PDF and PNG by typst, in this process: a source text, values and pictures in; bytes out.

typst reads no system fonts and no files: fonts are those of `typeface`, everything else comes in as values. A compiler
is made at first use, so in the worker that uses it and never before a fork.
"""

from __future__ import annotations

import datetime as dt
import struct
import threading
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from webapp.exports.typeface import font_folders, printable

if TYPE_CHECKING:
    from typst import Compiler

SHEET = """\
#set document(title: sys.inputs.title, date: none)
#set page(width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm, margin: 0mm)
#set text(lang: sys.inputs.lang, font: "Be Vietnam Pro")
#image(bytes(sys.inputs.drawing), format: "svg", width: 100%, height: 100%, alt: sys.inputs.words)
"""
"""A page that is one drawing, whose words stand beside it for those who cannot see it."""

METRE = 39.37
"""Inches."""

_lock = threading.Lock()


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in font_folders()]
    )
    return typst.Compiler(font_paths=fonts)


def write_pdf(source: str, values: Mapping[str, str], day: dt.date) -> bytes:
    """A tagged PDF (PDF/UA-1) with its fonts inside, dated that day; equal inputs give equal bytes.

    PDF/UA holds no letter without a shape, so one that the typeface lacks becomes a question mark.
    """
    shown = {name: printable(value) for name, value in values.items()}
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    with _lock:
        body = _compiler().compile(
            input=source.encode(), format="pdf", sys_inputs=shown, pdf_standards="ua-1", timestamp=noon
        )
    return _one(body)


def write_png(source: str, values: Mapping[str, str], dots: float) -> bytes:
    """The only page as PNG with so many dots an inch, which the file states, so that it prints at its own size."""
    with _lock:
        body = _compiler().compile(input=source.encode(), format="png", sys_inputs=dict(values), ppi=dots)
    return _with_density(_one(body), dots)


def _one(body: bytes | list[bytes] | None) -> bytes:
    if not isinstance(body, bytes):
        raise TypeError(f"typst gave {type(body).__name__}, not one file.")
    return body


def _with_density(png: bytes, dots: float) -> bytes:
    """A chunk `pHYs` after the head, which is always 33 bytes long (PNG specification, 11.3.4.3)."""
    chunk = b"pHYs" + struct.pack(">IIB", round(dots * METRE), round(dots * METRE), 1)
    return png[:33] + struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[33:]
