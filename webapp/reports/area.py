"""The report of one area, from the view-models of its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from boundaries.models import Area
from indicators.reasons import STATUSES
from indicators.wording import SIGNS
from webapp import parts
from webapp.areas import build_area
from webapp.db import Snapshot
from webapp.exports.export import slug
from webapp.i18n import gettext as _
from webapp.i18n import localised, number
from webapp.identity import Piece, area_path
from webapp.lines import Line
from webapp.profile import Entry, build_profile
from webapp.reports.common import build_report, numbered
from webapp.reports.drawing import picture
from webapp.reports.indicators import build_indicators
from webapp.reports.model import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Gallery,
    Group,
    Key,
    Notes,
    Prose,
    Report,
    Section,
    Table,
)
from webapp.tables import Ranked, find_table
from webapp.words import unit_text, verdict_text

View = dict[str, Any]

TREND_MM, MAP_MM = 52.0, 135.0
"""Widths of trend charts, of which three stand beside each other, and of the map, in mm."""


def build_area_report(data: Snapshot, area: Area) -> Report:
    """The report of an area. An area without any figure has one too, which says so."""
    view, notes = build_area(data, area), Notes()
    entries = build_profile(data, area)
    return build_report(
        data, view["sources"], notes,
        [
            _overview(view, entries),
            _past(view["name"], view["identity"]),
            build_indicators(data, area, view, notes, entries),
            _trends(data, view),
            _titles(view["composition"], view["own_title"]),
            _inside(data, area, view["children"]),
        ],
        kind=_("Báo cáo địa bàn"), title=view["dated_name"], about=" · ".join(view["tags"]),
        lede=[view["description"]], stem=area_stem(area), path=area_path(area),
        locator=picture(view["locator"], width_mm=30) if view["locator"] else None,
    )  # fmt: skip


def area_stem(area: Area) -> str:
    """How files about an area are called, before language and marks."""
    return f"{slug(area.name)}_{area.code}_{area.edition_id}"


def _overview(view: View, entries: Sequence[Entry]) -> Section:
    """Sentences, key facts, and how many goals stand how."""
    facts = [
        Fact(fact["name"], fact["value"], fact.get("unit", ""), fact.get("note", ""), fact.get("ref"))
        for fact in view["facts"]
    ]
    blocks: list[Block] = [Prose((" ".join(view["summary"]),))]
    if facts:
        blocks.append(Facts(_("Số liệu chính"), tuple(facts)))
    return Section(_("Tóm tắt"), (*blocks, _statuses(entries)))


def _statuses(entries: Sequence[Entry]) -> Table:
    """Goals set for the area by status; then indicators whose goals are set for others, and those without any."""
    own = Counter[str](entry.row.judgement.status for entry in entries if entry.binding)
    known = [entry for entry in entries if entry.row.figure and not entry.binding]
    shared = sum(entry.row.assessment.footing is not None for entry in known)
    rows = [(Cell(verdict_text(status), status=status), own[status]) for status in STATUSES if own[status]]
    rows += [
        (Cell(_("Có số liệu; mục tiêu của Thành phố, chỉ nêu để đối chiếu")), shared),
        (Cell(_("Có số liệu, không có mục tiêu")), len(known) - shared),
        (Cell(_("Chưa có số liệu hoặc không áp dụng")),
         sum(entry.row.figure is None and not entry.binding for entry in entries)),
    ]  # fmt: skip
    columns = (Column(_("Đánh giá"), 80, chars=60), Column(_("Số chỉ tiêu"), 20, right=True, chars=12))
    cells = tuple((first, Cell(number(count, 0), number=count)) for first, count in rows)
    return Table(_("Chỉ tiêu của địa bàn theo đánh giá"), columns, (Group("", cells),), breadth=0.75)


def _past(name: str, identity: View | None) -> Section | None:
    """What the unit was made of or became, with shares of land."""
    if identity is None:
        return None
    forward = identity["forward"]
    columns = [Column(_("Đơn vị mới") if forward else _("Đơn vị cũ"), 50, chars=32)]
    columns.append(Column(_("Phần thuộc về đơn vị này") if forward else _("Phần vào đây"), 25, chars=24))
    if not forward:
        columns.append(Column(_("Phần diện tích ở đây"), 25, chars=24))
    if forward:
        caption = _("Các đơn vị mới nhận địa bàn %(name)s", name=name)
    else:
        caption = _("Các đơn vị cũ hợp thành %(name)s", name=name)
    pieces = Group("", tuple(_piece(piece, forward) for piece in identity["pieces"]))
    table = Table(caption, tuple(columns), (pieces,), breadth=0.75)
    said = _("Đo trên lớp bản đồ, không phải tỷ lệ dân số.")
    if forward:
        said = f"{said} {_('Trang này giữ nguyên số liệu theo địa giới cũ.')}"
    return Section(_("Trước và sau"), (Prose((identity["headline"],)), table, Prose((said,), small=True)))


def _piece(piece: Piece, forward: bool) -> tuple[Cell, ...]:
    shares = (Cell(piece.old_text), *(() if forward else (Cell(piece.new_text),)))
    return Cell(piece.name), *shares


def _trends(data: Snapshot, view: View) -> Section | None:
    """The lines whose figures go over years, each as a small chart."""
    lines: list[Line] = [line for group in view["groups"] for line in group["lines"] if line.trend]
    pictures = []
    for line in lines:
        unit = unit_text(data.catalogue, line.entry.indicator)
        assert line.trend  # noqa: S101 - chosen by it
        pictures.append(picture(line.trend, caption=f"{line.name}, {unit}" if unit else line.name, width_mm=TREND_MM))
    if not pictures:
        return None
    said = _("Các điểm chỉ nối khi cùng một cách tính. Nét đứt: ngày địa giới thay đổi.")
    return Section(_("Diễn biến"), (Prose((said,), small=True), Gallery(tuple(pictures), 3)))


def _titles(composition: View | None, own_title: bool) -> Section | None:
    """Titles of the communes that a new one was made from."""
    if composition is None:
        return None
    columns = (
        Column(_("Đơn vị cũ"), 30, chars=32), Column(_("Phần vào đây"), 18, chars=18),
        Column(_("Phần diện tích ở đây"), 18, chars=18), Column(_("Danh hiệu"), 34, chars=24),
        Column(_("Thời điểm"), place="below", chars=12),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(row["piece"].name), Cell(row["piece"].old_text),
            Cell(row["piece"].new_text if row["piece"].measured else _("quá nhỏ để đo")),
            Cell(row["cell"].value, swatch=row["colour"], refs=(row["cell"].ref,) if row["cell"].ref else ()),
            Cell(row["cell"].period),
        )
        for row in composition["rows"]
    )  # fmt: skip
    said = [] if own_title else [
        _("Chưa tìm thấy danh hiệu của chính đơn vị mới; điều nói được là các xã cũ của nó có danh hiệu gì.")
    ]  # fmt: skip
    said.append(_("Danh hiệu là mức ít nhất đã xác định được."))
    summary = composition["sentence"] or _("Chưa rõ danh hiệu của các đơn vị hợp thành.")
    table = Table(_("Danh hiệu của các đơn vị hợp thành"), columns, (Group("", rows),))
    return Section(
        _("Danh hiệu nông thôn mới của các đơn vị hợp thành"),
        (Prose((summary,)), table, Prose((" ".join(said),), True)),
    )


def _inside(data: Snapshot, area: Area, children: View | None) -> Section | None:
    """Map and table of the units inside."""
    if children is None:
        return None
    theme = children["theme"]
    words = _("Bản đồ %(units)s", units=children["heading"])
    said = f"{theme['name']}, {theme['period']}" if theme else ""
    caption = f"{words}. {said}".strip()
    blocks: list[Block] = [picture(children["map"], caption, caption, MAP_MM)]
    if theme:
        classes = tuple((entry["colour"], f"{entry['label']}: {entry['count']}") for entry in theme["classes"])
        blocks.append(Key(said, classes))
    blocks.append(_units(data, area, children))
    blocks.append(Prose((_("Diện tích đo trên lớp bản đồ, không phải số chính thức."),), small=True))
    heading = children["heading"]
    return Section(heading[:1].upper() + heading[1:], tuple(blocks))


def _units(data: Snapshot, area: Area, children: View) -> Table:
    known = (data.catalogue.indicators.get(name) for name in parts.COLUMNS)
    names = {localised(indicator, "name"): indicator for indicator in known if indicator}
    level = children["units"][0].area.level
    shown = [names[column["name"]] for column in children["columns"]]
    tables = [find_table(data, indicator.id, area.edition_id, level) for indicator in shown]
    columns = [
        Column(_("Địa bàn"), 26, chars=26), Column(_("Mã"), place="sheet", chars=8),
        Column(_("Diện tích, km²"), 16, right=True, chars=14),
    ]  # fmt: skip
    for column in children["columns"]:
        title = f"{column['name']}, {column['unit']}" if column["unit"] else column["name"]
        columns += [
            Column(title, 22 if column["number"] else 28, right=column["number"], chars=18),
            Column(_("%(name)s: thời điểm", name=column["name"]), place="below", chars=14),
            Column(_("%(name)s: nguồn", name=column["name"]), place="sheet", chars=12),
        ]
    if children["gone"]:
        columns.append(Column(_("Nay thuộc"), 28, chars=40))
    rows = tuple(_unit(data, unit, tables, children["gone"]) for unit in children["units"])
    return Table(children["heading"], tuple(columns), (Group("", rows),))


def _unit(data: Snapshot, unit: parts.Unit, tables: Sequence[Ranked], gone: bool) -> tuple[Cell, ...]:
    """A unit with its land, its figures and their periods, and what it became."""
    row = [Cell(unit.name), Cell(unit.area.code), Cell(unit.land, number=unit.area.area_km2, decimals=2)]
    for cell, ranked in zip(unit.cells, tables, strict=True):
        found, indicator = ranked.rows[unit.area.code], ranked.table.indicator
        coded, figure = indicator.measure == "status", found.figure
        shown = Cell(
            cell.value,
            refs=(cell.ref,) if cell.ref else (),
            swatch=parts.row_colour(data, ranked, found) if coded else "",
            number=None if figure is None or coded or figure.value_high is not None else figure.value,
            decimals=indicator.decimals,
            sign=SIGNS.get(figure.qualifier or "", "") if figure else "",
        )
        row += [shown, Cell(cell.period), Cell(numbered(shown.refs))]
    return (*row, Cell(_now(unit.now))) if gone else tuple(row)


def _now(now: Sequence[Piece]) -> str:
    """The units that a unit became, with the part of each that is not a whole."""
    if len(now) > 3:
        return _("%(count)s đơn vị", count=len(now))
    return ", ".join(piece.name if piece.whole else f"{piece.name} ({piece.old_text})" for piece in now)
