"""The shipped crosswalk is complete and sums to one; where overlay and composition differ is listed, case by case."""

from __future__ import annotations

import pandas as pd
import pytest

from boundaries.composition import build_crosswalk, find_disagreements
from boundaries.layers import read_areas, read_rows

COLUMNS = [
    "from_edition",
    "from_code",
    "to_edition",
    "to_code",
    "weight_area",
    "weight_population",
    "basis",
    "citation",
]


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    """The shipped table of areas."""
    return pd.DataFrame(read_areas())


@pytest.fixture(scope="module")
def crosswalk() -> pd.DataFrame:
    """The shipped crosswalk, as text."""
    return pd.DataFrame(read_rows("crosswalk.csv"))


@pytest.fixture(scope="module")
def disagreements(crosswalk: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """All points on which overlay and composition differ."""
    return find_disagreements(crosswalk, pd.DataFrame(read_rows("composition.csv")), areas)


def codes(areas: pd.DataFrame, edition: str) -> set[str]:
    """City and commune codes of an edition: what a crosswalk must cover."""
    return set(areas[(areas["edition"] == edition) & (areas["level"] != "district")]["code"])


def test_every_unit_of_both_editions_is_in_the_crosswalk(crosswalk: pd.DataFrame, areas: pd.DataFrame) -> None:
    """579 communes and the city on one side, 126 units and the city on the other; each pair once."""
    assert list(crosswalk.columns) == COLUMNS
    assert set(crosswalk["from_code"]) == codes(areas, "2024")
    assert set(crosswalk["to_code"]) == codes(areas, "2025-07")
    assert not crosswalk.duplicated(["from_code", "to_code"]).any()
    assert set(crosswalk["from_edition"] + crosswalk["to_edition"]) == {"20242025-07"}


def test_weights_of_each_source_sum_to_one(crosswalk: pd.DataFrame) -> None:
    """Within 1e-9, none below 0; a population weight only where the unit has a single target, and then 1."""
    weights = crosswalk.astype({"weight_area": float}).groupby("from_code")["weight_area"]
    assert (weights.sum() - 1).abs().max() <= 1e-9
    assert weights.min().min() >= 0
    single = weights.size() == 1
    assert set(crosswalk.loc[crosswalk["from_code"].map(single), "weight_population"]) == {"1"}
    assert set(crosswalk.loc[~crosswalk["from_code"].map(single), "weight_population"]) == {""}


def test_areas_carried_over_give_the_areas_of_the_new_units(crosswalk: pd.DataFrame, areas: pd.DataFrame) -> None:
    """Old areas times shares equal the measured new areas, within what five decimals of a share can hide."""
    measured = areas.astype({"area_km2": float}).set_index(["edition", "code"])["area_km2"]
    carried = crosswalk["from_code"].map(measured["2024"]) * crosswalk["weight_area"].astype(float)
    difference = carried.groupby(crosswalk["to_code"]).sum() - measured["2025-07"]
    assert difference.abs().max() < 0.002


def test_every_row_says_on_what_it_rests(crosswalk: pd.DataFrame) -> None:
    """A pair without area rests on the composition alone; all others on the overlay at least."""
    zero = crosswalk["weight_area"].astype(float) == 0
    assert set(crosswalk.loc[zero, "basis"]) == {"official composition"}
    assert set(crosswalk.loc[~zero, "basis"]) == {"overlay", "both"}
    assert (crosswalk["citation"] != "").all()


def test_the_composition_is_the_official_one(areas: pd.DataFrame) -> None:
    """526 units into 126: 327 whole, 268 part, 199 remainder; a unit that is whole has one target."""
    composition = pd.DataFrame(read_rows("composition.csv"))
    assert composition["from_code"].nunique() == 526
    assert set(composition["to_code"]) == codes(areas, "2025-07") - {"01"}
    assert composition["part"].value_counts().to_dict() == {"whole": 327, "part": 268, "remainder": 199}
    targets = composition.groupby("from_code")["to_code"].transform("size")
    assert set(targets[composition["part"] == "whole"]) == {1}


def test_disagreements_are_listed_by_kind(disagreements: pd.DataFrame) -> None:
    """53 codes ended on 01/01/2025, 33 then got another name, 14 official pairs are too small for the map."""
    assert disagreements.groupby("problem")["from_code"].nunique().to_dict() == {
        "no area on the map": 13,
        "not in composition": 53,
        "other name": 33,
    }
    assert (disagreements["problem"] == "no area on the map").sum() == 14


def test_a_code_reused_on_the_way_is_not_taken_for_the_same_unit(disagreements: pd.DataFrame) -> None:
    """00235 was Ngã Tư Sở in 2024 and Thịnh Quang from 01/01/2025: the overlay splits the one, the other went whole."""
    rows = disagreements[disagreements["from_code"] == "00235"].set_index("to_code")
    assert set(rows["problem"]) == {"other name"}
    assert rows.loc["00229", ["from_name", "to_name", "share", "official"]].to_list() == [
        "Phường Ngã Tư Sở",
        "Phường Kim Liên",
        0.44896,
        "Phường Thịnh Quang, not named",
    ]
    assert rows.loc["00235", "official"] == "Phường Thịnh Quang, whole"


TOY_AREAS = pd.DataFrame(
    {"edition": ["2024", "2024", "2025-07", "2025-07"], "code": list("pqxy"), "name": ["Xã P", "Xã Q", "Xã X", "Xã Y"]}
).assign(level="commune")


def toy(
    shares: list[tuple[str, str, float, float]], parts: list[tuple[str, str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The crosswalk and the disagreements of two old and two new units; the composition knows old units by name."""
    table = pd.DataFrame(shares, columns=["from_code", "to_code", "share", "area_km2"])
    composition = pd.DataFrame(parts, columns=["from_code", "to_code", "part"])
    composition["from_name"] = "Xã " + composition["from_code"].str.upper()
    crosswalk = build_crosswalk(table, composition, TOY_AREAS)
    return crosswalk[crosswalk["from_code"] != "01"], find_disagreements(crosswalk, composition, TOY_AREAS)


def test_a_sliver_that_only_the_overlay_knows_is_dropped_and_an_official_one_kept() -> None:
    """0.4 % and 0.004 km2 of p in y go if nobody names the pair; what stays sums to 1 again."""
    shares = [("p", "x", 0.996, 0.996), ("p", "y", 0.004, 0.004), ("q", "y", 1.0, 1.0)]
    whole = [("p", "x", "whole"), ("q", "y", "whole")]
    crosswalk, _ = toy(shares, whole)
    assert crosswalk[["from_code", "to_code", "weight_area"]].to_numpy().tolist() == [["p", "x", 1.0], ["q", "y", 1.0]]
    crosswalk, found = toy(shares, [("p", "x", "remainder"), ("p", "y", "part"), ("q", "y", "whole")])
    assert crosswalk["weight_area"].tolist() == [0.996, 0.004, 1.0]
    assert found.empty


def test_a_large_or_wide_sliver_is_no_sliver() -> None:
    """Either limit alone keeps the pair: 0.4 % of a large unit is 0.02 km2."""
    shares = [("p", "x", 0.996, 4.98), ("p", "y", 0.004, 0.02), ("q", "y", 1.0, 1.0)]
    crosswalk, _ = toy(shares, [("p", "x", "whole"), ("q", "y", "whole")])
    assert crosswalk["weight_area"].tolist() == [0.996, 0.004, 1.0]


def test_each_planted_disagreement_is_found() -> None:
    """p is officially whole and split on the map; q's official part has no area, and a pair of it is not official."""
    shares = [("p", "x", 0.7, 0.7), ("p", "y", 0.3, 0.3), ("q", "x", 1.0, 1.0)]
    _, found = toy(shares, [("p", "x", "whole"), ("q", "y", "part")])
    assert found[["problem", "from_code", "to_code", "share", "official"]].to_numpy().tolist() == [
        ["no area on the map", "q", "y", 0.0, "Xã Q, part"],
        ["not official", "p", "y", 0.3, "Xã P, not named"],
        ["not official", "q", "x", 1.0, "Xã Q, not named"],
        ["whole, but split on the map", "p", "x", 0.7, "Xã P, whole"],
    ]
