"""One area: its figure with note and source, every other figure that was published for it, and what it is now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from boundaries.models import Area
from geo.errors import BadParameter
from indicators.assess import Assessment
from indicators.history import read_stated
from indicators.models import Batch, Statement
from indicators.observations import Figure
from indicators.table import IndicatorTable
from webapp.db import Snapshot, session
from webapp.i18n import localised, period_text
from webapp.identity import pieces
from webapp.legend import label_texts
from webapp.pages.gazetteer import area_name
from webapp.past import dated
from webapp.provenance import origin_path
from webapp.words import (
    JudgementTexts,
    figure_text,
    goal_text,
    reason_text,
    source_view,
    status_text,
    unit_text,
    verdict_text,
)


def build_detail(data: Snapshot, table: IndicatorTable, code: str) -> dict[str, Any]:
    """All that is known of one area's figure. Raises UnknownName for a code that the edition lacks."""
    area = data.places.area(table.edition, code)
    row = next((row for row in table.rows if row.area.code == code), None)
    if row is None:
        raise BadParameter("code", code, [row.area.code for row in table.rows[:6]])
    figures = [row.figure, *row.alternatives] if row.figure else []
    return {
        "code": code,
        "edition": table.edition,
        "name": area_name(area),
        "now": _now(data, area),
        "reason": reason_text(row.reason) if row.reason else None,
        "judgement": _judgement_view(data, table, row.assessment)
        if table.indicator.id in data.catalogue.goals
        else None,
        "figures": [
            {
                **_figure_view(data, table, figure),
                "origin": None if row.carried else _origin_view(data, table, area, figure),
            }
            for figure in figures
        ],
    }


def _now(data: Snapshot, area: Area) -> list[dict[str, str]]:
    """The units that a former one became, largest share first, with their pages."""
    lineage = data.lineage(area) if area.level != "city" else None
    found = pieces(data, lineage.successors) if lineage else []
    return [{"name": piece.name, "href": dated(piece.href)} for piece in found]


def _judgement_view(data: Snapshot, table: IndicatorTable, assessment: Assessment) -> dict[str, Any]:
    """Status and reason with the goal that they are about, and the same for further goals."""
    goal, judgement, unit = assessment.goal, assessment.judgement, unit_text(data.catalogue, table.indicator)
    return {
        "status_code": judgement.status,
        "label": verdict_text(judgement.status),
        "text": JudgementTexts(table.indicator, unit)(judgement),
        "progress": judgement.progress.value,
        "target": goal_text(data.places, goal, unit) if goal else None,
        "others": [_judgement_view(data, table, other) for other in assessment.others],
    }


def _figure_view(data: Snapshot, table: IndicatorTable, figure: Figure) -> dict[str, Any]:
    unit = unit_text(data.catalogue, table.indicator)
    return {
        "value": figure_text(figure, table.indicator.decimals, unit, label_texts(data, table)),
        "period": period_text(figure.period),
        "status": status_text(figure.status),
        "note": localised(figure, "note") or None,
        "source": source_view(data.catalogue.sources[figure.source_id]),
    }


def _origin_view(data: Snapshot, table: IndicatorTable, area: Area, figure: Figure) -> dict[str, Any] | None:
    """File, sheet, row and batch that a published figure was read from, and their page; None for a computed one.

    Who took it in stays in the audit: these answers are public.
    """

    def asked(model: type[Statement]) -> tuple[ColumnElement[bool], ...]:
        return (
            model.indicator_id == table.indicator.id,
            model.edition_id == table.edition,
            model.area_code == area.code,
            model.period == figure.period,
            model.stratum == table.stratum,
            model.source_id == figure.source_id,
        )

    found = read_stated(session(), ("batch_id", "batch_row"), asked, data.catalogue.as_of)
    if not found:
        return None
    batch = session().get_one(Batch, found[0].batch_id)
    origin = {"file": batch.file, "sheet": batch.sheet, "row": found[0].batch_row, "batch": batch.id}
    page = origin_path(area, table.indicator)
    return {**origin, "sha256": batch.sha256, "entered": batch.at, "page": page}
