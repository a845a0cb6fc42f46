"""The page of new-style rural titles: its words, numbers and drawings, ready for the template."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from indicators import ntm
from indicators.observations import Figure
from indicators.progress import Judgement
from indicators.wording import LANGUAGES, say
from webapp.charts import Meter, Part, meter, stack
from webapp.document import Citations
from webapp.i18n import MINUS, language, localised, number, period_text, with_unit
from webapp.i18n import gettext as _
from webapp.navigation import link
from webapp.ntm import COLOURS, HIGHEST_FIRST, Facts, YearGoal, held_text, shares, title_text, year_goals
from webapp.ntm_lists import build_grid, list_communes, list_decisions, place, shared_notes
from webapp.ntm_map import draw_titles
from webapp.pages.gazetteer import area_name
from webapp.words import goal_locator_text, goal_value_text, unit_text, verdict_text

View = dict[str, Any]
SOURCE_ID = re.compile(r"\b[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{6}\b")
YEAR_BAR = 300
"""Width in px of the bar of the year with most communes."""


def build_ntm(facts: Facts, cite: Citations, today: dt.date) -> View:
    """Everything that the page shows; sources get their numbers in the order of the page."""
    return {
        "period": period_text(facts.period) if facts.period else "",
        "map": draw_titles(facts),
        "totals": _totals(facts, cite),
        "goals": [_goal(facts, cite, goal) for goal in year_goals(facts, today)],
        "rules": [{"used": rule == ntm.RULE_USED, "text": texts[_lang()]} for rule, texts in ntm.RULES.items()],
        "districts": [_district(facts, row) for row in shares(facts)],
        "years": _years(facts, cite),
        "grids": [build_grid(facts, HIGHEST_FIRST[:-1]), build_grid(facts, HIGHEST_FIRST[-1:])],
        "decisions": list_decisions(facts, cite),
        "communes": list_communes(facts, cite),
        "notes": shared_notes(facts, cite),
    }


def cited(facts: Facts, cite: Citations, note: str) -> str:
    """A note with the numbers of the sources that it names by their ids."""
    known = facts.data.catalogue.sources
    return SOURCE_ID.sub(lambda found: f"[{cite(found[0])}]" if found[0] in known else found[0], note)


def _lang() -> int:
    return LANGUAGES.index(language())


def _totals(facts: Facts, cite: Citations) -> View:
    """All communes by highest title known, and how many of the published ones are not known by name."""
    held = {name: int(count) for name, count in facts.held().drop(columns="area_code").sum().items()}
    published = []
    for title, figure in _stocks(facts):
        known = sum(held[other] for other in ntm.TITLES[ntm.TITLES.index(title) :])
        published.append(
            {
                "title": title_text(title).lower(),
                "period": period_text(figure.period),
                "published": number(figure.value, 0),
                "known": number(known, 0),
                "unknown": number(max(figure.value - known, 0), 0),
                "ref": cite(figure.source_id),
            }
        )
    return {"parts": _parts(facts, held), "communes": number(held["communes"], 0), "published": published}


def _stocks(facts: Facts) -> Iterable[tuple[str, Figure]]:
    """The latest running total of each title that has one."""
    for title, name in ntm.STOCK.items():
        dated = {period: figure for (stock, period), figure in facts.published.items() if stock == name}
        if dated:
            yield title, dated[max(dated)]


def _parts(facts: Facts, counts: Mapping[str, int]) -> list[Part]:
    """Communes by highest title known, highest first, those without one last."""
    parts = [Part(held_text(facts, title), counts[title], COLOURS[title]) for title in HIGHEST_FIRST]
    return [*parts, Part(_("Chưa có số liệu"), counts["untitled"], "nd")]


def _bar(title: str, parts: Iterable[Part], width: int) -> Markup:
    """A stacked bar that says its parts; empty ones are left out."""
    shown = [Part(f"{part.name}: {part.size}", part.size, part.colour) for part in parts if part.size]
    return stack(f"{title}: {', '.join(part.name.lower() for part in shown)}", shown, width)


def _goal(facts: Facts, cite: Citations, row: YearGoal) -> View:
    """A goal of the year under both rules, side by side."""
    indicator = facts.data.catalogue.indicator(ntm.ADDED[row.title])
    asked = float(row.goal.low or 0)
    most = max([asked, *(count.communes for count, _judged in row.counts)])
    return {
        "name": title_text(row.title),
        "asked": goal_value_text(row.goal, unit_text(facts.data.catalogue, indicator)),
        "locator": goal_locator_text(row.goal),
        "year": row.goal.year,
        "href": link("maps.show", indicator=indicator.id),
        "counts": [_count(facts, cite, row, count, judged, most) for count, judged in row.counts],
    }


def _count(facts: Facts, cite: Citations, row: YearGoal, count: ntm.YearCount, judged: Judgement, most: float) -> View:
    """What one rule counts, and what may be said of the goal by it; bars of all rules end at `most`."""
    unit = unit_text(facts.data.catalogue, facts.data.catalogue.indicator(ntm.ADDED[row.title]))
    value = number(count.communes, 0)
    title = f"{title_text(row.title)}: {with_unit(value, unit)}; {goal_value_text(row.goal, unit)}"
    return {
        "used": count.rule == ntm.RULE_USED,
        "value": value,
        "unit": unit,
        "sum": _sum(facts, count),
        "named": number(count.named, 0),
        "refs": [cite(source) for source in _count_sources(facts, count)],
        "status": judged.status,
        "words": verdict_text(judged.status),
        "why": say(judged, language(), unit, 0),
        "bar": meter(Meter(title, count.communes, most, float(row.goal.low or 0))),
    }


def _totals_of(facts: Facts, count: ntm.YearCount) -> list[Figure]:
    """The running totals whose difference is the count, earlier first."""
    return [facts.published[ntm.STOCK[count.title], period] for period in ntm.TOTALS[count.year]]


def _sum(facts: Facts, count: ntm.YearCount) -> str:
    """How a change of totals was reckoned: `229 (31/12/2024) − 186 (06/2024)`."""
    if count.rule == ntm.RULE_USED:
        return ""
    ends = [f"{number(figure.value, 0)} ({period_text(figure.period)})" for figure in _totals_of(facts, count)]
    return f" {MINUS} ".join(reversed(ends))


def _count_sources(facts: Facts, count: ntm.YearCount) -> list[str]:
    if count.rule == ntm.RULE_USED:
        return [facts.published[ntm.ADDED[count.title], str(count.year)].source_id]
    return list(dict.fromkeys(figure.source_id for figure in _totals_of(facts, count)))


def _district(facts: Facts, row: View) -> View:
    area = facts.area(row["area_code"])
    return {**row, **place(area), "bar": _bar(area_name(area), _parts(facts, row), 180)}


def _years(facts: Facts, cite: Citations) -> list[View]:
    """What each year added in the whole city: published, and known by name."""
    counts = {(c.year, c.title): c for year in facts.years for c in facts.counts(year) if c.rule == ntm.RULE_USED}
    most = max((count.communes for count in counts.values()), default=1)
    titles = [title for title in HIGHEST_FIRST if title in ntm.ADDED]
    return [
        {"year": year, "cells": [_year(facts, cite, counts.get((year, title)), most) for title in titles]}
        for year in facts.years
    ]


def _year(facts: Facts, cite: Citations, count: ntm.YearCount | None, most: int) -> View | None:
    """The communes of one title and year; bars of all years are drawn to one scale."""
    if count is None:
        return None
    figure = facts.published[ntm.ADDED[count.title], str(count.year)]
    parts = [
        Part(_("Biết tên"), count.named, COLOURS[count.title]),
        Part(_("Chưa biết tên"), max(count.communes - count.named, 0), "nd"),
    ]
    title = f"{title_text(count.title)}, {count.year}"
    return {
        "communes": number(count.communes, 0),
        "named": number(count.named, 0),
        "bar": _bar(title, parts, max(2, round(YEAR_BAR * count.communes / most))),
        "ref": cite(figure.source_id),
        "note": cited(facts, cite, localised(figure, "note")),
    }
