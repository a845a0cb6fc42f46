"""Classes of a choropleth: interior limits, and which class a value falls in.

`k` interior limits make `k + 1` classes, open at both ends, so that a new figure always has exactly one class and
limits can stay fixed over the years. The closed side matters only at a limit:

    closed="left"   [lo, hi)   the default; for targets "at least" and "below"
    closed="right"  (lo, hi]   for targets "at most" and "above"

so that a limit on the target divides met from not met.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

Closed = Literal["left", "right"]
Limits = tuple[float, ...]
MAX_CLASSES = 6


def classify(values: npt.ArrayLike, limits: Sequence[float], closed: Closed = "left") -> npt.NDArray[np.int64]:
    """Class index of each value, 0 for the lowest class; -1 where the value is missing (NaN).

    Raises: ValueError if the limits do not rise strictly or are not finite.
    """
    if not np.isfinite(limits).all() or any(a >= b for a, b in pairwise(limits)):
        raise ValueError(f"Class limits must be finite and rise strictly, not {tuple(limits)}.")
    array = np.asarray(values, dtype=float)
    indices = np.searchsorted(np.asarray(limits, dtype=float), array, side="right" if closed == "left" else "left")
    return np.where(np.isnan(array), -1, indices).astype(np.int64)


def class_intervals(limits: Sequence[float]) -> list[tuple[float | None, float | None]]:
    """Lower and upper limit of each class; `None` is an open end."""
    return list(pairwise([None, *limits, None]))


def class_limits(values: npt.ArrayLike, classes: int = 5, target: float | None = None) -> Limits:
    """Well-rounded quantile limits of all finite values, with one limit moved onto the target.

    Meant for indicators whose limits nobody has fixed: pass the values of all periods, so that the limits do not
    change from year to year. Few distinct values give a class each. No values and no target give no limits.
    """
    finite = np.unique(np.asarray(values, dtype=float)[np.isfinite(np.asarray(values, dtype=float))])
    if len(finite) <= classes:
        limits = [float(value) for value in finite[1:]]
    else:
        quantiles = np.quantile(finite, np.linspace(0, 1, classes + 1)[1:-1])
        rounded = {_rounded(float(q), float(np.ptp(finite))) for q in quantiles}
        limits = sorted(limit for limit in rounded if finite[0] < limit <= finite[-1])
    return tuple(_with_target(limits, target, classes))


def _rounded(value: float, spread: float) -> float:
    """The value to one hundredth of the spread's order of magnitude, times 1, 2 or 5: a limit one can read."""
    step = 10.0 ** np.floor(np.log10(spread / 8))
    return float(round(round(value / step) * step, 10))


def _with_target(limits: list[float], target: float | None, classes: int) -> list[float]:
    """Put a limit on the target: in place of the nearest one when all classes are used up."""
    if target is None or target in limits:
        return limits
    if len(limits) >= classes - 1:
        limits = [limit for limit in limits if limit != min(limits, key=lambda b: abs(b - target))]
    return sorted([*limits, target])
