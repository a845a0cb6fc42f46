"""All areas of a level by all indicators."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.api import check_parameters
from webapp.cache import Answer, answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.exports import everything_menu
from webapp.i18n import gettext as _
from webapp.matrix import build_matrix
from webapp.matrix_query import read_matrix

pages = Blueprint("matrix", __name__)


@pages.get("/matrix")
def show() -> Response:
    """Areas of an `edition` and `level` (of one `parent`) by indicators (of one `theme`), sorted by a column."""
    check_parameters("edition", "level", "parent", "theme", "sort", "order", "as_of")
    data = snapshot()

    def build() -> Answer:
        query = read_matrix(data, request.args)
        return render_document(
            "matrix.html",
            **build_matrix(data, query),
            crumbs=[Crumb(_("Bảng địa bàn và chỉ tiêu"))],
            downloads=everything_menu(
                _("Mọi chỉ số của các địa bàn ở cấp này"), edition=query.edition, level=query.level
            ),
        )

    return answer(build)
