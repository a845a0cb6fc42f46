"""A map as SVG: neighbours, areas in the colours of their classes, circles for counts, outlines, names, inset.

Everything is said by attributes, so that browsers, typst and drawing programs show the same. What a view says is drawn
(`webapp/view.py`); nothing is classified here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from boundaries.layers import LAYER, NEIGHBOURS, layer_of
from boundaries.names import short_name
from geo.lettering import Placed, box_at, place_names
from geo.sketch import Box
from webapp.exports.export import Export
from webapp.exports.ink import DARK, LABEL_DARK_HALO, LIGHT_EDGES, TOKENS, ground
from webapp.exports.mapframe import NEIGHBOUR_TYPE, Window, city_window, inner_city, inset_window
from webapp.exports.typeface import text_width
from webapp.i18n import gettext as _
from webapp.i18n import number
from webapp.svg import element

FILLS = {"nd": "url(#nd)", "na": TOKENS["map-na"], "nu": TOKENS["surface"]}
"""Other fills than a class's colour: hatched without a figure, flat where it has no meaning, white under circles."""

Stroke = tuple[tuple[float, float], ...]
"""Points of a line around the place of a mark; a dot is a line hardly longer than nothing."""


def _dot(x: float, y: float) -> Stroke:
    return (x, y), (x + 0.1, y)


SHORT: tuple[Stroke, ...] = (((-2, 0), (2, 0)),)
PAST: tuple[Stroke, ...] = (((-2, 0), (2, 0)), ((0, -2), (0, 2)))
MARKS: dict[str, tuple[Stroke, ...]] = {
    "n1": (_dot(0, 0),),
    "n2": (_dot(-1.7, 0), _dot(1.7, 0)),
    "n3": (_dot(-1.7, 1.2), _dot(1.7, 1.2), _dot(0, -1.7)),
    **dict.fromkeys(("d1", "d2", "d3"), SHORT),
    **dict.fromkeys(("d4", "d5", "d6"), PAST),
    "st-met": (((-2.4, 0.2), (-0.7, 2.1), (2.4, -1.8)),),
    "st-part": (((-2.4, 0.2), (-0.7, 2.1), (2.4, -1.8)), _dot(0, -2.6)),
    "st-track": (((-2, 2), (2, -2)), ((-1, -2), (2, -2), (2, 1))),
    "st-behind": (((-2, -2), (2, 2)), ((-1, 2), (2, 2), (2, -1))),
    "st-missed": (((-2, -2), (2, 2)), ((-2, 2), (2, -2))),
    "st-none": (_dot(-2, 0), _dot(0, 0), _dot(2, 0)),
}
"""What classes bear whose greys are too near others: titles one to three dots, classes on the poorer side of a middle
a minus and on the better side a plus, statuses their sign. Steps of one ramp are told apart by their lightness."""

WIDEST, ZERO = 26.0, 3.0
"""Largest radius of a circle, and that of a zero, which is a figure and must be seen."""

MARKED = 5.0
"""Least radius of a circle that bears the mark of its class."""

BAR_KM = (1, 2, 5, 10, 20, 50, 100, 200)
NAMES = {"city": (12.5, 600), "district": (12.5, 600), "commune": (10.5, 500)}
"""Type size and weight of names, by the level of what they name."""

ENOUGH = 0.5
"""Share of the inner city's areas that must have a figure before it is worth enlarging."""


@dataclass(frozen=True)
class Area:
    """One area of the view: its code, class of colour (`a3`, `nd`, `na`), and value."""

    code: str
    colour: str
    value: float | None


def areas_of(export: Export) -> list[Area]:
    """What the view says of each area, in the order of codes."""
    columns, reasons = export.view["areas"], export.view["reasons"]
    colours = [entry["colour"] for entry in export.view["classes"]]
    areas = []
    for at, row in enumerate(export.table.rows):
        index, reason = columns["class"][at], columns["reason"][at]
        missing = "na" if reason is not None and reasons[reason] == "not_applicable" else "nd"
        areas.append(Area(row.area.code, missing if index is None else colours[index], columns["value"][at]))
    return areas


