"""An indicator of an area in words and small charts: figure, target, status and reason, rank, trend, sources.

Shared by the pages of one area, of several beside each other, and of all in a matrix, so that they say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from markupsafe import Markup

from indicators.assess import NO_TARGET, Assessment
from indicators.models import Indicator
from indicators.observations import Figure
from indicators.periods import period_end
from indicators.progress import Judgement
from indicators.ranks import Standing
from indicators.wording import say
from webapp.charts import Point, Trend, trend
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.i18n import gettext as _
from webapp.i18n import language, localised, number, period_text, types_text
from webapp.profile import Entry
from webapp.provenance import origin_path
from webapp.words import (
    figure_text,
    goal_locator_text,
    goal_value_text,
    reason_text,
    status_text,
    stratum_text,
    unit_text,
    verdict_text,
)

FIRM = {"final", "reported"}
"""Statuses of figures that need no mark."""

Change = tuple[dt.date, str]
"""A day on which boundaries changed, and what it is called."""


@dataclass(frozen=True)
class Shown:
    """A figure as `kit.figure` draws it; `origin` is the page on which it opens to file, row and batch."""

    value: str
    unit: str
    period: str
    tags: tuple[str, ...]
    flags: tuple[str, ...]
    refs: tuple[int, ...]
    note: str
    origin: str = ""


@dataclass(frozen=True)
class Line:
    """One entry of a profile as pages show it.

    `status` is None where no goal binds the area: then `words` says how the goal stands to it, and `why` compares with
    it all the same; `verdict` does so without the words that the goal is not the area's, for tables that say it once.
    `missing` is swatch and words where there is no figure.
    """

    entry: Entry
    name: str
    href: str
    target: str
    locator: str
    figure: Shown | None
    missing: tuple[str, str] | None
    status: str | None
    words: str
    why: str
    verdict: str
    rank: str
    trend: Markup | None


def build_line(data: Snapshot, cite: Citations, entry: Entry, changes: Sequence[Change] | None = None) -> Line:
    """All that is said of one entry; its sources get their numbers here. It has a trend if `changes` are given."""
    indicator, assessment = entry.indicator, entry.row.assessment
    unit = unit_text(data.catalogue, indicator)
    binding = assessment.footing == "binding"
    goal = assessment.goal
    return Line(
        entry=entry,
        name=entry_name(entry),
        href=map_path(entry),
        target=goal_value_text(goal, unit) if goal else "",
        locator=goal_locator_text(goal) if goal else "",
        figure=show_figure(data, cite, entry),
        missing=None
        if entry.row.figure
        else (entry.row.reason or "", reason_text(entry.row.reason or "not_collected")),
        status=assessment.judgement.status if binding else None,
        words=verdict_text(assessment.judgement.status) if binding else footing_words(assessment),
        why=_why(data, entry, assessment.judgement),
        verdict=_why(data, entry, assessment.judgement.compared or assessment.judgement),
        rank=rank_text(entry.standing),
        trend=None if changes is None else draw_trend(data, entry, changes),
    )


def entry_name(entry: Entry) -> str:
    """The indicator's name, with the stratum where it has several."""
    name = localised(entry.indicator, "name")
    several = "," in entry.indicator.strata and entry.stratum != "all"
    return f"{name}, {stratum_text(entry.stratum).lower()}" if several else name


def map_path(entry: Entry) -> str:
    """The map that shows the same figure, with the area chosen."""
    area = entry.row.area
    asked = {"edition": area.edition_id, "level": area.level}
    if entry.period:
        asked["period"] = entry.period
    if entry.stratum != entry.indicator.strata.split(",")[0]:
        asked["stratum"] = entry.stratum
    prefix = "" if language() == "vi" else "/en"
    return f"{prefix}/map/{entry.indicator.id}?{urlencode({**asked, 'area': area.code})}"


