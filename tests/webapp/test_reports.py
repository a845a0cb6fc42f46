"""Reports: document = screen in every format, whole in print, readable by machines, honest where nothing is known."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from boundaries.models import Area
from indicators.models import Observation
from tests.conftest import prepared
from tests.sealed import seal
from tests.webapp.exports import convert_all
from tests.webapp.reports import in_xlsx, pdf_text, squashed
from tests.webapp.test_training import BAND, ENGLISH
from webapp.exports import EXPORTERS, SUBJECTS, exporters_of
from webapp.reports.docx_parts import FONT
from webapp.reports.drawing import style_sheet
from webapp.reports.model import Cell, Column, Group, Notes, Table, on_paper
from webapp.reports.xlsx import sheet_name
from webapp.settings import ROOT

ASKED = {
    "area": "edition=2024&code=274",
    "compare": "areas=2024:274,2024:001,2025-07:00004,2024:280",
    "city": "",
}
STEMS = {
    "area": "huyen-hoai-duc_274_2024",
    "compare": "so-sanh_274-2024_001-2024_00004-2025-07_280-2024",
    "city": "thanh-pho-ha-noi_ke-hoach_2024",
}
MAP = "indicator=population_density&edition=2025-07&level=commune"
DOCUMENTS = [name for name, exporter in EXPORTERS.items() if exporter.of in SUBJECTS]

LETTERS = (
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
)
HOSTILE = "=1+1 <b>${x}</b> #panic() *a* @b $c$ \\"

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None and os.environ.get("REQUIRE_OFFICE") != "1",
    reason="No pdftotext on this machine (Debian: apt-get install poppler-utils).",
)


def get(client: FlaskClient, name: str, query: str, lang: str = "") -> bytes:
    answer = client.get(f"{lang}/download/{name}?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return answer.data


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_report_answers_as_a_file_with_its_name_in_ascii(client: FlaskClient, name: str, lang: str) -> None:
    exporter = EXPORTERS[name]
    answer = client.get(f"{lang}/download/{name}?{ASKED[exporter.of]}")
    assert answer.status_code == 200
    assert answer.mimetype == exporter.media_type
    file = f"{STEMS[exporter.of]}{'_en' if lang else ''}.{exporter.extension}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'


def test_the_language_may_be_a_parameter(client: FlaskClient) -> None:
    assert get(client, "area.xlsx", f"{ASKED['area']}&lang=en") == get(client, "area.xlsx", ASKED["area"], "/en")


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("area.pdf", 400, "2025-07"),
        ("area.pdf?edition=2024", 400, "001"),
        ("area.pdf?edition=1954&code=001", 404, "2025-07"),
        ("area.pdf?edition=2024&code=999", 404, "999"),
        ("area.pdf?edition=2024&code=001&size=a3", 400, "code="),
        ("area.odt?edition=2024&code=001", 400, "area.docx"),
        ("compare.pdf", 400, "2 to 6"),
        ("compare.pdf?areas=2024:001", 400, "2 to 6"),
        ("compare.docx?areas=2024:001,2024:001", 400, "2 to 6"),
        ("city.xlsx?edition=2024", 400, "lang="),
        ("city.xlsx?lang=fr", 400, "en"),
    ],
)
def test_what_cannot_be_reported_names_what_can(client: FlaskClient, query: str, status: int, named: str) -> None:
    answer = client.get(f"/download/{query}")
    assert answer.status_code == status
    assert named in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("page", "of"),
    [("/areas/2024/274", "area"), ("/compare?areas=2024:274,2024:001", "compare"), ("/board", "city")],
)
def test_pages_offer_their_reports(client: FlaskClient, page: str, of: str) -> None:
    for prefix in ("", "/en"):
        html = client.get(prefix + page).get_data(as_text=True).replace("&amp;", "&")
        for name in exporters_of(of):
            [href] = re.findall(rf'href="({prefix}/download/{re.escape(name)}[^"]*)"', html)
            assert client.get(href).status_code == 200


def test_rows_without_a_figure_say_why(app: Flask, client: FlaskClient) -> None:
    rows = in_xlsx(app, get(client, "area.xlsx", ASKED["area"]))
    missing = [value for _name, value, _status in rows if value == "Chưa có số liệu"]
    assert len(missing) > 50
    assert all(value for _name, value, _status in rows)


PRINTED = {**{of: f"{of}.pdf?{query}" for of, query in ASKED.items()}, "map": f"map.pdf?{MAP}"}
"""Every kind of PDF, as it is asked for."""


@pytest.fixture(scope="module", params=list(PRINTED))
def file(app: Flask, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(app.test_client().get(f"/download/{PRINTED[request.param]}").data)
    return path


@needs_poppler
class TestPrinted:
    """PDF."""

    def test_every_font_is_inside(self, file: Path) -> None:
        lines = run("pdffonts", file).splitlines()[2:]
        assert lines
        for line in lines:
            assert re.search(r"BeVietnamPro.*\s+yes\s+yes\s+yes\s", line), line

    def test_it_is_tagged_named_in_a_language_and_on_a4(self, file: Path) -> None:
        said = run("pdfinfo", file)
        assert re.search(r"Tagged:\s+yes", said)
        assert re.search(r"Title:\s+\S", said)
        assert re.search(r"Page size:\s+(595|841)\.\d+ x (841|595)\.\d+ pts \(A4\)", said)
        assert re.search(rb"/Lang ?\(vi\)", unpacked(file.read_bytes()))
        assert b"<pdfuaid:part>1</pdfuaid:part>" in file.read_bytes()

    def test_every_picture_has_words(self, file: Path) -> None:
        """typst refuses PDF/UA-1 with a picture without words; the reader of tags finds as many words as pictures."""
        tree, body = run("pdfinfo", "-struct", file), unpacked(file.read_bytes())
        figures = len(re.findall(r"^\s*Figure\b", tree, re.MULTILINE))
        assert figures
        assert len(re.findall(rb"/Alt ?[(<]", body)) >= figures

    def test_no_page_is_blank(self, file: Path, tmp_path: Path) -> None:
        run("pdftoppm", "-r", "30", "-gray", file, tmp_path / "page")
        pages = sorted(tmp_path.glob("page*.pgm"))
        assert f"Pages:           {len(pages)}" in run("pdfinfo", file)
        for page in pages:
            assert len(set(page.read_bytes()[20:])) > 20, page.name

    @pytest.mark.parametrize("file", list(ASKED), indirect=True)
    def test_every_page_says_what_of_when_and_which(self, file: Path) -> None:
        pages = run("pdftotext", "-layout", file, "-").split("\f")[:-1]
        for at, page in enumerate(pages, start=1):
            said = squashed(page)
            assert f"trang {at}/{len(pages)}" in said
            assert "Trích ngày" in said
            assert "phiên bản dữ liệu" in said
            assert "Nguồn: các văn bản đánh số" in said
            assert "Báo cáo" in said

    @pytest.mark.parametrize("file", list(ASKED), indirect=True)
    def test_headings_and_heads_of_tables_are_known_as_such(self, file: Path) -> None:
        tree = run("pdfinfo", "-struct", file)
        for kind in ("H1", "Figure", "Table", "TH", "Caption", "Link"):
            assert re.search(rf"^\s*{kind}\b", tree, re.MULTILINE), kind


def unpacked(body: bytes) -> bytes:
    """A PDF with its packed streams, in which objects may stand, in the open."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL)
    opened = []
    for stream in streams:
        with suppress(zlib.error):
            opened.append(zlib.decompress(stream))
    return b"\n".join([body, *opened])


