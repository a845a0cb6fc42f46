"""The report of the city: how the plan stands, goal by goal, and maps of what is known by area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indicators.wording import SIGNS
from webapp.board import Filter, build_board
from webapp.db import Snapshot, session
from webapp.i18n import gettext as _
from webapp.i18n import number
from webapp.navigation import link
from webapp.pages.gazetteer import area_name
from webapp.plan import assess_plan
from webapp.plan_view import Line
from webapp.reports.common import build_report, numbered
from webapp.reports.maps import build_map, choose_maps
from webapp.reports.model import Block, Cell, Column, Group, Notes, Prose, Report, Section, Table
from webapp.today import today
from webapp.words import edition_phrase, unit_text

View = dict[str, Any]


def build_city_report(data: Snapshot) -> Report:
    """The report of all goals of the plan with the city's figures."""
    notes = Notes()
    board = build_board(session(), data, assess_plan(session(), data, today()), Filter())
    edition = next(iter(data.places.editions))
    city = data.places.at(edition, "city")[0]
    return build_report(
        data, board["sources"], notes,
        [
            _summary(board),
            _goals(data, _("24 chỉ tiêu của phụ lục"), board["appendix"], notes),
            _goals(data, _("Các mục tiêu khác trong Điều 2"), board["further"], notes),
            _unpublished(board["unpublished"]),
            _maps(data),
        ],
        kind=_("Báo cáo Thành phố"), title=_("Kế hoạch năm 2024: 24 chỉ tiêu"),
        about=" · ".join([area_name(city), edition_phrase(data.places.edition(edition))]),
        lede=[_("Đối chiếu từng mục tiêu của Nghị quyết 31/NQ-HĐND ngày 06/12/2023 với số liệu công khai.")],
        stem="thanh-pho-ha-noi_ke-hoach_2024", path=link("board.show"),
    )  # fmt: skip


def _summary(board: View) -> Section:
    """Counts by status and theme, why goals cannot be assessed, and what the city has reported itself."""
    said = []
    if board["gaps"]:
        said.append(_("Chưa đánh giá được: %(reasons)s.", reasons="; ".join(board["gaps"])))
    if board["report"]:
        latest = board["report"]["latest"]
        words = _("Thành phố tự báo cáo: %(value)s chỉ tiêu (%(period)s, %(status)s).", **{
            key: latest[key] for key in ("value", "period", "status")
        })  # fmt: skip
        said.append(f"{words} {latest['note']}".strip())
    columns = (Column(_("Đánh giá"), 80, chars=40), Column(_("Số chỉ tiêu"), 20, right=True, chars=12))
    groups = [
        Group(title, tuple((Cell(count["words"], status=count["status"]), _count(count["count"])) for count in counts))
        for title, counts in (
            (_("24 chỉ tiêu của phụ lục"), board["counts"]),
            (_("Các mục tiêu khác trong Điều 2"), board["further_counts"]),
        )
        if counts
    ]
    blocks: list[Block] = [Prose(tuple(said))] if said else []
    blocks += [Table(_("Mục tiêu theo đánh giá"), columns, tuple(groups), breadth=0.6), _themes(board)]
    return Section(_("Tóm tắt"), tuple(blocks))


def _count(count: int) -> Cell:
    return Cell(number(count, 0), number=count)


def _themes(board: View) -> Table:
    """Counts of each status by theme."""
    statuses = [status for status in board["words"] if any(row["counts"].get(status) for row in board["by_theme"])]
    columns = [Column(_("Lĩnh vực"), 36, chars=44), Column(_("Tổng"), 12, right=True, chars=10)]
    columns += [Column(board["words"][status], 16, right=True, chars=16) for status in statuses]
    rows = tuple(
        (Cell(row["name"]), _count(row["total"]), *(_count(row["counts"].get(status, 0)) for status in statuses))
        for row in board["by_theme"]
    )
    return Table(_("Mục tiêu theo lĩnh vực"), tuple(columns), (Group("", rows),))


JUDGED = 9
"""Place of the status among `goal_columns`; its reason stands after it."""


