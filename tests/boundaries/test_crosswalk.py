"""The crosswalk: every rule is shown to bite, weights are chosen as stated, and turning it round loses nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import composition
from boundaries.crosswalk import (
    BASES,
    BOTH,
    OFFICIAL,
    OVERLAY,
    BrokenCrosswalk,
    check_crosswalk,
    choose_weights,
    invert,
    list_contributors,
    read_crosswalk,
)
from boundaries.layers import read_areas
from geo.errors import DomainError
from tests import toy

SPLIT = "00004"


def changed(column: str, value: object, row: int = 5) -> pd.DataFrame:
    """The toy crosswalk with one cell changed; row 5 is the first piece of d."""
    frame = toy.crosswalk()
    frame.loc[row, column] = value
    return frame


def rules_broken(crosswalk: pd.DataFrame) -> set[str]:
    with pytest.raises(BrokenCrosswalk) as raised:
        check_crosswalk(crosswalk, toy.areas())
    return set(raised.value.faults["rule"])


def test_the_shipped_crosswalk_and_the_toy_one_keep_all_rules() -> None:
    areas = pd.DataFrame(read_areas()).astype({"area_km2": float})
    assert len(check_crosswalk(read_crosswalk(), areas)) > 579
    assert check_crosswalk(toy.crosswalk(), toy.areas()).equals(toy.crosswalk())
    check_crosswalk(toy.crosswalk(population=False), toy.areas())


def test_compiler_and_reader_speak_of_the_same_bases() -> None:
    assert (composition.OVERLAY, composition.OFFICIAL, composition.BOTH) == (OVERLAY, OFFICIAL, BOTH) == BASES


@pytest.mark.parametrize(
    ("broken", "rules"),
    [
        (changed("weight_area", 0.25 + 2e-9), {"sum"}),
        (changed("weight_population", 0.75 - 2e-9), {"sum"}),
        (changed("weight_area", np.nan), {"missing", "sum"}),
        (changed("weight_area", -0.25), {"negative", "sum"}),
        (changed("weight_population", np.nan), {"partial"}),
        (changed("basis", "hearsay"), {"basis"}),
        (changed("from_edition", toy.NEW), {"edition"}),
        (changed("to_code", "00009"), {"code"}),
        (changed("to_code", "01"), {"level"}),
        (changed("to_code", "00005"), {"pair"}),
        (toy.crosswalk().drop(index=8), {"unreached"}),
        (pd.concat([toy.crosswalk(), toy.crosswalk().tail(1)]), {"pair", "sum"}),
    ],
)
def test_each_rule_bites(broken: pd.DataFrame, rules: set[str]) -> None:
    assert rules_broken(broken) == rules


def test_all_faults_are_reported_at_once_with_the_rule_in_words() -> None:
    broken = changed("weight_area", -0.25).assign(basis="hearsay")
    with pytest.raises(BrokenCrosswalk, match=r"00004→00004 -0.25: A weight is not below 0\.") as raised:
        check_crosswalk(broken, toy.areas())
    assert len(raised.value.faults) == 1 + 1 + 9


def test_a_file_that_is_missing_or_lacks_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="flask boundaries compile"):
        read_crosswalk(tmp_path / "crosswalk.csv")
    toy.crosswalk().drop(columns="basis").to_csv(tmp_path / "crosswalk.csv")
    with pytest.raises(DomainError, match="lacks the columns basis"):
        read_crosswalk(tmp_path / "crosswalk.csv")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    for population in (True, False):
        toy.crosswalk(population).to_csv(tmp_path / "crosswalk.csv", index=False)
        pd.testing.assert_frame_equal(
            read_crosswalk(tmp_path / "crosswalk.csv"), toy.crosswalk(population), check_dtype=False
        )


@pytest.mark.parametrize(
    ("crosswalk", "variable", "weights", "basis"),
    [
        (toy.crosswalk(), "people", [0.75, 0.25], "population"),
        (toy.crosswalk(), "land", [0.25, 0.75], "area"),
        (toy.crosswalk(population=False), "people", [0.25, 0.75], "area"),
    ],
)
def test_a_split_unit_is_spread_by_people_if_all_its_pieces_are_known(
    crosswalk: pd.DataFrame, variable: str, weights: list[float], basis: str
) -> None:
    chosen = choose_weights(crosswalk, variable)  # type: ignore[arg-type]
    split = chosen[chosen["from_code"] == SPLIT]
    assert split["weight"].tolist() == weights
    assert set(split["weight_basis"]) == {basis}
    rest = chosen[chosen["from_code"] != SPLIT]
    assert set(rest["weight_basis"]) == {"whole"}
    assert (rest["weight"] == 1).all()


def test_one_piece_without_people_sends_the_whole_unit_to_shares_of_land() -> None:
    chosen = choose_weights(changed("weight_population", np.nan))
    assert chosen.loc[chosen["from_code"] == SPLIT, "weight"].tolist() == [0.25, 0.75]


def test_contributors_come_with_their_land_and_from_the_largest() -> None:
    formed = list_contributors(toy.crosswalk(), toy.areas())
    rows = formed[formed["to_code"].str.len() == 5].drop(columns="basis").itertuples(index=False)
    assert [tuple(row) for row in rows] == [
        ("00001", "00002", 4.0, 1.0, pytest.approx(4 / 6), True),
        ("00001", "00001", 2.0, 1.0, pytest.approx(2 / 6), True),
        ("00004", "00003", 3.0, 1.0, 0.6, True),
        ("00004", "00004", 2.0, 0.25, 0.4, False),
        ("00005", "00004", 6.0, 0.75, pytest.approx(6 / 9), False),
        ("00005", "00005", 3.0, 1.0, pytest.approx(3 / 9), True),
        ("00006", "00006", 12.0, 1.0, 1.0, True),
    ]


def test_turned_round_shares_are_of_the_newer_units() -> None:
    people = toy.figures("population").set_index("area_code")["value"]
    inverse = check_crosswalk(invert(toy.crosswalk(), toy.areas(), people), toy.areas())
    communes = inverse[inverse["from_code"].str.len() == 5]
    pairs = list(zip(communes["from_code"], communes["to_code"], strict=True))
    assert pairs == [("00001", "00001"), ("00001", "00002"), ("00004", "00003"), ("00004", "00004"),
                     ("00005", "00004"), ("00005", "00005"), ("00006", "00006")]  # fmt: skip
    assert communes["weight_area"].tolist() == pytest.approx([2 / 6, 4 / 6, 0.6, 0.4, 6 / 9, 3 / 9, 1])
    assert communes["weight_population"].tolist() == pytest.approx(
        [200 / 300, 100 / 300, 600 / 900, 300 / 900, 100 / 190, 90 / 190, 1]
    )


def test_turned_round_without_people_only_land_is_known() -> None:
    inverse = invert(toy.crosswalk(), toy.areas())
    check_crosswalk(inverse, toy.areas())
    assert inverse.dropna(subset="weight_population")["from_code"].tolist() == ["00006", "01", "02"]


shares = st.lists(st.floats(0.01, 1), min_size=1, max_size=4)


@settings(deadline=None)
@given(st.lists(st.tuples(shares, st.floats(0.1, 100)), min_size=1, max_size=5))
def test_turned_round_twice_is_the_same_crosswalk(units: list[tuple[list[float], float]]) -> None:
    rows = [("A", f"a{i}", "B", f"b{j}", part / sum(parts)) for i, (parts, _) in enumerate(units)
            for j, part in enumerate(parts)]  # fmt: skip
    there = pd.DataFrame(rows, columns=["from_edition", "from_code", "to_edition", "to_code", "weight_area"])
    there = there.assign(weight_population=np.nan, basis=BOTH, citation="")
    old = pd.DataFrame(
        {"edition": "A", "code": [f"a{i}" for i in range(len(units))], "area_km2": [s for _, s in units]}
    )
    pieces = list_contributors(there, old)
    new = pieces.groupby("to_code")["area_km2"].sum().rename_axis("code").reset_index().assign(edition="B")
    back = invert(invert(there, old), new)
    assert back["weight_area"].tolist() == pytest.approx(there["weight_area"].tolist(), rel=1e-9)
