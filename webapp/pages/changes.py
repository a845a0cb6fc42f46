"""What changed on the day the editions changed, both ways."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.api import check_parameters
from webapp.cache import answer
from webapp.changes import build_changes, read_changes
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.i18n import gettext as _

pages = Blueprint("changes", __name__)


@pages.get("/changes")
def show() -> Response:
    """A map and a list of all units by kind of change; `side`, `kind` and `district` choose among them."""
    check_parameters("side", "kind", "district")
    data = snapshot()
    return answer(
        lambda: render_document(
            "changes.html",
            **build_changes(data, read_changes(data, request.args)),
            crumbs=[Crumb(_("Thay đổi địa giới"))],
        )
    )
