"""Shapes of a TopoJSON as SVG paths on a small sheet, for drawings made on the server.

Every arc is thinned once, so that neighbours keep one common edge at any size. Degrees are drawn as a plane whose width
is shortened by the cosine of the middle latitude: true to shape within a city, not meant for measuring.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import DomainError, UnknownName

Topo = dict[str, Any]
Points = NDArray[np.float64]

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


@dataclass(frozen=True)
class Outlines:
    """A TopoJSON with its arcs in degrees, decoded once and drawn at any size.

    `rings` gives for each object and code the rings of the shape as lists of arc numbers (`~i`: arc `i` backwards).
    """

    arcs: tuple[Points, ...]
    rings: dict[str, dict[str, tuple[tuple[int, ...], ...]]]

    @cached_property
    def corners(self) -> Points:
        """South-west and north-east corner of each arc: arcs × 2 × 2."""
        return np.array([[arc.min(axis=0), arc.max(axis=0)] for arc in self.arcs])

    def shapes(self, name: str) -> dict[str, tuple[tuple[int, ...], ...]]:
        """The shapes of one object by code. Raises UnknownName with the objects there are."""
        if name not in self.rings:
            raise UnknownName("TopoJSON object", name, tuple(self.rings))
        return self.rings[name]

    def chosen(self, name: str, codes: Collection[str] | None = None) -> list[tuple[tuple[int, ...], ...]]:
        """Some shapes of an object in the order of the codes, or all. Raises UnknownName for an unknown one."""
        shapes = self.shapes(name)
        if codes is None:
            return list(shapes.values())
        unknown = sorted(set(codes) - set(shapes))
        if unknown:
            raise UnknownName(f"shape of {name}", unknown[0], tuple(shapes)[:3])
        return [shapes[code] for code in codes]

    def projected(self, crs: str) -> Outlines:
        """The same in a projected CRS, in its units, for drawings that are measured on."""
        from pyproj import Transformer  # most drawings are of degrees and need none

        points = np.concatenate(self.arcs)
        turned = np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*points.T))
        ends = np.cumsum([len(arc) for arc in self.arcs])[:-1]
        return Outlines(tuple(np.split(turned, ends)), self.rings)


def read_outlines(topology: Topo) -> Outlines:
    """Decode a quantised TopoJSON of polygons: geometries have a code as `id`."""
    scale, corner = (np.asarray(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = tuple(np.cumsum(arc, axis=0) * scale + corner for arc in topology["arcs"])
    rings = {
        name: {shape["id"]: tuple(_rings(shape)) for shape in held["geometries"]}
        for name, held in topology["objects"].items()
    }
    return Outlines(arcs, rings)


def join_outlines(held: Sequence[Outlines]) -> Outlines:
    """Several outlines as one; shapes of objects of one name come together, and arcs are counted on."""
    rings, start = dict[str, dict[str, tuple[tuple[int, ...], ...]]](), 0
    for each in held:
        for name, shapes in each.rings.items():
            for code, own in shapes.items():
                moved = tuple(tuple(arc + start if arc >= 0 else arc - start for arc in ring) for ring in own)
                rings.setdefault(name, {})[code] = moved
        start += len(each.arcs)
    return Outlines(tuple(arc for each in held for arc in each.arcs), rings)


def _rings(shape: Topo) -> Iterator[tuple[int, ...]]:
    for part in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
        yield from map(tuple, part)


class Plane:
    """Shapes of outlines on a drawing of `width` × `height`: `origin` lies at `place`, and `scale` units of the drawing
    are one unit of the outlines along x and y (negative: y grows downwards)."""

    def __init__(
        self, outlines: Outlines, scale: Sequence[float], origin: Sequence[float], place: Sequence[float],
        width: float, height: float,
    ) -> None:  # fmt: skip
        self.outlines, self.width, self.height = outlines, width, height
        self._scale, self._origin, self._place = np.array(scale), np.array(origin), np.array(place)
        self._lines: dict[int, Points] = {}
        self._paths: dict[tuple[str, str] | tuple[int, ...], str] = {}
        self._rooms: dict[tuple[str, str, float, float], tuple[float, float] | None] = {}

    def at(self, points: Points) -> Points:
        """Points of the outlines in units of the drawing."""
        drawn: Points = (points - self._origin) * self._scale + self._place
        return drawn

    def _drawn(self, numbers: Iterable[int]) -> list[Points]:
        """Arcs on the sheet, thinned, in tenths of a unit; each is worked out when it is first asked for."""
        numbers = list(numbers)
        new = [number for number in dict.fromkeys(numbers) if number not in self._lines]
        if new:
            arcs = [self.outlines.arcs[number] for number in new]
            points = self.at(np.concatenate(arcs))
            owner = np.repeat(np.arange(len(arcs)), [len(arc) for arc in arcs])
            thin = shapely.simplify(shapely.linestrings(points, indices=owner), TOLERANCE, preserve_topology=False)
            points, owner = shapely.get_coordinates(thin, return_index=True)
            lines = np.split(np.rint(points * 10).astype(int), np.searchsorted(owner, np.arange(1, len(arcs))))
            self._lines.update(zip(new, lines, strict=True))
        return [self._lines[number] for number in numbers]

    def path(self, name: str, code: str) -> str:
        """One shape, closed, holes included: the `d` of a path to fill with the even-odd rule."""
        if (name, code) not in self._paths:
            drawn = map(_steps, self.corners(name, code))
            self._paths[name, code] = "".join(f"{steps}z" for steps in drawn if steps)
        return self._paths[name, code]

    def corners(self, name: str, code: str) -> list[Points]:
        """The rings of one shape in tenths of a unit, each ending where it began."""
        [rings] = self.outlines.chosen(name, [code])
        return [self._ring(ring) for ring in rings]

    def _ring(self, ring: Sequence[int]) -> Points:
        numbers = [~arc if arc < 0 else arc for arc in ring]
        forward = [arc >= 0 for arc in ring]
        parts = [line if ahead else line[::-1] for line, ahead in zip(self._drawn(numbers), forward, strict=True)]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def room(self, name: str, code: str, width: float, height: float) -> tuple[float, float] | None:
        """The middle of a box of that size inside a shape, kept for the next time; None where none fits."""
        asked = name, code, width, height
        if asked not in self._rooms:
            self._rooms[asked] = room_for(self.corners(name, code), width, height)
        return self._rooms[asked]

    def bounds(self, name: str, codes: Collection[str] | None = None) -> Box:
        """The box around some shapes, in units of the sheet."""
        numbers = _arc_numbers(self.outlines.chosen(name, codes))
        points = np.concatenate(self._drawn(numbers)) / 10
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return Box(left, top, right, bottom)

    def outline(self, name: str, codes: Collection[str] | None = None) -> str:
        """The outer edge of some shapes taken together: their arcs that no two of them share."""
        return self._strokes(arc for arc, times in self._uses(name, codes).items() if times == 1)

    def borders(self, name: str, codes: Collection[str] | None = None) -> str:
        """All edges of some shapes, each once, as far as they come near the sheet."""
        return self._strokes(self._uses(name, codes))

    def inner(self, name: str) -> str:
        """The edges that two shapes of an object share."""
        return self._strokes(arc for arc, times in self._uses(name, None).items() if times > 1)

    def _uses(self, name: str, codes: Collection[str] | None) -> Counter[int]:
        return Counter(
            ~arc if arc < 0 else arc for shape in self.outlines.chosen(name, codes) for ring in shape for arc in ring
        )

    def _strokes(self, numbers: Iterable[int]) -> str:
        near = tuple(number for number in numbers if self._near[number])
        if near not in self._paths:
            self._paths[near] = "".join(map(_steps, self._drawn(near)))
        return self._paths[near]

    @cached_property
    def _near(self) -> list[bool]:
        """For each arc whether the box around it meets the sheet."""
        left, bottom, right, top = self.at(self.outlines.corners).reshape(-1, 4).T
        near: list[bool] = ((left <= self.width) & (right >= 0) & (top <= self.height) & (bottom >= 0)).tolist()
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
        shown = [outlines.arcs[arc] for arc in _arc_numbers(outlines.chosen(name, codes))]
        if not shown:
            raise DomainError(f"A sheet of {name!r} without any shape. Name at least one of its codes.")
        points = np.concatenate(shown)
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        squeeze = math.cos(math.radians((north + south) / 2))
        room = width - 2 * margin, highest - 2 * margin
        scale = min(room[0] / ((east - west) * squeeze), room[1] / (north - south))
        height = math.ceil((north - south) * scale + 2 * margin)
        origin, place = ((west + east) / 2, north), (width / 2, margin)
        super().__init__(outlines, (scale * squeeze, -scale), origin, place, width, height)


def _arc_numbers(shapes: Iterable[Iterable[Iterable[int]]]) -> list[int]:
    return list({~arc if arc < 0 else arc for shape in shapes for ring in shape for arc in ring})


def _steps(line: Points) -> str:
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


def room_for(rings: Iterable[Points], width: float, height: float) -> tuple[float, float] | None:
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
