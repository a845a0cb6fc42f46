"""Files of figures: every format says the same as the screen, and nothing in them is taken for a formula."""

from __future__ import annotations

import io
import json
import math
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from boundaries.models import Area
from geo.palette import COLOURS
from indicators.cells import neutral, original
from indicators.models import Observation
from indicators.wording import SIGNS as QUALIFIERS
from tests import toy
from tests.conftest import prepared
from tests.sealed import seal
from tests.webapp.exports import cells_text, check_golden, convert, read_csv, read_geo, read_sheet, toy_client
from webapp.db import snapshot
from webapp.exports import EXPORTERS, geofiles
from webapp.exports.export import slug
from webapp.exports.ink import DARK, LIGHT_EDGES, SIGNS, TOKENS, ground
from webapp.exports.records import COLUMNS
from webapp.settings import ROOT
from webapp.words import reason_text, status_text, verdict_text

DENSITY = "indicator=population_density&edition=2025-07&level=commune"
FILES = [name for name in EXPORTERS if name.startswith(("values.", "map."))]
HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "Xã <b>${x}</b>", "'đã có dấu")


def questions(app: Flask, count: int) -> list[str]:
    """Random questions that have figures, as query strings, the same for the same count; some for converted ones."""
    with app.app_context():
        coverage = snapshot().catalogue.coverage
    cells = [(*cell, year) for cell in sorted(coverage) for year in sorted(coverage[cell])]
    chosen = random.Random(31).sample(cells, count)
    names = ("indicator", "edition", "level", "stratum", "period")
    asked = ["&".join(f"{name}={value}" for name, value in zip(names, cell, strict=True)) for cell in chosen]
    other = {"2024": "2025-07", "2025-07": "2024"}
    communes = sorted(cell for cell in coverage if cell[2] == "commune")
    carried = [f"indicator={name}&edition={other[edition]}&level=commune&rebase=1" for name, edition, *_ in communes]
    return asked + carried[: count // 5]


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("name", FILES)
def test_every_format_answers_as_a_file_with_its_name_in_ascii(client: FlaskClient, name: str, lang: str) -> None:
    answer = client.get(f"{lang}/download/{name}?{DENSITY}")
    assert answer.status_code == 200
    assert answer.mimetype == EXPORTERS[name].media_type
    stem = "mat-do-dan-so_xa_2025-07_2025" + ("_en" if lang else "")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{stem}.{EXPORTERS[name].extension}"'


def test_the_menu_of_the_map_offers_every_format_in_its_language(client: FlaskClient) -> None:
    for prefix in ("", "/en"):
        view = client.get(f"{prefix}/map/population_density.json?edition=2025-07&level=commune&period=2025").get_json()
        hrefs = [entry["href"] for entry in view["downloads"]]
        usual = [f"{prefix}/download/{name}?{DENSITY}&period=2025" for name in FILES]
        every = [f"{prefix}/download/{name}?indicator=population_density" for name in ("all.xlsx", "all.csv")]
        usual[FILES.index("values.csv") + 1 : 0] = every
        paper = ("map.pdf&a3", "map.png&a4", "map.png&a3")
        large = [
            f"{prefix}/download/{name}?{DENSITY}&period=2025&size={size}"
            for name, size in (each.split("&") for each in paper)
        ]
        assert [href for href in hrefs if "size=" not in href] == usual
        assert [href for href in hrefs if "size=" in href] == large
        assert all(client.get(href).status_code == 200 for href in large)
        assert all(entry["label"] and entry["detail"] for entry in view["downloads"])


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        (f"values.docx?{DENSITY}", 400, "values.xlsx"),
        ("values.csv", 400, "ntm_title"),
        (f"values.csv?{DENSITY}&year=2024", 400, "period="),
        (f"values.csv?{DENSITY}&size=a3", 400, "period="),
        (f"values.csv?{DENSITY}&period=24", 400, "YYYY"),
        (f"values.csv?{DENSITY}&lang=fr", 400, "en"),
        ("values.csv?indicator=nothing", 404, "Không có chỉ số"),
        ("values.csv?indicator=population_density&edition=1954", 404, "2025-07"),
    ],
)
def test_what_cannot_be_written_names_what_can(client: FlaskClient, query: str, status: int, named: str) -> None:
    answer = client.get(f"/download/{query}")
    assert answer.status_code == status
    assert named in answer.get_data(as_text=True)


