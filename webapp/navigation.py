"""The pages that readers can go to, in the order of the menu. A page shows up here as soon as its endpoint exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from webapp.i18n import N_, language
from webapp.i18n import gettext as _


@dataclass(frozen=True)
class Entry:
    """An endpoint, its name, and how early it leaves the bar for the folded menu: 2 first, 0 last."""

    endpoint: str
    name: str
    fold: int = 0


ENTRIES = (
    Entry("maps.first", N_("Bản đồ")),
    Entry("compare.show", N_("So sánh")),
    Entry("two_maps.show", N_("Hai bản đồ"), 2),
    Entry("areas.index", N_("Địa bàn")),
    Entry("board.show", N_("Theo dõi kế hoạch")),
    Entry("upgrades.show", N_("Lên quận"), 2),
    Entry("ntm.show", N_("Nông thôn mới"), 1),
    Entry("resolution.show", N_("Nghị quyết 31")),
    Entry("changes.show", N_("Thay đổi địa giới"), 2),
    Entry("indicators.index", N_("Các chỉ số"), 2),
    Entry("sources.show", N_("Nguồn và phương pháp"), 1),
)


@dataclass(frozen=True)
class Shown:
    """An entry as the menu draws it; `current` is "page" on the page itself, "true" on one of its family."""

    href: str
    name: str
    fold: int
    current: str


def init_app(app: Flask) -> None:
    """Give templates the menu and addresses in the reader's language."""
    app.jinja_env.globals.update(navigation=navigation, link=link, exists=exists)


def exists(endpoint: str) -> bool:
    """Whether this application has the page."""
    return endpoint in current_app.view_functions


def link(endpoint: str, **values: Any) -> str:
    """The address of a page in the language of the request."""
    blueprint, _dot, name = endpoint.partition(".")
    suffix = "" if language() == "vi" else f"_{language()}"
    return url_for(f"{blueprint}{suffix}.{name}", **values)


def navigation() -> list[Shown]:
    """The entries that this application has."""
    family = (request.blueprint or "").removesuffix("_en")
    shown = []
    for entry in ENTRIES:
        if not exists(entry.endpoint):
            continue
        href = link(entry.endpoint)
        current = "" if entry.endpoint.partition(".")[0] != family else "page" if request.path == href else "true"
        shown.append(Shown(href, _(entry.name), entry.fold, current))
    return shown
