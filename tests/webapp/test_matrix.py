"""Areas by indicators: the figures of the API, sorted within kinds, kinds of missing told apart."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.webapp.test_areas import row_of, text_of, words


def table_of(client: FlaskClient, path: str) -> tuple[list[str], dict[str, dict[str, str]]]:
    """The order of the rows, and their cells by the name of the column."""
    html = re.sub(r"<svg.*?</svg>", "", client.get(path).get_data(as_text=True), flags=re.DOTALL)
    heads = [words(head) for head in re.findall(r'<th scope="col".*?<a[^>]*>(.*?)</a>', html, re.DOTALL)]
    heads = [head.rstrip(" ↑↓") for head in heads]
    rows = {}
    for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', html, re.DOTALL):
        cells = [words(cell) for cell in re.split(r"</t[hd]>", row)[:-1]]
        assert len(cells) == len(heads)
        rows[cells[0]] = dict(zip(heads[1:], cells[1:], strict=True))
    return list(rows), rows


def test_every_cell_is_the_value_of_the_api(client: FlaskClient) -> None:
    _names, rows = table_of(client, "/matrix?edition=2025-07&level=commune")
    areas = client.get("/api/v1/values?indicator=population&edition=2025-07&level=commune").get_json()["areas"]
    assert {area["name"]: f"{area['value']:,.0f}".replace(",", ".") for area in areas} == {
        name: cells["Dân số"] for name, cells in rows.items()
    }


def test_a_column_says_its_unit_and_year(client: FlaskClient) -> None:
    html = words(client.get("/matrix").get_data(as_text=True))
    assert "Dân số người, 2018" in html
    assert "Danh hiệu nông thôn mới của huyện, thị xã Số hộ" not in html


def test_sorting_is_within_kinds_with_missing_last(client: FlaskClient) -> None:
    names, rows = table_of(client, "/matrix?sort=ntm_advanced_communes_added&order=desc")
    column = "Số xã đạt chuẩn NTM nâng cao tăng thêm"
    assert [name.split()[0] for name in names] == ["Quận"] * 12 + ["Huyện"] * 17 + ["Thị"]
    values = [rows[name][column] for name in names[12:29]]
    numbers = [float(value) for value in values]
    assert numbers == sorted(numbers, reverse=True)
    assert {rows[name][column] for name in names[:12]} == {"Không áp dụng"}
    rising, _rows = table_of(client, "/matrix?sort=population&order=asc")
    assert rising[0] == "Quận Hoàn Kiếm"


def test_a_column_sorts_best_first_and_turns_the_next_time(client: FlaskClient) -> None:
    html = unescape(client.get("/matrix?sort=poor_households&order=asc").get_data(as_text=True))
    assert '<th scope="col" aria-sort="ascending">' in html
    assert "/matrix?edition=2024&level=district&sort=poor_households&order=desc" in html
    assert "/matrix?edition=2024&level=district&sort=ntm_communes&order=desc" in html
    plain = unescape(client.get("/matrix").get_data(as_text=True))
    assert "/matrix?edition=2024&level=district&sort=poor_households&order=asc" in plain


def test_kinds_of_missing_are_told_apart(client: FlaskClient) -> None:
    html = client.get("/matrix").get_data(as_text=True)
    assert {"nd", "na", "only_older"} <= set(re.findall(r'<span class="sw (\w+)"', html))
    _names, rows = table_of(client, "/matrix")
    assert rows["Huyện Sóc Sơn"]["Số xã đạt chuẩn NTM nâng cao (lũy kế)"] == "18 06/2025"
    assert rows["Quận Ba Đình"]["Số xã đạt chuẩn NTM nâng cao (lũy kế)"] == "Không áp dụng"
    assert rows["Huyện Đông Anh"]["Số xã đạt chuẩn nông thôn mới (lũy kế)"] == "Chưa có số liệu"


def test_only_a_goal_that_binds_gives_a_status(client: FlaskClient) -> None:
    html = client.get("/matrix").get_data(as_text=True)
    assert len(re.findall(r'<td class="tinted st-met">', html)) == 5  # districts with an area in the waste pilot
    _names, rows = table_of(client, "/matrix")
    assert rows["Quận Ba Đình"]["Số phường, xã thí điểm phân loại rác tại nguồn"] == "1 Đạt"
    assert rows["Huyện Mê Linh"]["Tỷ lệ bao phủ bảo hiểm y tế"].startswith("> 95,00 2022")


def test_communes_of_the_old_edition_come_district_by_district(client: FlaskClient) -> None:
    names, _rows = table_of(client, "/matrix?edition=2024&level=commune&parent=274")
    assert len(names) == 20
    first, _rows = table_of(client, "/matrix?edition=2024&level=commune")
    assert len(first) == 14
    assert "Phường Phúc Xá" in first


def test_a_theme_leaves_its_columns_and_names_what_nobody_published(client: FlaskClient) -> None:
    text = text_of(client, "/matrix?theme=waste")
    assert "Dân số" not in re.sub(r"Lĩnh vực.*?Lọc ", "", text)
    assert "Chưa tìm thấy ai công bố ở cấp này: 1" in text
    nothing = text_of(client, "/matrix?edition=2025-07&level=commune&theme=waste")
    assert "Chưa tìm thấy ai công bố số liệu nào của các địa bàn này trong lĩnh vực đã chọn." in nothing


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("edition=2023", 404, "2025-07"),
        ("edition=2025-07&level=district", 400, "commune"),
        ("level=ward", 404, "commune"),
        ("edition=2024&level=commune&parent=999", 404, "Gần nhất"),
        ("theme=money", 400, "poverty"),
        ("sort=populatoin", 404, "population"),
        ("sort=ntm_title", 400, "population"),
        ("order=up", 400, "asc"),
        ("by=population", 400, "sort="),
    ],
)
def test_what_cannot_be_shown_names_what_can(client: FlaskClient, query: str, status: int, named: str) -> None:
    answer = client.get(f"/matrix?{query}")
    assert answer.status_code == status
    assert named in answer.get_data(as_text=True)


def test_english_readers_get_the_same_table(client: FlaskClient) -> None:
    assert row_of(client, "/en/matrix?theme=population", "Ba Đình urban district")[2] == "≈ 247,100"
