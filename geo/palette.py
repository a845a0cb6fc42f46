"""Colours of classes, by name. The page uses the names (`webapp/static/tokens.css`), the API and prints the values.

The ramps are checked in tests: lightness rises or falls steadily and neighbours differ by ΔE2000 ≥ 10, also for
protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

COLOURS: dict[str, str] = {
    "a1": "#f7f5dd", "a2": "#acd1a6", "a3": "#6cb29e", "a4": "#368d9e", "a5": "#1e6389", "a6": "#152c57",
    "b1": "#fdf0e6", "b2": "#f3b9a6", "b3": "#dd8698", "b4": "#b65690", "b5": "#7a3579", "b6": "#3d1754",
    "d1": "#8f3a06", "d2": "#cf742a", "d3": "#f3bf8c", "d4": "#a9cfe6", "d5": "#4d92c4", "d6": "#1a4f87",
    "n1": "#e8e2a2", "n2": "#7dba72", "n3": "#17604a",
    "st-met": "#174f8a", "st-track": "#3f86c2", "st-behind": "#c8731a", "st-missed": "#963a05",
    "st-part": "#5b4a9c", "st-none": "#5c6863",
}  # fmt: skip

# Which steps of a ramp serve a given number of classes: the widest even spread that still reads apart.
VALUE_STEPS: dict[int, tuple[str, ...]] = {
    1: ("a4",),
    2: ("a2", "a5"),
    3: ("a1", "a3", "a5"),
    4: ("a1", "a3", "a4", "a6"),
    5: ("a1", "a3", "a4", "a5", "a6"),
    6: ("a1", "a2", "a3", "a4", "a5", "a6"),
}
# Classes short of a middle (a goal, or no change) and past it, lowest first: light at the middle, dark at the ends.
SHORT: dict[int, tuple[str, ...]] = {0: (), 1: ("d2",), 2: ("d1", "d3"), 3: ("d1", "d2", "d3")}
PAST: dict[int, tuple[str, ...]] = {0: (), 1: ("d5",), 2: ("d4", "d6"), 3: ("d4", "d5", "d6")}
MAX_SIDE = 3
"""Most classes on one side of a middle."""

CATEGORY_STEPS: dict[int, tuple[str, ...]] = {1: ("n3",), 2: ("n1", "n3"), 3: ("n1", "n2", "n3")}


def ramp(classes: int, categories: bool = False) -> tuple[str, ...]:
    """Names of the colours for so many classes, lowest first. Raises ValueError past six (three categories)."""
    steps = CATEGORY_STEPS if categories else VALUE_STEPS
    if classes not in steps:
        raise ValueError(f"{classes} classes cannot be told apart; use 1 to {max(steps)}.")
    return steps[classes]


def diverging(below: int, above: int, turned: bool = False) -> tuple[str, ...]:
    """Names of the colours for classes below and above a middle, lowest first.

    `turned` where the low side is the better one, as of a goal "at most". Raises ValueError past three on a side.
    """
    if max(below, above) > MAX_SIDE:
        raise ValueError(
            f"{below} and {above} classes around a middle cannot be told apart; use up to {MAX_SIDE} each."
        )
    return (*PAST[below][::-1], *SHORT[above][::-1]) if turned else (*SHORT[below], *PAST[above])
