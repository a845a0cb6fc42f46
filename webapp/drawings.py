"""Small maps drawn on the server: where a unit lies, and shapes in the colours of a table beside them.

A drawing repeats what a table or sentence beside it says. Its shapes are links for the mouse only, and hidden from
screen readers but for a sentence: whoever goes by keyboard or listens finds the same links in the table, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from boundaries.layers import LAYER, layer_of, layer_topology, parts_of
from boundaries.models import Area
from boundaries.names import short_name
from geo.outlines import Outlines, join_outlines, read_outlines
from geo.sketch import Sheet
from webapp.svg import chart, element

SMALL = 9.0
"""A shape that spans less than this many px is hard to find and gets a ring around it."""

LETTER, LINE = 6.4, 14.0
"""Width of a letter and height of a line of map text at 11 px, measured on Be Vietnam Pro."""


@dataclass(frozen=True)
class Shape:
    """One unit on a drawing: its colour (`a3`, `nd`), what a pointer on it reads, where it leads."""

    code: str
    colour: str
    tip: str
    href: str | None = None
    label: str = ""


@lru_cache
def outlines(layer: str = LAYER) -> Outlines:
    """A layer file with its parts, by default the shipped one, decoded once in each process."""
    return join_outlines([read_outlines(layer_topology(each)) for each in (layer, *parts_of(layer))])


@lru_cache(maxsize=128)
def sheet(name: str, codes: tuple[str, ...] | None, width: int, highest: int) -> Sheet:
    """A sheet on which some shapes of an object fill the middle."""
    return Sheet(outlines(layer_of(name)), name, codes, width=width, highest=highest)


def draw_locator(area: Area, title: str) -> Markup:
    """The city's outline with the unit in it; a ring around one too small to see."""
    city, name = (f"{area.edition_id}.{level}" for level in ("city", area.level))
    page, codes = sheet(city, None, 132, 150), outlines(layer_of(city)).shapes(city).places
    box = page.bounds(name, [area.code])
    parts = [
        *(element("path", class_="ground", d=page.path(city, code)) for code in codes),
        element("path", class_="here", d=page.path(name, area.code)),
    ]
    if box.span < SMALL:
        x, y = box.centre
        parts.append(element("circle", class_="ring", cx=x, cy=y, r=SMALL))
    return chart(title, "", page.width, page.height, parts)


@lru_cache(maxsize=32)
def draw_shapes(
    title: str,
    text: str,
    name: str,
    shapes: tuple[Shape, ...],
    *,
    width: int = 620,
    highest: int = 680,
    whole: bool = False,
    over: str = "",
) -> Markup:
    """Shapes of one object with their neighbours as quiet lines; names where there is room for them.

    `whole` shows the whole object instead of the shapes given; `over` is the path of heavier lines on top.
    """
    codes = tuple(shape.code for shape in shapes)
    page = sheet(name, None if whole else codes, width, highest)
    parts = [element("path", class_="context", d=page.borders(name))]
    parts += [_shape(page, name, shape) for shape in shapes]
    if over:
        parts.append(element("path", class_="upper", d=over))
    parts += _labels(page, name, shapes)
    box = f"0 0 {page.width} {page.height}"
    drawn = element(
        "svg", *parts, class_="chart", aria_hidden="true", viewBox=box, width=page.width, height=page.height
    )
    return drawn + element("p", f"{title}. {text}" if text else f"{title}.", class_="vh")


def _shape(page: Sheet, name: str, shape: Shape) -> Markup:
    drawn = element("path", element("title", shape.tip), class_=f"ar {shape.colour}", d=page.path(name, shape.code))
    return element("a", drawn, href=shape.href, tabindex=-1) if shape.href else drawn


def _labels(page: Sheet, name: str, shapes: Iterable[Shape]) -> Iterable[Markup]:
    for shape in shapes:
        spot = page.room(name, shape.code, len(shape.label) * LETTER, LINE) if shape.label else None
        if spot:
            x, y = spot
            yield element("text", shape.label, class_=f"name on-{shape.colour}", x=x, y=y + 4)


def label_of(area: Area) -> str:
    """What a map writes on a unit: its name without its kind."""
    return short_name(area.name, area.type)
