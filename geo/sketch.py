"""Shapes of a TopoJSON as SVG paths on a small sheet, for drawings made on the server.

Every arc is thinned once, so that neighbours keep one common edge at any size. Degrees are drawn as a plane whose width
is shortened by the cosine of the middle latitude: true to shape within a city, not meant for measuring.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import DomainError
from geo.outlines import Numbers, Outlines, Points

Tenths = NDArray[np.int32]
"""Points of a drawing in tenths of its unit: n × 2."""

TOLERANCE = 0.35
"""Units of the sheet (pixels, where it is shown at its own size) that a thinned line may stray."""


class Box(NamedTuple):
    """West, north, east, south on the sheet; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def span(self) -> float:
        """The longer side."""
        return max(self.right - self.left, self.bottom - self.top)

    def meets(self, other: Box) -> bool:
        """Whether two boxes have a point in common."""
        return (
            self.left <= other.right and other.left <= self.right and self.top <= other.bottom
            and other.top <= self.bottom
        )  # fmt: skip


class Plane:
    """Shapes of outlines on a drawing of `width` × `height`: `origin` lies at `place`, and `scale` units of the drawing
    are one unit of the outlines along x and y (negative: y grows downwards)."""

    def __init__(
        self, outlines: Outlines, scale: Sequence[float], origin: Sequence[float], place: Sequence[float],
        width: float, height: float,
    ) -> None:  # fmt: skip
        self.outlines, self.width, self.height = outlines, width, height
        self._scale, self._origin, self._place = np.array(scale), np.array(origin), np.array(place)
        self._drawing = threading.Lock()
        self._lines: list[Tenths] = []
        self._spans = np.zeros((len(outlines.ends) - 1, 3), np.int32)
        self._paths: dict[tuple[str, str] | bytes, str] = {}
        self._rooms: dict[tuple[str, str, float, float], tuple[float, float] | None] = {}

    def at(self, points: Points) -> Points:
        """Points of the outlines in units of the drawing."""
        drawn: Points = (points - self._origin) * self._scale + self._place
        return drawn

    def _drawn(self, numbers: Numbers) -> list[Tenths]:
        """Arcs on the sheet, thinned; each is worked out when it is first asked for."""
        with self._drawing:  # threads share a plane; spans and lines belong together
            new = np.unique(numbers[self._spans[numbers, 2] == 0])
            if len(new):
                self._draw(new)
            return [self._lines[at][start:end] for at, start, end in self._spans[numbers].tolist()]

    def _draw(self, numbers: Numbers) -> None:
        """Thin arcs and keep them one after the other; `_spans` says of each arc in which array and where it lies."""
        arcs = [self.outlines.arc(number) for number in numbers]
        points = self.at(np.concatenate(arcs))
        owner = np.repeat(np.arange(len(arcs)), [len(arc) for arc in arcs])
        thin = shapely.simplify(shapely.linestrings(points, indices=owner), TOLERANCE, preserve_topology=False)
        points, owner = shapely.get_coordinates(thin, return_index=True)
        ends = np.searchsorted(owner, np.arange(len(arcs) + 1))
        self._spans[numbers] = np.column_stack([np.full(len(arcs), len(self._lines)), ends[:-1], ends[1:]])
        self._lines.append(np.rint(points * 10).astype(np.int32))

    def path(self, name: str, code: str) -> str:
        """One shape, closed, holes included: the `d` of a path to fill with the even-odd rule."""
        if (name, code) not in self._paths:
            drawn = map(_steps, self.corners(name, code))
            self._paths[name, code] = "".join(f"{steps}z" for steps in drawn if steps)
        return self._paths[name, code]

    def corners(self, name: str, code: str) -> list[Tenths]:
        """The rings of one shape, each ending where it began."""
        return [self._ring(ring) for ring in self.outlines.rings_of(name, code)]

    def _ring(self, ring: Numbers) -> Tenths:
        lines = self._drawn(np.where(ring < 0, ~ring, ring))
        parts = [line if ahead else line[::-1] for line, ahead in zip(lines, ring >= 0, strict=True)]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def room(self, name: str, code: str, width: float, height: float) -> tuple[float, float] | None:
        """The middle of a box of that size inside a shape, kept for the next time; None where none fits."""
        asked = name, code, width, height
        if asked not in self._rooms:
            self._rooms[asked] = room_for(self.corners(name, code), width, height)
        return self._rooms[asked]

    def bounds(self, name: str, codes: Collection[str] | None = None) -> Box:
        """The box around some shapes, in units of the sheet."""
        points = np.concatenate(self._drawn(np.unique(self.outlines.arcs_of(name, codes)))) / 10
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return Box(left, top, right, bottom)

    def outline(self, name: str, codes: Collection[str] | None = None) -> str:
        """The outer edge of some shapes taken together: their arcs that no two of them share."""
        arcs, times = self._uses(name, codes)
        return self._strokes(arcs[times == 1])

    def borders(self, name: str, codes: Collection[str] | None = None) -> str:
        """All edges of some shapes, each once, as far as they come near the sheet."""
        return self._strokes(self._uses(name, codes)[0])

    def inner(self, name: str) -> str:
        """The edges that two shapes of an object share."""
        arcs, times = self._uses(name, None)
        return self._strokes(arcs[times > 1])

    def _uses(self, name: str, codes: Collection[str] | None) -> tuple[Numbers, NDArray[np.int64]]:
        """The arcs of some shapes in the order in which they come first, and how often each comes."""
        arcs, first, times = np.unique(self.outlines.arcs_of(name, codes), return_index=True, return_counts=True)
        order = np.argsort(first)
        return arcs[order], times[order]

    def _strokes(self, arcs: Numbers) -> str:
        near = arcs[self._near[arcs]]
        key = near.tobytes()
        if key not in self._paths:
            self._paths[key] = "".join(map(_steps, self._drawn(near)))
        return self._paths[key]

    @cached_property
    def _near(self) -> NDArray[np.bool_]:
        """For each arc whether the box around it meets the sheet."""
        left, bottom, right, top = self.at(self.outlines.corners).reshape(-1, 4).T
        near: NDArray[np.bool_] = (left <= self.width) & (right >= 0) & (top <= self.height) & (bottom >= 0)
        return near


