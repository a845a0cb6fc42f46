"""What readers are told: the sentences of the plan's board, and numbers that never belie the verdict."""

from __future__ import annotations

import datetime as dt
import string
from decimal import ROUND_DOWN, Decimal
from typing import Any, get_args

import pytest

from indicators.composite import combine
from indicators.intervals import NOT_NEGATIVE
from indicators.progress import Figure, Judgement, Status, judge
from indicators.reasons import GOALS, REASONS, SIZELESS, STATUSES
from indicators.targets import OPERATORS, Goal
from indicators.wording import NBSP, format_en, format_period, format_vi, rounded, say, say_goal

AFTER, DURING = dt.date(2025, 6, 1), dt.date(2024, 7, 15)


def goal(operator: str, low: float | None = None, high: float | None = None, **more: Any) -> Goal:
    """A goal due at the end of 2024 with what the test is about."""
    return Goal(**{"operator": operator, "low": low, "high": high, "year": 2024, "due": dt.date(2024, 12, 31), **more})


def spoken(verdict: Judgement, unit: tuple[str, str] = ("%", "%"), decimals: int = 1) -> tuple[str, str]:
    """Both languages, with plain spaces."""
    vi, en = (say(verdict, lang, unit[i], decimals).replace(NBSP, " ") for i, lang in enumerate(("vi", "en")))
    return vi, en


XA, HO = ("xã", "communes"), ("hộ", "households")
FALL = goal("decrease_by", 300, 400, base="start_of_year")


@pytest.mark.parametrize(
    ("rule", "figure", "direction", "unit", "vi", "en"),
    [
        (goal("between", 6.5, 7), Figure(6.52, "2024"), "higher", ("%", "%"),
         "Trong khoảng mục tiêu.", "Within the target range."),
        (goal("between", 160.8, 162), Figure(163.5, "2024"), "higher", ("triệu đồng", "million VND"),
         "Vượt cận trên 1,5 triệu đồng.", "Beyond the upper bound by 1.5 million VND."),
        (goal("between", 10.5, 11.5), Figure(10.5, "2024"), "higher", ("%", "%"),
         "Bằng đúng mức 10,5 %.", "Exactly 10.5%."),
        (goal("between", 4, 5), Figure(16.7, "2024"), "higher", ("%", "%"),
         "Vượt cận trên 11,7 điểm phần trăm.", "Beyond the upper bound by 11.7 percentage points."),
        (goal("lt", high=4), Figure(4.2, "2024", "range", 4.6), "lower", ("%", "%"),
         "Cao hơn mục tiêu ít nhất 0,2 điểm phần trăm.", "Above the target by at least 0.2 percentage points."),
        (goal("ge", 94.5), Figure(95, "2024", "gt"), "higher", ("%", "%"),
         "Cao hơn mục tiêu ít nhất 0,5 điểm phần trăm.", "Above the target by at least 0.5 percentage points."),
        (FALL, Figure(0, "2024-12-31"), "lower", HO,
         "Giảm 690 hộ, vượt cận trên 290 hộ.", "Fell by 690 households, beyond the upper bound by 290 households."),
        (goal("lt", high=4), Figure(3, "2024", "lt"), "lower", ("%", "%"),
         "Thấp hơn mục tiêu ít nhất 1 điểm phần trăm.", "Below the target by at least 1 percentage point."),
        (goal("ge", 78.5), Figure(75.8, "2024"), "higher", ("%", "%"),
         "Thấp hơn mục tiêu 2,7 điểm phần trăm.", "Below the target by 2.7 percentage points."),
        (goal("ge", 40), Figure(41, "2024"), "higher", XA,
         "Cao hơn mục tiêu 1 xã.", "Above the target by 1 commune."),
        (goal("ge", 35), Figure(33, "2024"), "higher", XA,
         "Thấp hơn mục tiêu 2 xã.", "Below the target by 2 communes."),
        (goal("ge", 74.2), Figure(63.18, "2018"), "higher", ("%", "%"),
         "Số gần nhất (2018) có từ trước kỳ kế hoạch.", "The latest figure is of 2018, before the plan began."),
        (goal("ge", 94.5), Figure(89.61, "2024-02"), "higher", ("%", "%"),
         "Chỉ có số đến 02/2024, chưa có số khi đến hạn.", "The latest figure is of 02/2024; none of the due date."),
        (goal("ge", 95), Figure(94, "2024", "ge"), "higher", ("%", "%"),
         "Số liệu là từ 94 % trở lên: có giá trị đạt, có giá trị không đạt.",
         "The figure is 94% or more: some of these values meet the target and some do not."),
        (goal("ge", 95), Figure(94, "2024", "range", 96), "higher", ("%", "%"),
         "Số liệu là 94–96 %: có giá trị đạt, có giá trị không đạt.",
         "The figure is 94–96%: some of these values meet the target and some do not."),
        (goal("lt", high=95), Figure(96, "2024", "le"), "lower", ("%", "%"),
         "Số liệu là tối đa 96 %: có giá trị đạt, có giá trị không đạt.",
         "The figure is up to 96%: some of these values meet the target and some do not."),
        (goal("gt", 70), Figure(70, "2024"), "higher", ("%", "%"),
         "Bằng 70 %, mà mục tiêu không tính chính mức này.", "Exactly 70%, which the target does not include."),
    ],
)  # fmt: skip
def test_sentences(rule: Goal, figure: Figure, direction: str, unit: tuple[str, str], vi: str, en: str) -> None:
    """Each in both languages, decimal comma and point, percentage points for gaps between percentages."""
    assert spoken(judge(figure, rule, direction, AFTER, Figure(690, "2023-12-31")), unit) == (vi, en)


