"""What the colours of a map stand for, in a sentence, where it is not simply the published figures."""

from __future__ import annotations

from indicators.table import IndicatorTable
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.i18n import localised, number, period_text, with_unit
from webapp.query import MapQuery
from webapp.words import unit_text


def explain(data: Snapshot, query: MapQuery, table: IndicatorTable) -> str:
    """The sentence for the way of showing that the question asks for; empty for published figures."""
    if query.carried == "rebase":
        return _("Số của địa giới khác, quy đổi sang địa giới này; ước tính thì không xếp hạng và không xét mục tiêu.")
    if query.carried == "aggregate":
        return _("Số gộp từ cấp dưới theo quy tắc của chỉ số; không cộng hay lấy trung bình khi thiếu.")
    match query.display:
        case "target":
            return _around(data, table)
        case "status":
            return _("Trạng thái tính từ giá trị chưa làm tròn, theo mục tiêu ràng buộc từng địa bàn.")
        case "change":
            return _("Số của %(period)s trừ số của kỳ trước; không đổi thì tính về phía tốt hơn.",
                     period=period_text(table.period or ""))  # fmt: skip
        case "composition":
            return _composed(data, query)
    return ""


def _around(data: Snapshot, table: IndicatorTable) -> str:
    unit = unit_text(data.catalogue, table.indicator)
    text = _("Cam: chưa tới mức %(goal)s; xanh: đã đạt mức ấy.", goal=with_unit(plain(table.pivot or 0), unit))
    if table.footing == "compared":
        city = _("Đó là mức của Thành phố, không ràng buộc từng địa bàn.")
        return f"{text} {city}"
    return text


def _composed(data: Snapshot, query: MapQuery) -> str:
    labels = data.catalogue.labels[query.indicator]
    label = localised(labels[min(1, len(labels) - 1)], "name")
    return _(
        "Phần diện tích hình thành từ các xã cũ được biết có danh hiệu “%(label)s” trở lên; ít nhất chừng ấy.",
        label=label,
    )


def plain(value: float) -> str:
    """A number with as many decimals as it has."""
    return number(value, len(f"{value:.6f}".rstrip("0").partition(".")[2]))
