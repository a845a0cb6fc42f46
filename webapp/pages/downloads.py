"""Files of the map's question: the same parameters as the map page, the format in the name."""

from __future__ import annotations

from flask import Blueprint, Response, request

from geo.errors import BadParameter
from webapp.api import check_parameters
from webapp.cache import Answer, answer
from webapp.exports import EXPORTERS
from webapp.exports.export import attachment, build_export
from webapp.exports.menu import download_path
from webapp.pages.maps import ask

pages = Blueprint("downloads", __name__)

PARAMETERS = ("indicator", "edition", "level", "period", "stratum", "display", "rebase", "aggregate")


@pages.get("/download/<name>")
def show(name: str) -> Response:
    """One file. 400 names the formats, parameters or sizes that there are."""
    if name not in EXPORTERS:
        raise BadParameter("format", name, EXPORTERS)
    sizes = EXPORTERS[name].sizes
    check_parameters(*PARAMETERS, *(["size"] if sizes else []))
    size = request.args.get("size", sizes[0] if sizes else "")
    if sizes and size not in sizes:
        raise BadParameter("size", size, sizes)
    return answer(lambda: _file(name, size))


def _file(name: str, size: str) -> Answer:
    view, query, table, data = ask(request.args.get("indicator"))
    export = build_export(data, query, table, view, size)
    exporter = EXPORTERS[name]
    beside = download_path(query, "values.csvw.json")
    headers = {"Link": f'<{beside}>; rel="describedby"; type="application/csvm+json"'} if name == "values.csv" else {}
    stem = f"{export.stem}_{size}" if size not in ("", exporter.sizes[0] if exporter.sizes else "") else export.stem
    return attachment(exporter.write(export), exporter.media_type, f"{stem}.{exporter.extension}", headers)
