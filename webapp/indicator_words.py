"""What an indicator is and how its figures may be used, in sentences: for its page and for the list of all."""

from __future__ import annotations

from indicators.catalogue import Catalogue, levels_of, strata_of
from indicators.models import Indicator
from webapp.i18n import gettext as _
from webapp.i18n import number
from webapp.words import locator_text, stratum_text


def direction_text(indicator: Indicator) -> str:
    """Which way is better."""
    return {
        "higher": _("càng cao càng tốt"),
        "lower": _("càng thấp càng tốt"),
        "within": _("trong khoảng là tốt"),
        "none": _("không có chiều tốt, xấu"),
    }[indicator.direction]


def tier_text(indicator: Indicator) -> str:
    """Where the indicator comes from: the appendix, the body of the resolution, or beside it."""
    if indicator.tier == "appendix":
        return _("Chỉ tiêu %(number)s của phụ lục", number=indicator.appendix_no)
    return _("Mục tiêu trong Điều 2") if indicator.tier == "body" else _("Số liệu bổ trợ")


def reference_text(indicator: Indicator) -> str:
    """Where the resolution speaks of it, or that it does not."""
    return locator_text(indicator.resolution_ref) if indicator.resolution_ref else _("Nghị quyết không nêu")


def levels_text(indicator: Indicator) -> str:
    """Levels at which it is defined."""
    words = {"city": _("thành phố"), "district": _("quận, huyện"), "commune": _("xã, phường")}
    return ", ".join(words[level] for level in levels_of(indicator))


def strata_text(indicator: Indicator) -> str:
    """Strata that it has."""
    return ", ".join(stratum_text(stratum).lower() for stratum in strata_of(indicator))


def method_sentences(catalogue: Catalogue, indicator: Indicator) -> list[str]:
    """How its figures are drawn, put together, carried to other boundaries, classed and judged."""
    return [
        _drawn(indicator), _put_together(indicator), _carried(indicator), *_classed(catalogue, indicator),
        _judged(catalogue, indicator),
    ]  # fmt: skip


def _drawn(indicator: Indicator) -> str:
    return {
        "count": _("Là số đếm: trên bản đồ vẽ bằng hình tròn, diện tích theo giá trị, không tô màu theo mảng."),
        "status": _("Là danh hiệu hoặc tình trạng ghi bằng mã: mỗi mã một màu, không tính trung bình."),
        "growth": _("Là mức tăng so với kỳ trước: có thể âm, không cộng giữa các địa bàn."),
    }.get(indicator.measure, _("Là tỷ lệ hoặc mức: trên bản đồ tô màu theo lớp."))


def _put_together(indicator: Indicator) -> str:
    if indicator.aggregation == "sum":
        return _("Số của cấp trên là tổng số của các đơn vị bên trong; thiếu một đơn vị thì không cộng.")
    if indicator.aggregation == "weighted_mean":
        return _("Số của cấp trên tính lại theo %(weight)s của từng đơn vị, không bao giờ lấy trung bình cộng.",
                 weight=weight_text(indicator.weight or ""))  # fmt: skip
    return _("Không cộng và không lấy trung bình: số của cấp trên phải do nguồn công bố.")


def _carried(indicator: Indicator) -> str:
    if indicator.measure == "status":
        return _("Sang địa giới khác chỉ nêu thành phần hình thành của đơn vị, không đổi ra danh hiệu.")
    if indicator.aggregation == "none":
        return _("Không quy đổi sang địa giới khác.")
    return _("Quy đổi sang địa giới khác: đơn vị nguyên vẹn thì chính xác, đơn vị bị chia thì là ước tính và ghi rõ.")


def _classed(catalogue: Catalogue, indicator: Indicator) -> list[str]:
    if indicator.measure == "status":
        return []
    fixed = {level: limits for (name, level), limits in catalogue.limits.items() if name == indicator.id}
    if not fixed:
        return [
            _("Cận lớp tính từ số liệu của mọi năm nên giống nhau qua các năm; một cận đặt ở mục tiêu nếu so được.")
        ]
    words = {"city": _("thành phố"), "district": _("quận, huyện"), "commune": _("xã, phường")}
    written = "; ".join(
        f"{words[level]}: {', '.join(number(limit, _decimals(limit)) for limit in limits)}"
        for level, limits in fixed.items()
    )
    return [_("Cận lớp cố định qua các năm (%(limits)s).", limits=written)]


def _decimals(limit: float) -> int:
    return len(f"{limit:.6f}".rstrip("0").partition(".")[2])


def _judged(catalogue: Catalogue, indicator: Indicator) -> str:
    if indicator.direction == "none":
        return _("Không có chiều tốt, xấu: không xếp hạng và không có trạng thái.")
    if not catalogue.goals.get(indicator.id):
        return _("Không có mục tiêu bằng số: xếp hạng trong cùng loại đơn vị, không có trạng thái.")
    return _("Trạng thái tính từ giá trị chưa làm tròn; mục tiêu của Thành phố không ràng buộc từng địa bàn.")


def weight_text(weight: str) -> str:
    """What a weighted mean is weighted by."""
    return {
        "population": _("dân số"), "households": _("số hộ"), "labour_force": _("lực lượng lao động"),
        "cases": _("số vụ"), "area_km2": _("diện tích"), "employed": _("số người có việc làm"),
        "industrial_clusters": _("số cụm công nghiệp"), "enterprises": _("số doanh nghiệp"),
        "work_files": _("số hồ sơ"), "births": _("số trẻ sinh ra"), "public_schools": _("số trường công lập"),
        "schools": _("số trường"), "children_under_5": _("số trẻ dưới 5 tuổi"), "communes": _("số xã"),
        "health_facilities": _("số cơ sở y tế"), "waste_tonnes": _("lượng rác"), "wastewater_m3": _("lượng nước thải"),
        "hazardous_waste_tonnes": _("lượng chất thải nguy hại"), "medical_waste_tonnes": _("lượng chất thải y tế"),
        "villages": _("số thôn, làng"), "residential_groups": _("số tổ dân phố"), "producers": _("số cơ sở sản xuất"),
        "eligible_citizens": _("số người thuộc diện"), "units": _("số đơn vị"),
    }.get(weight, weight)  # fmt: skip
