"""Changes between two years: differences of intervals by hand, and a small country over three years."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Base
from geo.errors import BadParameter
from indicators.catalogue import load_catalogue
from indicators.change import change_table, subtract
from indicators.coverage import recount
from indicators.models import Indicator, Observation
from indicators.observations import Figure
from indicators.table import IndicatorTable
from tests import toy

RATE = Indicator(id="rate", measure="rate", unit_id="%", direction="higher", decimals=1)
COUNT = Indicator(id="count", measure="count", unit_id="households", direction="lower", decimals=0)


def figure(value: float, qualifier: str | None = None, high: float | None = None, period: str = "2024") -> Figure:
    return Figure(period, value, qualifier, high, "final", "source", "ghi chú", "note")


@pytest.mark.parametrize(
    ("indicator", "now", "before", "wanted"),
    [
        (RATE, figure(2.2), figure(2.3), (-0.1, None, None)),
        (COUNT, figure(0), figure(264), (-264, None, None)),
        (COUNT, figure(20, "ge"), figure(12), (8, "ge", None)),
        (COUNT, figure(20, "gt"), figure(12), (8, "gt", None)),
        (COUNT, figure(12), figure(20, "gt"), (-8, "lt", None)),
        (RATE, figure(95, "ge"), figure(90), (5, "range", 10)),
        (RATE, figure(4.2, "range", 4.6), figure(4), (0.2, "range", 0.6)),
        (RATE, figure(86.2, "approx"), figure(80), (6.2, "approx", None)),
    ],
)
def test_a_difference_is_as_exact_as_its_parts(
    indicator: Indicator, now: Figure, before: Figure, wanted: tuple[float, str | None, float | None]
) -> None:
    """A share of at least 95 % lies between 95 and 100, so its change from 90 % lies between 5 and 10 points."""
    change = subtract(indicator, now, before)
    assert change is not None
    assert (change.value, change.qualifier, change.value_high) == wanted
    assert change.status == "derived"


def test_two_lower_bounds_say_nothing_of_the_change() -> None:
    assert subtract(COUNT, figure(20, "ge"), figure(12, "ge")) is None


@pytest.fixture
def session() -> Iterator[Session]:
    """The toy country with households that have water in three communes over three years."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        toy.build(opened)
        yield opened
    engine.dispose()


def add(session: Session, code: str, period: str, value: float, qualifier: str = "") -> None:
    """One more count of poor households."""
    session.add(
        Observation(indicator_id="poor_households", edition_id=toy.OLD, area_code=code, period=period, stratum="all",
                    value=value, qualifier=qualifier, status="final", source_id="count-2020")
    )  # fmt: skip
    session.flush()
    recount(session, [{"indicator_id": "poor_households", "edition_id": toy.OLD}])


def changes(session: Session, period: str = "2020", indicator: str = "poor_households") -> IndicatorTable:
    places = load_places(session)
    catalogue = load_catalogue(session, places)
    return change_table(session, catalogue, places, indicator, toy.OLD, "commune", period, "all")


@pytest.fixture
def counted(session: Session) -> IndicatorTable:
    """Poor households of 2020 (a 10, b 0, c 30, d 80, e missing, f 60) after 2018: 12, 0, 25, at least 90, 7, missing;
    and one count of 2015."""
    for code, value, qualifier in (("00001", 12, ""), ("00002", 0, ""), ("00003", 25, ""), ("00004", 90, "ge"),
                                   ("00005", 7, "")):  # fmt: skip
        add(session, code, "2018", value, qualifier)
    add(session, "00006", "2015", 70)
    return changes(session)


def test_the_changes_are_since_the_latest_earlier_year(counted: IndicatorTable) -> None:
    """Of 2018, the latest before 2020; f was counted in 2015 only and has no change since 2018."""
    found = [(row.figure.value, row.figure.qualifier) if row.figure else row.reason for row in counted.rows]
    assert found == [(-2, None), (0, None), (5, None), (-10, "le"), "not_collected", "not_collected"]
    assert counted.indicator.name_vi == "Chỉ số poor_households: thay đổi từ 2018"
    assert (counted.scheme, counted.pivot, counted.period) == ("change", 0, "2020")


def test_each_change_says_both_figures(counted: IndicatorTable) -> None:
    notes = [(row.figure.note_vi, row.figure.note_en) for row in counted.rows if row.figure]
    assert notes[0] == ("2018: 12\u00a0households; 2020: 10\u00a0households",) * 2
    assert notes[3][0] == "2018: ≥\u00a090\u00a0households; 2020: 80\u00a0households"


def test_no_change_counts_with_the_better_side(counted: IndicatorTable) -> None:
    """Fewer poor households are better: a limit at 0 is closed on the left side of the scale."""
    assert counted.closed == "right"
    middle = counted.limits.index(0)
    place = {row.area.code: row.class_index for row in counted.rows}
    assert place["00002"] == middle
    assert place["00003"] > middle
    assert place["00004"] is not None
    assert place["00004"] <= middle
    assert place["00005"] is None


def test_a_change_is_neither_judged_nor_put_together(counted: IndicatorTable) -> None:
    assert {row.judgement.status for row in counted.rows} == {"not_assessable"}
    assert (counted.goal, counted.indicator.aggregation) == (None, "none")


def test_percentages_change_by_points() -> None:
    from indicators.change import changed_indicator

    changed = changed_indicator(Indicator(id="r", name_vi="Tỷ lệ", name_en="Rate", unit_id="%", measure="rate"), "2018")
    assert (changed.unit_id, changed.measure, changed.name_en) == (
        "percentage points",
        "growth",
        "Rate: change since 2018",
    )


def test_the_first_year_has_no_change_and_codes_never_have(session: Session) -> None:
    with pytest.raises(BadParameter, match="change"):
        changes(session)
    with pytest.raises(BadParameter, match="change"):
        changes(session, indicator="title")
