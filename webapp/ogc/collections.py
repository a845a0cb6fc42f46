"""What is offered: the areas of each edition and level, and each indicator joined to the areas that have figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from boundaries.layers import (
    LayerDamaged,
    is_cut,
    is_elsewhere,
    is_imported,
    layer_bounds,
    layer_of,
    object_name,
    object_names,
)
from boundaries.models import Edition
from boundaries.names import nearest
from geo.errors import UnknownName
from indicators.catalogue import strata_of
from indicators.models import Indicator
from webapp.db import Snapshot, is_training
from webapp.exports.export import public_url
from webapp.i18n import gettext as _
from webapp.i18n import language, localised
from webapp.past import past, past_words
from webapp.today import HANOI
from webapp.words import edition_phrase, level_text, whole_text

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"

View = dict[str, Any]


@dataclass(frozen=True)
class Collection:
    """Areas of one edition and level; with the figures of an indicator where there is one."""

    edition: Edition
    level: str
    indicator: Indicator | None = None

    @property
    def shapes(self) -> str:
        """The object of the layer file that holds the shapes."""
        return object_name(self.edition.id, self.level)

    @property
    def id(self) -> str:
        """`2024.commune`, `ntm_title.2024.commune`."""
        return f"{self.indicator.id}.{self.shapes}" if self.indicator else self.shapes

    @property
    def layer(self) -> str | None:
        """The imported layer that holds them, with all of its parts; None for the shipped one."""
        return self.edition.layer if is_imported(self.edition.layer) else None

    @property
    def is_cut(self) -> bool:
        """Whether shapes lie in one file for each parent, which are read one at a time."""
        return is_cut(self.edition.layer, self.level)

    def part(self, parent: str | None) -> str | None:
        """The layer that holds the units of a parent."""
        return layer_of(self.shapes, parent or "") if self.is_cut else self.layer

    @property
    def path(self) -> str:
        """Where it is, below the landing page."""
        return f"/collections/{self.id}"


def collections(data: Snapshot) -> dict[str, Collection]:
    """All collections by id: areas first, then indicators in the order of the catalogue. A level without shapes has
    none (imported editions have them all), nor has an indicator where there is no figure of its first stratum."""
    if "ogc" not in data.memo:
        drawn = set(object_names())
        cells = [
            Collection(edition, level)
            for edition in data.places.editions.values()
            for level in data.places.levels(edition.id)
            if is_imported(edition.layer) or object_name(edition.id, level) in drawn
        ]
        joined = [
            Collection(cell.edition, cell.level, indicator)
            for indicator in data.catalogue.indicators.values()
            for cell in cells
            if data.catalogue.years((indicator.id, cell.edition.id, cell.level, strata_of(indicator)[0]))
        ]
        data.memo["ogc"] = {collection.id: collection for collection in (*cells, *joined)}
    found: dict[str, Collection] = data.memo["ogc"]
    return found


def find_collection(data: Snapshot, collection_id: str) -> Collection:
    """Raises UnknownName with the nearest ids."""
    known = collections(data)
    if collection_id not in known:
        raise UnknownName("collection", collection_id, nearest(collection_id, list(known)))
    return known[collection_id]


def title(data: Snapshot, collection: Collection) -> str:
    """`Danh hiệu: Xã, phường, địa giới 2024`; of another place `Diện tích: Xã, phường, Tỉnh Mẫu, địa giới mau`."""
    edition = collection.edition
    place = [whole_text(data.places, edition.id)] if is_elsewhere(edition.id) else []
    level = level_text(data.places, edition.id, collection.level)
    where = ", ".join(dict.fromkeys([level, *place, edition_phrase(edition)]))
    return f"{localised(collection.indicator, 'name')}: {where}" if collection.indicator else where


def has_figures(collection_id: str) -> bool:
    """Whether an id is that of an indicator joined to areas, so that `as_of` has a meaning."""
    return collection_id.count(".") > 1


def describe(collection: Collection | None) -> str:
    """What the features of a collection, or of all, are; synthetic figures, and those of a past day, say so."""
    about = localised(collection.indicator, "definition") if collection and collection.indicator else ""
    words = [about, f"{past_words()}." if past() else "", _("Địa giới để tham khảo, không có giá trị pháp lý.")]
    if is_training():
        words.insert(0, _("SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT"))
    return " ".join(word for word in words if word)


def address(path: str) -> str:
    """An address below the landing page, without the host, in the language of the request."""
    return ("" if language() == "vi" else f"/{language()}") + f"/ogc{path}"


def href(path: str, /, **args: str) -> str:
    """The same in full, with parameters."""
    return public_url() + address(path) + (f"?{urlencode(args)}" if args else "")


def link(rel: str, media_type: str, name: str, path: str, /, **args: str) -> View:
    """A link object."""
    return {"rel": rel, "type": media_type, "title": name, "href": href(path, **args)}


def self_links(media_type: str, path: str, /, **args: str) -> list[View]:
    """The document itself and its page for people."""
    return [
        link("self", media_type, "JSON", path, **{**args, "f": "json"}),
        link("alternate", HTML, "HTML", path, **{**args, "f": "html"}),
    ]


def collection_document(data: Snapshot, collection: Collection) -> View:
    """The collection with its extent in space and time. Days are those of Hanoi; null is open."""
    (south, west), (north, east) = _bounds(data, collection)
    return {
        "id": collection.id,
        "title": title(data, collection),
        "description": describe(collection),
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {
            "spatial": {"bbox": [[west, south, east, north]], "crs": CRS84},
            "temporal": {"interval": [_validity(collection.edition)], "trs": GREGORIAN},
        },
        "links": [
            *self_links(JSON, collection.path),
            link("items", GEOJSON, "GeoJSON", f"{collection.path}/items", f="json"),
            link("describedBy", "application/schema+json", "JSON Schema", f"{collection.path}/schema", f="json"),
            link("items", HTML, "HTML", f"{collection.path}/items", f="html"),
        ],
    }


def _bounds(data: Snapshot, collection: Collection) -> tuple[tuple[float, float], tuple[float, float]]:
    """((south, west), (north, east)) in degrees; units that lie in parts fill the level above, which lies in one."""
    levels = data.places.levels(collection.edition.id)
    above = levels[levels.index(collection.level) - 1] if collection.is_cut else collection.level
    return layer_bounds(object_name(collection.edition.id, above), collection.layer)


def index_documents(data: Snapshot) -> list[View]:
    """All collections but those of an imported layer that is damaged, which `flask doctor` names: the others stay."""
    found = []
    for collection in collections(data).values():
        try:
            found.append(collection_document(data, collection))
        except LayerDamaged:
            if collection.layer is None:
                raise
    return found


def _validity(edition: Edition) -> list[str | None]:
    first, last = edition.valid_from, edition.valid_to
    return [
        dt.datetime.combine(first, dt.time.min, HANOI).isoformat() if first else None,
        dt.datetime.combine(last, dt.time(23, 59, 59), HANOI).isoformat() if last else None,
    ]
