"""All figures in one file: the same rows as the files of the maps, made while they are sent; nothing is left behind."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from indicators.csvfile import BLOCK, csv_pieces
from tests.webapp.exports import read_csv, read_sheet
from webapp.db import snapshot
from webapp.exports import EXPORTERS, everything, everything_menu
from webapp.exports.ink import SIGNS
from webapp.words import reason_text, status_text, verdict_text

INDICATOR = "income_per_capita"
"""Of districts, communes and the city, in several years and both editions."""
MANY = "/download/all.csv?edition=2024&level=district"


def maps_of(client: FlaskClient, indicator: str) -> list[dict[str, str]]:
    """The questions of all maps that have a figure of an indicator, as the API tells them."""
    document = client.get(f"/api/v1/indicators/{indicator}").get_json()
    maps = [
        {"indicator": indicator, "edition": edition, "level": level, "stratum": stratum, "period": year}
        for edition, levels in sorted(document["periods"].items())
        for level, years in sorted(levels.items())
        for stratum in sorted(document["strata"])
        for year in sorted(years)
    ]
    return [asked for asked in maps if client.get("/api/v1/values", query_string=asked).json["coverage"]["with_value"]]


def rows_of(client: FlaskClient, asked: dict[str, str]) -> bytes:
    """The rows of `values.csv` without their head."""
    return client.get("/download/values.csv", query_string=asked).data.partition(b"\r\n")[2]


def test_it_is_the_files_of_all_maps_one_after_another(client: FlaskClient) -> None:
    maps = maps_of(client, INDICATOR)
    assert len({asked["period"] for asked in maps}) > 3
    assert len({(asked["edition"], asked["level"]) for asked in maps}) > 2
    body = client.get(f"/download/all.csv?indicator={INDICATOR}").data
    head = client.get("/download/values.csv", query_string=maps[0]).data.partition(b"\r\n")[0]
    assert body == head + b"\r\n" + b"".join(rows_of(client, asked) for asked in maps)


@pytest.mark.parametrize(("asked", "same"), [
    ({"level": "city"}, {"level": {"city"}}),
    ({"edition": "2025-07"}, {"edition": {"2025-07"}}),
    ({"indicator": "population", "edition": "2024", "level": "district"},
     {"indicator": {"population"}, "edition": {"2024"}, "level": {"district"}}),
])  # fmt: skip
def test_parameters_narrow_it(client: FlaskClient, asked: dict[str, str], same: dict[str, set[str]]) -> None:
    rows = read_csv(client.get("/download/all.csv", query_string=asked).data)
    assert {name: {row[name] for row in rows} for name in same} == same
    whole = read_csv(client.get("/download/all.csv").data)
    assert rows == [row for row in whole if all(row[name] in values for name, values in same.items())]


def test_no_row_is_there_twice_and_the_description_says_so(client: FlaskClient) -> None:
    answer = client.get("/download/all.csv")
    [address] = re.findall(r'<([^>]+)>; rel="describedby"', answer.headers["Link"])
    described = client.get(address).get_json()
    rows = read_csv(answer.data)
    assert len({tuple(row[name] for name in described["tableSchema"]["primaryKey"]) for row in rows}) == len(rows)
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(rows[0])
    assert described["url"] == "all.csv"
    assert answer.data.startswith(b"\xef\xbb\xbfindicator,")


def test_the_workbook_has_the_same_figures(app: Flask, client: FlaskClient) -> None:
    query = f"indicator={INDICATOR}"
    rows = read_csv(client.get(f"/download/all.csv?{query}").data)
    body = client.get(f"/download/all.xlsx?{query}").data
    cells = read_sheet(body)
    assert len(cells) == len(rows)
    with app.test_request_context("/"):
        for cell, row in zip(cells, rows, strict=True):
            assert [cell[name] for name in ("Mã chỉ số", "Địa giới", "Mã địa bàn", "Thời điểm được hỏi")] == [
                row[name] for name in ("indicator", "edition", "code", "asked")
            ]
            assert cell["Giá trị"] == (float(row["value"]) if row["value"] else None)
            missing = row["status"] == "missing"
            words = reason_text(row["reason"]) if missing else status_text(row["status"])
            assert cell["Tình trạng số liệu"] == words
            sign = f"{SIGNS[row['status_code']][0]} {verdict_text(row['status_code'])}"
            assert cell["Đánh giá"] == (None if missing else sign)


def test_the_workbook_lists_its_tables_its_sources_and_what_ranked_lower(client: FlaskClient) -> None:
    body = client.get(f"/download/all.xlsx?indicator={INDICATOR}").data
    assert openpyxl.load_workbook(io.BytesIO(body)).sheetnames == [
        "Số liệu", "Các bảng", "Số liệu khác", "Nguồn", "Mô tả",
    ]  # fmt: skip
    tables = read_sheet(body, "Các bảng")
    assert len(tables) == len(maps_of(client, INDICATOR))
    figures = [cell for cell in read_sheet(body) if cell["Giá trị"] is not None]
    assert sum(table["Số địa bàn có số liệu"] for table in tables) == len(figures)
    assert {source["Mã nguồn"] for source in read_sheet(body, "Nguồn")} == {cell["Mã nguồn"] for cell in figures}
    about = {row["Mục"]: row["Nội dung"] for row in read_sheet(body, "Mô tả")}
    assert about["Liên kết"] == f"http://127.0.0.1:8000/download/all.csv?indicator={INDICATOR}"
    assert about["Số dòng"] == len(read_sheet(body))
    assert {"Ngày trích", "Phiên bản dữ liệu", "Phiên bản phần mềm"} <= about.keys()


def test_names_of_files_tell_what_is_in_them(client: FlaskClient) -> None:
    for query, stem in {
        "": "moi-chi-so_moi-cap_moi-dia-gioi_moi-thoi-diem",
        "?level=city&edition=2024": "moi-chi-so_thanh-pho_2024_moi-thoi-diem",
        "?indicator=population&level=commune": "dan-so_xa_moi-dia-gioi_moi-thoi-diem",
    }.items():
        answer = client.head(f"/download/all.csv{query}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{stem}.csv"'
    answer = client.head("/en/download/all.csv?level=city")
    assert answer.headers["Content-Disposition"].endswith('moi-chi-so_thanh-pho_moi-dia-gioi_moi-thoi-diem_en.csv"')


def test_what_is_asked_for_again_unchanged_is_not_made_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = client.get(MANY, headers={"Accept-Encoding": "gzip"}, buffered=True)
    plain = client.get(MANY, buffered=True)
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert "Content-Length" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    monkeypatch.setattr(everything, "tables_of_periods", None)
    for answer, accepted in ((packed, "gzip"), (plain, "identity")):
        tag = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": accepted}
        assert client.get(MANY, headers=tag).status_code == 304


@pytest.mark.parametrize(("query", "status", "named"), [
    ("all.xlsx", 400, "10000"),
    ("all.csv?indicator=populaton", 404, "population"),
    ("all.csv?edition=1954", 404, "2025-07"),
    ("all.csv?level=ward", 404, "commune"),
    ("all.csv?period=2024", 400, "level="),
    ("all.docx", 400, "all.xlsx"),
])  # fmt: skip
def test_what_cannot_be_had_names_what_can(client: FlaskClient, query: str, status: int, named: str) -> None:
    answer = client.get(f"/download/{query}")
    assert answer.status_code == status
    assert named in answer.get_data(as_text=True)


def test_every_indicator_can_be_had_as_a_workbook_in_one_request(client: FlaskClient) -> None:
    with client.application.test_request_context("/"):
        data = snapshot()
        rows = {name: everything.read_everything(data, {"indicator": name}).rows for name in data.catalogue.indicators}
    assert max(rows.values()) <= EXPORTERS["all.xlsx"].most


def test_a_client_who_leaves_ends_the_making(app: Flask) -> None:
    """The place among the client's files and the connection to the store are given back, and nothing more is made."""
    made, client = [], app.test_client()
    tables = everything.tables

    def counted(asked: everything.Everything) -> Iterator[Any]:
        for export in tables(asked):
            made.append(export)
            yield export

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everything, "tables", counted)
        answer = client.get("/download/all.csv", environ_overrides={"REMOTE_ADDR": "203.0.113.7"}, buffered=False)
        first = next(answer.iter_encoded())
        begun = len(made)
        slots = app.extensions["files_at_once"]
        assert sum(slots._taken.values()) == 1
        answer.close()
    assert first.startswith(b"\xef\xbb\xbf")
    assert 0 < begun == len(made) < 50
    assert sum(slots._taken.values()) == 0
    assert app.extensions["reader"].pool.checkedout() == 0


