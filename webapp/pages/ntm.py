"""New-style rural communes: titles by decision, year and district, and the goals of the year under both rules."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.cache import Answer, answer
from webapp.db import session, snapshot
from webapp.document import Citations, Crumb, render_document
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.navigation import link
from webapp.ntm import load_facts
from webapp.ntm_view import build_ntm
from webapp.past import dated
from webapp.today import today
from webapp.words import edition_phrase

pages = Blueprint("ntm", __name__)


@pages.get("/ntm")
def show() -> Response:
    """The page of an edition, by default the one whose units were given titles."""
    return answer(build_page)


def build_page() -> Answer:
    """Raises UnknownName for an unknown edition, BadParameter for one without titles."""
    data = snapshot()
    facts, cite = load_facts(session(), data, request.args.get("edition")), Citations(data.catalogue)
    view = build_ntm(facts, cite, today())
    query = f"edition={facts.edition}{'' if language() == 'vi' else '&lang=en'}"
    return render_document(
        "ntm.html",
        crumbs=[Crumb(_("Nông thôn mới"))],
        downloads=[
            {
                "label": "JSON",
                "href": dated(f"/api/v1/ntm?{query}"),
                "detail": _("Các dòng của trang này, không làm tròn"),
            }
        ],
        map_href=dated(link("maps.show", indicator="ntm_title", edition=facts.edition, level="commune")),
        edition=edition_phrase(data.places.edition(facts.edition)),
        view=view,
        sources=cite.items,
    )
