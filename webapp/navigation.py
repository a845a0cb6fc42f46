"""The pages that readers can go to, in the order of the menu. A page shows up here as soon as its endpoint exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from webapp.i18n import N_, language
from webapp.i18n import gettext as _
from webapp.past import dated
from webapp.place import here


@dataclass(frozen=True)
class Entry:
    """An endpoint, its name, and how early it leaves the bar for the folded menu: 3 is never in the bar, 0 is last.

    `figures` says whether the page shows any, so that it can be of a past day.
    """

    endpoint: str
    name: str
    fold: int = 0
    figures: bool = True


ENTRIES = (
    Entry("maps.first", N_("Bản đồ")),
    Entry("compare.show", N_("So sánh")),
    Entry("two_maps.show", N_("Hai bản đồ"), 2),
    Entry("areas.index", N_("Các địa bàn"), figures=False),
    Entry("board.show", N_("Theo dõi kế hoạch")),
    Entry("upgrades.show", N_("Lên quận"), 2),
    Entry("ntm.show", N_("Nông thôn mới"), 1),
    Entry("resolution.show", N_("Nghị quyết 31")),
    Entry("changes.show", N_("Thay đổi địa giới"), 2, figures=False),
    Entry("indicators.index", N_("Các chỉ số"), 2),
    Entry("matrix.show", N_("Ma trận chỉ số"), 3),
    Entry("sources.show", N_("Nguồn và phương pháp"), 1),
    Entry("sources.about", N_("Về số liệu"), 3, figures=False),
)


@dataclass(frozen=True)
class Shown:
    """An entry as the menu draws it; `current` is "page" on the page itself, "true" on one of its family."""

    href: str
    name: str
    fold: int
    current: str


def init_app(app: Flask) -> None:
    """Give templates the menu, addresses in the reader's language, and the place that the page is about."""
    app.jinja_env.globals.update(navigation=navigation, link=link, exists=exists, here=here)


def exists(endpoint: str) -> bool:
    """Whether this application has the page."""
    return endpoint in current_app.view_functions


def link(endpoint: str, **values: Any) -> str:
    """The address of a page in the language of the request."""
    blueprint, _dot, name = endpoint.partition(".")
    suffix = "" if language() == "vi" else f"_{language()}"
    return url_for(f"{blueprint}{suffix}.{name}", **values)


def navigation() -> list[Shown]:
    """The entries that this application has, on the day that the request asks for; the page that is shown is marked, or
    else the family that it is of."""
    family = (request.blueprint or "").removesuffix("_en")
    entries = [(entry, link(entry.endpoint)) for entry in ENTRIES if exists(entry.endpoint)]
    found = any(href == request.path for _entry, href in entries)
    shown = []
    for entry, href in entries:
        related = not found and entry.endpoint.partition(".")[0] == family
        current = "page" if href == request.path else "true" if related else ""
        shown.append(Shown(dated(href) if entry.figures else href, _(entry.name), entry.fold, current))
    return shown
