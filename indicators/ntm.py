"""Titles of the new-style rural programme (nông thôn mới, NTM): who was recognised for which year, and how many.

Three things are kept apart. A commune *appraised* by the city was examined; only one that was *recognised* holds the
title. A title found for a commune is the least that it holds, because not every list of names was found: "ntm" reads
"at least basic", never "only". And the number of communes added in a year depends on the counting rule: see `RULES`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from boundaries.tables import Column, Table
from indicators.intervals import NOT_NEGATIVE
from indicators.periods import PATTERN, period_end
from indicators.progress import Figure, Judgement, judge
from indicators.targets import Goal

CITY = "01"

TITLES = ("ntm", "ntm_nang_cao", "ntm_kieu_mau")
"""Lowest first; the place in it, counted from 1, is the code of the indicator `ntm_title`."""

ADDED = {"ntm_nang_cao": "ntm_advanced_communes_added", "ntm_kieu_mau": "ntm_model_communes_added"}
STOCK = {"ntm_nang_cao": "ntm_advanced_communes", "ntm_kieu_mau": "ntm_model_communes"}

RULES: dict[str, tuple[str, str]] = {
    "label_year": (
        "Theo năm ghi trong quyết định công nhận, dù quyết định ký năm sau.",
        "By the year for which communes are recognised, even where the decision was signed the year after.",
    ),
    "published_totals": (
        "Theo hiệu số giữa hai tổng số lũy kế mà Thành phố công bố.",
        "By the change between two running totals that the city published.",
    ),
}
RULE_USED = "label_year"
"""The one that the city's goal is judged by: the plan asks for communes of a year, and the label names the year."""

TOTALS: dict[int, tuple[str, str]] = {2024: ("2024-06", "2024-12-31")}
"""Periods of the totals whose difference is the year's count. The first holds all of 2023 that was decided by then: no
total of the end of 2023 was published, the decisions of that year being signed in 2024."""