def test_a_store_that_fails_at_once_is_an_error_and_not_half_a_file(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(everything, "tables_of_periods", fail)
    answer = app.test_client().get(MANY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_rows_are_taken_as_they_are_sent() -> None:
    taken = 0

    def rows() -> Iterator[dict[str, int]]:
        nonlocal taken
        for taken in range(1, 10 * BLOCK):
            yield {"a": taken}

    pieces = csv_pieces(("a",), rows())
    assert next(pieces).startswith(b"\xef\xbb\xbfa\r\n1\r\n2\r\n")
    assert taken == BLOCK
    assert next(pieces).startswith(f"{BLOCK + 1}\r\n".encode())
    assert b"".join(pieces).endswith(f"{10 * BLOCK - 1}\r\n".encode())


class TestCommand:
    """`flask exports all`."""

    def run(self, app: Flask, out: Path, *more: str) -> Any:
        return app.test_cli_runner().invoke(args=["exports", "all", "--out", str(out), *more])

    def test_it_writes_the_files_of_the_service(self, app: Flask, client: FlaskClient, tmp_path: Path) -> None:
        result = self.run(app, tmp_path, "--indicator", INDICATOR, "--level", "district")
        assert result.exit_code == 0, result.output
        stem = "thu-nhap-binh-quan-dau-nguoi_huyen_moi-dia-gioi_moi-thoi-diem"
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            f"{stem}.{ending}" for ending in ("csv", "csvw.json", "xlsx")
        ]
        query = f"indicator={INDICATOR}&level=district"
        assert (tmp_path / f"{stem}.csv").read_bytes() == client.get(f"/download/all.csv?{query}").data
        assert json.loads((tmp_path / f"{stem}.csvw.json").read_text("utf-8"))["url"] == f"{stem}.csv"
        assert read_sheet((tmp_path / f"{stem}.xlsx").read_bytes()) == read_sheet(
            client.get(f"/download/all.xlsx?{query}").data
        )

    def test_what_breaks_on_the_way_leaves_no_file(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build, asked = everything.build_figures, 0

        def breaking(*args: Any) -> Any:
            nonlocal asked
            asked += 1
            if asked == 4:
                raise RuntimeError("planted")
            return build(*args)

        monkeypatch.setattr(everything, "build_figures", breaking)
        for form in ("csv", "xlsx"):
            asked = 0
            result = self.run(app, tmp_path, "--format", form, "--level", "district")
            assert result.exit_code == 1
            assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("more", "named"), [(("--format", "docx"), "csvw.json"), (("--indicator", "populaton"), "population")]
    )
    def test_what_cannot_be_had_names_what_can(
        self, app: Flask, tmp_path: Path, more: tuple[str, str], named: str
    ) -> None:
        result = self.run(app, tmp_path, *more)
        assert (result.exit_code, named in result.output) == (2, True)
        assert list(tmp_path.iterdir()) == []


def test_menus_offer_the_years_that_there_are(app: Flask, client: FlaskClient) -> None:
    """Those of the level's own figures; where there are none, no file."""
    path = "/download/all.csv?edition=2025-07&level=commune"
    years = [row["asked"] for row in read_csv(client.get(path).data)]
    page = client.get("/matrix?edition=2025-07&level=commune").get_data(as_text=True)
    offered = re.search(rf'href="{re.escape(path.replace("&", "&amp;"))}".*?</a>', page, re.DOTALL)
    assert offered is not None
    assert "–".join(dict.fromkeys((min(years), max(years)))) in offered[0]
    with app.test_request_context("/"):
        data = snapshot()
        [silent, *_more] = [
            name for name in data.catalogue.indicators if not everything.read_everything(data, {"indicator": name}).rows
        ]
        assert everything_menu("", indicator=silent) == []
