"""Layers of imported editions, at addresses by content like the shipped ones, which the static files have already."""

from __future__ import annotations

from flask import Blueprint, Response, request

from boundaries.layers import is_imported, layer_path
from geo.errors import UnknownName
from webapp import assets
from webapp.db import snapshot

pages = Blueprint("geometry", __name__)


@pages.get("/geometry/<name>.topojson")
def layer(name: str) -> Response:
    """The TopoJSON of the imported layer with this hash; its content never changes, so it may be kept for ever."""
    for edition in snapshot().places.editions.values():
        if is_imported(edition.layer) and assets.geometry(edition.layer) == request.path:
            path = layer_path(edition.layer)
            packed = path.with_name(f"{path.name}.br")
            brotli = request.accept_encodings.best_match(["br"]) == "br" and packed.is_file()
            answer = Response((packed if brotli else path).read_bytes(), mimetype="application/json")
            if brotli:
                answer.headers["Content-Encoding"] = "br"
            answer.headers.update({"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"})
            return answer
    raise UnknownName("layer", name)
