"""Words for codes and goals: levels, statuses, reasons. Vietnamese in the source, English in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from boundaries.areas import Places
from boundaries.layers import is_imported
from boundaries.models import Edition
from indicators.catalogue import Catalogue
from indicators.models import Indicator, Source
from indicators.observations import Figure, Outcome
from indicators.progress import Judgement
from indicators.reasons import STATUSES
from indicators.schema import TRAINING
from indicators.table import Carried
from indicators.targets import VERSION, Goal
from indicators.wording import say, say_goal
from webapp.i18n import LANGUAGES, N_, date, language, localised, number, quantity
from webapp.i18n import gettext as _
from webapp.pages.gazetteer import area_name

SECONDARY = {"mirror", "tertiary"}
NAMED = 3  # areas of a goal that are named before they are only counted

FIRMNESS = {
    "final": N_("chính thức"),
    "provisional": N_("tạm tính"),
    "reported": N_("theo báo cáo"),
    "derived": N_("suy ra"),
    "planned": N_("kế hoạch"),
}
MISSING = {
    "not_collected": N_("Chưa có số liệu"),
    "not_due": N_("Chưa đến kỳ"),
    "not_applicable": N_("Không áp dụng"),
    "suppressed": N_("Bảo mật, số nhỏ"),
    "unit_did_not_exist": N_("Đơn vị chưa tồn tại"),
    "not_convertible": N_("Không quy đổi được"),
    "join_failed": N_("Lỗi ghép mã"),
}
OWN_TITLE = N_("Số liệu do máy tạo ra để tập huấn, không phải số liệu thật của bất kỳ đơn vị nào")
"""The title of the source of synthetic figures (`indicators/training.py`), here for translators to find."""
STRATA = {"all": N_("Chung"), "urban": N_("Thành thị"), "rural": N_("Nông thôn")}


def level_text(places: Places, edition_id: str, level: str) -> str:
    """Name of a level as the edition calls it."""
    if level == "city":
        imported = is_imported(places.edition(edition_id).layer)
        return _("Tỉnh, thành phố") if imported else _("Thành phố")
    if level == "district":
        return _("Quận, huyện")
    return _("Xã, phường") if edition_id in places.editions else level


def whole_text(places: Places, edition_id: str) -> str:
    """The whole that the units of an edition make up: `Toàn thành phố`, or that of an imported province or edition."""
    edition, tops = places.edition(edition_id), places.areas.get((edition_id, "city"), [])
    if not is_imported(edition.layer):
        return _("Toàn thành phố")
    return area_name(tops[0]) if len(tops) == 1 else localised(edition, "name")


def status_text(status: str) -> str:
    """How firm a figure is."""
    return _(FIRMNESS[status])


def reason_text(reason: str) -> str:
    """Why a figure is missing."""
    return _(MISSING[reason])


def verdict_text(status: str) -> str:
    """How a figure stands to its target: `Đạt`, `Chưa đánh giá được`."""
    return STATUSES[status][LANGUAGES.index(language())]


def stratum_text(stratum: str) -> str:
    """Name of a stratum."""
    return _(STRATA[stratum])


def edition_text(edition: Edition) -> str:
    """Short name of an edition for switches: `2024`, `Từ 07/2025`."""
    if is_imported(edition.layer):
        return localised(edition, "name")
    if edition.valid_from is None and edition.valid_to is not None:
        return str(edition.valid_to.year)
    start = edition.valid_from.strftime("%m/%Y") if edition.valid_from else ""
    return _("Từ %(month)s", month=start)


def edition_phrase(edition: Edition) -> str:
    """An edition in a sentence: `địa giới 2024`, `địa giới từ 01/07/2025`; an imported one by the name it was given."""
    if is_imported(edition.layer):
        name = localised(edition, "name")
        return name[:1].lower() + name[1:]
    if edition.valid_to is None:
        return _("địa giới từ %(day)s", day=date(edition.valid_from))
    return _("địa giới %(year)s", year=edition.valid_to.year)


def unit_text(catalogue: Catalogue, indicator: Indicator) -> str:
    """The unit's label; nothing for coded statuses."""
    return "" if indicator.measure == "status" else localised(catalogue.units[indicator.unit_id], "name")


def goal_value_text(goal: Goal, unit: str) -> str:
    """The goal itself: `từ 95 % trở lên`, `dưới 4 %`, `giảm 300–400 hộ`."""
    return say_goal(goal, language(), unit)


