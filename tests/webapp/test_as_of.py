"""What a page, an answer or a file showed on a day is shown again, also after corrections."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from indicators.intake.importing import apply_plan, plan_import
from indicators.intake.reading import Wish
from indicators.intake.undo import undo_batch
from tests.conftest import close, over
from tests.sealed import seal
from tests.stores import Stores
from webapp.today import today

QUESTION = "indicator=population&edition=2024&level=district&period=2022"
ROW = "population,2024,district,001,2022,all,999999,persons,final,danviet-6bbf6c"
MORE = """population,2024,district,002,2018,all,888888,persons,final,danviet-6bbf6c
ntm_advanced_communes_added,2024,city,01,2023,all,77,communes,final,danviet-6bbf6c
"""
HEADER = "indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id"


@pytest.fixture(scope="module")
def app(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The embedded data as if loaded on 01/03/2026, and a correction taken in today."""
    folder = tmp_path_factory.mktemp("as_of")
    url = stores.copy("embedded")
    app = over(url)
    with Session(app.extensions["engine"]) as session:
        session.execute(text("UPDATE batch SET at = '2026-03-01T03:00:00.000000Z'"))
        seal(session)
        session.commit()
    (folder / "a.csv").write_text(f"{HEADER}\n{ROW}\n{MORE}", "utf-8")
    with app.app_context(), Session(app.extensions["engine"]) as session:
        plan = plan_import(session, Path(folder / "a.csv"), Wish(), today())
        apply_plan(session, plan, "Lan", {warning.rule: "test" for warning in plan.warnings})
    yield app
    close(app)
    stores.drop(url)


def first(app: Flask, more: str = "") -> dict[str, object]:
    found: dict[str, object] = app.test_client().get(f"/api/v1/values?{QUESTION}{more}").get_json()["areas"][0]
    return found


def test_a_day_shows_what_stood_at_its_end(app: Flask) -> None:
    """Ba Đình has 999,999 people now; before the correction it had the embedded figure, or none, as on that day."""
    assert first(app)["value"] == 999999
    then = first(app, "&as_of=2026-03-01")
    assert then["value"] != 999999
    assert first(app, "&as_of=2026-03-02") == then
    assert first(app)["value"] == 999999


def test_page_file_and_area_agree_with_the_api(app: Flask) -> None:
    """The page's links keep the day; its table, the CSV and the area's own page show no later figure."""
    client = app.test_client()
    for path in (
        f"/map/population?{QUESTION}",
        f"/api/v1/values.csv?{QUESTION}",
        f"/map/population/area.json?{QUESTION}&code=001",
    ):
        now, then = client.get(path).get_data(as_text=True), client.get(f"{path}&as_of=2026-03-01")
        assert then.status_code == 200
        assert "999999" in now or "999.999" in now, path
        assert "999999" not in then.get_data(as_text=True)
        assert "999.999" not in then.get_data(as_text=True)
    assert "as_of=2026-03-01" in client.get(f"/map/population.json?{QUESTION}&as_of=2026-03-01").get_json()["url"]


def test_the_list_of_indicators_keeps_the_day(app: Flask) -> None:
    page = app.test_client().get("/indicators?as_of=2026-03-01").text
    assert "cuối ngày 01/03/2026" in page
    for kept in ("/indicators/population?as_of=2026-03-01", "/map/population?as_of=2026-03-01", 'name="as_of"'):
        assert kept in page, kept


FEATURES = "/ogc/collections/population.2024.district/items"


@pytest.mark.parametrize("path", [f"{FEATURES}?code=002", f"{FEATURES}/2024:002", f"{FEATURES}?code=002&f=html"])
def test_features_of_a_past_day_have_its_figures_say_so_and_lead_on(app: Flask, path: str) -> None:
    client = app.test_client()
    now, then = (client.get(f"{path}{'&' if '?' in path else '?'}{day}").text for day in ("", "as_of=2026-03-01"))
    assert "888888" in now
    assert "888888" not in then
    assert "as_of=2026-03-01" in then
    if "?" in path:
        assert "cuối ngày 01/03/2026" in then


