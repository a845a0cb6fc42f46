"""growth.svg: a small logarithmic chart for each thing measured, its slope beside it; hollow marks are extrapolated."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.growth.series import Point, Series

COLUMNS, WIDTH, HEIGHT = 4, 240, 160
LEFT, TOP, RIGHT, BOTTOM = 36, 48, 36, 26
COLOURS = {"falling": "#17604a", "flat": "#17604a", "between": "#8a6100", "linear": "#a03a1d", "not known": "#5c6662"}


def draw(groups: Mapping[str, Sequence[Series]]) -> str:
    """One heading and one row of charts for each group, of which all share the sizes."""
    marks: list[str] = []
    y = 8
    for title, found in groups.items():
        y += 22
        marks.append(f'<text x="0" y="{y}" font-size="15" font-weight="600">{escape(title)}</text>')
        y += 8
        for number, series in enumerate(found):
            marks += _chart(series, number % COLUMNS * WIDTH, y + number // COLUMNS * HEIGHT)
        y += math.ceil(len(found) / COLUMNS) * HEIGHT
    y += 20
    keys = " · ".join(("slope 0: flat", "slope 1: linear", "hollow and dashed: extrapolated, not measured"))
    marks.append(f'<text x="0" y="{y}">{keys}; both axes are logarithmic, every chart shows three decades</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * WIDTH} {y + 10}" role="img"'
    style = ' font-family="sans-serif" font-size="11" fill="#1d2522">'
    back = f'<rect width="{COLUMNS * WIDTH}" height="{y + 10}" fill="#fff"/>'
    return "\n".join([head + style, "<title>Cost by size, logarithmic scales</title>", back, *marks, "</svg>\n"])


def _chart(series: Series, x: int, y: int) -> list[str]:
    """A chart in its cell. Three decades high at least, so that equal slopes look alike."""
    values = [math.log10(point.value) for point in series.points]
    sizes = [math.log10(point.size) for point in series.points]
    middle = (min(values) + max(values)) / 2
    half = max(1.5, (max(values) - min(values)) / 2 + 0.1)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    span = max(sizes[-1] - sizes[0], 1e-9)

    def place(point: Point) -> tuple[float, float]:
        across = x + LEFT + (math.log10(point.size) - sizes[0]) / span * wide
        return across, y + TOP + (middle + half - math.log10(point.value)) / (2 * half) * high

    colour = COLOURS[series.kind]
    said = "one size" if series.slope is None else f"slope {series.slope:.2f}, {series.kind}"
    marks = [
        f'<text x="{x + 4}" y="{y + 14}" font-weight="600">{escape(series.name)}</text>',
        f'<text x="{x + 4}" y="{y + 28}" fill="{colour}">{said}</text>',
        f'<path d="M{x + LEFT},{y + TOP}v{high}h{wide}" fill="none" stroke="#c3cac6"/>',
    ]
    places = [place(point) for point in series.points]
    for number, point in enumerate(series.points):
        marks += _mark(series, point, places[number], places[number - 1] if number else None, y + HEIGHT - 10, colour)
    return marks


def _mark(
    series: Series, point: Point, at: tuple[float, float], before: tuple[float, float] | None, foot: int, colour: str
) -> list[str]:
    """One point with its value, the line to it, and its size below."""
    marks = []
    if before:
        dash = ' stroke-dasharray="3 3"' if point.extrapolated else ""
        line = f"M{before[0]:.1f},{before[1]:.1f}L{at[0]:.1f},{at[1]:.1f}"
        marks.append(f'<path d="{line}" stroke="{colour}" stroke-width="1.5" fill="none"{dash}/>')
    fill = "#fff" if point.extrapolated else colour
    marks.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="3.2" fill="{fill}" stroke="{colour}"/>')
    text = f"{'≈ ' if point.extrapolated else ''}{short(point.value)} {series.unit}"
    marks.append(f'<text x="{at[0]:.1f}" y="{at[1] - 7:.1f}" text-anchor="middle" font-size="10">{text}</text>')
    marks.append(f'<text x="{at[0]:.1f}" y="{foot}" text-anchor="middle" fill="#5c6662">{size(point.size)}</text>')
    return marks


def short(value: float) -> str:
    """A value to three digits at most: 0.61, 4.2, 38, 1,240."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def size(count: int) -> str:
    """A size as it fits below an axis: 579, 3.3k, 1M."""
    if count >= 10**6:
        return f"{count / 10**6:g}M"
    return f"{count / 1000:.3g}k" if count >= 1000 else str(count)
