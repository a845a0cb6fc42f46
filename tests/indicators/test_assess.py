"""Which goal a figure of an area is judged by, from which baseline, and what the table then says. All by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Base
from indicators.assess import Assessment, Assessor, contributed, no_history
from indicators.catalogue import load_catalogue
from indicators.coverage import recount
from indicators.models import GoalRow, Indicator, Observation
from indicators.observations import Figure
from indicators.table import IndicatorTable, indicator_table
from indicators.targets import Goal
from tests import toy

DUE = dt.date(2024, 12, 31)
BEFORE, AFTER = dt.date(2024, 6, 1), dt.date(2025, 1, 1)


def goal(operator: str = "ge", low: float | None = 80, **other: Any) -> Goal:
    return Goal(**{"operator": operator, "low": low, "high": None, "year": 2024, "due": DUE, "indicator": "x", **other})


def figure(value: float, period: str = "2024", qualifier: str | None = None, high: float | None = None) -> Figure:
    return Figure(period, value, qualifier, high, "final", "count", None, None)


def assessor(
    *goals: Goal,
    level: str = "city",
    stratum: str = "all",
    today: dt.date = AFTER,
    base: Mapping[str, Figure] | None = None,
    **other: str,
) -> Assessor:
    """Of a rate in per cent that should rise, unless said otherwise; `base` are the figures of 2023."""
    given = {"id": "x", "measure": "rate", "unit_id": "%", "direction": "higher", "aggregation": "weighted_mean"}
    history = no_history if base is None else lambda year: base if year == "2023" else {}
    return Assessor(Indicator(**{**given, **other}), list(goals), level, stratum, today, history)


def said(assessment: Assessment) -> tuple[str, str]:
    return assessment.judgement.status, assessment.judgement.reason


def test_an_indicator_without_a_goal_is_not_judged() -> None:
    assert said(assessor().assess("2024", "01", figure(90))) == ("not_assessable", "no_target")
    assert said(assessor().assess("2024", "01", None, "not_applicable")) == ("not_assessable", "not_applicable")


def test_a_missing_figure_keeps_its_reason_and_its_goal() -> None:
    found = assessor(goal()).assess("2024", "01", None, "suppressed")
    assert said(found) == ("not_assessable", "suppressed")
    assert (found.goal, found.footing) == (goal(), "binding")
    assert found.judgement.progress.value is None


def test_a_goal_for_another_stratum_says_so() -> None:
    both = goal(scope="urban"), goal(low=95, scope="rural")
    assert said(assessor(*both).assess("2024", "01", figure(90))) == ("not_assessable", "other_stratum")
    assert said(assessor(*both, stratum="urban").assess("2024", "01", figure(90))) == ("met", "met_above")
    assert said(assessor(*both, stratum="rural").assess("2024", "01", figure(90))) == ("not_met", "below_target")


def test_below_the_city_its_goal_is_only_compared_with() -> None:
    found = assessor(goal(), level="district").assess("2024", "001", figure(90))
    assert said(found) == ("not_assessable", "compared_with_city")
    assert found.judgement.compared is not None
    assert found.judgement.compared.status == "met"
    assert found.footing == "compared"


def test_an_allocation_binds_its_area_and_takes_the_place_of_the_comparison() -> None:
    own = goal(low=95, areas=(("2024", "001"),))
    judge = assessor(goal(), own, level="district")
    assert said(judge.assess("2024", "001", figure(90))) == ("not_met", "below_target")
    assert judge.assess("2024", "001", figure(90)).goal == own
    assert said(judge.assess("2024", "002", figure(90))) == ("not_assessable", "compared_with_city")
    assert said(judge.assess("2025-07", "001", figure(90))) == ("not_assessable", "compared_with_city")


def test_a_goal_that_names_other_areas_only_says_so() -> None:
    named = goal("complete", None, scope="each_district", areas=(("2024", "274"),))
    judge = assessor(named, level="district", measure="status", unit_id="code", aggregation="none")
    assert said(judge.assess("2024", "001", figure(1))) == ("not_assessable", "not_named")
    assert said(judge.assess("2024", "274", figure(1))) == ("met", "met_complete")
    assert judge.leading == (None, None)


def test_the_baseline_is_the_figure_of_the_year_before_the_plan() -> None:
    """From 60 at the end of 2023 to 80: 70 is half of the way."""
    judge = assessor(goal(), base={"01": figure(60, "2023")})
    assert judge.assess("2024", "01", figure(70)).judgement.progress.value == 0.5
    assert judge.assess("2024", "02", figure(70)).judgement.progress.reason == "no_baseline"


def test_a_running_count_starts_from_zero_whatever_the_year_before_was() -> None:
    judge = assessor(
        goal(low=40, timing="cumulative"), base={"01": figure(30, "2023-06")}, measure="count", unit_id="communes"
    )
    assert judge.assess("2024", "01", figure(20)).judgement.progress.value == 0.5


def test_a_status_depends_on_the_day() -> None:
    """By mid-June 2024 a third of the way is gone in 168 of 366 days: 0.33 over 0.46 is 0.73, under three quarters."""
    half_way = figure(20, "2024-06-16")
    count = {"measure": "count", "unit_id": "communes"}
    before = assessor(goal(low=60, timing="cumulative"), today=dt.date(2024, 6, 17), **count)
    after = assessor(goal(low=60, timing="cumulative"), **count)
    assert said(before.assess("2024", "01", half_way)) == ("off_track", "pace_far_short")
    assert said(after.assess("2024", "01", half_way)) == ("not_assessable", "figure_before_due")


def test_of_two_numbers_in_one_resolution_both_are_judged_the_first_leading() -> None:
    """160.4 is short of the appendix's 160.8 and past the body's 160."""
    found = assessor(goal(low=160.8), goal(low=160)).assess("2024", "01", figure(160.4))
    assert said(found) == ("not_met", "below_target")
    assert [said(other) for other in found.others] == [("met", "met_above")]
    assert found.others[0].goal == goal(low=160)


def test_the_goal_of_the_figures_year_leads() -> None:
    later = goal(low=90, year=2025, due=dt.date(2025, 12, 31))
    found = assessor(goal(), later, today=dt.date(2026, 1, 1)).assess("2024", "01", figure(85, "2025"))
    assert (found.goal, said(found)) == (later, ("not_met", "below_target"))
    assert [said(other) for other in found.others] == [("not_assessable", "figure_after_due")]


def test_an_estimate_is_not_judged() -> None:
    found = assessor(goal()).assess("2024", "01", figure(90), estimate=True)
    assert said(found) == ("not_assessable", "estimated")


def test_equal_figures_share_one_judgement_and_others_do_not() -> None:
    judge = assessor(goal())
    first, same, other = (
        judge.assess("2024", code, figure(value)) for code, value in (("1", 90), ("2", 90), ("3", 91))
    )
    assert first.judgement is same.judgement
    assert other.judgement is not first.judgement
    assert judge.assess("2024", "4", figure(90, qualifier="ge")).judgement is not first.judgement


def test_counts_contribute_to_the_citys_goal_together() -> None:
    """3, about 5 to 6, and 6 of 40; the missing one adds nothing and is not counted."""
    judge = assessor(goal(low=40, timing="cumulative"), level="district", measure="count", aggregation="sum")
    found = [judge.assess("2024", "001", figure(3)), judge.assess("2024", "002", figure(5, "2024", "range", 6)),
             judge.assess("2024", "003", figure(6)), judge.assess("2024", "004", None)]  # fmt: skip
    together = contributed(assessment.judgement for assessment in found)
    assert together is not None
    judgement, areas = together
    assert (judgement.reason, areas) == ("contributes", 3)
    assert {name: float(value) for name, value in judgement.params.items()} == {
        "value_low": 14, "value_high": 15, "aim_low": 40, "aim_high": 40,
    }  # fmt: skip
    assert contributed([assessor().assess("2024", "001", figure(3)).judgement]) is None


@pytest.fixture
def session() -> Iterator[Session]:
    """The toy country, with water in districts and an allocation to the first of them."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        toy.build(opened)
        for code, value in (("001", 60), ("002", 85)):
            opened.add(Observation(indicator_id="clean_water_rate", edition_id=toy.OLD, area_code=code, period="2020",
                                   stratum="all", value=value, status="final", source_id="count-2020"))  # fmt: skip
        opened.add(GoalRow(indicator_id="clean_water_rate", year=2020, scope="city", operator="ge", low=50.0,
                           unit_id="%", due=dt.date(2020, 12, 31), locator="Biểu 1", text_vi="50 %", text_en="50%",
                           areas=f"{toy.OLD}/001", version="12/KH, 05/01/2020"))  # fmt: skip
        opened.flush()
        recount(opened, [{"indicator_id": "clean_water_rate", "edition_id": toy.OLD}])
        opened.commit()
        yield opened
    engine.dispose()


