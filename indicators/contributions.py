"""What areas contribute to another area, put together: the one arithmetic behind rebasing and aggregating.

A target area gets from each contributor a share of its count, or its rate with a weight. Nothing is filled: where a
contributor has no figure, the target has none either, because a sum that leaves something out is not a smaller truth
but a wrong number. Bounds ("at least 60", "50 to 70") go through the arithmetic as bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from boundaries.crosswalk import Variable
from geo.errors import DomainError
from indicators.models import Indicator

LAND_UNITS = ("km2", "ha")
FIGURE_COLUMNS = ["value", "qualifier", "value_high"]
EXACT, ESTIMATE = "exact", "estimate"
NOT_CONVERTIBLE, NOT_COLLECTED, NOT_APPLICABLE = "not_convertible", "not_collected", "not_applicable"


@dataclass(frozen=True)
class Aggregation:
    """How figures of an indicator are put together: `sum`, `weighted_mean` by `weight`, or `none`, which is never.

    `variable` says what a count, or the weight of a rate, is spread over within a unit: people or land.
    """

    kind: Literal["sum", "weighted_mean", "none"]
    weight: str | None = None
    variable: Variable = "people"
    indicator: str = ""


class NotTransferable(DomainError):
    """An indicator whose figures cannot be expressed for other areas: medians, indices, growth, coded statuses."""

    reason = NOT_CONVERTIBLE

    def __init__(self, rule: Aggregation) -> None:
        self.indicator = rule.indicator
        super().__init__(
            f"Figures of {rule.indicator or 'this indicator'} (aggregation {rule.kind!r}) are not converted to other "
            "areas. Only sums and weighted means are; for coded values ask for the composition."
        )


def rule_of(indicator: Indicator) -> Aggregation:
    """The rule that the catalogue declares for an indicator. Raises: NotTransferable if there is none of that name."""
    land = indicator.weight == "area_km2" or (indicator.weight is None and indicator.unit_id in LAND_UNITS)
    variable: Variable = "land" if land else "people"
    match indicator.aggregation:
        case "sum" | "weighted_mean" | "none" as kind:
            return Aggregation(kind, indicator.weight, variable, indicator.id)
    raise NotTransferable(Aggregation("none", indicator=indicator.id))


def check_transferable(rule: Aggregation) -> Aggregation:
    """The rule, if it allows figures to be put together. Raises: NotTransferable otherwise."""
    if rule.kind == "none":
        raise NotTransferable(rule)
    return rule


def read_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures with all columns that the arithmetic needs: area_code, period, value, qualifier, value_high, reason.

    Only the first three must be given. Missing: `value` NaN; the reason is `not_collected` unless given.
    Raises: DomainError if an area has two figures for one period.
    """
    defaults = {"qualifier": "", "value_high": np.nan, "reason": None}
    frame = figures.assign(**{name: value for name, value in defaults.items() if name not in figures.columns})
    twice = frame[frame.duplicated(["area_code", "period"])]
    if len(twice):
        raise DomainError(
            f"Areas {', '.join(sorted(set(twice['area_code']))[:10])} have several figures for one period. "
            "Choose one for each area and period before they are put together."
        )
    frame["qualifier"] = frame["qualifier"].fillna("")
    reason = frame["reason"].astype(object)
    frame["reason"] = reason.mask(frame["value"].isna() & reason.isna(), NOT_COLLECTED).mask(
        frame["value"].notna(), None
    )
    return frame[["area_code", "period", *FIGURE_COLUMNS, "reason"]].astype({"value": float, "value_high": float})


def build_contributions(
    parts: pd.DataFrame, figures: pd.DataFrame, weights: pd.Series[float] | None = None
) -> pd.DataFrame:
    """What `combine` takes: every part in every period of the figures, with the figure of its area.

    `parts` has one row per (target, area_code), with `share` and `land`; `figures` is of `read_figures`; `weights` is
    by code. Missing: an area without a row has not been collected, one without a weight has none (NaN).
    """
    every = parts.merge(figures[["period"]].drop_duplicates(), how="cross")
    frame = every.merge(figures, on=["area_code", "period"], how="left")
    frame["qualifier"] = frame["qualifier"].fillna("")
    frame["reason"] = frame["reason"].mask(frame["value"].isna() & frame["reason"].isna(), NOT_COLLECTED)
    frame["weight"] = np.nan if weights is None else frame["area_code"].map(weights).astype(float)
    return frame