def goal_columns() -> tuple[Column, ...]:
    """Columns of a table of goals."""
    return (
        Column(_("Mục"), 9, chars=8),
        Column(_("Chỉ tiêu"), 36, chars=44),
        Column(_("Vị trí trong văn bản"), place="below", chars=24),
        Column(_("Mục tiêu"), 20, chars=26),
        Column(_("Kết quả"), 24, chars=18),
        Column(_("Đơn vị"), place="sheet", chars=16),
        Column(_("Nguồn"), place="sheet", chars=10),
        Column(_("Thời điểm"), place="below", chars=14),
        Column(_("Loại số liệu"), place="beside", chars=30),
        Column(_("Đánh giá"), 34, chars=26),
        Column(_("Lý do đánh giá"), place="below", chars=44),
        Column(_("Nơi khác trong văn bản"), place="below", chars=44),
        Column(_("Ghi chú"), place="sheet", chars=44),
    )


def _goals(data: Snapshot, title: str, groups: Iterable[View], notes: Notes) -> Section | None:
    """Goals as rows; several that the text sets together have a row of their own above them."""
    shown = tuple(
        Group(group["name"], tuple(row for entry in group["entries"] for row in _entry(data, entry, notes)))
        for group in groups
    )
    return Section(title, (Table(title, goal_columns(), shown),)) if shown else None


def _entry(data: Snapshot, entry: View, notes: Notes) -> Iterable[tuple[Cell, ...]]:
    whole = entry["whole"]
    if whole:
        cells = [Cell() for _column in goal_columns()]
        cells[0], cells[1] = Cell(str(whole["number"])), Cell(whole["name"])
        cells[JUDGED], cells[JUDGED + 1] = Cell(whole["words"], status=whole["status"]), Cell(whole["why"])
        yield tuple(cells)
    for row in entry["rows"]:
        yield _goal(data, str(row["number"]), row["line"], notes)


def _goal(data: Snapshot, at: str, line: Line, notes: Notes) -> tuple[Cell, ...]:
    shown, indicator = line.figure, line.assessed.indicator
    kinds = [*(shown.tags if shown else ()), *(shown.flags if shown else ()), line.baseline, *line.elsewhere]
    return (
        Cell(at),
        Cell(line.name),
        Cell(line.locator),
        Cell(line.target if line.href else ""),
        _result(line, notes),
        Cell(unit_text(data.catalogue, indicator) if shown and indicator else ""),
        Cell(numbered(shown.refs) if shown else ""),
        Cell(shown.period if shown else ""),
        Cell("; ".join(kind for kind in kinds if kind)),
        Cell(line.words, status=line.status),
        Cell(line.why),
        Cell(" ".join(line.conflicts)),
        Cell(" ".join(line.notes)),
    )


def _result(line: Line, notes: Notes) -> Cell:
    numbers = tuple(number for note in line.notes for number in notes(note))
    figure, indicator = line.assessed.figure, line.assessed.indicator
    if line.figure is None or figure is None or indicator is None:
        return Cell(line.missing[1] if line.missing else "", notes=numbers)
    plain = indicator.measure == "status" or figure.value_high is not None
    return Cell(
        line.figure.value, refs=line.figure.refs, notes=numbers, number=None if plain else figure.value,
        decimals=indicator.decimals, sign=SIGNS.get(figure.qualifier or "", ""),
    )  # fmt: skip


def _unpublished(groups: list[View]) -> Section | None:
    """Goals for which no figure was found anywhere."""
    if not groups:
        return None
    said = _(
        "Không tìm thấy nguồn công khai nào nêu kết quả, cho Thành phố hay cho địa bàn nào. "
        "Chưa thấy không có nghĩa là không có."
    )
    columns = (Column(_("Chỉ tiêu"), 60, chars=60), Column(_("Mục tiêu"), 40, chars=40))
    shown = tuple(
        Group(group["name"], tuple((Cell(line.name), Cell(line.target)) for line in group["lines"])) for group in groups
    )
    return Section(_("Chưa ai công bố"), (Prose((said,), small=True), Table(_("Chưa ai công bố"), columns, shown)))


def _maps(data: Snapshot) -> Section | None:
    blocks = [block for query in choose_maps(data) for block in build_map(data, query)[1]]
    return Section(_("Bản đồ"), tuple(blocks)) if blocks else None
