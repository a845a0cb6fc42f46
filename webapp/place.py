"""What the service calls the place that a page is about: Hà Nội, or the province or country of an imported edition.

The frame of a page (title, brand, first step of the way to it) and its own words ask here, and nowhere else. A page is
about an imported place if that is the only edition in its address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from boundaries.areas import Places
from boundaries.layers import is_elsewhere
from boundaries.models import Area
from webapp.db import known_places
from webapp.i18n import gettext as _
from webapp.pages.gazetteer import area_name
from webapp.query import prefixed
from webapp.words import whole_text


@dataclass(frozen=True)
class Place:
    """Name of the place, of the service for it, what the service is in one sentence, and the first map of it."""

    name: str
    site: str
    about: str
    href: str
    imported: bool = False


def place_of(places: Places, edition: str) -> Place:
    """The place of an edition, named by the edition's own units if it is not the city of the plan."""
    if edition in places.editions and is_elsewhere(edition):
        name = whole_text(places, edition)
        site = _("Số liệu %(place)s", place=name)
        about = _("Chỉ tiêu của %(place)s theo địa bàn, với nguồn và thời điểm của từng con số.", place=name)
        return Place(name, site, about, prefixed(f"/map/area_km2?edition={edition}"), imported=True)
    about = _("Chỉ tiêu của Hà Nội theo địa bàn, với nguồn và thời điểm của từng con số.")
    return Place(_("Hà Nội"), _("Hà Nội số liệu"), about, prefixed("/"))


def within(places: Places, area: Area) -> str:
    """What a small map of the place with one area says: `Vị trí của Quận Ba Đình trong thành phố`."""
    place = place_of(places, area.edition_id)
    if place.imported:
        return _("Vị trí của %(name)s trong %(place)s", name=area_name(area), place=place.name)
    return _("Vị trí của %(name)s trong thành phố", name=area_name(area))


def here() -> Place:
    """The place of the page that is asked for. Asks no store, since pages that say that it is away have a frame too."""
    places, asked = known_places(), set(_editions()) - {""}
    return place_of(places, asked.pop() if len(asked) == 1 else "")


def _editions() -> Iterator[str]:
    """Editions in the address: `edition=`, `/areas/EDITION/…`, `/collections/….EDITION.LEVEL`, `areas=EDITION:CODE,…`,
    `a=…,edition=EDITION,…`."""
    yield (request.view_args or {}).get("edition", "")
    yield request.args.get("edition", "")
    yield from (request.view_args or {}).get("collection_id", "").split(".")[-2:-1]
    for key in request.args.get("areas", "").split(","):
        yield key.partition(":")[0]
    for side in ("a", "b"):
        for part in request.args.get(side, "").split(","):
            yield part.removeprefix("edition=") if part.startswith("edition=") else ""
