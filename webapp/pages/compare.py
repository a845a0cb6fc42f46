"""Areas beside each other."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.api import check_parameters
from webapp.cache import Answer, answer
from webapp.compare import build_comparison
from webapp.compare_query import FEWEST, read_compare
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.exports import report_menu
from webapp.i18n import gettext as _

pages = Blueprint("compare", __name__)


@pages.get("/compare")
def show() -> Response:
    """Two to six areas as `areas=edition:code,…`; `q` looks for one to add, `rows` and `show` choose what is seen."""
    check_parameters("areas", "rows", "show", "q", "as_of")
    data = snapshot()

    def build() -> Answer:
        query = read_compare(data, request.args)
        return render_document(
            "compare.html",
            **build_comparison(data, query),
            crumbs=[Crumb(_("So sánh"))],
            downloads=report_menu("compare", areas=query.areas) if len(query.keys) >= FEWEST else [],
        )

    return answer(build)
