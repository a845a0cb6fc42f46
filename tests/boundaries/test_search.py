"""The search over old and new units: what each form of a query finds, in which order, and how fast."""

from __future__ import annotations

import random
import time

import pandas as pd
import pytest

from boundaries.layers import read_areas
from boundaries.names import nearest
from boundaries.search import build_index, search
from tests import toy

AREAS = pd.DataFrame(read_areas())
NAMES = AREAS.set_index(["edition", "code"])["name"]
INDEX = build_index(AREAS)
SEED = 20250701
LETTERS = "aàảãáạăâbcdđeêghiklmnoôơpqrstuưvxyý"


def found(query: str, limit: int = 12) -> list[tuple[str, str]]:
    return [(edition, NAMES[edition, code]) for edition, code in search(query, INDEX, limit)]


def test_ba_dinh_is_a_ward_of_today_and_a_district_of_yesterday() -> None:
    assert found("ba dinh") == [("2025-07", "Phường Ba Đình"), ("2024", "Quận Ba Đình")]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("hang bac", ("2024", "Phường Hàng Bạc")),
        ("HÀNG BẠC", ("2024", "Phường Hàng Bạc")),
        ("hangbac", ("2024", "Phường Hàng Bạc")),
        ("Hoà Xá", ("2025-07", "Xã Hòa Xá")),
        ("Hòa Xá", ("2025-07", "Xã Hòa Xá")),
        ("quoc tu giam", ("2024", "Phường Quốc Tử Giám")),
        ("văn miếu - quốc", ("2025-07", "Phường Văn Miếu - Quốc Tử Giám")),
        ("phương liên", ("2024", "Phường Phương Liên")),
        ("phường liên", ("2024", "Phường Liên Mạc")),
        ("quan ba dinh", ("2024", "Quận Ba Đình")),
        ("quang trung, hà đông", ("2024", "Phường Quang Trung")),
        ("Hà Nội", ("2025-07", "Thành phố Hà Nội")),
    ],
)
def test_the_unit_meant_comes_first(query: str, first: tuple[str, str]) -> None:
    assert found(query)[0] == first


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("P. Ba Đình", {"Phường Ba Đình"}),
        ("Q.Ba Đình", {"Quận Ba Đình"}),
        ("H. Hoài Đức", {"Huyện Hoài Đức"}),
        ("TT Phùng", {"Thị trấn Phùng"}),
        ("TX. Sơn Tây", {"Thị xã Sơn Tây"}),
        ("X. Hoài Đức", {"Xã Hoài Đức"}),
    ],
)
def test_a_kind_narrows_the_hits_to_its_kind(query: str, names: set[str]) -> None:
    assert {name for _, name in found(query)} == names


def test_namesakes_are_all_found_and_told_apart_by_their_parent() -> None:
    assert len(found("quang trung")) == 4
    for parent, code in [("dong da", "006"), ("Q. Hà Đông", "268"), ("thị xã sơn tây", "269"), ("phu xuyen", "280")]:
        (hit,) = search(f"quang trung {parent}", INDEX)
        assert AREAS.set_index(["edition", "code"])["parent_code"][hit] == code


def test_ranks_are_whole_name_beginning_word_parent_part() -> None:
    index = build_index(toy.areas())
    assert search("dong son", index) == [(toy.NEW, "00005"), (toy.OLD, "002"), (toy.OLD, "00005")]
    assert search("hoa", index) == [(toy.NEW, "00001"), (toy.OLD, "001"), (toy.OLD, "00001")]
    assert search("thong dong", index) == [(toy.OLD, "00004")]
    assert search("ungth", index) == search("ng th", index) == [(toy.OLD, "00004")]
    assert search("dong thong", index) == []
    assert search("nga", index, limit=1) == [(toy.NEW, "00006")]


def test_the_spelling_asked_for_goes_first_among_equals() -> None:
    areas = toy.areas().head(5).assign(
        level="commune", type="xã", parent_code=None, name=["Xã Hạ", "Xã Hà", "Xã Há", "Xã Ha", "Xã Hả"]
    )  # fmt: skip
    index = build_index(areas)
    for name, code in zip(areas["name"], areas["code"], strict=True):
        assert search(name, index)[0] == (toy.OLD, code)
        assert len(search(name, index)) == 5


def test_a_hostile_name_is_found_by_its_letters_and_by_itself() -> None:
    index = build_index(toy.areas())
    assert search("đằng b ngà", index) == [(toy.OLD, "00006")]
    assert search(toy.HOSTILE, index) == [(toy.OLD, "00006")]
    assert search("<script>", index) == []


@pytest.mark.parametrize("query", ["", "   ", "...", "-", "a " * 500, "không có tên này"])
def test_nothing_is_found_where_nothing_meets(query: str) -> None:
    assert found(query) == []


def test_every_unit_is_found_by_its_own_name_and_kind() -> None:
    for (edition, code), name in NAMES.items():
        assert (edition, code) in search(name, INDEX), name


def test_a_search_takes_under_20_ms() -> None:
    queries = ["ba dinh", "h", "P. Quang Trung, Q. Hà Đông", "khong co", "a", "x " * 50]
    times = []
    for query in queries * 3:
        start = time.perf_counter()
        search(query, INDEX)
        times.append(time.perf_counter() - start)
    assert sorted(times)[len(times) // 2] < 0.02


def corrupted(name: str, draw: random.Random) -> str:
    """The name with one letter deleted, inserted, replaced, or swapped with the next."""
    while True:
        at, letter = draw.randrange(len(name)), draw.choice(LETTERS)
        edited = draw.choice(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
            ]
        )
        if edited != name:
            return edited


def test_the_right_name_is_among_three_for_999_of_1000_misspellings() -> None:
    names = AREAS.query("edition == '2024' and level == 'commune'")["name"].tolist()
    draw = random.Random(SEED)
    meant = [draw.choice(names) for _ in range(1000)]
    assert sum(name in nearest(corrupted(name, draw), names) for name in meant) >= 999
