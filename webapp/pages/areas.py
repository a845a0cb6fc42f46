"""The pages of single units, the list of all, and one unit's figures as a file."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.api import check_parameters
from webapp.area_list import build_list
from webapp.area_table import write_csv
from webapp.areas import build_area
from webapp.cache import answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.exports import report_menu
from webapp.i18n import gettext as _

pages = Blueprint("areas", __name__)


@pages.get("/areas")
def index() -> Response:
    """All units of an edition by former district, or the hits of a query."""
    check_parameters("edition", "q")
    data = snapshot()
    return answer(
        lambda: render_document("areas/index.html", **build_list(data, request.args), crumbs=[Crumb(_("Địa bàn"))])
    )


@pages.get("/areas/<edition>/<code>")
def show(edition: str, code: str) -> Response:
    """One unit: identity both ways, figures, goals, ranks, what is missing, the units inside it."""
    check_parameters("as_of")
    data = snapshot()
    return answer(
        lambda: render_document(
            "areas/area.html",
            **build_area(data, data.places.area(edition, code)),
            downloads=report_menu("area", edition=edition, code=code),
        )
    )


@pages.get("/areas/<edition>/<code>.csv")
def download(edition: str, code: str) -> Response:
    """The unit's figures, one row for each indicator; UTF-8 with a byte order mark."""
    check_parameters("as_of")
    data = snapshot()
    return answer(lambda: write_csv(data, data.places.area(edition, code)))
