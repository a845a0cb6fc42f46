"""Golden files: text, numbers, tables and names as offices send them, each with what becomes of every cell."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from boundaries.problems import IngestError
from indicators.intake.files import read_grids
from tests.indicators.intake.forms import (
    HEADER,
    PEOPLE,
    WATER,
    Outcome,
    as_csv,
    outcome,
    plan,
    rows_of,
    save_book,
    toy_store,
    windows_1258,
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A store that is only read."""
    with toy_store() as opened:
        yield opened


A, B = {"area_code": "00001", "value": "210"}, {"area_code": "00002", "value": "110"}
NAMED = as_csv(
    rows_of(PEOPLE, {"area_name": "Phường Hoà An", "value": "210"}, {"area_name": "Xã Đa Phúc", "value": "600"})
)
BOTH = {"00001": 210.0, "00003": 600.0}


@pytest.mark.parametrize(
    "content",
    [
        NAMED.encode(),
        b"\xef\xbb\xbf" + NAMED.encode(),
        NAMED.encode("utf-16"),
        NAMED.encode("utf-16-le"),
        b"\xfe\xff" + NAMED.encode("utf-16-be"),
        unicodedata.normalize("NFD", NAMED).encode(),
        windows_1258(NAMED),
        NAMED.replace("Phường Hoà An", "  PHƯỜNG\u00a0Hòa\u200b An ").encode(),
        NAMED.replace("\r\n", "\n").encode(),
        NAMED.replace("\r\n", "\r").encode(),
        NAMED.replace(",", ";").encode(),
        NAMED.replace(",", "\t").encode(),
        ("sep=;\r\n" + NAMED.replace(",", ";")).encode(),
        NAMED.replace("Phường Hoà An", "P. Hoà An").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "nfd", "windows-1258", "spaces", "lf", "cr", "semicolon",
         "tab", "sep", "short kind"],
)  # fmt: skip
def test_text_in_any_readable_form_is_the_same_file(session: Session, tmp_path: Path, content: bytes) -> None:
    """Encoding, line ends, separators, composed or decomposed letters and invisible signs change no figure."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert outcome(session, path) == BOTH


TCVN3 = "Ph\u00adêng Hoµ An;X· §a Phóc;HuyÖn §«ng S¬n;ThÞ x· T©y Ngµn"
VNI = "Phöôøng Hoaø An;Xaõ Ña Phuùc;Huyeän Ñoâng Sôn;Thò xaõ Taây Ngaøn"


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (f"area_name\n{TCVN3}".encode("latin-1"), "TCVN3"),
        (f"area_name\n{TCVN3}".encode(), "TCVN3"),
        (f"area_name\n{VNI}".encode("latin-1"), "VNI"),
        (f"area_name\n{VNI}".encode(), "VNI"),
        ("area_name,Straße,Größe\n".encode("latin-1"), "Windows-1258"),
        (b"area_name\0\n", "NUL"),
        (b"a;b,c\n1;2,3\n", "two ways"),
    ],
)
def test_text_that_cannot_be_read_is_refused_by_name(
    session: Session, tmp_path: Path, content: bytes, hint: str
) -> None:
    """The old fonts are named, as bytes and as what they look like once pasted into Unicode."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(IngestError) as caught:
        plan(session, path)
    assert hint in caught.value.problems[0].suggestion


def column(*values: str, common: dict[str, str] = WATER) -> str:
    return as_csv(rows_of(common, *({"area_code": f"0000{n}", "value": value} for n, value in enumerate(values, 1))))


