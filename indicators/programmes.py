"""Titles of communes and upgrades of districts, from checked tables to the store and back to frames."""

from __future__ import annotations

from functools import partial

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.areas import Places
from boundaries.models import Base
from boundaries.problems import nearest_hint
from boundaries.tables import Findings, Frames, Table
from indicators.catalogue import Catalogue
from indicators.ntm import ADDED, RECOGNITIONS, STOCK, TOTALS
from indicators.observations import Figure
from indicators.periods import is_period
from indicators.programme_models import Recognition, UpgradeCriterion, UpgradeMilestone, UpgradeStatus
from indicators.table import indicator_table
from indicators.targets import read_areas
from indicators.upgrades import CRITERIA, MILESTONES, STATUSES, Upgrades

PROGRAMMES: dict[str, Table] = {table.name: table for table in (RECOGNITIONS, CRITERIA, STATUSES, MILESTONES)}
"""All tables of programmes, each after those it refers to."""

PROGRAMME_MODELS: dict[str, type[Base]] = {
    RECOGNITIONS.name: Recognition,
    CRITERIA.name: UpgradeCriterion,
    STATUSES.name: UpgradeStatus,
    MILESTONES.name: UpgradeMilestone,
}

RULES = {
    "place": "The code exists in the edition of its row, or of its pair edition/code.",
    "commune": "Titles are given to rural communes (xã) only.",
    "held": "A title that is held has its year or the latest day it was given, never both.",
    "threshold": "A threshold or a total has its number, and nothing else has one.",
    "day": "A date is YYYY, YYYY-MM or YYYY-MM-DD and such a day exists.",
    "share": "A number out of so many is not greater than they are.",
}

_DATES = ((RECOGNITIONS, "known_by"), (STATUSES, "as_of"), (MILESTONES, "date"))
_TYPES = {"integer": "Int64", "number": "float64"}


def check_programmes(text: Frames, typed: Frames, areas: pd.DataFrame, findings: Findings) -> None:
    """Apply the rules. `text` and `typed` hold the tables of programmes, `areas` is the table of areas as text."""
    kinds = dict(zip(zip(areas["edition"], areas["code"], strict=True), areas["type"], strict=True))
    _check_places(text, kinds, findings)
    _check_recognitions(text[RECOGNITIONS.name], kinds, findings)
    numbered = text[CRITERIA.name]["kind"].isin(("threshold", "total")) != (text[CRITERIA.name]["threshold"] != "")
    findings.add(CRITERIA, text[CRITERIA.name], numbered, "threshold", "threshold", RULES["threshold"])
    statuses = typed[STATUSES.name]
    over = statuses["value"] > statuses["denominator"]
    findings.add(STATUSES, text[STATUSES.name], over, "value", "share", RULES["share"])
    for table, column in _DATES:
        cells = text[table.name][column]
        shaped = cells.str.fullmatch(str(next(c.pattern for c in table.columns if c.name == column)))
        absurd = (cells != "") & shaped & ~cells.map(is_period)
        findings.add(table, text[table.name], absurd.astype(bool), column, "day", RULES["day"])


def _check_places(text: Frames, kinds: dict[tuple[str, str], str], findings: Findings) -> None:
    editions = {edition for edition, _ in kinds}
    for table in (RECOGNITIONS, STATUSES):
        frame = text[table.name]
        for edition in sorted(editions):
            codes = {code for known, code in kinds if known == edition}
            astray = (frame["edition"] == edition) & ~frame["area_code"].isin(codes)
            findings.add(table, frame, astray, "area_code", "place", partial(_code_hint, edition, codes))
    milestones = text[MILESTONES.name]
    astray = milestones["areas"].map(lambda cell: not set(read_areas(cell)) <= set(kinds)).astype(bool)
    findings.add(MILESTONES, milestones, astray, "areas", "place", RULES["place"])


def _code_hint(edition: str, codes: set[str], code: str) -> str:
    return f"Edition {edition} has no {code!r}. {nearest_hint(code, codes)}"


def _check_recognitions(frame: pd.DataFrame, kinds: dict[tuple[str, str], str], findings: Findings) -> None:
    kind = [kinds.get(key, "xã") for key in zip(frame["edition"], frame["area_code"], strict=True)]
    findings.add(RECOGNITIONS, frame, pd.Series(kind, frame.index) != "xã", "area_code", "commune", RULES["commune"])
    dates = (frame["year"] != "").astype(int) + (frame["known_by"] != "")
    undated = (dates == 2) | ((dates == 0) & (frame["basis"] != "appraised"))
    findings.add(RECOGNITIONS, frame, undated, "year", "held", RULES["held"])


def load_recognitions(session: Session) -> pd.DataFrame:
    """All titles of communes: columns of `ntm.RECOGNITIONS`, in the order of the file; `year` as Int64 with NA."""
    return _frame(session, RECOGNITIONS)


def load_upgrades(session: Session) -> Upgrades:
    """The upgrades of districts, in the order of the files."""
    return Upgrades(*(_frame(session, table) for table in (CRITERIA, STATUSES, MILESTONES)))


def _frame(session: Session, table: Table) -> pd.DataFrame:
    """Rows of the store in the types that `boundaries.tables.check_columns` gives: None, NaN or NA where blank."""
    fields = PROGRAMME_MODELS[table.name].__table__.c
    query = select(*(fields[column.field] for column in table.columns)).order_by(fields["position"])
    frame = pd.DataFrame(session.execute(query).all(), columns=pd.Index(table.header), dtype=object)
    return frame.astype({column.name: _TYPES[column.type] for column in table.columns if column.type in _TYPES})


def load_published(
    session: Session, catalogue: Catalogue, places: Places, edition: str
) -> dict[tuple[str, str], Figure]:
    """The city's counts of communes by (indicator, period): those added in each year, and the running totals whose
    difference is a year's count. Missing: a count that nobody published has no key."""
    periods = {
        **{name: catalogue.years((name, edition, "city", "all")) for name in ADDED.values()},
        **{name: [period for pair in TOTALS.values() for period in pair] for name in STOCK.values()},
    }
    found = {}
    for name in periods:
        for period in periods[name]:
            table = indicator_table(session, catalogue, places, name, edition, "city", period)
            figure = table.rows[0].figure
            if figure is not None and figure.period == period:
                found[name, period] = figure
    return found
