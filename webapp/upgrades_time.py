"""Milestones of the upgrades: a list, and the same as dots in lanes along the years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from indicators.periods import period_end, period_start
from indicators.targets import AreaKey, read_areas
from indicators.upgrades import CITY, DISTRICT_LEVEL_ENDED
from webapp.drawings import label_of
from webapp.i18n import date, period_text
from webapp.i18n import gettext as _
from webapp.svg import Scale, chart, element
from webapp.upgrades import DISTRICTS, Page, View, records, said

LANE, LEFT, WIDTH, TOP = 34, 104, 1100, 24
CLOSE = 12.0
"""Dots nearer than this in px stand one below the other."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, or within a month or year, in some areas."""

    first: dt.date
    last: dt.date
    text: str
    areas: tuple[AreaKey, ...]

    @property
    def exact(self) -> bool:
        return self.first == self.last

    @property
    def middle(self) -> float:
        return (self.first.toordinal() + self.last.toordinal()) / 2


def build_milestones(page: Page) -> list[View]:
    """All events in the order of the table: dated ones by time, undated last."""
    rows = records(page.upgrades.milestones)
    ordered = [row for row in rows if row["date"]] + [row for row in rows if not row["date"]]
    return [
        {
            "date": row["date"],
            "when": period_text(row["date"]) if row["date"] else _("không ghi ngày"),
            "text": said(row, "event"),
            "areas": ", ".join(_area(page, key) for key in read_areas(row["areas"])),
            "note": said(row, "note"),
            "ref": page.cite(row["source"]),
        }
        for row in ordered
    ]


def _area(page: Page, key: AreaKey) -> str:
    area = page.data.places.area(*key)
    return _("Toàn thành phố") if area.level == "city" else label_of(area)


def draw_timeline(page: Page) -> Markup | None:
    """One lane for the city and one for each district; hollow dots are known by month or year only."""
    events = [
        Event(period_start(row["date"]), period_end(row["date"]), f"{period_text(row['date'])}: {said(row, 'event')}",
              read_areas(row["areas"]))
        for row in records(page.upgrades.milestones) if row["date"]
    ]  # fmt: skip
    if not events:
        return None
    city = (DISTRICTS[0][0], CITY)
    lanes = [
        (_("Toàn thành phố"), city),
        *((label_of(area), key) for key, area in zip(DISTRICTS, page.districts, strict=True)),
    ]
    first = min(event.first.year for event in events)
    last = max([event.last.year for event in events] + [DISTRICT_LEVEL_ENDED.year]) + 1
    x = Scale(dt.date(first, 1, 1).toordinal(), dt.date(last, 1, 1).toordinal(), LEFT, WIDTH - 8)
    bottom = TOP + LANE * len(lanes)
    parts = [*_years(x, first, last, bottom), *_ending(x, bottom)]
    for number, (name, key) in enumerate(lanes):
        parts += _lane(x, TOP + LANE * (number + 0.5), name, [event for event in events if key in event.areas])
    title = _("%(count)s mốc có ngày, từ %(first)s đến %(last)s", count=len(events), first=first, last=last - 1)
    text = _("Vòng rỗng: nguồn chỉ ghi tháng hoặc năm. Vạch đậm và nền gạch chéo: không còn cấp huyện.")
    return chart(title, text, WIDTH, bottom + 22, parts)


def _years(x: Scale, first: int, last: int, bottom: float) -> Iterator[Markup]:
    for year in range(first, last):
        left = x(dt.date(year, 1, 1).toordinal())
        yield element("path", class_="lane", d=f"M{left:.1f} {TOP}V{bottom}")
        yield element("text", str(year), class_="mid", x=x(dt.date(year, 7, 1).toordinal()), y=bottom + 16)


def _ending(x: Scale, bottom: float) -> Iterator[Markup]:
    left = x(DISTRICT_LEVEL_ENDED.toordinal())
    words = _("%(day)s: không còn cấp huyện", day=date(DISTRICT_LEVEL_ENDED))
    yield element("rect", class_="part nd", x=left, y=TOP, width=x.end - left, height=bottom - TOP)
    yield element("path", class_="goal-line", d=f"M{left:.1f} {TOP - 6}V{bottom}")
    yield element("text", words, class_="end", x=left - 6, y=TOP - 8)


def _lane(x: Scale, middle: float, name: str, events: Sequence[Event]) -> Iterator[Markup]:
    yield element("text", name, class_="k", x=0, y=middle + 4)
    yield element("path", class_="axis", d=f"M{LEFT} {middle:.1f}H{x.end}")
    before, lower = -CLOSE, False
    for event in sorted(events, key=lambda event: event.middle):
        at = x(event.middle)
        lower = not lower if at - before < CLOSE else False
        before = at
        y = middle + (9 if lower else 0)
        if not event.exact:
            ends = x(event.first.toordinal()), x(event.last.toordinal())
            yield element("path", class_="joined", d=f"M{ends[0]:.1f} {y:.1f}H{ends[1]:.1f}")
        yield element(
            "circle", element("title", event.text), class_="dot" if event.exact else "dot o", cx=at, cy=y, r=5.5
        )