def run(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout.decode(
        errors="replace"
    )


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The service over a store with a hostile name, a note of all letters, and an area without any figure."""
    app = prepared(tmp_path_factory.mktemp("odd") / "store.db")
    with Session(app.extensions["engine"]) as session:
        session.execute(update(Area).where(Area.edition_id == "2024", Area.code == "274").values(name=HOSTILE))
        noted = update(Observation).where(Observation.area_code.in_(("274", "01")))
        session.execute(noted.values(note_vi=" ".join(LETTERS)))
        session.execute(delete(Observation).where(Observation.area_code == "00004"))
        seal(session)
        session.commit()
    yield app.test_client()
    app.extensions["engine"].dispose()


@needs_poppler
@pytest.mark.parametrize("of", list(ASKED))
def test_all_accented_letters_are_right_on_extraction(odd: FlaskClient, tmp_path: Path, of: str) -> None:
    assert len(set(LETTERS)) == 134
    assert " ".join(LETTERS) in pdf_text(get(odd, f"{of}.pdf", ASKED[of]), tmp_path)


@needs_poppler
def test_hostile_names_are_text(odd: FlaskClient, tmp_path: Path) -> None:
    assert HOSTILE in pdf_text(get(odd, "area.pdf", ASKED["area"]), tmp_path)
    document = Document(io.BytesIO(get(odd, "area.docx", ASKED["area"])))
    assert document.paragraphs[0].text.startswith(HOSTILE)
    book = openpyxl.load_workbook(io.BytesIO(get(odd, "area.xlsx", ASKED["area"])))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert f"'{HOSTILE}" in " ".join(str(cell.value) for cell in cells)


@pytest.mark.parametrize("name", ["area.docx", "area.xlsx", pytest.param("area.pdf", marks=needs_poppler)])
def test_an_area_without_any_figure_has_a_report_that_says_so(odd: FlaskClient, tmp_path: Path, name: str) -> None:
    body = get(odd, name, "edition=2025-07&code=00004")
    assert "Chưa tìm thấy ai công bố số liệu nào cho địa bàn này." in text_of(name, body, tmp_path)


def text_of(name: str, body: bytes, folder: Path) -> str:
    """All text of a file."""
    if name.endswith("pdf"):
        return pdf_text(body, folder)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = [package.read(part).decode() for part in package.namelist() if part.endswith(".xml")]
    return squashed(re.sub(r"<[^>]+>", "", " ".join(parts)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_training_figures_are_said_to_be_so(training: Flask, name: str, tmp_path: Path) -> None:
    query = {"area": "edition=2024&code=274", "compare": "areas=2024:274,2024:001", "city": ""}[EXPORTERS[name].of]
    for prefix, words in (("", BAND), ("/en", ENGLISH)):
        body = get(training.test_client(), name, query, prefix)
        assert words in text_of(name, body, tmp_path)
    if name == "area.docx":
        section = Document(io.BytesIO(body)).sections[0]
        for header in (section.header, section.first_page_header):
            assert ENGLISH in [paragraph.text for paragraph in header.paragraphs]


def ruled(document: Any) -> list[Any]:
    """The tables of figures, not the frames in which small pictures stand side by side."""
    return [table for table in document.tables if table.style.name == "Table Grid"]


@pytest.fixture(scope="module")
def body(app: Flask) -> bytes:
    return get(app.test_client(), "area.docx", ASKED["area"])


class TestDocument:
    """DOCX."""

    def test_page_and_type_are_those_of_administrative_documents(self, body: bytes) -> None:
        document = Document(io.BytesIO(body))
        [section] = document.sections
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 20 <= section.top_margin.mm <= 25
        assert 20 <= section.bottom_margin.mm <= 25
        assert 30 <= section.left_margin.mm <= 35
        assert 15 <= section.right_margin.mm <= 20
        assert document.styles["Normal"].font.name == FONT == "Times New Roman"
        assert 13 <= document.styles["Normal"].font.size.pt <= 14
        assert section.different_first_page_header_footer
        assert " PAGE " in section.header._element.xml
        assert " PAGE " not in section.first_page_header._element.xml

    def test_it_has_real_headings_captions_and_contents(self, body: bytes) -> None:
        document = Document(io.BytesIO(body))
        headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
        contents = [p.text for p in document.paragraphs if p.style.name == "toc 1"]
        assert headings[0] == "1. Tóm tắt"
        assert headings == contents
        xml = document.element.xml
        assert 'TOC \\o "1-1"' in xml
        assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"')
        captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
        tables = [text for text in captions if text.startswith("Bảng")]
        assert [text.split(".")[0] for text in tables] == [f"Bảng {at + 1}" for at in range(len(ruled(document)))]

    def test_tables_repeat_their_heads_and_split_no_row(self, body: bytes) -> None:
        for table in ruled(Document(io.BytesIO(body))):
            assert "w:tblHeader" in table.rows[0]._tr.xml
            assert all("w:cantSplit" in row._tr.xml for row in table.rows)
            assert "w:tblCaption" in table._tbl.xml

    def test_pictures_have_words_and_are_sharp(self, body: bytes) -> None:
        document = Document(io.BytesIO(body))
        shapes = list(document.inline_shapes)
        assert shapes
        for shape in shapes:
            words = shape._inline.docPr.get("descr")
            assert words or "decorative" in shape._inline.docPr.xml
        largest = max(shapes, key=lambda shape: shape.width)
        picture = document.part.related_parts[largest._inline.graphic.graphicData.pic.blipFill.blip.embed]
        assert picture.image.px_width / (largest.width.mm / 25.4) == pytest.approx(300, abs=2)

    def test_links_lead_to_places_that_there_are(self, body: bytes) -> None:
        xml = Document(io.BytesIO(body)).element.xml
        anchors, marks = (
            set(re.findall(r'w:anchor="([^"]+)"', xml)),
            re.findall(r'bookmarkStart [^>]*w:name="([^"]+)"', xml),
        )
        assert anchors
        assert anchors <= set(marks)
        assert len(set(marks)) == len(marks)

    def test_equal_questions_give_equal_bytes(self, app: Flask, body: bytes) -> None:
        app.extensions["answers"]._answers.clear()
        assert get(app.test_client(), "area.docx", ASKED["area"]) == body


OFFICE = [
    *((f"{of}.{kind}", ASKED[of], "") for of in ASKED for kind in ("docx", "xlsx")),
    ("area.docx", ASKED["area"], "/en"),
    ("area.docx", "edition=2025-07&code=00004", ""),
    ("values.xlsx", MAP, ""),
]
"""Every kind of document and workbook."""


@pytest.fixture(scope="module")
def saved(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files, one of them damaged, and the text of those that were opened."""
    folder, client = tmp_path_factory.mktemp("office"), app.test_client()
    made = {f"{at:02}-{name}": get(client, name, query, lang) for at, (name, query, lang) in enumerate(OFFICE)}
    made["damaged.docx"] = made["00-area.docx"][:-2000]
    for name, body in made.items():
        (folder / name).write_bytes(body)
    texts = {}
    for kind, target in (("docx", "txt:Text (encoded):UTF8"), ("xlsx", "csv:Text - txt - csv (StarCalc):44,34,76")):
        for path in convert_all(sorted(folder.glob(f"*.{kind}")), target, folder):
            texts[f"{path.stem}.{kind}"] = path.read_text("utf-8-sig")
    return made, texts


class TestOffice:
    """LibreOffice opens every document and workbook without repair: a run for each kind of file."""

    def test_all_are_opened_but_the_damaged_one(self, saved: tuple[dict[str, bytes], dict[str, str]]) -> None:
        made, texts = saved
        assert made.keys() - texts.keys() == {"damaged.docx"}

    def test_they_say_what_was_written(self, saved: tuple[dict[str, bytes], dict[str, str]]) -> None:
        made, texts = saved
        for name, text in texts.items():
            if name.endswith("docx"):
                wanted = [paragraph.text for paragraph in Document(io.BytesIO(made[name])).paragraphs]
            else:
                sheet = openpyxl.load_workbook(io.BytesIO(made[name])).worksheets[0]
                wanted = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
            assert wanted
            assert [words for words in wanted if squashed(words) not in squashed(text.replace('""', '"'))] == [], name
            assert "Error!" not in text, name


class TestWorkbook:
    """XLSX."""

    def test_figures_are_numbers_and_codes_are_text(self, client: FlaskClient) -> None:
        book = openpyxl.load_workbook(io.BytesIO(get(client, "area.xlsx", ASKED["area"])))
        sheet = book.worksheets[0]
        place = {cell.value: at for at, cell in enumerate(sheet[1])}
        rows = {row[place["Chỉ tiêu"]].value: row for row in sheet.iter_rows(min_row=2)}
        people = rows["Dân số"][place["Giá trị"]]
        assert (people.value, people.number_format) == (292600, "#,##0")
        units = next(sheet for sheet in book if sheet.title.startswith("20 xã"))
        codes = [row[1] for row in units.iter_rows(min_row=2)]
        assert {cell.data_type for cell in codes} == {"s"}
        assert all(len(cell.value) == 5 for cell in codes)

    def test_it_says_what_it_is_and_from_where(self, client: FlaskClient) -> None:
        book = openpyxl.load_workbook(io.BytesIO(get(client, "area.xlsx", ASKED["area"])))
        about = {row[0]: row[1] for row in book["Mô tả"].iter_rows(min_row=2, values_only=True)}
        assert about["Liên kết"].endswith("/areas/2024/274")
        assert about["Phiên bản dữ liệu"] >= 1
        assert book["Nguồn"].max_row > 5

    def test_names_of_sheets_fit_the_format(self) -> None:
        taken: set[str] = set()
        assert sheet_name("Chỉ tiêu: [a]/b? " + "x" * 40, taken) == "Chỉ tiêu a b " + "x" * 18
        assert sheet_name("Chỉ tiêu: [a]/b? " + "x" * 40, taken) == "Chỉ tiêu a b " + "x" * 16 + " 2"


class TestModel:
    """What reports are made of."""

    def test_a_note_made_again_keeps_its_number(self) -> None:
        notes = Notes()
        assert [notes("a"), notes("b"), notes("a"), notes("")] == [(1,), (2,), (1,), ()]
        assert notes.items == ("a", "b")

    def test_cells_below_stand_with_the_one_above_and_blank_ones_fall_away(self) -> None:
        columns = (Column("a"), Column("b", place="below"), Column("c", place="sheet"), Column("d", place="below"))
        row = (Cell("1"), Cell("2"), Cell("3"), Cell())
        assert on_paper(columns, row) == [[Cell("1"), Cell("2")]]

    def test_a_row_must_fill_its_columns(self) -> None:
        with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
            Table("x", (Column("a"), Column("b")), (Group("", ((Cell(),),)),))


def test_drawings_on_paper_have_every_class_that_charts_use() -> None:
    """A class of a chart that paper does not know would be drawn black."""
    source = "".join((ROOT / f"webapp/{name}.py").read_text("utf-8") for name in ("charts", "drawings", "lines"))
    named = {
        word for found in re.findall(r'class_=f?"([^"]*)"', source) for word in re.sub(r"\{[^}]*\}", " ", found).split()
    }
    known = set(re.findall(r"[.]([\w-]+)", style_sheet()))
    assert named - {"chart", "others", "vh", "mk", "mk-line", "st-", "on-", "ar", "part"} <= known
