"""A few sentences about an area, written by rule from its figures: what is known, what is not, how goals stand.

Nothing is said that a figure does not say, and what is missing is named as missing. Pure: words in, sentences out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indicators.reasons import STATUSES
from webapp.i18n import gettext as _
from webapp.i18n import period_text
from webapp.words import verdict_text

MOST = 2
"""So many verdicts are told; the table has the others."""

URGENCY = ("not_met", "off_track", "behind", "partly_met", "met", "on_track", "not_assessable")
"""Which verdicts are told first."""


@dataclass(frozen=True)
class Verdict:
    """A figure that was held against a goal.

    `value` has its unit; `words` is the reason of the judgement ("Thấp hơn mục tiêu 3,8 điểm phần trăm."); `status` is
    the status, or the one that it would be if the goal bound the area (`compared`); `rising` whether more is better.
    """

    name: str
    value: str
    period: str
    status: str
    words: str
    rising: bool
    compared: bool = False


@dataclass(frozen=True)
class Facts:
    """What a summary is written from. Numbers come as printed, with their units; None is not known.

    `noun` names the kind of unit in a sentence ("huyện", "the district"). Of the resolution's `listed` indicators
    `meant` exist at the area's level and `known` have a figure. `own` counts the goals set for it by status.
    """

    noun: str
    people: str | None
    people_period: str | None
    land: str | None
    listed: int
    meant: int
    known: int
    own: Mapping[str, int] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    composition: str = ""


def write_summary(facts: Facts) -> list[str]:
    """The sentences, in the order in which they are read."""
    sentences = [_size(facts), _composed(facts), _coverage(facts), _goals(facts), *_told(facts)]
    return [sentence for sentence in sentences if sentence]


def period_phrase(period: str) -> str:
    """A period at the beginning of a sentence: "Năm 2023", "Tháng 07/2025", "Ngày 31/12/2024"."""
    said = period_text(period)
    match period.count("-"):
        case 0:
            return _("Năm %(period)s", period=said)
        case 1:
            return _("Tháng %(period)s", period=said)
    return _("Ngày %(period)s", period=said)


def _size(facts: Facts) -> str:
    if facts.people and facts.people_period and facts.land:
        when = period_phrase(facts.people_period)
        return _("%(when)s, %(noun)s có %(people)s trên %(land)s.", when=when, noun=facts.noun, people=facts.people,
                 land=facts.land)  # fmt: skip
    if facts.land:
        noun = facts.noun[:1].upper() + facts.noun[1:]
        return _("%(noun)s rộng %(land)s; chưa tìm thấy số dân.", noun=noun, land=facts.land)
    return ""


def _composed(facts: Facts) -> str:
    if not facts.composition:
        return ""
    words = facts.composition[:1].lower() + facts.composition[1:]
    return _("Về danh hiệu nông thôn mới: %(words)s.", words=words)


def _coverage(facts: Facts) -> str:
    numbers = {"listed": facts.listed, "meant": facts.meant, "known": facts.known, "noun": facts.noun}
    if not facts.listed:
        return ""
    if not facts.known:
        return _(
            "Trong %(listed)s chỉ tiêu thành phần của phụ lục Nghị quyết 31, %(meant)s tính được cho cấp này; "
            "chưa tìm thấy ai công bố số liệu của %(noun)s cho chỉ tiêu nào.",
            **numbers,
        )
    return _(
        "Trong %(listed)s chỉ tiêu thành phần của phụ lục Nghị quyết 31, %(meant)s tính được cho cấp này và %(known)s "
        "có số liệu của %(noun)s.",
        **numbers,
    )


def _goals(facts: Facts) -> str:
    parts = [f"{facts.own[status]} {verdict_text(status).lower()}" for status in STATUSES if facts.own.get(status)]
    return _("Mục tiêu đặt cho %(noun)s: %(parts)s.", noun=facts.noun, parts=", ".join(parts)) if parts else ""


def _told(facts: Facts) -> list[str]:
    """The most urgent verdicts, and once that goals only compared with do not bind the area."""
    judged = [verdict for verdict in facts.verdicts if verdict.status != "not_assessable"]
    chosen = sorted(judged, key=lambda verdict: (verdict.compared, URGENCY.index(verdict.status)))[:MOST]
    compared = sum(verdict.compared for verdict in chosen)
    caveat = _("Mục tiêu ấy là của Thành phố, không ràng buộc riêng.") if compared else ""
    return [*map(_tell, chosen), caveat]


def _tell(verdict: Verdict) -> str:
    """ "Bao phủ bảo hiểm y tế (2024): đạt 86,2 %, thấp hơn mục tiêu 3,8 điểm phần trăm." """
    words = (verdict.words[:1].lower() + verdict.words[1:]).rstrip(".")
    value = _("đạt %(value)s", value=verdict.value) if verdict.rising else verdict.value
    facts = {"name": verdict.name, "period": period_text(verdict.period), "value": value, "words": words}
    return _("%(name)s (%(period)s): %(value)s, %(words)s.", **facts)
