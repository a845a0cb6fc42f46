"""Drawings of pages as SVG that stands alone: the light tokens as a style sheet inside, patterns, no links.

The charts of pages take their colours from `webapp/static/documents.css` by class. Paper has the same classes with the
light tokens written out, for programs that draw SVG know no custom properties.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from markupsafe import Markup

from geo.palette import COLOURS
from webapp.exports.ink import DARK, LABEL_DARK_HALO, SIGNS, TOKENS
from webapp.exports.mapsheet import HATCH
from webapp.exports.typeface import FAMILY
from webapp.reports.model import Picture
from webapp.settings import ROOT

XMLNS = "http://www.w3.org/2000/svg"
MM = 25.4 / 96
"""Millimetres of a CSS pixel."""

FILLS = {
    **COLOURS, "na": TOKENS["map-na"], "nd": "url(#nd)", "nu": TOKENS["surface"],
}  # fmt: skip

RULES = """\
text{{font-family:"{family}";font-size:11px;fill:{ink-3}}} .v{{fill:{ink-2}}} .mid{{text-anchor:middle}}
.end{{text-anchor:end}} .k{{fill:{ink};font-weight:600}} .track{{fill:{sunken}}} .zone{{fill:{st-met-tint}}}
.axis{{fill:none;stroke:{line-strong};stroke-width:1}} .stem{{stroke:{line-strong};stroke-width:1}}
.joined{{fill:none;stroke:{a5};stroke-width:2;stroke-linejoin:round}} .goal-line{{stroke:{ink};stroke-width:2}}
.goal-line.open{{stroke-dasharray:3 2}} .edition{{stroke:{ink-2};stroke-width:1.4;stroke-dasharray:3 3}}
.halo{{fill:{surface}}} .bar-a{{fill:{a5}}} .dot{{fill:{a5};stroke:{surface};stroke-width:1.5}}
.dot.o{{fill:{surface};stroke:{a5}}} .part{{stroke:{surface};stroke-width:1}}
.context{{fill:none;stroke:{map-neighbour-line};stroke-width:.6}}
.upper{{fill:none;stroke:{edge-upper};stroke-width:1.3;stroke-linejoin:round}}
.ground{{fill:{map-na};stroke:{line-strong};stroke-width:.8}} .here{{fill:{brand};stroke:{brand};stroke-width:.8}}
.ring{{fill:none;stroke:{brand};stroke-width:1.6}}
.ar{{stroke:{edge-dark};stroke-width:.7;stroke-linejoin:round;fill-rule:evenodd}}
text.name{{font-weight:500;text-anchor:middle;fill:{label};stroke:{label-halo};stroke-width:3px;paint-order:stroke;stroke-linejoin:round}}
"""


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """The style sheet of drawings on paper."""
    rules = [RULES.format(family=FAMILY, **TOKENS, **COLOURS)]
    rules += [f".{name}{{fill:{fill}}}" for name, fill in FILLS.items()]
    for name in sorted(DARK & set(FILLS)):
        rules.append(f".ar.{name}{{stroke:{TOKENS['edge-light']}}}")
        rules.append(f"text.on-{name}{{fill:{TOKENS['surface']};stroke:{LABEL_DARK_HALO}}}")
    for status, (_sign, token) in SIGNS.items():
        colour = COLOURS[token]
        rules.append(
            f".st-{status} .mk{{fill:{colour}}} .st-{status} .hollow{{fill:{TOKENS['surface']};stroke:{colour};"
            f"stroke-width:1.6}} .st-{status} .mk-line{{stroke:{colour};stroke-width:4}} .st-{status} .thin"
            f"{{stroke-width:2}} .st-{status} .mk-arrow{{fill:none;stroke:{colour};stroke-width:2}} "
            f".part.st-{status}{{fill:{colour}}}"
        )
    return " ".join(rules)


@lru_cache(maxsize=1)
def _head() -> str:
    return f"<style>{style_sheet()}</style><defs>{HATCH}</defs>"


def standing_alone(drawn: Markup) -> str:
    """A chart or small map of a page as SVG of its own. Raises: ValueError if there is no SVG in it."""
    found = re.search(r"<svg (.*?)>(.*)</svg>", str(drawn), re.DOTALL)
    if found is None:
        raise ValueError(f"No SVG in {str(drawn)[:60]!r}.")
    inner = re.sub(r"<a [^>]*>|</a>", "", found[2])
    return f'<svg xmlns="{XMLNS}" {found[1]}>{_head()}{inner}</svg>'


def title_of(drawn: Markup) -> str:
    """What a chart says in its title."""
    found = re.search(r"<title>(.*?)</title>", str(drawn), re.DOTALL)
    return unescape(found[1]) if found else ""


def size_of(drawn: str) -> tuple[float, float]:
    """Width and height of a drawing in CSS pixels."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', str(drawn))
    if found is None:
        raise ValueError(f"No viewBox in {str(drawn)[:60]!r}.")
    return float(found[1]), float(found[2])


def picture(drawn: Markup, words: str = "", caption: str = "", width_mm: float | None = None) -> Picture:
    """A drawing of a page for paper, at its own size unless a width is given; a chart says itself what it shows."""
    wide, _high = size_of(drawn)
    return Picture(standing_alone(drawn), words or title_of(drawn), caption, width_mm or wide * MM)


@lru_cache(maxsize=16)
def sign(status: str) -> str:
    """The drawing of a status on pages, in the ink of its colours."""
    kit = (ROOT / "webapp/templates/_kit.html").read_text("utf-8")
    found = re.search(rf'<symbol id="s-{status}" viewBox="0 0 16 16">(.*?)</symbol>', kit)
    if found is None:
        raise ValueError(f"No drawing of {status!r} in _kit.html.")
    ink = TOKENS[f"{SIGNS[status][1]}-ink"]
    inner = found[1].replace("currentColor", ink).replace("var(--surface)", TOKENS["surface"])
    return f'<svg xmlns="{XMLNS}" viewBox="0 0 16 16" width="16" height="16">{inner}</svg>'


def swatch(colour: str) -> str:
    """A box in the colour of a class, 16 × 12 px."""
    box = f'<rect x="0.5" y="0.5" width="15" height="11" class="ar {colour}"/>'
    return f'<svg xmlns="{XMLNS}" viewBox="0 0 16 12" width="16" height="12">{_head()}{box}</svg>'