@pytest.mark.parametrize(
    ("values", "wish", "expected"),
    [
        (("90", "60,5", "1.234"), {}, {"00001": 90, "00002": 60.5, "00003": 1234}),
        (("90", "60.5", "1,234"), {}, {"00001": 90, "00002": 60.5, "00003": 1234}),
        (("1.234.567", "1.234"), {}, {"00001": 1234567, "00002": 1234}),
        (("0.123", "1.234"), {}, {"00001": 0.123, "00002": 1.234}),
        (("1.234",), {}, [(2, "value", "decimal")]),
        (("1.234",), {"locale": "vi"}, {"00001": 1234}),
        (("1.234",), {"locale": "en"}, {"00001": 1.234}),
        (("1,5", "1.5"), {}, [(2, "value", "decimal"), (3, "value", "decimal")]),
        (("1,5", "1.5"), {"locale": "vi"}, [(3, "value", "decimal")]),
        (("1 234", "1\u00a0234,5"), {}, {"00001": 1234, "00002": 1234.5}),
        (("12%", "7,5 %"), {}, {"00001": 12, "00002": 7.5}),
        (("\u22125",), {}, [(2, "value", "sense")]),
        (("1e3", "NaN", "Infinity", "1.23.4", "~5"), {}, [(row, "value", "number") for row in range(2, 7)]),
        (("-", "…", "x", "không", "12/5"), {}, [(row, "value", "number") for row in range(2, 7)]),
        (("=1+1", "+5", "#REF!"), {}, [(2, "value", "formula"), (2, "value", "number"), (3, "value", "formula"),
                                       (3, "value", "number"), (4, "value", "formula"), (4, "value", "number")]),
        (("", "0", " "), {}, {"00002": 0}),
    ],
)  # fmt: skip
def test_numbers_are_read_or_asked_about(
    session: Session, tmp_path: Path, values: tuple[str, ...], wish: dict[str, Any], expected: Outcome
) -> None:
    """The column decides, else the user is asked; a blank is nothing and never zero."""
    path = tmp_path / "a.csv"
    path.write_text(column(*values), "utf-8")
    assert outcome(session, path, **wish) == expected


def test_a_percent_sign_needs_a_percentage(session: Session, tmp_path: Path) -> None:
    """12 % of people is no number of people."""
    path = tmp_path / "a.csv"
    path.write_text(column("12%", common=PEOPLE), "utf-8")
    assert outcome(session, path) == [(2, "value", "percent")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"indicator_id": "populaton"}, "indicator"),
        ({"edition": "2022"}, "edition"),
        ({"edition": ""}, "edition"),
        ({"level": "ward"}, "level"),
        ({"area_code": "00009"}, "area"),
        ({"area_code": ""}, "required"),
        ({"area_code": "1"}, "area"),
        ({"area_code": "", "area_name": "Hoa An"}, "area"),
        ({"area_code": "", "area_name": "Phường Hoà Ân"}, "area"),
        ({"area_code": "", "area_name": "Xã Hoà An"}, "area"),
        ({"area_name": "Phường Bến Cầu"}, "area name"),
        ({"period": "2020-13"}, "period"),
        ({"period": "2019-2020"}, "period"),
        ({"period": "44197"}, "period"),
        ({"period": "2099"}, "period"),
        ({"stratum": "rural"}, "stratum"),
        ({"unit": "%"}, "unit"),
        ({"status": "official"}, "status"),
        ({"source_id": "count-2021"}, "source"),
        ({"value": "1,5"}, "sense"),
        ({"value": "-1"}, "sense"),
        ({"indicator_id": "title", "unit": "", "value": "1"}, "kind"),
        ({"indicator_id": "title", "unit": "", "value": "7", "area_code": "00003"}, "word"),
    ],
)  # fmt: skip
def test_what_a_row_cannot_mean_is_refused(
    session: Session, tmp_path: Path, changes: dict[str, str], expected: str
) -> None:
    """Each rule alone on one row; the row beside it has nothing."""
    path = tmp_path / "a.csv"
    path.write_text(as_csv(rows_of(PEOPLE, {**A, **changes}, B)), "utf-8")
    found = outcome(session, path)
    assert isinstance(found, list)
    assert {(row, rule) for row, _, rule in found} == {(2, expected)}


