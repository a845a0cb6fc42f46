"""One area's figures as a file: a row for every indicator at its level, missing ones with their reason."""

from __future__ import annotations

from typing import Any

from boundaries.models import Area
from indicators.csvfile import TEXT_CSV, csv_bytes
from webapp.cache import Answer
from webapp.db import Snapshot
from webapp.exports.export import attachment
from webapp.i18n import localised
from webapp.lines import entry_name, reason_words
from webapp.pages.gazetteer import area_name
from webapp.profile import Entry, build_profile
from webapp.words import goal_locator_text, goal_value_text, source_label, unit_text

COLUMNS = (
    "edition", "code", "area", "indicator", "indicator_name", "stratum", "period", "value", "qualifier", "value_high",
    "unit", "status", "reason", "target", "target_place", "footing", "judgement", "judgement_reason", "rank", "tied",
    "ranked", "source_id", "source", "note",
)  # fmt: skip


def write_csv(data: Snapshot, area: Area) -> Answer:
    """Values are unrounded; codes are text. `ranked` is how many units of its kind the rank is among."""
    common = {"edition": area.edition_id, "code": area.code, "area": area_name(area)}
    rows = (_row(data, entry) | common for entry in build_profile(data, area))
    return attachment(csv_bytes(COLUMNS, rows), TEXT_CSV, f"area_{area.edition_id}_{area.code}.csv")


def _row(data: Snapshot, entry: Entry) -> dict[str, Any]:
    figure, assessment, standing = entry.row.figure, entry.row.assessment, entry.standing
    unit = unit_text(data.catalogue, entry.indicator)
    source = data.catalogue.sources[figure.source_id] if figure else None
    goal = assessment.goal
    return {
        "indicator": entry.indicator.id,
        "indicator_name": entry_name(entry),
        "stratum": entry.stratum,
        "period": figure.period if figure else entry.period,
        "value": figure.value if figure else None,
        "qualifier": figure.qualifier if figure else None,
        "value_high": figure.value_high if figure else None,
        "unit": unit,
        "status": figure.status if figure else "missing",
        "reason": entry.row.reason,
        "target": goal_value_text(goal, unit) if goal else None,
        "target_place": goal_locator_text(goal) if goal else None,
        "footing": assessment.footing,
        "judgement": assessment.judgement.status,
        "judgement_reason": reason_words(data, entry),
        "rank": standing.rank,
        "tied": standing.tied if standing.rank else None,
        "ranked": standing.have if standing.rank else None,
        "source_id": figure.source_id if figure else None,
        "source": source_label(source) if source else None,
        "note": localised(figure, "note") if figure else None,
    }
