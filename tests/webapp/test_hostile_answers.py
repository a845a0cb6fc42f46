"""Hostile names in every answer: read by the readers of each format, they are the text that the store holds."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import lxml.html
import openpyxl
import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from indicators.cells import FORMULA, original
from tests import hostile
from tests.webapp.asked import address_of, rules
from tests.webapp.exports import read_geo
from webapp import create_app
from webapp.exports import EXPORTERS

ALL = range(len(hostile.PAYLOADS))
QUESTIONS = {
    "map": "indicator=ntm_title&edition=2024&level=commune",
    "area": "edition=2024&code=274",
    "compare": "areas=2024:274,2024:268",
    "city": "",
    "all": "indicator=ntm_title",
}
"""What each kind of file is asked for; figures that have notes."""


def planted(store: str, folder: Path, turn: int) -> Flask:
    """The service over a copy of a store with payloads in every free text."""
    path = folder / f"hostile{turn}.db"
    source = store.removeprefix("sqlite:///")
    for ending in ("", "-wal"):
        if Path(source + ending).exists():
            shutil.copy(source + ending, f"{path}{ending}")
    app = create_app({"DATABASE_URL": f"sqlite:///{path}"})
    with Session(app.extensions["engine"]) as session:
        hostile.plant(session, turn)
    return app


@pytest.fixture(scope="module", params=[7, *(pytest.param(turn, marks=pytest.mark.soak) for turn in ALL if turn != 7)])
def planted_app(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The service with hostile names; one turn, and all of them in a soak."""
    made = planted(app.config["DATABASE_URL"], tmp_path_factory.mktemp("hostile"), request.param)
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture
def evil(planted_app: Flask) -> FlaskClient:
    """A client of it."""
    return planted_app.test_client()


def check_html(text: str, where: str) -> None:
    """No element or attribute comes from a payload, and text and attributes read as stored."""
    page = lxml.html.document_fromstring(text)
    assert not page.xpath("//*[@data-pwn]"), where
    assert not page.xpath("//@*[starts-with(name(), 'on')]"), where
    for script in page.xpath("//script"):
        assert script.get("type") == "application/json" or not hostile.marks(script.text or ""), where
        if script.get("type") == "application/json":
            assert [wrong for said in hostile.strings(json.loads(script.text)) for wrong in hostile.misread(said)] == []
    for link in page.xpath("//@href | //@src | //@action"):
        assert not link.strip().lower().startswith(("javascript:", "data:text")), (where, link)
    shown = [
        *page.xpath("//text()[not(ancestor::script | ancestor::svg)]"),
        *page.xpath("//@title | //@aria-label | //@alt | //@content"),
    ]
    assert hostile.misdrawn(page.xpath("//svg//text()")) == [], where
    assert [wrong for said in shown for wrong in hostile.misread(said)] == [], where


def check_cells(cells: list[str], where: str) -> None:
    """No cell begins like a formula, and each reads as stored, with or without the apostrophe in front."""
    for cell in cells:
        assert not cell.startswith(FORMULA), (where, cell)
        assert not (hostile.misread(original(cell)) and hostile.misread(cell)), (where, cell)


def check_answer(answer: TestResponse, where: str) -> int:
    """Reads the answer as its kind is read; the number of payloads in it."""
    assert answer.status_code < 500, where
    kind = answer.mimetype
    if kind == "text/html":
        check_html(answer.text, where)
    elif kind.endswith("json"):
        document = json.loads(answer.text)
        assert [wrong for said in hostile.strings(document) for wrong in hostile.misread(said)] == [], where
    elif kind == "text/csv":
        rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        check_cells([cell for row in rows for cell in row], where)
    return len(hostile.marks(answer.text)) if kind.startswith("text/") or kind.endswith("json") else 0


def test_every_text_column_is_planted_or_kept_with_a_reason() -> None:
    """A new text column fails here until it is one or the other."""
    columns = hostile.text_columns()
    assert set(hostile.KEPT) <= set(columns)
    assert all(hostile.KEPT.values())
    named = {name for name in columns if name.endswith(("_vi", "_en", "area.name", "source.title", ".publisher"))}
    assert named <= set(hostile.planted_columns())


def test_there_are_forty_payloads_and_no_two_alike() -> None:
    assert len(set(hostile.RAW)) == len(hostile.RAW) >= 40


@pytest.mark.parametrize("spoil", ["<img data-pwn>«00»", "&amp;lt;img«00»", "[object Object]«24»", "C:\\data«24»"])
def test_the_check_bites(spoil: str) -> None:
    """A page that inserts raw HTML, one that escapes twice, one that loses text."""
    with pytest.raises(AssertionError):
        check_html(f"<html><body><p>{spoil}</p></body></html>", "planted")
    with pytest.raises(AssertionError):
        check_cells(["=1+1«30»"], "planted")


def test_every_route_shows_hostile_names_as_text(planted_app: Flask, evil: FlaskClient) -> None:
    found = [check_answer(evil.get(where), where) for where in (address_of(planted_app, r) for r in rules(planted_app))]
    assert sum(number > 0 for number in found) > 40


