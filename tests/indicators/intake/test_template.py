"""The empty form: every unit by code, name and parent, and what is filled in comes back as it was typed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from geo.errors import BadParameter, UnknownName
from indicators.catalogue import load_catalogue
from indicators.intake.template import HEADER, write_template
from tests import toy
from tests.indicators.intake.forms import outcome, plan, toy_store


@pytest.fixture
def session() -> Iterator[Session]:
    with toy_store() as opened:
        yield opened


def template(session: Session, folder: Path, indicator: str, level: str = "commune") -> tuple[Path, Path]:
    places = load_places(session)
    return write_template(load_catalogue(session, places), places, indicator, toy.OLD, level, "2020", folder)


def test_a_template_lists_every_unit_with_name_and_parent(session: Session, tmp_path: Path) -> None:
    """Six communes; for titles the three rural ones. Workbook and CSV have the same cells."""
    book, text = template(session, tmp_path, "clean_water_rate")
    rows = list(csv.DictReader(text.read_text("utf-8-sig").splitlines()))
    assert [(row["area_code"], row["parent_name"]) for row in rows[:2]] == [
        ("00001", "Quận Hoà Bình"), ("00002", "Quận Hoà Bình")
    ]  # fmt: skip
    assert (len(rows), {row["unit"] for row in rows}, {row["value"] for row in rows}) == (6, {"%"}, {""})
    sheet = load_workbook(book)["Số liệu"]
    cells = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert cells == [list(row.values()) for row in rows]
    assert [cell.value for cell in sheet[2]] == list(HEADER)
    titles = csv.DictReader(template(session, tmp_path, "title")[1].read_text("utf-8-sig").splitlines())
    assert [row["area_code"] for row in titles] == ["00003", "00004", "00006"]


def test_an_untouched_template_changes_nothing(session: Session, tmp_path: Path) -> None:
    """Blank cells are no figures: neither form has a problem or a change."""
    for path in template(session, tmp_path, "clean_water_rate"):
        assert outcome(session, path) == {}


def test_what_is_typed_into_a_template_comes_back(session: Session, tmp_path: Path) -> None:
    path, _ = template(session, tmp_path, "clean_water_rate")
    book = load_workbook(path)
    sheet, column = book["Số liệu"], {name: number for number, name in enumerate(HEADER, 1)}
    for name, value in (("value", 88.5), ("status", "final"), ("source_id", "count-2020"), ("note", "Đã rà soát")):
        sheet.cell(4, column[name]).value = value
    book.save(path)
    planned = plan(session, path)
    assert [(change.entry.row, change.entry.area.code, change.entry.record["value"], change.entry.record["note_vi"])
            for change in planned.changes] == [(4, "00002", 88.5, "Đã rà soát")]  # fmt: skip


def test_a_template_checks_cells_and_explains_itself(session: Session, tmp_path: Path) -> None:
    """Shares warn above 100, statuses and codes are lists; the notes hold unit and definition."""
    book = load_workbook(template(session, tmp_path, "clean_water_rate")[0])
    rules = {str(rule.sqref): rule for rule in book["Số liệu"].data_validations.dataValidation}
    assert (rules["I3:I8"].type, rules["I3:I8"].formula2, rules["I3:I8"].errorStyle) == ("decimal", "100", "warning")
    assert "final,provisional" in rules["M3:M8"].formula1
    notes = [str(row[1].value) for row in book["Ghi chú"].iter_rows()]
    assert "clean_water_rate." in notes
    assert any("%" in note for note in notes)
    titles = load_workbook(template(session, tmp_path, "title")[0])["Số liệu"].data_validations.dataValidation
    assert "1,2,3" in titles[0].formula1


def test_a_template_of_what_does_not_exist_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="clean_water_rate"):
        template(session, tmp_path, "clean_water")
    with pytest.raises(BadParameter, match="level"):
        template(session, tmp_path, "population", "ward")
