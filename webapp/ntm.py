"""New-style rural titles as the page and the API tell them: the year's goals under both counting rules, districts,
years, decisions, and the dated titles of every commune.

Titles known by name are lower bounds: what is published and what is known by name always stand side by side.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.models import Area
from geo.errors import BadParameter
from geo.palette import ramp
from indicators import ntm
from indicators.observations import Figure
from indicators.programmes import load_published, load_recognitions
from indicators.progress import Judgement
from indicators.targets import Goal
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.i18n import localised

COLOURS = dict(zip(ntm.TITLES, ramp(len(ntm.TITLES), categories=True), strict=True))
HIGHEST_FIRST = ntm.TITLES[::-1]


@dataclass(frozen=True)
class Facts:
    """All that is known of titles in one boundary edition.

    `recognitions` as `indicators.ntm.RECOGNITIONS`; `published` are the city's counts by (indicator, period).
    """

    data: Snapshot
    edition: str
    recognitions: pd.DataFrame
    published: dict[tuple[str, str], Figure]

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Communes of the edition: code, type, parent_code."""
        areas = self.data.places.at(self.edition, "commune")
        return pd.DataFrame([(a.code, a.type, a.parent_code) for a in areas], columns=["code", "type", "parent_code"])

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The published counts as `indicators.ntm.count_years` takes them."""
        rows = [(name, ntm.CITY, period, figure.value) for (name, period), figure in self.published.items()]
        return pd.DataFrame(rows, columns=["indicator", "area_code", "period", "value"])

    @property
    def period(self) -> str | None:
        """The latest period that shows a title to be held."""
        return ntm.latest_day(self.recognitions)

    @property
    def years(self) -> list[int]:
        """Years for which the city published a count, latest first."""
        return sorted({int(period) for name, period in self.published if name in ntm.ADDED.values()}, reverse=True)

    def area(self, code: str) -> Area:
        return self.data.places.area(self.edition, code)

    def held(self) -> pd.DataFrame:
        """Rural communes by district and highest title; see `indicators.ntm.count_titles`."""
        return ntm.count_titles(self.recognitions, self.communes, self.period or "9999")

    def by_year(self, title: str) -> pd.DataFrame:
        """See `indicators.ntm.count_by_year`."""
        return ntm.count_by_year(self.recognitions, self.communes, title)

    def counts(self, year: int) -> list[ntm.YearCount]:
        """See `indicators.ntm.count_years`."""
        return ntm.count_years(self.recognitions, self.figures, year)


def known_editions(opened: Session, data: Snapshot) -> list[str]:
    """Editions that can be asked for: those of which a title is known, or all while none is."""
    return _known_editions(load_recognitions(opened), data)


def _known_editions(recognitions: pd.DataFrame, data: Snapshot) -> list[str]:
    held = [name for name in data.places.editions if (recognitions["edition"] == name).any()]
    return held or list(data.places.editions)


def load_facts(opened: Session, data: Snapshot, edition: str | None = None) -> Facts:
    """The facts of an edition, by default the first one for which titles are known.

    Raises: UnknownName for an edition that does not exist; BadParameter for one for which no title is known.
    """
    rows = load_recognitions(opened)
    known = _known_editions(rows, data)
    edition = edition or next(iter(known), "")
    data.places.edition(edition)
    if edition not in known:
        raise BadParameter("edition", edition, known)
    published = load_published(opened, data.catalogue, data.places, edition)
    return Facts(data, edition, rows[rows["edition"] == edition].reset_index(drop=True), published)


@dataclass(frozen=True)
class YearGoal:
    """A goal of a year for a title, with what each counting rule says of it."""

    title: str
    goal: Goal
    counts: tuple[tuple[ntm.YearCount, Judgement], ...]


def year_goals(facts: Facts, today: dt.date) -> list[YearGoal]:
    """The city's goals of communes added in a year; the rule that is used comes first."""
    catalogue = facts.data.catalogue
    found = []
    for title, name in ntm.ADDED.items():
        direction = catalogue.indicator(name).direction
        for goal in catalogue.goals.get(name, []):
            counts = [count for count in facts.counts(goal.year) if count.title == title]
            judged = [(count, ntm.judge_count(count, goal, direction, today)) for count in counts]
            found.append(YearGoal(title, goal, tuple(sorted(judged, key=lambda pair: pair[0].rule != ntm.RULE_USED))))
    return found


def shares(facts: Facts) -> list[dict[str, Any]]:
    """Districts by the share of communes with a higher title known, largest first, then by code: a row of
    `Facts.held` each. No rank: names are missing."""

    def key(row: dict[str, Any]) -> tuple[float, float, str]:
        higher = row["ntm_nang_cao"] + row["ntm_kieu_mau"]
        return -higher / row["communes"], -row["ntm_kieu_mau"] / row["communes"], row["area_code"]

    return sorted(facts.held().to_dict("records"), key=key)


def titles_of(facts: Facts) -> Iterator[tuple[Area, list[dict[str, Any]]]]:
    """Every rural commune in the order of codes, with its rows of recognitions: highest title first, then latest."""
    by_area: dict[str, list[dict[str, Any]]] = {}
    rows = facts.recognitions.astype(object).where(facts.recognitions.notna(), None)
    for row in rows.to_dict("records"):
        by_area.setdefault(row["area_code"], []).append({str(key): value for key, value in row.items()})

    for code in facts.communes.loc[facts.communes["type"] == "xã", "code"]:
        latest_first = sorted(
            by_area.get(code, []), key=lambda row: str(row["year"] or row["known_by"] or ""), reverse=True
        )
        yield facts.area(code), sorted(latest_first, key=_rank)


def _rank(row: dict[str, Any]) -> tuple[int, bool]:
    return -ntm.TITLES.index(row["title"]), row["basis"] == "appraised"


def title_text(title: str) -> str:
    """A title by itself."""
    return {"ntm": _("Đạt chuẩn"), "ntm_nang_cao": _("Nâng cao"), "ntm_kieu_mau": _("Kiểu mẫu")}[title]


def held_text(facts: Facts, title: str) -> str:
    """A title as the highest that is known: the lowest one is only "at least basic"."""
    labels = facts.data.catalogue.labels["ntm_title"]
    return localised(labels[ntm.TITLES.index(title)], "name")
