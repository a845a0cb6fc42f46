"""Reports say what the screen says: for random views every number and status of page, API, CSV, XLSX, DOCX and PDF."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from boundaries.lineage import AreaKey
from tests.webapp import reports
from tests.webapp.reports import in_docx, in_xlsx, pdf_text, sheet_rows, without_pictures
from webapp.db import snapshot
from webapp.exports.ink import SIGNS

PREFIXES = {"vi": "", "en": "/en"}
SERVICES = [(store, lang) for store in ("app", "training") for lang in PREFIXES]
"""Shipped figures and those for training, each in both languages: a count below is for each of these four."""

DISTRICT = ("2024", "274")
"""With training figures the widest table of its workbook is that of its communes; it is always among the areas."""

AREAS = [3, pytest.param(30, marks=pytest.mark.soak)]
COMPARISONS = [2, pytest.param(20, marks=pytest.mark.soak)]


class Checker:
    """Compares the files of one view with its page. Every check raises AssertionError that names the view."""

    def __init__(self, app: Flask, lang: str, folder: Path) -> None:
        self.app, self.lang, self.folder = app, lang, folder

    def get(self, path: str) -> str:
        return self.body(path).decode("utf-8-sig")

    def body(self, path: str) -> bytes:
        answer = self.app.test_client().get(PREFIXES[self.lang] + path)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True)[:300])
        return answer.data

    def file(self, name: str, query: str) -> bytes:
        with without_pictures():
            return self.body(f"/download/{name}?{query}")

    def pdf(self, of: str, query: str, rows: Iterable[Sequence[str]]) -> None:
        if shutil.which("pdftotext"):
            stands_in_order(pdf_text(self.file(f"{of}.pdf", query), self.folder), rows, query)

    def area(self, area: AreaKey) -> None:
        path, query = "/areas/{}/{}".format(*area), "edition={}&code={}".format(*area)
        screen = reports.on_screen(self.get(path))
        document = in_docx(self.file("area.docx", query))
        assert document[: len(screen)] == screen, area
        book = self.file("area.xlsx", query)
        assert in_xlsx(self.app, book, self.lang) == document, area
        self.pdf("area", query, document)
        self.numbers(area, self.get(f"{path}.csv"), book)

    def numbers(self, area: AreaKey, table: str, book: bytes) -> None:
        """CSV and API have every number of the workbook to its last digit, and every status."""
        printed = {row[1]: row for row in sheet_rows(book)}
        for row in csv.DictReader(io.StringIO(table)):
            cells = printed[row["indicator_name"]]
            value, status = cells[VALUE], cells[STATUS] or ""
            if isinstance(value, int | float):
                assert value == pytest.approx(float(row["value"]), rel=1e-14), (area, row)
            if status[:1] in MARKS:
                assert status[0] == SIGNS[row["judgement"]][0], (area, row)
            if row["value"]:
                told = self.api(area, row)
                assert (told["value"], told["status_code"]) == (float(row["value"]), row["judgement"]), (area, row)
            else:
                assert isinstance(value, str), (area, row)

    def api(self, area: AreaKey, row: dict[str, str]) -> dict[str, Any]:
        """What the API says of that figure."""
        with self.app.app_context():
            level = snapshot().places.area(*area).level
        query = {"edition": area[0], "level": level, **{key: row[key] for key in ("indicator", "period", "stratum")}}
        answer = self.app.test_client().get("/api/v1/values", query_string=query).get_json()
        told: dict[str, Any] = next(each for each in answer["areas"] if each["code"] == area[1])
        return told

    def comparison(self, areas: Sequence[AreaKey]) -> None:
        query = "areas=" + ",".join(f"{edition}:{code}" for edition, code in areas)
        screen = reports.compared_on_screen(self.get(f"/compare?{query}"))
        assert reports.compared_in_docx(self.file("compare.docx", query)) == screen, query
        book = self.file("compare.xlsx", query)
        assert reports.compared_in_xlsx(self.app, book, self.lang, len(areas)) == screen, query
        self.pdf("compare", query, ([name, *(part for cell in cells for part in cell)] for name, cells in screen))
        for at, area in enumerate(areas):
            known = csv.DictReader(io.StringIO(self.get("/areas/{}/{}.csv".format(*area))))
            values = {(row["indicator_name"], float(row["value"])) for row in known if row["value"]}
            for row in sheet_rows(book):
                number = row[reports.FIRST + reports.CELLS * at]
                if isinstance(number, int | float):
                    assert any(row[1] == name and number == pytest.approx(value, rel=1e-14) for name, value in values)

    def city(self) -> None:
        screen = reports.goals_on_screen(self.get("/board"))
        assert len(screen) >= 24
        book = self.file("city.xlsx", "")
        assert reports.goals_in_docx(self.file("city.docx", "")) == screen
        assert reports.goals_in_xlsx(self.app, book, self.lang) == screen
        self.pdf("city", "", screen)
        table = list(csv.DictReader(io.StringIO(self.get("/board.csv"))))
        told = Counter((row["name"], f"{float(row['value']):.14g}") for row in table if row["value"])
        numbers = Counter((name, f"{value:.14g}") for name, value, _status in reports.goal_numbers(book))
        assert numbers
        assert not numbers - told
        for row in table:
            if row["value"]:
                assert float(row["value"]) in self.city_values(row), row

    def city_values(self, row: dict[str, str]) -> set[float]:
        """What the API has of the city for an indicator and period, of the whole, urban and rural city."""
        query = {"edition": "2024", "level": "city", "indicator": row["indicator"], "period": row["period"]}
        answers = [
            self.app.test_client().get("/api/v1/values", query_string={**query, "stratum": stratum}).get_json()
            for stratum in ("all", "urban", "rural")
        ]
        return {area["value"] for answer in answers for area in answer.get("areas", ())}


VALUE, STATUS = 4, 8
"""Places in the sheet of an area's indicators, whose first column is the group."""