def circle_radius(value: float, most: float, count: int) -> float:
    """Radius of a value among so many areas, of which `most` is the largest: the circle's land is as the value."""
    widest = max(9.0, min(WIDEST, 125 / math.sqrt(count)))
    return max(2.0, widest * math.sqrt(value / most)) if value > 0 else ZERO


def fill_of(colour: str) -> str:
    """What an area of a class is filled with."""
    return FILLS.get(colour) or ground(colour)


def edge_of(colour: str) -> str:
    """Its outline: dark on light classes, light on dark ones."""
    return TOKENS["edge-light" if colour in LIGHT_EDGES else "edge-dark"]


def draw_marks(points: Iterable[tuple[float, float]], colour: str, heavy: float) -> Markup:
    """The mark of a class at each of the points."""
    path = "".join(
        "M" + "L".join(f"{x + across * heavy:.1f} {y + down * heavy:.1f}" for across, down in stroke)
        for x, y in points
        for stroke in MARKS[colour]
    )
    width = 1.7 if colour.startswith("n") else 1.1
    return element("path", d=path, fill="none", stroke=edge_of(colour), stroke_width=width * heavy,
                   stroke_linecap="round", stroke_linejoin="round")  # fmt: skip


def write_name(text: str, x: float, y: float, size: float, weight: int, dark: bool = False) -> Markup:
    """A name centred over shapes, with a halo that parts it from lines."""
    return element(
        "text", text, x=x, y=y, font_size=size, font_weight=weight, text_anchor="middle", paint_order="stroke",
        fill=TOKENS["surface" if dark else "label"], stroke=LABEL_DARK_HALO if dark else TOKENS["label-halo"],
        stroke_width=3, stroke_linejoin="round",
    )  # fmt: skip


