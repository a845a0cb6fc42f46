"""An edition declared by unions: the toy country's list of 01/07/2020, and every fault in such a table."""

from __future__ import annotations

import pandas as pd
import pytest

from boundaries.crosswalk import BrokenCrosswalk, check_crosswalk
from boundaries.editions import declare_edition, list_between
from boundaries.layers import read_areas, read_rows
from geo.errors import DomainError
from indicators.contributions import Aggregation
from indicators.rebase import rebase
from tests import toy

BASE = toy.areas().query("edition == @toy.OLD")


def settled() -> pd.DataFrame:
    unions = toy.unions()
    unions.loc[unions["code"] == "00006", "members"] = "00006"
    return unions


def test_units_are_unions_and_what_is_above_them_goes_on() -> None:
    declared = declare_edition(toy.BETWEEN, toy.unions(), BASE)
    assert set(declared.areas["edition"]) == {toy.BETWEEN}
    assert declared.areas.set_index("code")["area_km2"].to_dict() == {
        "01": 20, "02": 12, "001": 9, "002": 11, "003": 12, "00001": 2 + 4, "00003": 3, "00004": 8, "00005": 3
    }  # fmt: skip
    assert declared.areas.set_index("code").loc["00005", "name"] == "Thị trấn Phố Đông"
    pairs = declared.crosswalk.query("from_code.str.len() == 5")[["from_code", "to_code"]].to_numpy().tolist()
    assert pairs == [["00001", "00001"], ["00002", "00001"], ["00003", "00003"], ["00004", "00004"], ["00005", "00005"]]


def test_unsettled_units_are_listed_and_never_guessed() -> None:
    declared = declare_edition(toy.BETWEEN, toy.unions(), BASE)
    assert declared.unsettled["code"].tolist() == ["00006"]
    assert declared.unclaimed == ("00006",)
    assert "00006" not in set(declared.areas["code"]) | set(declared.crosswalk["from_code"])
    everything = pd.concat([toy.areas(), declared.areas])
    with pytest.raises(BrokenCrosswalk) as raised:
        check_crosswalk(declared.crosswalk, everything)
    assert raised.value.faults["from_code"].tolist() == ["00006"]


def test_a_settled_table_gives_a_crosswalk_that_carries_figures_exactly() -> None:
    declared = declare_edition(toy.BETWEEN, settled(), BASE, citation="Nghị quyết")
    check_crosswalk(declared.crosswalk, pd.concat([toy.areas(), declared.areas]))
    assert declared.unclaimed == ()
    assert declared.unsettled.empty
    sizes = BASE[BASE["level"] == "commune"].set_index("code")["area_km2"]
    result = rebase(toy.figures("population"), declared.crosswalk, Aggregation("sum"), sizes)
    assert result.set_index("to_code")["value"].to_dict() == {
        "00001": 300, "00003": 600, "00004": 400, "00005": 90, "00006": 1200
    }  # fmt: skip
    assert set(result["quality"]) == {"exact"}


@pytest.mark.parametrize(
    ("code", "column", "value", "fault"),
    [
        ("00003", "code", "00001", "code 00001 occurs twice"),
        ("00003", "members", "00009", "00003 names 00009, which does not exist"),
        ("00003", "members", "001", "00003 names 001, which does not exist"),
        ("00003", "members", "00003 00001", "00001 is claimed twice"),
        ("00003", "parent_code", "002", "00003 lies in 002, but its member 00003 does not"),
        ("00006", "members", "00006 00009", "00006 names 00009"),
    ],
)
def test_every_fault_of_a_table_is_named(code: str, column: str, value: str, fault: str) -> None:
    unions = toy.unions()
    unions.loc[unions["code"] == code, column] = value
    with pytest.raises(DomainError, match=fault):
        declare_edition(toy.BETWEEN, unions, BASE)


def test_all_faults_are_named_at_once() -> None:
    unions = toy.unions().assign(members="00009", parent_code="004")
    with pytest.raises(DomainError, match=r"(?s)00001 names 00009.*00006 names 00009.*claimed twice"):
        declare_edition(toy.BETWEEN, unions, BASE)


def test_the_base_is_one_edition() -> None:
    with pytest.raises(DomainError, match="2020, 2021"):
        declare_edition(toy.BETWEEN, toy.unions(), toy.areas())


def test_hanoi_had_526_communes_in_30_districts_between_the_editions() -> None:
    areas = pd.DataFrame(read_areas())
    between = list_between(pd.DataFrame(read_rows("composition.csv")), areas, "2024")
    assert (between["code"].str.len() == 5).sum() == 526
    assert (between["code"].str.len() == 3).sum() == 30
    assert between["code"].is_unique
