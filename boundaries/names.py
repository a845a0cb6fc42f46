"""Names of administrative units: the key they are searched by, their kinds, their English form, and near misses.

A name is never an identity (that is edition and code), so nothing here decides that two names are the same unit. It
offers: `folded` and `spelled` are keys to look under, `nearest` proposes, and a person or an exact code disposes.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import insort
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from geo.errors import UnknownName

ENGLISH_KINDS = {
    "thành phố": "city",
    "tỉnh": "province",
    "quận": "urban district",
    "huyện": "district",
    "thị xã": "town",
    "phường": "ward",
    "xã": "commune",
    "thị trấn": "township",
    "đặc khu": "special zone",
}
ABBREVIATIONS = {
    "tp": "thành phố",
    "q": "quận",
    "h": "huyện",
    "tx": "thị xã",
    "p": "phường",
    "x": "xã",
    "tt": "thị trấn",
}
TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below

_NO_WORD = re.compile(r"[\W_]+")
_WORD_FORM = re.compile(rf"({'|'.join(ENGLISH_KINDS)})[\W_]+(?=\w)")
# "P. Hàng Bạc", "P.Hàng Bạc", "p hàng bạc"; a single letter run into the name counts only where capitals show the seam
_SHORT_FORM = re.compile(r"(tp|tt|tx|p|q|h|x)(?:\s*\.\s*|\s+)(?=\w)", re.IGNORECASE)
_JOINED_FORM = re.compile(r"(TP|TT|TX|P|Q|H|X)(?=(\w)(\w))")


def folded(text: str) -> str:
    """The key a name is searched by: lower-case words without diacritics, one space between them.

    `Đ` becomes `d`, so that "Hoà", "Hòa" and "HOA" meet, as do "Văn Miếu - Quốc Tử Giám" and "van mieu quoc tu giam".
    Kinds of unit stay in the key; `split_kind` takes them off.
    """
    marks = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    letters = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return " ".join(_NO_WORD.sub(" ", letters).split())


def spelled(text: str) -> str:
    """The key that still tells "Hà" from "Hạ", but not "Hoà" from "Hòa": each word's tone is moved to its end."""
    words = []
    for word in _NO_WORD.split(unicodedata.normalize("NFC", text.casefold())):
        marks = unicodedata.normalize("NFD", word)
        letters = "".join(mark for mark in marks if mark not in TONES)
        words.append(unicodedata.normalize("NFC", letters) + "".join(mark for mark in marks if mark in TONES))
    return " ".join(word for word in words if word)


def split_kind(text: str) -> tuple[str | None, str]:
    """The kind of unit that a text opens with, and the rest; `(None, text)` where it opens with none.

    Full words need their diacritics ("Phường Liên Mạc" is a kind and a name, "Phương Liên" is a name); short forms are
    P., X., TT., Q., H., TX. and TP., with or without dot and space.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if word := _WORD_FORM.match(text.casefold()):
        return word[1], text[word.end() :]
    if short := _SHORT_FORM.match(text):
        return ABBREVIATIONS[short[1].casefold()], text[short.end() :]
    joined = _JOINED_FORM.match(text)
    if joined and joined[2].isupper() and joined[3].islower():
        return ABBREVIATIONS[joined[1].casefold()], text[joined.end() :]
    return None, text


def short_name(name: str, kind: str) -> str:
    """The name without its kind: ("Phường Hàng Bạc", "phường") → "Hàng Bạc"; unchanged if it opens with another word.

    Raises: UnknownName for a kind that is none of the nine.
    """
    _check_kind(kind)
    name = unicodedata.normalize("NFC", name)
    opening, rest = name[: len(kind)], name[len(kind) :].lstrip()
    return rest if opening.casefold() == kind and rest else name


def english_name(name: str, kind: str) -> str:
    """The English form by rule: ("Phường Hàng Bạc", "phường") → "Hàng Bạc ward". Raises UnknownName for a bad kind."""
    return f"{short_name(name, kind)} {ENGLISH_KINDS[kind]}"


def _check_kind(kind: str) -> None:
    if kind not in ENGLISH_KINDS:
        raise UnknownName("kind of unit", kind, nearest(kind, ENGLISH_KINDS))


def nearest(text: str, candidates: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """The `n` candidates most like the text, best first: proposals for a person, never a match.

    Likeness is the edit distance between search keys, with or without the kind of unit on both sides; between equals,
    that between spellings; then the order of the candidates. Names that are equal as text are proposed once.
    """
    ours, best = _keys(text), list[tuple[int, int, int, str]]()
    for place, candidate in enumerate(dict.fromkeys(candidates)):
        theirs = _keys(candidate)
        pairs = [(ours.bare, theirs.bare)]
        if ours.kind is None or ours.kind != theirs.kind:  # between names of one kind the kind adds nothing
            pairs.append((ours.whole, theirs.whole))
        worst = best[-1][0] if len(best) == n else None
        if worst is not None and min(_at_least(*pair) for pair in pairs) > worst:
            continue
        apart = min(edit_distance(our_key.text, their_key.text) for our_key, their_key in pairs)
        if worst is None or apart <= worst:
            insort(best, (apart, edit_distance(ours.spelling, theirs.spelling), place, candidate))
            del best[n:]
    return tuple(candidate for *_, candidate in best)


class _Key(NamedTuple):
    text: str
    letters: int  # bit set of the letters that occur


class _Keys(NamedTuple):
    kind: str | None
    whole: _Key
    bare: _Key
    spelling: str


@lru_cache(maxsize=4096)  # the same few thousand names and ids are proposed from again and again
def _keys(text: str) -> _Keys:
    kind, bare = split_kind(text)
    return _Keys(kind, _key(text), _key(bare), spelled(text))


def _key(text: str) -> _Key:
    return _Key(folded(text), sum(1 << bit for bit in {ord(letter) % 64 for letter in folded(text)}))


def _at_least(ours: _Key, theirs: _Key) -> int:
    """A bound below the edit distance, to spare counting: each letter more, or of another sort, is an edit."""
    missing = (ours.letters & ~theirs.letters).bit_count(), (theirs.letters & ~ours.letters).bit_count()
    return max(*missing, abs(len(ours.text) - len(theirs.text)))


def edit_distance(left: str, right: str) -> int:
    """Least number of letters inserted, deleted, replaced or swapped with their neighbour to make `left` into `right`.

    Optimal string alignment, bit-parallel: bit i of each word stands for row i of the usual table, so a column costs
    a few integer operations. Source: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
    distances", Nordic Journal of Computing 10 (2003).
    """
    if not left or not right:
        return len(left) + len(right)
    full, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    rows: dict[str, int] = {}
    for index, letter in enumerate(left):
        rows[letter] = rows.get(letter, 0) | 1 << index
    positive, negative, diagonal, previous, distance = full, 0, 0, 0, len(left)
    for letter in right:
        match = rows.get(letter, 0)
        swapped = (((~diagonal) & match) << 1) & previous
        diagonal = ((((match & positive) + positive) ^ positive) | match | negative | swapped) & full
        up = negative | (full & ~(diagonal | positive))
        down = diagonal & positive
        distance += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & full
        positive = (down << 1) & full | (full & ~(diagonal | up))
        negative, previous = up & diagonal, match
    return distance