class MapDrawing:
    """The map of an export, `width` × `height` units large; lines and type are `heavy` times as large as on screen.
    `name` tells the ids of two maps on one page apart."""

    def __init__(self, export: Export, width: float, height: float, heavy: float = 1, name: str = "") -> None:
        self.frame_id, self.inset_id = f"frame{name}", f"inset{name}"
        self.export, self.view, self.heavy = export, export.view, heavy
        self.width, self.height, self.areas = width, height, areas_of(export)
        self.layer = layer_of(self.view["object"], export.query.part)
        self.inset = self._inset_box()
        arrow, bar = Box(width - 46, 8, width - 8, 58), Box(width - 150, height - 40, width - 8, height - 6)
        self.window = city_window(self.view["object"], self.layer, width, height, self.inset, (arrow, bar))

    def draw(self) -> Markup:
        """Everything within the frame."""
        inset = self._draw_inset() if self.inset else []
        parts = [
            element("rect", width=self.width, height=self.height, fill=TOKENS["map-sea"]),
            self._line(self.window.plane.inner(NEIGHBOURS), "map-neighbour-line", 0.8),
            *self._shapes(self.window),
            *self._upper_lines(),
            *self._circles(self.window),
            *self._neighbour_names(),
            *self._names(self.window, self.view["labels_object"]),
            *inset,
            *self._scale_bar(),
            *self._arrow(),
        ]
        frame = element("rect", width=self.width, height=self.height, fill="none", stroke=TOKENS["line-strong"])
        return element("g", *parts, clip_path=f"url(#{self.frame_id})") + frame

    def _line(self, path: str, token: str, width: float, opacity: float | None = None) -> Markup:
        return element(
            "path", d=path, fill="none", stroke=TOKENS[token], stroke_width=width * self.heavy,
            stroke_linejoin="round", stroke_opacity=opacity,
        )  # fmt: skip

    def _shapes(self, window: Window) -> Iterator[Markup]:
        """Areas by class, so that an attribute is said once; those with a circle, and the city alone, stay white."""
        groups: dict[str, list[Area]] = defaultdict(list)
        for area in self.areas:
            bare = area.code in self.radii or (self.view["symbol"] is None and area.value is not None)
            groups["nu" if bare else area.colour].append(area)
        for colour, areas in groups.items():
            paths = [
                element("path", d=window.plane.path(self.view["object"], area.code), data_code=area.code)
                for area in areas
            ]
            yield element("g", *paths, fill=fill_of(colour), stroke=edge_of(colour), stroke_width=0.7 * self.heavy,
                          stroke_linejoin="round", fill_rule="evenodd")  # fmt: skip
            if colour in MARKS:
                lattice = window.lattice(self.view["object"])
                yield draw_marks([point for area in areas for point in lattice.get(area.code, ())], colour, self.heavy)

    def _upper_lines(self) -> Iterator[Markup]:
        if self.view["outline"]:
            path = self.window.plane.borders(self.view["outline"])
            yield self._line(path, "edge-upper-casing", 3, 0.85)
            yield self._line(path, "edge-upper", 1.3)
        yield self._line(self.window.plane.outline(self.view["object"]), "edge-city", 1.6)

    @cached_property
    def radii(self) -> dict[str, float]:
        """Radii of circles by code; empty for maps without."""
        if self.view["symbol"] != "circle":
            return {}
        known = {area.code: area.value for area in self.areas if area.value is not None}
        most = max(known.values(), default=0)
        return {code: circle_radius(value, most, len(self.areas)) * self.heavy for code, value in known.items()}

    def _circles(self, window: Window) -> Iterator[Markup]:
        """Large ones first, so that small ones lie on top."""
        anchors = window.anchors(self.view["object"])
        shown = [area for area in self.areas if area.code in self.radii and area.code in anchors]
        for area in sorted(shown, key=lambda area: -self.radii[area.code]):
            x, y = anchors[area.code]
            zero = area.value == 0
            yield element(
                "circle", cx=x, cy=y, r=self.radii[area.code], data_code=area.code, fill_opacity=0.92,
                fill=TOKENS["surface"] if zero else fill_of(area.colour),
                stroke=TOKENS["ink-2"] if zero else edge_of(area.colour), stroke_width=1.1 * self.heavy,
            )  # fmt: skip
            if area.colour in MARKS and not zero and self.radii[area.code] >= MARKED * self.heavy:
                yield draw_marks([(x, y)], area.colour, self.heavy)

    def _names(self, window: Window, name: str) -> list[Markup]:
        """Names of the areas of an object that find a place."""
        own = name == self.view["object"]
        size, weight = NAMES[name.rsplit(".", 1)[1]]
        colours = {area.code: area.colour for area in self.areas} if own and self.view["symbol"] == "fill" else {}
        written = []
        for placed in self._place(window, name, size * self.heavy, weight):
            dark = colours.get(placed.name.key) in DARK
            for line, x, y in placed.baselines():
                written.append(write_name(line, x, y, placed.name.size, weight, dark))
        return written

    def _place(self, window: Window, name: str, size: float, weight: int) -> list[Placed]:
        """Places are kept with the window, for these very names, where no circles are in the way."""
        edition, level = name.rsplit(".", 1)
        texts = {area.code: short_name(area.name, area.type) for area in self.export.data.places.at(edition, level)}
        key = name, size, tuple(texts.values())
        if not self.radii and key in window.placed:
            return window.placed[key]
        anchors = window.anchors(self.view["object"])
        below = self.radii if name == self.view["object"] else {}
        circles = [box_at(*anchors[code], 1.77 * radius, 1.77 * radius) for code, radius in self.radii.items()
                   if code in anchors]  # fmt: skip
        names = window.names(name, texts, size, below)
        found = place_names(names, lambda text, big: text_width(text, big, weight), [*window.kept, *circles])
        if not self.radii:
            window.placed[key] = found
        return found

    def _neighbour_names(self) -> list[Markup]:
        return [
            element("text", text, x=(box.left + box.right) / 2, y=box.top + 13, font_size=NEIGHBOUR_TYPE,
                    text_anchor="middle", fill=TOKENS["map-neighbour-ink"])
            for text, box in self.window.neighbours
        ]  # fmt: skip

    def _inset_box(self) -> Box | None:
        """Where the inner city is drawn enlarged: in the empty south-west, if most of it has figures."""
        if self.view["level"] != "commune" or self.view["symbol"] is None or self.layer != LAYER:
            return None
        inner = set(inset_window(1, 1).anchors(self.view["object"]))
        known = sum(area.code in inner and area.value is not None for area in self.areas)
        wide, high = 0.34 * self.width, 0.47 * self.height
        box = Box(12, self.height - 12 - high, 12 + wide, self.height - 12)
        return box if known > ENOUGH * len(inner) else None

    def _draw_inset(self) -> list[Markup]:
        """The inset with its caption, and its frame on the map."""
        assert self.inset  # noqa: S101 - only drawn where there is one
        left, top, right, bottom = self.inset
        wide, high = right - left, bottom - top
        window = inset_window(wide, high)
        west, south, east, north = inner_city()
        (x, y), (x_end, y_end) = self.window.at((west, north)), self.window.at((east, south))
        ratio = number(window.scale / self.window.scale, 1)
        caption = _("Khu vực nội thành, phóng to {ratio} lần").replace("{ratio}", ratio)
        return [
            element("rect", x=x, y=y, width=x_end - x, height=y_end - y, fill="none", stroke=TOKENS["ink"],
                    stroke_dasharray="3 2"),
            element("text", caption, x=left, y=top - 6, font_size=11 * self.heavy, font_weight=600, fill=TOKENS["ink"]),
            element(
                "g",
                element(
                    "g", element("rect", width=wide, height=high, fill=TOKENS["map-sea"]), *self._shapes(window),
                    *self._circles(window), *self._names(window, self.view["object"]),
                    clip_path=f"url(#{self.inset_id})",
                ),
                element("rect", width=wide, height=high, fill="none", stroke=TOKENS["ink-3"]),
                transform=f"translate({left:.1f} {top:.1f})",
            ),
        ]  # fmt: skip

    def _scale_bar(self) -> Iterator[Markup]:
        """A round number of kilometres, at most a fifth of the width."""
        km = max((km for km in BAR_KM if km * 1000 * self.window.scale <= self.width / 5), default=BAR_KM[0])
        wide, right, base = km * 1000 * self.window.scale, self.width - 16, self.height - 14
        if self.layer != LAYER:  # other places may fill this corner, which the city leaves free
            yield element("rect", x=right - wide - 6, y=base - 20, width=wide + 12, height=27, fill=TOKENS["map-sea"])
        yield element("path", d=f"M{right - wide:.1f} {base - 5:.1f}v5h{wide:.1f}v-5", fill="none",
                      stroke=TOKENS["ink-2"], stroke_width=1.2 * self.heavy)  # fmt: skip
        yield element("text", f"{km} km", x=right - wide / 2, y=base - 5, font_size=10.5 * self.heavy,
                      text_anchor="middle", fill=TOKENS["ink-2"])  # fmt: skip

    def _arrow(self) -> Iterator[Markup]:
        """North; the grid of the projection leans a quarter of a degree from it here."""
        x, y = self.width - 26, 40.0
        yield element("path", d=f"M{x:.1f} {y - 26:.1f}l7 22-7-5-7 5z", fill=TOKENS["ink-2"])
        yield element("text", _("B"), x=x, y=y + 11, font_size=11 * self.heavy, font_weight=600, text_anchor="middle",
                      fill=TOKENS["ink-2"])  # fmt: skip