def test_pages_of_features_keep_the_day(app: Flask) -> None:
    page = app.test_client().get(f"{FEATURES}?limit=1&as_of=2026-03-01").get_json()
    [onward] = [link["href"] for link in page["links"] if link["rel"] == "next"]
    assert "as_of=2026-03-01" in onward
    then = app.test_client().get(onward[onward.index("/ogc") :]).get_json()["features"]
    assert [each["properties"]["code"] for each in then] == ["002"]
    assert then[0]["properties"]["value"] != 888888


def test_counts_of_titles_of_a_past_day_are_those_published_then(app: Flask) -> None:
    def count(more: str) -> int | None:
        years = app.test_client().get(f"/api/v1/ntm?edition=2024{more}").get_json()["years"]
        [found] = [row["communes"] for row in years if (row["year"], row["title"]) == (2023, "ntm_nang_cao")]
        return found  # type: ignore[no-any-return]

    assert (count(""), count("&as_of=2026-03-01"), count("")) == (77, 75, 77)
    assert "/api/v1/ntm?edition=2024&amp;as_of=2026-03-01" in app.test_client().get("/ntm?as_of=2026-03-01").text
    assert 'href="/board.csv?as_of=2026-03-01"' in app.test_client().get("/board?as_of=2026-03-01").text


WITHOUT = ("/areas", "/changes", "/ogc/collections", "/ogc/collections/2024.commune/items", f"{FEATURES[:-6]}/schema",
           "/api/v1/areas?edition=2024", "/api/v1/areas/2024/001", "/api/v1/indicators", "/api/v1/editions",
           "/api/v1/search?q=a", "/api/v1/upgrades")  # fmt: skip


@pytest.mark.parametrize("path", WITHOUT)
def test_what_shows_no_figures_knows_no_day(app: Flask, path: str) -> None:
    answer = app.test_client().get(f"{path}{'&' if '?' in path else '?'}as_of=2026-03-01")
    assert answer.status_code == 400
    assert "as_of" in answer.text


