"""Bytes to text: UTF-8, UTF-16 and Windows-1258 are read; the old font encodings are recognised and refused by name.

TCVN3 and VNI are no encodings of characters but fonts that paint other letters: read as anything else they give wrong
names silently ("Hµ Néi", "Haø Noäi"), so text that looks like them is refused wherever it comes from.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from indicators.intake.grid import refuse

_LETTERS = "A-Za-z"
TCVN3 = re.compile(rf"(?<=[{_LETTERS}])[§¨©ª«¬\u00ad®µ¶·¸¹]|[§¨©ª«¬\u00ad®µ¶·¸¹](?=[{_LETTERS}])")
"""Signs that TCVN3 paints as à ả ã á ạ ă â ê ô ơ ư đ, beside a letter, where no other text has them."""
VNI = re.compile(r"(?<=[AEIOUYaeiouyôöÔÖ])[äåæëïöøûüÄÅËÏÖØÛÜ]|[ñÑ](?=[AEIOUYaeiouyöô])")
"""Letters that VNI paints as marks on the vowel before them, and ñ for đ; Vietnamese has none of them."""
FOREIGN = 0.1
"""Share of letters beyond ASCII from which such signs are no accident."""

ALPHABET = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


def decode(file: str, content: bytes) -> str:
    """The text of a file. Raises IngestError for an encoding that cannot be read, by its name where it is known."""
    text = _unicode_text(file, content)
    if text is None:
        check_fonts(file, content.decode("latin-1"))
        text = unicodedata.normalize("NFC", _windows_text(file, content))
        strange = sorted({letter for letter in text if ord(letter) > 127 and letter.isalpha() and not _is_ours(letter)})
        if strange:
            raise refuse(
                file, "encoding", f"Not UTF-8, and as Windows-1258 it has {' '.join(strange[:8])}. Save as UTF-8."
            )
    check_fonts(file, text)
    if "\0" in text:
        raise refuse(file, "encoding", "It holds NUL bytes: not a text file, or cut off. Save it again as UTF-8.")
    return text


def _unicode_text(file: str, content: bytes) -> str | None:
    wide = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}.get(content[:2])
    if wide is None and len(content) % 2 == 0 and content[:200]:
        odd, even = content[1:200:2].count(0), content[0:200:2].count(0)
        wide = "utf-16-le" if odd > 4 * (even + 1) else "utf-16-be" if even > 4 * (odd + 1) else None
    try:
        return content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise refuse(file, "encoding", f"Byte {error.start} is not UTF-16. Save it again as UTF-8.") from error
        return None


def _windows_text(file: str, content: bytes) -> str:
    try:
        return content.decode("cp1258")
    except UnicodeDecodeError as error:
        hint = f"Byte {error.start} is neither UTF-8 nor Windows-1258. Save it again as UTF-8."
        raise refuse(file, "encoding", hint) from error


def check_fonts(file: str, text: str) -> None:
    """Raises IngestError naming TCVN3 or VNI if text looks like one of them."""
    foreign = sum(1 for letter in text if ord(letter) > 127)
    for name, pattern in (("TCVN3 (ABC)", TCVN3), ("VNI", VNI)):
        count = len(pattern.findall(text))
        if count > 2 and count >= FOREIGN * foreign:
            raise refuse(file, "encoding", f"The text is in {name} letters. Convert it to Unicode and save as UTF-8.")


def _is_ours(letter: str) -> bool:
    """Whether Vietnamese has the letter: an ASCII one or one of the seven more, with at most a tone."""
    letter = unicodedata.normalize("NFD", letter)
    marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "\u0302", "\u0306", "\u031b"}
    return (letter[0].isascii() or letter[0] in ALPHABET) and set(letter[1:]) <= marks


def clean(text: str) -> str:
    """Text in NFC without what cannot be seen: spaces at the ends, runs of spaces of any width, zero-width signs."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())
