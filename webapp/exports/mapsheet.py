"""A map on a sheet as one SVG: title, map, key with counts, target, sources, edition, date and link inside the picture.

SVG, PDF and PNG are made of this one drawing, and `map.html` takes its map. Sizes are CSS pixels at 96 to the inch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from webapp.exports.export import Export
from webapp.exports.ink import TOKENS
from webapp.exports.mapdraw import MapDrawing
from webapp.exports.mapkey import Column, draw_key
from webapp.exports.typeface import FAMILY, wrap
from webapp.i18n import date
from webapp.i18n import gettext as _
from webapp.pages.gazetteer import area_name
from webapp.svg import element
from webapp.words import figure_text, source_label

INCH = 96.0
MM = INCH / 25.4
SOURCE_LINES = 2


@dataclass(frozen=True)
class Paper:
    """A sheet in mm, how many dots an inch a picture of it has, and how much larger than on screen its lines are."""

    width_mm: float
    height_mm: float
    dots: float
    heavy: float

    @property
    def width(self) -> float:
        return self.width_mm * MM

    @property
    def height(self) -> float:
        return self.height_mm * MM


PAPERS = {
    "screen": Paper(297, 210, 1600 / 297 * 25.4, 1),
    "a4": Paper(297, 210, 300, 1),
    "a3": Paper(420, 297, 300, 1.2),
}
"""Sheets across, by the value of `size`."""

STRIP, STRIP_PAD, STRIP_MAP = Paper(125, 0, 96, 1.3), 6.0, 1.12
"""A strip that a phone shows legibly, as high as needed; what is left free beside it; height of its map by width."""

HATCH = Markup(
    '<pattern id="nd" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="{ground}"/><path d="M2.5 0V5" stroke="{line}" stroke-width="1.4"/></pattern>'
).format(ground=TOKENS["hatch-ground"], line=TOKENS["hatch-line"])


def draw_sheet(export: Export, size: str) -> str:
    """The sheet as SVG text in the sheet's CSS pixels; its typeface is named, not embedded."""
    paper = PAPERS[size]
    k, pad = paper.heavy, 11 * MM
    beside = 258 * k
    head = _head(export, pad, paper.width - 2 * pad, k)
    top = head.y + 6 * k
    foot = _foot(export, pad, paper.width - 2 * pad, k)
    bottom = paper.height - pad - foot.y
    drawing = MapDrawing(export, round(paper.width - 2 * pad - beside - 18 * k), round(bottom - top - 10 * k), k)
    key = Column(paper.width - pad - beside, top - 4 * k, beside, k)
    draw_key(key, export, drawing.radii)
    parts = [
        element("rect", width=paper.width, height=paper.height, fill=TOKENS["surface"]),
        *head.parts,
        element("g", drawing.draw(), transform=f"translate({pad:.1f} {top:.1f})"),
        *key.parts,
        element("g", *foot.parts, transform=f"translate(0 {bottom:.1f})"),
        *_watermark(export, paper),
    ]
    return str(_svg(export, paper, drawing, parts))


def draw_strip(export: Export) -> str:
    """The same for a narrow frame: title, map, key and sources one below the other, as SVG text."""
    wide = STRIP.width - 2 * STRIP_PAD
    head = _head(export, STRIP_PAD, wide, STRIP.heavy)
    drawing = MapDrawing(export, wide, STRIP_MAP * wide, STRIP.heavy, "-strip")
    key = Column(STRIP_PAD, head.y + 14 + drawing.height, wide, STRIP.heavy)
    draw_key(key, export, drawing.radii)
    foot = _foot(export, STRIP_PAD, wide, STRIP.heavy, link="")
    paper = replace(STRIP, height_mm=(key.y + foot.y + STRIP_PAD) / MM)
    parts = [
        *head.parts,
        element("g", drawing.draw(), transform=f"translate({STRIP_PAD} {head.y + 6:.1f})"),
        *key.parts,
        element("g", *foot.parts, transform=f"translate(0 {key.y:.1f})"),
        *_watermark(export, paper),
    ]
    return str(_svg(export, paper, drawing, parts))


