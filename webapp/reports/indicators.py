"""The indicators of an area against their goals: one table in spreadsheets, two on paper.

On paper those without a figure stand apart, so that they take a line each and leave no empty columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from boundaries.layers import is_elsewhere
from boundaries.models import Area
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.i18n import gettext as _
from webapp.lines import Line, build_line, entry_name
from webapp.profile import Entry
from webapp.reports.common import value_cell
from webapp.reports.model import Cell, Column, Group, Notes, Prose, Section, Table
from webapp.words import carried_text, source_label

View = dict[str, Any]

NAME, LOCATOR, TARGET, VALUE, JUDGED, WHY, RANK = 0, 1, 2, 3, 7, 8, 9
"""Places of cells among `figure_columns`."""

MISSING = {NAME: 38, LOCATOR: 20, TARGET: 20, VALUE: 22}
"""What paper has of indicators without a figure, with shares of the width."""


def build_indicators(data: Snapshot, area: Area, view: View, notes: Notes, entries: Sequence[Entry]) -> Section:
    """Every indicator: those with a figure or a goal of their own, then the missing ones by reason."""
    ranked = area.level != "city"
    told = tuple(
        Group(f"{group['name']} ({len(group['lines'])})",
              tuple(figure_row(data, notes, line, ranked) for line in group["lines"]))
        for group in view["groups"]
    )  # fmt: skip
    shown = {(line.entry.indicator.id, line.entry.stratum) for group in view["groups"] for line in group["lines"]}
    rest = {entry_name(entry): entry for entry in entries if (entry.indicator.id, entry.stratum) not in shown}
    gaps = tuple(_gap(data, notes, gap, rest, ranked) for gap in view["gaps"])
    said = _said(bool(told), ranked, is_elsewhere(area.edition_id))
    return Section(_("Chỉ tiêu và mục tiêu"), (Prose((said,), small=True), *_tables(view["name"], told, gaps, ranked)))


def _said(known: bool, ranked: bool, elsewhere: bool) -> str:
    """What must be known to read the tables; the goals are those of the city, whose units alone they concern."""
    if known:
        said = [_("Ô trống không phải là số 0.")]
    else:
        said = [_("Chưa tìm thấy ai công bố số liệu nào cho địa bàn này. Ô trống không phải là số 0.")]
    if ranked and not elsewhere:
        said.append(_("Mục tiêu của Thành phố không ràng buộc từng địa bàn, chỉ nêu để đối chiếu."))
    if ranked:
        said.append(
            _("Xếp hạng trong cùng loại đơn vị, cùng năm, khi ít nhất 80\u00a0% đơn vị có số liệu; bằng nhau thì đồng "
              "hạng. Danh hiệu, số không có chiều tốt, xấu và số ước tính không xếp hạng.")
        )  # fmt: skip
    return " ".join(said)


def _tables(name: str, told: tuple[Group, ...], gaps: tuple[Group, ...], ranked: bool) -> Iterator[Table]:
    """One table of all for spreadsheets; for paper one of what is told and one of what is missing."""
    columns = figure_columns(ranked)
    yield Table(_("Chỉ tiêu của %(name)s", name=name), columns, told + gaps, medium="sheet")
    if told:
        caption = _("Chỉ tiêu của %(name)s: có số liệu hoặc mục tiêu riêng", name=name)
        yield Table(caption, _on_paper(columns, ranked), told, medium="paper")
    if gaps:
        short = tuple(replace(columns[at], place="both", share=share) for at, share in MISSING.items())
        rows = [Group(gap.title, tuple(tuple(row[at] for at in MISSING) for row in gap.rows)) for gap in gaps]
        yield Table(_("Chỉ tiêu của %(name)s: không có số liệu", name=name), short, tuple(rows), medium="paper")


def _on_paper(columns: Sequence[Column], ranked: bool) -> tuple[Column, ...]:
    """The columns for paper, where the rank stands below status and reason."""
    shown = list(columns)
    if ranked:
        shown[JUDGED] = replace(shown[JUDGED], title=_("Đánh giá; hạng trong cùng loại"))
        shown[RANK] = replace(shown[RANK], place="below")
    return tuple(shown)


def _gap(data: Snapshot, notes: Notes, gap: View, rest: dict[str, Entry], ranked: bool) -> Group:
    """Indicators without a figure for one reason."""
    nobody = Citations(data.catalogue)  # there is no figure, so no source to number
    rows = []
    for item in gap["items"]:
        entry = rest.get(item["name"])
        line = build_line(data, nobody, entry) if entry else None
        row = list(figure_row(data, notes, line, ranked)) if line else [Cell() for _column in figure_columns(ranked)]
        if line is None:
            row[NAME], row[VALUE] = Cell(item["name"]), Cell(_("Không có ở cấp này"))
        elif line.status is None:  # a goal of others says nothing where there is no figure
            row[JUDGED] = row[WHY] = Cell()
        rows.append(tuple(row))
    return Group(gap["heading"], tuple(rows))


def figure_columns(ranked: bool) -> tuple[Column, ...]:
    """Columns of a table of indicators; `ranked` with the rank among like units."""
    rank = (Column(_("Trong cùng loại"), chars=26),) if ranked else ()
    return (
        Column(_("Chỉ tiêu"), 33, chars=44),
        Column(_("Vị trí trong văn bản"), place="below", chars=24),
        Column(_("Mục tiêu"), 17, chars=28),
        Column(_("Giá trị"), 22, chars=16),
        Column(_("Đơn vị"), place="sheet", chars=16),
        Column(_("Thời điểm"), place="below", chars=12),
        Column(_("Loại số liệu"), place="beside", chars=24),
        Column(_("Đánh giá"), 46, chars=26),
        Column(_("Lý do đánh giá"), place="below", chars=44),
        *rank,
        Column(_("Ghi chú"), place="sheet", chars=44),
        Column(_("Nguồn"), place="sheet", chars=44),
    )


def figure_row(data: Snapshot, notes: Notes, line: Line, ranked: bool) -> tuple[Cell, ...]:
    """The cells of one indicator under `figure_columns`."""
    figure = line.entry.row.figure
    cited = dict.fromkeys([figure.source_id] if figure else [])
    shown = line.figure
    carried = line.entry.row.carried
    kinds = [*(shown.tags if shown else ()), *(shown.flags if shown else ())]
    if carried:
        kinds.append(carried_text(carried))
    return (
        Cell(line.name),
        Cell(line.locator),
        Cell(line.target),
        value_cell(notes, line),
        Cell(shown.unit if shown else ""),
        Cell(shown.period if shown else ""),
        Cell("; ".join(kinds)),
        Cell(line.words, status=line.status or ""),
        Cell(line.verdict),
        *((Cell(line.rank),) if ranked else ()),
        Cell(shown.note if shown else ""),
        Cell("; ".join(source_label(data.catalogue.sources[source]) for source in cited)),
    )
