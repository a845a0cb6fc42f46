"""Charts as inline SVG, drawn on the server: each is a pure function of a small frozen dataclass.

Every chart has a title that says its finding, a description, and a table or sentence beside it with the same numbers.
Colours are classes of documents.css; sizes that follow data are attributes, so the policy needs no inline styles.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup

from indicators.intervals import REAL, Interval, exact
from indicators.progress import Status
from indicators.targets import Goal, met_set
from webapp.i18n import number
from webapp.svg import Scale, chart, element

Bound = tuple[Decimal, bool]
"""A number that a goal names, and whether the number itself counts as met."""

DIGIT = 6.6
"""Width of a digit of chart text at 11 px, for keeping labels apart."""

APART = 16
"""A scale is at most so many times as long as the gap between a value and a bound: 11 px of 182."""


@dataclass(frozen=True)
class Bullet:
    """A figure before its target, in the indicator's unit, or changes where the goal is one.

    `met` are the values that count; `bounds` the numbers that the goal names; `value` all values that the figure may
    stand for; `printed` the numbers that the source prints; `domain` what it can be at all; `title` says the finding.
    """

    title: str
    text: str
    met: Interval
    bounds: tuple[Bound, ...]
    value: Interval
    printed: tuple[Decimal, ...]
    status: Status
    domain: Interval = REAL


def goal_bounds(goal: Goal, direction: str) -> tuple[Bound, ...]:
    """The numbers of a goal with whether each counts as met; falls are negative, as in `met_set`. Raises: ValueError
    if the indicator has no direction."""
    met = met_set(goal, direction)
    sign = -1 if goal.operator == "decrease_by" else 1
    return tuple(
        (sign * exact(bound), sign * exact(bound) in met) for bound in (goal.low, goal.high) if bound is not None
    )


def bullet(shown: Bullet, width: int = 190) -> Markup:
    """Tint: the zone that counts as met. Bound: solid if included, dashed if not. Circle: met; square: not met.

    Bounds are drawn over the halo of a mark, so that a solid one close to it does not look dashed.
    """
    height, middle = 26, 13.0
    x = Scale(*_bullet_range(shown), 4, width - 4)
    left, right = (x(float(end)) for end in (shown.met.low, shown.met.high))
    parts = [
        element("rect", class_="track", x=4, y=9, width=width - 8, height=8, rx=1),
        element("rect", class_="zone", x=left, y=6, width=right - left, height=14),
        *(element("circle", class_="halo", cx=x(float(value)), cy=middle, r=7) for value in shown.printed),
        *(_bound_line(x(float(bound)), included) for bound, included in shown.bounds),
        element("g", *_marks(shown, x, middle), class_=f"st-{shown.status}"),
    ]
    return chart(shown.title, shown.text, width, height, parts)


def _bullet_range(shown: Bullet) -> tuple[float, float]:
    """Room for all bounds and printed numbers, and around them two fifths of the largest bound, so that a gap looks as
    large as it is beside the goal; less where a small gap would vanish under the mark (`APART`)."""
    bounds, printed = [float(bound) for bound, _ in shown.bounds], [float(number) for number in shown.printed]
    low, high = min(bounds + printed), max(bounds + printed)
    gaps = [abs(value - bound) for value in printed for bound in bounds if value != bound]
    roomy = 0.4 * max(map(abs, bounds), default=0)
    span = max(1.6 * (high - low), min([roomy, *(APART * gap for gap in gaps)])) or 1
    middle = (low + high) / 2
    return max(middle - span / 2, float(shown.domain.low)), min(middle + span / 2, float(shown.domain.high))


def _bound_line(at: float, included: bool) -> Markup:
    return element("path", class_="goal-line" if included else "goal-line open", d=f"M{at:.1f} 3.5V22.5")


def _marks(shown: Bullet, x: Scale, middle: float) -> Iterable[Markup]:
    low, high = (x(float(end)) for end in (shown.value.low, shown.value.high))
    first, last = x(float(shown.printed[0])), x(float(shown.printed[-1]))
    if high - low > 1:
        thin = "" if len(shown.printed) > 1 else " thin"
        yield element("path", class_=f"mk-line{thin}", d=f"M{low:.1f} {middle}H{high:.1f}")
    if high >= x.end and last < high - 8:
        yield element("path", class_="mk-arrow", d=f"M{high - 5:.1f} {middle - 4}l4 4-4 4")
    if low <= x.start and first > low + 8:
        yield element("path", class_="mk-arrow", d=f"M{low + 5:.1f} {middle - 4}l-4 4 4 4")
    for at in dict.fromkeys((first, last)):
        yield mark(shown.status, at, middle)


def mark(status: Status, x: float, y: float) -> Markup:
    """The shape of a status: round on the side of met, square or edged on the other, hollow where not concluded."""
    if status in ("not_met", "off_track"):
        return element("rect", class_="mk", x=x - 5, y=y - 5, width=10, height=10, rx=1.5)
    if status == "behind":
        return element("path", class_="mk", d=f"M{x:.1f} {y - 6:.1f}l6 6-6 6-6-6z")
    return element("circle", class_="mk" if status == "met" else "mk hollow", cx=x, cy=y, r=5)


@dataclass(frozen=True)
class Meter:
    """A count out of a total, with the count that is asked for; all bars of one table share their `total`."""

    title: str
    value: float
    total: float
    asked: float | None = None
    at_least: bool = False
    text: str = ""


def meter(shown: Meter, width: int = 180) -> Markup:
    """A bar from zero; an arrow at its end where the value is a least one."""
    x = Scale(0, shown.total or 1, 1, width - 1)
    end = x(shown.value)
    parts = [
        element("rect", class_="track", x=1, y=6, width=width - 2, height=10, rx=1),
        element("rect", class_="bar-a", x=1, y=8, width=end - 1, height=6),
    ]
    if shown.at_least:
        parts.append(element("path", class_="axis", d=f"M{end + 2:.1f} 8l4 3-4 3"))
    if shown.asked is not None:
        parts.append(element("path", class_="goal-line", d=f"M{x(shown.asked):.1f} 3V19"))
    return chart(shown.title, shown.text, width, 22, parts)


@dataclass(frozen=True)
class Part:
    """A share of a whole: its name, size, and class of colour (`a4`, `n2`, `na`)."""

    name: str
    size: float
    colour: str


def stack(title: str, parts: Sequence[Part], width: int = 400, height: int = 14) -> Markup:
    """Parts of a whole as one bar; each has its name as a tooltip, the names stand beside the chart too."""
    total, at, drawn = sum(part.size for part in parts) or 1, 0.0, []
    for part in parts:
        wide = part.size / total * width
        drawn.append(element("rect", element("title", part.name), class_=f"part {part.colour}", x=at, y=0, width=wide,
                             height=height))  # fmt: skip
        at += wide
    return chart(title, "", width, height, drawn)


@dataclass(frozen=True)
class Point:
    """A dated value: the last day that it covers, its period and value as printed. Points of the same `method`, if it
    has a name, may be joined; `exact` is False for rounded, least or provisional values."""

    day: dt.date
    period: str
    value: float
    printed: str
    exact: bool = True
    method: str = ""


@dataclass(frozen=True)
class Trend:
    """Values over time, with the days on which boundaries changed."""

    title: str
    text: str
    points: tuple[Point, ...]
    changes: tuple[tuple[dt.date, str], ...] = ()


def trend(shown: Trend, width: int = 460) -> Markup:
    """Points at their dates on a scale from zero, each with its value; joined only within one method and between
    changes of boundaries. Raises: ValueError without points."""
    if not shown.points:
        raise ValueError(f"A trend needs at least one point: {shown.title!r}.")
    points = sorted(shown.points, key=lambda point: point.day)
    days = [point.day.toordinal() for point in points] + [day.toordinal() for day, _ in shown.changes]
    x = Scale(min(days), max(days) if max(days) > min(days) else min(days) + 1, 44, width - 44)
    at = [x(point.day.toordinal()) for point in points]
    levels = _levels(at, [point.printed for point in points])
    years = _levels(at, [point.period for point in points])
    top = 18.0 + 13 * max(levels)
    base = top + 52
    y = Scale(min(0, *(p.value for p in points)), max(0, *(p.value for p in points)) or 1, base, top)
    parts = [element("path", class_="axis", d=f"M4 {y(0):.1f}H{width - 4}"), *_changes(shown, x, top, base)]
    parts += _lines(points, at, y, [day for day, _ in shown.changes])
    for point, left, level, year in zip(points, at, levels, years, strict=True):
        parts += [
            element("circle", class_="dot" if point.exact else "dot o", cx=left, cy=y(point.value), r=4),
            element("text", point.printed, class_="v mid", x=left, y=y(point.value) - 7 - 13 * level),
            element("text", point.period, class_="mid", x=left, y=base + 14 + 13 * year),
        ]
    return chart(shown.title, shown.text, width, base + 20 + 13 * max(years), parts)


def _levels(at: Sequence[float], texts: Sequence[str]) -> list[int]:
    """For each label the lowest row in which it touches no earlier one."""
    ends: list[float] = []
    rows = []
    for middle, text in zip(at, texts, strict=True):
        half = len(text) * DIGIT / 2
        row = next((index for index, end in enumerate(ends) if middle - half > end), len(ends))
        ends[row:row + 1] = [middle + half + 4]  # fmt: skip
        rows.append(row)
    return rows


def _changes(shown: Trend, x: Scale, top: float, base: float) -> Iterable[Markup]:
    for day, name in shown.changes:
        left = x(day.toordinal())
        yield element("path", element("title", name), class_="edition", d=f"M{left:.1f} {top - 14:.1f}V{base:.1f}")


def _lines(points: Sequence[Point], at: Sequence[float], y: Scale, changes: Sequence[dt.date]) -> list[Markup]:
    """Lines between neighbours that may be joined; a stem down to zero for points joined to none."""
    joined: set[int] = set()
    drawn = []
    for index, (before, after) in enumerate(pairwise(points)):
        apart = any(before.day < day <= after.day for day in changes)
        if before.method and before.method == after.method and not apart:
            joined |= {index, index + 1}
            path = f"M{at[index]:.1f} {y(before.value):.1f}L{at[index + 1]:.1f} {y(after.value):.1f}"
            drawn.append(element("path", class_="joined", d=path))
    for index, point in enumerate(points):
        if index not in joined:
            drawn.append(element("path", class_="stem", d=f"M{at[index]:.1f} {y(0):.1f}V{y(point.value):.1f}"))
    return drawn


@dataclass(frozen=True)
class Strip:
    """How the values of many areas lie; `own` is the one to show, `bounds` those of the goal."""

    title: str
    text: str
    values: tuple[float, ...]
    decimals: int
    own: float | None = None
    bounds: tuple[Bound, ...] = ()


def strip(shown: Strip, width: int = 460) -> Markup:
    """One dot an area, stacked where they would touch; the ends of the axis are numbered. Raises: ValueError without
    values."""
    if not shown.values:
        raise ValueError(f"A strip needs at least one value: {shown.title!r}.")
    numbers = [*shown.values, *(float(bound) for bound, _ in shown.bounds)]
    low, high = min(numbers), max(numbers)
    x = Scale(low, high if high > low else low + 1, 16, width - 16)
    columns = [round(x(value) / 6) for value in sorted(shown.values)]
    highest = max(Counter(columns).values())
    step = min(6.0, 60 / highest)
    base = 14 + step * highest
    parts, seen = [element("path", class_="axis", d=f"M4 {base + 3:.1f}H{width - 4}")], Counter[int]()
    for column in columns:
        seen[column] += 1
        parts.append(
            element("circle", class_="dot others", cx=column * 6.0, cy=base - step * (seen[column] - 0.5), r=2.8)
        )
    for bound, included in shown.bounds:
        line = "goal-line" if included else "goal-line open"
        parts.append(element("path", class_=line, d=f"M{x(float(bound)):.1f} 4V{base + 6:.1f}"))
    if shown.own is not None:
        parts.append(element("path", class_="goal-line", d=f"M{x(shown.own):.1f} {base - 8:.1f}V{base + 3:.1f}"))
        parts.append(element("circle", class_="dot", cx=x(shown.own), cy=base - 3, r=5))
    parts.append(element("text", number(low, shown.decimals), x=4, y=base + 18))
    parts.append(element("text", number(high, shown.decimals), class_="end", x=width - 4, y=base + 18))
    return chart(shown.title, shown.text, width, base + 24, parts)
