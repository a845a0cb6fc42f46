"""The catalogue."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from indicators.catalogue import levels_of, strata_of
from indicators.goals import StatedGoal
from indicators.models import Indicator
from indicators.targets import Footing, Goal
from webapp.api import check_parameters, json_answer
from webapp.cache import answer
from webapp.db import Snapshot, snapshot
from webapp.i18n import localised
from webapp.words import unit_text

api = Blueprint("api_indicators", __name__, url_prefix="/api/v1")


@api.get("/indicators")
def indicators() -> Response:
    """All indicators in the order of the catalogue."""
    check_parameters()
    data = snapshot()
    return answer(
        lambda: json_answer({"indicators": [_summary(data, row) for row in data.catalogue.indicators.values()]})
    )


@api.get("/indicators/<indicator>")
def indicator(indicator: str) -> Response:
    """One indicator with its definition, targets and the years for which figures exist."""
    check_parameters("as_of")
    return answer(lambda: json_answer(_detail(snapshot(), indicator)))


def _summary(data: Snapshot, row: Indicator) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": localised(row, "name"),
        "unit": unit_text(data.catalogue, row) or None,
        "theme": row.theme_id,
        "theme_name": localised(data.catalogue.themes[row.theme_id], "name"),
        "measure": row.measure,
        "direction": row.direction,
        "aggregation": row.aggregation,
        "decimals": row.decimals,
        "levels": list(levels_of(row)),
        "strata": list(strata_of(row)),
        "tier": row.tier,
        "resolution_ref": row.resolution_ref,
    }


def _detail(data: Snapshot, indicator_id: str) -> dict[str, Any]:
    row = data.catalogue.indicator(indicator_id)
    periods: dict[str, dict[str, list[str]]] = {}
    for name, edition, level, stratum in sorted(data.catalogue.coverage):
        if name == indicator_id:
            known = periods.setdefault(edition, {}).setdefault(level, [])
            known += [y for y in data.catalogue.years((name, edition, level, stratum)) if y not in known]
            known.sort()
    return {
        **_summary(data, row),
        "definition": localised(row, "definition"),
        "labels": {str(label.value): localised(label, "name") for label in data.catalogue.labels.get(row.id, [])},
        "targets": [_target(data, stated) for stated in data.catalogue.stated(row.id)],
        "periods": periods,
    }


def _target(data: Snapshot, stated: StatedGoal) -> dict[str, Any]:
    return {
        **goal_document(data, stated.goal),
        "text": localised(stated, "text"),
        "note": localised(stated, "note") or None,
    }


def goal_document(data: Snapshot, goal: Goal, footing: Footing | None = None) -> dict[str, Any]:
    """A goal as the API shows it; `areas` are those that it names, `footing` how it stands to the area asked about."""
    measure = data.catalogue.indicator(goal.indicator).measure
    return {
        "scope": goal.scope,
        "areas": [{"edition": edition, "code": code} for edition, code in goal.areas],
        "operator": goal.operator,
        "low": goal.low,
        "high": goal.high,
        "unit": None if measure == "status" else localised(data.catalogue.units[goal.unit], "name"),
        "base": goal.base or None,
        "year": goal.year,
        "due": goal.due.isoformat(),
        "timing": goal.timing,
        "resolution_ref": goal.resolution_ref,
        "version": goal.version,
        **({"footing": footing} if footing else {}),
    }
