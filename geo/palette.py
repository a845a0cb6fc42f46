"""Colours of classes, by name. The page uses the names (`webapp/static/tokens.css`), the API and prints the values.

The ramps are checked in tests: lightness rises or falls steadily and neighbours differ by ΔE2000 ≥ 10, also for
protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

COLOURS: dict[str, str] = {
    "a1": "#f7f5dd", "a2": "#acd1a6", "a3": "#6cb29e", "a4": "#368d9e", "a5": "#1e6389", "a6": "#152c57",
    "n1": "#e8e2a2", "n2": "#7dba72", "n3": "#17604a",
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
CATEGORY_STEPS: dict[int, tuple[str, ...]] = {1: ("n3",), 2: ("n1", "n3"), 3: ("n1", "n2", "n3")}


def ramp(classes: int, categories: bool = False) -> tuple[str, ...]:
    """Names of the colours for so many classes, lowest first. Raises ValueError past six (three categories)."""
    steps = CATEGORY_STEPS if categories else VALUE_STEPS
    if classes not in steps:
        raise ValueError(f"{classes} classes cannot be told apart; use 1 to {max(steps)}.")
    return steps[classes]
