"""Areas beside each other: the same figures as their own pages, differences, ranks within kinds, plain errors."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.webapp.test_areas import row_of, text_of, words

FOUR = "/compare?areas=2024:274,2024:250,2024:017,2024:268"
HUYEN = "/compare?areas=2024:274,2024:250,2024:017"


def test_a_row_has_a_cell_for_each_area_with_value_rank_and_reason(client: FlaskClient) -> None:
    row = row_of(client, FOUR, "Số xã đạt chuẩn NTM nâng cao tăng thêm")
    assert row[0].endswith("xã, 2024 từ 40 xã trở lên (Phụ lục, mục 24)")
    assert row[1].startswith("2 suy ra")
    assert row[1].endswith("Đóng góp 2 trên 40 xã của mục tiêu Thành phố. đồng hạng 9/17 huyện")
    assert row[3].endswith("đồng hạng 4/17 huyện")
    assert row[4] == "Không áp dụng"


def test_figures_and_ranks_are_those_of_the_areas_own_pages(client: FlaskClient) -> None:
    name = "Số xã đạt chuẩn NTM kiểu mẫu tăng thêm"
    own = row_of(client, "/areas/2024/274", name)
    beside = row_of(client, HUYEN, name)[1]
    assert beside.startswith("≥ 3")
    assert own[2].startswith("≥ 3 xã")
    assert beside.endswith(own[4])


def test_like_areas_say_how_far_apart_they_are_and_which_is_best(client: FlaskClient) -> None:
    row = row_of(client, HUYEN, "Số xã đạt chuẩn NTM nâng cao tăng thêm")
    assert row[0].endswith("chênh nhau 3 xã")
    assert ["tốt nhất ở đây" in cell for cell in row[1:]] == [False, False, True]
    assert row_of(client, HUYEN, "Số hộ nghèo")[0].endswith("bằng nhau")


def test_areas_of_several_kinds_are_not_set_against_each_other(client: FlaskClient) -> None:
    text = text_of(client, FOUR)
    assert "Các địa bàn thuộc nhiều loại (quận, huyện)" in text
    assert "tốt nhất ở đây" not in text
    assert "chênh nhau" not in text


def test_another_year_is_flagged(client: FlaskClient) -> None:
    html = client.get(HUYEN).get_data(as_text=True)
    row = row_of(client, HUYEN, "Dân số")
    assert row[0] == "Dân số người, 2018 chênh nhau ≈ 154.700 người"
    assert row[1].startswith("292.600 2023")
    assert '<span class="flag">2023</span>' in html


def test_only_rows_that_differ(client: FlaskClient) -> None:
    rows = re.findall(r'<th scope="row">(.*?)<', client.get(f"{HUYEN}&rows=different").get_data(as_text=True))
    assert "Số hộ nghèo" not in rows
    assert "Dân số" in rows


def test_trends_show_the_day_the_boundaries_changed(client: FlaskClient) -> None:
    html = client.get(f"{HUYEN}&show=trends").get_data(as_text=True)
    assert 'class="edition"' in html
    assert "Địa giới thay đổi" in html
    assert "Thu nhập bình quân đầu người qua các năm: 2013: 32,1, 2023: 78,0" in unescape(html)


def test_a_bullet_of_a_goal_that_does_not_bind_has_no_colour(client: FlaskClient) -> None:
    html = client.get("/compare?areas=2024:250,2024:017").get_data(as_text=True)
    cells = re.findall(r"<td>(?:(?!</td>).)*goal-line(?:(?!</td>).)*</td>", html, re.DOTALL)
    assert cells
    assert all('class="st-not_assessable"' in cell for cell in cells)


def test_units_of_two_editions_stand_side_by_side_unconverted(client: FlaskClient) -> None:
    text = text_of(client, "/compare?areas=2024:002,2025-07:00070")
    assert "Địa giới cũng khác nhau; số liệu không được quy đổi." in text
    assert row_of(client, "/compare?areas=2024:002,2025-07:00070", "Số hộ nghèo")[2] == "Chưa có số liệu"


def test_without_scripts_a_name_leads_to_units_to_add(client: FlaskClient) -> None:
    html = client.get(f"{HUYEN}&q=ba+dinh").get_data(as_text=True)
    links = [unescape(link) for link in re.findall(r'<li><a href="(/compare[^"]+)"', html)]
    assert links[0] == "/compare?areas=2024:274,2024:250,2024:017,2025-07:00004"
    assert all(client.get(link).status_code == 200 for link in links)
    assert "còn 3 chỗ" in html


def test_each_area_can_be_taken_away(client: FlaskClient) -> None:
    html = client.get(HUYEN).get_data(as_text=True)
    removed = [unescape(link) for link in re.findall(r'<a class="icon-btn" href="(/compare[^"]+)"', html)]
    assert removed == [
        "/compare?areas=2024:250,2024:017",
        "/compare?areas=2024:274,2024:017",
        "/compare?areas=2024:274,2024:250",
    ]


def test_a_beginning_offers_examples_that_answer(client: FlaskClient) -> None:
    html = client.get("/compare").get_data(as_text=True)
    examples = [unescape(link) for link in re.findall(r'<li><a href="(/compare\?areas=[^"]+)"', html)]
    assert len(examples) == 4
    assert all("<table" in client.get(link).get_data(as_text=True) for link in examples)
    assert "Đã chọn Huyện Hoài Đức." in text_of(client, "/compare?areas=2024:274")


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("areas=274", 400, "2 to 6 different areas as edition:code"),
        ("areas=2024:274,", 400, "edition:code"),
        ("areas=2024:274,2024:274", 400, "different"),
        ("areas=" + ",".join(f"2024:00{n}" for n in range(1, 8)), 400, "2 to 6"),
        ("areas=2024:999", 404, "09919"),
        ("areas=1999:001", 404, "2025-07"),
        ("areas=2024:274,2024:250&rows=best", 400, "different"),
        ("areas=2024:274,2024:250&show=maps", 400, "trends"),
        ("area=2024:274", 400, "areas="),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_names_what_can(client: FlaskClient, query: str, status: int, named: str) -> None:
    answer = client.get(f"/compare?{query}")
    assert answer.status_code == status
    assert named in words(answer.get_data(as_text=True))


def test_what_a_reader_types_is_never_markup(client: FlaskClient) -> None:
    html = client.get(f"/compare?q={quote('<b>x</b>')}").get_data(as_text=True)
    assert "<b>x</b>" not in html


def test_english_readers_get_english_words(client: FlaskClient) -> None:
    row = row_of(client, f"/en{FOUR}", "Advanced new-style rural communes added")
    assert "tied 9 of 17 rural districts" in row[1]