MARKS = {sign for sign, _token in SIGNS.values()}


def stands_in_order(text: str, rows: Iterable[Sequence[str]], whence: object) -> None:
    """Raises AssertionError unless every part of every row stands in the text after the one before it."""
    told, at = text.replace(" ", ""), 0  # lines break anywhere
    for row in rows:
        for part in row:
            found = told.find(part.replace(" ", ""), at)
            assert found >= 0, (whence, row, part, told[at : at + 200])
            at = found


def known_areas(app: Flask) -> list[AreaKey]:
    """All units but the city, of which there is a report of its own."""
    with app.app_context():
        places = snapshot().places.areas.values()
        return sorted((area.edition_id, area.code) for areas in places for area in areas if area.level != "city")


@pytest.fixture
def checker(request: pytest.FixtureRequest, tmp_path: Path) -> Checker:
    store, lang = request.param
    return Checker(request.getfixturevalue(store), lang, tmp_path)


@pytest.mark.parametrize("checker", SERVICES, indirect=True)
@pytest.mark.parametrize("count", AREAS)
def test_areas(checker: Checker, count: int) -> None:
    chosen = random.Random(f"area {checker.lang}").sample(known_areas(checker.app), count)
    for area in [DISTRICT, *chosen[1:]]:
        checker.area(area)


@pytest.mark.parametrize("checker", SERVICES, indirect=True)
@pytest.mark.parametrize("count", COMPARISONS)
def test_comparisons(checker: Checker, count: int) -> None:
    chosen, known = random.Random(f"comparison {checker.lang}"), known_areas(checker.app)
    for at in range(count):
        checker.comparison(chosen.sample(known, 2 + at % 5))


@pytest.mark.parametrize("checker", SERVICES, indirect=True)
def test_the_city(checker: Checker) -> None:
    checker.city()


@pytest.mark.parametrize("checker", [("app", "vi")], indirect=True)
class TestBites:
    """A planted difference is noticed, wherever it is."""

    def test_in_a_document_of_an_area(self, checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reports, "on_screen", planted(reports.on_screen, "3.446", "3.447"))
        with pytest.raises(AssertionError):
            checker.area(("2024", "274"))

    def test_in_a_table_of_an_area(self, checker: Checker) -> None:
        book, table = checker.file("area.xlsx", "edition=2024&code=274"), checker.get("/areas/2024/274.csv")
        checker.numbers(("2024", "274"), table, book)
        wrong = re.sub(r"\b292600\b", "292601", table)
        assert wrong != table
        with pytest.raises(AssertionError):
            checker.numbers(("2024", "274"), wrong, book)

    def test_in_a_comparison(self, checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
        checker.comparison((("2024", "274"), ("2024", "001")))
        monkeypatch.setattr(reports, "compared_on_screen", planted(reports.compared_on_screen, "24.360", "24.361"))
        with pytest.raises(AssertionError):
            checker.comparison((("2024", "274"), ("2024", "001")))

    def test_in_the_report_of_the_city(self, checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reports, "goals_on_screen", planted(reports.goals_on_screen, "163,5", "163,6"))
        with pytest.raises(AssertionError):
            checker.city()


def planted(read: Any, right: str, wrong: str) -> Any:
    """A reader of pages on which one number is another."""

    def other(html: str) -> Any:
        assert right in html
        return read(html.replace(right, wrong))

    return other
