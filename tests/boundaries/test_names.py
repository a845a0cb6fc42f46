"""Names: search keys, kinds of unit in all their forms, English by rule, and proposals for misspelled names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.names import edit_distance, english_name, folded, nearest, short_name, spelled, split_kind
from geo.errors import UnknownName

LETTERS = "aàảãáạăằắâầấậbcdđeèéẹêềếệghiìíịklmnoòóọôồốộơờớợpqrstuùúụưừứựvxyỳýỵ "


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Phường Hàng Bạc", "phuong hang bac"),
        ("HOÀ XÁ", "hoa xa"),
        ("Hoà Xá", "hoa xa"),
        ("Hòa Xá", "hoa xa"),
        ("Đống Đa", "dong da"),
        (unicodedata.normalize("NFD", "Thuỷ Xuân Tiên"), "thuy xuan tien"),
        ("  Văn Miếu –  Quốc Tử Giám ", "van mieu quoc tu giam"),
        ("ntm_title", "ntm title"),
        ("<b>${x}", "b x"),
        ("", ""),
    ],
)
def test_the_folded_key_forgets_case_diacritics_and_punctuation(text: str, key: str) -> None:
    assert folded(text) == key


def test_the_spelled_key_forgets_where_the_tone_is_written_but_not_which_tone() -> None:
    assert spelled("Hoà") == spelled("Hòa") == spelled("HÒA")
    assert len({spelled(word) for word in ("Hà", "Hạ", "Ha", "Hâ", "Đa", "Da")}) == 6


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet=LETTERS))
def test_both_normal_forms_have_the_same_keys(text: str) -> None:
    for key in (folded, spelled):
        assert key(unicodedata.normalize("NFD", text)) == key(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Phường Hàng Bạc", ("phường", "Hàng Bạc")),
        ("phường hàng bạc", ("phường", "hàng bạc")),
        ("P. Hàng Bạc", ("phường", "Hàng Bạc")),
        ("P.Hàng Bạc", ("phường", "Hàng Bạc")),
        ("p hàng bạc", ("phường", "hàng bạc")),
        ("PHàng Bạc", ("phường", "Hàng Bạc")),
        ("TT. Trạm Trôi", ("thị trấn", "Trạm Trôi")),
        ("TTTrạm Trôi", ("thị trấn", "Trạm Trôi")),
        ("Thị  trấn Trạm Trôi", ("thị trấn", "Trạm Trôi")),
        ("TX Sơn Tây", ("thị xã", "Sơn Tây")),
        ("Thị xã Sơn Tây", ("thị xã", "Sơn Tây")),
        ("X. An Phú", ("xã", "An Phú")),
        ("Q.Ba Đình", ("quận", "Ba Đình")),
        ("H. Hoài Đức", ("huyện", "Hoài Đức")),
        ("TP. Hà Nội", ("thành phố", "Hà Nội")),
        ("Phương Liên", (None, "Phương Liên")),
        ("phuong lien", (None, "phuong lien")),
        ("Xuân La", (None, "Xuân La")),
        ("PHÚC XÁ", (None, "PHÚC XÁ")),
        ("QUANG TRUNG", (None, "QUANG TRUNG")),
        ("Quang Trung", (None, "Quang Trung")),
        ("Phường", (None, "Phường")),
        ("P.", (None, "P.")),
    ],
)
def test_kinds_are_read_in_full_and_in_short_and_never_out_of_a_name(text: str, parts: tuple[str | None, str]) -> None:
    assert split_kind(text) == parts


@pytest.mark.parametrize(
    ("name", "kind", "short", "english"),
    [
        ("Thành phố Hà Nội", "thành phố", "Hà Nội", "Hà Nội city"),
        ("Quận Ba Đình", "quận", "Ba Đình", "Ba Đình urban district"),
        ("Huyện Hoài Đức", "huyện", "Hoài Đức", "Hoài Đức district"),
        ("Thị xã Sơn Tây", "thị xã", "Sơn Tây", "Sơn Tây town"),
        ("Phường Hàng Bạc", "phường", "Hàng Bạc", "Hàng Bạc ward"),
        ("Xã Hòa Xá", "xã", "Hòa Xá", "Hòa Xá commune"),
        ("Thị trấn Phùng", "thị trấn", "Phùng", "Phùng township"),
        ("${x}", "xã", "${x}", "${x} commune"),
    ],
)
def test_short_and_english_names_follow_one_rule(name: str, kind: str, short: str, english: str) -> None:
    assert short_name(name, kind) == short
    assert english_name(name, kind) == english


def test_a_kind_that_does_not_exist_is_refused_with_the_nearest_ones() -> None:
    with pytest.raises(UnknownName, match="quân") as raised:
        english_name("Quân Ba Đình", "quân")
    assert raised.value.nearest[0] == "quận"


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [("", "", 0), ("abc", "", 3), ("ca", "abc", 3), ("hang", "hnag", 1), ("ba dinh", "ba dinh", 0), ("bac", "bai", 1)],
)
def test_edit_distance_by_hand(left: str, right: str, apart: int) -> None:
    assert edit_distance(left, right) == edit_distance(right, left) == apart


@given(st.text(alphabet="abc", max_size=9), st.text(alphabet="abc", max_size=9))
def test_the_bit_parallel_distance_is_that_of_the_table(left: str, right: str) -> None:
    table = [[row + column for column in range(len(right) + 1)] for row in range(len(left) + 1)]
    for i, a in enumerate(left, 1):
        for j, b in enumerate(right, 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    assert edit_distance(left, right) == table[-1][-1]


def test_the_nearest_names_come_best_first_and_each_once() -> None:
    names = ["Phường Hàng Mã", "Phường Hàng Bài", "Phường Hàng Bạc", "Xã Hòa Xá", "Phường Hàng Bạc"]
    assert nearest("P. Hang Bac", names) == ("Phường Hàng Bạc", "Phường Hàng Bài", "Phường Hàng Mã")
    assert nearest("hàng bạc", names, 1) == ("Phường Hàng Bạc",)
    assert nearest("Xã Hoà Xá", names, 1) == ("Xã Hòa Xá",)
    assert nearest("anything", []) == ()


def test_spelling_decides_between_names_of_one_key() -> None:
    assert nearest("Hà Đinh", ["Hạ Đình", "Hà Đình", "Ha Dinh"])[0] == "Hà Đình"


@given(st.text(alphabet="abcđp. ", max_size=8), st.lists(st.text(alphabet="abcđp. ", max_size=8), min_size=1))
def test_sparing_work_does_not_change_the_proposals(text: str, names: list[str]) -> None:
    distinct = list(dict.fromkeys(names))

    def apart(name: str) -> tuple[int, int]:
        bare = edit_distance(folded(split_kind(text)[1]), folded(split_kind(name)[1]))
        return min(edit_distance(folded(text), folded(name)), bare), edit_distance(spelled(text), spelled(name))

    assert nearest(text, names) == tuple(sorted(distinct, key=apart)[:3])