def test_file_names_are_short_words_in_ascii() -> None:
    assert slug("Tỷ lệ nước sạch") == "ty-le-nuoc-sach"
    assert slug("Đường, điện: 100 % (xã)") == "duong-dien-100-xa"
    assert slug("rất dài " * 20) == "-".join(["rat-dai"] * 7 + ["rat"])
    assert len(slug("x" * 50 + " y" * 50)) <= 60


def test_the_csv_names_its_description_and_the_description_the_csv(client: FlaskClient) -> None:
    answer = client.get(f"/download/values.csv?{DENSITY}&period=2025")
    [address] = re.findall(r'<([^>]+)>; rel="describedby"', answer.headers["Link"])
    described = client.get(address).get_json()
    assert client.get(f"/download/{described['url']}").data == answer.data
    header = answer.data.decode("utf-8-sig").split("\r\n")[0].split(",")
    assert [column["name"] for column in described["tableSchema"]["columns"]] == header
    assert all(column["name"] in column["titles"] for column in described["tableSchema"]["columns"])


Told = tuple[float | None, str, str]
"""Of an area: value, how firm it is or why it is missing, and its status."""

SIXTEEN_DIGITS = {"values.xlsx", "values.shp.zip"}
"""Formats that cannot write every double to its last bit."""


@pytest.mark.parametrize("count", [10, pytest.param(200, marks=pytest.mark.soak)])
def test_screen_api_and_all_files_say_the_same(app: Flask, client: FlaskClient, count: int) -> None:
    for query in questions(app, count):
        areas = client.get(f"/api/v1/values?{query}").get_json()["areas"]
        api = [(area["value"], _firmness(area), area["status_code"]) for area in areas]
        assert on_screen(client, query) == [told[:2] for told in api], query
        for name, read in FORMATS.items():
            told = read(app, client.get(f"/download/{name}?{query}").data)
            assert [one[1:] for one in told] == [one[1:] for one in api], (query, name)
            assert all(map(_same, told, api, repeat(name in SIXTEEN_DIGITS))), (query, name)


def _same(one: Told, other: Told, nearly: bool) -> bool:
    """Whether two values are the same number, or as near as the format can write it."""
    if one[0] is None or other[0] is None or not nearly:
        return one[0] == other[0]
    return math.isclose(one[0], other[0], rel_tol=1e-14)


def _firmness(row: Any) -> str:
    """`final` … of a figure, the reason of a missing one."""
    return str(row["reason"] if row["status"] == "missing" else row["status"])


def on_screen(client: FlaskClient, query: str) -> list[tuple[float | None, str]]:
    """What the map page has of each area: value, and how firm it is or why it is missing."""
    indicator, _, rest = query.removeprefix("indicator=").partition("&")
    view = client.get(f"/map/{indicator}.json?{rest}").get_json()
    columns, statuses, reasons = view["areas"], view["statuses"], view["reasons"]
    return [
        (value, reasons[reason] if reason is not None else statuses[status][0])
        for value, status, reason in zip(columns["value"], columns["status"], columns["reason"], strict=True)
    ]


def from_csv(_app: Flask, body: bytes) -> list[Told]:
    return [
        (float(row["value"]) if row["value"] else None, _firmness(row), row["status_code"]) for row in read_csv(body)
    ]


def from_xlsx(app: Flask, body: bytes) -> list[Told]:
    rows = read_sheet(body)
    with app.test_request_context("/"):
        firm = {status_text(code): code for code in ("final", "provisional", "reported", "derived")}
        firm |= {reason_text(code): code for code in ("not_collected", "not_applicable", "not_due", "not_convertible")}
        codes = {f"{sign} {verdict_text(code)}": code for code, (sign, _token) in SIGNS.items()}
    [value] = [heading for heading in rows[0] if heading.startswith("Giá trị")]
    return [(row[value], firm[row["Tình trạng số liệu"]], codes[row["Đánh giá"]]) for row in rows]


