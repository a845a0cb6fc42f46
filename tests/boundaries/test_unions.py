"""The table of the 526 units of 01/01/2025: complete, counted, nowhere guessed, and not contradicted by the map."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from boundaries.crosswalk import read_crosswalk
from boundaries.editions import DeclaredEdition, declare_edition
from boundaries.layers import DATA, read_areas, read_rows

EDITION = "2025-01"
COLUMNS = ["code", "type", "name", "parent_code", "members", "settled", "reason", "citation"]
UNCHANGED, JOINED = "unchanged", "whole units joined"
PART, MOVED = "takes a part of a divided unit", "boundary moved between units"
NAMED = "former units named, their extent not"


@pytest.fixture(scope="module")
def unions() -> pd.DataFrame:
    """The table as text, with the kind of reason apart from its names."""
    table = pd.DataFrame(read_rows("unions_2025-01.csv"))
    assert list(table.columns) == COLUMNS
    return table.assign(kind=table["reason"].str.partition(":")[0])


@pytest.fixture(scope="module")
def base() -> pd.DataFrame:
    """Units of 2024."""
    return pd.DataFrame(read_areas()).query("edition == '2024'").astype({"area_km2": float})


@pytest.fixture(scope="module")
def communes(base: pd.DataFrame) -> pd.DataFrame:
    """Communes of 2024 by code."""
    return base[base["level"] == "commune"].set_index("code")


@pytest.fixture(scope="module")
def declared(unions: pd.DataFrame, base: pd.DataFrame) -> DeclaredEdition:
    """The edition that the table declares: it keeps every rule of such tables."""
    return declare_edition(EDITION, unions, base)


def contradictions(unions: pd.DataFrame) -> list[str]:
    """Settled units whose members went, by the map, where the official composition does not send the unit."""
    crosswalk = read_crosswalk().query("weight_area > 0")
    places = crosswalk.groupby("from_code")["to_code"].agg(set)
    official = pd.DataFrame(read_rows("composition.csv")).groupby("from_code")["to_code"].agg(set)
    settled = unions[unions["settled"] == "yes"]
    return [
        row.code
        for row in settled.itertuples()
        if not set.union(*(places[member] for member in row.members.split())) <= official[row.code]
    ]


def test_the_units_are_those_of_the_official_composition(unions: pd.DataFrame, communes: pd.DataFrame) -> None:
    """526, each once, by code, under the name they had then, in the district of their code, of the kind in the name."""
    composition = pd.DataFrame(read_rows("composition.csv")).drop_duplicates("from_code")
    assert len(unions) == 526
    assert unions.set_index("code")["name"].to_dict() == composition.set_index("from_code")["from_name"].to_dict()
    assert unions["code"].is_monotonic_increasing
    assert unions.set_index("code")["parent_code"].equals(communes["parent_code"].reindex(unions["code"]))
    kinds = zip(unions["name"], unions["type"], strict=True)
    assert all(name.lower().startswith(f"{kind} ") for name, kind in kinds)


def test_481_units_are_settled_and_45_are_not(unions: pd.DataFrame, declared: DeclaredEdition) -> None:
    """Members are there if and only if a source settles them."""
    assert unions.groupby(["settled", "kind"]).size().to_dict() == {
        ("no", MOVED): 6,
        ("no", NAMED): 31,
        ("no", PART): 8,
        ("yes", JOINED): 11,
        ("yes", UNCHANGED): 470,
    }
    assert ((unions["members"] != "") == (unions["settled"] == "yes")).all()
    assert (declared.areas["level"] == "commune").sum() == 481
    assert (len(declared.unsettled), len(declared.unclaimed)) == (45, 86)


def test_the_count_of_the_resolution_closes(unions: pd.DataFrame, communes: pd.DataFrame) -> None:
    """It rearranged 109 units of 579 into 56; all others went on, and have the same code and name in both lists."""
    unchanged = unions[unions["kind"] == UNCHANGED].set_index("code")
    assert len(communes) - len(unchanged) == 109
    assert len(unions) - len(unchanged) == 56
    assert (unchanged["members"] == unchanged.index).all()
    assert unchanged["name"].equals(communes["name"].reindex(unchanged.index))


def test_names_in_the_reasons_are_units_of_2024_in_the_same_district(
    unions: pd.DataFrame, communes: pd.DataFrame
) -> None:
    """Each of the 109 is named once as whole or of unknown extent, or is one of those that parts are known of."""
    short = communes["name"].str.replace(r"^(Phường|Xã|Thị trấn) ", "", regex=True)
    code_of = {
        (parent, name): code for code, parent, name in zip(short.index, communes["parent_code"], short, strict=True)
    }
    named = unions[unions["kind"].isin([JOINED, NAMED, PART])]
    codes = {
        row.code: [code_of[row.parent_code, name] for name in row.reason.partition(": ")[2].split(", ")]
        for row in named.itertuples()
    }
    joined = unions[unions["kind"] == JOINED]
    assert {row.code: row.members.split() for row in joined.itertuples()} == {
        code: codes[code] for code in joined["code"]
    }
    once = [code for row in named.itertuples() if row.kind != PART for code in codes[row.code]]
    divided = {code for row in named.itertuples() if row.kind == PART for code in codes[row.code]}
    assert len(once) == len(set(once)) == 91
    assert {communes["name"][code] for code in divided} == {
        "Phường Cầu Dền",
        "Phường Ngã Tư Sở",
        "Phường Sài Đồng",
        "Phường Trung Tự",
    }
    assert not divided & set(once)


def test_a_joined_unit_keeps_the_code_of_one_of_its_members(unions: pd.DataFrame) -> None:
    joined = unions[unions["kind"] == JOINED]
    assert all(row.code in row.members.split() for row in joined.itertuples())


def test_the_map_does_not_contradict_a_settled_unit(unions: pd.DataFrame) -> None:
    assert contradictions(unions) == []


def test_a_planted_wrong_member_contradicts_the_map(unions: pd.DataFrame) -> None:
    """Hồng Phong given to Hòa Phú stays in the same new unit; Vạn Kim given to Mỹ Xuyên does not."""
    planted = unions.set_index("code")
    planted.loc["10459", "members"] = "10456 10459 10483"
    planted.loc["10483", "members"] = "10486"
    assert contradictions(planted.reset_index()) == ["10459"]


def test_every_citation_is_in_the_credits(unions: pd.DataFrame) -> None:
    """And each row has one at least."""
    cited = {citation for row in unions["citation"] for citation in row.split("; ")}
    assert cited == set(
        re.findall(r"^\| `([\w.-]+)` \|[^|]+\|[^|]+\|$", (DATA / "SOURCES.md").read_text("utf-8"), re.MULTILINE)
    )
