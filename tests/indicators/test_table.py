"""Which figure counts: the rules of `indicator_table`, on the toy country."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Base
from geo.classify import class_limits
from geo.errors import BadParameter, UnknownName
from indicators import observations, readings
from indicators.catalogue import load_catalogue
from indicators.coverage import recount
from indicators.models import Observation, Source
from indicators.table import IndicatorTable, indicator_table
from tests import toy


@pytest.fixture
def session() -> Iterator[Session]:
    """A store with the toy country and three more sources."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        toy.build(opened)
        for source, quality, day in (
            ("gazette", "official", None),
            ("daily", "press", dt.date(2021, 1, 5)),
            ("weekly", "press", dt.date(2021, 3, 5)),
        ):
            opened.add(Source(id=source, publisher=source, title=source, title_origin="stated", url=None, published=day,
                              kind="press", quality=quality))  # fmt: skip
        opened.flush()
        yield opened
    engine.dispose()


def add(session: Session, indicator: str, code: str, period: str, value: float, **other: object) -> None:
    """One more observation of the old edition."""
    given = {"stratum": "all", "qualifier": "", "status": "reported", "source_id": "daily", **other}
    session.add(
        Observation(indicator_id=indicator, edition_id=toy.OLD, area_code=code, period=period, value=value, **given)
    )
    session.flush()
    recount(session, [{"indicator_id": indicator, "edition_id": toy.OLD}])


def table(session: Session, indicator: str, period: str | None = None, level: str = "commune") -> IndicatorTable:
    """The question asked of the old edition."""
    places = load_places(session)
    return indicator_table(session, load_catalogue(session, places), places, indicator, toy.OLD, level, period)


def value_of(found: IndicatorTable, code: str) -> float | None:
    """The value of one area."""
    figure = next(row.figure for row in found.rows if row.area.code == code)
    return figure.value if figure else None


def test_zero_is_a_value_and_missing_has_a_reason(session: Session) -> None:
    found = table(session, "poor_households", "2020")
    assert [value_of(found, f"0000{n}") for n in range(1, 7)] == [10, 0, 30, 80, None, 60]
    assert found.reason_counts == {"not_collected": 1}
    assert (found.with_value, found.applicable) == (5, 6)
    assert found.report.left_only == ("00005",)


def test_what_has_no_meaning_for_a_kind_of_unit_is_not_applicable(session: Session) -> None:
    found = table(session, "title")
    assert found.reason_counts == {"not_applicable": 3, "not_collected": 1}
    assert found.applicable == 3


def test_a_year_takes_the_latest_figure_dated_within_it(session: Session) -> None:
    add(session, "median_income", "00001", "2019-06", 1)
    add(session, "median_income", "00001", "2019-11-30", 2)
    assert value_of(table(session, "median_income", "2019"), "00001") == 2
    assert value_of(table(session, "median_income", "2020"), "00001") == 5


def test_a_longer_period_matches_exactly(session: Session) -> None:
    add(session, "median_income", "00001", "2019-06", 1)
    assert value_of(table(session, "median_income", "2019-06"), "00001") == 1
    assert value_of(table(session, "median_income", "2019-11"), "00001") is None


def test_a_status_takes_the_latest_at_or_before_the_end_of_the_period(session: Session) -> None:
    add(session, "title", "00004", "2018", 1)
    assert value_of(table(session, "title", "2017"), "00004") is None
    found = table(session, "title", "2021")
    assert value_of(found, "00004") == 1
    assert next(row.figure.period for row in found.rows if row.area.code == "00004" and row.figure) == "2018"


def test_a_plan_is_never_an_outcome(session: Session) -> None:
    add(session, "median_income", "00001", "2025", 9, status="planned")
    places = load_places(session)
    assert "2025" not in load_catalogue(session, places).years(("median_income", toy.OLD, "commune", "all"))
    assert value_of(table(session, "median_income", "2025"), "00001") is None


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ({"status": "final"}, {"status": "provisional", "source_id": "gazette"}, "first"),
        ({"status": "provisional"}, {"status": "reported", "source_id": "gazette"}, "first"),
        ({"status": "reported"}, {"status": "derived", "source_id": "gazette"}, "first"),
        ({"source_id": "daily"}, {"source_id": "gazette"}, "second"),
        ({"source_id": "daily"}, {"source_id": "weekly"}, "second"),
    ],
)
def test_firmer_then_more_official_then_newer_figures_win(
    session: Session, first: dict[str, str], second: dict[str, str], winner: str
) -> None:
    add(session, "median_income", "00005", "2019", 1, **first)
    add(session, "median_income", "00005", "2019", 2, **({"source_id": "weekly"} | second))
    row = next(row for row in table(session, "median_income", "2019").rows if row.area.code == "00005")
    assert row.figure is not None
    assert row.figure.value == (1 if winner == "first" else 2)
    assert [other.value for other in row.alternatives] == [2 if winner == "first" else 1]


def test_without_a_period_the_year_that_covers_most_areas_is_taken(session: Session) -> None:
    add(session, "median_income", "00001", "2021", 7)
    assert table(session, "median_income").period == "2020"


def test_class_limits_do_not_change_with_the_period(session: Session) -> None:
    add(session, "median_income", "00001", "2019", 50)
    assert table(session, "median_income", "2019").limits == table(session, "median_income", "2020").limits


def test_the_frame_holds_the_same_figures(session: Session) -> None:
    frame = table(session, "poor_households", "2020").frame()
    assert frame["value"].fillna(-1).tolist() == [10, 0, 30, 80, -1, 60]
    assert frame["status"].tolist()[4] == "missing"
    assert frame.loc[4, "reason"] == "not_collected"


def test_questions_that_cannot_be_asked_are_refused(session: Session) -> None:
    with pytest.raises(UnknownName, match="poor_households"):
        table(session, "poor_household")
    places = load_places(session)
    catalogue = load_catalogue(session, places)
    with pytest.raises(BadParameter, match="stratum"):
        indicator_table(session, catalogue, places, "title", toy.OLD, "commune", None, "rural")
    with pytest.raises(BadParameter, match="YYYY"):
        table(session, "title", "20-20")


def test_classes_and_baselines_are_those_of_all_years_though_one_is_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same table whether years are read together, as for few areas, or each when it is needed."""
    for year in range(2010, 2020):
        for code in range(1, 7):
            add(session, "poor_households", f"0000{code}", f"{year}-{code + 5:02}", year * 7 % 31 + code / 10)
    places = load_places(session)
    asked = session, load_catalogue(session, places), places, "poor_households", toy.OLD, "commune", "2015"
    together = indicator_table(*asked)
    monkeypatch.setattr(observations, "FEW", 0)
    monkeypatch.setattr(readings, "FEW", 0)
    apart = indicator_table(*asked)
    assert apart == together
    assert apart.limits == class_limits(
        list(session.scalars(select(Observation.value).where(Observation.indicator_id == "poor_households",
                                                             Observation.status != "planned")))
    )  # fmt: skip
    assert [row.assessment for row in apart.rows] == [row.assessment for row in together.rows]