def from_geojson(_app: Flask, body: bytes) -> list[Told]:
    rows = [feature["properties"] for feature in json.loads(body)["features"]]
    return [(row["value"], _firmness(row), row["status_code"]) for row in rows]


def from_jsonstat(_app: Flask, body: bytes) -> list[Told]:
    document = json.loads(body)
    codes = [area["status_code"] for area in document["extension"]["areas"].values()]
    return list(zip(document["value"], document["status"], codes, strict=True))


def from_frame(_app: Flask, body: bytes) -> list[Told]:
    rows = read_geo(body).rename(columns={"stat_code": "status_code"}).to_dict("records")
    return [
        (None if row["value"] != row["value"] else row["value"], _firmness(row), row["status_code"]) for row in rows
    ]


FORMATS: dict[str, Callable[[Flask, bytes], list[Told]]] = {
    "values.csv": from_csv, "values.xlsx": from_xlsx, "values.geojson": from_geojson,
    "values.jsonstat.json": from_jsonstat, "values.gpkg": from_frame, "values.shp.zip": from_frame,
}  # fmt: skip


def test_a_planted_difference_is_noticed(app: Flask, client: FlaskClient) -> None:
    body = client.get(f"/download/values.csv?{DENSITY}").data
    wrong = body.replace(b",derived,", b",provisional,", 1)
    assert from_csv(app, wrong) != from_csv(app, body)