def test_a_change_in_per_cent_falls_short_by_points() -> None:
    """191 of 200 is a fall of 4.5 %, half a point short of 5 %."""
    rule = goal("decrease_by", 5, base="previous_year", relative=True)
    short = judge(Figure(191, "2024"), rule, "lower", AFTER, Figure(200, "2023"))
    assert spoken(short, ("vụ", "cases"))[0] == "Còn thiếu 0,5 điểm phần trăm so với mức giảm đề ra."
    enough = judge(Figure(180, "2024"), rule, "lower", AFTER, Figure(200, "2023"))
    assert spoken(enough, ("vụ", "cases"))[0] == "Giảm 10 %, đủ mức đề ra."


def test_a_gap_is_never_shown_as_zero() -> None:
    """94.96 shows as 95.0 at one decimal, but it misses 95 by 0.04 and the sentence says so."""
    verdict = judge(Figure(94.96, "2024"), goal("ge", 95), "higher", AFTER)
    assert verdict.status == "not_met"
    assert f"{94.96:.1f}" == "95.0"
    assert spoken(verdict)[0] == "Thấp hơn mục tiêu 0,04 điểm phần trăm."


def test_a_least_gap_is_rounded_down() -> None:
    """ "At least 0.46" may be said as at least 0.4, not as at least 0.5."""
    verdict = judge(Figure(95.46, "2024", "ge"), goal("ge", 95), "higher", AFTER)
    assert spoken(verdict)[1] == "Above the target by at least 0.4 percentage points."


def test_a_pace_is_rounded_down() -> None:
    """Just under three quarters is said as 74 %, never as the 75 % that would be another status."""
    verdict = judge(Figure(63.64, "2024-06"), goal("ge", 86.6), "higher", DURING, Figure(50, "2023"))
    assert verdict.status == "off_track"
    assert spoken(verdict) == (
        "Mới bằng 74 % nhịp cần có, chưa tới ba phần tư, khi đã qua 49 % thời gian.",
        "Only 74% of the required pace, less than three quarters, with 49% of the time gone.",
    )


def test_a_comparison_says_that_the_target_does_not_bind() -> None:
    """In one sentence, with the gap."""
    verdict = judge(Figure(92, "2024"), goal("ge", 95), "higher", AFTER, footing="compared")
    assert spoken(verdict) == (
        "So với mục tiêu của Thành phố, không ràng buộc đơn vị này: thấp hơn mục tiêu 3 điểm phần trăm.",
        "Compared with the city's target, which does not bind this area: below the target by 3 percentage points.",
    )


def test_contributions() -> None:
    """14 of 40; 20 of a fall of 300 to 400."""
    added = judge(Figure(14, "2024"), goal("ge", 40, timing="cumulative"), "higher", AFTER, footing="contributes")
    assert spoken(added, XA) == (
        "Đóng góp 14 trên 40 xã của mục tiêu Thành phố.",
        "Contributes 14 of 40 communes in the city's target.",
    )
    fallen = judge(Figure(30, "2024"), FALL, "lower", AFTER, Figure(50, "2023"), "contributes")
    assert spoken(fallen, HO)[0] == "Giảm 20 trên mức giảm 300–400 hộ của mục tiêu Thành phố."