class Sheet(Plane):
    """A drawing `width` units wide, on which the shapes of `name` (all, or those of `codes`) fill the middle.

    `height` is the least that holds them, at most `highest`: taller shapes are drawn smaller instead. `margin` is left
    free on every side. Raises: UnknownName for an unknown object or code; DomainError if nothing is to be shown.
    """

    def __init__(
        self,
        outlines: Outlines,
        name: str,
        codes: Collection[str] | None = None,
        *,
        width: float,
        highest: float,
        margin: float = 4,
    ) -> None:
        shown = outlines.corners[outlines.arcs_of(name, codes)]
        if not len(shown):
            raise DomainError(f"A sheet of {name!r} without any shape. Name at least one of its codes.")
        (west, south), (east, north) = shown[:, 0].min(axis=0), shown[:, 1].max(axis=0)
        squeeze = math.cos(math.radians((north + south) / 2))
        room = width - 2 * margin, highest - 2 * margin
        scale = min(room[0] / ((east - west) * squeeze), room[1] / (north - south))
        height = math.ceil((north - south) * scale + 2 * margin)
        origin, place = ((west + east) / 2, north), (width / 2, margin)
        super().__init__(outlines, (scale * squeeze, -scale), origin, place, width, height)


def _steps(line: Tenths) -> str:
    """A line as SVG: where it starts, then steps; points that fall together are left out, a line that is one point is
    nothing."""
    moves = np.diff(line, axis=0)
    steps = moves[moves.any(axis=1)].tolist()
    if not steps:
        return ""
    x, y = line[0].tolist()
    return f"M{_tenths(x)} {_tenths(y)}l" + " ".join(f"{_tenths(dx)} {_tenths(dy)}" for dx, dy in steps)


def _tenths(number: int) -> str:
    whole, tenth = divmod(abs(number), 10)
    text = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return f"-{text}" if number < 0 else text


def room_for(rings: Iterable[Tenths], width: float, height: float) -> tuple[float, float] | None:
    """The middle of a box `width` × `height` inside the shape of these rings (in tenths), or None if none fits.

    Lines across the shape are tried from its middle outwards; the first on which the box fits with the most room to
    spare at the sides wins.
    """
    corners = [ring / 10 for ring in rings]
    if not corners:
        return None
    every = np.concatenate(corners)
    top, bottom = float(every[:, 1].min()), float(every[:, 1].max())
    best: tuple[float, float, float] | None = None
    for y in np.linspace(top + height / 2, bottom - height / 2, 13) if bottom - top > height else ():
        spans = [_widest(corners, level) for level in (y - height / 2, y, y + height / 2)]
        left, right = max(span[0] for span in spans), min(span[1] for span in spans)
        if right - left >= width and (best is None or right - left > best[0]):
            best = right - left, (left + right) / 2, float(y)
    return best and best[1:]


def _widest(corners: Iterable[Points], y: float) -> tuple[float, float]:
    """The longest stretch of a level line inside the rings; an empty one where there is none."""
    crossings: list[float] = []
    for ring in corners:
        x, heights = ring[:, 0], ring[:, 1]
        above = heights > y
        at = np.flatnonzero(above[1:] != above[:-1])
        share = (y - heights[at]) / (heights[at + 1] - heights[at])
        crossings += (x[at] + share * (x[at + 1] - x[at])).tolist()
    crossings.sort()
    return max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda ends: ends[1] - ends[0], default=(0, -1))
