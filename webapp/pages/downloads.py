"""Files: of the map's question, with the same parameters as the map page, of all figures, and reports; the format is in
the name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from geo.errors import BadParameter
from webapp.api import check_parameters
from webapp.cache import Answer, answer
from webapp.compare_query import read_compare
from webapp.db import Snapshot, snapshot
from webapp.exports import EXPORTERS, Exporter
from webapp.exports.everything import PARAMETERS as ALL_PARAMETERS
from webapp.exports.everything import read_everything
from webapp.exports.export import attached, attachment, build_export
from webapp.exports.links import described_by, download_path, report_path
from webapp.exports.streams import streamed
from webapp.i18n import gettext as _
from webapp.pages.maps import ask
from webapp.reports.area import build_area_report
from webapp.reports.city import build_city_report
from webapp.reports.comparison import build_comparison_report
from webapp.reports.model import Report

pages = Blueprint("downloads", __name__)

PARAMETERS = ("indicator", "edition", "level", "period", "stratum", "display", "rebase", "aggregate", "as_of", "part")


@pages.get("/download/<name>")
def show(name: str) -> Response:
    """One file. 400 names the formats, parameters or sizes that there are."""
    if name not in EXPORTERS:
        raise BadParameter("format", name, EXPORTERS)
    exporter = EXPORTERS[name]
    if exporter.of == "all":
        return _all(name, exporter)
    if exporter.of != "map":
        return answer(lambda: _report(exporter))
    sizes = exporter.sizes
    check_parameters(*PARAMETERS, *(["size"] if sizes else []))
    size = request.args.get("size", sizes[0] if sizes else "")
    if sizes and size not in sizes:
        raise BadParameter("size", size, sizes)
    return answer(lambda: _file(name, size))


def _all(name: str, exporter: Exporter) -> Response:
    """All figures, of one indicator, edition or level if asked for; made while they are sent."""
    check_parameters(*ALL_PARAMETERS)
    everything = read_everything(snapshot(), request.args)
    if everything.rows > exporter.most:
        raise BadRequest(
            _(
                "Tệp này có %(rows)s dòng, mỗi lần tải tối đa %(most)s dòng. Thu hẹp bằng indicator, edition hay "
                "level; hoặc lấy CSV; hoặc lấy tệp toàn bộ của một bản phát hành.",
                rows=everything.rows,
                most=exporter.most,
            )
        )
    headers = attached(f"{everything.stem}.{exporter.extension}")
    if name == "all.csv":
        headers["Link"] = described_by(report_path("all.csvw.json", everything.asked))
    return streamed(lambda: exporter.write(everything), exporter.media_type, headers)


def _report(exporter: Exporter) -> Answer:
    parameters, build = REPORTS[exporter.of]
    check_parameters(*parameters)
    report = build(snapshot(), request.args)
    return attachment(exporter.write(report), exporter.media_type, f"{report.stem}.{exporter.extension}")


def _area(data: Snapshot, args: Mapping[str, str]) -> Report:
    edition, code = args.get("edition"), args.get("code")
    if edition is None:
        raise BadParameter("edition", None, tuple(data.places.editions))
    if code is None:
        raise BadParameter("code", None, ["a code of that edition, such as 001"])
    return build_area_report(data, data.places.area(edition, code))


def _compare(data: Snapshot, args: Mapping[str, str]) -> Report:
    return build_comparison_report(data, read_compare(data, args))


REPORTS: dict[str, tuple[tuple[str, ...], Callable[[Snapshot, Mapping[str, str]], Report]]] = {
    "area": (("edition", "code", "as_of"), _area),
    "compare": (("areas", "as_of"), _compare),
    "city": (("as_of",), lambda data, _args: build_city_report(data)),
}
"""By `Exporter.of`: the parameters that a report takes, and who builds it."""


def _file(name: str, size: str) -> Answer:
    view, query, table, data = ask(request.args.get("indicator"))
    export = build_export(data, query, table, view, size)
    exporter = EXPORTERS[name]
    beside = download_path(query, "values.csvw.json")
    headers = {"Link": described_by(beside)} if name == "values.csv" else {}
    stem = f"{export.stem}_{size}" if size not in ("", exporter.sizes[0] if exporter.sizes else "") else export.stem
    return attachment(exporter.write(export), exporter.media_type, f"{stem}.{exporter.extension}", headers)
