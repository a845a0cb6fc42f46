"""Parameters of an address under `/ogc`, read strictly: what is not known is refused, never skipped."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from flask import request

from boundaries.models import Area
from geo.errors import BadParameter
from webapp.ogc.collections import GEOJSON, HTML, JSON
from webapp.pages.gazetteer import area_name
from webapp.today import HANOI

DEFAULT_LIMIT, MAX_LIMIT = 1_000, 10_000
QUERYABLES: dict[str, Callable[[Area], str | None]] = {
    "code": lambda area: area.code,
    "name": area_name,
    "type": lambda area: area.type,
    "parent_code": lambda area: area.parent_code,
}
"""Properties by which features can be filtered; all must be equal to what is given."""
ITEMS = ("bbox", "datetime", "limit", "offset", *QUERYABLES)
PAST = ("as_of",)
"""Of collections with figures alone: the day as whose end they are meant."""
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
BBOX = re.compile(rf"{NUMBER}(?:,{NUMBER}){{3}}(?:(?:,{NUMBER}){{2}})?", re.ASCII)
DAY = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
TIME = rf"{DAY}(?:[Tt]{HOUR}:[0-5][0-9](?:\.[0-9]+)?(?:[Zz]|[+-]{HOUR}))?"
TIME_OR_INTERVAL = rf"^(?:{TIME}|(?:{TIME}|\.\.)?/(?:{TIME}|\.\.)?)$"
"""As the description in OpenAPI gives it; that a day exists, and that an interval does not end before it begins, no
pattern says."""
TIMES = ("2024-12-31", "2025-07-01T00:00:00+07:00", "2024-01-01/..", "../2024-12-31")

Box = tuple[float, float, float, float]
Format = Literal["json", "html"]
Days = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True)
class ItemsQuery:
    """Which features. `boxes` (west, south, east, north; degrees of CRS84) is None for everywhere, and two boxes where
    the one asked for lies across the antimeridian; `days` are the first and last, None for open ends."""

    boxes: tuple[Box, ...] | None
    days: Days
    limit: int
    offset: int
    filters: Mapping[str, str]


def read_format(*parameters: str) -> Format:
    """The form that the address asks for, or else the client; JSON unless it prefers HTML.

    Raises: BadParameter for a parameter that the address does not take, a repeated one, or an unknown form.
    """
    for name, values in request.args.lists():
        if name not in {*parameters, "f"}:
            raise BadParameter(name, values[0], [f"{known}=" for known in (*parameters, "f")])
        if len(values) > 1:
            raise BadParameter(name, ", ".join(values), ["one value"])
    asked, accepted = request.args.get("f"), request.accept_mimetypes
    if asked not in (None, "json", "html"):
        raise BadParameter("f", asked, ("json", "html"))
    prefers = accepted.quality(HTML) > max(accepted.quality(JSON), accepted.quality(GEOJSON))
    return "html" if asked == "html" or (asked is None and prefers) else "json"


def read_items_query(args: Mapping[str, str]) -> ItemsQuery:
    """Raises BadParameter naming what is allowed."""
    return ItemsQuery(
        _boxes(args["bbox"]) if "bbox" in args else None,
        _days(args["datetime"]) if "datetime" in args else (None, None),
        min(_count("limit", args.get("limit", str(DEFAULT_LIMIT)), 1), MAX_LIMIT),
        _count("offset", args.get("offset", "0"), 0),
        {name: unicodedata.normalize("NFC", args[name]) for name in QUERYABLES if name in args},
    )


def _count(name: str, text: str, least: int) -> int:
    """A whole number; more digits than any collection needs are as good as ten."""
    value = int(text.lstrip("0")[:10] or "0") if re.fullmatch(r"\d+", text, re.ASCII) else -1
    if value < least:
        raise BadParameter(name, text, (f"{least}–{MAX_LIMIT}" if name == "limit" else f"{least}, {least + 1}, …",))
    return value


def _boxes(text: str) -> tuple[Box, ...]:
    """Heights of a box with six numbers say nothing of areas without height."""

    def refuse() -> NoReturn:
        raise BadParameter("bbox", text, ("west,south,east,north",))

    if not BBOX.fullmatch(text):
        refuse()
    numbers = [float(part) for part in text.split(",")]
    west, south, *_low, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if not all(map(math.isfinite, numbers)) or south > north:
        refuse()
    if west <= east:
        return ((west, south, east, north),)
    return (west, south, max(west, 180.0), north), (min(east, -180.0), south, east, north)


def _days(text: str) -> Days:
    """The first and last day of an instant or of an interval, in Hanoi."""
    if not re.fullmatch(TIME_OR_INTERVAL, text):
        raise BadParameter("datetime", text, TIMES)
    ends = text.split("/")
    try:
        days = [None if len(ends) == 2 and end in ("", "..") else _day(end) for end in ends]
    except (ValueError, OverflowError):  # no such day, or beyond the calendar once in Hanoi's time
        raise BadParameter("datetime", text, TIMES) from None
    first, last = days[0], days[-1]
    if first and last and first > last:
        raise BadParameter("datetime", text, TIMES)
    return first, last


def _day(text: str) -> dt.date:
    if len(text) == 10:
        return dt.date.fromisoformat(text)
    return dt.datetime.fromisoformat(text.upper()).astimezone(HANOI).date()
