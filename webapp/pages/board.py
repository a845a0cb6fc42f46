"""The board: every goal of the plan with the city's figure, its status and the reason."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, request

from webapp.api.values import neutral
from webapp.board import CSV_COLUMNS, board_rows, build_board, build_entries, read_filter
from webapp.cache import Answer, answer
from webapp.db import session, snapshot
from webapp.document import Citations, Crumb, render_document
from webapp.i18n import gettext as _
from webapp.navigation import link
from webapp.plan import assess_plan, today

pages = Blueprint("board", __name__)


@pages.get("/board")
def show() -> Response:
    """The board; `status` and `theme` in the address choose a part of it."""
    return answer(build_page)


@pages.get("/board.csv")
def table() -> Response:
    """The same goals, one row each, unrounded; UTF-8 with a byte order mark."""
    return answer(build_csv)


def build_page() -> Answer:
    """Raises BadParameter for a filter that there is not."""
    data = snapshot()
    chosen = read_filter(data, request.args)
    plan = assess_plan(session(), data, today())
    due = max(goal.stated.goal.due for goal in plan)
    return render_document(
        "board.html",
        crumbs=[Crumb(_("Theo dõi kế hoạch"))],
        downloads=[{"label": "CSV", "href": link("board.table"), "detail": _("Bảng số liệu, UTF-8 có BOM")}],
        over=today() > due,
        **build_board(session(), data, plan, chosen),
    )


def build_csv() -> Answer:
    """Raises BadParameter for a filter that there is not."""
    data = snapshot()
    chosen = read_filter(data, request.args)
    entries = build_entries(data, Citations(data.catalogue), assess_plan(session(), data, today()))
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in board_rows(data, filter(chosen.keeps, entries)):
        writer.writerow({key: neutral(value) for key, value in row.items()})
    headers = {"Content-Disposition": 'attachment; filename="board.csv"'}
    return Answer(b"\xef\xbb\xbf" + text.getvalue().encode(), "text/csv; charset=utf-8", headers)
