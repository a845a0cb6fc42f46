"""The resolution by article and clause, each goal linked to its indicator, map and status."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.cache import Answer, answer
from webapp.db import session, snapshot
from webapp.document import Crumb, render_document
from webapp.i18n import gettext as _
from webapp.plan import assess_plan, today
from webapp.resolution import build_resolution

pages = Blueprint("resolution", __name__)


@pages.get("/resolution")
def show() -> Response:
    """The whole plan in our own short words."""
    return answer(build_page)


def build_page() -> Answer:
    """The page with the verdicts of today."""
    data = snapshot()
    plan = assess_plan(session(), data, today())
    crumbs = [Crumb(_("Nghị quyết 31"))]
    return render_document("resolution.html", crumbs=crumbs, **build_resolution(data, plan))
