"""The two programmes whose facts are not single figures: titles of communes, and upgrades of districts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from geo.errors import BadParameter
from indicators import ntm
from indicators.programmes import load_upgrades
from indicators.targets import read_areas
from indicators.upgrades import (
    COMPARED,
    CONFLICTS,
    DISTRICT_LEVEL_ENDED,
    OUTCOME,
    SUBJECTS,
    check_one_series,
    totals,
)
from indicators.wording import LANGUAGES
from webapp.api import check_parameters, json_answer
from webapp.api.areas import area_document
from webapp.cache import answer
from webapp.db import Snapshot, session, snapshot
from webapp.i18n import language
from webapp.ntm import Facts, YearGoal, load_facts, shares, titles_of, year_goals
from webapp.pages.gazetteer import area_name
from webapp.today import today
from webapp.upgrades import records, said

api = Blueprint("api_programmes", __name__, url_prefix="/api/v1")

View = dict[str, Any]


@api.get("/ntm")
def titles() -> Response:
    """New-style rural titles of one edition: goals under both rules, years, districts, and every dated title."""
    check_parameters("edition", "as_of")
    return answer(lambda: json_answer(_titles()))


def _titles() -> View:
    """Raises BadParameter without an edition, for a code means nothing without one."""
    data, edition = snapshot(), request.args.get("edition")
    if not edition:
        raise BadParameter("edition", edition, tuple(data.places.editions))
    facts = load_facts(session(), data, edition)
    return {
        "edition": facts.edition,
        "period": facts.period,
        "data_version": data.version,
        "rules": [
            {"id": rule, "text": texts[_lang()], "used": rule == ntm.RULE_USED} for rule, texts in ntm.RULES.items()
        ],
        "goals": [_goal(goal) for goal in year_goals(facts, today())],
        "years": [_year(facts, year, title) for year in facts.years for title in ntm.ADDED],
        "districts": [_district(facts, row) for row in shares(facts)],
        "titles": [row for area, rows in titles_of(facts) for row in (_title(facts, row) for row in rows)],
    }


def _lang() -> int:
    return LANGUAGES.index(language())


def _goal(row: YearGoal) -> View:
    return {
        "title": row.title,
        "indicator": row.goal.indicator,
        "year": row.goal.year,
        "operator": row.goal.operator,
        "low": row.goal.low,
        "resolution_ref": row.goal.resolution_ref,
        "counts": [
            {"rule": count.rule, "communes": count.communes, "named": count.named, "status": judged.status}
            for count, judged in row.counts
        ],
    }


def _year(facts: Facts, year: int, title: str) -> View:
    """What was published of a year, and what is known by name, district by district."""
    count = next((c for c in facts.counts(year) if (c.title, c.rule) == (title, ntm.RULE_USED)), None)
    rows = ntm.count_districts(facts.recognitions, facts.communes, count).to_dict("records") if count else []
    return {
        "year": year,
        "title": title,
        "communes": count.communes if count else None,
        "named": count.named if count else None,
        "source_id": facts.published[ntm.ADDED[title], str(year)].source_id if count else None,
        "districts": [
            {"code": row["area_code"], "communes": row["communes"], "qualifier": row["qualifier"] or None,
             "appraised": row["appraised"]}
            for row in rows
        ],
    }  # fmt: skip


def _district(facts: Facts, row: View) -> View:
    counts = {name: row[name] for name in ("communes", *ntm.TITLES, "untitled", "appraised")}
    return {"code": row["area_code"], "name": area_name(facts.area(row["area_code"])), **counts}


def _title(facts: Facts, row: View) -> View:
    area = facts.area(row["area_code"])
    return {
        "code": area.code,
        "name": area_name(area),
        "district_code": area.parent_code,
        **{name: row[name] for name in ("title", "year", "known_by", "fields", "decision")},
        "decided_on": row["decided_on"].isoformat() if row["decided_on"] else None,
        **{name: row[name] for name in ("basis", "evidence")},
        "source_id": row["source"],
        "note": row[f"note_{language()}"],
    }


@api.get("/upgrades")
def upgrades() -> Response:
    """Upgrades of districts: criteria, every report as its source states it, totals list by list, milestones."""
    check_parameters()
    return answer(lambda: json_answer(_upgrades()))


def _upgrades() -> View:
    data = snapshot()
    tables = load_upgrades(session())
    return {
        "data_version": data.version,
        "districts": [
            {**area_document(data.places.area(*key)), "named_in_resolution": key in SUBJECTS}
            for key in (*SUBJECTS, *COMPARED)
        ],
        "district_level_ended": DISTRICT_LEVEL_ENDED.isoformat(),
        "outcome": OUTCOME[_lang()],
        "criteria": [_criterion(row) for row in records(tables.criteria)],
        "reports": [_report(data, row) for row in records(tables.statuses)],
        # one list of reports for each list of criteria: they are never one series
        "totals": {name: [_report(data, row) for row in records(check_one_series(rows))]
                   for name, rows in totals(tables).items()},
        "conflicts": {name: texts[_lang()] for name, texts in CONFLICTS.items()},
        "milestones": [_milestone(row) for row in records(tables.milestones)],
    }  # fmt: skip


def _criterion(row: View) -> View:
    return {
        **{name: row[name] for name in ("id", "level", "group")},
        "name": said(row, "name"),
        **{name: row[name] for name in ("kind", "operator", "threshold")},
        "threshold_text": said(row, "threshold") or None,
        "unit": said(row, "unit") or None,
        "legal": said(row, "legal") or None,
        "valid_from": row["valid_from"].isoformat() if row["valid_from"] else None,
        "valid_to": row["valid_to"].isoformat() if row["valid_to"] else None,
        "basis": row["basis"],
        "source_id": row["source"],
        "note": said(row, "note") or None,
    }


def _report(data: Snapshot, row: View) -> View:
    area = data.places.area(row["edition"], row["area_code"])
    return {
        "edition": area.edition_id,
        "code": area.code,
        "name": area_name(area),
        **{name: row[name] for name in ("criterion", "result", "value")},
        "qualifier": row["qualifier"] or None,
        **{name: row[name] for name in ("denominator", "as_of", "confidence", "conflict")},
        "source_id": row["source"],
        "note": said(row, "note") or None,
    }


def _milestone(row: View) -> View:
    return {
        "id": row["id"],
        "date": row["date"],
        "areas": [{"edition": edition, "code": code} for edition, code in read_areas(row["areas"])],
        "event": said(row, "event"),
        "source_id": row["source"],
        "note": said(row, "note") or None,
    }
