"""Layers of imported editions and their parts, at addresses by content like the shipped ones, which are static."""

from __future__ import annotations

from flask import Blueprint, Response, request

from boundaries.layers import is_imported, layer_path, parts_of
from geo.errors import UnknownName
from webapp import assets
from webapp.db import snapshot

pages = Blueprint("geometry", __name__)


@pages.get("/geometry/<name>.topojson")
def layer(name: str) -> Response:
    """The TopoJSON of the imported layer with this hash; its content never changes, so it may be kept for ever."""
    imported = [edition.layer for edition in snapshot().places.editions.values() if is_imported(edition.layer)]
    for held in (each for layer in imported for each in (layer, *parts_of(layer))):
        if assets.geometry(held) == request.path:
            path = layer_path(held)
            packed = path.with_name(f"{path.name}.br")
            brotli = request.accept_encodings.best_match(["br"]) == "br" and packed.is_file()
            answer = Response((packed if brotli else path).read_bytes(), mimetype="application/json")
            if brotli:
                answer.headers["Content-Encoding"] = "br"
            answer.headers.update({"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"})
            return answer
    raise UnknownName("layer", name)