def test_an_open_change_is_said_as_a_change() -> None:
    """From about 700 to 420: between −330 and −230."""
    rule = goal("decrease_by", 300, base="previous_year")
    verdict = judge(Figure(420, "2024"), rule, "lower", AFTER, Figure(700, "2023", "approx"))
    assert spoken(verdict, HO)[0] == "Mức thay đổi là −330 đến −230 hộ: có giá trị đạt, có giá trị không đạt."


def test_parts_are_counted() -> None:
    """Row 16 of the appendix: one of three met."""
    low, high = (judge(Figure(value, "2024"), goal("ge", 1), "higher", AFTER) for value in (0, 2))
    assert spoken(combine([low, high, low])) == ("1/3 phần đạt.", "1 of 3 parts met.")


def test_a_formatter_can_be_given() -> None:
    """The caller's way of writing numbers is used throughout."""
    verdict = judge(Figure(92, "2024"), goal("ge", 95), "higher", AFTER)
    assert say(verdict, "en", number=lambda number: f"<{number}>") == "Below the target by <3>."


@pytest.mark.parametrize(
    ("rule", "unit", "vi", "en"),
    [
        (goal("ge", 94.5), ("%", "%"), "từ 94,5 % trở lên", "at least 94.5%"),
        (goal("ge", 100), ("%", "%"), "100 %", "100%"),
        (goal("gt", 70), ("%", "%"), "trên 70 %", "above 70%"),
        (goal("le", high=150_000), ("ha", "ha"), "tối đa 150.000 ha", "at most 150,000 ha"),
        (goal("lt", high=4), ("%", "%"), "dưới 4 %", "below 4%"),
        (goal("between", 160.8, 162), ("triệu đồng", "million VND"), "160,8–162 triệu đồng", "160.8–162 million VND"),
        (goal("increase_by", 1), XA, "tăng 1 xã", "a rise of 1 commune"),
        (FALL, HO, "giảm 300–400 hộ", "a fall of 300–400 households"),
        (goal("decrease_by", 0.15), ("%", "%"), "giảm 0,15 điểm phần trăm", "a fall of 0.15 percentage points"),
        (goal("decrease_by", 5, relative=True), ("vụ", "cases"), "giảm 5 %", "a fall of 5%"),
        (goal("decrease_by"), ("%", "%"), "giảm, không nêu mức", "a fall, no size stated"),
        (goal("maintain", 100), ("%", "%"), "duy trì 100 %", "keep at 100%"),
        (goal("complete"), ("", ""), "hoàn thành", "complete"),
    ],
)
def test_goals_in_words(rule: Goal, unit: tuple[str, str], vi: str, en: str) -> None:
    """As the resolution prints its numbers."""
    assert tuple(say_goal(rule, lang, unit[i]).replace(NBSP, " ") for i, lang in enumerate(("vi", "en"))) == (vi, en)


def test_numbers() -> None:
    """Vietnamese and English separators, a true minus sign, no trailing zeros."""
    assert (format_vi(Decimal("-1234.5")), format_en(Decimal("-1234.5"))) == ("−1.234,5", "−1,234.5")
    assert rounded(Decimal("2.50"), 2) == Decimal("2.5")
    assert rounded(Decimal("0.0004"), 1) == Decimal("0.0004")
    assert rounded(Decimal("0.46"), 1, ROUND_DOWN) == Decimal("0.4")
    assert format_vi(rounded(Decimal(300), 0)) == "300"
    assert [format_period(p) for p in ("2024", "2024-06", "2024-08-08")] == ["2024", "06/2024", "08/08/2024"]


def test_every_word_has_both_languages_and_the_same_numbers() -> None:
    """No template in one language only, none that drops a number of the other."""
    for code, pair in {**STATUSES, **REASONS, **GOALS, **SIZELESS}.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair]
        assert all(pair), code
        assert fields[0] == fields[1], code


def test_every_status_and_operator_has_words() -> None:
    """And no word is left over."""
    assert set(STATUSES) == set(get_args(Status))
    assert set(GOALS) == set(OPERATORS)


def test_zero_baseline_in_words() -> None:
    """A district without poor households at the start cannot lose any."""
    verdict = judge(Figure(0, "2024", domain=NOT_NEGATIVE), FALL, "lower", AFTER, Figure(0, "2023-12-31"))
    assert spoken(verdict, HO)[0] == "Số gốc quá nhỏ để có thể thay đổi đủ mức đề ra."
