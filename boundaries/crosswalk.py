"""The crosswalk: which share of each unit of one edition lies in which unit of another.

A long table, one row for a pair. A share is of the *source* unit, so the shares of a source sum to 1 and what is
apportioned by them keeps its total. A source with one row went there whole; that is exact where an official text says
so, and an estimate where only the overlay of two maps does. All else is an estimate, by people where their whereabouts
are known for every piece of the unit and by land otherwise.
Source: Markoff and Shapiro, "The linkage of data describing overlapping geographical units", Historical Methods
Newsletter 7 (1973), for weights as shares of the source.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.models import Succession
from geo.errors import DomainError

DATA = Path(__file__).parent / "data"
KEY = ["from_edition", "from_code", "to_edition", "to_code"]
COLUMNS = [*KEY, "weight_area", "weight_population", "basis", "citation"]
OVERLAY, OFFICIAL, BOTH = "overlay", "official composition", "both"
BASES = (OVERLAY, OFFICIAL, BOTH)
TOLERANCE = 1e-9

Variable = Literal["people", "land"]
"""What a figure is spread over: people and what they do or own, or land."""

RULES = {
    "edition": "All rows lead from one edition to another one.",
    "pair": "No pair of units occurs twice.",
    "code": "Each code exists in its edition.",
    "level": "Both units of a pair are of one level: a district is never divided among communes.",
    "negative": "A weight is not below 0.",
    "missing": "The share of land is known for every pair.",
    "sum": f"The shares of a source unit sum to 1 within {TOLERANCE}.",
    "partial": "People are known for all pieces of a unit or for none.",
    "unreached": "Every unit at the levels of the crosswalk has a counterpart in the other edition.",
    "basis": f"What a pair rests on is one of: {', '.join(BASES)}.",
}


class BrokenCrosswalk(DomainError):
    """A crosswalk that breaks its rules; `faults` has one row for each: rule, from_code, to_code, value."""

    def __init__(self, faults: pd.DataFrame) -> None:
        self.faults = faults
        shown = "; ".join(
            f"{fault.from_code}→{fault.to_code} {fault.value}: {RULES[str(fault.rule)]}"
            for fault in faults.head(5).itertuples()
        )
        super().__init__(f"Crosswalk: {len(faults)} faults, where none is allowed. {shown} Compile it again.")


class CrosswalkGap(DomainError):
    """Figures of units that the crosswalk does not know; `codes` lists all of them."""

    def __init__(self, codes: list[str], edition: str) -> None:
        self.codes = tuple(codes)
        super().__init__(
            f"{len(codes)} codes have no row in the crosswalk from edition {edition}: {', '.join(codes[:10])}. "
            "Hand over figures of that edition and of a level that it covers."
        )


def read_crosswalk(path: Path = DATA / "crosswalk.csv") -> pd.DataFrame:
    """The shipped crosswalk, with `COLUMNS`: codes as text, weights as numbers (NaN where people are not known)."""
    if not path.is_file():
        raise DomainError(
            f"{path.name} is not in {path.parent}. Build it with `flask boundaries compile --source DIR`."
        )
    frame = pd.read_csv(path, dtype=dict.fromkeys([*KEY, "basis", "citation"], "str"))
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise DomainError(f"{path.name} lacks the columns {', '.join(missing)}. It needs {', '.join(COLUMNS)}.")
    return frame[COLUMNS].astype({"weight_area": float, "weight_population": float})


def load_crosswalk(session: Session) -> pd.DataFrame:
    """The crosswalk of the store, with `COLUMNS`, in the order of its codes; no row where none is loaded."""
    columns = {column: getattr(Succession, column) for column in COLUMNS}
    query = select(*columns.values()).order_by(*(columns[key] for key in KEY))
    frame = pd.DataFrame(session.execute(query).all(), columns=COLUMNS)
    return frame.astype({"weight_area": float, "weight_population": float})


def check_crosswalk(crosswalk: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The crosswalk, if it keeps all `RULES`.

    `areas` lists all units: edition, code, level. Raises: BrokenCrosswalk with every fault at once.
    """
    level = {(row.edition, row.code): row.level for row in areas.itertuples()}
    ours = [level.get(key) for key in zip(crosswalk["from_edition"], crosswalk["from_code"], strict=True)]
    theirs = [level.get(key) for key in zip(crosswalk["to_edition"], crosswalk["to_code"], strict=True)]
    pairs = crosswalk.assign(from_level=pd.Series(ours, crosswalk.index), to_level=pd.Series(theirs, crosswalk.index))
    known = pairs["from_level"].notna() & pairs["to_level"].notna()
    one_edition = (pairs["from_edition"] == pairs["from_edition"].iloc[0]) & (
        pairs["to_edition"] == pairs["to_edition"].iloc[0]
    )
    pairs["least"] = pairs[["weight_area", "weight_population"]].min(axis=1)
    faults = [
        _faults("edition", pairs, ~one_edition | (pairs["from_edition"] == pairs["to_edition"]), "from_edition"),
        _faults("pair", pairs, pairs.duplicated(KEY), "to_code"),
        _faults("code", pairs, ~known, "to_code"),
        _faults("level", pairs, known & (pairs["from_level"] != pairs["to_level"]), "from_level"),
        _faults("negative", pairs, pairs["least"] < 0, "least"),
        _faults("missing", pairs, pairs["weight_area"].isna(), "weight_area"),
        _faults("basis", pairs, ~pairs["basis"].isin(BASES), "basis"),
        *_faulty_sums(pairs),
        *_unreached(pairs, areas),
    ]
    found = pd.concat(faults, ignore_index=True)
    if len(found):
        raise BrokenCrosswalk(found)
    return crosswalk


