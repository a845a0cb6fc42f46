"""All areas of a level by all indicators."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.api import check_parameters
from webapp.cache import answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.i18n import gettext as _
from webapp.matrix import build_matrix
from webapp.matrix_query import read_matrix

pages = Blueprint("matrix", __name__)


@pages.get("/matrix")
def show() -> Response:
    """Areas of an `edition` and `level` (of one `parent`) by indicators (of one `theme`), sorted by a column."""
    check_parameters("edition", "level", "parent", "theme", "sort", "order", "as_of")
    data = snapshot()
    return answer(
        lambda: render_document(
            "matrix.html",
            **build_matrix(data, read_matrix(data, request.args)),
            crumbs=[Crumb(_("Bảng địa bàn và chỉ tiêu"))],
        )
    )
