"""Language of the request: words, numbers and dates. Source strings are Vietnamese; English is the translation."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from babel import core, localedata
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import g, has_request_context
from markupsafe import Markup, escape

from indicators import wording
from indicators.wording import SIGNS
from webapp.settings import ROOT

LANGUAGES = ("vi", "en")
CATALOGUE = ROOT / "webapp/translations/en/LC_MESSAGES/messages.po"
NBSP = "\u00a0"
MINUS = "\u2212"
NUMBERS = {"decimal_formats", "default_numbering_system", "number_symbols", "numbering_systems", "plural_form"}
"""What Babel needs of a locale to write numbers."""
WHOLE = re.compile(r"\d+/[A-ZĐ]+-[A-ZĐ]+\d*|\d[\d.,]*–\d(?:[\d.,]*\d)?")
NAMED_NUMBER = re.compile(r"(năm|[Đđ]iều|khoản|mục|[Aa]rticle|clause|item) (?=\d)")


def language() -> str:
    """Language of this request; Vietnamese outside one."""
    return str(getattr(g, "lang", "vi")) if has_request_context() else "vi"


@lru_cache
def translations(lang: str) -> NullTranslations:
    """The message catalogue of a language, compiled in memory from the text file at first use."""
    if lang == "vi":
        return NullTranslations()
    compiled = io.BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return Translations(compiled)


def forget_names() -> None:
    """Let go of what Babel knows about languages, currencies and time zones, 4 MB, as only numbers are written with it.

    To be called once, where the process answers pages; what concerns no locale is read anew if it is asked for.
    """
    for name in ("root", *LANGUAGES):
        data = localedata.load(name)
        for kind in data.keys() - NUMBERS:
            del data[kind]
    core._global_data = None


def N_(message: str) -> str:  # noqa: N802 - the name that translators' tools know
    """Marks a string for translation where it stands; it is translated where it is used."""
    return message


def gettext(message: str, **values: Any) -> str:
    """The message in the language of the request, with `%(name)s` filled in."""
    text = str(translations(language()).gettext(message))
    return text % values if values else text


def unbroken(text: str) -> Markup:
    """The text as HTML in which neither the number of a document, `31/NQ-HĐND`, nor a range, `300–400`, breaks at its
    dash, and no number parts from what it numbers, `Điều 2`."""
    kept = NAMED_NUMBER.sub(rf"\1{NBSP}", str(escape(text)))
    return Markup(WHOLE.sub(r'<span class="nowrap">\g<0></span>', kept))  # noqa: S704 - escaped


def localised(row: object, field: str) -> str:
    """A row's text in the language of the request: `name_vi` or `name_en`."""
    return str(getattr(row, f"{field}_{language()}") or "")


def number(value: float, decimals: int) -> str:
    """A number as printed: `1.234,5` or `1,234.5`, half away from zero like the browser, with a true minus sign."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(exact if exact else abs(exact), format=pattern, locale=language()).replace("-", MINUS)


def quantity(value: float, decimals: int, unit: str, qualifier: str | None = None, high: float | None = None) -> str:
    """A value with its sign and unit: `≥ 86,2 %`, `4,2–4,6 %`, `690 hộ`."""
    text = number(value, decimals)
    if high is not None:
        text = f"{text}–{number(high, decimals)}"
    elif qualifier in SIGNS:
        text = f"{SIGNS[qualifier]}{NBSP}{text}"
    return with_unit(text, unit)


def with_unit(text: str, unit: str) -> str:
    """A number as printed with its unit, if any: `86,2 %`, in English `86.2%`; `690 hộ`."""
    return text + after_number(unit)


def after_number(unit: str) -> str:
    """A unit as it follows a number that stands apart from it, in bold for instance: with the space that it takes."""
    return wording.after_number(unit, language())


def date(day: dt.date | None) -> str:
    """`31/12/2024`, or nothing."""
    return day.strftime("%d/%m/%Y") if day else ""


def period_text(period: str) -> str:
    """`2024`, `06/2024` or `31/12/2024`."""
    return "/".join(reversed(period.split("-")))


TYPE_NAMES = {
    "thành phố": ("city", "cities"),
    "tỉnh": ("province", "provinces"),
    "quận": ("urban district", "urban districts"),
    "huyện": ("rural district", "rural districts"),
    "thị xã": ("town", "towns"),
    "phường": ("ward", "wards"),
    "xã": ("commune", "communes"),
    "thị trấn": ("township", "townships"),
    "đặc khu": ("special zone", "special zones"),
}
"""Kinds of unit in English, one and many; Vietnamese has one form for both."""


def types_text(types: Iterable[str], count: int | None = None) -> str:
    """Kinds of unit as a phrase, in a fixed order: `quận, huyện, thị xã` or their English names, which are plural
    unless there is only one unit."""
    present = set(types)
    ordered = [kind for kind in TYPE_NAMES if kind in present]
    return ", ".join(ordered if language() == "vi" else [TYPE_NAMES[kind][count != 1] for kind in ordered])
