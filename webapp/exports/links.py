"""The addresses of files: the question of a map as parameters, and the menu that offers every format."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import current_app
from markupsafe import escape

from webapp.exports.export import public_url
from webapp.query import MapQuery, prefixed


def query_of(query: MapQuery) -> dict[str, str]:
    """The question as parameters, the indicator included."""
    return {"indicator": query.indicator, **query.args()}


def snippet(query: MapQuery, title: str) -> str | None:
    """What another site puts into its page to show the map in a frame; None where no site may."""
    if not current_app.config["EMBED_ORIGINS"]:
        return None
    address = public_url() + query.path(base="/embed/map")
    return f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="640" loading="lazy"></iframe>'


def download_path(query: MapQuery, name: str, **more: str) -> str:
    """The address of a file in the language of the request; `name` is that of an exporter (`values.xlsx`)."""
    return prefixed(f"/download/{name}?{urlencode({**query_of(query), **more})}")


def report_path(name: str, asked: Mapping[str, str]) -> str:
    """The address of a report or of all figures in the language of the request; `name` is that of an exporter
    (`area.pdf`)."""
    return prefixed(f"/download/{name}" + (f"?{urlencode(asked, safe=':,')}" if asked else ""))


def described_by(address: str) -> str:
    """The value of the header `Link` by which a CSV names its description."""
    return f'<{address}>; rel="describedby"; type="application/csvm+json"'
