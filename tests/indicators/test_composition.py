"""What a unit was made of, counted by hand on the toy country, and said in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators.composition import compose, say_composition
from tests import toy

PEOPLE = toy.figures("population").set_index("area_code")["value"]
LABELS = {"vi": {value: vi for value, vi, _ in toy.LABELS}, "en": {value: en for value, _, en in toy.LABELS}}


def titles() -> pd.DataFrame:
    """Titles of a … f as the table of an indicator has them: a, b, e without meaning, d unknown."""
    known = toy.figures("title")
    gaps = pd.DataFrame({"area_code": ["00001", "00002", "00005"], "period": "2020", "value": np.nan})
    return pd.concat([known, gaps.assign(reason="not_applicable")])


def rows(composition: pd.DataFrame) -> list[tuple[object, ...]]:
    cells = composition[["to_code", "value", "reason", "contributors", "whole"]].fillna({"value": 0}).values.tolist()
    return [tuple(row) for row in cells]


def test_each_unit_lists_what_it_was_made_of_with_what_is_unknown() -> None:
    assert rows(compose(titles(), toy.crosswalk(), toy.areas())) == [
        ("00001", 0, "not_applicable", 2, 2),
        ("00004", 2, None, 1, 1),
        ("00004", 0, "not_collected", 1, 0),
        ("00005", 0, "not_collected", 1, 0),
        ("00005", 0, "not_applicable", 1, 1),
        ("00006", 3, None, 1, 1),
    ]


def test_shares_are_of_the_land_and_of_the_people_of_the_new_unit() -> None:
    result = compose(titles(), toy.crosswalk(), toy.areas(), PEOPLE)
    assert result["share_area"].tolist() == pytest.approx([1, 3 / 5, 2 / 5, 6 / 9, 3 / 9, 1])
    assert result["share_population"].tolist() == pytest.approx([1, 600 / 900, 300 / 900, 100 / 190, 90 / 190, 1])
    assert result.groupby("to_code")[["share_area", "share_population"]].sum().to_numpy() == pytest.approx(1)


def test_people_of_divided_units_are_not_made_up_from_land() -> None:
    divided = compose(titles(), toy.crosswalk(population=False), toy.areas(), PEOPLE).set_index("to_code")
    assert divided["share_population"].isna().groupby("to_code").all().to_dict() == {
        "00001": False, "00004": True, "00005": True, "00006": False
    }  # fmt: skip
    assert compose(titles(), toy.crosswalk(), toy.areas())["share_population"].isna().all()


def test_units_of_one_value_are_counted_together_highest_value_first() -> None:
    frame = pd.DataFrame({"area_code": PEOPLE.index, "period": "2020", "value": [1.0, 1, 2, 3, 3, 1]})
    assert rows(compose(frame, toy.crosswalk(), toy.areas())) == [
        ("00001", 1, None, 2, 2), ("00004", 3, None, 1, 0), ("00004", 2, None, 1, 1), ("00005", 3, None, 2, 1),
        ("00006", 1, None, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "lang", "words"),
    [
        ("00004", "vi", "Hình thành từ 2 đơn vị cấp xã (1 chỉ một phần): 1 nâng cao, 1 chưa rõ"),
        ("00004", "en", "Formed from 2 commune-level units (1 only in part): 1 advanced, 1 unknown"),
        ("00001", "vi", "Hình thành từ 2 đơn vị cấp xã: 2 không áp dụng"),
        ("00006", "en", "Formed from 1 commune-level unit: 1 model"),
    ],
)
def test_it_is_said_in_words(code: str, lang: str, words: str) -> None:
    composition = compose(titles(), toy.crosswalk(), toy.areas())
    assert say_composition(composition[composition["to_code"] == code], LABELS[lang], lang) == words


def test_a_word_that_is_an_abbreviation_keeps_its_capitals() -> None:
    composition = compose(titles(), toy.crosswalk(), toy.areas())
    words = say_composition(composition[composition["to_code"] == "00006"], {3: "NTM kiểu mẫu"}, "vi")
    assert words.endswith("1 NTM kiểu mẫu")
