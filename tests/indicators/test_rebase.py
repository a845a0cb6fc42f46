"""Figures carried to another edition: the toy merger, split and rename by hand, and what holds for every crosswalk."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.crosswalk import BOTH, OVERLAY, CrosswalkGap, invert
from geo.errors import DomainError
from indicators.contributions import Aggregation, NotTransferable, rule_of
from indicators.models import Indicator
from indicators.rebase import rebase, rebase_ratio
from tests import toy

COUNT = Aggregation("sum")
LAND = Aggregation("sum", variable="land")
MEAN = Aggregation("weighted_mean", "population")
DENSITY = Aggregation("weighted_mean", "area_km2", "land")
SIZES = toy.areas().query("edition == @toy.OLD and level == 'commune'").set_index("code")["area_km2"]
NEW_SIZES = toy.areas().query("edition == @toy.NEW and level == 'commune'").set_index("code")["area_km2"]
PEOPLE = toy.figures("population").set_index("area_code")["value"]


def values(result: pd.DataFrame, column: str = "value") -> dict[str, object]:
    return dict(zip(result["to_code"], result[column], strict=True))


def figures(**cells: object) -> pd.DataFrame:
    """Figures of a … f, each cell a list of six."""
    return pd.DataFrame({"area_code": SIZES.index, "period": "2020", **cells})


def test_people_are_conserved_and_follow_the_people_of_a_split_unit() -> None:
    result = rebase(toy.figures("population"), toy.crosswalk(), COUNT, SIZES)
    assert values(result) == {"00001": 200 + 100, "00004": 600 + 300, "00005": 100 + 90, "00006": 1200}
    assert result["value"].sum() == PEOPLE.sum()


def test_without_known_people_a_split_unit_is_divided_by_land_and_says_so() -> None:
    result = rebase(toy.figures("population"), toy.crosswalk(population=False), COUNT, SIZES)
    assert values(result) == {"00001": 300, "00004": 600 + 100, "00005": 300 + 90, "00006": 1200}
    assert values(result, "weight_basis") == {"00001": "whole", "00004": "area", "00005": "area", "00006": "whole"}


def test_a_sum_of_wholes_is_exact_and_all_else_an_estimate() -> None:
    result = rebase(toy.figures("population"), toy.crosswalk(), COUNT, SIZES)
    assert values(result, "quality") == {
        "00001": "exact", "00004": "estimate", "00005": "estimate", "00006": "exact"
    }  # fmt: skip
    assert values(result, "method") == {"00001": "sum", "00004": "sum", "00005": "sum", "00006": "unchanged"}
    assert values(result, "contributors") == {"00001": 2, "00004": 2, "00005": 2, "00006": 1}
    assert set(result["coverage"]) == {1.0}


def test_a_whole_that_only_the_map_knows_of_is_an_estimate() -> None:
    crosswalk = toy.crosswalk()
    crosswalk.loc[crosswalk["from_code"] == "00002", "basis"] = OVERLAY
    result = rebase(toy.figures("population"), crosswalk, COUNT, SIZES)
    assert values(result, "quality")["00001"] == "estimate"
    assert values(result, "basis") == {"00001": OVERLAY} | dict.fromkeys(
        ["00004", "00005", "00006"], "official composition"
    )


def test_a_part_too_small_for_the_map_still_makes_an_estimate() -> None:
    extra = toy.crosswalk().iloc[[3]].assign(to_code="00004", weight_area=0.0, weight_population=0.0)
    crosswalk = pd.concat([toy.crosswalk(), extra], ignore_index=True)
    result = rebase(toy.figures("population"), crosswalk, COUNT, SIZES)
    assert values(result)["00001"] == 300
    assert values(result, "quality")["00001"] == "estimate"


def test_land_is_divided_by_land() -> None:
    result = rebase(toy.figures("area_km2"), toy.crosswalk(), LAND, SIZES)
    assert values(result) == NEW_SIZES.to_dict()


def test_a_missing_contributor_makes_the_result_missing_and_never_smaller() -> None:
    result = rebase(toy.figures("poor_households"), toy.crosswalk(), COUNT, SIZES)
    assert values(result.fillna({"value": -1})) == {"00001": 10 + 0, "00004": 30 + 60, "00005": -1, "00006": 60}
    missing = result.set_index("to_code").loc["00005"]
    assert (missing["reason"], missing["quality"], missing["missing"]) == ("not_collected", None, ("00005",))
    assert missing["coverage"] == pytest.approx(6 / 9)


def test_a_contributor_of_no_known_size_is_missed_as_well() -> None:
    extra = toy.crosswalk().iloc[[7]].assign(to_code="00006", weight_area=0.0, weight_population=0.0)
    crosswalk = pd.concat([toy.crosswalk(), extra], ignore_index=True)
    result = rebase(toy.figures("poor_households"), crosswalk, COUNT, SIZES)
    assert values(result, "reason")["00006"] == "not_collected"


def test_the_reason_of_the_missing_contributor_is_kept() -> None:
    result = rebase(
        figures(value=[1, 2, 3, 4, np.nan, np.nan], reason=[None] * 4 + ["suppressed", "not_due"]),
        toy.crosswalk(), COUNT, SIZES,
    )  # fmt: skip
    assert values(result, "reason") == {"00001": None, "00004": None, "00005": "suppressed", "00006": "not_due"}


def test_where_it_has_no_meaning_for_some_contributors_it_is_not_convertible() -> None:
    gaps = ["not_applicable", "not_applicable", None, "not_applicable", None, None]
    result = rebase(figures(value=[np.nan, np.nan, 3, np.nan, 5, 6], reason=gaps), toy.crosswalk(), COUNT, SIZES)
    assert values(result, "reason") == {
        "00001": "not_applicable", "00004": "not_convertible", "00005": "not_convertible", "00006": None
    }  # fmt: skip


def test_a_rate_is_weighted_and_never_averaged() -> None:
    result = rebase(toy.figures("clean_water_rate"), toy.crosswalk(), MEAN, SIZES, PEOPLE)
    assert values(result) == pytest.approx(
        {
            "00001": (90 * 200 + 60 * 100) / 300,  # 80, where the average of rates is 75
            "00004": (50 * 600 + 80 * 300) / 900,
            "00005": (80 * 100 + 100 * 90) / 190,
            "00006": 25,
        }
    )
    assert values(result, "quality") == {
        "00001": "estimate", "00004": "estimate", "00005": "estimate", "00006": "exact"
    }  # fmt: skip


def test_a_density_is_weighted_by_land() -> None:
    result = rebase(toy.figures("population_density"), toy.crosswalk(), DENSITY, SIZES, SIZES)
    assert values(result) == pytest.approx(
        {"00001": 300 / 6, "00004": (200 * 3 + 50 * 2) / 5, "00005": (50 * 6 + 30 * 3) / 9, "00006": 100}
    )


def test_a_rate_without_the_weight_of_every_contributor_is_not_convertible() -> None:
    result = rebase(toy.figures("clean_water_rate"), toy.crosswalk(), MEAN, SIZES, PEOPLE.drop("00002"))
    assert values(result, "reason") == {"00001": "not_convertible", "00004": None, "00005": None, "00006": None}
    alone = rebase(toy.figures("clean_water_rate"), toy.crosswalk(), MEAN, SIZES)
    assert values(alone.fillna({"value": -1})) == {"00001": -1, "00004": -1, "00005": -1, "00006": 25}


def test_a_rate_among_nobody_is_not_convertible() -> None:
    nobody = PEOPLE.mask(PEOPLE.index.isin(["00001", "00002"]), 0)
    result = rebase(toy.figures("clean_water_rate"), toy.crosswalk(), MEAN, SIZES, nobody)
    assert values(result, "reason")["00001"] == "not_convertible"


def test_a_ratio_is_recomputed_from_numerator_and_denominator() -> None:
    result = rebase_ratio(
        toy.figures("population"), toy.figures("area_km2"), toy.crosswalk(), SIZES, variables=("people", "land")
    )
    assert values(result) == pytest.approx({"00001": 300 / 6, "00004": 900 / 5, "00005": 190 / 9, "00006": 100})
    assert values(result, "quality") == {
        "00001": "exact", "00004": "estimate", "00005": "estimate", "00006": "exact"
    }  # fmt: skip
    assert values(result, "weight_basis")["00004"] == "population, area"


def test_a_ratio_is_missing_where_a_part_is_missing_bounded_or_over_nothing() -> None:
    poor = toy.figures("poor_households").assign(qualifier="")
    poor.loc[poor["area_code"] == "00006", "qualifier"] = "ge"
    over = toy.figures("population")
    over.loc[over["area_code"].isin(["00001", "00002"]), "value"] = 0
    result = rebase_ratio(poor, over, toy.crosswalk(), SIZES, scale=100)
    assert values(result, "reason") == {
        "00001": "not_convertible", "00004": None, "00005": "not_collected", "00006": "not_convertible"
    }  # fmt: skip
    assert values(result)["00004"] == pytest.approx(100 * 90 / 900)
    assert values(result, "missing")["00005"] == ("00005",)


@pytest.mark.parametrize(
    ("qualifiers", "highs", "expected"),
    [
        (("", ""), (np.nan, np.nan), (30, "", None)),
        (("approx", ""), (np.nan, np.nan), (30, "approx", None)),
        (("ge", "approx"), (np.nan, np.nan), (30, "ge", None)),
        (("ge", "gt"), (np.nan, np.nan), (30, "gt", None)),
        (("le", ""), (np.nan, np.nan), (30, "le", None)),
        (("lt", "le"), (np.nan, np.nan), (30, "lt", None)),
        (("range", ""), (15, np.nan), (30, "range", 35)),
        (("range", "range"), (15, 29), (30, "range", 44)),
        (("range", "ge"), (15, np.nan), (30, "ge", None)),
        (("range", "le"), (15, np.nan), (35, "le", None)),
    ],
)
def test_bounds_are_summed_as_bounds(
    qualifiers: tuple[str, str], highs: tuple[float, float], expected: tuple[float, str, float | None]
) -> None:
    rows = figures(
        value=[10, 20, 0, 0, 0, 0], qualifier=[*qualifiers, "", "", "", ""], value_high=[*highs] + [np.nan] * 4
    )
    first = rebase(rows, toy.crosswalk(), COUNT, SIZES).set_index("to_code").loc["00001"]
    high = None if math.isnan(first["value_high"]) else first["value_high"]
    assert (first["value"], first["qualifier"], high) == expected


def test_bounds_that_say_nothing_together_are_not_convertible() -> None:
    rows = figures(value=[10.0, 20, 0, 0, 0, 0], qualifier=["ge", "le", "", "", "", ""])
    first = rebase(rows, toy.crosswalk(), COUNT, SIZES).iloc[0]
    assert (first["reason"], first["qualifier"]) == ("not_convertible", "")
    assert math.isnan(first["value"])


def test_a_bound_of_which_nothing_comes_does_not_count() -> None:
    extra = toy.crosswalk().iloc[[3]].assign(to_code="00006", weight_area=0.0, weight_population=0.0)
    crosswalk = pd.concat([toy.crosswalk(), extra], ignore_index=True)
    rows = figures(value=[10.0, 20, 0, 0, 0, 60], qualifier=["gt", "gt", "", "", "", ""])
    last = rebase(rows, crosswalk, COUNT, SIZES).iloc[3]
    assert (last["value"], last["qualifier"]) == (60, "")


@pytest.mark.parametrize("name", ["median_income", "title"])
def test_medians_and_codes_are_refused(name: str) -> None:
    with pytest.raises(NotTransferable, match="composition") as raised:
        rebase(toy.figures(name), toy.crosswalk(), Aggregation("none", indicator=name), SIZES)
    assert (raised.value.reason, raised.value.indicator) == ("not_convertible", name)


def test_a_district_figure_is_never_divided_among_communes() -> None:
    districts = toy.figures("population", level="district")
    assert len(districts) == 3
    with pytest.raises(CrosswalkGap, match="001, 002, 003") as raised:
        rebase(districts, toy.crosswalk(), COUNT, SIZES)
    assert raised.value.codes == ("001", "002", "003")


def test_a_unit_that_the_crosswalk_forgets_is_reported() -> None:
    with pytest.raises(CrosswalkGap, match="00006"):
        rebase(toy.figures("population"), toy.crosswalk().query("from_code != '00006'"), COUNT, SIZES)


def test_two_figures_for_one_area_and_period_are_refused() -> None:
    twice = pd.concat([toy.figures("population"), toy.figures("population").head(1)])
    with pytest.raises(DomainError, match="00001 have several figures"):
        rebase(twice, toy.crosswalk(), COUNT, SIZES)


def test_periods_do_not_mix() -> None:
    later = toy.figures("population").assign(period="2019").query("area_code != '00002'")
    result = rebase(pd.concat([toy.figures("population"), later]), toy.crosswalk(), COUNT, SIZES)
    first = result[result["to_code"] == "00001"].set_index("period")
    assert first["reason"].to_dict() == {"2019": "not_collected", "2020": None}


# Each example builds frames, so fewer of them, and no limit of time on a busy machine.
few = settings(max_examples=40, deadline=None)

# For every crosswalk: sources a0…, targets b0…, shares of land and of people for each pair.
pair_shares = st.lists(st.floats(0.01, 1), min_size=5, max_size=5)
unit = st.tuples(st.sets(st.integers(0, 4), min_size=1), pair_shares, pair_shares, st.booleans())
figure = st.one_of(st.none(), st.just(0.0), st.floats(0, 1e9))


@st.composite
def crosswalks(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for number, (targets, land, people, known) in enumerate(draw(st.lists(unit, min_size=1, max_size=6))):
        order = sorted(targets)
        for target in order:
            weight = land[target] / sum(land[other] for other in order)
            share = people[target] / sum(people[other] for other in order) if known or len(order) == 1 else np.nan
            rows.append(("A", f"a{number}", "B", f"b{target}", weight, share, BOTH, ""))
    return pd.DataFrame(rows, columns=toy.crosswalk().columns)


@st.composite
def cases(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    crosswalk = draw(crosswalks())
    codes = crosswalk["from_code"].unique()
    drawn = draw(st.lists(figure, min_size=len(codes), max_size=len(codes)))
    rows = pd.DataFrame({"area_code": codes, "period": "2020", "value": pd.Series(drawn, dtype=float)})
    sizes = pd.Series(draw(st.lists(st.floats(0.1, 100), min_size=len(codes), max_size=len(codes))), index=codes)
    return crosswalk, rows, sizes


@few
@given(cases())
def test_totals_are_conserved_to_1e_9(case: tuple[pd.DataFrame, pd.DataFrame, pd.Series]) -> None:
    crosswalk, rows, sizes = case
    rows = rows.fillna({"value": 7.0})
    for rule in (COUNT, LAND):
        total = rebase(rows, crosswalk, rule, sizes)["value"].sum()
        assert total == pytest.approx(rows["value"].sum(), rel=1e-9)


@few
@given(cases())
def test_a_result_is_missing_exactly_where_a_contributor_is(case: tuple[pd.DataFrame, pd.DataFrame, pd.Series]) -> None:
    crosswalk, rows, sizes = case
    result = rebase(rows, crosswalk, COUNT, sizes).set_index("to_code")
    gaps = set(rows.loc[rows["value"].isna(), "area_code"])
    for code, pairs in crosswalk.groupby("to_code"):
        lost = set(pairs["from_code"]) & gaps
        assert (result.loc[code, "reason"] == "not_collected") == bool(lost) == math.isnan(result.loc[code, "value"])
        assert result.loc[code, "missing"] == tuple(sorted(lost))


@few
@given(cases(), st.floats(0.01, 100))
def test_a_mean_lies_within_the_rates_it_comes_from(
    case: tuple[pd.DataFrame, pd.DataFrame, pd.Series], weight: float
) -> None:
    crosswalk, rows, sizes = case
    weights = pd.Series(weight, index=sizes.index)
    result = rebase(rows, crosswalk, MEAN, sizes, weights).set_index("to_code")
    rates = rows.set_index("area_code")["value"]
    for code, pairs in crosswalk.groupby("to_code"):
        value, mixed = result.loc[code, "value"], rates[pairs["from_code"]]
        assert math.isnan(value) or mixed.min() * (1 - 1e-9) <= value <= mixed.max() * (1 + 1e-9)


@few
@given(st.lists(figure, min_size=1, max_size=6))
def test_rebasing_onto_the_same_edition_changes_nothing(drawn: list[float | None]) -> None:
    codes = [f"0000{number}" for number in range(len(drawn))]
    same = pd.DataFrame({"from_edition": "A", "from_code": codes, "to_edition": "B", "to_code": codes,
                         "weight_area": 1.0, "weight_population": 1.0, "basis": BOTH, "citation": ""})  # fmt: skip
    rows = pd.DataFrame({"area_code": codes, "period": "2020", "value": pd.Series(drawn, dtype=float)})
    for rule in (COUNT, LAND, MEAN):
        result = rebase(rows, same, rule, pd.Series(1.0, index=codes))
        pd.testing.assert_series_equal(result["value"], rows["value"])
        assert set(result["method"]) == {"unchanged"}
        assert set(result["quality"].dropna()) <= {"exact"}


@few
@given(cases())
def test_there_and_back_invents_nothing(case: tuple[pd.DataFrame, pd.DataFrame, pd.Series]) -> None:
    crosswalk, rows, sizes = case
    old = pd.DataFrame({"edition": "A", "code": sizes.index, "area_km2": sizes.array})
    back = invert(crosswalk, old)
    there = rebase(rows, crosswalk, COUNT, sizes)
    new_sizes = pd.Series(1.0, index=sorted(set(crosswalk["to_code"])))
    carried = there.rename(columns={"to_code": "area_code"})[["area_code", "period", "value", "reason"]]
    again = rebase(carried, back, COUNT, new_sizes).set_index("to_code")["value"]
    before = rows.set_index("area_code")["value"]
    assert again[before.index[before.isna()]].isna().all()
    assert again.sum() <= before.sum() * (1 + 1e-9)
    if before.notna().all():
        assert again.sum() == pytest.approx(before.sum(), rel=1e-9)


def test_the_toy_merger_and_back_keeps_totals_and_shares_by_land() -> None:
    back = invert(toy.crosswalk(), toy.areas())
    there = rebase(toy.figures("population"), toy.crosswalk(), COUNT, SIZES)
    carried = there.rename(columns={"to_code": "area_code"})[["area_code", "period", "value"]]
    again = rebase(carried, back, COUNT, NEW_SIZES)
    assert values(again) == pytest.approx(
        {"00001": 100, "00002": 200, "00003": 540, "00004": 360 + 190 * 6 / 9, "00005": 190 / 3, "00006": 1200}
    )
    assert values(again, "quality")["00001"] == "estimate"


def test_the_check_of_totals_would_notice_a_lost_millionth() -> None:
    leaky = toy.crosswalk()
    leaky.loc[5, ["weight_area", "weight_population"]] -= 1e-6
    total = rebase(toy.figures("population"), leaky, COUNT, SIZES)["value"].sum()
    assert total != pytest.approx(PEOPLE.sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "unit", "aggregation", "weight", "rule"),
    [
        ("population", "persons", "sum", None, COUNT),
        ("area_km2", "km2", "sum", None, LAND),
        ("rice_area", "ha", "sum", None, LAND),
        ("clean_water_rate", "%", "weighted_mean", "population", MEAN),
        ("population_density", "persons/km2", "weighted_mean", "area_km2", DENSITY),
        ("median_income", "million VND", "none", None, Aggregation("none")),
    ],
)
def test_the_rule_is_what_the_catalogue_declares(
    name: str, unit: str, aggregation: str, weight: str | None, rule: Aggregation
) -> None:
    declared = rule_of(Indicator(id=name, unit_id=unit, aggregation=aggregation, weight=weight))
    assert declared == replace(rule, indicator=name)


def test_an_aggregation_of_no_known_name_is_refused() -> None:
    with pytest.raises(NotTransferable, match="growth"):
        rule_of(Indicator(id="growth", unit_id="%", aggregation="mean", weight=None))
