"""The addresses of files: the question of a map as parameters, and the menu that offers every format."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from webapp.i18n import language
from webapp.query import MapQuery


def query_of(query: MapQuery) -> dict[str, str]:
    """The question as parameters, the indicator included."""
    return {"indicator": query.indicator, **query.args()}


def download_path(query: MapQuery, name: str, **more: str) -> str:
    """The address of a file in the language of the request; `name` is that of an exporter (`values.xlsx`)."""
    prefix = "" if language() == "vi" else f"/{language()}"
    return f"{prefix}/download/{name}?{urlencode({**query_of(query), **more})}"


def report_path(name: str, asked: Mapping[str, str]) -> str:
    """The address of a report in the language of the request; `name` is that of an exporter (`area.pdf`)."""
    prefix = "" if language() == "vi" else f"/{language()}"
    return f"{prefix}/download/{name}" + (f"?{urlencode(asked, safe=':,')}" if asked else "")
