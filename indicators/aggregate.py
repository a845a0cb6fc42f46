"""Figures of communes put together for their district or city, within one edition.

The rules are those of rebasing: counts are summed, rates are weighted and never averaged, anything else is refused.
A sum needs every unit. A mean may stand for a whole of which a little is unknown, down to a stated coverage of its
weight; below that it is withheld, with the reason that its missing units give.
"""

from __future__ import annotations

import pandas as pd

from boundaries.areas import LEVELS
from geo.errors import DomainError
from indicators.contributions import (
    ESTIMATE,
    EXACT,
    NOT_APPLICABLE,
    Aggregation,
    build_contributions,
    check_transferable,
    combine,
    missing_codes,
    read_figures,
)

MINIMUM_COVERAGE = 0.9
COLUMNS = ["code", "period", "value", "qualifier", "value_high", "reason", "quality", "coverage", "contributors",
           "missing"]  # fmt: skip
KEY = ["target", "period"]


def aggregate(
    figures: pd.DataFrame,
    areas: pd.DataFrame,
    rule: Aggregation,
    level: str,
    weights: pd.Series[float] | None = None,
    minimum: float = MINIMUM_COVERAGE,
) -> pd.DataFrame:
    """Figures of the units at `level` from those of the units below.

    `areas` lists the units of one edition: code, level, parent_code, area_km2. `figures` is as `read_figures` takes it,
    of units of one level below `level`; one of that level without a row has not been collected. `weights` is the weight
    that `rule` names, by code.

    Shape: one row per (code, period) with `COLUMNS`: `quality` is "exact" for a sum or a single unit, else "estimate";
    `coverage` is the share of the weight, or of the land if some unit has no weight, that has a figure.
    Missing: a sum with a missing part, a mean with less than `minimum` of its weight or with an unknown weight.
    Units for which the indicator has no meaning are left out; a whole of only such is `not_applicable`.
    Raises: NotTransferable if the rule is "none"; DomainError for a unit that is not in `areas`.
    """
    check_transferable(rule)
    frame = build_contributions(_parts(areas, figures, level), read_figures(figures), weights)
    meant = frame[frame["reason"] != NOT_APPLICABLE]
    coverage = _coverage(meant)
    tolerated = coverage["by_weight"] & (coverage["coverage"] >= minimum) & (rule.kind == "weighted_mean")
    passed_over = meant["value"].isna() & tolerated.reindex(pd.MultiIndex.from_frame(meant[KEY])).to_numpy()
    result = combine(meant[~passed_over], rule).set_index(KEY)
    result = result.assign(
        coverage=coverage["coverage"], contributors=meant.groupby(KEY).size(), missing=missing_codes(meant)
    )
    exact = (result["contributors"] == 1) | (rule.kind == "sum")
    result["quality"] = exact.map({True: EXACT, False: ESTIMATE}).astype(object).where(result["reason"].isna(), None)
    return _with_meaningless(result, frame)


def _parts(areas: pd.DataFrame, figures: pd.DataFrame, level: str) -> pd.DataFrame:
    """The units at the level of the figures, each with the unit at `level` that it lies in."""
    units = areas.set_index("code")
    unknown = sorted(set(figures["area_code"]) - set(units.index))
    if unknown:
        raise DomainError(f"{', '.join(unknown[:10])} are not in the list of areas. Hand over figures of its edition.")
    levels = sorted(set(units.loc[figures["area_code"], "level"]))
    if len(levels) != 1 or LEVELS.index(levels[0]) <= LEVELS.index(level):
        raise DomainError(
            f"Figures at {', '.join(levels)} level do not add up to a {level}. Hand over one lower level."
        )
    parts = units[units["level"] == levels[0]]
    above = parts["parent_code"]
    while (higher := above.map(units["level"]) != level).any():
        above = above.mask(higher, above.map(units["parent_code"]))
    return pd.DataFrame(
        {"area_code": parts.index, "target": above.array, "share": 1.0, "land": parts["area_km2"].array}
    )


def _coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """`coverage` by (target, period): by weight where every unit has one (`by_weight`), by land otherwise."""
    size = frame.assign(known=frame["value"].notna())
    size = size.assign(known_weight=size["weight"] * size["known"], known_land=size["land"] * size["known"])
    sums = size.groupby(KEY)[["weight", "known_weight", "land", "known_land"]].sum()
    groups = size.groupby(KEY)["weight"]
    by_weight = (groups.count() == groups.size()) & (sums["weight"] > 0)
    coverage = (sums["known_weight"] / sums["weight"]).where(by_weight, sums["known_land"] / sums["land"])
    return pd.DataFrame({"coverage": coverage, "by_weight": by_weight})


def _with_meaningless(result: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The result with a row for the wholes in which the indicator has a meaning for no unit."""
    every = pd.MultiIndex.from_frame(frame[KEY].drop_duplicates()).sort_values()
    full = result.reindex(every)
    empty = full["contributors"].isna()
    full["reason"] = full["reason"].astype(object).mask(empty, NOT_APPLICABLE)
    full["missing"] = [codes if isinstance(codes, tuple) else () for codes in full["missing"]]
    full["qualifier"] = full["qualifier"].fillna("")
    full["contributors"] = full["contributors"].fillna(0).astype(int)
    full = full.astype({"reason": object, "quality": object})
    full[["reason", "quality"]] = full[["reason", "quality"]].where(full[["reason", "quality"]].notna(), None)
    return full.reset_index(names=["code", "period"])[COLUMNS]
