"""The two programmes whose facts are not single figures: titles of communes, and upgrades of districts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from geo.errors import BadParameter
from indicators import ntm
from indicators.wording import LANGUAGES
from webapp.api import check_parameters, json_answer
from webapp.cache import answer
from webapp.db import session, snapshot
from webapp.i18n import language
from webapp.ntm import Facts, YearGoal, load_facts, shares, titles_of, year_goals
from webapp.pages.gazetteer import area_name
from webapp.today import today

api = Blueprint("api_programmes", __name__, url_prefix="/api/v1")

View = dict[str, Any]


@api.get("/ntm")
def titles() -> Response:
    """New-style rural titles of one edition: goals under both rules, years, districts, and every dated title."""
    check_parameters("edition")
    return answer(lambda: json_answer(_titles()))


def _titles() -> View:
    """Raises BadParameter without an edition, for a code means nothing without one."""
    data, edition = snapshot(), request.args.get("edition")
    if edition is None:
        raise BadParameter("edition", None, tuple(data.places.editions))
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
