"""One box finds old and new units, and says where an old one is now."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def hits(client: FlaskClient, query: str) -> list[dict[str, object]]:
    """The units found."""
    found: list[dict[str, object]] = client.get("/api/v1/search", query_string={"q": query}).get_json()["areas"]
    return found


def test_ba_dinh_is_a_ward_of_today_and_a_former_district(client: FlaskClient) -> None:
    found = [(hit["name"], hit["valid_from"], hit["valid_to"]) for hit in hits(client, "ba dinh")]
    assert found == [("Phường Ba Đình", "2025-07-01", None), ("Quận Ba Đình", None, "2025-06-30")]


def test_an_old_name_leads_to_where_it_is_now(client: FlaskClient) -> None:
    (hit,) = hits(client, "P. Hàng Bạc")
    assert (hit["valid_to"], hit["parent_name"]) == ("2025-06-30", "Quận Hoàn Kiếm")
    assert hit["now"] == [{"edition": "2025-07", "code": "00070", "name": "Phường Hoàn Kiếm"}]


def test_a_reused_code_is_found_under_both_names(client: FlaskClient) -> None:
    old, new = hits(client, "truc bach")[0], hits(client, "phuong ba dinh")[0]
    assert (old["edition"], old["code"], new["edition"], new["code"]) == ("2024", "00004", "2025-07", "00004")
    assert old["now"] == [{"edition": "2025-07", "code": "00004", "name": "Phường Ba Đình"}]


def test_a_divided_unit_leads_to_all_its_parts(client: FlaskClient) -> None:
    now = next(hit for hit in hits(client, "Ngọc Hà") if hit["edition"] == "2024")["now"]
    assert {part["name"] for part in now} == {"Phường Ngọc Hà", "Phường Ba Đình"}  # type: ignore[union-attr, attr-defined, index]


def test_where_nothing_is_found_similar_names_are_offered(client: FlaskClient) -> None:
    """A mistyped name; a name that ended before any edition, of which words live on; nothing alike."""
    answers = [client.get("/api/v1/search", query_string={"q": q}).get_json() for q in ("hoan kem", "Hà Tây", "xyzzy")]
    assert [answer["areas"] for answer in answers] == [[], [], []]
    typed, ended, _none = ([hit["name"] for hit in answer["near"]] for answer in answers)
    assert typed[:2] == ["Phường Hoàn Kiếm", "Quận Hoàn Kiếm"]
    assert ended == ["Phường Hà Cầu", "Thành phố Hà Nội", "Xã Hạ Bằng", "Phường Sơn Tây", "Thị xã Sơn Tây", "Xã Hà Hồi"]
    assert answers[2]["near"] == []
    assert client.get("/api/v1/search?q=ba dinh").get_json()["near"] == []


@pytest.mark.parametrize(
    ("one", "other"), [("Hoà Bình", "Hòa Bình"), ("HÒA BÌNH", "hoa binh"), ("H. Hoài Đức", "huyen hoai duc")]
)
def test_spellings_of_one_name_find_the_same(client: FlaskClient, one: str, other: str) -> None:
    found = [[(hit["edition"], hit["code"]) for hit in hits(client, query)] for query in (one, other)]
    assert found[0]
    assert set(found[0]) == set(found[1])


def test_units_of_one_name_are_told_apart_by_their_parent(client: FlaskClient) -> None:
    parents = [hit["parent_name"] for hit in hits(client, "Xã Liên Hà") if hit["edition"] == "2024"]
    assert sorted(map(str, parents)) == ["Huyện Đan Phượng", "Huyện Đông Anh"]


def test_a_query_is_needed_and_bounded(client: FlaskClient) -> None:
    assert client.get("/api/v1/search").status_code == 400
    assert client.get("/api/v1/search?q=" + "a" * 101).status_code == 400
    assert hits(client, "zzzz") == []
