"""Goals of the plan as pages show them: goal, figure, chart, status and reason in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from indicators.intervals import REAL, Interval, exact
from indicators.observations import Figure
from indicators.progress import measured
from indicators.targets import met_set
from indicators.wording import say
from webapp.charts import Bullet, bullet, goal_bounds
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.i18n import gettext as _
from webapp.i18n import language, localised, period_text
from webapp.lines import FIRM, write_decimal
from webapp.navigation import link
from webapp.plan import Assessed
from webapp.words import (
    figure_text,
    goal_locator_text,
    goal_value_text,
    reason_text,
    status_text,
    unit_text,
    verdict_text,
)

BEYOND = {"met_above_range", "met_below_range", "met_fall_beyond", "met_rise_beyond"}
"""Reasons for which a goal is not only met but passed."""


@dataclass(frozen=True)
class Shown:
    """A figure as `kit.figure` draws it."""

    value: str
    period: str
    tags: tuple[str, ...]
    flags: tuple[str, ...]
    refs: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """A goal as a row of a table or an entry of a list. `href` is its map, None where nothing measures it."""

    assessed: Assessed
    name: str
    href: str | None
    target: str
    locator: str
    figure: Shown | None
    baseline: str
    missing: tuple[str, str] | None
    elsewhere: tuple[str, ...]
    chart: Markup | None
    status: str
    words: str
    why: str
    conflicts: tuple[str, ...]
    note: str
    notes: tuple[str, ...]


def build_line(data: Snapshot, cite: Citations, assessed: Assessed) -> Line:
    """All that is said of one goal; its sources get their numbers here."""
    stated, judgement = assessed.stated, assessed.judgement
    indicator = assessed.indicator
    unit = unit_text(data.catalogue, indicator) if indicator else ""
    beyond = judgement.reason in BEYOND
    return Line(
        assessed=assessed,
        name=_name(assessed),
        href=link("maps.show", indicator=indicator.id) if indicator else None,
        target=goal_value_text(stated.goal, unit) if indicator else localised(stated, "text"),
        locator=goal_locator_text(stated.goal),
        figure=_show(data, cite, assessed, unit),
        baseline=_baseline(data, assessed, unit),
        missing=None if assessed.figure or assessed.parts or not indicator else _missing(assessed),
        elsewhere=_elsewhere(data, assessed, unit),
        chart=_chart(data, assessed, unit),
        status=judgement.status,
        words=_("Đạt, vượt mục tiêu") if beyond else verdict_text(judgement.status),
        why=_why(data, assessed, unit),
        conflicts=tuple(_conflict(assessed, other, unit) for other in assessed.conflicts),
        note=localised(stated, "note"),
        notes=_notes(data, assessed),
    )


def _conflict(assessed: Assessed, other: Assessed, unit: str) -> str:
    """Another place of the text that sets the same with other numbers, and whether it matters."""
    place, goal = goal_locator_text(other.stated.goal), goal_value_text(other.stated.goal, unit)
    if other.judgement.status == assessed.judgement.status:
        return _("%(place)s ghi %(goal)s; kết luận không đổi.", place=place, goal=goal)
    words = verdict_text(other.judgement.status).lower()
    return _("%(place)s ghi %(goal)s; theo mức đó: %(words)s.", place=place, goal=goal, words=words)


def _notes(data: Snapshot, assessed: Assessed) -> tuple[str, ...]:
    """What the row of the figure says of itself, and that of the goal, unless it only names where it is said again."""
    goal = assessed.stated.goal
    again = any(
        (other.goal.indicator, other.repeats) == (goal.indicator, goal.resolution_ref) for other in data.catalogue.plan
    )
    notes = [
        "" if again else localised(assessed.stated, "note"),
        localised(assessed.figure, "note") if assessed.figure else "",
    ]
    return tuple(note for note in notes if note)


def _name(assessed: Assessed) -> str:
    if assessed.indicator is None:
        return localised(assessed.stated, "text")
    name = localised(assessed.indicator, "name")
    strata = {"urban": _("thành thị"), "rural": _("nông thôn")}
    # An indicator with one stratum only says so in its name.
    several = "," in assessed.indicator.strata
    return f"{name}, {strata[assessed.stated.goal.scope]}" if several and assessed.stated.goal.scope in strata else name


def figure_words(data: Snapshot, assessed: Assessed, figure: Figure, unit: str) -> str:
    """A figure of the goal's indicator as printed."""
    if assessed.indicator is None:
        raise ValueError("A goal without an indicator has no figures.")
    labels = {
        float(label.value): localised(label, "name") for label in data.catalogue.labels.get(assessed.indicator.id, [])
    }
    return figure_text(figure, assessed.indicator.decimals, unit, labels)


