"""Turning rural districts into urban ones: criteria, reports, totals, milestones, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from indicators.programmes import load_upgrades
from indicators.table import indicator_table
from indicators.upgrades import DISTRICT_LEVEL_ENDED, OUTCOME, SUBJECTS
from indicators.wording import LANGUAGES, say
from webapp.cache import Answer, answer
from webapp.db import Snapshot, session, snapshot
from webapp.document import Citations, Crumb, render_document
from webapp.i18n import date, language
from webapp.i18n import gettext as _
from webapp.identity import area_path
from webapp.pages.gazetteer import area_name
from webapp.today import today
from webapp.upgrades import Page, build_conflicts, build_districts, build_groups, build_laws, build_totals
from webapp.upgrades_after import build_communes, build_single_reports, build_sizes, draw_successors, plan_names
from webapp.upgrades_time import build_milestones, draw_timeline
from webapp.words import goal_locator_text, verdict_text

PLAN = "district_upgrade_plan"
LAWS = ("phuong", "city", "phuong_2026", "xa_2026", "city_2026", "urban_class_2026")

pages = Blueprint("upgrades", __name__)


@pages.get("/upgrades")
def show() -> Response:
    """The page; it has no choices."""
    return answer(build_page)


def build_page() -> Answer:
    """Raises UnknownName where the store lacks the districts of the programme."""
    data = snapshot()
    page = Page(data, load_upgrades(session()), Citations(data.catalogue))
    view = {
        "districts": build_districts(page),
        "goals": _goals(data),
        "totals": build_totals(page),
        "groups": build_groups(page),
        "conflicts": build_conflicts(page.upgrades.statuses["conflict"].dropna()),
        "plans": plan_names(page),
        "communes": build_communes(page),
        "singles": build_single_reports(page),
        "map": draw_successors(page),
        "sizes": build_sizes(page),
        "timeline": draw_timeline(page),
        "milestones": build_milestones(page),
        "laws": build_laws(page, LAWS),
    }
    lang = "" if language() == "vi" else "?lang=en"
    return render_document(
        "upgrades.html",
        crumbs=[Crumb(_("Lên quận"))],
        downloads=[
            {"label": "JSON", "href": f"/api/v1/upgrades{lang}", "detail": _("Các dòng của trang này, không làm tròn")}
        ],
        ended=date(DISTRICT_LEVEL_ENDED),
        outcome=OUTCOME[LANGUAGES.index(language())],
        view=view,
        sources=page.cite.items,
    )


def _goals(data: Snapshot) -> list[dict[str, Any]]:
    """The goal that the resolution sets for each district that it names, and what may be said of it."""
    if PLAN not in data.catalogue.indicators:
        return []
    edition = SUBJECTS[0][0]
    table = indicator_table(session(), data.catalogue, data.places, PLAN, edition, "district", today=today())
    named = {row.area.code: row for row in table.rows if (edition, row.area.code) in SUBJECTS}
    goal = data.catalogue.goals[PLAN][0]
    return [
        {
            "name": area_name(row.area),
            "href": area_path(row.area),
            "locator": goal_locator_text(goal),
            "year": goal.year,
            "status": row.judgement.status,
            "words": verdict_text(row.judgement.status),
            "why": say(row.judgement, language()),
        }
        for row in (named[code] for _edition, code in SUBJECTS)
    ]
