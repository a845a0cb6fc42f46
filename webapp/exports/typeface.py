"""Be Vietnam Pro for files: where its full TrueType fonts lie, how wide a text is, and where lines break."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from webapp.assets import BUILT, PACKAGES, AssetMissing, static

FAMILY = "Be Vietnam Pro"
FOLDER = PACKAGES / "@expo-google-fonts/be-vietnam-pro"
FACES = {400: "400Regular", 500: "500Medium", 600: "600SemiBold"}


def font_path(weight: int) -> Path:
    """The full font of a weight. Raises: AssetMissing if set-up was not run."""
    path = FOLDER / FACES[weight] / f"BeVietnamPro_{FACES[weight]}.ttf"
    if not path.is_file():
        raise AssetMissing(f"Not found: {path.name} in node_modules. Run `make setup`.")
    return path


def font_folders() -> list[Path]:
    """The folders of all weights that files use, and of no others."""
    return [font_path(weight).parent for weight in FACES]


@lru_cache
def _advances(weight: int) -> dict[int, float]:
    """Width of each character in type sizes."""
    from fontTools.ttLib import TTFont

    with TTFont(font_path(weight), lazy=True) as font:
        metrics, size = font["hmtx"], font["head"].unitsPerEm
        return {code: metrics[glyph][0] / size for code, glyph in font.getBestCmap().items()}


def printable(text: str) -> str:
    """The text with a question mark for every letter that a weight of the typeface lacks, without marks that no letter
    has taken (NFC) and without invisible signs."""
    known = set.intersection(*(set(_advances(weight)) for weight in FACES))
    composed = unicodedata.normalize("NFC", text)
    unusual = {letter for letter in set(composed) - set("\t\n\r") if ord(letter) not in known}
    loose = {letter for letter in set(composed) if unicodedata.category(letter) in ("Mn", "Me", "Cf")}
    return composed.translate({ord(letter): "" if letter in loose else "?" for letter in unusual | loose})


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of a text at a type size, without kerning, which makes it narrower if anything."""
    advances = _advances(weight)
    return size * sum(advances.get(ord(letter), 0.6) for letter in text)


def wrap(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """Lines no wider than `width`, broken at spaces; a word that is wider stands alone."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def clip(text: str, size: float, width: float, weight: int = 400) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(f"{text}…", size, weight) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def embedded_faces() -> Iterator[str]:
    """CSS of the fonts that pages load, inside the file, for files that are read without this service."""
    for weight in FACES:
        font = (BUILT / static(f"fonts/text-{weight}.woff2").lstrip("/")).read_bytes()
        data = base64.b64encode(font).decode()
        yield (
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