def test_all_problems_come_together_and_duplicates_name_both_rows(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(as_csv(rows_of(PEOPLE, A, {**A, "value": "211"}, {**B, "status": "?", "source_id": "?"})), "utf-8")
    with pytest.raises(IngestError) as caught:
        plan(session, path)
    found = {(problem.row, problem.rule): problem.suggestion for problem in caught.value.problems}
    assert set(found) == {(3, "key"), (4, "status"), (4, "source")}
    assert "row 2" in found[3, "key"]


def test_zeros_that_a_spreadsheet_dropped_are_put_back_where_the_name_agrees(session: Session, tmp_path: Path) -> None:
    """Code 1 with its name is 00001, and said so; without a name it is a question, which another test asks."""
    path = tmp_path / "a.csv"
    path.write_text(as_csv(rows_of(PEOPLE, {**A, "area_code": "1", "area_name": "Phường Hoà An"})), "utf-8")
    planned = plan(session, path)
    assert [change.entry.area.code for change in planned.changes] == ["00001"]
    assert [notice.rule for notice in planned.reading.notices] == ["zeros"]


OFFICE = [
    ["BÁO CÁO DÂN SỐ", "", "", ""],
    ["STT", "Đơn vị hành chính", "Dân số", ""],
    ["", "", "Số liệu", "Ghi chú"],
    [1, "Phường Hoà An", 210, ""],
    [2, "Phường Bến Cầu", "", "chưa có"],
    ["", "Tổng cộng", 210, ""],
]


def test_a_workbook_of_an_office_is_read_by_what_is_declared_for_it(session: Session, tmp_path: Path) -> None:
    """Title, header of two rows with merged cells, totals and a running number: figures by name, the rest told."""
    path = tmp_path / "a.xlsx"
    book = save_book(path, OFFICE)
    for cells in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        book.active.merge_cells(cells)
    book.save(path)
    planned = plan(session, path, constants=PEOPLE)
    assert {change.entry.area.code: change.entry.record["value"] for change in planned.changes} == {"00001": 210}
    assert [change.entry.row for change in planned.changes] == [4]
    assert {(notice.row, notice.rule) for notice in planned.reading.notices} == {
        (3, "not read"), (5, "blank"), (6, "total")
    }  # fmt: skip


def test_typed_cells_keep_what_they_are(session: Session, tmp_path: Path) -> None:
    """A cell shown as 85,7 % is 85.7; a date is no year; a figure merged over two units is nobody's."""
    path = tmp_path / "a.xlsx"
    rows = rows_of(WATER, *({"area_code": f"0000{n}"} for n in range(1, 5)))
    book = save_book(path, rows)
    sheet, value, period = book.active, HEADER.index("value") + 1, HEADER.index("period") + 1
    sheet.cell(2, value).value, sheet.cell(2, value).number_format = 0.857, "0.0%"
    sheet.cell(3, value).value, sheet.cell(3, period).value = 60, dt.datetime(2020, 1, 1)
    sheet.cell(4, value).value = 50
    sheet.merge_cells(start_row=4, end_row=5, start_column=value, end_column=value)
    book.save(path)
    assert outcome(session, path) == [(3, "period", "period"), (4, "value", "merged"), (5, "value", "merged")]
    sheet.unmerge_cells(start_row=4, end_row=5, start_column=value, end_column=value)
    sheet.cell(3, period).value = "2020"
    book.save(path)
    assert outcome(session, path) == {"00001": 85.7, "00002": 60, "00003": 50}


@pytest.mark.parametrize("fault", ["formula", "error", "hidden row", "hidden column", "hidden sheet", "two sheets"])
def test_a_workbook_that_hides_or_computes_is_refused(session: Session, tmp_path: Path, fault: str) -> None:
    path = tmp_path / "a.xlsx"
    book = save_book(path, rows_of(PEOPLE, A, B))
    sheet = book.active
    if fault in ("formula", "error"):
        sheet["H2"] = "=200+10" if fault == "formula" else "#REF!"
    elif fault == "hidden row":
        sheet.row_dimensions[3].hidden = True
    elif fault == "hidden column":
        sheet.column_dimensions["C"].hidden = True
    else:
        more = book.create_sheet("Khác")
        more["A1"] = "x"
        more.sheet_state = "hidden" if fault == "hidden sheet" else "visible"
    book.save(path)
    found = outcome(session, path)
    assert isinstance(found, list)
    expected = {"formula": "formula", "error": "formula", "two sheets": "sheets"}.get(fault, "hidden")
    assert expected in {rule for _, _, rule in found}


def test_new_sources_come_with_the_file_or_are_refused(session: Session, tmp_path: Path) -> None:
    """A sheet of sources is checked by the table's own rules; a known id with other content is refused."""
    path = tmp_path / "a.xlsx"
    book = save_book(path, rows_of({**PEOPLE, "source_id": "bc-2026"}, A))
    assert outcome(session, path) == [(2, "source_id", "source")]
    sheet = book.create_sheet("sources")
    sheet.append(["id", "publisher", "title", "title_origin", "url", "published", "kind", "quality"])
    sheet.append(["bc-2026", "UBND", "Báo cáo", "stated", None, "2026-02-01", "official_site", "official"])
    book.save(path)
    planned = plan(session, path)
    assert [(one["id"], one["published"]) for one in planned.reading.sources] == [("bc-2026", dt.date(2026, 2, 1))]
    sheet["H2"], sheet["F2"] = "good", "1/2/2026"
    book.save(path)
    found = outcome(session, path)
    assert isinstance(found, list)
    assert {("sources: published", "date"), ("sources: quality", "allowed")} <= {
        (name, rule) for _, name, rule in found
    }
    sheet["H2"], sheet["F2"], sheet["A2"] = "official", "2026-02-01", "count-2020"
    book.save(path)
    assert ("sources: id", "known source") in {(name, rule) for _, name, rule in outcome(session, path)}


def _zip(path: Path, **parts: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)


CONTENT = {"[Content_Types]_xml": b"<Types/>"}
SHEET = b"<worksheet><sheetData>%s</sheetData>%s</worksheet>"


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("bomb", {**CONTENT, "xl__sharedStrings_xml": b"<sst>" + b"<si><t>a</t></si>" * 2_000_000 + b"</sst>"}),
        ("size", {**CONTENT, "xl__worksheets__sheet1_xml": SHEET % (b'<row r="1048576"/>', b"")}),
        ("size", {**CONTENT, "xl__worksheets__sheet1_xml": SHEET % (b'<row r="1"><c r="XFD1"/></row>', b"")}),
        ("size", {**CONTENT, "xl__worksheets__sheet1_xml": SHEET % (b"", b'<mergeCell ref="A1:XFD1048576"/>')}),
        ("bomb", {**CONTENT, "xl__a_xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
        ("bomb", {**CONTENT, **{f"p{n}": b"" for n in range(1001)}}),
        ("file kind", {"a.txt": b"x"}),
    ],
    ids=["ratio", "rows", "columns", "merged range", "entities", "entries", "no workbook"],
)  # fmt: skip
def test_bombs_are_refused_within_a_second_and_150_mb(tmp_path: Path, rule: str, parts: dict[str, bytes]) -> None:
    """Limits are counted in the packed stream, before anything is parsed."""
    path = tmp_path / "a.xlsx"
    _zip(path, **parts)
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(IngestError) as caught:
        read_grids(path)
    used, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.problems[0].rule == rule
    assert used < 1
    assert peak < 150e6


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "file kind"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "file kind"),
        ("a.xlsx", b"area_code,value\n", "file kind"),
        ("a.csv", b"PK\x03\x04" + bytes(30), "file kind"),
        ("a.xlsx", b"PK\x03\x04" + bytes(30), "file kind"),
        ("a.ods", b"area_code,value\n", "file kind"),
        ("a.csv", b"a" * (10 * 2**20 + 1), "size"),
        ("a.csv", b"1,2,3,4\n" * 1_000_000, "size"),
    ],
)  # fmt: skip
def test_files_that_are_not_what_they_say_or_too_large_are_refused_at_once(
    tmp_path: Path, name: str, content: bytes, rule: str
) -> None:
    """Locked, old, mislabelled or damaged files, and a million rows: by a stated rule, within a second."""
    path = tmp_path / name
    path.write_bytes(content)
    begun = time.process_time()
    with pytest.raises(IngestError) as caught:
        read_grids(path)
    assert time.process_time() - begun < 1
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_a_header_that_lacks_fields_or_has_one_twice_says_which(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Mã,Giá trị,Số liệu\n00001,1,2\n", "utf-8")
    found = outcome(session, path, constants={"indicator_id": "population", "edition": "2020"})
    assert isinstance(found, list)
    assert [rule for _, _, rule in found].count("header twice") == 1
    assert [rule for _, _, rule in found].count("header") == 5


def test_a_workbook_of_ours_is_not_altered_by_reading(session: Session, tmp_path: Path) -> None:
    """Reading leaves the file's bytes alone."""
    path = tmp_path / "a.xlsx"
    save_book(path, rows_of(PEOPLE, A, B))
    before = path.read_bytes()
    assert outcome(session, path) == {"00001": 210, "00002": 110}
    assert path.read_bytes() == before
    assert load_workbook(path).sheetnames == ["Số liệu"]