def test_shapes_are_valid_wound_counter_clockwise_and_where_they_are(client: FlaskClient) -> None:
    document = client.get(f"/download/values.geojson?{DENSITY}").get_json(force=True)
    assert "crs" not in document
    assert len({feature["id"] for feature in document["features"]}) == 126
    west, south, east, north = document["bbox"]
    assert 105 < west < east < 107
    assert 20 < south < north < 22
    for feature in document["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        for part in getattr(shape, "geoms", [shape]):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_a_geopackage_says_what_it_is(client: FlaskClient, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(client.get(f"/download/values.gpkg?{DENSITY}").data)
    info = pyogrio.read_info(path)
    assert (info["crs"], info["geometry_type"], info["features"]) == ("EPSG:4326", "MultiPolygon", 126)
    assert info["layer_metadata"]["Chỉ số"] == "Mật độ dân số"
    assert list(info["fields"]) == [column.name for column in COLUMNS]


def test_a_shapefile_has_the_documented_fields_and_whole_letters(client: FlaskClient) -> None:
    body = client.get(f"/download/values.shp.zip?{DENSITY}").data
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    stem = "mat-do-dan-so_xa_2025-07_2025"
    assert names == [f"{stem}.{ending}" for ending in ("cpg", "dbf", "prj", "shp", "shx", "txt")]
    frame = read_geo(body)
    assert [*frame.columns][:-1] == [column.field for column in COLUMNS]
    assert frame.loc[frame["code"] == "00004", "name"].item() == "Phường Ba Đình"
    assert frame["source"].map(lambda text: len(text.encode())).max() <= 254


def test_long_text_is_cut_at_a_letter_for_shapefiles() -> None:
    assert geofiles._short("ế" * 100) == "ế" * 83 + "…"
    assert geofiles._short("ế" * 84) == "ế" * 84


def test_shapes_of_an_edition_imported_anew_are_not_those_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = geofiles.shapes("2024.district"), geofiles.geometries("2024.district")
    anew = {"001": shapely.box(105, 21, 106, 22)}
    monkeypatch.setattr(geofiles, "layer_of", lambda _name: "anew/layer.topojson")
    monkeypatch.setattr(geofiles, "read_shapes", lambda _name, _layer: anew)
    assert geofiles.shapes("2024.district").keys() == geofiles.geometries("2024.district").keys() == anew.keys()
    monkeypatch.undo()
    assert (geofiles.shapes("2024.district"), geofiles.geometries("2024.district")) == kept


def test_equal_questions_give_equal_bytes(client: FlaskClient) -> None:
    cache = client.application.extensions["answers"]
    for name in FILES:
        first = client.get(f"/download/{name}?{DENSITY}").data
        cache._answers.clear()
        assert client.get(f"/download/{name}?{DENSITY}").data == first, name


def test_every_language_has_its_own_words(client: FlaskClient) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/en/download/values.xlsx?{DENSITY}").data))
    assert sheet.sheetnames[:3] == ["Figures", "About", "Source"]
    by_parameter = read_csv(client.get(f"/download/values.csv?{DENSITY}&lang=en").data)
    assert by_parameter[0]["link"].startswith("http://127.0.0.1:8000/en/map/population_density?")


def test_links_lead_to_the_public_address_and_never_to_the_host_of_a_request(client: FlaskClient) -> None:
    rows = read_csv(client.get(f"/download/values.csv?{DENSITY}", headers={"Host": "evil.example"}).data)
    assert rows[0]["link"] == f"http://127.0.0.1:8000/map/population_density?{DENSITY.partition('&')[2]}&period=2025"


@pytest.fixture
def book(client: FlaskClient) -> Any:
    """The workbook of a rate by district, as another library reads it."""
    query = "indicator=income_per_capita&edition=2024&level=district&period=2023"
    return openpyxl.load_workbook(io.BytesIO(client.get(f"/download/values.xlsx?{query}").data))


class TestWorkbook:
    """Typed cells."""

    def test_codes_are_text_and_values_are_unrounded_numbers_with_the_indicators_decimals(self, book: Any) -> None:
        sheet = book["Số liệu"]
        column = {cell.value: cell.column for cell in sheet[1]}
        codes = [sheet.cell(row, column["Mã địa bàn"]) for row in range(2, sheet.max_row + 1)]
        assert {cell.data_type for cell in codes} == {"s"}
        assert codes[0].value == "001"
        [heading] = [name for name in column if name.startswith("Giá trị")]
        assert heading == "Giá trị (triệu đồng/người/năm)"
        filled = [cell for row in range(2, sheet.max_row + 1) if (cell := sheet.cell(row, column[heading])).value]
        assert {cell.data_type for cell in filled} == {"n"}
        assert all(cell.number_format.endswith("#,##0.0") for cell in filled)

    def test_the_head_stays_in_sight_and_repeats_on_paper(self, book: Any) -> None:
        sheet = book["Số liệu"]
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("C2", "$1:$1")
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")

    def test_each_status_has_a_sign_and_a_colour(self, book: Any) -> None:
        sheet = book["Số liệu"]
        column = {cell.value: cell.column for cell in sheet[1]}["Đánh giá"]
        for row in range(2, sheet.max_row + 1):
            cell = sheet.cell(row, column)
            assert cell.value[0] in {sign for sign, _token in SIGNS.values()}
            assert cell.fill.fgColor.rgb[2:].lower() in {TOKENS[f"{token}-tint"][1:] for _sign, token in SIGNS.values()}

    def test_a_sign_is_part_of_the_format_and_the_cell_stays_a_number(self, app: Flask) -> None:
        body = app.test_client().get(
            "/download/values.xlsx?indicator=ntm_advanced_communes_added&edition=2024&level=district&period=2024"
        ).data  # fmt: skip
        formats = {
            cell.number_format
            for row in openpyxl.load_workbook(io.BytesIO(body))["Số liệu"].iter_rows()
            for cell in row
            if cell.data_type == "n" and cell.value is not None
        }
        assert all(text == "#,##0" or text[1] in QUALIFIERS.values() for text in formats)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The service over a store with hostile names, notes and a negative figure."""
    app = prepared(tmp_path_factory.mktemp("hostile") / "store.db")
    with Session(app.extensions["engine"]) as session:
        codes = ("001", "002", "003", "004", "005", "006", "007", "008")
        for code, name in zip(codes, HOSTILE, strict=True):
            session.execute(update(Area).where(Area.edition_id == "2024", Area.code == code).values(name=name))
            session.execute(update(Observation).where(Observation.area_code == code).values(note_vi=name, value=-1.5))
        seal(session)
        session.commit()
    yield app.test_client()
    app.extensions["engine"].dispose()


DISTRICTS = "indicator=population&edition=2024&level=district"


def test_text_that_looks_like_a_formula_is_neutralised_and_negative_numbers_stay_numbers(hostile: FlaskClient) -> None:
    rows = {row["code"]: row for row in read_csv(hostile.get(f"/download/values.csv?{DISTRICTS}").data)}
    assert rows["001"]["name"] == rows["001"]["note"] == "'=1+1"
    assert rows["003"]["name"] == "'-2+3"
    assert rows["007"]["name"] == "Xã <b>${x}</b>"
    assert {rows[code]["value"] for code in ("001", "002", "008")} == {"-1.5"}
    for row in rows.values():
        for name, text in row.items():
            assert name == "value" or not text.startswith(("=", "+", "-", "@", "\t", "\r")), (name, text)


def test_a_workbook_has_text_and_numbers_but_no_formula(hostile: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(hostile.get(f"/download/values.xlsx?{DISTRICTS}").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    names = [cell.value for cell in book["Số liệu"]["B"]]
    assert "'=1+1" in names
    assert -1.5 in [cell.value for row in book["Số liệu"].iter_rows() for cell in row]


@pytest.mark.parametrize("name", ["values.xlsx", "values.csv", "all.xlsx", "all.csv"])
def test_libreoffice_finds_no_formula(hostile: FlaskClient, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"file{Path(name).suffix}"
    path.write_bytes(hostile.get(f"/download/{name}?{DISTRICTS}").data)
    saved = convert(path, "fods").read_text("utf-8")
    assert "1+1" in saved
    assert "table:formula" not in saved
    assert 'office:value="-1.5"' in saved


def test_libreoffice_would_have_found_a_planted_formula(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("name,value\n=1+1,-1.5\n", "utf-8")
    assert "table:formula" in convert(path, "fods").read_text("utf-8")


@pytest.mark.parametrize("text", [*HOSTILE, "", "Xã Đa Phúc", "−2", "–"])
def test_what_was_neutralised_can_be_read_back(text: str) -> None:
    assert original(neutral(text)) == text
    assert neutral(-1.5) == -1.5


def test_a_workbook_that_libreoffice_saves_again_has_the_same_cells(hostile: FlaskClient, tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(hostile.get(f"/download/values.xlsx?{DISTRICTS}").data)
    before = _untabbed(path)
    other = convert(path, "ods")
    path.unlink()
    assert _untabbed(convert(other, "xlsx")) == before


def _untabbed(path: Path) -> list[list[Any]]:
    """The cells of the first sheet without tabs and returns, which LibreOffice does not keep in a cell."""
    rows = (row.values() for row in read_sheet(path.read_bytes()))
    return [[re.sub(r"[\t\r\n]|_x000D_", "", cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def test_hostile_names_are_text_in_geographic_files(hostile: FlaskClient) -> None:
    document = json.loads(hostile.get(f"/download/values.geojson?{DISTRICTS}").data)
    assert [feature["properties"]["name"] for feature in document["features"]][:3] == list(HOSTILE[:3])
    frame = read_geo(hostile.get(f"/download/values.shp.zip?{DISTRICTS}").data)
    assert frame["name"].tolist()[0] == "'=1+1"


class TestToyCountry:
    """Golden files of six communes that one can check by hand."""

    @pytest.fixture
    def country(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
        layer = toy.layer(toy.OLD, "commune").to_crs("EPSG:4326").set_index("code")
        monkeypatch.setattr(geofiles, "shapes", lambda _name, _layer=None: layer.geometry.to_dict())
        geofiles._written.cache_clear()
        with toy_client(tmp_path, monkeypatch) as client:
            yield client
        geofiles._written.cache_clear()

    @pytest.mark.parametrize(
        ("indicator", "name"),
        [("clean_water_rate", name) for name in ("csv", "csvw.json", "jsonstat.json", "geojson")]
        + [("title", name) for name in ("csv", "jsonstat.json")],
    )
    def test_text(self, country: FlaskClient, indicator: str, name: str) -> None:
        query = f"indicator={indicator}&edition=2020&level=commune"
        check_golden(f"{indicator}.{name}", country.get(f"/download/values.{name}?{query}").get_data(as_text=True))

    @pytest.mark.parametrize("indicator", ["clean_water_rate", "poor_households", "title"])
    def test_cells(self, country: FlaskClient, indicator: str) -> None:
        query = f"indicator={indicator}&edition=2020&level=commune"
        body = country.get(f"/download/values.xlsx?{query}").data
        check_golden(f"{indicator}.xlsx.txt", cells_text(body))

    def test_what_nobody_has_counted_is_a_file_that_says_so(self, country: FlaskClient) -> None:
        rows = read_csv(country.get("/download/values.csv?indicator=title&edition=2021&level=commune").data)
        assert {(row["value"], row["status"]) for row in rows} == {("", "missing")}
        assert {row["reason"] for row in rows} == {"not_collected", "not_applicable"}
        answer = country.get("/download/values.xlsx?indicator=title&edition=2021&level=commune")
        assert 'filename="chi-so-title_xa_2021_chua-co.xlsx"' in answer.headers["Content-Disposition"]


def test_the_columns_are_documented() -> None:
    documented = (ROOT / "docs/exports.md").read_text("utf-8")
    for column in COLUMNS:
        assert f"| `{column.name}` | `{column.field}` | {column.kind} | {column.about} |" in documented, column.name
        assert re.fullmatch(r"[a-z_]{1,10}", column.field)
    assert len({column.field for column in COLUMNS}) == len(COLUMNS)
    for name in FILES:
        assert f"| `{name}` | {EXPORTERS[name].media_type} |" in documented, name


def test_colours_of_files_are_the_light_tokens_of_the_page() -> None:
    css = (ROOT / "webapp/static/tokens.css").read_text("utf-8").partition('[data-theme="dark"]')[0]
    tokens = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", css))
    assert {name: tokens[name] for name in TOKENS} == TOKENS
    sheet = (ROOT / "webapp/static/app.css").read_text("utf-8")
    edged = re.findall(r"(?m)(?:^|\} ):is\(([^)]*)\)\{--edge:var\(--edge-light\)\}", sheet)
    assert {name.strip(".") for names in edged for name in names.split(",")} == LIGHT_EDGES
    fills = dict(re.findall(r"\.([\w-]+)\{--fill:var\(--([\w-]+)\)\}", sheet))
    assert {name: ground(name) for name in COLOURS} == {name: tokens[fills[name]] for name in COLOURS}
    [listed] = re.findall(r"const DARK = new Set\(\[(.*?)\]\)", (ROOT / "webapp/static/naming.js").read_text("utf-8"))
    assert set(json.loads(f"[{listed}]")) & set(COLOURS) == DARK


def test_the_api_names_the_colours_that_screen_and_files_have(client: FlaskClient) -> None:
    query = "indicator=ntm_advanced_communes_added&edition=2024&level=district&display=status"
    legend = client.get(f"/api/v1/values?{query}").get_json()["legend"]
    shown = client.get(f"/map/ntm_advanced_communes_added.json?{query.partition('&')[2]}").get_json()["classes"]
    assert [entry["colour"] for entry in legend] == [ground(entry["colour"]) for entry in shown]
    drawn = client.get(f"/download/map.svg?{query}").get_data(as_text=True)
    assert all(entry["colour"] in drawn for entry in legend if entry["count"])
    assert {entry["status_code"]: entry["colour"] for entry in legend}["not_assessable"] == TOKENS["st-none-tint"]


def test_a_server_that_writes_no_file_loads_no_library_of_files() -> None:
    program = "import sys, webapp; webapp.create_app(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert not {"geopandas", "pyogrio", "xlsxwriter", "typst", "fontTools"} & set(done.stdout.split())
