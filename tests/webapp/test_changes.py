"""What changed on 01/07/2025: the counts of docs/areas.md, both directions, filters, and plain answers to bad ones."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient


def text_of(client: FlaskClient, path: str) -> str:
    """The page as text, one space between words."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    body = re.sub(r"<(head|svg).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def row_of(client: FlaskClient, path: str, name: str) -> str:
    """The row of one unit as text."""
    html = client.get(path).get_data(as_text=True)
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    found = [row for row in rows if re.search(rf'scope="row"[^>]*><a[^>]*>{name}<', row)]
    assert len(found) == 1, name
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def test_the_counts_are_those_of_the_lineages(client: FlaskClient) -> None:
    text = text_of(client, "/changes")
    assert "30 quận, huyện, thị xã và 579 phường, xã, thị trấn (địa giới 2024) được thay bằng 126 phường, xã" in text
    for fact in ("nguyên vẹn 26 đơn vị mới", "bị chia 100 đơn vị mới", "Nhập nguyên vẹn 379 đơn vị cũ",
                 "Bị chia 200 đơn vị cũ", "Đất của nhiều quận, huyện 64 đơn vị mới", "104 trên 126 mã"):  # fmt: skip
        assert fact in text, fact
    assert "Trong 848 cặp" in text
    assert "739 cặp được cả văn bản chính thức và bản đồ" in text


def test_a_new_unit_says_what_it_was_made_of_and_on_whose_land(client: FlaskClient) -> None:
    row = row_of(client, "/changes", "Phường Hoàn Kiếm")
    assert "Phường Hàng Bạc toàn bộ · 5 %" in row
    assert "Phường Tràng Tiền 53 % · 12 %" in row
    assert "Phường Đồng Xuân gần toàn bộ · 8 %" in row
    assert row.endswith("Quận Hoàn Kiếm, Quận Ba Đình")


def test_an_old_unit_says_where_it_went(client: FlaskClient) -> None:
    assert row_of(client, "/changes?side=old", "Phường Hàng Bạc").endswith("Phường Hoàn Kiếm toàn bộ")
    split = row_of(client, "/changes?side=old", "Phường Tràng Tiền")
    assert "Bị chia" in split
    assert "Phường Hoàn Kiếm 53 %" in split
    assert "Phường Cửa Nam 47 %" in split


def test_a_pair_too_small_for_the_map_has_no_share(client: FlaskClient) -> None:
    row = row_of(client, "/changes", "Phường Giảng Võ")
    assert "Phường Cát Linh quá nhỏ để đo" in row
    assert "Cát Linh quá nhỏ để đo ·" not in row


@pytest.mark.parametrize(
    ("query", "shown"),
    [("kind=merged", 26), ("kind=part", 100), ("side=old", 579), ("side=old&kind=split", 200),
     ("side=old&district=274", 20), ("side=old&district=274&kind=split", 7)],
)  # fmt: skip
def test_filters_leave_what_they_name(client: FlaskClient, query: str, shown: int) -> None:
    html = client.get(f"/changes?{query}").get_data(as_text=True)
    assert len(re.findall(r'<th scope="row"', html)) == shown
    assert len(re.findall(r'class="ar a\d"', html)) == shown


def test_new_units_are_found_by_the_district_they_lie_on(client: FlaskClient) -> None:
    text = text_of(client, "/changes?district=274")
    for name in ("Xã An Khánh", "Xã Sơn Đồng", "Xã Dương Hòa", "Xã Hoài Đức", "Phường Tây Mỗ"):
        assert name in text
    assert "Phường Hoàn Kiếm" not in text


def test_a_choice_that_leaves_nothing_says_so(client: FlaskClient) -> None:
    text = text_of(client, "/changes?district=001&kind=merged")
    assert "Không có đơn vị nào thuộc loại này ở quận, huyện đã chọn." in text


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [("side=now", 400, "old"), ("kind=kept", 400, "merged"), ("district=999", 404, "009"), ("sort=1", 400, "side=")],
)
def test_what_cannot_be_chosen_names_what_can(client: FlaskClient, query: str, status: int, named: str) -> None:
    answer = client.get(f"/changes?{query}")
    assert answer.status_code == status
    assert named in answer.get_data(as_text=True)


def test_english_readers_get_the_same_list(client: FlaskClient) -> None:
    row = row_of(client, "/en/changes?side=old&kind=split", "Tràng Tiền ward")
    assert "Split" in row
    assert "Hoàn Kiếm ward 53%" in row


def test_every_unit_of_the_list_has_a_page_that_answers(client: FlaskClient) -> None:
    html = client.get("/changes?side=old&district=001").get_data(as_text=True)
    links = set(re.findall(r'href="(/areas/[^"]+)"', html))
    assert len(links) > 14
