"""The chart in a cell of a comparison: a figure before its target, a bar on the row's scale, or figures over time."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from indicators.intervals import domain_of, exact, possible
from indicators.observations import Figure
from indicators.targets import Goal, met_set
from webapp.charts import Bullet, Meter, bullet, goal_bounds, meter
from webapp.db import Snapshot
from webapp.i18n import with_unit
from webapp.lines import Change, Line, draw_trend

WIDTH, TREND_WIDTH = 170, 210


def draw_cell(data: Snapshot, line: Line, show: str, scale: float, changes: Sequence[Change]) -> Markup | None:
    """The chart of one line. `scale` is the highest value of its row, at which all bars of the row end; there is no
    chart for codes, for values below zero and where there is no figure."""
    entry = line.entry
    figure, goal, indicator = entry.row.figure, entry.row.assessment.goal, entry.indicator
    if show == "trends":
        return draw_trend(data, entry, changes, TREND_WIDTH)
    if figure is None or line.figure is None or indicator.measure == "status":
        return None
    shown = f"{line.name}: {with_unit(line.figure.value, line.figure.unit)}"
    if goal and entry.row.assessment.footing in ("binding", "compared") and _can_be_drawn(goal, indicator.direction):
        return _bullet(line, figure, goal, f"{shown}; {line.target}")
    if figure.value < 0 or scale <= 0:
        return None
    return meter(Meter(shown, figure.value, scale, at_least=figure.qualifier in ("ge", "gt")), WIDTH)


def _can_be_drawn(goal: Goal, direction: str) -> bool:
    """Whether the goal is about the value itself and names a number."""
    return not goal.of_change and goal.operator != "complete" and direction in ("higher", "lower", "within")


def _bullet(line: Line, figure: Figure, goal: Goal, title: str) -> Markup:
    """A goal that does not bind the area gives no colour: its mark is that of what cannot be assessed."""
    indicator = line.entry.indicator
    domain = domain_of(indicator.measure, indicator.unit_id)
    return bullet(
        Bullet(
            title=title,
            text=line.why,
            met=met_set(goal, indicator.direction),
            bounds=goal_bounds(goal, indicator.direction),
            value=possible(figure.value, figure.qualifier or "", figure.value_high, domain),
            printed=tuple(exact(end) for end in (figure.value, figure.value_high) if end is not None),
            status=line.entry.row.judgement.status if line.status else "not_assessable",
        ),
        WIDTH,
    )
