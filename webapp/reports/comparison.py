"""The report of two to six areas beside each other, from the view-model of their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from boundaries.models import Area
from geo.errors import BadParameter
from webapp.compare import Cell as Compared
from webapp.compare import Row, build_comparison
from webapp.compare_query import FEWEST, CompareQuery, allowed_areas
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.reports.common import build_report, numbered, value_cell
from webapp.reports.drawing import standing_alone
from webapp.reports.model import Block, Cell, Column, Gallery, Group, Notes, Picture, Prose, Report, Section, Table

UPRIGHT = 3
"""So many areas fit beside each other on an upright page; more need it across."""


def build_comparison_report(data: Snapshot, query: CompareQuery) -> Report:
    """The report of all rows of the comparison. Raises: BadParameter for fewer than two areas."""
    if len(query.keys) < FEWEST:
        raise BadParameter("areas", query.areas or None, [allowed_areas()])
    view, notes = build_comparison(data, CompareQuery(query.keys)), Notes()
    areas = [data.places.area(*key) for key in query.keys]
    return build_report(
        data, view["sources"], notes, [_who(view), _rows(view, notes)],
        kind=_("Báo cáo so sánh"), title=view["title"], about=_("%(count)s địa bàn", count=len(areas)),
        stem=_stem(areas), path=CompareQuery(query.keys).path(), landscape=len(areas) > UPRIGHT,
    )  # fmt: skip


def _stem(areas: Sequence[Area]) -> str:
    return "so-sanh_" + "_".join(f"{area.code}-{area.edition_id}" for area in areas)


def _who(view: dict[str, Any]) -> Section:
    """Where the areas are, and what to mind when they are set beside each other."""
    said = [
        _(
            "Hạng tính trong cùng loại đơn vị, cùng năm, chỉ khi ít nhất 80\u00a0% đơn vị có số liệu. "
            "Ô trống luôn ghi lý do."
        )
    ]
    if view["mixed"]:
        said.append(
            _("Các địa bàn thuộc nhiều loại (%(kinds)s): số liệu đặt cạnh nhau để đọc, không phải để hơn kém.",
              kinds=view["mixed"])
        )  # fmt: skip
        if view["editions"] > 1:
            said.append(_("Địa giới cũng khác nhau; số liệu không được quy đổi."))
    pictures = tuple(
        Picture(
            standing_alone(head["locator"]), head["place"],
            f"{head['name']}, {head['dates']}", 32,
        )
        for head in view["heads"]
    )  # fmt: skip
    blocks: list[Block] = [Prose((" ".join(said),)), Gallery(pictures, max(len(pictures), UPRIGHT))]
    return Section(_("Các địa bàn"), tuple(blocks))


def _rows(view: dict[str, Any], notes: Notes) -> Section:
    """One table: an indicator a row, an area a column."""
    columns = [
        Column(_("Chỉ tiêu"), 34, chars=40), Column(_("Đơn vị, kỳ"), place="below", chars=22),
        Column(_("Mục tiêu"), place="below", chars=40), Column(_("Chênh lệch"), place="below", chars=24),
    ]  # fmt: skip
    named = Counter(head["name"] for head in view["heads"])
    for head in view["heads"]:
        name = head["name"] if named[head["name"]] == 1 else f"{head['name']}, {head['dates']}"
        columns += [
            Column(name, 24, chars=18),
            Column(_("%(name)s: thời điểm, loại số liệu", name=name), place="below", chars=22),
            Column(_("%(name)s: đánh giá", name=name), place="below", chars=24),
            Column(_("%(name)s: lý do", name=name), place="below", chars=40),
            Column(_("%(name)s: hạng", name=name), place="below", chars=26),
            Column(_("%(name)s: nguồn", name=name), place="sheet", chars=12),
        ]
    groups = [Group(group["name"], tuple(_row(row, notes) for row in group["rows"])) for group in view["groups"]]
    said = []
    if not groups:
        said.append(_("Chưa tìm thấy ai công bố số liệu nào cho các địa bàn này. Ô trống không phải là số 0."))
    if any(cell.line and cell.line.entry.row.judgement.compared
           for group in view["groups"] for row in group["rows"] for cell in row.cells):  # fmt: skip
        said.append(_("Mục tiêu của Thành phố không ràng buộc từng địa bàn, chỉ nêu để đối chiếu."))
    table = Table(_("Chỉ tiêu của các địa bàn"), tuple(columns), tuple(groups))
    return Section(_("Chỉ tiêu và mục tiêu"), (*(Prose((text,)) for text in said), table))


def _row(row: Row, notes: Notes) -> tuple[Cell, ...]:
    first = (
        Cell(row.name),
        Cell(", ".join(part for part in (row.unit, row.period) if part)),
        Cell(f"{row.target} ({row.locator})" if row.target else ""),
        Cell(row.spread),
    )
    return first + tuple(cell for compared in row.cells for cell in _cells(compared, notes))


def _cells(compared: Compared, notes: Notes) -> tuple[Cell, ...]:
    """The six cells of one area: figure, what it is, status, reason, rank, numbers of its sources."""
    line = compared.line
    if line is None:
        words = _("Không có ở cấp này") if compared.reason == "not_applicable" else _("Chưa có số liệu")
        return Cell(words), *(Cell() for _rest in range(5))
    said = [*((compared.other_period,) if compared.other_period else ()), *(line.figure.tags if line.figure else ())]
    if compared.best:
        said.append(_("tốt nhất ở đây"))
    status = Cell(line.words, status=line.status) if line.status else Cell()
    why = line.verdict if line.figure else ""
    ranked = line.figure and line.entry.standing.withheld != "no_order"
    return (
        value_cell(notes, line),
        Cell(", ".join(said)),
        status,
        Cell(why),
        Cell(line.rank if ranked else ""),
        Cell(numbered(line.figure.refs) if line.figure else ""),
    )
