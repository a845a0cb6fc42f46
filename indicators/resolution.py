"""Reading a resolution's text: its articles, clauses and appendix rows, and every number in them.

Each digit of the text ends up in exactly one place: in the numbering of a clause, in a span that a named rule of
`EXCLUSIONS` takes out (dates, document numbers, ordinals …), or in a `Quantity`. So nothing is dropped silently. The
text may come from a scan: markdown marks, page breaks inside sentences and table pipes are put aside. Numbers written
in words ("hai dự án") are not seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_QUANTITY = re.compile(rf"(?<!\w)(?P<low>{_NUMBER})(?:\s*%)?(?:\s*(?:-|đến)\s*(?P<high>{_NUMBER}))?")
_YEAR = r"(?:19|20)\d\d"
_DAY = rf"\d{{1,2}}/\d{{1,2}}/{_YEAR}"

EXCLUSIONS: dict[str, tuple[str, str]] = {
    "date": (
        rf"ngày \d{{1,2}} tháng \d{{1,2}} năm {_YEAR}|{_DAY}|(?:tháng |quý )?(?:\d{{1,2}}|[IVX]+)/{_YEAR}(?!/)",
        "days, months and quarters",
    ),
    "document": (
        r"\d+(?:/\d{4})?[-/][A-ZĐ][a-zA-ZĐđ]*(?:[-/][A-ZĐ][a-zA-ZĐđ]*)*\d*",
        "numbers of documents, such as 12/KH-UBND or 34-CT/TU",
    ),
    "year": (
        rf"{_YEAR} ?- ?{_YEAR}(?![\d.,]*\d| ?%)|(?<=năm ){_YEAR}|(?<=năm trước ){_YEAR}",
        "years after the word năm, and periods from one year to another",
    ),
    "reference": (r"(?:Điều|khoản|(?<!thí )điểm|mục|Chương) \d+", "articles, clauses and points of a text"),
    "ordinal": (r"(?:thứ|diễn tập cấp|vành đai|khóa|đợt) \d+", "ordinals, grades and the names of ring roads"),
    "tiers": (r"liên thông \d+ cấp", "tiers of government that a system joins"),
    "group": (r"(?:dưới|trên|từ) \d+ (?:tuổi|tháng)\b", "age groups and lengths of courses that say who is meant"),
    "span": (r"(?:kỷ niệm|sử dụng đất) \d+ năm", "anniversaries and the years that a plan covers"),
    "land_fund": (r"quỹ đất \d+ ?%(?:, ?\d+ ?%)*", "shares of land that name a fund set by law"),
    "own_count": (r"\d+ chỉ tiêu chủ yếu", "how many targets the plan has"),
    "name": (r"(?<=[^\W\d_])\d(?:[\d.,]*\d)?", "digits that follow a letter: m2, and names such as PM2.5"),
}
"""Rule → (pattern, what it takes out and why that is no goal)."""

SCALES = {"nghìn": Decimal(1000), "triệu": Decimal(10**6), "tỷ": Decimal(10**9)}


@dataclass(frozen=True)
class Quantity:
    """A number, or a range, that the text prints in one place.

    `low` and `high` are the numbers printed, without the scale word; `high` is None for a single number. `before` and
    `after` are the words around it: the unit opens `after`.
    """

    locator: str
    printed: str
    low: Decimal
    high: Decimal | None
    before: str
    after: str

    @property
    def scale(self) -> Decimal:
        """What a scale word after the number multiplies it by."""
        return SCALES.get(self.after.split(" ", 1)[0], Decimal(1))


@dataclass(frozen=True)
class Exclusion:
    """Digits that are no quantity, by which rule."""

    locator: str
    rule: str
    text: str


def plain(text: str) -> str:
    """The text without markdown: NFC, plain spaces and hyphens, one line per line of the source."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    text = re.sub(r"<[^<>]*>|[*_`\\]|^\s*#+", "", text, flags=re.MULTILINE)
    return re.sub(r"[ \t]+", " ", re.sub(r"[‐‑–—−]", "-", text))


def read_blocks(text: str) -> list[tuple[str, str]]:
    """The text as (locator, words), one for each numbered clause or appendix row, lines joined across page breaks.

    A number opens an article or a clause only if it is the next one, so that a line that happens to begin with "Điều 9"
    or "4." does not. Rows of the appendix are split at (i), (ii) and so on.
    """
    blocks: dict[str, list[str]] = {}
    place, article, clause = "", 0, 0
    for raw in plain(text).splitlines():
        line = raw.strip()
        opening = re.match(r"Điều (\d+)\b\.?", line)
        if opening and int(opening[1]) == article + 1:
            article, clause = article + 1, 0
            place, line = f"Điều {article}", line[opening.end() :]
        elif line.casefold() == "phụ lục":
            place, clause, line = "Phụ lục", 0, ""
        numbered = re.match(r"(?:\|\s*)?(\d{1,2})\s*(?:\.|\)|\|)\s*(?=\D)(.*)", line)
        if place and numbered and int(numbered[1]) == clause + 1:
            clause, line = clause + 1, numbered[2]
        item = f", {'mục' if place == 'Phụ lục' else 'khoản'} {clause}" if clause else ""
        blocks.setdefault(place + item, []).append(line.replace("|", " "))
    return [piece for locator, lines in blocks.items() for piece in _items(locator, " ".join(lines))]


def _items(locator: str, words: str) -> Iterator[tuple[str, str]]:
    """Parts of an appendix row; any other block whole."""
    head, *rest = re.split(r"\(([ivx]+)\)", words) if locator.startswith("Phụ lục") else [words]
    yield locator, " ".join(head.split())
    for item, part in zip(rest[::2], rest[1::2], strict=True):
        yield f"{locator} ({item})", " ".join(part.split())


def read_quantities(text: str) -> tuple[list[Quantity], list[Exclusion]]:
    """All quantities of a text in order, and what the rules took out."""
    quantities: list[Quantity] = []
    exclusions: list[Exclusion] = []
    for locator, words in read_blocks(text):
        masked = words
        for rule, (pattern, _) in EXCLUSIONS.items():
            regex = re.compile(pattern, 0 if rule == "document" else re.IGNORECASE)
            exclusions += [Exclusion(locator, rule, match[0]) for match in regex.finditer(masked)]
            masked = regex.sub(lambda match: " " * len(match[0]), masked)
        quantities += [_quantity(locator, words, match) for match in _QUANTITY.finditer(masked)]
    return quantities, exclusions


def _quantity(locator: str, words: str, match: re.Match[str]) -> Quantity:
    high = None if match["high"] is None else _number(match["high"])
    end = match.end("high") if match["high"] else match.end("low")
    before, after = words[: match.start()].split()[-8:], words[end:].split()[:8]
    return Quantity(locator, words[match.start() : end], _number(match["low"]), high, " ".join(before), " ".join(after))


def _number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))