def show_figure(data: Snapshot, cite: Citations, entry: Entry) -> Shown | None:
    """The figure with what must travel with it: unit, period, mark of unfirm ones, what others say, sources."""
    figure = entry.row.figure
    if figure is None:
        return None
    rivals = [other for other in entry.row.alternatives if other.period == figure.period and _differs(other, figure)]
    return Shown(
        value=value_text(data, entry.indicator, figure),
        unit=unit_text(data.catalogue, entry.indicator),
        period=period_text(figure.period),
        tags=() if figure.status in FIRM else (status_text(figure.status),),
        flags=tuple(_("nguồn khác: %(value)s", value=value_text(data, entry.indicator, rival)) for rival in rivals),
        refs=tuple(dict.fromkeys(cite(each.source_id) for each in (figure, *rivals))),
        note=localised(figure, "note"),
        origin=origin_path(entry.row.area, entry.indicator),
    )


def _differs(one: Figure, other: Figure) -> bool:
    return (one.value, one.qualifier, one.value_high) != (other.value, other.qualifier, other.value_high)


def value_text(data: Snapshot, indicator: Indicator, figure: Figure) -> str:
    """A figure as printed, without its unit."""
    labels = {float(row.value): localised(row, "name") for row in data.catalogue.labels.get(indicator.id, [])}
    return figure_text(figure, indicator.decimals, "", labels)


def footing_words(assessment: Assessment) -> str:
    """How a goal stands to an area that it does not bind; nothing where there is none."""
    return _("Mục tiêu chung, không xét riêng") if assessment.footing in ("compared", "contributes") else ""


def _why(data: Snapshot, entry: Entry, judgement: Judgement) -> str:
    """The reason of the status; nothing to say of an indicator without any goal, or without a figure where no goal is
    set for the area."""
    assessment = entry.row.assessment
    silent = assessment is NO_TARGET or (entry.row.figure is None and assessment.footing != "binding")
    return "" if silent else reason_words(data, entry, judgement)


def reason_words(data: Snapshot, entry: Entry, judgement: Judgement | None = None) -> str:
    """Why the figure has the status it has."""
    unit = unit_text(data.catalogue, entry.indicator)
    return say(judgement or entry.row.judgement, language(), unit, entry.indicator.decimals, write_decimal)


def write_decimal(value: Decimal) -> str:
    """A rounded decimal in the language's way."""
    return number(float(value), max(0, -int(value.as_tuple().exponent)))


def rank_text(standing: Standing) -> str:
    """The rank in its group, or why there is none; nothing where a rank would have no meaning."""
    group = {"have": standing.have, "total": standing.total, "kinds": types_text([standing.kind])}
    if standing.rank is not None:
        place = {"rank": standing.rank, **group}
        if standing.have < standing.total:
            tied, alone = (
                _("đồng hạng %(rank)s/%(have)s %(kinds)s có số liệu"),
                _("%(rank)s/%(have)s %(kinds)s có số liệu"),
            )
        else:
            tied, alone = _("đồng hạng %(rank)s/%(have)s %(kinds)s"), _("%(rank)s/%(have)s %(kinds)s")
        return (tied if standing.tied else alone) % place
    return {
        "no_order": _("không xếp hạng"),
        "alone": _("không xếp hạng: chỉ có %(total)s %(kinds)s", **group),
        "few": _("không xếp hạng: mới có %(have)s/%(total)s %(kinds)s", **group),
        "not_exact": _("không xếp hạng: các số liệu chưa đủ chính xác để biết thứ tự"),
        "estimate": _("không xếp hạng: ước tính quy đổi"),
    }.get(str(standing.withheld), "")


def draw_trend(data: Snapshot, entry: Entry, changes: Sequence[Change] = (), width: int = 230) -> Markup | None:
    """The entry's figures over time, with the days on which boundaries changed; None for codes and for a single one."""
    if len(entry.history) < 2 or entry.indicator.measure == "status":
        return None
    points = tuple(_point(data, entry, figure) for figure in entry.history)
    said = ", ".join(f"{point.period}: {point.printed}" for point in points)
    title = _("%(name)s qua các năm: %(said)s", name=entry_name(entry), said=said)
    first, last = points[0].day, points[-1].day
    near = tuple(change for change in changes if first <= change[0] <= last + dt.timedelta(days=366))
    return trend(Trend(title, "", points, near), width)


def _point(data: Snapshot, entry: Entry, figure: Figure) -> Point:
    exact = figure.qualifier is None and figure.status != "provisional"
    printed = value_text(data, entry.indicator, figure)
    return Point(period_end(figure.period), figure.period[:4], figure.value, printed, exact, figure.source_id)
