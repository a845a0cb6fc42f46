"""The board: every goal of the plan with the city's figure, its status and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request

from indicators.csvfile import TEXT_CSV, csv_bytes
from webapp.board import Entry, build_board, build_entries, numbered, read_filter
from webapp.cache import Answer, answer
from webapp.db import Snapshot, session, snapshot
from webapp.document import Citations, Crumb, render_document
from webapp.exports import report_menu
from webapp.exports.export import attachment
from webapp.i18n import gettext as _
from webapp.i18n import localised
from webapp.navigation import link
from webapp.past import dated
from webapp.plan import assess_plan, today
from webapp.plan_view import Line
from webapp.words import source_label

pages = Blueprint("board", __name__)

CSV_COLUMNS = (
    "row", "locator", "indicator", "name", "target", "due", "value", "value_high", "qualifier", "unit", "period",
    "source_id", "source", "status", "reason", "why",
)  # fmt: skip


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
        downloads=[
            *report_menu("city"),
            {"label": "CSV", "href": dated(link("board.table")), "detail": _("Bảng số liệu, UTF-8 có BOM")},
        ],
        over=today() > due,
        **build_board(session(), data, plan, chosen),
    )


def build_csv() -> Answer:
    """Raises BadParameter for a filter that there is not."""
    data = snapshot()
    chosen = read_filter(data, request.args)
    entries = build_entries(data, Citations(data.catalogue), assess_plan(session(), data, today()))
    return attachment(csv_bytes(CSV_COLUMNS, board_rows(data, filter(chosen.keeps, entries))), TEXT_CSV, "board.csv")


def board_rows(data: Snapshot, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """One row a goal, values unrounded."""
    return [_csv_row(data, at["number"], at["line"]) for entry in entries for at in numbered(entry)]


def _csv_row(data: Snapshot, at: str | int, line: Line) -> dict[str, Any]:
    assessed, figure = line.assessed, line.assessed.figure
    goal, indicator = assessed.stated.goal, assessed.indicator
    return {
        "row": at,
        "locator": goal.resolution_ref,
        "indicator": goal.indicator or None,
        "name": line.name,
        "target": line.target,
        "due": goal.due.isoformat(),
        "value": figure.value if figure else None,
        "value_high": figure.value_high if figure else None,
        "qualifier": figure.qualifier if figure else None,
        "unit": localised(data.catalogue.units[indicator.unit_id], "name") if indicator else None,
        "period": figure.period if figure else None,
        "source_id": figure.source_id if figure else None,
        "source": source_label(data.catalogue.sources[figure.source_id]) if figure else None,
        "status": assessed.judgement.status,
        "reason": assessed.judgement.reason,
        "why": line.why,
    }
