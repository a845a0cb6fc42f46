"""The rule-written summary, sentence by sentence, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, g

from webapp.summary import Facts, Verdict, write_summary

SHORT = Verdict(
    "Bao phủ bảo hiểm y tế", "86,2 %", "2024", "not_met", "Thấp hơn mục tiêu 3,8 điểm phần trăm.", rising=True
)
PASSED = Verdict("Tỷ lệ thất nghiệp", "2,1 %", "2024-06", "met", "Thấp hơn mục tiêu 0,9 điểm phần trăm.", rising=False)
FACTS = Facts(
    noun="huyện", people="292.600 người", people_period="2023", land="84,92 km²", listed=32, meant=22, known=3
)


@pytest.fixture(autouse=True)
def vietnamese(app: Flask) -> Iterator[None]:
    """A request in Vietnamese."""
    with app.test_request_context("/"):
        g.lang = "vi"
        yield


def test_size_then_coverage() -> None:
    assert write_summary(FACTS) == [
        "Năm 2023, huyện có 292.600 người trên 84,92 km².",
        "Trong 32 chỉ tiêu thành phần của phụ lục Nghị quyết 31, 22 tính được cho cấp này và 3 có số liệu của huyện.",
    ]


@pytest.mark.parametrize(
    ("period", "opening"), [("2025-07", "Tháng 07/2025, huyện"), ("2024-12-31", "Ngày 31/12/2024, huyện")]
)
def test_a_period_is_named_for_what_it_is(period: str, opening: str) -> None:
    assert write_summary(replace(FACTS, people_period=period))[0].startswith(opening)


def test_what_is_missing_is_said_to_be_missing() -> None:
    lost = write_summary(replace(FACTS, people=None, people_period=None, known=0))
    assert lost == [
        "Huyện rộng 84,92 km²; chưa tìm thấy số dân.",
        "Trong 32 chỉ tiêu thành phần của phụ lục Nghị quyết 31, 22 tính được cho cấp này; chưa tìm thấy ai công bố số "
        "liệu của huyện cho chỉ tiêu nào.",
    ]
    assert write_summary(Facts("xã", None, None, None, 0, 0, 0)) == []


def test_goals_set_for_the_area_are_counted_by_status() -> None:
    said = write_summary(replace(FACTS, own={"not_assessable": 2, "met": 1}))
    assert said[-1] == "Mục tiêu đặt cho huyện: 1 đạt, 2 chưa đánh giá được."


def test_a_verdict_gives_value_and_gap() -> None:
    said = write_summary(replace(FACTS, verdicts=(SHORT,)))
    assert said[-1] == "Bao phủ bảo hiểm y tế (2024): đạt 86,2 %, thấp hơn mục tiêu 3,8 điểm phần trăm."


def test_what_is_not_met_is_told_first_and_two_are_enough() -> None:
    said = write_summary(replace(FACTS, verdicts=(PASSED, PASSED, SHORT)))
    assert said[2].startswith("Bao phủ bảo hiểm y tế")
    assert said[3] == "Tỷ lệ thất nghiệp (06/2024): 2,1 %, thấp hơn mục tiêu 0,9 điểm phần trăm."
    assert len(said) == 4


def test_comparisons_say_once_that_the_goal_does_not_bind() -> None:
    compared = replace(SHORT, compared=True)
    said = write_summary(replace(FACTS, verdicts=(compared, compared)))
    assert said[-2].endswith("thấp hơn mục tiêu 3,8 điểm phần trăm.")
    assert said[-1] == "Mục tiêu ấy là của Thành phố, không ràng buộc riêng."
    assert len(said) == 5


def test_goals_that_bind_are_told_before_comparisons() -> None:
    said = write_summary(replace(FACTS, verdicts=(replace(SHORT, compared=True), PASSED)))
    assert said[2].startswith("Tỷ lệ thất nghiệp")


def test_what_cannot_be_assessed_is_no_verdict() -> None:
    assert len(write_summary(replace(FACTS, verdicts=(replace(SHORT, status="not_assessable"),)))) == 2


def test_a_new_commune_tells_of_the_titles_it_was_made_of() -> None:
    said = write_summary(replace(FACTS, composition="Hình thành từ 5 đơn vị cấp xã: 4 nâng cao, 1 chưa rõ"))
    assert said[1] == "Về danh hiệu nông thôn mới: hình thành từ 5 đơn vị cấp xã: 4 nâng cao, 1 chưa rõ."


def test_english_readers_get_english_sentences(app: Flask) -> None:
    with app.test_request_context("/en/"):
        g.lang = "en"
        facts = replace(FACTS, noun="the district", people="292,600 people", land="84.92 km²", own={"met": 1})
        assert write_summary(facts) == [
            "In 2023 the district had 292,600 people on 84.92 km².",
            "Of the 32 component indicators of the appendix to Resolution 31, 22 can be measured at this level and 3 "
            "have a figure of the district.",
            "Targets set for the district: 1 met.",
        ]