def goal_text(places: Places, goal: Goal, unit: str) -> str:
    """The goal with whom it binds, its year and its place in the document that sets it."""
    return f"{goal_scope_text(places, goal)}: {goal_value_text(goal, unit)} ({goal_locator_text(goal)})"


def goal_scope_text(places: Places, goal: Goal) -> str:
    """Whom the goal binds, and in which year."""
    if goal.areas:
        names = [area_name(places.area(*key)) for key in goal.areas]
        named = ", ".join(names) if len(names) <= NAMED else _("%(count)s đơn vị", count=len(names))
        return _("Mục tiêu giao cho %(areas)s năm %(year)s", areas=named, year=goal.year)
    return {
        "city": _("Mục tiêu của Thành phố năm %(year)s", year=goal.year),
        "urban": _("Mục tiêu khu vực thành thị năm %(year)s", year=goal.year),
        "rural": _("Mục tiêu khu vực nông thôn năm %(year)s", year=goal.year),
        "each_district": _("Mục tiêu mỗi quận, huyện năm %(year)s", year=goal.year),
    }[goal.scope]


def goal_locator_text(goal: Goal) -> str:
    """Where the goal stands; the document too, unless it is the resolution itself."""
    place = locator_text(goal.resolution_ref)
    return place if goal.version == VERSION else f"{place}, {goal.version}"


class JudgementTexts:
    """Why figures of an indicator have their statuses, or none; a judgement that areas share is worded once."""

    def __init__(self, indicator: Indicator, unit: str) -> None:
        self.indicator, self.unit = indicator, unit
        self._known: dict[int, tuple[Judgement, str]] = {}

    def __call__(self, judgement: Judgement) -> str:
        if id(judgement) not in self._known:
            text = say(judgement, language(), self.unit, self.indicator.decimals)
            self._known[id(judgement)] = judgement, text  # kept, so that its id stays its own
        return self._known[id(judgement)][1]


def locator_text(locator: str) -> str:
    """Where in the resolution; English readers get the words, the numbers stay."""
    if language() == "vi":
        return locator
    words = (("Phụ lục", "Appendix"), ("Điều", "Article"), ("khoản", "clause"), ("mục", "item"), ("điểm", "point"))
    for vietnamese, english in words:
        locator = locator.replace(vietnamese, english)
    return locator


def carried_text(carried: Carried) -> str:
    """How a figure came here, in one line: exact sums and estimates are told apart by the first word."""
    if carried.method == "composition":
        return _("Thành phần theo các xã của %(origin)s đã hình thành nên đơn vị", origin=carried.origin)
    if carried.quality == "exact":
        return _("Tổng chính xác của %(count)s đơn vị nguyên vẹn (%(origin)s)", count=carried.contributors,
                 origin=carried.origin)  # fmt: skip
    parts = [_("Ước tính quy đổi từ %(count)s đơn vị (%(origin)s)", count=carried.contributors, origin=carried.origin)]
    parts.append(_("độ phủ %(share)s %%", share=number(carried.coverage * 100, 0)))
    if "area" in carried.weight_basis:
        parts.append(_("phần bị chia tính theo diện tích"))
    elif carried.weight_basis == "population":
        parts.append(_("phần bị chia tính theo dân số"))
    if carried.error is not None:
        parts.append(_("sai số đo được, trung vị %(error)s %%", error=number(carried.error * 100, 0)))
    return "; ".join(parts)


def figure_text(figure: Figure | Outcome, decimals: int, unit: str, labels: Mapping[float, str]) -> str:
    """A figure as printed: its word for a coded status, else sign, number or range, and unit."""
    word = labels.get(figure.value)
    return word or quantity(figure.value, decimals, unit, figure.qualifier, figure.value_high)


def source_names(source: Source) -> tuple[str, str]:
    """Publisher and title as published; those of synthetic figures, which nobody published, in the reader's words."""
    own = source.id == TRAINING
    return (_(source.publisher), _(source.title)) if own else (source.publisher, source.title)


def source_label(source: Source) -> str:
    """A source in one line, with the mark of a secondary one."""
    mark = f" ({_('nguồn thứ cấp, cần đối chiếu')})" if source.quality in SECONDARY else ""
    return f"{': '.join(source_names(source))}{mark}"


def source_view(source: Source) -> dict[str, str | bool | None]:
    """A source as shown: mirrors and tertiary ones as text, never as a live link, and marked so."""
    secondary = source.quality in SECONDARY
    publisher, title = source_names(source)
    return {
        "id": source.id,
        "publisher": publisher,
        "title": title,
        "url": None if secondary else source.url,
        "secondary": secondary,
        "published": date(source.published) or None,
    }