PAGES = (
    f"/map/population?{QUESTION}&",
    "/areas/2024/001?",
    "/compare?areas=2024:001,2024:274&",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_past_day_says_so_and_leads_back(app: Flask, path: str) -> None:
    client = app.test_client()
    now = client.get(path.rstrip("?&")).get_data(as_text=True)
    then = client.get(f"{path}as_of=2026-03-01").get_data(as_text=True)
    assert "999.999" in now
    assert "999.999" not in then
    assert "past-band" not in now
    assert "cuối ngày 01/03/2026" in then
    back = re.search(r'past-band.*?</a>\)\. <a href="([^"]+)"', then, re.DOTALL)
    assert back is not None
    assert client.get(unescape(back[1])).get_data(as_text=True) == now


def test_the_menu_keeps_the_day_wherever_there_are_figures(app: Flask) -> None:
    """Every page of the menu answers: those with figures of that day, the others as ever."""
    client = app.test_client()
    menu = lxml.html.fromstring(client.get("/en/areas/2024/001?as_of=2026-03-01").get_data(as_text=True))
    links = menu.xpath('//nav[@class="nav"]/a/@href')
    without = {href for href in links if "as_of" not in href}
    assert without == {"/en/about", "/en/areas", "/en/changes"}
    answers = {href: client.get(href, follow_redirects=True) for href in links}
    assert {href: answer.status_code for href, answer in answers.items() if answer.status_code != 200} == {}
    silent = [href for href, answer in answers.items() if "as_of" in href and "past-band" not in answer.text]
    assert silent == []


FILES = [f"values.{end}" for end in ("csv", "xlsx", "csvw.json", "jsonstat.json", "geojson", "gpkg", "shp.zip")]
FILES += [f"map.{end}" for end in ("svg", "html", "pdf")]


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_a_past_day_says_so_in_its_name_and_inside(app: Flask, name: str) -> None:
    response = app.test_client().get(f"/download/{name}?{QUESTION}&as_of=2026-03-01")
    assert response.status_code == 200
    assert "tinh-den-2026-03-01" in response.headers["Content-Disposition"]
    assert "01/03/2026" in words_of(name, response.data)


@pytest.mark.parametrize("name", ["area.pdf", "area.docx", "area.xlsx"])
def test_every_report_of_a_past_day_says_so_and_has_its_figures(app: Flask, name: str) -> None:
    client = app.test_client()
    now = client.get(f"/download/{name}?edition=2024&code=001").data
    response = client.get(f"/download/{name}?edition=2024&code=001&as_of=2026-03-01")
    assert "tinh-den-2026-03-01" in response.headers["Content-Disposition"]
    then = words_of(name, response.data)
    assert "01/03/2026" in then
    assert "as_of=2026-03-01" in then
    assert not re.search(r"999\.?999", then)
    assert re.search(r"999\.?999", words_of(name, now))


def words_of(name: str, data: bytes) -> str:
    """The text of a file: of a PDF by pdftotext, of a packed one from its parts, for reports without their marks."""
    if name.endswith(".pdf"):
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
        return done.stdout.decode()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            text = "".join(packed.read(part).decode("utf-8", "replace") for part in packed.namelist())
            return re.sub(r"<[^>]*>", " ", text) if name.startswith("area") else text
    return data.decode("utf-8", "replace")


def test_a_figure_opens_to_file_row_and_batch(app: Flask) -> None:
    """The correction is row 2 of the imported file; on the first day the figure was read from the embedded table."""
    card = app.test_client().get(f"/map/population/area.json?{QUESTION}&code=001").get_json()
    origin = card["figures"][0]["origin"]
    assert (origin["file"], origin["sheet"], origin["row"], origin["batch"]) == ("a.csv", None, 2, 1)
    assert (len(origin["sha256"]), origin["entered"][-1]) == (64, "Z")
    assert "a.csv" in app.test_client().get(origin["page"]).text
    assert "Lan" not in str(card)


@pytest.mark.parametrize("day", ["2026-02-28", "yesterday", "2026-02-30"])
def test_a_day_before_the_data_or_none_is_refused(app: Flask, day: str) -> None:
    answer = app.test_client().get(f"/api/v1/values?{QUESTION}&as_of={day}")
    assert (answer.status_code, answer.get_json()["allowed"]) == (400, ["YYYY-MM-DD", "2026-03-01/.."])
    page = app.test_client().get(f"/map/population?as_of={day}")
    assert page.status_code == 400
    assert "từ ngày 01/03/2026" in page.text


def test_a_past_day_stands_after_later_batches_and_their_undoing(stores: Stores, tmp_path: Path) -> None:
    """The first day's answers are the same bytes before a correction, after it, and after it was undone; but for the
    version of the data, which each batch raises."""
    url = stores.copy("embedded")
    app = over(url)
    with Session(app.extensions["engine"]) as session:
        session.execute(text("UPDATE batch SET at = '2026-03-01T03:00:00.000000Z'"))
        seal(session)
        session.commit()
    paths = (f"/api/v1/values?{QUESTION}&as_of=2026-03-01", f"/map/population.json?{QUESTION}&as_of=2026-03-01",
             f"/download/values.csv?{QUESTION}&as_of=2026-03-01", "/areas/2024/001?as_of=2026-03-01")  # fmt: skip

    def answers() -> list[str]:
        found = [app.test_client().get(path).get_data(as_text=True) for path in paths]
        return [
            re.sub(r'("?data_version"?: ?|,|Phiên bản dữ liệu |v=|v%3D)\d+(?=[,.}"&\s])', "", each) for each in found
        ]

    before = answers()
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    with app.app_context(), Session(app.extensions["engine"]) as session:
        plan = plan_import(session, tmp_path / "a.csv", Wish(), today())
        batch = apply_plan(session, plan, "Lan", {warning.rule: "test" for warning in plan.warnings}).batch
    assert "999999" in app.test_client().get(f"/download/values.csv?{QUESTION}").get_data(as_text=True)
    assert answers() == before
    with app.app_context(), Session(app.extensions["engine"]) as session:
        undo_batch(session, batch, "Lan")
    assert answers() == before
    close(app)
    stores.drop(url)
