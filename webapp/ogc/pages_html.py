"""The same answers as pages for people: one table each, with links onward and to the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from boundaries.models import Area
from webapp.cache import Answer
from webapp.db import Snapshot
from webapp.document import Crumb, render_document
from webapp.exports.export import public_url
from webapp.i18n import gettext as _
from webapp.ogc.collections import Collection, View, address, collection_document, describe, self_links, title
from webapp.ogc.items import feature_id, find, item_links, items_links, properties
from webapp.ogc.parameters import ItemsQuery
from webapp.ogc.schema import columns
from webapp.past import dated

SHOWN = ("code", "name", "type", "parent_code", "period", "value", "label", "unit", "status", "reason_text")
"""Columns of a page of features, where the collection has them."""


class Cell(NamedTuple):
    """A cell of the table, with where it leads."""

    text: Any
    href: str | None = None


def _page(name: str, about: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], links: Sequence[View],
          above: Sequence[Crumb] = ()) -> Answer:  # fmt: skip
    root = [Crumb("OGC API – Features", address(""))] if name != _("Hà Nội số liệu") else []
    onward = [{**link, "href": local(link["href"])} for link in links]
    return render_document(
        "ogc.html", crumbs=[*root, *above, Crumb(name)], name=name, about=about, head=head, rows=list(rows),
        document=next((link["href"] for link in onward if link["rel"] == "self"), None),
        beside=[link for link in onward if link["rel"] in ("prev", "next")],
    )  # fmt: skip


def local(link: str) -> str:
    """A link within the service as pages have them: without the host, and in the form that the browser prefers."""
    return link.removeprefix(public_url())


def _crumbs(*collections: View) -> list[Crumb]:
    above = [Crumb(_("Các bộ đối tượng"), address("/collections"))]
    return above + [Crumb(each["id"], address(f"/collections/{each['id']}")) for each in collections]


def landing(document: View) -> Answer:
    """The links of the landing page."""
    rows = [[Cell(link["rel"]), Cell(link["title"], local(link["href"])), Cell(link["type"])]
            for link in document["links"]]  # fmt: skip
    head = (_("Quan hệ"), _("Liên kết"), _("Dạng"))
    return _page(f"{document['title']}: OGC API – Features", document["description"], head, rows, document["links"])


def conformance(classes: Sequence[str]) -> Answer:
    """The conformance classes."""
    rows = [[Cell(name)] for name in classes]
    name = _("Các phần của tiêu chuẩn")
    return _page(name, "OGC API – Features 1.0", (name,), rows, self_links("application/json", "/conformance"))


def operations(document: View, path: str = "/api") -> Answer:
    """The paths of the OpenAPI document at `path`."""
    rows = [[Cell(f"GET {path}"), Cell(operation["get"]["summary"])] for path, operation in document["paths"].items()]
    links = self_links("application/json", path)
    return _page(
        f"OpenAPI {document['openapi'][:3]}",
        document["info"]["description"],
        (_("Địa chỉ"), _("Nội dung")),
        rows,
        links,
    )


def index(document: View) -> Answer:
    """All collections by title."""
    rows = [[Cell(each["title"], address(f"/collections/{each['id']}")), Cell(each["id"])]
            for each in document["collections"]]  # fmt: skip
    return _page(_("Các bộ đối tượng"), describe(None), (_("Tên"), _("Mã")), rows, document["links"])


def collection(document: View) -> Answer:
    """One collection with its extent."""
    [box], [interval] = document["extent"]["spatial"]["bbox"], document["extent"]["temporal"]["interval"]
    rows = [
        [Cell("id"), Cell(document["id"])],
        [Cell("items"), Cell(_("Các đối tượng"), address(f"/collections/{document['id']}/items"))],
        [Cell("bbox"), Cell(", ".join(f"{number:.4f}" for number in box))],
        [Cell("datetime"), Cell("/".join(end or ".." for end in interval))],
    ]
    head = (_("Thuộc tính"), _("Giá trị"))
    return _page(document["title"], document["description"], head, rows, document["links"], _crumbs())


def schema(asked: Collection) -> Answer:
    """The properties of features and their types."""
    rows = [[Cell(name), Cell(kind), Cell(about)] for name, (kind, about) in columns(asked).items()]
    links = self_links("application/schema+json", f"{asked.path}/schema")
    return _page(f"JSON Schema: {asked.id}", describe(asked), (_("Thuộc tính"), _("Loại"), _("Nội dung")), rows, links)


def features(data: Snapshot, asked: Collection, query: ItemsQuery) -> Answer:
    """One page of features, without their shapes."""
    found = find(data, asked, query)
    said = properties(data, asked, found.areas)
    head = [name for name in SHOWN if said and name in said[0]]
    rows = []
    for row in said:
        path = dated(address(f"/collections/{asked.id}/items/{row['edition']}:{row['code']}"))
        rows.append([Cell(row[name], path if name == "code" else None) for name in head])
    first = query.offset + 1 if said else 0
    about = _("Đối tượng %(first)s–%(last)s trong %(count)s.", first=first, last=first + max(len(said) - 1, 0),
              count=found.matched)  # fmt: skip
    links = items_links(asked, query, found, "html")
    return _page(title(data, asked), about, head, rows, links, _crumbs(collection_document(data, asked)))


def feature(data: Snapshot, asked: Collection, area: Area) -> Answer:
    """One feature: every property, without its shape."""
    [said] = properties(data, asked, [area])
    rows = [[Cell(name), Cell(value)] for name, value in said.items()]
    above = _crumbs(collection_document(data, asked))
    head = (_("Thuộc tính"), _("Giá trị"))
    return _page(f"{said['name']} ({feature_id(area)})", title(data, asked), head, rows, item_links(asked, area), above)
