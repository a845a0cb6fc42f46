"""The ground of printed maps: shapes projected and measured once in each process, and windows onto them.

Distances are of UTM zone 48N on WGS 84, whose central meridian lies just west of the city: the scale bar holds over the
whole map to a twentieth of a per cent. Imported layers in the east are of zone 49; that of the country is true to
0.3 %. What depends only on shapes is kept, so that a map costs what its figures cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from boundaries.layers import LAYER, NEIGHBOURS, layer_topology, read_layer
from geo.lettering import Name, Placed, box_at, is_free
from geo.outlines import Outlines, read_outlines
from geo.sketch import Box, Plane
from webapp.exports import geofiles
from webapp.exports.typeface import text_width

if TYPE_CHECKING:
    import shapely

CRS = "EPSG:32648"
BETWEEN_ZONES = 108.0
INNER_CITY = (105.765, 20.962, 105.882, 21.079)
"""West, south, east, north of the inset, as on screen (`webapp/static/inset.js`)."""

LATTICE = 12.0
"""Distance of the points of a lattice, in units of the drawing."""

MARGIN = 18.0
"""Free room around the city within its window."""

NEIGHBOUR_TYPE, STEP = 10.5, 24
"""Type size of neighbours' names, and the steps at which a place for them is looked for."""


@dataclass(frozen=True)
class Ground:
    """Shapes of one object in metres by code, the point of each that is farthest from its edges, and its land in m²."""

    shapes: dict[str, shapely.Geometry]
    anchors: dict[str, tuple[float, float]]
    areas: dict[str, float]

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all shapes, in metres."""
        boxes = np.array([shape.bounds for shape in self.shapes.values()])
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        return west, south, east, north


@lru_cache(maxsize=16)
def outlines(layer: str) -> Outlines:
    """A layer file in metres, without its parts, which are layers of their own."""
    return read_outlines(layer_topology(layer)).projected(zone_of(layer))


@lru_cache
def zone_of(layer: str) -> str:
    """The zone of UTM in whose middle the layer lies nearest; the city's own, in 48, for the shipped one."""
    corners = read_outlines(layer_topology(layer)).corners
    west, east = corners[:, 0, 0].min(), corners[:, 1, 0].max()
    return CRS if layer == LAYER or (west + east) / 2 < BETWEEN_ZONES else "EPSG:32649"


@lru_cache(maxsize=16)
def ground(name: str, held: str = LAYER) -> Ground:
    """The shapes of one object of the layer `held`, projected; anchors to 50 m."""
    import shapely

    layer = geofiles.frame(name, held).to_crs(zone_of(held))
    largest = [max(getattr(shape, "geoms", [shape]), key=lambda part: part.area) for shape in layer.geometry]
    middles = shapely.get_coordinates(shapely.get_point(shapely.maximum_inscribed_circle(largest, 50), 0)).tolist()
    codes = [str(code) for code in layer.index]
    return Ground(
        dict(zip(codes, layer.geometry, strict=True)),
        {code: (x, y) for code, (x, y) in zip(codes, middles, strict=True)},
        dict(zip(codes, layer.area.tolist(), strict=True)),
    )


@lru_cache
def _neighbours() -> dict[str, str]:
    """Names of the provinces around, by code."""
    return {str(code): str(name) for code, name in read_layer(NEIGHBOURS)[["code", "name"]].itertuples(index=False)}