def table(session: Session, indicator: str, level: str, today: dt.date | None = None) -> IndicatorTable:
    places = load_places(session)
    return indicator_table(session, load_catalogue(session, places), places, indicator, toy.OLD, level, today=today)


def test_an_allocation_from_the_store_replaces_the_citys_goal_in_the_table(session: Session) -> None:
    """60 meets the district's own 50; elsewhere 85 is only compared with the city's 80."""
    found = table(session, "clean_water_rate", "district")
    first, second, third = found.rows
    assert (first.judgement.status, first.judgement.reason) == ("met", "met_above")
    assert first.assessment.goal is not None
    assert first.assessment.goal.version == "12/KH, 05/01/2020"
    assert second.judgement.reason == "compared_with_city"
    assert third.judgement.reason == third.reason == "not_collected"
    assert found.binding
    assert (found.goal.low if found.goal else None, found.footing) == (80, "compared")


def test_the_table_is_judged_on_the_day_that_is_given(session: Session) -> None:
    district = table(session, "clean_water_rate", "district", dt.date(2020, 6, 1)).rows[0]
    assert (district.judgement.status, district.judgement.reason) == ("on_track", "in_target")


def test_the_frame_holds_the_same_judgements(session: Session) -> None:
    found = table(session, "clean_water_rate", "district")
    frame = found.frame()
    assert frame["status_code"].tolist() == ["met", "not_assessable", "not_assessable"]
    assert frame["judgement_reason"].tolist() == [row.judgement.reason for row in found.rows]


def test_a_class_limit_lies_on_the_citys_goal_not_on_an_allocation(session: Session) -> None:
    """Districts at 60 and 85 give one limit, 85; the city's 80 is another, the 50 of one district is none."""
    found = table(session, "clean_water_rate", "district")
    assert (found.limits, found.closed) == ((80, 85), "left")
    assert [row.class_index for row in found.rows] == [0, 2, None]
