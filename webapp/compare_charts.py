"""The chart in a cell of a comparison: a figure before its target, a bar on the row's scale, or figures over time."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from indicators.intervals import domain_of, exact, possible
from indicators.observations import Figure
from indicators.targets import Goal, met_set
from webapp.charts import Bullet, Meter, bullet, goal_bounds, meter
from webapp.db import Snapshot
from webapp.i18n import NBSP
from webapp.lines import Change, draw_trend, entry_name, reason_words, value_text
from webapp.profile import Entry
from webapp.words import goal_value_text, unit_text

WIDTH, TREND_WIDTH = 170, 210


def draw_cell(data: Snapshot, entry: Entry, show: str, scale: float, changes: Sequence[Change]) -> Markup | None:
    """The chart of one entry. `scale` is the highest value of its row, at which all bars of the row end; there is no
    chart for codes, for values below zero and where there is no figure."""
    if show == "trends":
        return draw_trend(data, entry, changes, TREND_WIDTH)
    figure, goal, indicator = entry.row.figure, entry.row.assessment.goal, entry.indicator
    if figure is None or indicator.measure == "status":
        return None
    if goal and entry.row.assessment.footing in ("binding", "compared") and _can_be_drawn(goal, indicator.direction):
        return _bullet(data, entry, figure, goal)
    if figure.value < 0 or scale <= 0:
        return None
    shown = f"{entry_name(entry)}: {value_text(data, indicator, figure)}{NBSP}{unit_text(data.catalogue, indicator)}"
    return meter(Meter(shown, figure.value, scale, at_least=figure.qualifier in ("ge", "gt")), WIDTH)


def _can_be_drawn(goal: Goal, direction: str) -> bool:
    """Whether the goal is about the value itself and names a number."""
    return not goal.of_change and goal.operator != "complete" and direction in ("higher", "lower", "within")


def _bullet(data: Snapshot, entry: Entry, figure: Figure, goal: Goal) -> Markup:
    """A goal that does not bind the area gives no colour: its mark is that of what cannot be assessed."""
    indicator = entry.indicator
    unit = unit_text(data.catalogue, indicator)
    binding = entry.row.assessment.footing == "binding"
    value = possible(
        figure.value, figure.qualifier or "", figure.value_high, domain_of(indicator.measure, indicator.unit_id)
    )
    printed = tuple(exact(end) for end in (figure.value, figure.value_high) if end is not None)
    title = f"{entry_name(entry)}: {value_text(data, indicator, figure)}{NBSP}{unit}; {goal_value_text(goal, unit)}"
    return bullet(
        Bullet(
            title=title,
            text=reason_words(data, entry),
            met=met_set(goal, indicator.direction),
            bounds=goal_bounds(goal, indicator.direction),
            value=value,
            printed=printed,
            status=entry.row.judgement.status if binding else "not_assessable",
        ),
        WIDTH,
    )
