"""Numbers as people write them: decimal comma or point is declared or follows from the whole column, never guessed.

"1.234" is 1234 in Vietnamese and 1.234 in English. A column in which some cell can only be read one way ("12,5",
"1.234.567") reads all of its cells so. A column that could be read both ways, or must be read both, is a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from indicators.intake.grid import Cell

LOCALES = ("vi", "en")

RULES = {
    "number": "A number in digits: no exponent, no words, no signs for 'no figure'; a blank cell is no figure.",
    "decimal": "Decimal comma or point is clear from the column, or declared with --locale.",
    "percent": "A sign % stands only where the unit is %.",
}

_SPACES = "[ \u00a0\u2009\u202f]"
_FORMS = {
    "vi": re.compile(rf"-?(?:\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+|[1-9]\d{{0,2}}(?:{_SPACES}\d{{3}})+)(?:,\d+)?"),
    "en": re.compile(rf"-?(?:\d+|[1-9]\d{{0,2}}(?:,\d{{3}})+|[1-9]\d{{0,2}}(?:{_SPACES}\d{{3}})+)(?:\.\d+)?"),
}
_GROUPS = {"vi": re.compile(rf"\.|{_SPACES}"), "en": re.compile(rf",|{_SPACES}")}
_DASHES = {"-", "–", "—", "…", "...", "..", ".", "x", "X"}


class Fault(NamedTuple):
    """Why a cell is no number, and what to do."""

    rule: str
    hint: str


def read_numbers(cells: Sequence[Cell], locale: str | None, percent: bool) -> list[float | Fault | None]:
    """The numbers of a column, None where blank. `percent` says whether the unit takes the sign %."""
    declared = locale or _settle([_bare(cell) for cell in cells if cell.kind == "text"])
    return [_read(cell, declared, percent) for cell in cells]


def _settle(texts: Sequence[str]) -> str:
    """The locale that the column itself shows: vi, en, "" if nothing in it depends on it, or "mixed" or "open"."""
    ways = [{name for name in LOCALES if _FORMS[name].fullmatch(text)} for text in texts]
    only = {next(iter(way)) for way in ways if len(way) == 1}
    if len(only) == 2:
        return "mixed"
    if only:
        return only.pop()
    return "open" if any(len(way) == 2 and _differs(text) for text, way in zip(texts, ways, strict=True)) else ""


def _differs(text: str) -> bool:
    return _value(text, "vi") != _value(text, "en")


def _value(text: str, locale: str) -> float:
    plain = _GROUPS[locale].sub("", text)
    return float(plain.replace(",", "."))


def _bare(cell: Cell) -> str:
    return cell.text.replace("\u2212", "-").removesuffix("%").strip()


def _read(cell: Cell, locale: str, percent: bool) -> float | Fault | None:
    if cell.kind == "blank":
        return None
    if (cell.text.endswith("%") or cell.percent) and not percent:
        return Fault("percent", "Write the figure in the indicator's unit, without %.")
    if cell.kind == "number" and cell.number is not None:
        return float(Decimal(repr(cell.number)) * 100) if cell.percent else cell.number
    text = _bare(cell)
    if text in _DASHES:
        return Fault("number", "Leave the cell blank if there is no figure; write 0 if the figure is zero.")
    ways = [name for name in LOCALES if _FORMS[name].fullmatch(text)]
    if cell.kind != "text" or not ways:
        return Fault("number", "Write digits, with a decimal comma or point: 1234,5 or 1234.5.")
    if locale in ("mixed", "open") and _depends(text, ways):
        return Fault("decimal", _question(text, ways, locale))
    if locale in LOCALES and locale not in ways:
        return Fault("decimal", f"As {locale} it is no number. Write the whole column one way.")
    return _value(text, locale if locale in LOCALES else ways[0])


def _depends(text: str, ways: list[str]) -> bool:
    return len(ways) == 1 or _differs(text)


def _question(text: str, ways: list[str], locale: str) -> str:
    if locale == "mixed":
        return "The column mixes decimal comma and decimal point. Write it one way."
    return "; ".join(f"--locale {way} reads {_value(text, way):g}" for way in ways) + ". Which one is meant?"
