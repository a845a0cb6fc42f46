"""Outlines of shapes as a TopoJSON holds them, packed: a few arrays instead of thousands of small objects.

Processes that fork share what they only read. Reading an object of Python's writes into it, for its references are
counted, and each process then has a copy of the page around it; numbers in an array are read without a trace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import UnknownName

Topo = dict[str, Any]
Points = NDArray[np.float64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Rings:
    """The rings of the shapes of one object, each a list of arc numbers (`~i`: arc `i` backwards).

    `places` numbers the shapes by code, in the order of the file; shape `p` has the rings `firsts[p]` to
    `firsts[p + 1]`, ring `r` the arcs `numbers[ends[r]:ends[r + 1]]`.
    """

    places: dict[str, int]
    firsts: Numbers
    ends: Numbers
    numbers: Numbers

    def of(self, code: str) -> list[Numbers]:
        """The rings of one shape. Raises KeyError for an unknown code."""
        place = self.places[code]
        ends = self.ends[self.firsts[place] : self.firsts[place + 1] + 1]
        return [self.numbers[start:end] for start, end in pairwise(ends)]

    def arcs(self, codes: Collection[str] | None = None) -> Numbers:
        """The arcs of some shapes in the order of the codes, or of all, as often as they are used, all forwards."""
        numbers = self.numbers
        if codes is not None:
            numbers = np.concatenate([numbers[:0], *(ring for code in codes for ring in self.of(code))])
        return np.where(numbers < 0, ~numbers, numbers)


def pack_rings(shapes: Mapping[str, Sequence[ArrayLike]]) -> Rings:
    """Rings of shapes by code, each ring a list of arc numbers."""
    rings = [np.asarray(ring, np.int32) for own in shapes.values() for ring in own]
    return Rings(
        {code: place for place, code in enumerate(shapes)},
        _ends(map(len, shapes.values())),
        _ends(map(len, rings)),
        np.concatenate([np.empty(0, np.int32), *rings]),
    )


def _ends(lengths: Iterator[int]) -> Numbers:
    """Where each of several pieces begins, one after the other, and where the last one ends."""
    return np.cumsum([0, *lengths]).astype(np.int32)


@dataclass(frozen=True)
class Outlines:
    """A TopoJSON with its arcs in degrees, decoded once and drawn at any size.

    `points` are those of all arcs (n × 2: east, north); arc `i` is `points[ends[i]:ends[i + 1]]`. `rings` are the
    shapes by object.
    """

    points: Points
    ends: Numbers
    rings: dict[str, Rings]

    def arc(self, number: int) -> Points:
        """The points of one arc."""
        return self.points[self.ends[number] : self.ends[number + 1]]

    @cached_property
    def corners(self) -> Points:
        """South-west and north-east corner of each arc: arcs × 2 × 2."""
        starts = self.ends[:-1]
        return np.stack([np.minimum.reduceat(self.points, starts), np.maximum.reduceat(self.points, starts)], axis=1)

    def shapes(self, name: str) -> Rings:
        """The shapes of one object. Raises UnknownName with the objects there are."""
        if name not in self.rings:
            raise UnknownName("TopoJSON object", name, tuple(self.rings))
        return self.rings[name]

    def arcs_of(self, name: str, codes: Collection[str] | None = None) -> Numbers:
        """The arcs of some shapes of an object, or of all; see `Rings.arcs`. Raises UnknownName for an unknown one."""
        shapes = self.shapes(name)
        unknown = sorted(set(codes or ()) - set(shapes.places))
        if unknown:
            raise UnknownName(f"shape of {name}", unknown[0], tuple(shapes.places)[:3])
        return shapes.arcs(codes)

    def rings_of(self, name: str, code: str) -> list[Numbers]:
        """The rings of one shape. Raises UnknownName for an unknown one."""
        shapes = self.shapes(name)
        if code not in shapes.places:
            raise UnknownName(f"shape of {name}", code, tuple(shapes.places)[:3])
        return shapes.of(code)

    def projected(self, crs: str) -> Outlines:
        """The same in a projected CRS, in its units, for drawings that are measured on."""
        from pyproj import Transformer  # most drawings are of degrees and need none

        turned = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*self.points.T)
        return Outlines(np.column_stack(turned), self.ends, self.rings)


def read_outlines(topology: Topo) -> Outlines:
    """Decode a quantised TopoJSON of polygons: geometries have a code as `id`."""
    scale, corner = (np.asarray(topology["transform"][key]) for key in ("scale", "translate"))
    ends = _ends(map(len, topology["arcs"]))
    steps = np.concatenate(topology["arcs"])
    places = np.cumsum(steps, axis=0)
    before = (places - steps)[ends[:-1]]  # each arc begins anew at the corner
    points = (places - np.repeat(before, np.diff(ends), axis=0)) * scale + corner
    rings = {
        name: pack_rings({shape["id"]: _rings(shape) for shape in held["geometries"]})
        for name, held in topology["objects"].items()
    }
    return Outlines(points, ends, rings)


def join_outlines(held: Sequence[Outlines]) -> Outlines:
    """Several outlines as one; shapes of objects of one name come together, and arcs are counted on."""
    if len(held) == 1:
        return held[0]
    rings, first = dict[str, dict[str, list[Numbers]]](), 0
    for each in held:
        for name, shapes in each.rings.items():
            moved = {
                code: [np.where(ring < 0, ring - first, ring + first) for ring in shapes.of(code)]
                for code in shapes.places
            }
            rings.setdefault(name, {}).update(moved)
        first += len(each.ends) - 1
    ends = _ends(int(length) for each in held for length in np.diff(each.ends))
    packed = {name: pack_rings(shapes) for name, shapes in rings.items()}
    return Outlines(np.concatenate([each.points for each in held]), ends, packed)


def _rings(shape: Topo) -> list[list[int]]:
    parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    return [ring for part in parts for ring in part]
