"""An edition declared by a table: each of its units is a union of units of an edition that has shapes.

A list of units between two surveyed editions needs no survey of its own where it is known which units were joined.
Where that is not known, a unit of the list is unsettled: it gets no extent, no area and no row in the crosswalk, and is
listed, because a guess would look like a fact on every map.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from boundaries.crosswalk import COLUMNS, OFFICIAL
from geo.errors import DomainError

UNION_COLUMNS = ["code", "type", "name", "parent_code", "members"]


@dataclass(frozen=True)
class DeclaredEdition:
    """What a table of unions settles.

    `areas` has the columns of `areas.csv`; `crosswalk` leads from the base edition to the declared one; `unsettled` has
    the rows of the table without members; `unclaimed` the codes of base units that no settled unit names.
    """

    areas: pd.DataFrame
    crosswalk: pd.DataFrame
    unsettled: pd.DataFrame
    unclaimed: tuple[str, ...]


def declare_edition(
    edition: str, unions: pd.DataFrame, base: pd.DataFrame, level: str = "commune", citation: str = ""
) -> DeclaredEdition:
    """Build an edition from a table of unions.

    `unions` has `UNION_COLUMNS`: `members` are codes of base units at `level`, by spaces, and blank where no source
    settles them. `base` has the rows of one edition in `areas.csv`; its units above `level` go on unchanged, with their
    area, since a union stays within its parent.
    Raises: DomainError listing every code that repeats, member that does not exist or is claimed twice, and parent that
    is not that of all members.
    """
    base_edition = _only_edition(base)
    units = base[base["level"] == level].set_index("code")
    table = unions[UNION_COLUMNS].fillna("")
    settled = table[table["members"].str.strip() != ""]
    pairs = settled.assign(member=settled["members"].str.split()).explode("member")
    _check_unions(table, pairs, units)
    sizes = pairs.groupby("code")["member"].agg(lambda members: float(units.loc[list(members), "area_km2"].sum()))
    areas = settled.drop(columns="members").assign(level=level, area_km2=settled["code"].map(sizes))
    above = base[base["level"] != level]
    crosswalk = pd.DataFrame(
        {
            "from_code": [*above["code"], *pairs["member"]],
            "to_code": [*above["code"], *pairs["code"]],
        }
    ).assign(
        from_edition=base_edition, to_edition=edition, weight_area=1.0, weight_population=1.0, basis=OFFICIAL,
        citation=citation,
    )  # fmt: skip
    return DeclaredEdition(
        areas=pd.concat([above, areas], ignore_index=True).assign(edition=edition)[list(base.columns)],
        crosswalk=crosswalk[COLUMNS].sort_values(["from_code", "to_code"], ignore_index=True),
        unsettled=table[table["members"].str.strip() == ""].reset_index(drop=True),
        unclaimed=tuple(sorted(set(units.index) - set(pairs["member"]))),
    )


def list_between(composition: pd.DataFrame, areas: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Units in force between two editions, as an official composition names them: code, name.

    `composition` has from_code and from_name of the units that the newer ones were made of; `edition` is the older
    edition, whose codes those units kept. The higher units in which they lay went on too, and are listed with them.
    """
    units = areas[areas["edition"] == edition].set_index("code")
    listed = composition[["from_code", "from_name"]].drop_duplicates().set_axis(["code", "name"], axis=1)
    parents = units["parent_code"].reindex(listed["code"]).dropna().unique()
    above = units.loc[[code for code in parents if code in units.index], ["name"]].reset_index()
    return pd.concat([listed, above], ignore_index=True)


def _only_edition(base: pd.DataFrame) -> str:
    editions = sorted(set(base["edition"]))
    if len(editions) != 1:
        raise DomainError(f"The base of a declared edition is one edition, not {', '.join(editions) or 'none'}.")
    return str(editions[0])


def _check_unions(table: pd.DataFrame, pairs: pd.DataFrame, units: pd.DataFrame) -> None:
    known = pairs["member"].isin(units.index)
    parents = pairs["member"].map(units["parent_code"])
    faults = [
        *(f"code {code} occurs twice" for code in table.loc[table["code"].duplicated(), "code"]),
        *(f"{row.code} names {row.member}, which does not exist" for row in pairs[~known].itertuples()),
        *(f"{member} is claimed twice" for member in pairs.loc[pairs["member"].duplicated(), "member"]),
        *(
            f"{row.code} lies in {row.parent_code}, but its member {row.member} does not"
            for row in pairs[known & (parents != pairs["parent_code"])].itertuples()
        ),
    ]
    if faults:
        raise DomainError(f"Table of unions: {'; '.join(faults)}. Mend these rows, or leave their members blank.")
