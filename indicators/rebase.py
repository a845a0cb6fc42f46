"""Figures of one edition expressed in the units of another.

Counts are apportioned by the crosswalk's shares, so their total stays; rates are recomputed, by weights or from
numerator and denominator, and never averaged; what has no such rule is refused. A sum of whole units is exact,
everything else an estimate, and each row says which, on what basis, and from how much of the land.
Source: Goodchild and Lam, "Areal interpolation: a variant of the traditional spatial problem", Geo-Processing 1 (1980),
for extensive (sum) and intensive (mean) variables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from boundaries.crosswalk import OFFICIAL, OVERLAY, CrosswalkGap, Variable, choose_weights
from indicators.contributions import (
    ESTIMATE,
    EXACT,
    NOT_CONVERTIBLE,
    Aggregation,
    build_contributions,
    check_transferable,
    combine,
    read_figures,
)

COLUMNS = ["to_code", "period", "value", "qualifier", "value_high", "reason", "quality", "method", "weight_basis",
           "basis", "coverage", "contributors", "missing"]  # fmt: skip
RATIO_KEY = ["to_code", "period"]


def rebase(
    observations: pd.DataFrame,
    crosswalk: pd.DataFrame,
    rule: Aggregation,
    sizes: pd.Series[float],
    weights: pd.Series[float] | None = None,
) -> pd.DataFrame:
    """Express observations in the crosswalk's target edition.

    `sizes` is the area_km2 of all units of the source edition at the level of the observations, by code; `weights` the
    weight that `rule` names (people, households), by code of the source edition.

    Shape: one row per (area_code, period) in, as `read_figures` takes it; one row per (to_code, period) out with
    `COLUMNS`: `quality` "exact" or "estimate"; `method` "sum", "weighted_mean" or "unchanged"; `weight_basis` what
    divided units were divided by: "whole" (none was divided), "population", "area" or "population, area"; `basis`
    "overlay" if only the map knows one of the pairs, else "official composition"; coverage, contributors and missing
    as in `combine`.
    Units: unchanged. Sums are conserved to 1e-9 relative.
    Missing: any missing contributor makes the result missing, never smaller; `quality` is then None.
    Raises: NotTransferable if the rule is "none"; CrosswalkGap listing unmatched codes, so that a district's figure is
    never divided among communes.
    """
    check_transferable(rule)
    figures = read_figures(observations)
    pairs = _pairs(figures, crosswalk, rule.variable, sizes)
    result = combine(build_contributions(pairs, figures, weights), rule)
    result = result.merge(_provenance(pairs, rule), on="target").rename(columns={"target": "to_code"})
    result["quality"] = result["quality"].astype(object).where(result["reason"].isna(), None)
    return result[COLUMNS]


def rebase_ratio(
    numerator: pd.DataFrame,
    denominator: pd.DataFrame,
    crosswalk: pd.DataFrame,
    sizes: pd.Series[float],
    scale: float = 1.0,
    variables: tuple[Variable, Variable] = ("people", "people"),
) -> pd.DataFrame:
    """A ratio recomputed in the target edition from its numerator and denominator, each rebased as a sum.

    `scale` is 100 for per cent; `variables` say what numerator and denominator are spread over: ("people", "land") for
    a density. Shape and errors as in `rebase`, with `method` "ratio".
    Missing: where either part is missing, is only bounded ("at least"), or the denominator is 0 (`not_convertible`).
    """
    over, under = (
        rebase(part, crosswalk, Aggregation("sum", variable=variable), sizes)
        for part, variable in zip((numerator, denominator), variables, strict=True)
    )
    result = over.merge(under, on=RATIO_KEY, how="outer", suffixes=("", "_under"))
    plain = result[["qualifier", "qualifier_under"]].isin(["", "approx"]).all(axis=1) & (result["value_under"] != 0)
    reason = result["reason"].astype(object).mask(result["reason"].isna(), result["reason_under"])
    reason = reason.mask(reason.isna() & ~plain, NOT_CONVERTIBLE)
    known = reason.isna()
    exact = (result["quality"] == EXACT) & (result["quality_under"] == EXACT)
    about = (result[["qualifier", "qualifier_under"]] == "approx").any(axis=1) & known
    result = result.assign(
        value=(result["value"] / result["value_under"].mask(~plain) * scale).where(known),
        qualifier=pd.Series("", index=result.index).mask(about, "approx"),
        value_high=np.nan,
        reason=reason.where(~known, None),
        quality=exact.map({True: EXACT, False: ESTIMATE}).astype(object).where(known, None),
        method="ratio",
        weight_basis=list(map(_merged, result["weight_basis"], result["weight_basis_under"])),
        coverage=result[["coverage", "coverage_under"]].min(axis=1),
        missing=[tuple(sorted({*a, *b})) for a, b in zip(result["missing"], result["missing_under"], strict=True)],
    )
    return result[COLUMNS]


def _pairs(figures: pd.DataFrame, crosswalk: pd.DataFrame, variable: Variable, sizes: pd.Series[float]) -> pd.DataFrame:
    """The pairs at the level of `sizes`, each with its share and the land of its piece."""
    codes, known = set(crosswalk["from_code"]), set(sizes.index)
    unmatched = sorted((set(figures["area_code"]) - (codes & known)) | (known - codes))
    if unmatched:
        raise CrosswalkGap(unmatched, str(crosswalk["from_edition"].iloc[0]))
    names = {"from_code": "area_code", "to_code": "target", "weight": "share"}
    pairs = choose_weights(crosswalk, variable).rename(columns=names)
    pairs["land"] = crosswalk["weight_area"] * crosswalk["from_code"].map(sizes)
    return pairs[pairs["area_code"].isin(known)]


def _provenance(pairs: pd.DataFrame, rule: Aggregation) -> pd.DataFrame:
    """What each target's figure rests on: target, quality, method, weight_basis, basis."""
    rows = []
    for code, parts in pairs.groupby("target"):
        unchanged = len(parts) == 1 and bool(parts["whole"].all())
        settled = bool(parts["whole"].all()) and OVERLAY not in set(parts["basis"])
        divided = sorted(set(parts["weight_basis"]) - {"whole"}, reverse=True)
        rows.append(
            {
                "target": code,
                "quality": EXACT if settled and (unchanged or rule.kind == "sum") else ESTIMATE,
                "method": "unchanged" if unchanged else rule.kind,
                "weight_basis": ", ".join(divided) or "whole",
                "basis": OVERLAY if OVERLAY in set(parts["basis"]) else OFFICIAL,
            }
        )
    return pd.DataFrame(rows)


def _merged(one: str, other: str) -> str:
    """What numerator and denominator together were divided by."""
    parts = [part for part in ("population", "area") if part in one or part in other]
    return ", ".join(parts) or "whole"
