"""The rules of targets, each written once: which values count as met, where they bind, on which side a class closes.

In plain words, with examples: `docs/targets.md`. Judging a figure against a goal: `indicators/progress.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from geo.classify import Closed
from indicators.intervals import Interval, at_least, at_most, between, point

AreaKey = tuple[str, str]
"""(edition, code)."""

Footing = Literal["binding", "compared", "contributes", "other_stratum", "other_level", "not_named"]
"""How a goal stands to an area: it binds it; it is the city's and only compared with; the area's count is part of the
city's; or it says nothing about it, being set for another stratum, another level or other areas."""

SCOPES = ("city", "urban", "rural", "each_district")
TIMINGS = ("point_in_time", "cumulative")
BASES = ("", "previous_year", "start_of_year")
VERSION = "31/NQ-HĐND, 06/12/2023"


@dataclass(frozen=True)
class Operator:
    """What an operator of a goal needs and implies.

    `needs` and `may` name the bounds that must and can be given; `along` is the direction of improvement that the
    wording itself implies, empty where it implies none; `closed` is the side on which a class limit on the goal must
    be closed so that the limit divides met from not met.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...]
    along: str
    closed: Closed


OPERATORS: dict[str, Operator] = {
    "ge": Operator(("low",), (), "higher", "left"),
    "gt": Operator(("low",), (), "higher", "right"),
    "le": Operator(("high",), (), "lower", "right"),
    "lt": Operator(("high",), (), "lower", "left"),
    "between": Operator(("low", "high"), (), "", "left"),
    "increase_by": Operator((), ("low", "high"), "higher", "left"),
    "decrease_by": Operator((), ("low", "high"), "lower", "right"),
    "maintain": Operator((), ("low",), "", "left"),
    "complete": Operator((), (), "higher", "left"),
}


@dataclass(frozen=True)
class Goal:
    """One goal as a resolution states it.

    `low` and `high` are in the indicator's unit; for increase_by and decrease_by they are the size of the change, in
    the same unit, or in per cent of the base where `unit` is "%" and the change is `relative`. `base` says what a
    change is counted from. A `cumulative` goal counts what happened since the year began, from zero; a `point_in_time`
    goal is read on one day. `areas` limits the goal to the areas named; empty means wherever the scope says.
    `since` is the first year whose figures say something about it, `year` unless the plan began earlier. `version` is
    the resolution that set it: an amendment is another goal with another version, not a change to this one.

    Raises: ValueError for an unknown word, or bounds that do not fit the operator.
    """

    operator: str
    low: float | None
    high: float | None
    year: int
    due: dt.date
    indicator: str = ""
    unit: str = ""
    scope: str = "city"
    base: str = ""
    relative: bool = False
    timing: str = "point_in_time"
    since: int | None = None
    areas: tuple[AreaKey, ...] = ()
    resolution_ref: str = ""
    version: str = VERSION

    def __post_init__(self) -> None:
        for name, word, allowed in (
            ("operator", self.operator, tuple(OPERATORS)),
            ("scope", self.scope, SCOPES),
            ("base", self.base, BASES),
            ("timing", self.timing, TIMINGS),
        ):
            if word not in allowed:
                raise ValueError(f"Goal {self.resolution_ref}: {name} {word!r} is not one of {', '.join(allowed)}.")
        self._check_bounds()

    def _check_bounds(self) -> None:
        rule = OPERATORS[self.operator]
        given = {name for name in ("low", "high") if getattr(self, name) is not None}
        if not set(rule.needs) <= given or not given <= {*rule.needs, *rule.may}:
            raise ValueError(
                f"Goal {self.resolution_ref}: {self.operator} needs {rule.needs or 'no bound'}"
                f" and may have {rule.may or 'no other'}, not {sorted(given)}."
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"Goal {self.resolution_ref}: {self.low} to {self.high} runs backwards.")
        if self.high is not None and self.low is None and self.of_change:
            raise ValueError(f"Goal {self.resolution_ref}: {self.operator} with an upper size needs a lower one.")

    @property
    def of_change(self) -> bool:
        """Whether it is the change since the base that is judged rather than the value."""
        return self.operator in ("increase_by", "decrease_by") or (self.operator == "maintain" and self.low is None)

    @property
    def first_year(self) -> int:
        """The first year whose figures say something about it."""
        return self.year if self.since is None else self.since

    @property
    def stratum(self) -> str:
        """The stratum whose figures the goal is about."""
        return self.scope if self.scope in ("urban", "rural") else "all"


def read_areas(text: str) -> tuple[AreaKey, ...]:
    """Area keys from `2024/274 2024/020`; none from a blank."""
    pairs = (key.partition("/") for key in text.split())
    return tuple((edition, code) for edition, _, code in pairs)


def closed_side(operator: str, direction: str = "") -> Closed:
    """The side on which class intervals must be closed so that a limit on the goal divides met from not met.

    `[lo, hi)` where the bound itself counts as met from above (ge) or as not met from below (lt), `(lo, hi]` for le and
    gt. A range or "maintain" of an indicator that should fall is met up to its upper bound, hence `(lo, hi]`.

    Raises: ValueError for an unknown operator.
    """
    if operator not in OPERATORS:
        raise ValueError(f"Operator {operator!r} is not one of {', '.join(OPERATORS)}.")
    rule = OPERATORS[operator]
    return "right" if not rule.along and direction == "lower" else rule.closed


def dividing_bound(goal: Goal, direction: str) -> float | None:
    """The value on which a class limit divides met from not met; None where no one value does: for changes and for
    work that is done or not. Of a range it is the end that improvement reaches first."""
    if goal.of_change or goal.operator == "complete":
        return None
    upper = goal.operator in ("le", "lt") or (goal.operator == "between" and direction == "lower")
    return goal.high if upper else goal.low


@lru_cache(maxsize=256)  # one goal is held against hundreds of areas
def met_set(goal: Goal, direction: str) -> Interval:
    """The values that count as met; for a goal of change, the changes that do (falls are negative).

    A range is met anywhere inside, and beyond it on the good side too, unless the direction is "within". A change
    without a size is any change the right way.

    Raises: ValueError if the indicator has no direction, or one that contradicts the operator.
    """
    along = OPERATORS[goal.operator].along
    if direction not in ("higher", "lower", "within") or (along and direction not in (along, "within")):
        raise ValueError(f"Goal {goal.resolution_ref}: {goal.operator} cannot be judged with direction {direction!r}.")
    match goal.operator:
        case "ge" | "gt":
            return at_least(goal.low or 0, closed=goal.operator == "ge")
        case "le" | "lt":
            return at_most(goal.high or 0, closed=goal.operator == "le")
        case "between":
            return _and_beyond(between(goal.low or 0, goal.high or 0), direction)
        case "maintain":
            return _and_beyond(point(goal.low or 0), direction)
        case "complete":
            return at_least(1)
    return _changes(goal, direction)


def _and_beyond(band: Interval, direction: str) -> Interval:
    """The band and what lies beyond it on the good side; the band alone where neither side is good."""
    if direction == "within":
        return band
    return at_least(band.low) if direction == "higher" else at_most(band.high)


def _changes(goal: Goal, direction: str) -> Interval:
    """Changes that count for increase_by and decrease_by."""
    if goal.low is None:
        sizes = at_least(0, closed=False)
    elif goal.high is None or direction != "within":
        sizes = at_least(goal.low)
    else:
        sizes = between(goal.low, goal.high)
    return sizes if goal.operator == "increase_by" else sizes.rescaled(Decimal(0), Decimal(-1), Decimal(1))


def applies(goal: Goal, level: str, stratum: str, area: AreaKey | None = None, additive: bool = False) -> Footing:
    """How a goal stands to the figures of one level, stratum and area.

    A goal of the city binds the city only. Below it, a figure that adds up to the city's (`additive`: counts) is a
    contribution, unless the goal is a change in per cent; any other is merely compared with. A goal for each district,
    or for areas that it names, binds those.
    """
    if stratum != goal.stratum:
        return "other_stratum"
    if goal.areas:
        return "binding" if area in goal.areas else "not_named"
    if goal.scope == "each_district":
        return "binding" if level == "district" else "other_level"
    if level == "city":
        return "binding"
    if goal.operator == "complete":
        return "other_level"
    return "contributes" if additive and not goal.relative else "compared"


def goals_for(
    goals: Iterable[Goal], level: str, stratum: str, area: AreaKey | None = None, additive: bool = False
) -> list[tuple[Goal, Footing]]:
    """The goals that say something about an area, those that bind it alone where there are any.

    So an allocation to the area (a goal that names it) takes the place of the comparison with the city's goal.
    """
    standing = [(goal, applies(goal, level, stratum, area, additive)) for goal in goals]
    binding = [pair for pair in standing if pair[1] == "binding"]
    return binding or [pair for pair in standing if pair[1] in ("compared", "contributes")]
