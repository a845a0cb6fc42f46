"""Small pieces of SVG as Markup: elements with escaped attributes, the frame of a chart, a linear scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape


def element(name: str, *children: str, **attributes: object) -> Markup:
    """`<name …>children</name>`. Children and attributes are escaped unless they are Markup; an attribute that is None
    is left out, `class_` is written `class`, `stroke_width` is written `stroke-width`, numbers to a tenth."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(map(escape, children))
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - every part is escaped above


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def chart(title: str, text: str, width: float, height: float, parts: Iterable[Markup]) -> Markup:
    """A drawing of so many px that shrinks with its column, named by its finding and described in words."""
    return element(
        "svg",
        element("title", title),
        element("desc", text) if text else Markup(""),
        *parts,
        class_="chart",
        role="img",
        viewBox=f"0 0 {_short(float(width))} {_short(float(height))}",
        width=width,
        height=height,
    )


@dataclass(frozen=True)
class Scale:
    """From values to px: `low` is drawn at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Position of a value; values beyond the ends are drawn at the ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)
