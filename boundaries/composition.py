"""The crosswalk 2024 → 2025-07: overlay shares set against the official composition of the new units.

The two speak of different units. Shares are of the 579 units of 2024; the composition (Resolution 1656/NQ-UBTVQH15)
names the 526 of 01/01/2025, which keep 2024 codes even where they were merged and renamed. So it is evidence for a 2024
unit only where code *and* name agree; everything else rests on the overlay, and says so in `basis`.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.source import CITY, spell_name
from geo.errors import DomainError
from geo.overlap import measure_overlap, normalise_shares

FROM_EDITION, TO_EDITION, COMPOSITION_EDITION = "2024", "2025-07", "2025-01"
EQUAL_AREA_CRS = "EPSG:6933"
OVERLAY, OFFICIAL, BOTH = "overlay", "official composition", "both"
CITATIONS = {
    OVERLAY: "overlay of the source layers",
    OFFICIAL: "sapnhap-bando-2025 (Resolution 1656/NQ-UBTVQH15)",
    BOTH: "overlay of the source layers; sapnhap-bando-2025 (Resolution 1656/NQ-UBTVQH15)",
}
# A pair that only the overlay knows, below both limits, is a disagreement of two lines and not a transfer of land.
SLIVER_SHARE, SLIVER_KM2 = 0.005, 0.01
# Shares of the source table against our own overlay: five decimals of it, and UTM against an equal-area projection.
LARGEST_SHARE_DIFFERENCE = 2e-4
DISAGREEMENT_COLUMNS = ["problem", "from_code", "from_name", "to_code", "to_name", "share", "official"]


def read_shares(path: Path) -> pd.DataFrame:
    """Overlay shares as delivered: `from_code`, `to_code`, `share` (0 = official, but without area), `area_km2`."""
    table = _read_text(path, ["old_code", "new_code", "share_of_old", "area_km2"])
    table = table.rename(columns={"old_code": "from_code", "new_code": "to_code", "share_of_old": "share"})
    return table.astype({"share": float, "area_km2": float})[["from_code", "to_code", "share", "area_km2"]]


def read_composition(path: Path) -> pd.DataFrame:
    """The official composition as shipped: editions, `from_code`, `from_name`, `to_code`, `part`, `source`.

    `part`: whole = all of the old unit went there; part = some of it; remainder = what the other parts left.
    """
    table = _read_text(path, ["old_code", "old_name", "new_code", "part", "source_id"])
    table = table.assign(from_edition=COMPOSITION_EDITION, to_edition=TO_EDITION).rename(
        columns={"old_code": "from_code", "old_name": "from_name", "new_code": "to_code", "source_id": "source"}
    )
    table["from_name"] = table["from_name"].map(spell_name)
    columns = ["from_edition", "from_code", "from_name", "to_edition", "to_code", "part", "source"]
    return table[columns].sort_values(["from_code", "to_code"], ignore_index=True)


def check_shares(shares: pd.DataFrame, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """The shares, if they are those of the two layers. Raises DomainError naming the pairs that differ."""
    measured = measure_overlap(old, new, EQUAL_AREA_CRS).set_index(["from_code", "to_code"])["share"]
    stated = shares.set_index(["from_code", "to_code"])["share"]
    difference = measured.sub(stated, fill_value=0).abs()
    wrong = difference[difference > LARGEST_SHARE_DIFFERENCE]
    if len(wrong):
        pairs = ", ".join("→".join(map(str, pair)) for pair in wrong.index[:10])
        raise DomainError(
            f"Crosswalk: {len(wrong)} shares differ from the overlay of the two layers by over "
            f"{LARGEST_SHARE_DIFFERENCE}: {pairs}. Deliver shares and layers from the same state."
        )
    return shares


def build_crosswalk(shares: pd.DataFrame, composition: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """One row per pair of units, and one for the city, as shipped in `crosswalk.csv`.

    Shape: from_edition, from_code, to_edition, to_code, weight_area, weight_population, basis, citation.
    Units: weights are shares of the source unit and sum to 1 within 1e-9. An official pair too small for the map has
    weight_area 0. weight_population is 1 where a unit went to one place only, and else missing: nobody publishes the
    population of the parts.
    Missing: slivers (`SLIVER_SHARE`, `SLIVER_KM2`) and official pairs of a unit with another name are left out;
    `find_disagreements` lists the latter.
    """
    known = composition.merge(_names(areas, FROM_EDITION), on=["from_code", "from_name"])
    pairs = shares.merge(known[["from_code", "to_code", "part"]], on=["from_code", "to_code"], how="outer")
    pairs = pairs.fillna({"share": 0.0, "area_km2": 0.0})
    official = pairs["part"].notna()
    pairs["basis"] = official.map({True: BOTH, False: OVERLAY}).mask(official & (pairs["share"] == 0), OFFICIAL)
    pairs = normalise_shares(pairs[official | ~is_sliver(pairs)]).sort_values(["from_code", "to_code"])
    city = pd.DataFrame([{"from_code": CITY["code"], "to_code": CITY["code"], "share": 1.0, "basis": BOTH}])
    pairs = pd.concat([city, pairs], ignore_index=True)
    return tabulate_pairs(pairs.assign(citation=pairs["basis"].map(CITATIONS)), FROM_EDITION, TO_EDITION)


def is_sliver(pairs: pd.DataFrame) -> pd.Series[bool]:
    """Whether a pair (`share`, `area_km2`) is so small by both measures that it comes from the drawing of two lines."""
    return (pairs["share"] < SLIVER_SHARE) & (pairs["area_km2"] < SLIVER_KM2)


def tabulate_pairs(pairs: pd.DataFrame, from_edition: str, to_edition: str) -> pd.DataFrame:
    """Pairs (`from_code`, `to_code`, `share`, `basis`, `citation`) in the columns of a crosswalk, in the same order.

    weight_population is 1 where a unit went to one place only, and else missing.
    """
    single = pairs.groupby("from_code")["to_code"].transform("size") == 1
    return pd.DataFrame(
        {
            "from_edition": from_edition,
            "from_code": pairs["from_code"],
            "to_edition": to_edition,
            "to_code": pairs["to_code"],
            "weight_area": pairs["share"],
            "weight_population": pd.Series(1, index=pairs.index, dtype="Int64").where(single),
            "basis": pairs["basis"],
            "citation": pairs["citation"],
        }
    )


def find_disagreements(crosswalk: pd.DataFrame, composition: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Every point on which overlay and official composition differ, from the three shipped tables read as text.

    Columns: `problem`, `from_code`, `from_name` (2024), `to_code`, `to_name`, `share` (of the overlay), `official`.
    Problems: `other name` (the composition's unit of that code is another one since 01/01/2025); `not in composition`
    (the code ended on 01/01/2025); `whole, but split on the map`; `no area on the map`; `not official` (the composition
    knows the unit, but not the pair). Ordered by problem and codes.
    """
    pairs = crosswalk[crosswalk["from_code"] != CITY["code"]][["from_code", "to_code", "weight_area"]]
    pairs = pairs.rename(columns={"weight_area": "share"}).astype({"share": float})
    official = composition[["from_code", "to_code", "part"]]
    both = pairs.merge(official, on=["from_code", "to_code"], how="outer").merge(
        _names(areas, FROM_EDITION), on="from_code"
    )
    both = both.merge(_names(areas, TO_EDITION).set_axis(["to_code", "to_name"], axis=1), on="to_code")
    names = composition.drop_duplicates("from_code").set_index("from_code")["from_name"]
    both["official_name"] = both["from_code"].map(names)
    targets = both[both["share"] > 0].groupby("from_code")["to_code"].transform("size").reindex(both.index)
    both["problem"] = ""
    # Later lines win: what concerns the unit as a whole goes before what concerns the pair.
    both.loc[both["part"].isna(), "problem"] = "not official"
    both.loc[both["part"].notna() & ~(both["share"] > 0), "problem"] = "no area on the map"
    both.loc[(both["part"] == "whole") & (targets > 1), "problem"] = "whole, but split on the map"
    both.loc[both["official_name"] != both["from_name"], "problem"] = "other name"
    both.loc[both["official_name"].isna(), "problem"] = "not in composition"
    both["official"] = (both["official_name"].fillna("") + ", " + both["part"].fillna("not named")).str.removeprefix(
        ", "
    )
    found = both[both["problem"] != ""].fillna({"share": 0.0})
    return found.sort_values(["problem", "from_code", "to_code"], ignore_index=True)[DISAGREEMENT_COLUMNS]


def _names(areas: pd.DataFrame, edition: str) -> pd.DataFrame:
    units = areas[(areas["edition"] == edition) & (areas["level"] == "commune")]
    return units[["code", "name"]].set_axis(["from_code", "from_name"], axis=1)


def _read_text(path: Path, columns: list[str]) -> pd.DataFrame:
    if not path.is_file():
        raise DomainError(f"{path.name} is not in {path.parent}. The crosswalk needs it beside the layers.")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise DomainError(f"{path.name} lacks the columns {', '.join(missing)}. It needs {', '.join(columns)}.")
    return table
