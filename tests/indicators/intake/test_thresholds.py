"""What is expected of figures differs by indicator, as the table `plausibility` says."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from indicators.ingest import read_tables
from indicators.intake.importing import plan_import
from indicators.intake.reading import Wish
from indicators.intake.thresholds import find_thresholds
from indicators.models import Indicator, Observation, Source
from tests.indicators.intake.forms import TODAY, as_csv
from tests.stores import Stores

HEADER = ["indicator_id", "edition", "level", "area_code", "period", "stratum", "value", "unit", "status", "source_id"]


@pytest.mark.parametrize(
    ("indicator", "measure", "before", "value", "far"),
    [
        ("population", "count", 100, 130, False),
        ("population", "count", 100, 131, True),
        ("poor_households", "count", 100, 26, False),
        ("poor_households", "count", 100, 24, True),
        ("jobs_created", "count", 100, 200, False),
        ("jobs_created", "count", 100, 201, True),
        ("poor_household_rate", "rate", 3, 8, False),
        ("poor_household_rate", "rate", 3, 8.1, True),
        ("clean_water_household_rate", "rate", 30, 50, False),
        ("clean_water_household_rate", "rate", 30, 50.1, True),
        ("grdp_growth", "growth", 6, 0.9, True),
        ("export_growth", "growth", 10, -9, False),
        ("doctors_per_10000", "rate", 12, 40, True),
    ],
)
def test_a_jump_is_measured_by_the_indicators_row_or_its_measures(
    indicator: str, measure: str, before: float, value: float, far: bool
) -> None:
    """Worked out by hand from the rows: people 1.3 times, poor households 4 times, other counts twice."""
    assert find_thresholds(Indicator(id=indicator, measure=measure)).jumps(before, value) is far


@pytest.mark.parametrize(
    ("indicator", "level", "code", "unit", "value", "hint"),
    [
        ("quan_criteria_met", "district", "274", "criteria", "35", "At most 34 is expected."),
        ("quan_criteria_met", "district", "274", "criteria", "34", ""),
        ("health_insurance_coverage", "district", "001", "%", "49", "At least 50 is expected."),
        ("health_insurance_coverage", "district", "001", "%", "50", ""),
    ],
)
def test_limits_of_an_indicator_are_asked_about(
    sqlite_stores: Stores, tmp_path: Path, indicator: str, level: str, code: str, unit: str, value: str, hint: str
) -> None:
    with sqlite_stores.session("embedded") as session:
        source = session.scalars(select(Source.id).order_by(Source.id)).first()
        row = [indicator, "2024", level, code, "2016", "all", value, unit, "final", str(source)]
        path = tmp_path / "a.csv"
        path.write_text(as_csv([HEADER, row]), "utf-8")
        warnings = plan_import(session, path, Wish(), TODAY).warnings
    assert [warning.suggestion for warning in warnings if warning.rule == "range"] == ([hint] if hint else [])


def test_what_is_published_is_expected(sqlite_stores: Stores) -> None:
    """No embedded figure lies beyond the limits of its indicator."""
    with sqlite_stores.session("embedded") as session:
        assert _beyond(session) == []


def _beyond(session: Session) -> list[tuple[str, str, float]]:
    found = []
    rows = select(Observation, Indicator).join(Indicator, Observation.indicator_id == Indicator.id)
    for figure, indicator in session.execute(rows.where(Indicator.measure != "status")):
        expected = find_thresholds(indicator)
        low, high = expected.low or float("-inf"), expected.high or float("inf")
        if not low <= figure.value <= high:
            found.append((indicator.id, figure.area_code, figure.value))
    return found


def test_every_row_of_the_table_says_why() -> None:
    """And every indicator that is measured has expectations: its own or those of its measure."""
    tables = read_tables()
    assert (tables["plausibility"]["basis"].str.len() > 20).all()
    for row in tables["indicators"].itertuples():
        if row.measure != "status":
            assert find_thresholds(Indicator(id=row.id, measure=row.measure)).jump > 0
