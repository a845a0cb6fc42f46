"""What units came from and became: the toy country by hand, and known cases of Hanoi."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import pytest

from boundaries.crosswalk import read_crosswalk
from boundaries.editions import list_between
from boundaries.layers import read_areas, read_editions, read_rows
from boundaries.lineage import KINDS, AreaKey, Lineage, Link, Span, build_lineages
from boundaries.names import english_name
from boundaries.wording import CHANGES, say_lineage
from tests import toy

SPANS = {row["id"]: Span(row["valid_from"], row["valid_to"]) for row in toy.EDITIONS}
BETWEEN = list_between(
    toy.unions().rename(columns={"code": "from_code", "name": "from_name"}), toy.areas(), toy.OLD
)  # fmt: skip
TOY = build_lineages(toy.crosswalk(), toy.areas(), SPANS, BETWEEN)

AREAS = pd.DataFrame(read_areas()).astype({"area_km2": float})
NAMES = {
    (row.edition, row.code): (str(row.name_), row.type) for row in AREAS.rename(columns={"name": "name_"}).itertuples()
}
COMPOSITION = pd.DataFrame(read_rows("composition.csv"))
HANOI = build_lineages(
    read_crosswalk(),
    AREAS,
    {row["id"]: Span(*(dt.date.fromisoformat(day) if day else None for day in (row["valid_from"], row["valid_to"])))
     for row in read_editions()},
    list_between(COMPOSITION, AREAS, "2024"),
)  # fmt: skip


def name(area: AreaKey, lang: str = "vi") -> str:
    official, kind = NAMES[area]
    return official if lang == "vi" else english_name(official, kind)


def codes(links: tuple[Link, ...]) -> list[tuple[str, str, float, float]]:
    return [(link.area[1], link.kind, round(link.share_of_old, 4), round(link.share_of_new, 4)) for link in links]


def test_every_unit_of_both_editions_has_a_lineage() -> None:
    assert set(TOY) == set(zip(toy.areas()["edition"], toy.areas()["code"], strict=True))
    assert len(HANOI) == len(AREAS)


def test_changes_of_the_toy_country_by_hand() -> None:
    assert {key: lineage.change for key, lineage in TOY.items()} == {
        (toy.OLD, "01"): "kept", (toy.OLD, "02"): "kept",
        (toy.OLD, "001"): "dissolved", (toy.OLD, "002"): "dissolved", (toy.OLD, "003"): "dissolved",
        (toy.OLD, "00001"): "merged", (toy.OLD, "00002"): "merged", (toy.OLD, "00003"): "merged",
        (toy.OLD, "00004"): "split", (toy.OLD, "00005"): "merged", (toy.OLD, "00006"): "renamed",
        (toy.NEW, "01"): "kept", (toy.NEW, "02"): "kept",
        (toy.NEW, "00001"): "merged", (toy.NEW, "00004"): "part", (toy.NEW, "00005"): "part",
        (toy.NEW, "00006"): "renamed",
    }  # fmt: skip


def test_a_merger_is_seen_from_both_sides() -> None:
    assert codes(TOY[toy.OLD, "00001"].successors) == [("00001", "merged", 1.0, 0.3333)]
    assert codes(TOY[toy.NEW, "00001"].predecessors) == [
        ("00002", "merged", 1.0, 0.6667), ("00001", "merged", 1.0, 0.3333)
    ]  # fmt: skip


def test_a_split_is_seen_from_both_sides_from_the_largest_share() -> None:
    assert codes(TOY[toy.OLD, "00004"].successors) == [("00005", "part", 0.75, 0.6667), ("00004", "part", 0.25, 0.4)]
    assert codes(TOY[toy.NEW, "00004"].predecessors) == [("00003", "merged", 1.0, 0.6), ("00004", "part", 0.25, 0.4)]


def test_a_kept_code_and_name_alone_do_not_make_a_unit_kept() -> None:
    areas = toy.areas()
    areas.loc[(areas["edition"] == toy.NEW) & (areas["code"] == "00001"), "name"] = "Phường Hoà An"
    assert build_lineages(toy.crosswalk(), areas, SPANS)[toy.OLD, "00001"].change == "merged"


def test_a_unit_of_the_same_extent_and_name_is_kept() -> None:
    areas = toy.areas()
    areas.loc[(areas["edition"] == toy.NEW) & (areas["code"] == "00006"), "name"] = toy.HOSTILE
    lineages = build_lineages(toy.crosswalk(), areas, SPANS)
    assert lineages[toy.OLD, "00006"].change == lineages[toy.NEW, "00006"].change == "kept"


def test_a_former_district_has_land_in_communes_that_do_not_belong_to_it() -> None:
    assert codes(TOY[toy.OLD, "001"].successors) == [("00001", "part", 0.6667, 1.0), ("00004", "part", 0.3333, 0.6)]
    assert codes(TOY[toy.NEW, "00004"].districts) == [("001", "part", 0.3333, 0.6), ("002", "part", 0.1818, 0.4)]
    assert codes(TOY[toy.OLD, "003"].successors) == [("00006", "merged", 1.0, 1.0)]
    assert TOY[toy.NEW, "01"].districts == ()
    assert all(len(link.area[1]) == 5 for link in TOY[toy.NEW, "00004"].predecessors)


def test_last_days_are_those_that_a_list_from_between_vouches_for() -> None:
    until_summer, until_winter = dt.date(2020, 6, 30), dt.date(2020, 12, 31)
    assert {code: TOY[toy.OLD, code].last_day for code in ("00001", "00002", "00003", "00004", "00005", "00006")} == {
        "00001": until_winter,
        "00002": until_summer,  # not in the list
        "00003": until_winter,
        "00004": until_winter,
        "00005": until_summer,  # in the list under another name
        "00006": until_summer,
    }
    assert TOY[toy.OLD, "001"].last_day == until_winter
    assert TOY[toy.NEW, "00001"].first_day == dt.date(2021, 1, 1)
    bare = build_lineages(toy.crosswalk(), toy.areas(), SPANS)
    assert {lineage.last_day for (edition, _), lineage in bare.items() if edition == toy.OLD} == {until_summer}


def test_hanoi_has_the_changes_that_were_counted_in_it() -> None:
    old = Counter(
        lineage.change for (edition, code), lineage in HANOI.items() if edition == "2024" and len(code) == 5
    )  # fmt: skip
    crosswalk = read_crosswalk().query("from_code != '01'")
    targets = crosswalk.groupby("from_code").size()
    assert old["split"] == int((targets > 1).sum())
    assert old.total() == 579
    assert sum(lineage.change == "dissolved" for lineage in HANOI.values()) == 30
    several = [
        lineage for (edition, _), lineage in HANOI.items() if edition == "2025-07" and len(lineage.districts) > 1
    ]
    assert len(several) >= 60


def test_units_of_hanoi_that_ended_on_the_first_of_january_2025_say_so() -> None:
    ended = [
        code for (edition, code), lineage in HANOI.items()
        if edition == "2024" and len(code) == 5 and lineage.last_day == dt.date(2024, 12, 31)
    ]  # fmt: skip
    assert len(ended) == 53 + 33  # merged away, and carried on under another name
    assert HANOI["2024", "001"].last_day == dt.date(2025, 6, 30)


def test_hang_bac_is_now_in_hoan_kiem() -> None:
    (area,) = (key for key, (official, _) in NAMES.items() if official == "Phường Hàng Bạc")
    assert say_lineage(HANOI[area], name, "vi") == "có hiệu lực đến 30/06/2025; nay thuộc Phường Hoàn Kiếm"
    english = say_lineage(HANOI[area], lambda key: name(key, "en"), "en")
    assert english == "in force until 30/06/2025; now in Hoàn Kiếm ward"


def toy_words(area: AreaKey, lang: str) -> str:
    names = toy.areas().set_index(["edition", "code"])["name"]
    return say_lineage(TOY[area], lambda key: str(names[key]), lang)


@pytest.mark.parametrize(
    ("area", "vi", "en"),
    [
        (
            (toy.OLD, "00004"),
            "có hiệu lực đến 31/12/2020; nay chia về Xã Đông Sơn (75\u00a0% diện tích), "
            "Xã Đa Phúc (25\u00a0% diện tích)",
            "in force until 31/12/2020; now divided among Xã Đông Sơn (75% of the land), Xã Đa Phúc (25% of the land)",
        ),
        (
            (toy.OLD, "00006"),
            "có hiệu lực đến 30/06/2020; nay là Xã Ngà",
            "in force until 30/06/2020; now Xã Ngà",
        ),
        (
            (toy.OLD, "002"),
            "có hiệu lực đến 31/12/2020; địa bàn nay thuộc Xã Đông Sơn, Xã Đa Phúc",
            "in force until 31/12/2020; its land is now in Xã Đông Sơn, Xã Đa Phúc",
        ),
        (
            (toy.NEW, "00004"),
            "có hiệu lực từ 01/01/2021; gồm toàn bộ Xã Đa Phúc, một phần Xã Rừng Thông",
            "in force since 01/01/2021; formed of all of Xã Đa Phúc, parts of Xã Rừng Thông",
        ),
        (
            (toy.NEW, "00001"),
            "có hiệu lực từ 01/01/2021; gồm toàn bộ Phường Bến Cầu, Phường Hoà An",
            "in force since 01/01/2021; formed of all of Phường Bến Cầu, Phường Hoà An",
        ),
        (
            (toy.NEW, "00006"),
            f"có hiệu lực từ 01/01/2021; trước là {toy.HOSTILE}",
            f"in force since 01/01/2021; formerly {toy.HOSTILE}",
        ),
        (
            (toy.NEW, "01"),
            "có hiệu lực từ 01/01/2021; không đổi so với Thành phố Sông Lam",
            "in force since 01/01/2021; unchanged from Thành phố Sông Lam",
        ),
    ],
)
def test_lineage_in_words(area: AreaKey, vi: str, en: str) -> None:
    assert toy_words(area, "vi") == vi
    assert toy_words(area, "en") == en


def test_a_part_too_small_to_measure_is_called_small() -> None:
    link = Link((toy.NEW, "00004"), "part", 0.0, 0.0, "official composition")
    most = Link((toy.NEW, "00005"), "part", 1.0, 1.0, "both")
    split = Lineage((toy.OLD, "00004"), "split", None, None, successors=(most, link))
    words = say_lineage(split, lambda key: key[1], "vi")
    assert words == "nay chia về 00005 (gần toàn bộ), 00004 (phần nhỏ)"


def test_every_kind_of_change_has_words_in_both_languages() -> None:
    assert set(CHANGES) == set(KINDS)
    for key, lineage in {**TOY, **HANOI}.items():
        for lang in ("vi", "en"):
            assert say_lineage(lineage, lambda area: area[1], lang), key