def missing_codes(contributions: pd.DataFrame) -> pd.Series[object]:
    """Codes of the contributors without a figure, sorted, by (target, period)."""
    gaps = contributions["area_code"].mask(contributions["value"].notna(), "")
    grouped = gaps.groupby([contributions["target"], contributions["period"]])
    return grouped.agg(lambda codes: tuple(sorted(code for code in codes if code)))


def combine(contributions: pd.DataFrame, rule: Aggregation) -> pd.DataFrame:
    """One figure for each target and period.

    Shape: one row per (target, period, area_code) in, with `share` (of the contributor's count), `weight` (of its
    rate, NaN where unknown), `land` (in any unit of area) and the columns of `read_figures`. One row per (target,
    period) out: value, qualifier, value_high, reason, coverage (share of the land from which there is a figure),
    contributors (their number), missing (codes of those without a figure).
    Missing: any contributor without a figure makes the result missing, with its reason. Where the indicator has no
    meaning for some of them, a mean of several lacks a weight, or the bounds say nothing, it is `not_convertible`.
    """
    frame = contributions.assign(known=contributions["value"].notna())
    frame["part"] = frame["share"] if rule.kind == "sum" else _parts_of_mean(frame)
    # Nothing of something unbounded is nothing: 0 × infinity is NaN, which the sums below pass over.
    frame["low"], frame["high"] = (frame["part"] * bound for bound in _bounds(frame))
    frame["strict"] = frame["qualifier"].isin(["gt", "lt"]) & (frame["part"] > 0)
    frame["about"] = frame["qualifier"] == "approx"
    frame["known_land"] = frame["land"] * frame["known"]
    groups = frame.groupby(["target", "period"])
    result = groups.agg(
        low=("low", "sum"), high=("high", "sum"), strict=("strict", "any"), about=("about", "any"),
        known_land=("known_land", "sum"), land=("land", "sum"), contributors=("area_code", "size"),
    )  # fmt: skip
    result["missing"] = missing_codes(frame)
    result["reason"] = pd.Series([_reason(parts) for _, parts in groups], index=result.index, dtype=object)
    result["coverage"] = result["known_land"] / result["land"].mask(result["land"] == 0)
    figures = result.drop(columns="reason").join(_printed(result))
    return figures.reset_index()[["target", "period", *FIGURE_COLUMNS, "reason", "coverage", "contributors", "missing"]]


def _parts_of_mean(frame: pd.DataFrame) -> pd.Series[float]:
    """The factor of each contributor's rate; NaN where one of several has no weight or all together have none."""
    weights = frame["share"] * frame["weight"]
    groups = weights.groupby([frame["target"], frame["period"]])
    total = groups.transform("sum")
    return (weights / total.mask(total == 0)).mask(groups.transform("size") == 1, 1.0)


def _bounds(frame: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Least and greatest value that each figure may stand for; infinite where it names no such bound."""
    value, qualifier = frame["value"], frame["qualifier"]
    high = value.mask(qualifier == "range", frame["value_high"])
    return value.mask(qualifier.isin(["le", "lt"]), -np.inf), high.mask(qualifier.isin(["ge", "gt"]), np.inf)


def _reason(contributors: pd.DataFrame) -> str | None:
    """Why a target has no figure, from the reasons of its contributors; None if it may have one."""
    reasons = contributors["reason"]
    if (reasons == NOT_APPLICABLE).all():
        return NOT_APPLICABLE
    if (reasons == NOT_APPLICABLE).any():
        return NOT_CONVERTIBLE
    found = set(reasons.dropna())
    if found:
        return found.pop() if len(found) == 1 else NOT_COLLECTED
    return NOT_CONVERTIBLE if contributors["part"].isna().any() else None


def _printed(sums: pd.DataFrame) -> pd.DataFrame:
    """Bounds as a source would print them: value, qualifier, value_high; and the reason where they say nothing."""
    below, above = np.isneginf(sums["low"]), np.isposinf(sums["high"])
    reason = sums["reason"].astype(object).mask(below & above & sums["reason"].isna(), NOT_CONVERTIBLE)
    known, ranged = reason.isna(), ~below & ~above & (sums["low"] < sums["high"])
    qualifier = pd.Series("", index=sums.index).mask(sums["about"], "approx").mask(ranged, "range")
    qualifier = qualifier.mask(above, "ge").mask(above & sums["strict"], "gt")
    qualifier = qualifier.mask(below, "le").mask(below & sums["strict"], "lt")
    return pd.DataFrame(
        {
            "value": sums["low"].mask(below, sums["high"]).where(known),
            "qualifier": qualifier.where(known, ""),
            "value_high": sums["high"].where(known & ranged),
            "reason": reason.where(reason.notna(), None),
        }
    )
