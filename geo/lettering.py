"""Names on a drawing of areas: each inside its area, none touching another, the largest areas first.

A name takes one line or two, wherever at least `INSIDE` of its box lies in the area and the box is clear of all others.
A name under a symbol belongs to the symbol, so less of it need lie inside. What finds no place is left out: fewer
names, not smaller ones. The same rule in the browser: `webapp/static/naming.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geo.sketch import Box

INSIDE, INSIDE_UNDER = 0.84, 0.6
"""Shares of a box that must lie in its area: on its own, and under a symbol."""

LINE = 1.18
"""Height of a line in type sizes: labels are single words over shapes, so closer than running text."""

SHIFTS = ((0, 0), (0, -0.45), (0, 0.45), (-0.22, 0), (0.22, 0), (-0.2, -0.4), (0.2, 0.4), (0.2, -0.4), (-0.2, 0.4))
"""Where a box is tried, in shares of its width and height from the anchor."""

GAP = 6.0, 1.0
"""Least distance between boxes, across and down: side by side, two names must not read as one."""

_COLUMNS, _ROWS = (np.arange(7) + 0.5) / 7, (np.arange(3) + 0.5) / 3
SAMPLES = np.array([(x, y) for y in _ROWS for x in _COLUMNS])
"""Points of a box at which it is looked whether they lie in the area, in shares of its sides."""


@dataclass(frozen=True)
class Name:
    """A text to place in the area `shape` (units of the drawing) around its `anchor`.

    `size` is the type size; `below` the radius of a symbol at the anchor under which the name must stand, or 0.
    """

    key: str
    text: str
    size: float
    shape: shapely.Geometry
    anchor: tuple[float, float]
    below: float = 0


@dataclass(frozen=True)
class Placed:
    """A name in its place, as lines."""

    name: Name
    lines: tuple[str, ...]
    box: Box

    def baselines(self) -> Iterator[tuple[str, float, float]]:
        """Each line with its middle and its baseline."""
        middle, step = (self.box.left + self.box.right) / 2, self.name.size * LINE
        for place, line in enumerate(self.lines):
            yield line, middle, self.box.top + place * step + self.name.size


def place_names(
    names: Iterable[Name], width_of: Callable[[str, float], float], taken: Iterable[Box] = ()
) -> list[Placed]:
    """The names that find a place, in their order; the first come first. `width_of` measures a text at a type size;
    `taken` are boxes to keep clear of."""
    boxes, placed = list(taken), []
    for name in names:
        found = _place(name, width_of, boxes)
        if found:
            placed.append(found)
            boxes.append(found.box)
    return placed


def box_at(x: float, y: float, width: float, height: float) -> Box:
    """A box around a middle."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def is_free(box: Box, taken: Iterable[Box]) -> bool:
    """Whether a box keeps the least distance from all others."""
    across, down = GAP
    return not any(
        box.left < other.right + across and box.right > other.left - across
        and box.top < other.bottom + down and box.bottom > other.top - down
        for other in taken
    )  # fmt: skip


def _place(name: Name, width_of: Callable[[str, float], float], taken: list[Box]) -> Placed | None:
    left, top, right, bottom = name.shape.bounds
    for lines in _layouts(name.text):
        width, height = max(width_of(line, name.size) for line in lines), len(lines) * name.size * LINE
        if width > 1.2 * (right - left) or height > 1.2 * (bottom - top):
            continue
        under = name.below + height / 2 + 1 if name.below else 0
        for across, down in ((0, 0),) if under else SHIFTS:
            box = box_at(name.anchor[0] + across * width, name.anchor[1] + down * height + under, width, height)
            if is_free(box, taken) and _share_inside(box, name.shape) >= (INSIDE_UNDER if under else INSIDE):
                return Placed(name, lines, box)
    return None


def _layouts(text: str) -> list[tuple[str, ...]]:
    """The text on one line, then on the most even two."""
    words = text.split(" ")
    splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return [(text,), *sorted(splits, key=lambda lines: max(map(len, lines)))[:1]]


def _share_inside(box: Box, shape: shapely.Geometry) -> float:
    points = SAMPLES * (box.right - box.left, box.bottom - box.top) + (box.left, box.top)
    return float(shapely.contains_xy(shape, points).mean())