RECOGNITIONS = Table(
    "ntm_recognitions",
    "Titles of communes as sources state them, one row for each title, year and source.",
    ("area_code", "title", "year", "basis", "source"),
    (
        Column("edition", "Boundary edition in which the code is meant.", references="editions.id"),
        Column("area_code", "Code of the commune in that edition."),
        Column("title", "ntm, ntm_nang_cao (advanced) or ntm_kieu_mau (model).", allowed=TITLES),
        Column("year", "Year for which the title was given; blank: not stated.", "integer", required=False),
        Column("known_by", "When the title was held at the latest, where its year is not stated.", required=False,
               pattern=PATTERN.pattern.replace("?P<year>", "").replace("?P<month>", "").replace("?P<day>", "")),
        Column("fields", "Fields in which a model commune excels, with semicolons between.", required=False),
        Column("decision", "Number of the decision; blank: not stated.", required=False, pattern=r"\d+/QĐ-UBND"),
        Column("decided_on", "Day of the decision; blank: not stated.", "date", required=False),
        Column("basis", "recognised, reported (as recognised) or appraised (examined; recognition not seen).",
               allowed=("recognised", "reported", "appraised")),
        Column("evidence", "named, or entailed by the whole district or city having the title.",
               allowed=("named", "whole_district", "whole_city")),
        Column("source", "Where it was published.", references="sources.id"),
        Column("note_vi", "What a reader must know about this row, in Vietnamese.", required=False),
        Column("note_en", "The same in English.", required=False),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class YearCount:
    """How many communes a year added by one counting rule, and how many of them are known by name."""

    title: str
    year: int
    rule: str
    communes: int
    named: int


def titles_held(recognitions: pd.DataFrame) -> pd.DataFrame:
    """Rows of communes that hold the title, with `rank` (code of ntm_title) and `since`, the period that shows it.

    Appraised communes are left out. `since` is the label year, or else when the title was held at the latest.
    """
    held = recognitions[recognitions["basis"] != "appraised"]
    since = held["year"].astype("string").fillna(held["known_by"].astype("string"))
    return held.assign(rank=held["title"].map(TITLES.index).astype(int) + 1, since=since.astype(object))


def titles_at(recognitions: pd.DataFrame, period: str) -> pd.DataFrame:
    """The highest title that each commune is known to hold at the end of a period: one row each, in order of codes.

    Every title is a lower bound. Missing: communes without a known title have no row. The row kept is the earliest that
    shows the title, named before entailed. Raises: BadParameter if the text is no period.
    """
    end = period_end(period)
    held = titles_held(recognitions)
    held = held.assign(end=held["since"].map(period_end), entailed=held["evidence"] != "named")
    known = held[held["end"] <= end].sort_values(["area_code", "rank", "end", "entailed", "source"],
                                                 ascending=[True, False, True, True, True])  # fmt: skip
    return known.drop_duplicates("area_code").drop(columns=["end", "entailed"]).reset_index(drop=True)


def count_years(recognitions: pd.DataFrame, figures: pd.DataFrame, year: int) -> list[YearCount]:
    """What a year added in the city, by every rule that has the figures for it.

    `figures` has indicator, area_code, period (text) and value: the city's counts as published.
    """
    city = figures[figures["area_code"] == CITY].set_index(["indicator", "period"])["value"]
    named = _named(recognitions, year)
    counts = []
    for title in ADDED:
        key, names = (ADDED[title], str(year)), int((named["title"] == title).sum())
        if key in city.index:
            counts.append(YearCount(title, year, "label_year", int(city.loc[key]), names))
        ends = [(STOCK[title], period) for period in TOTALS.get(year, ())]
        if ends and all(end in city.index for end in ends):
            change = int(city.loc[ends[1]] - city.loc[ends[0]])
            counts.append(YearCount(title, year, "published_totals", change, names))
    return counts


def judge_count(count: YearCount, goal: Goal, direction: str, today: dt.date) -> Judgement:
    """What may be said of the city's goal by one counting rule. The goal is for a year, whichever rule counts it."""
    return judge(Figure(count.communes, str(count.year), domain=NOT_NEGATIVE), goal, direction, today)


def count_districts(recognitions: pd.DataFrame, communes: pd.DataFrame, count: YearCount) -> pd.DataFrame:
    """Communes of each district recognised for a year, by name: area_code, communes, qualifier, appraised.

    `communes` has code, type and parent_code of the areas of one edition. Where all names of the year are known, the
    counts are exact and a district without a name has 0; otherwise they are lower bounds (`ge`) and such a district has
    no row. `appraised` counts communes that were examined for the year and are not known to be recognised.
    Raises: ValueError for a count by any other rule than that of labels, which alone can be split by name.
    """
    if count.rule != "label_year":
        raise ValueError(f"Counts by {count.rule!r} cannot be split by district: only labels name communes.")
    parents = communes[communes["type"] == "xã"].set_index("code")["parent_code"]
    recognised = _per_district(_named(recognitions, count.year), count.title, parents)
    appraised = _per_district(_examined(recognitions, count.year), count.title, parents)
    complete = count.named == count.communes
    districts = sorted(set(parents)) if complete else sorted(recognised.index)
    frame = pd.DataFrame({"area_code": districts, "qualifier": "" if complete else "ge"})
    frame["communes"] = frame["area_code"].map(recognised).fillna(0).astype(int)
    frame["appraised"] = frame["area_code"].map(appraised).fillna(0).astype(int)
    return frame[["area_code", "communes", "qualifier", "appraised"]]


def count_titles(recognitions: pd.DataFrame, communes: pd.DataFrame, period: str) -> pd.DataFrame:
    """Rural communes of each district by the highest title that they are known to hold at the end of a period.

    Shape: one row for each district with rural communes, by code: `area_code`, `communes` (how many there are), one
    column for each of `TITLES`, `untitled` (no title known) and `appraised` (examined at any time for a title that
    neither it nor a higher one is known to be held). Titles are lower bounds. `communes` has code, type and
    parent_code.
    """
    parents = communes[communes["type"] == "xã"].set_index("code")["parent_code"]
    held = titles_at(recognitions, period)
    counts = pd.DataFrame({"communes": parents.value_counts()}).sort_index()
    for title in TITLES:
        counts[title] = _per_district(held, title, parents)
    examined = appraised_only(recognitions)
    counts["appraised"] = examined.drop_duplicates("area_code")["area_code"].map(parents).value_counts()
    counts = counts.fillna(0).astype(int)
    counts.insert(len(TITLES) + 1, "untitled", counts["communes"] - counts[list(TITLES)].sum(axis=1))
    return counts.rename_axis("area_code").reset_index()


def count_by_year(recognitions: pd.DataFrame, communes: pd.DataFrame, title: str) -> pd.DataFrame:
    """Communes of each district known by name to have been given a title, by the year for which it was given.

    Shape: as `count_titles`, one column for each year with a name, and `undated` for communes of which no year is
    known. A commune that was recognised anew counts in each of its years. Missing: none, 0 is "no name known".
    """
    parents = communes[communes["type"] == "xã"].set_index("code")["parent_code"]
    held = titles_held(recognitions)
    held = held[held["title"] == title].drop_duplicates(["area_code", "year"])
    dated = held[held["year"].notna()]
    counts = pd.crosstab(dated["area_code"].map(parents), dated["year"].astype(int))
    undated = held.loc[~held["area_code"].isin(dated["area_code"]), "area_code"].map(parents).value_counts()
    counts = counts.reindex(sorted(set(parents)), fill_value=0)
    counts["undated"] = undated.reindex(counts.index, fill_value=0)
    return counts.rename_axis("area_code", axis=0).rename_axis(None, axis=1).reset_index()


def list_decisions(recognitions: pd.DataFrame) -> pd.DataFrame:
    """What was given when, latest year first: one row for each title, year, decision and source that names communes.

    Columns: title, year, decision and decided_on (None where not stated), source, and `area_codes`, a tuple. Missing:
    titles without a year.
    """
    key = ["title", "year", "decision", "decided_on", "source"]
    held = titles_held(recognitions)
    held = held[held["year"].notna()].assign(order=-held["year"].astype(float), rank=-held["rank"])
    grouped = held.groupby(["order", "rank", *key], dropna=False)["area_code"].agg(lambda codes: tuple(sorted(codes)))
    frame = grouped.rename("area_codes").reset_index().drop(columns=["order", "rank"]).astype(object)
    return frame.where(frame.notna(), None)


def appraised_only(recognitions: pd.DataFrame) -> pd.DataFrame:
    """Rows of communes that were examined for a title and are not known to hold it or a higher one, of any year."""
    highest = titles_held(recognitions).groupby("area_code")["rank"].max()
    rows = recognitions[recognitions["basis"] == "appraised"]
    held = rows["area_code"].map(highest).astype(float).fillna(0)
    return rows[held < rows["title"].map(TITLES.index).astype(int) + 1]


def latest_day(recognitions: pd.DataFrame) -> str | None:
    """The latest period that shows a title to be held; None where none is held."""
    return max(titles_held(recognitions)["since"], key=period_end, default=None)


def _named(recognitions: pd.DataFrame, year: int) -> pd.DataFrame:
    """Communes recognised for a year, each title once."""
    held = titles_held(recognitions)
    return held[(held["year"] == year).fillna(False)].drop_duplicates(["area_code", "title"])


def _examined(recognitions: pd.DataFrame, year: int) -> pd.DataFrame:
    """Communes appraised for a year of which no recognition for it is known."""
    rows = recognitions[(recognitions["basis"] == "appraised") & (recognitions["year"] == year).fillna(False)]
    known = set(_named(recognitions, year)[["area_code", "title"]].itertuples(index=False, name=None))
    keys = pd.Series(list(zip(rows["area_code"], rows["title"], strict=True)), index=rows.index, dtype=object)
    return rows[~keys.isin(known)].drop_duplicates(["area_code", "title"])


def _per_district(rows: pd.DataFrame, title: str, parents: pd.Series[str]) -> pd.Series[int]:
    return rows.loc[rows["title"] == title, "area_code"].map(parents).value_counts()