REFLECTED = ("map", "areas", "areas/2024", "indicators", "download", "ogc/collections", "api/v1/indicators",
             "api/v1/areas/2024", "ogc/collections/2024.district/items", "en/map")  # fmt: skip
PARAMETERS = ("edition", "level", "period", "stratum", "display", "as_of", "q", "areas", "lang", "f", "theme", "sort",
              "left", "parent")  # fmt: skip


def test_errors_show_what_was_asked_as_text(planted_app: Flask, evil: FlaskClient) -> None:
    """A payload in the path and in a parameter, each in turn."""
    asked = list(rules(planted_app))
    for number, payload in enumerate(hostile.PAYLOADS):
        text = payload if len(payload) < 400 else payload[-300:]
        base = f"/{REFLECTED[number % len(REFLECTED)]}/"
        answer = evil.get(base + text.replace("/", "%2F").replace("?", "%3F").replace("#", "%23"))
        if len(payload) < 400:
            check_answer(answer, f"{base} {payload}")
        rule = asked[number % len(asked)]
        answer = evil.get(address_of(planted_app, rule).partition("?")[0],
                          query_string={PARAMETERS[number % len(PARAMETERS)]: text})  # fmt: skip
        assert answer.status_code < 500
        if len(payload) < 50:
            check_answer(answer, f"{rule} {payload}")


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("name", EXPORTERS)
def test_every_file_holds_hostile_names_as_text(evil: FlaskClient, tmp_path: Path, name: str, lang: str) -> None:
    """Each opened by a reader of its own."""
    if lang and EXPORTERS[name].of != "map" and name.endswith("xlsx"):
        lang = ""
    answer = evil.get(f"{lang}/download/{name}?{QUESTIONS[EXPORTERS[name].of]}")
    assert answer.status_code == 200, answer.text[:300]
    found = READERS.get(name.rpartition(".")[2], check_plain)(answer, tmp_path)
    assert found or name.endswith(("png", "csvw.json"))


def check_plain(answer: TestResponse, _folder: Path) -> int:
    return check_answer(answer, answer.request.path)


def check_workbook(answer: TestResponse, _folder: Path) -> int:
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(answer.data)) for row in sheet for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert all(cell.hyperlink is None or str(cell.hyperlink.target or "").startswith(("http", "mailto")) or
               cell.hyperlink.location for cell in cells)  # fmt: skip
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    check_cells(texts, "xlsx")
    return sum(len(hostile.marks(text)) for text in texts)


def check_document(answer: TestResponse, _folder: Path) -> int:
    body = Document(io.BytesIO(answer.data))
    fields = [node.text or "" for node in body.element.iter() if node.tag.endswith("}instrText")]
    assert not any("evil" in field or "DDE" in field for field in fields)
    texts = ["".join(node.itertext("{*}t")) for node in body.element.iter() if node.tag.endswith("}p")]
    assert [wrong for text in texts for wrong in hostile.misread(text)] == []
    return sum(len(hostile.marks(text)) for text in texts)


def check_pdf(answer: TestResponse, folder: Path) -> int:
    """No action or script; marks are there, and what stands before them in letters that every font has."""
    (folder / "a.pdf").write_bytes(answer.data)
    assert b"/JavaScript" not in answer.data
    assert b"/Launch" not in answer.data
    done = subprocess.run(["pdftotext", "-raw", folder / "a.pdf", "-"], check=True, capture_output=True)
    text = "".join(done.stdout.decode().split())
    for number in hostile.marks(text):
        plain = "".join(hostile.RAW[number].split())
        if plain.isascii() and len(plain) < 40:
            assert plain.replace("'", "") in text.replace("'", "").replace("\u2019", ""), hostile.RAW[number]
    return len(text)


def check_svg(answer: TestResponse, _folder: Path) -> int:
    root = ElementTree.fromstring(answer.data)  # noqa: S314 - our own file, and the test is that it is well-formed
    for node in root.iter():
        assert not str(node.tag).lower().endswith(("script", "foreignobject"))
        assert not any(name.startswith("on") or "pwn" in name for name in node.attrib)
    assert hostile.misdrawn(root.itertext()) == []
    return len(hostile.marks("".join(root.itertext())))


def check_geo(answer: TestResponse, _folder: Path) -> int:
    """A Shapefile cuts long text, and so loses its mark."""
    frame = read_geo(answer.data)
    texts = [value for column in frame.columns for value in frame[column] if isinstance(value, str)]
    assert [text for text in texts if hostile.misread(original(text)) and hostile.misread(text)] == []
    return sum(len(hostile.marks(text)) for text in texts)


def check_picture(answer: TestResponse, _folder: Path) -> int:
    assert answer.data.startswith(b"\x89PNG")
    return 0


READERS: dict[str, Any] = {
    "xlsx": check_workbook, "docx": check_document, "pdf": check_pdf, "svg": check_svg, "gpkg": check_geo,
    "zip": check_geo, "png": check_picture,
}  # fmt: skip
"""How a file is read, by the end of its name."""
