"""How good estimates on divided units are, measured where the truth is known as well.

An area-weighted figure assumes that people are spread evenly over a unit. How wrong that is cannot be told from the
estimate; it can be told from units for which a native figure exists, and is then said beside every estimate.
Source: Flowerdew and Green, "Areal interpolation and types of data", in Spatial Analysis and GIS (1994).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from indicators.contributions import ESTIMATE

COLUMNS = ["code", "period", "estimate", "known", "difference", "relative"]


@dataclass(frozen=True)
class Error:
    """Absolute relative errors of estimates: how many were compared, the median, nine in ten at most, the largest."""

    compared: int
    median: float
    ninth_decile: float
    largest: float


def measure_errors(estimates: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Estimates beside known figures, for the units that have both.

    `estimates` is a result of `rebase`; only its estimates are compared, for a sum of wholes measures nothing. `known`
    has area_code and value, one row per area: native figures of the same quantity.
    Shape: one row per unit with both: code, period, estimate, known, difference, relative (difference over known).
    Missing: `relative` is NaN where the known figure is 0.
    """
    both = estimates[estimates["quality"] == ESTIMATE].merge(
        known[["area_code", "value"]].dropna(), left_on="to_code", right_on="area_code", suffixes=("", "_known")
    )
    difference = both["value"] - both["value_known"]
    return pd.DataFrame(
        {
            "code": both["to_code"],
            "period": both["period"],
            "estimate": both["value"],
            "known": both["value_known"],
            "difference": difference,
            "relative": difference / both["value_known"].mask(both["value_known"] == 0),
        },
        columns=COLUMNS,
    )


def summarise_errors(errors: pd.DataFrame) -> Error | None:
    """The errors in four numbers. None where no unit has both figures: the error is then not known, and not zero."""
    sizes = errors["relative"].dropna().abs()
    if sizes.empty:
        return None
    return Error(len(sizes), float(sizes.median()), float(sizes.quantile(0.9)), float(sizes.max()))
