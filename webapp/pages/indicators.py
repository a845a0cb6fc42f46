"""The catalogue for readers: the list of all indicators, and one page for each."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.api import check_parameters
from webapp.cache import answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.i18n import gettext as _
from webapp.i18n import localised
from webapp.indicator_list import build_list, read_list
from webapp.indicator_page import build_indicator
from webapp.navigation import link

pages = Blueprint("indicators", __name__)


@pages.get("/indicators")
def index() -> Response:
    """All indicators by theme; `tier`, `known` and `q` choose among them."""
    check_parameters("tier", "known", "q", "as_of")
    data = snapshot()
    return answer(
        lambda: render_document(
            "indicators/index.html", **build_list(data, read_list(request.args)), crumbs=[Crumb(_("Chỉ số"))]
        )
    )


@pages.get("/indicators/<indicator>")
def show(indicator: str) -> Response:
    """One indicator."""
    check_parameters("as_of")
    data = snapshot()
    row = data.catalogue.indicator(indicator)
    crumbs = [Crumb(_("Chỉ số"), link("indicators.index")), Crumb(localised(row, "name"))]
    return answer(lambda: render_document("indicators/show.html", **build_indicator(data, row), crumbs=crumbs))
