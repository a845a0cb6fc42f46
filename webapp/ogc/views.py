"""The addresses below `/ogc`, each as JSON and as a page; one rule for both languages (`/en/ogc`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

from webapp.api import json_answer
from webapp.api.contract import OPENAPI_30, OPENAPI_31, as_31, complete
from webapp.cache import Answer, answer
from webapp.db import Snapshot, snapshot
from webapp.i18n import gettext as _
from webapp.ogc import items, pages_html
from webapp.ogc.collections import (
    GEOJSON,
    HTML,
    JSON,
    Collection,
    View,
    collection_document,
    collections,
    describe,
    find_collection,
    has_figures,
    href,
    index_documents,
    link,
    self_links,
)
from webapp.ogc.parameters import ITEMS, PAST, TIME_OR_INTERVAL, read_format, read_items_query
from webapp.ogc.schema import MEDIA_TYPE, schema_document

pages = Blueprint("ogc", __name__)

CLASSES = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
)


def _serve(document: Callable[[], Answer], page: Callable[[], Answer], *parameters: str) -> Response:
    """The document or its page, whichever the client wants; caches must tell them apart."""
    form = read_format(*parameters)
    response = answer({"json": document, "html": page}[form], form)
    response.vary.add("Accept")
    return response


@pages.get("/ogc", strict_slashes=False)
def landing() -> Response:
    """Where clients begin."""
    return _serve(lambda: json_answer(_landing()), lambda: pages_html.landing(_landing()))


def _landing() -> View:
    return {
        "title": _("Hà Nội số liệu"),
        "description": describe(None),
        "links": [
            *self_links(JSON, ""),
            link("service-desc", OPENAPI_30, "OpenAPI 3.0", "/api", f="json"),
            link("service-desc", OPENAPI_31, "OpenAPI 3.1", "/api/3.1", f="json"),
            link("service-doc", HTML, "OpenAPI 3.0", "/api", f="html"),
            link("conformance", JSON, _("Các phần của tiêu chuẩn"), "/conformance"),
            link("data", JSON, _("Các bộ đối tượng"), "/collections"),
        ],
    }


@pages.get("/ogc/conformance")
def conformance() -> Response:
    """The conformance classes that hold here."""
    return _serve(lambda: json_answer({"conformsTo": CLASSES}), lambda: pages_html.conformance(CLASSES))


@pages.get("/ogc/api")
def api() -> Response:
    """The description of this service in OpenAPI 3.0."""

    def document() -> Answer:
        return Answer(json_answer(_openapi(snapshot())).body, OPENAPI_30)

    return _serve(document, lambda: pages_html.operations(_openapi(snapshot())))


@pages.get("/ogc/api/3.1")
def api_31() -> Response:
    """The same in OpenAPI 3.1, for tools that have left 3.0."""

    def document() -> Answer:
        return Answer(json_answer(as_31(_openapi(snapshot()))).body, OPENAPI_31)

    return _serve(document, lambda: pages_html.operations(as_31(_openapi(snapshot())), "/api/3.1"))


@cache
def _template() -> str:
    return (Path(__file__).parent / "openapi.json").read_text("utf-8")


def _openapi(data: Snapshot) -> View:
    """What the file says, with the ids and the address of this service."""
    document: View = json.loads(_template())
    document["info"]["title"] = _("Hà Nội số liệu")
    document["servers"] = [{"url": href("")}]
    schemas = {name: each["schema"] for name, each in document["components"]["parameters"].items()}
    schemas["collectionId"]["enum"] = list(collections(data))
    schemas["datetime"]["pattern"] = TIME_OR_INTERVAL
    return complete(document)


@pages.get("/ogc/collections")
def index() -> Response:
    """All collections."""
    return _serve(lambda: json_answer(_index(snapshot())), lambda: pages_html.index(_index(snapshot())))


def _index(data: Snapshot) -> View:
    return {"links": self_links(JSON, "/collections"), "collections": index_documents(data)}


@pages.get("/ogc/collections/<collection_id>")
def collection(collection_id: str) -> Response:
    """One collection."""

    def document() -> View:
        return collection_document(snapshot(), find_collection(snapshot(), collection_id))

    return _serve(lambda: json_answer(document()), lambda: pages_html.collection(document()))


@pages.get("/ogc/collections/<collection_id>/schema")
def schema(collection_id: str) -> Response:
    """What the features of a collection hold."""

    def build(write: Callable[[Collection], Answer]) -> Answer:
        return write(find_collection(snapshot(), collection_id))

    return _serve(
        lambda: build(lambda found: Answer(json_answer(schema_document(found)).body, MEDIA_TYPE)),
        lambda: build(pages_html.schema),
    )


@pages.get("/ogc/collections/<collection_id>/items")
def features(collection_id: str) -> Response:
    """One page of features, filtered."""

    def build(write: Callable[..., Answer]) -> Answer:
        data = snapshot()
        return write(data, find_collection(data, collection_id), read_items_query(request.args))

    return _serve(
        lambda: build(lambda *asked: Answer(items.write_items(*asked), GEOJSON)),
        lambda: build(pages_html.features),
        *ITEMS,
        *(PAST if has_figures(collection_id) else ()),
    )


@pages.get("/ogc/collections/<collection_id>/items/<item>")
def feature(collection_id: str, item: str) -> Response:
    """One feature."""

    def build(write: Callable[..., Answer]) -> Answer:
        data = snapshot()
        found = find_collection(data, collection_id)
        return write(data, found, items.find_one(data, found, item))

    return _serve(
        lambda: build(lambda *asked: Answer(items.write_item(*asked), GEOJSON)),
        lambda: build(pages_html.feature),
        *(PAST if has_figures(collection_id) else ()),
    )
