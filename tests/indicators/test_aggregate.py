"""Communes put together for their district or city: by hand, and withheld where too little is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.errors import DomainError
from indicators.aggregate import MINIMUM_COVERAGE, aggregate
from indicators.contributions import Aggregation, NotTransferable
from tests import toy

COUNT = Aggregation("sum")
MEAN = Aggregation("weighted_mean", "population")
AREAS = toy.areas().query("edition == @toy.OLD")
PEOPLE = toy.figures("population").set_index("area_code")["value"]


def values(result: pd.DataFrame, column: str = "value") -> dict[str, object]:
    return dict(zip(result["code"], result[column].fillna(-1) if column == "value" else result[column], strict=True))


def without(name: str, *codes: str) -> pd.DataFrame:
    frame = toy.figures(name)
    return frame[~frame["area_code"].isin(codes)]


def test_counts_are_summed_up_both_levels() -> None:
    districts = aggregate(toy.figures("population"), AREAS, COUNT, "district")
    assert values(districts) == toy.DISTRICT_POPULATION
    cities = aggregate(toy.figures("population"), AREAS, COUNT, "city")
    assert values(cities) == {"01": 1390, "02": 1200}
    stepwise = aggregate(
        districts.rename(columns={"code": "area_code"})[["area_code", "period", "value"]], AREAS, COUNT, "city"
    )
    assert values(stepwise) == values(cities)
    assert set(cities["quality"]) == {"exact"}


def test_communes_of_an_edition_without_districts_add_up_to_the_city() -> None:
    areas = toy.areas().query("edition == @toy.NEW")
    assert values(aggregate(toy.figures("population", toy.NEW), areas, COUNT, "city")) == {"01": 1390, "02": 1200}


def test_a_sum_with_a_missing_part_is_missing_and_a_true_zero_is_a_part() -> None:
    result = aggregate(toy.figures("poor_households"), AREAS, COUNT, "district")
    assert values(result) == {"001": 10 + 0 + 30, "002": -1, "003": 60}
    assert values(result, "reason") == {"001": None, "002": "not_collected", "003": None}
    assert values(result, "missing") == {"001": (), "002": ("00005",), "003": ()}
    assert values(result, "quality") == {"001": "exact", "002": None, "003": "exact"}
    assert values(result, "coverage")["002"] == pytest.approx(8 / 11)


def test_a_sum_is_withheld_at_any_minimum() -> None:
    result = aggregate(toy.figures("poor_households"), AREAS, COUNT, "district", PEOPLE, minimum=0.1)
    assert values(result)["002"] == -1


def test_rates_are_weighted_by_people() -> None:
    result = aggregate(toy.figures("clean_water_rate"), AREAS, MEAN, "district", PEOPLE)
    assert values(result) == pytest.approx(
        {"001": (90 * 200 + 60 * 100 + 50 * 600) / 900, "002": (80 * 400 + 100 * 90) / 490, "003": 25}
    )
    assert values(result, "quality") == {"001": "estimate", "002": "estimate", "003": "exact"}


def test_a_mean_stands_for_nine_tenths_of_its_weight_and_says_so() -> None:
    # e has 90 of the 490 people of its district, 18 %, and of the 1,390 of its city, 6.5 %.
    assert MINIMUM_COVERAGE == 0.9
    known = without("clean_water_rate", "00005")
    city = aggregate(known, AREAS, MEAN, "city", PEOPLE)
    assert values(city)["01"] == pytest.approx((90 * 200 + 60 * 100 + 50 * 600 + 80 * 400) / 1300)
    assert values(city, "coverage")["01"] == pytest.approx(1300 / 1390)
    assert values(city, "missing")["01"] == ("00005",)
    assert values(city, "contributors")["01"] == 5
    district = aggregate(known, AREAS, MEAN, "district", PEOPLE)
    assert values(district)["002"] == -1
    assert values(district, "reason")["002"] == "not_collected"
    assert values(district, "coverage")["002"] == pytest.approx(400 / 490)


@pytest.mark.parametrize(("minimum", "given"), [(1300 / 1390, True), (1300 / 1390 + 1e-9, False)])
def test_the_stated_coverage_is_enough(minimum: float, given: bool) -> None:
    result = aggregate(without("clean_water_rate", "00005"), AREAS, MEAN, "city", PEOPLE, minimum)
    assert (values(result)["01"] != -1) is given


def test_a_mean_without_all_weights_is_withheld() -> None:
    full = aggregate(toy.figures("clean_water_rate"), AREAS, MEAN, "district", PEOPLE.drop("00004"))
    assert values(full, "reason") == {"001": None, "002": "not_convertible", "003": None}
    gap = aggregate(without("clean_water_rate", "00005"), AREAS, MEAN, "city", PEOPLE.drop("00004"))
    assert values(gap, "reason")["01"] == "not_collected"
    assert values(gap, "coverage")["01"] == pytest.approx(17 / 20)


def test_a_gap_of_unknown_weight_is_never_passed_over() -> None:
    known, weights = without("clean_water_rate", "00005"), PEOPLE.drop("00005")
    assert values(aggregate(known, AREAS, MEAN, "city", weights, minimum=0.5))["01"] == -1


def test_units_without_meaning_are_left_out_and_a_whole_of_them_is_not_applicable() -> None:
    gaps = pd.DataFrame({"area_code": ["00001", "00002", "00006"], "period": "2020", "value": np.nan})
    frame = pd.concat([without("population", *gaps["area_code"]), gaps.assign(reason="not_applicable")])
    result = aggregate(frame, AREAS, COUNT, "district")
    assert values(result) == {"001": 600, "002": 490, "003": -1}
    assert values(result, "reason") == {"001": None, "002": None, "003": "not_applicable"}
    assert values(result, "contributors") == {"001": 1, "002": 2, "003": 0}


def test_medians_and_codes_are_refused() -> None:
    with pytest.raises(NotTransferable):
        aggregate(toy.figures("median_income"), AREAS, Aggregation("none"), "district")


def test_figures_that_do_not_lie_below_the_level_are_refused() -> None:
    both = pd.concat([toy.figures("population"), toy.figures("population", level="district")])
    with pytest.raises(DomainError, match="commune, district level do not add up"):
        aggregate(both, AREAS, COUNT, "city")
    with pytest.raises(DomainError, match="district level do not add up to a district"):
        aggregate(toy.figures("population", level="district"), AREAS, COUNT, "district")
    with pytest.raises(DomainError, match="00009 are not in the list"):
        aggregate(toy.figures("population").replace("00006", "00009"), AREAS, COUNT, "city")
