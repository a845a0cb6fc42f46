"""Figures by area, as JSON and CSV, unrounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from flask import Blueprint, Response, request

from indicators.csvfile import TEXT_CSV
from indicators.observations import Figure
from indicators.table import Carried, IndicatorTable
from indicators.targets import Footing, Goal
from webapp.api import check_parameters, json_answer
from webapp.api.indicators import goal_document
from webapp.cache import Answer, answer
from webapp.db import Snapshot, snapshot
from webapp.exports.delimited import write_csv
from webapp.exports.export import attachment, build_figures
from webapp.exports.ink import ground
from webapp.figures import table_for
from webapp.i18n import localised
from webapp.legend import build_legend
from webapp.pages.gazetteer import area_name
from webapp.query import MapQuery, read_query
from webapp.words import JudgementTexts, carried_text, unit_text

api = Blueprint("api_values", __name__, url_prefix="/api/v1")

PARAMETERS = ("indicator", "edition", "level", "period", "stratum", "display", "rebase", "aggregate", "as_of")
NO_FIGURE: dict[str, Any] = {
    "period": None, "value": None, "qualifier": None, "value_high": None,
    "status": "missing", "source_id": None, "note": None,
}  # fmt: skip


@api.get("/values")
def values() -> Response:
    """Figures with their classes, sources and alternatives."""
    check_parameters(*PARAMETERS)
    return answer(lambda: json_answer(_document()))


@api.get("/values.csv")
def values_csv() -> Response:
    """One row per area: the same file as `/download/values.csv`."""
    check_parameters(*PARAMETERS)
    return answer(_csv)


def _read() -> tuple[Snapshot, MapQuery, IndicatorTable]:
    data = snapshot()
    query = read_query(data, request.args.get("indicator"), request.args, strict=True)
    return data, query, table_for(data, query)


def _csv() -> Answer:
    data, query, table = _read()
    export = build_figures(data, query, table)
    return attachment(write_csv(export), TEXT_CSV, f"{export.stem}.csv")


def _document() -> dict[str, Any]:
    data, _query, table = _read()
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
            "colour": ground(entry["colour"]),
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