def _svg(export: Export, paper: Paper, drawing: MapDrawing, parts: Iterable[Markup]) -> Markup:
    return element(
        "svg",
        element("title", export.title),
        element("desc", alternative(export)),
        element("defs", definitions(drawing)),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        lang=export.lang,
        role="img",
        width=f"{paper.width_mm}mm",
        height=f"{paper.height_mm}mm",
        viewBox=f"0 0 {paper.width:.1f} {paper.height:.1f}",
        font_family=FAMILY,
    )


def _watermark(export: Export, paper: Paper) -> list[Markup]:
    """Across the whole sheet of synthetic figures what they are, so that no part of it can do without."""
    if not export.mark:
        return []
    middle, size = paper.width / 2, min(38 * paper.heavy, 0.034 * paper.width)
    return [
        element("text", export.mark, x=middle, y=y, font_size=size, font_weight=600, text_anchor="middle",
                fill=TOKENS["st-missed-ink"], fill_opacity="0.18", transform=f"rotate(-24 {middle:.1f} {y:.1f})")
        for y in (paper.height * share for share in (0.25, 0.55, 0.85))
    ]  # fmt: skip


def definitions(drawing: MapDrawing) -> Markup:
    """The hatch, and the edges of frame and inset."""
    frame = element("clipPath", element("rect", width=drawing.width, height=drawing.height), id=drawing.frame_id)
    if not drawing.inset:
        return HATCH + frame
    left, top, right, bottom = drawing.inset
    inset = element("clipPath", element("rect", width=right - left, height=bottom - top), id=drawing.inset_id)
    return HATCH + frame + inset


def _head(export: Export, x: float, width: float, k: float) -> Column:
    """Title, and what it is about: unit, areas, period, edition."""
    column = Column(x, 7 * MM, width, k)
    column.say(export.view["title"], 20, 600, after=0)
    column.say(" · ".join(export.view["meta"]), 12, 400, "ink-2", after=4)
    if export.warning:
        column.say(export.warning, 12, 600, "st-missed-ink", after=4)
    return column


def _foot(export: Export, x: float, width: float, k: float, link: str | None = None) -> Column:
    """Sources, most used first; then disclaimer, day, version and link, by default the one that lasts."""
    column = Column(x, 0, width, k)
    column.say(_sources(export, width, 9 * k), 9, 400, "ink-2", after=2)
    extracted = _("Trích ngày %(day)s, phiên bản dữ liệu %(version)s.", day=date(export.extracted),
                  version=export.data.version)  # fmt: skip
    column.say(
        f"{export.view['disclaimer']} {extracted} {export.permalink if link is None else link}",
        9,
        400,
        "ink-2",
        after=0,
    )
    return column


def _sources(export: Export, width: float, size: float) -> str:
    """As many sources as fill two lines, and how many more there are."""
    uses = Counter(row.figure.source_id for row in export.table.rows if row.figure)
    labels = [_cite(export, source) for source, _uses in uses.most_common()]
    if not labels:
        return _("Chưa có nguồn.")
    for shown in range(len(labels), 0, -1):
        more = len(labels) - shown
        rest = [_("và %(count)s nguồn khác (đủ trong tệp Excel)", count=more)] if more else []
        text = _("Nguồn: %(name)s", name="; ".join([*labels[:shown], *rest])) + "."
        if shown == 1 or len(wrap(text, size, width)) <= SOURCE_LINES:
            return text
    return ""


def _cite(export: Export, source_id: str) -> str:
    source = export.data.catalogue.sources[source_id]
    day = f", {date(source.published)}" if source.published else ""
    return f"{source_label(source)}{day}"


def alternative(export: Export) -> str:
    """The map in words: what it is of, classes with their counts, the missing, and who is highest and lowest."""
    view = export.view
    classes = "; ".join(f"{entry['label']}: {entry['count']}" for entry in [*view["classes"], *view["missing"]])
    said = [export.warning] if export.warning else []
    said += [f"{view['title']}: {', '.join(view['meta'])}.", f"{classes}."]
    known = sorted(
        ((row.figure.value, area_name(row.area), row.figure) for row in export.table.rows if row.figure),
        key=lambda one: one[:2],
    )
    if len(known) > 1 and not view["labels"]:
        low, high = (
            f"{name} {figure_text(figure, export.table.indicator.decimals, view['unit'], {})}"
            for _value, name, figure in (known[0], known[-1])
        )
        said.append(_("Cao nhất: %(high)s; thấp nhất: %(low)s.", high=high, low=low))
    return " ".join([*said, view["coverage"]])
