"""The classes of a table: where their limits are, and in which one each figure is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from boundaries.layers import is_elsewhere
from geo.classify import Closed, Limits, class_limits, classify
from indicators.catalogue import Catalogue
from indicators.models import Indicator


def limits_of(
    catalogue: Catalogue,
    indicator: Indicator,
    edition: str,
    level: str,
    values: Callable[[], Sequence[float]],
    bound: float | None,
) -> Limits:
    """Limits fixed for the indicator and level, which are the city's, else computed from the figures of all periods,
    which `values` gives; one on the goal."""
    if indicator.measure == "status":
        return ()
    fixed = () if is_elsewhere(edition) else catalogue.limits.get((indicator.id, level))
    return fixed or class_limits(values(), target=bound)


def class_index(
    catalogue: Catalogue, indicator: Indicator, values: list[float], limits: Limits, closed: Closed
) -> list[int | None]:
    """Position of the class on the scale, or of the word among the indicator's words; None where missing."""
    if indicator.measure != "status":
        return [None if index < 0 else index for index in classify(values, limits, closed).tolist()]
    position: dict[float, int] = {label.value: index for index, label in enumerate(catalogue.labels[indicator.id])}
    return [position.get(value) for value in values]