def _faults(rule: str, pairs: pd.DataFrame, faulty: pd.Series[bool], column: str) -> pd.DataFrame:
    rows = pairs[faulty]
    return pd.DataFrame(
        {"rule": rule, "from_code": rows["from_code"], "to_code": rows["to_code"], "value": rows[column].astype(str)}
    )


def _faulty_sums(pairs: pd.DataFrame) -> list[pd.DataFrame]:
    groups = pairs.groupby("from_code")
    people = groups["weight_population"]
    known, size = people.count(), people.size()
    wrong = {
        "sum": pd.concat([_off(groups["weight_area"].sum()), _off(people.sum()[known == size])]),
        "partial": known[(known > 0) & (known < size)],
    }
    return [
        pd.DataFrame({"rule": rule, "from_code": values.index, "to_code": "", "value": values.astype(str).to_numpy()})
        for rule, values in wrong.items()
    ]


def _off(sums: pd.Series[float]) -> pd.Series[float]:
    return sums[(sums - 1).abs() > TOLERANCE]


def _unreached(pairs: pd.DataFrame, areas: pd.DataFrame) -> list[pd.DataFrame]:
    faults = []
    for side in ("from", "to"):
        editions, levels = set(pairs[f"{side}_edition"]), set(pairs["from_level"].dropna())
        units = areas[areas["edition"].isin(editions) & areas["level"].isin(levels)]
        lost = units[~units["code"].isin(pairs[f"{side}_code"])]["code"]
        other = "to" if side == "from" else "from"
        faults.append(pd.DataFrame({"rule": "unreached", f"{side}_code": lost, f"{other}_code": "", "value": ""}))
    return faults


def choose_weights(crosswalk: pd.DataFrame, variable: Variable = "people") -> pd.DataFrame:
    """One weight for each pair, and what it rests on.

    Figures about people are spread by people where the whereabouts of a unit's people are known for all its pieces,
    and by land otherwise; figures about land by land.
    Shape: `from_code`, `to_code`, `weight` (share of the source; sums to 1), `whole` (the source has this row only),
    `weight_basis` ("whole", "population" or "area") and `basis` of the crosswalk.
    """
    sources = crosswalk.groupby("from_code")
    whole = sources["to_code"].transform("size") == 1
    known = sources["weight_population"].transform("count") == sources["weight_population"].transform("size")
    by_people = known & (variable == "people") & ~whole
    weight = crosswalk["weight_area"].mask(by_people, crosswalk["weight_population"])
    basis = pd.Series("area", index=crosswalk.index).mask(by_people, "population").mask(whole, "whole")
    return pd.DataFrame(
        {
            "from_code": crosswalk["from_code"],
            "to_code": crosswalk["to_code"],
            "weight": weight,
            "whole": whole,
            "weight_basis": basis,
            "basis": crosswalk["basis"],
        }
    )


def list_contributors(crosswalk: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """What each target unit was formed from.

    `areas` lists all units: edition, code, area_km2.
    Shape: one row per pair, by target and then from the largest piece: `to_code`, `from_code`, `area_km2` (of the
    piece), `share_of_source`, `share_of_target` (both of land, 0 to 1), `whole` (all of the source), `basis`.
    Units: km2 as measured on the source edition, so that the pieces of a target sum to its area on that map.
    """
    sizes = areas[areas["edition"].isin(crosswalk["from_edition"])].set_index("code")["area_km2"].astype(float)
    pieces = pd.DataFrame(
        {
            "to_code": crosswalk["to_code"],
            "from_code": crosswalk["from_code"],
            "area_km2": crosswalk["weight_area"] * crosswalk["from_code"].map(sizes),
            "share_of_source": crosswalk["weight_area"],
            "whole": crosswalk.groupby("from_code")["to_code"].transform("size") == 1,
            "basis": crosswalk["basis"],
        }
    )
    pieces["share_of_target"] = pieces["area_km2"] / pieces.groupby("to_code")["area_km2"].transform("sum")
    order = pieces.sort_values(["to_code", "area_km2", "from_code"], ascending=[True, False, True], ignore_index=True)
    return order[["to_code", "from_code", "area_km2", "share_of_source", "share_of_target", "whole", "basis"]]


def invert(crosswalk: pd.DataFrame, areas: pd.DataFrame, population: pd.Series[float] | None = None) -> pd.DataFrame:
    """The crosswalk the other way round, from the newer edition to the older one.

    Shares become shares of the newer units: by the land of the pieces, and by their people where `population` (people
    of the older units, by code) and weight_population are known for every piece of a newer unit.
    Shape: `COLUMNS`, one row per pair, by codes.
    """
    pieces = list_contributors(crosswalk, areas).set_index(["from_code", "to_code"])["share_of_target"]
    keys = pd.MultiIndex.from_frame(crosswalk[["from_code", "to_code"]])
    people = pd.Series(float("nan"), index=crosswalk.index)
    if population is not None:
        people = crosswalk["weight_population"] * crosswalk["from_code"].map(population).astype(float)
    targets = people.groupby(crosswalk["to_code"])
    people = people / targets.transform("sum").mask(targets.transform("count") < targets.transform("size"))
    people = people.mask(crosswalk.groupby("to_code")["from_code"].transform("size") == 1, 1.0)
    inverse = crosswalk.assign(weight_area=pieces.reindex(keys).to_numpy(), weight_population=people)
    turned = {
        "from_edition": "to_edition",
        "from_code": "to_code",
        "to_edition": "from_edition",
        "to_code": "from_code",
    }
    return inverse.rename(columns=turned)[COLUMNS].sort_values(["from_code", "to_code"], ignore_index=True)
