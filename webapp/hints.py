"""What an error page offers instead: the nearest or allowed values, by name, as links to the same page with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from geo.errors import UnknownName
from webapp.db import Snapshot, snapshot
from webapp.i18n import localised
from webapp.identity import area_path
from webapp.pages.gazetteer import area_name
from webapp.words import edition_phrase, level_text, stratum_text

AREA = "area of edition "


@dataclass(frozen=True)
class Hint:
    """One offer: words, what to type, and where it leads; no address where it cannot be followed."""

    text: str
    value: str
    href: str | None = None


def build_hints(name: str, values: Iterable[str]) -> list[Hint]:
    """Offers for a parameter or kind of name; values without words of their own stay as they are."""
    data = snapshot()
    return [_hint(data, name, value) for value in values]


def _hint(data: Snapshot, name: str, value: str) -> Hint:
    try:
        if name.startswith(AREA):
            area = data.places.area(name.removeprefix(AREA), value)
            return Hint(area_name(area), value, area_path(area))
        words = WORDS.get(name)
        return Hint(words(data, value), value, _same_page(name, value)) if words else Hint(value, value)
    except (UnknownName, KeyError):  # an example of a form, not a value
        return Hint(value, value)


def _same_page(name: str, value: str) -> str:
    """The address of the request with one value changed, in its path or else in its query."""
    if request.endpoint and name in (request.view_args or {}):
        values = {**request.args, **(request.view_args or {}), name: value}
        return url_for(request.endpoint, **values)
    return f"{request.path}?{urlencode({**request.args, name: value})}"


WORDS: dict[str, Callable[[Snapshot, str], str]] = {
    "indicator": lambda data, value: localised(data.catalogue.indicator(value), "name"),
    "edition": lambda data, value: edition_phrase(data.places.edition(value)),
    "level": lambda data, value: level_text(data.places, next(iter(data.places.editions)), value),
    "stratum": lambda _data, value: stratum_text(value),
}
"""Words for the values of a parameter."""
