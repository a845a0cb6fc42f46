"""Figures by area, as JSON and CSV, unrounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from flask import Blueprint, Response, request

from geo.palette import COLOURS
from indicators.observations import Figure
from indicators.table import Carried, IndicatorTable
from indicators.targets import Footing, Goal
from webapp.api import check_parameters, json_answer
from webapp.api.indicators import goal_document
from webapp.cache import Answer, answer
from webapp.db import Snapshot, snapshot
from webapp.figures import table_for
from webapp.i18n import localised
from webapp.legend import build_legend
from webapp.pages.gazetteer import area_name
from webapp.query import read_query
from webapp.words import JudgementTexts, carried_text, goal_value_text, source_label, unit_text

api = Blueprint("api_values", __name__, url_prefix="/api/v1")

PARAMETERS = ("indicator", "edition", "level", "period", "stratum", "display", "rebase", "aggregate", "as_of")
CSV_COLUMNS = (
    "indicator", "indicator_name", "edition", "level", "code", "name", "type", "parent_code", "stratum", "period",
    "value", "qualifier", "value_high", "unit", "status", "target", "progress", "status_code", "reason", "reason_text",
    "class_index", "source_id", "source", "note", "carried", "carried_quality", "carried_coverage",
)  # fmt: skip
NO_FIGURE: dict[str, Any] = {
    "period": None, "value": None, "qualifier": None, "value_high": None,
    "status": "missing", "source_id": None, "note": None,
}  # fmt: skip


@api.get("/values")
def values() -> Response:
    """Figures with their classes, sources and alternatives."""
    check_parameters(*PARAMETERS)
    return answer(lambda: json_answer(_document(*_read())))


@api.get("/values.csv")
def values_csv() -> Response:
    """One row per area; UTF-8 with a byte order mark, so that spreadsheets read Vietnamese."""
    check_parameters(*PARAMETERS)
    return answer(lambda: _csv(*_read()))


def _read() -> tuple[Snapshot, IndicatorTable]:
    data = snapshot()
    query = read_query(data, request.args.get("indicator"), request.args, strict=True)
    return data, table_for(data, query)


def _document(data: Snapshot, table: IndicatorTable) -> dict[str, Any]:
    return {
        "indicator": table.indicator.id,
        "edition": table.edition,
        "level": table.level,
        "period": table.period,
        "stratum": table.stratum,
        "unit": unit_text(data.catalogue, table.indicator) or None,
        "target": goal_document(data, table.goal, table.footing) if table.goal else None,
        "data_version": data.version,
        "coverage": {"with_value": table.with_value, "total": table.applicable},
        "legend": _legend(data, table),
        "areas": area_values(data, table, partial(goal_document, data)),
    }


def _legend(data: Snapshot, table: IndicatorTable) -> list[dict[str, Any]]:
    return [
        {
            **{name: entry[name] for name in ("label", "lower", "upper", "count")},
            "colour": COLOURS[entry["colour"]],
            "status_code": entry.get("status_code"),
        }
        for entry in build_legend(data, table)["classes"]
    ]


def area_values(data: Snapshot, table: IndicatorTable, target: Callable[[Goal, Footing], Any]) -> list[dict[str, Any]]:
    """One document per area in the order of codes; missing is null with its reason.

    `reason` is the code of the judgement: why the figure is missing, or why its status is what it is. `target` writes
    the goal that an area is judged by.
    """
    write, said = cache(target), JudgementTexts(table.indicator, unit_text(data.catalogue, table.indicator))
    return [
        {
            "code": row.area.code,
            "name": area_name(row.area),
            "type": row.area.type,
            "parent_code": row.area.parent_code,
            **(_figure_document(row.figure) if row.figure else NO_FIGURE),
            "target": write(row.assessment.goal, row.assessment.footing) if row.assessment.goal else None,
            "progress": row.judgement.progress.value,
            "status_code": row.judgement.status,
            "reason": row.judgement.reason,
            "reason_text": said(row.judgement),
            "class_index": row.class_index,
            "alternatives": [_figure_document(figure) for figure in row.alternatives],
            "carried": _carried_document(row.carried) if row.carried else None,
        }
        for row in table.rows
    ]


def _figure_document(figure: Figure) -> dict[str, Any]:
    return {
        "period": figure.period,
        "value": figure.value,
        "qualifier": figure.qualifier,
        "value_high": figure.value_high,
        "status": figure.status,
        "source_id": figure.source_id,
        "note": localised(figure, "note") or None,
    }


def _carried_document(carried: Carried) -> dict[str, Any]:
    """How a figure that nobody published for this area came here; `text` says it in words."""
    document = {
        name: getattr(carried, name)
        for name in ("origin", "quality", "coverage", "method", "weight_basis", "basis", "contributors", "error")
    }
    return {**document, "source_ids": list(carried.source_ids), "text": carried_text(carried)}


def _csv(data: Snapshot, table: IndicatorTable) -> Answer:
    common = {
        "indicator": table.indicator.id,
        "indicator_name": localised(table.indicator, "name"),
        "edition": table.edition,
        "level": table.level,
        "stratum": table.stratum,
        "unit": unit_text(data.catalogue, table.indicator),
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for row in area_values(data, table, lambda goal, _footing: goal_value_text(goal, common["unit"])):
        source = data.catalogue.sources.get(row["source_id"])
        row["source"] = source_label(source) if source else None
        carried = row["carried"] or {}
        row |= {"carried": carried.get("text"), "carried_quality": carried.get("quality"),
                "carried_coverage": carried.get("coverage")}  # fmt: skip
        writer.writerow({key: neutral(value) for key, value in {**row, **common}.items()})
    name = f"{table.indicator.id}_{table.level}_{table.edition}_{table.period or 'none'}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(b"\xef\xbb\xbf" + text.getvalue().encode(), "text/csv; charset=utf-8", headers)


def neutral(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
