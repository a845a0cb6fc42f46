"""Layers of imported editions and their parts, at addresses by content like the shipped ones, which are static."""

from __future__ import annotations

import brotli
from flask import Blueprint, Response, request

from boundaries.layers import LayerDamaged, is_imported, layer_bytes, layer_path, parts_of
from geo.errors import UnknownName
from webapp import assets
from webapp.db import snapshot

pages = Blueprint("geometry", __name__)


@pages.get("/geometry/<name>.topojson")
def layer(name: str) -> Response:
    """The TopoJSON of the imported layer with this hash; its content never changes, so it may be kept for ever."""
    imported = [edition.layer for edition in snapshot().places.editions.values() if is_imported(edition.layer)]
    damaged = None
    for held in (each for layer in imported for each in (layer, *parts_of(layer))):
        try:
            if assets.geometry(held) == request.path:
                return _answer(held)
        except LayerDamaged as error:
            damaged = error
    raise damaged or UnknownName("layer", name)


def _answer(held: str) -> Response:
    """A layer, packed as it lies beside it if the client takes that and it is what it should be."""
    data, path = layer_bytes(held), layer_path(held)
    packed = path.with_name(f"{path.name}.br")
    ready = packed.read_bytes() if request.accept_encodings.best_match(["br"]) == "br" and packed.is_file() else b""
    is_sound = _unpacked(ready) == data
    answer = Response(ready if is_sound else data, mimetype="application/json")
    if is_sound:
        answer.headers["Content-Encoding"] = "br"
    answer.headers.update({"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"})
    return answer


def _unpacked(packed: bytes) -> bytes:
    """Nothing where it cannot be unpacked."""
    try:
        return bytes(brotli.decompress(packed))
    except brotli.error:
        return b""
