"""What a file says about itself: the question in words, its sources, targets, and the figures that were not chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indicators.models import Source
from indicators.observations import Figure
from webapp.document import quality_text
from webapp.exports.export import Export
from webapp.i18n import gettext as _
from webapp.i18n import localised, period_text
from webapp.legend import label_texts
from webapp.pages.gazetteer import area_name
from webapp.version import CODE_VERSION
from webapp.words import (
    edition_phrase,
    figure_text,
    goal_locator_text,
    goal_scope_text,
    goal_value_text,
    level_text,
    source_names,
    source_view,
    status_text,
    stratum_text,
    whole_text,
)

Row = tuple[Any, ...]


def describe(export: Export) -> list[Row]:
    """Pairs of what and its value, from the indicator to the link that reopens the map."""
    table, view, data = export.table, export.view, export.data
    period = period_text(table.period) if table.period else _("chưa có")
    rows: list[Row] = [
        (_("Cảnh báo"), export.warning),
        (_("Chỉ số"), view["title"]),
        (_("Mã chỉ số"), table.indicator.id),
        (_("Định nghĩa"), view["definition"]),
        (_("Đơn vị"), view["unit"] or _("tình trạng")),
        (_("Địa giới"), edition_phrase(data.places.edition(table.edition))),
        (_("Cấp"), level_text(data.places, table.edition, table.level)),
        (_("Khu vực"), stratum_text(table.stratum)),
        (_("Thời điểm"), period),
        (_("Số địa bàn có số liệu"), view["coverage"]),
        *((_("Lớp"), _class_text(entry)) for entry in view["classes"]),
        *((_("Không có số"), f"{entry['label']}: {entry['count']}") for entry in view["missing"]),
        (_("Cách chia lớp"), view["class_note"]),
    ]
    if view["city"]:
        rows.append((whole_text(export.data.places, export.table.edition), view["city"]["text"]))
    if view["target"]:
        rows += [(_("Mục tiêu"), view["target"]["text"]), (_("Phạm vi mục tiêu"), view["target"]["scope"])]
    rows += [
        (_("Lưu ý"), view["disclaimer"]),
        (_("Ngày trích"), export.extracted),
        (_("Phiên bản dữ liệu"), data.version),
        (_("Phiên bản phần mềm"), CODE_VERSION),
        (_("Liên kết"), export.permalink),
    ]
    return [row for row in rows if row[1] not in (None, "")]


def _class_text(entry: dict[str, Any]) -> str:
    return _("%(label)s: %(count)s địa bàn", label=entry["label"], count=entry["count"])


def list_sources(sources: Iterable[Source]) -> list[Row]:
    """The head and one row per source; a secondary source has no address."""
    head = (_("Mã nguồn"), _("Nơi công bố"), _("Tên"), _("Ngày công bố"), _("Loại nguồn"), _("Địa chỉ nguồn"))
    return [head] + [
        (source.id, *source_names(source), source.published, quality_text(source.quality),
         source_view(source)["url"])
        for source in sources
    ]  # fmt: skip


def list_targets(export: Export) -> list[Row]:
    """The head and one row per goal of the indicator, in the order in which they count."""
    head = (_("Phạm vi mục tiêu"), _("Mục tiêu"), _("Từ"), _("Đến"), _("Hạn"), _("Vị trí trong văn bản"),
            _("Văn bản"), _("Nội dung"), _("Ghi chú"))  # fmt: skip
    unit = export.view["unit"]
    return [head] + [
        (goal_scope_text(export.data.places, stated.goal), goal_value_text(stated.goal, unit), stated.goal.low,
         stated.goal.high, stated.goal.due, goal_locator_text(stated.goal), stated.goal.version,
         localised(stated, "text"), localised(stated, "note"))
        for stated in export.data.catalogue.stated(export.table.indicator.id)
    ]  # fmt: skip


def list_others(export: Export) -> list[Row]:
    """The head and one row per published figure that answers the question too but ranks lower, by area, best first."""
    return [others_head()] + [
        (row.area.code, area_name(row.area), *_other(export, figure))
        for row in export.table.rows
        for figure in row.alternatives
    ]


def others_head() -> Row:
    """The head of `list_others`."""
    return (_("Mã địa bàn"), _("Tên địa bàn"), _("Thời điểm"), _("Giá trị"), _("Như đã in"), _("Loại số liệu"),
            _("Mã nguồn"), _("Ghi chú"))  # fmt: skip


def _other(export: Export, figure: Figure) -> Row:
    indicator = export.table.indicator
    printed = figure_text(figure, indicator.decimals, export.view["unit"], label_texts(export.data, export.table))
    note = localised(figure, "note")
    return figure.period, figure.value, printed, status_text(figure.status), figure.source_id, note
