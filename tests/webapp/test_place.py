"""Pages about an imported province say its name; pages about Hà Nội, and of the service as a whole, say Hà Nội."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from markupsafe import escape
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from benchmarks.country import build_country
from indicators.ingest import load
from tests.boundaries.imports.province import layer
from tests.conftest import close, over
from webapp import db

FIELDS = ("--level", "commune", "--code-field", "ma", "--name-field", "ten")
PROVINCE = ("--parent-field", "ma_huyen", "--parent-name-field", "ten_huyen", "--parent", "99=Tỉnh Mẫu")
COUNTRY = ("--parent-field", "tinh", "--parent-name-field", "ten_tinh", "--repair", "--title", "Địa giới cả nước")
PAGES = ("/map/area_km2?edition=mau", "/map/area_km2?edition=mau&level=city", "/areas?edition=mau", "/areas/mau/10001",
         "/areas/mau/99", "/compare?areas=mau:10001,mau:10004", "/matrix?edition=mau&level=commune",
         "/two-maps?a=area_km2,edition=mau&b=area_km2,edition=mau",
         "/map/population?edition=mau&level=commune",
         "/map/third_child_birth_rate?edition=mau&level=commune")  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Hà Nội, a province of four communes, and a country of two provinces."""
    folder = tmp_path_factory.mktemp("place")
    app = over(f"sqlite:///{folder / 'store.db'}", LAYERS_DIR=str(folder / "layers"))
    db.migrate(app.extensions["engine"])
    with Session(app.extensions["engine"]) as session:
        load(session)
    layer().to_file(folder / "province.gpkg", driver="GPKG")
    build_country(6, 2, 600).to_file(folder / "country.gpkg", driver="GPKG")
    for file, edition, given in (("province", "mau", PROVINCE), ("country", "nuoc", COUNTRY)):
        args = ["boundaries", "import", str(folder / f"{file}.gpkg"), "--edition", edition, *FIELDS, *given]
        done = app.test_cli_runner().invoke(args=args)
        assert done.exit_code == 0, done.output
    yield app
    close(app)


def words(app: Flask, text: str) -> str:
    """What a page says: title, description and body, without the names of the plan's indicators, of which some name the
    city, and without the name of the highest level."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    said = re.findall(r'<meta name="description" content="(.*?)"', bare)
    whole = " ".join(" ".join([*said, re.sub(r"<[^>]*>", " ", bare)]).split())
    indicators = app.extensions["snapshot"].catalogue.indicators.values()
    names = [name for each in indicators for name in (each.name_vi, each.name_en)]
    for name in (*names, "Tỉnh, thành phố", "Province, city"):
        whole = whole.replace(escape(name), "")
    return whole


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_province_say_its_name_and_never_that_of_the_city(app: Flask, path: str, prefix: str) -> None:
    answer = app.test_client().get(prefix + path)
    assert answer.status_code == 200
    said = words(app, answer.text)
    assert {"": "Số liệu Tỉnh Mẫu", "/en": "Mẫu province indicators"}[prefix] in said
    city = {"": r"Hà Nội|[Tt]hành phố", "/en": r"Hanoi|\b[Cc]ity\b"}[prefix]
    assert [said[max(0, found.start() - 60) : found.end() + 60] for found in re.finditer(city, said)] == []


def test_a_country_goes_by_the_title_that_its_edition_was_given(app: Flask) -> None:
    page = app.test_client().get("/areas?edition=nuoc").text
    assert "Mọi đơn vị hành chính của Địa giới cả nước" in page


@pytest.mark.parametrize(
    "path", ["/", "/areas", "/map/area_km2?edition=2024&level=district", "/areas/2024/001",
             "/compare?areas=mau:10001,2024:001", "/areas?edition=mau2"]
)  # fmt: skip
def test_other_pages_say_the_name_of_the_city(app: Flask, path: str) -> None:
    """Those of Hà Nội, of two places, and of an edition that is not there."""
    page = app.test_client().get(path).text
    assert "<span>Hà Nội số liệu<small>" in page
    assert "Tỉnh Mẫu số liệu" not in page


def test_the_page_of_a_question_that_cannot_be_answered_has_its_frame(app: Flask) -> None:
    answer = app.test_client().get("/areas?edition=mau&as_of=never", headers={"Accept": "text/html"})
    assert (answer.status_code, "Số liệu Tỉnh Mẫu" in answer.text) == (400, True)


def test_figures_of_the_whole_are_its_own(app: Flask) -> None:
    """Four cells of 0.02° at 21° north: 4.6 km² each."""
    view = app.test_client().get("/map/area_km2.json?edition=mau&level=city").get_json()
    assert [row["value"] for row in view["empty"]["rows"]] == ["≈\u00a018,42\u00a0km²"]


def test_the_list_beside_the_map_counts_and_leads_within_the_province(app: Flask) -> None:
    """Of its four communes and two districts each has an area, none a number of people."""
    page = app.test_client().get("/map/area_km2?edition=mau&level=commune").text
    counts = dict(re.findall(r'<a href="/map/(\w+)\?edition=mau" data-id=.*?<small>(.*?)</small>', page))
    assert counts["area_km2"] in ("2/2", "4/4")
    assert counts["population"] in ("0/2", "0/4")
    assert not re.search(r'<a href="/map/\w+" data-id', page)
    home = app.test_client().get("/map/area_km2?edition=2025-07&level=commune").text
    assert '<a href="/map/population" data-id="population">Dân số<small>126/126</small>' in home


def test_reports_of_a_province_name_no_goals_of_the_city(app: Flask) -> None:
    said = "Mục tiêu của Thành phố"
    texts = [report_cells(app, edition, code) for edition, code in (("mau", "10001"), ("2024", "001"))]
    assert [said in text for text in texts] == [False, True]


def report_cells(app: Flask, edition: str, code: str) -> str:
    """The text of a unit's report as a spreadsheet."""
    answer = app.test_client().get(f"/download/area.xlsx?edition={edition}&code={code}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
