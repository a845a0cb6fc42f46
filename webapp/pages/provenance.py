"""Pages on which figures open to their origin: one figure with its history, one batch, all batches."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from geo.errors import BadParameter
from webapp.api import check_parameters
from webapp.cache import answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.i18n import gettext as _
from webapp.navigation import link
from webapp.provenance import build_batch, build_batches, build_origin

pages = Blueprint("provenance", __name__)


@pages.get("/figures/<indicator_id>/<edition>/<code>")
def figure(indicator_id: str, edition: str, code: str) -> Response:
    """Every figure of an indicator for an area, with source, file, row and batch, and what stood before."""
    check_parameters()
    data = snapshot()
    indicator, area = data.catalogue.indicator(indicator_id), data.places.area(edition, code)

    def build() -> dict[str, object]:
        shown = build_origin(data, indicator, area)
        crumbs = [Crumb(shown["area"], shown["area_href"]), Crumb(_("Nguồn gốc số liệu"))]
        return {**shown, "crumbs": crumbs}

    return answer(lambda: render_document("provenance/figure.html", **build()))


@pages.get("/batches")
def batches() -> Response:
    """Every batch of figures, newest first."""
    check_parameters()
    crumbs = [Crumb(_("Nguồn và phương pháp"), link("sources.show")), Crumb(_("Các đợt số liệu"))]
    return answer(lambda: render_document("provenance/batches.html", **build_batches(), crumbs=crumbs))


@pages.get("/batches/<number>")
def batch(number: str) -> Response:
    """What one batch brought, from which file, and which warnings were confirmed; its figures page by page."""
    check_parameters("page")
    page = request.args.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,5}", page):
        raise BadParameter("page", page, ["1, 2, 3 …"])
    data = snapshot()
    crumbs = [Crumb(_("Các đợt số liệu"), link("provenance.batches")), Crumb(_("Đợt %(number)s", number=number))]
    return answer(
        lambda: render_document("provenance/batch.html", **build_batch(data, number, int(page)), crumbs=crumbs)
    )
