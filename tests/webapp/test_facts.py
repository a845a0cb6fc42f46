"""Whatever leaves the service says of its figures all that must travel with them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.exports import read_csv, read_geo
from tests.webapp.reports import pdf_text
from tests.webapp.test_reports import needs_poppler
from webapp.exports import SUBJECTS, exporters_of
from webapp.today import today

RURAL = "indicator=income_per_capita&edition=2024&level=district&period=2020&stratum=rural"
"""One district has a figure, the others have none."""
ESTIMATED = "indicator=area_km2&edition=2025-07&level=commune&period=2024&rebase=1"
"""Areas carried from the old units; some are estimates."""


def sheets_text(body: bytes, _folder: Path) -> str:
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return "\n".join(
        cell.value.strftime("%d/%m/%Y") if cell.is_date and not isinstance(cell.value, str) else str(cell.value)
        for cell in cells
    )


def plain_text(body: bytes, _folder: Path) -> str:
    return unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", body.decode("utf-8-sig"), flags=re.DOTALL))


def json_text(body: bytes, _folder: Path) -> str:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=0)


def frame_text(body: bytes, folder: Path) -> str:
    about = ""
    if body.startswith(b"SQLite"):
        (folder / "a.gpkg").write_bytes(body)
        about = str(pyogrio.read_info(folder / "a.gpkg")["layer_metadata"])
    else:
        archive = zipfile.ZipFile(io.BytesIO(body))
        about = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt"))
    rows = read_geo(body).drop(columns="geometry").to_dict("records")
    return "\n".join(f"{name}: {value}" for row in rows for name, value in row.items()) + about


def document_text(body: bytes, _folder: Path) -> str:
    document = Document(io.BytesIO(body))
    sections = [part for section in document.sections for part in (section.header, section.footer)]
    nodes = [document.element, *(part._element for part in sections)]
    links = [part.target_ref for part in document.part.rels.values() if part.is_external]
    return "\n".join([*("".join(node.itertext("{*}t")) for each in nodes for node in each.iter("{*}p")), *links])


def rows_text(body: bytes, _folder: Path) -> str:
    return "\n".join(f"{name}: {value}" for row in read_csv(body) for name, value in row.items())


READERS: dict[str, Callable[[bytes, Path], str]] = {
    "xlsx": sheets_text, "csv": rows_text, "html": plain_text, "json": json_text, "geojson": json_text,
    "gpkg": frame_text, "zip": frame_text, "docx": document_text, "pdf": pdf_text,
}  # fmt: skip
VALUES = ("values.xlsx", "values.csv", "values.geojson", "values.gpkg", "values.shp.zip", "values.jsonstat.json",
          "map.html", "all.csv", "all.xlsx")  # fmt: skip


def text_of(client: FlaskClient, name: str, query: str, folder: Path) -> str:
    """All that a file says, spaces as one; without line ends within addresses."""
    if name.startswith("all."):
        query = "&".join(part for part in query.split("&") if part.startswith(("indicator", "edition", "level")))
    answer = client.get(f"/download/{name}?{query}")
    assert answer.status_code == 200, (name, query)
    return " ".join(READERS[name.rpartition(".")[2]](answer.data, folder).split())


def either(*forms: str) -> str:
    """A pattern for one of several ways to say the same, standing by itself."""
    return r"(?i)(?<![\w.,])(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)"


def facts(client: FlaskClient) -> dict[str, str]:
    """What must be found of the one figure of `RURAL`, by what it is, as the API tells it."""
    body = client.get(f"/api/v1/values?{RURAL}").get_json()
    [area] = [area for area in body["areas"] if area["value"] is not None]
    day = today()
    return {
        "number": either(f"{area['value']:g}", f"{area['value']:.1f}".replace(".", ",")),
        "unit": either(body["unit"]),
        "period": either("2020"),
        "stratum": either("rural", "nông thôn"),
        "edition": either("2024"),
        "status": either(area["status"], {"reported": "theo báo cáo", "final": "chính thức", "derived": "suy ra",
                                          "provisional": "tạm tính"}[area["status"]]),
        "missing": either("not_collected", "Chưa có số liệu"),
        "extract date": either(day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d/%m/%Y %H:%M}"),
        "data version": rf"(?i)(?:data_ver(?:sion)?\W+|phiên bản dữ liệu\W+|,){body['data_version']}\b",
        "source": re.escape(client.application.extensions["snapshot"].catalogue.sources[area["source_id"]].title[:40]),
    }  # fmt: skip


def lacking(text: str, patterns: dict[str, str]) -> list[str]:
    return [what for what, pattern in patterns.items() if not re.search(pattern, text)]


@pytest.mark.parametrize("name", VALUES)
def test_a_file_of_figures_says_all_that_must_travel_with_them(client: FlaskClient, tmp_path: Path, name: str) -> None:
    text = text_of(client, name, RURAL, tmp_path)
    link = {"link": re.escape("http://127.0.0.1:8000/map/income_per_capita?edition=2024&level=district&period=2020")}
    assert lacking(text, {**facts(client), **link}) == []


@pytest.mark.parametrize("name", [name for name in VALUES if not name.startswith("all.")])
def test_a_file_of_carried_figures_marks_every_estimate(client: FlaskClient, tmp_path: Path, name: str) -> None:
    """Figures of all areas are native ones: there is nothing to mark in them."""
    areas = client.get(f"/api/v1/values?{ESTIMATED}").get_json()["areas"]
    estimates = [area for area in areas if area["carried"]["quality"] == "estimate"]
    assert 0 < len(estimates) < len(areas)
    text = text_of(client, name, ESTIMATED, tmp_path)
    assert len(re.findall(r"Ước tính quy đổi từ \d+ đơn vị", text)) >= len(estimates)
    assert f"{ESTIMATED.partition('&')[2]}" in text


@pytest.mark.parametrize("form", ["docx", "xlsx", pytest.param("pdf", marks=needs_poppler)])
@pytest.mark.parametrize("of", SUBJECTS)
def test_a_report_says_all_that_must_travel_with_its_figures(
    client: FlaskClient, tmp_path: Path, of: str, form: str
) -> None:
    body = client.get(f"/api/v1/values?{RURAL}").get_json()
    [code] = [area["code"] for area in body["areas"] if area["value"] is not None]
    query = {"area": f"edition=2024&code={code}", "compare": f"areas=2024:{code},2024:001", "city": ""}[of]
    link = {"area": f"/areas/2024/{code}", "compare": "/compare?areas=", "city": "/board"}[of]
    text = text_of(client, f"{of}.{form}", query, tmp_path)
    wanted = facts(client)
    own = {name: wanted[name] for name in ("edition", "missing", "extract date", "data version")}
    if of != "city":  # which tells of the city's figures, not of this one
        own |= {name: wanted[name] for name in ("unit", "stratum", "source")}
    joined = re.sub(r"\s", "", text)
    assert lacking(text, own) == []
    assert f"http://127.0.0.1:8000{link}" in joined


def test_each_format_is_looked_at(app: Flask) -> None:
    values = {name for name in exporters_of("map") if name.startswith("values.") and name != "values.csvw.json"}
    assert values < set(VALUES)
    assert {name for name in exporters_of("all") if name != "all.csvw.json"} < set(VALUES)


@pytest.mark.parametrize("what", ["number", "unit", "stratum", "status", "missing", "source", "data version"])
def test_a_fact_that_is_taken_out_is_missed(client: FlaskClient, tmp_path: Path, what: str) -> None:
    text, wanted = text_of(client, "values.csv", RURAL, tmp_path), facts(client)
    assert lacking(text, wanted) == []
    assert what in lacking(re.sub(wanted[what], " ", text), wanted)
