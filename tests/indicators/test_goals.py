"""The goals of the resolution: each row sound, told in order, and none missed."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from boundaries.problems import IngestError
from indicators.goals import DATA, StatedGoal, counting, goals_by_indicator, load_goals, render_trace, trace
from indicators.targets import Goal, met_set

GOALS = load_goals()


def table(name: str) -> list[dict[str, str]]:
    """A table of the repository, cells as text."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


INDICATORS = {row["id"]: row for row in table("indicators")}


def stated(locator: str, operator: str, low: float | None, high: float | None, unit: str) -> StatedGoal:
    """A goal as a text of our own states it."""
    goal = Goal(operator, low, high, 2031, dt.date(2031, 12, 31), resolution_ref=locator)
    return StatedGoal(goal, unit, None, "vi", "en")


TEXT = """
Điều 1. Kế hoạch năm 2031
1. Giữ hao hụt dưới 2%; trồng 1.200-1.500 cay mới; đón 1,5 triệu lượt khách.
2. Hộ có vườn trên 40%; giếng sạch đạt 40%; nghỉ 12 ngày.
"""
OWN = [
    stated("Điều 1, khoản 1", "lt", None, 2, "%"),
    stated("Điều 1, khoản 1", "between", 1200, 1500, "cây"),
    stated("Điều 1, khoản 1", "ge", 1_500_000, None, "triệu lượt khách"),
    stated("Điều 1, khoản 2", "ge", 40, None, "%"),
    stated("Điều 1, khoản 2", "gt", 40, None, "%"),
    stated("Điều 1, khoản 2", "ge", 7, None, "giờ"),
]


def test_trace_pairs_quantities_with_goals() -> None:
    """Same place, numbers and unit; "trên" takes the strict goal and leaves the other to the plain number."""
    result = trace(TEXT, OWN)
    assert [(quantity.printed, OWN.index(goal)) for quantity, goal in result.listed] == [
        ("2", 0),
        ("1.200-1.500", 1),
        ("1,5", 2),
        ("40", 4),
        ("40", 3),
    ]
    assert [quantity.printed for quantity in result.unlisted] == ["12"]
    assert result.unseen == (OWN[5],)


@pytest.mark.parametrize("index", range(5))
def test_a_goal_left_out_is_listed(index: int) -> None:
    """Take any row away and its quantity has no goal."""
    result = trace(TEXT, [goal for goal in OWN if goal is not OWN[index]])
    assert len(result.unlisted) == 2
    assert result.unlisted[0].locator == OWN[index].goal.resolution_ref


@pytest.mark.parametrize(
    ("index", "change"),
    [
        (0, {"operator": "le"}),
        (3, {"operator": "gt"}),
        (0, {"high": 2.5}),
        (1, {"high": 1600}),
        (1, {"resolution_ref": "Điều 1, khoản 2"}),
    ],
)
def test_a_misread_goal_is_not_taken(index: int, change: dict[str, object]) -> None:
    """Another operator, number or place is another goal."""
    wrong = list(OWN)
    wrong[index] = replace(OWN[index], goal=replace(OWN[index].goal, **change))  # type: ignore[arg-type]
    assert len(trace(TEXT, wrong).unlisted) == 2


def test_a_misread_unit_is_not_taken() -> None:
    """Per cent is not percent-less, and trees are not visitors."""
    for index, unit in ((0, "cây"), (1, "%"), (2, "khách")):
        wrong = [replace(goal, printed_unit=unit) if goal is OWN[index] else goal for goal in OWN]
        assert len(trace(TEXT, wrong).unlisted) == 2


def test_a_trace_in_words() -> None:
    """What a person mends the table by."""
    assert render_trace(trace(TEXT, OWN)).splitlines() == [
        "Quantities with a goal: 5; without: 1. Goals not found in the text: 1.",
        "no goal: Điều 1, khoản 2: … vườn trên 40%; giếng sạch đạt 40%; nghỉ [12] ngày. …",
        "not found: Điều 1, khoản 2: 7 giờ (en)",
        "excluded as year (years after the word năm, and periods from one year to another): 1: 2031",
    ]


