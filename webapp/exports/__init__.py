"""Every format in which figures, maps and reports leave the service: one table that routes, menus and tests read.

An export is one function from an `Export` or a `Report` to bytes and one entry here. Heavy libraries are imported
inside the function that needs them, so that a server that writes no file does not load them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from webapp.db import snapshot
from webapp.exports.delimited import write_csv, write_csvw
from webapp.exports.everything import read_everything, stream_csv, stream_csvw, stream_xlsx
from webapp.exports.export import Export
from webapp.exports.geofiles import write_geojson, write_gpkg, write_shapefile
from webapp.exports.jsonstat import write_jsonstat
from webapp.exports.links import download_path, report_path
from webapp.exports.mapfiles import write_map_pdf, write_map_png, write_map_svg
from webapp.exports.singlefile import write_map_html
from webapp.exports.workbook import write_xlsx
from webapp.i18n import N_
from webapp.i18n import gettext as _
from webapp.past import dated
from webapp.query import MapQuery
from webapp.reports.docx import write_docx as write_report_docx
from webapp.reports.pdf import write_pdf as write_report_pdf
from webapp.reports.xlsx import write_xlsx as write_report_xlsx

__all__ = ["EXPORTERS", "Export", "Exporter", "everything_menu", "exporters_of", "menu", "report_menu"]


@dataclass(frozen=True)
class Exporter:
    """A format: the function that writes it, its media type, the ending of file names, its words in the menu.

    `of` is what it is a file of: one map, of which `write` takes the `Export`; a report, of which it takes the
    `Report`; or all figures, of which it takes `Everything` and gives the file in pieces. `sizes` are the values of the
    parameter `size`, the first being the usual one; empty where there is no such choice. `most` is how many rows of all
    figures one request may ask for.
    """

    write: Callable[[Any], Any]
    media_type: str
    extension: str
    label: str
    detail: str
    sizes: tuple[str, ...] = ()
    of: str = "map"
    most: int = 0


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

DOCUMENTS = {
    "xlsx": Exporter(write_report_xlsx, XLSX, "xlsx", "Excel", N_("Các bảng của báo cáo")),
    "docx": Exporter(write_report_docx, DOCX, "docx", "Word", N_("Báo cáo sửa được, có bản đồ")),
    "pdf": Exporter(write_report_pdf, "application/pdf", "pdf", "PDF", N_("Báo cáo để in và lưu")),
}
"""Formats of reports."""

SUBJECTS = ("area", "compare", "city")
"""What there are reports of."""

EXPORTERS: dict[str, Exporter] = {
    "values.xlsx": Exporter(
        write_xlsx, XLSX, "xlsx",
        "Excel", N_("Bảng số liệu, mô tả, nguồn và mục tiêu"),
    ),
    "map.pdf": Exporter(write_map_pdf, "application/pdf", "pdf", "PDF", N_("Bản đồ để in, khổ A4"), ("a4", "a3")),
    "map.png": Exporter(
        write_map_png, "image/png", "png", N_("Ảnh PNG"), N_("Bản đồ để đưa vào văn bản, trang chiếu"),
        ("screen", "a4", "a3"),
    ),
    "values.csv": Exporter(write_csv, "text/csv", "csv", "CSV", N_("Bảng số liệu, UTF-8 có BOM")),
    "map.html": Exporter(
        write_map_html, "text/html", "html", N_("Một tệp HTML"), N_("Bản đồ và bảng, mở được khi không có mạng")
    ),
    "map.svg": Exporter(
        write_map_svg, "image/svg+xml", "svg", N_("Hình SVG"), N_("Bản đồ dạng véc-tơ, sửa được"), ("a4", "a3")
    ),
    "values.geojson": Exporter(
        write_geojson, "application/geo+json", "geojson", "GeoJSON", N_("Ranh giới kèm số liệu")
    ),
    "values.gpkg": Exporter(
        write_gpkg, "application/geopackage+sqlite3", "gpkg", "GeoPackage", N_("Ranh giới kèm số liệu, cho GIS")
    ),
    "values.shp.zip": Exporter(
        write_shapefile, "application/zip", "shp.zip", "Shapefile", N_("Ranh giới kèm số liệu, tên trường rút ngắn")
    ),
    "values.jsonstat.json": Exporter(
        write_jsonstat, "application/json", "jsonstat.json", "JSON-stat", N_("Khối số liệu cho phần mềm thống kê")
    ),
    "values.csvw.json": Exporter(
        write_csvw, "application/csvm+json", "csvw.json", "CSVW", N_("Mô tả các cột của tệp CSV")
    ),
    "all.xlsx": Exporter(
        stream_xlsx, XLSX, "xlsx",
        N_("Excel, mọi thời điểm"), N_("Bảng số liệu, mô tả, nguồn"), of="all", most=10_000,
    ),
    "all.csv": Exporter(
        stream_csv, "text/csv", "csv",
        N_("CSV, mọi thời điểm"), N_("Bảng số liệu, UTF-8 có BOM"), of="all", most=200_000,
    ),
    "all.csvw.json": Exporter(
        stream_csvw, "application/csvm+json", "csvw.json",
        N_("CSVW, mọi thời điểm"), N_("Mô tả các cột của tệp CSV"), of="all", most=sys.maxsize,
    ),
    **{f"{of}.{kind}": replace(each, of=of) for of in SUBJECTS for kind, each in DOCUMENTS.items()},
}  # fmt: skip
"""By the name in the address: `/download/<name>`, in the order of every menu: Excel, Word, PDF, pictures, CSV …"""


TABLES = ("all.xlsx", "all.csv")
"""Files of all figures that menus offer; the CSV names its description itself."""

PRINTED = {"map.png": N_("Ảnh 300 dpi để in"), "map.pdf": N_("Bản đồ để in, khổ lớn")}
"""Pictures that the menu offers on each paper, and how it says what they are for."""


def menu(query: MapQuery) -> list[dict[str, Any]]:
    """The files of one map with their addresses, as the menu shows them."""
    entries = []
    for name, exporter in exporters_of("map").items():
        entries += _entries(query, name, exporter)
        if name == "values.csv":
            entries += everything_menu(_("Chỉ số này ở mọi cấp, mọi địa giới"), indicator=query.indicator)
    return entries


def _entries(query: MapQuery, name: str, exporter: Exporter) -> list[dict[str, Any]]:
    label = _(exporter.label)
    usual = {"label": label, "detail": _(exporter.detail), "href": download_path(query, name)}
    others = exporter.sizes[1:] if name in PRINTED else ()
    return [usual] + [
        {"label": f"{label} {size.upper()}", "detail": _(PRINTED[name]), "href": download_path(query, name, size=size)}
        for size in others
    ]


def everything_menu(detail: str, **asked: str) -> list[dict[str, Any]]:
    """The files of all figures that a request may ask for; `detail` says which figures those of `asked` are, and gets
    the years that they have. Where there is none, there is no file."""
    found = read_everything(snapshot(), asked)
    return [
        {"label": _(exporter.label), "detail": f"{detail}, {found.span}", "href": dated(report_path(name, asked))}
        for name, exporter in exporters_of("all").items()
        if name in TABLES and 0 < found.rows <= exporter.most
    ]


def exporters_of(of: str) -> dict[str, Exporter]:
    """The formats of one kind of thing, in the order of its menu."""
    return {name: exporter for name, exporter in EXPORTERS.items() if exporter.of == of}


def report_menu(of: str, **asked: str) -> list[dict[str, Any]]:
    """The documents of an area, a comparison or the city; `asked` are the parameters that say which."""
    return [
        {"label": _(exporter.label), "detail": _(exporter.detail), "href": dated(report_path(name, asked))}
        for name, exporter in exporters_of(of).items()
    ]
