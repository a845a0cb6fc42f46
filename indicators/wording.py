"""Judgements and goals in words: fills the templates of `reasons.py` with rounded numbers and units.

Rounding happens here and nowhere before. Gaps and changes of a percentage are said in percentage points.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from indicators.intervals import exact
from indicators.observations import Figure
from indicators.progress import Judgement
from indicators.reasons import GOALS, REASONS, SIZELESS
from indicators.targets import Goal

Format = Callable[[Decimal], str]

LANGUAGES = ("vi", "en")
NBSP = "\u00a0"
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "approx": "≈"}
"""Signs of figures that are not exact."""
FROM = {"vi": "từ {} trở lên", "en": "{} or more"}
UP_TO = {"vi": "tối đa {}", "en": "up to {}"}
TO = {"vi": " đến ", "en": " to "}
AT_LEAST = {"vi": "ít nhất {}", "en": "at least {}"}
POINTS = {"vi": "điểm phần trăm", "en": "percentage points"}


def format_en(number: Decimal) -> str:
    """1234.5 as 1,234.5, with a true minus sign."""
    return f"{number:,f}".replace("-", "−")


def format_vi(number: Decimal) -> str:
    """1234.5 as 1.234,5, with a true minus sign."""
    return format_en(number).translate(str.maketrans(",.", ".,"))


FORMATS: dict[str, Format] = {"vi": format_vi, "en": format_en}


def say(judgement: Judgement, lang: str, unit: str = "", decimals: int = 1, number: Format | None = None) -> str:
    """The reason of a judgement in words.

    `unit` is the indicator's label in that language ("%", "xã", "communes") and `decimals` its number of decimals; more
    are shown where fewer would turn a gap into zero. `number` writes a rounded decimal in the language's way.

    Raises: KeyError for a language other than those of `LANGUAGES`.
    """
    template = REASONS[judgement.reason][LANGUAGES.index(lang)]
    if judgement.compared is not None:
        inner = say(judgement.compared, lang, unit, decimals, number)
        return template.format(comparison=inner[0].lower() + inner[1:])
    return template.format_map(_Words(judgement, _Numbers(lang, unit, decimals, number or FORMATS[lang])))


def say_goal(goal: Goal, lang: str, unit: str = "", number: Format | None = None) -> str:
    """A goal in words, with its numbers as the resolution prints them: "dưới 4 %", "giảm 300–400 hộ"."""
    bounds = [exact(bound) for bound in (goal.low, goal.high) if bound is not None]
    index = LANGUAGES.index(lang)
    if not bounds:
        return SIZELESS.get(goal.operator, GOALS[goal.operator])[index]
    numbers = _Numbers(lang, unit, 12, number or FORMATS[lang])
    if goal.operator == "ge" and unit == "%" and goal.low == 100:
        return numbers.amount(bounds[0], unit)  # nothing is above all of it
    shown = numbers.points if goal.of_change and unit == "%" and not goal.relative else unit
    return GOALS[goal.operator][index].format(
        amount=numbers.span(bounds[0], bounds[-1], "%" if goal.relative else shown)
    )


def say_figure(figure: Figure, lang: str, decimals: int, unit: str = "") -> str:
    """A figure as its source prints it, rounded: "≥ 86,2 %", "4,2–4,6 %"."""
    write = FORMATS[lang]
    low, high = (
        None if value is None else write(exact(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
        for value in (figure.value, figure.value_high)
    )
    sign = SIGNS.get(figure.qualifier or "")
    text = f"{low}–{high}" if high else f"{sign}{NBSP}{low}" if sign else str(low)
    return with_unit(text, unit, lang)


def with_unit(number: str, unit: str, lang: str) -> str:
    """A number with its unit, never parted at the end of a line: "86,2 %", in English "86.2%"; "690 hộ"."""
    return number + after_number(unit, lang)


def after_number(unit: str, lang: str) -> str:
    """A unit as it follows a number: after a space that does not break, or after none; empty where there is no unit.

    `webapp/static/format.js` has the same rule for scripts.
    """
    return unit if not unit or (lang == "en" and unit == "%") else NBSP + unit


def rounded(number: Decimal, decimals: int, mode: str = ROUND_HALF_UP) -> Decimal:
    """The number to so many decimals, or to as many more as it takes not to show 0 for what is not 0."""
    while True:
        result = number.quantize(Decimal(1).scaleb(-decimals), mode)
        if result or not number:
            return result.normalize()
        decimals += 1


def format_period(period: str) -> str:
    """`2024-12-31` as 31/12/2024, `2024-06` as 06/2024."""
    return "/".join(reversed(period.split("-")))


PLURAL = re.compile(r"(?<=[a-z])s\b")
"""The s at the end of each English word of a unit: one of "communes and wards" is "1 commune and ward"."""


@dataclass(frozen=True)
class _Numbers:
    """Writes numbers with units in one language."""

    lang: str
    unit: str
    decimals: int
    write: Format

    @property
    def points(self) -> str:
        return POINTS[self.lang]

    def amount(self, number: Decimal, unit: str, mode: str = ROUND_HALF_UP) -> str:
        return self.with_unit(self.write(rounded(number, self.decimals, mode)), unit)

    def share(self, number: Decimal) -> str:
        """A share in whole per cent, rounded down: 74.96 % of the pace is never shown as the 75 % that it is not."""
        return self.write((number * 100).quantize(Decimal(1), ROUND_FLOOR))

    def span(self, low: Decimal, high: Decimal, unit: str, share: bool = False) -> str:
        low_text, high_text = (
            (self.share(end) if share else self.amount(end, "")) if end.is_finite() else "" for end in (low, high)
        )
        if low_text == high_text:
            return self.with_unit(low_text, unit)
        if not high_text:
            return FROM[self.lang].format(self.with_unit(low_text, unit))
        if not low_text:
            return UP_TO[self.lang].format(self.with_unit(high_text, unit))
        dash = "–" if low >= 0 else TO[self.lang]
        return self.with_unit(f"{low_text}{dash}{high_text}", unit)

    def with_unit(self, number: str, unit: str) -> str:
        singular = self.lang == "en" and number == "1"
        return with_unit(number, PLURAL.sub("", unit) if singular else unit, self.lang)


@dataclass(frozen=True)
class _Words:
    """Looks up a placeholder of a template and writes the numbers behind it."""

    judgement: Judgement
    numbers: _Numbers

    def __getitem__(self, name: str) -> str:
        params, numbers = self.judgement.params, self.numbers
        match name:
            case "gap" | "change":
                return self.difference(name)
            case "bound":
                return numbers.amount(Decimal(params["bound"]), numbers.unit)
            case "value":
                return self.span("value", numbers.unit)
            case "value_bare":
                return self.span("value", "")
            case "change_span":
                return self.span("value", self.difference_unit("change"))
            case "aim":
                return self.span("aim", numbers.unit)
            case "pace":
                return self.span("pace", "%", share=True)
            case "elapsed":
                return numbers.with_unit(numbers.share(Decimal(params["elapsed"])), "%")
            case "period":
                return format_period(str(params["period"]))
        return str(params[name])

    def span(self, name: str, unit: str, share: bool = False) -> str:
        low, high = (Decimal(self.judgement.params[f"{name}_{end}"]) for end in ("low", "high"))
        return self.numbers.span(low, high, unit, share)

    def difference(self, name: str) -> str:
        """A gap or change; a least possible one is rounded down, so that "at least" stays true."""
        params = self.judgement.params
        mode = ROUND_DOWN if params["at_least"] else ROUND_HALF_UP
        words = self.numbers.amount(Decimal(params[name]), self.difference_unit(name), mode)
        return AT_LEAST[self.numbers.lang].format(words) if params["at_least"] else words

    def difference_unit(self, name: str) -> str:
        if self.judgement.params.get("relative"):
            return "%" if name == "change" else self.numbers.points
        return self.numbers.points if self.numbers.unit == "%" else self.numbers.unit