def _show(data: Snapshot, cite: Citations, assessed: Assessed, unit: str) -> Shown | None:
    figure = assessed.figure
    if figure is None:
        return None
    rivals = tuple(
        _("nguồn khác: %(value)s", value=figure_words(data, assessed, rival, unit)) for rival in assessed.rivals
    )
    sources = dict.fromkeys(cite(each.source_id) for each in (figure, *assessed.rivals))
    tags = () if figure.status in FIRM else (status_text(figure.status),)
    return Shown(figure_words(data, assessed, figure, unit), period_text(figure.period), tags, rivals, tuple(sources))


def _baseline(data: Snapshot, assessed: Assessed, unit: str) -> str:
    """What a change is counted from."""
    base = assessed.baseline
    if base is None or assessed.figure is None or not assessed.stated.goal.of_change:
        return ""
    return _(
        "so với %(value)s (%(period)s)",
        value=figure_words(data, assessed, base, unit),
        period=period_text(base.period),
    )


def _missing(assessed: Assessed) -> tuple[str, str]:
    """Swatch and words of what is missing."""
    earlier = any(figure.period[:4] < str(assessed.stated.goal.first_year) for figure in assessed.others)
    return ("only_older", _("Chỉ có số cũ")) if earlier else ("not_collected", reason_text("not_collected"))


def _elsewhere(data: Snapshot, assessed: Assessed, unit: str) -> tuple[str, ...]:
    """Where there is no figure for the year: the latest of earlier years, and the first of later ones."""
    if assessed.figure or not assessed.others:
        return ()
    year = str(assessed.stated.goal.year)
    before = [figure for figure in assessed.others if figure.period[:4] < year][:1]
    after = [figure for figure in assessed.others if figure.period[:4] > year][-1:]
    return tuple(
        f"{figure_words(data, assessed, figure, unit)} ({period_text(figure.period)})" for figure in (*before, *after)
    )


def _why(data: Snapshot, assessed: Assessed, unit: str) -> str:
    """The reason of the status, and what is known where there is no figure."""
    if assessed.indicator is None:
        return localised(assessed.stated, "reason")
    if assessed.gap == "elsewhere":
        return _elsewhere_words(data, assessed)
    if assessed.gap == "other_years":
        return _("Không có số năm %(year)s.", year=assessed.stated.goal.year)
    if assessed.gap == "nobody":
        return _("Chưa tìm thấy ai công bố số liệu này.")
    return say(assessed.judgement, language(), unit, assessed.indicator.decimals, write_decimal)


def _elsewhere_words(data: Snapshot, assessed: Assessed) -> str:
    """How many areas have a figure where the city has none."""
    indicator, stratum = assessed.stated.goal.indicator, assessed.stated.goal.stratum
    have = data.catalogue.covered.get((indicator, "2024", "district", stratum), 0)
    if not have:
        return _("Không có số toàn Thành phố; chỉ có số của một số địa bàn.")
    total = len(data.places.at("2024", "district"))
    return _("Không có số toàn Thành phố; có số của %(have)s/%(total)s quận, huyện.", have=have, total=total)


def _chart(data: Snapshot, assessed: Assessed, unit: str) -> Markup | None:
    """The figure before its target; None for yes-or-no goals and where there is nothing to draw."""
    figure, evidence, indicator = assessed.figure, assessed.evidence, assessed.indicator
    goal = assessed.stated.goal
    if figure is None or evidence is None or indicator is None or goal.operator == "complete":
        return None
    value = measured(evidence, goal, indicator.direction, assessed.baseline_evidence)
    bounds = goal_bounds(goal, indicator.direction)
    if isinstance(value, str) or not bounds:
        return None
    printed = _printed(figure, value, goal.of_change)
    shown = figure_words(data, assessed, figure, unit)
    title = f"{_name(assessed)}: {shown}; {goal_value_text(goal, unit)}. {verdict_text(assessed.judgement.status)}."
    met = met_set(goal, indicator.direction)
    domain = REAL if goal.of_change else evidence.domain
    why, status = _why(data, assessed, unit), assessed.judgement.status
    return bullet(Bullet(title, why, met, bounds, value, printed, status, domain))


def _printed(figure: Figure, value: Interval, change: bool) -> tuple[Decimal, ...]:
    """The numbers that the source prints, or for a change the finite ends that follow from them."""
    if not change:
        return tuple(exact(end) for end in (figure.value, figure.value_high) if end is not None)
    return tuple(dict.fromkeys(end for end in (value.low, value.high) if end.is_finite()))