def test_goals_that_count() -> None:
    """78 of 93 rows: 14 say again what counts elsewhere, and one has no indicator."""
    assert (len(GOALS), len(counting(GOALS))) == (93, 78)
    assert sum(row.repeats is not None for row in GOALS) == 14


def test_goals_of_one_indicator_stand_together_the_appendix_first() -> None:
    """Where body and appendix disagree both count, and both rows say so."""
    groups = goals_by_indicator(GOALS)
    assert sum(map(len, groups.values())) == 78
    places = {name: [goal.resolution_ref for goal in goals] for name, goals in groups.items() if len(goals) > 1}
    assert places["grdp_per_capita"] == ["Phụ lục, mục 2", "Điều 1, khoản 2"]
    assert places["third_child_birth_rate"] == ["Phụ lục, mục 6", "Điều 2, khoản 5"]
    noted = {row.goal.resolution_ref for row in GOALS if "không thống nhất" in (row.note_vi or "")}
    assert noted == {*places["grdp_per_capita"], *places["third_child_birth_rate"]}


def test_a_repetition_repeats() -> None:
    """Same indicator, numbers and operator as the place that it names."""
    counted = {(goal.resolution_ref, goal.indicator, goal.scope): goal for goal in counting(GOALS)}
    for row in GOALS:
        if row.repeats:
            original = counted[row.repeats, row.goal.indicator, row.goal.scope]
            assert replace(row.goal, resolution_ref=row.repeats) == original


def test_a_goal_has_an_indicator_or_a_reason() -> None:
    """Never neither, never both."""
    for row in GOALS:
        assert bool(row.goal.indicator) != bool(row.reason_vi), row.text_en


def test_every_goal_with_a_direction_can_be_judged() -> None:
    """Operator and direction of its indicator agree, and the stratum is one that the indicator has."""
    for goal in counting(GOALS):
        indicator = INDICATORS[goal.indicator]
        assert met_set(goal, indicator["direction"])
        assert goal.stratum in indicator["strata"].split(",")


def test_changes_say_of_what_they_are() -> None:
    """Points for a share, the unit itself for a count, per cent of the base only where the text says so."""
    changes = {goal.indicator: goal for goal in counting(GOALS) if goal.operator == "decrease_by"}
    assert {name for name, goal in changes.items() if goal.relative and goal.low is not None} == {"social_order_crimes"}
    assert changes["third_child_birth_rate"].unit == "percentage points"
    assert changes["poor_households"].unit == "households"


def test_due_dates() -> None:
    """The end of the year, but for a plant, a law and two goals of 2025."""
    other = {goal.indicator: goal.due.isoformat() for goal in counting(GOALS) if goal.due != dt.date(2024, 12, 31)}
    assert other == {
        "seraphin_plant_operating": "2024-03-31",
        "capital_law_submitted": "2024-05-31",
        "urban_tree_area_per_capita": "2025-12-31",
        "forest_cover_rate": "2025-12-31",
    }


def test_running_counts_are_counts() -> None:
    """Only what adds up over the year is counted from zero."""
    running = {goal.indicator for goal in counting(GOALS) if goal.timing == "cumulative"}
    assert {INDICATORS[name]["measure"] for name in running} == {"count"}
    assert {"poor_households", "science_technology_enterprises"}.isdisjoint(running)


def test_the_upgrades_name_their_districts() -> None:
    """Hoài Đức and Thanh Trì, in the edition that has districts."""
    upgrade = next(goal for goal in counting(GOALS) if goal.indicator == "district_upgrade_plan")
    assert upgrade.areas == (("2024", "274"), ("2024", "020"))


def test_references_exist() -> None:
    """Indicators and units of the catalogue."""
    units = {row["id"] for row in table("units")}
    for row in table("goals"):
        assert row["indicator"] in {"", *INDICATORS}
        assert row["unit"] in units


def test_a_faulty_table_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    """Two faults, two lines."""
    text = (
        (DATA / "goals.csv")
        .read_text(encoding="utf-8")
        .replace(",ge,11,", ",about,11,")
        .replace(",2025-12-31,", ",2025-13-31,", 1)
    )
    (tmp_path / "goals.csv").write_text(text, encoding="utf-8")
    with pytest.raises(IngestError, match="2 problems"):
        load_goals(tmp_path)