class Window:
    """A window of `width` × `height` units onto the ground: `centre` (metres) lies at `place`, `scale` units a metre.

    `kept` are boxes of the drawing over which nothing is written; `placed` keeps names that found a place, by object,
    type size and all names of the object.
    """

    def __init__(
        self, centre: Sequence[float], place: Sequence[float], scale: float, width: float, height: float,
        kept: Sequence[Box] = (), layer: str = LAYER,
    ) -> None:  # fmt: skip
        self.layer = layer
        self.width, self.height, self.scale, self.kept = width, height, scale, tuple(kept)
        self.plane = Plane(outlines(layer), (scale, -scale), centre, place, width, height)
        self.placed: dict[tuple[str, float, tuple[str, ...]], list[Placed]] = {}
        self._drawn: dict[str, dict[str, shapely.Geometry]] = {}
        self._lattices: dict[str, dict[str, list[tuple[float, float]]]] = {}

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """A point in metres, in units of the drawing."""
        x, y = self.plane.at(np.asarray(point)).tolist()
        return x, y

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the drawing lies in the window."""
        return 0 < x < self.width and 0 < y < self.height

    def anchors(self, name: str) -> dict[str, tuple[float, float]]:
        """Anchors of all areas of an object that lie in the window, in units of the drawing."""
        drawn = {code: self.at(anchor) for code, anchor in ground(name, self.layer).anchors.items()}
        return {code: point for code, point in drawn.items() if self.holds(*point)}

    def shapes(self, name: str) -> dict[str, shapely.Geometry]:
        """The shapes of an object in units of the drawing, ready for questions whether they hold a point."""
        import shapely

        if name not in self._drawn:
            held = ground(name, self.layer).shapes
            drawn = shapely.transform(np.array(list(held.values())), self.plane.at)
            shapely.prepare(drawn)
            self._drawn[name] = dict(zip(held, drawn.tolist(), strict=True))
        return self._drawn[name]

    def names(self, name: str, texts: Mapping[str, str], size: float, below: Mapping[str, float]) -> list[Name]:
        """Names to place in the areas of an object, largest first; `below` are radii of symbols at their anchors."""
        areas, shapes, anchors = ground(name, self.layer).areas, self.shapes(name), self.anchors(name)
        largest = sorted(set(texts) & set(anchors), key=lambda code: (-areas[code], code))
        return [Name(code, texts[code], size, shapes[code], anchors[code], below.get(code, 0)) for code in largest]

    def lattice(self, name: str) -> dict[str, list[tuple[float, float]]]:
        """Points of a regular lattice by the area in which they lie, for marks that classes bear."""
        import shapely

        if name not in self._lattices:
            shapes = self.shapes(name)
            across, down = np.arange(LATTICE / 2, self.width, LATTICE), np.arange(LATTICE / 2, self.height, LATTICE)
            points = np.array([(x + (row % 2) * LATTICE / 2, y) for row, y in enumerate(down) for x in across])
            held, areas = shapely.STRtree(list(shapes.values())).query(shapely.points(points), predicate="within")
            codes, found = list(shapes), defaultdict[str, list[tuple[float, float]]](list)
            for place, area in zip(held.tolist(), areas.tolist(), strict=True):
                found[codes[area]].append(tuple(points[place].tolist()))
            self._lattices[name] = dict(found)
        return self._lattices[name]

    @cached_property
    def neighbours(self) -> list[tuple[str, Box]]:
        """Names of the provinces around, each where most of it is in sight and nothing else lies."""
        taken, found = list(self.kept), list[tuple[str, Box]]()
        for code, shape in self.shapes(NEIGHBOURS).items() if self.layer == LAYER else ():
            box = self._roomiest(shape, text_width(_neighbours()[code], NEIGHBOUR_TYPE) + 8, taken)
            if box:
                found.append((_neighbours()[code], box))
                taken.append(box)
        return found

    def _roomiest(self, shape: shapely.Geometry, width: float, taken: Sequence[Box]) -> Box | None:
        """Of the places on a grid where a name fits inside a shape and clear of all boxes, the one farthest from any
        edge; None where there is none."""
        import shapely

        across = np.arange(width / 2 + 8, self.width - width / 2 - 8, STEP)
        points = np.array([(x, y) for x in across for y in np.arange(20, self.height - 20, STEP)])
        half = np.array([width / 2, 9])
        fits = shapely.contains(shape, shapely.box(*(points - half).T, *(points + half).T))
        edges = np.minimum(points[:, 1], self.height - points[:, 1])
        room = np.minimum(shapely.distance(shape.boundary, shapely.points(points)), edges)
        for place in np.argsort(-np.where(fits, room, -1), kind="stable"):
            x, y = points[place].tolist()
            box = box_at(x, y, width, 18)
            if not fits[place]:
                return None
            if is_free(box, taken):
                return box
        return None


@lru_cache(maxsize=16)
def city_window(name: str, layer: str, width: float, height: float, inset: Box | None, kept: tuple[Box, ...]) -> Window:
    """The window that shows all areas of an object as large as it can; on its right where there is an inset."""
    west, south, east, north = ground(name, layer).bounds
    scale = min((width - 2 * MARGIN) / (east - west), (height - 2 * MARGIN) / (north - south))
    middle = width - MARGIN - scale * (east - west) / 2 if inset else width / 2
    boxes = (*kept, inset) if inset else kept
    return Window(((west + east) / 2, (south + north) / 2), (middle, height / 2), scale, width, height, boxes, layer)


@lru_cache(maxsize=4)
def inset_window(width: float, height: float) -> Window:
    """The window onto the inner city; names keep clear of its edges."""
    west, south, east, north = inner_city()
    scale = min(width / (east - west), height / (north - south))
    far = 9999.0
    edges = (Box(-far, -far, 0, far), Box(width, -far, far, far), Box(-far, -far, far, 0), Box(-far, height, far, far))
    return Window(((west + east) / 2, (south + north) / 2), (width / 2, height / 2), scale, width, height, edges)


@lru_cache
def inner_city() -> tuple[float, float, float, float]:
    """West, south, east, north of the inset in metres."""
    from pyproj import Transformer

    bounds: Any = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform_bounds(*INNER_CITY)
    return bounds  # type: ignore[no-any-return]
