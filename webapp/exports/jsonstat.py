"""JSON-stat 2.0: the figures of one indicator, stratum and period as a cube of which only the areas vary.

The format has a place for values, statuses, units, and sources; what it has no place for (edition, notes, how a figure
was carried) is in `extension`, by area code. https://json-stat.org/full/
"""

from __future__ import annotations

import json
from typing import Any

from indicators.cells import plain
from webapp.exports.export import Export, public_url
from webapp.exports.links import download_path
from webapp.exports.records import Record, build_records
from webapp.i18n import gettext as _
from webapp.i18n import period_text
from webapp.words import source_label, stratum_text

BESIDE = ("period", "qualifier", "value_high", "label", "class_index", "target",
          "progress", "status_code", "reason", "reason_text", "carried", "carried_quality", "carried_origin",
          "carried_method", "carried_coverage", "carried_error", "carried_sources", "source_id", "note")  # fmt: skip
"""Columns of a record that go to `extension.areas`, where they say something."""

NO_PERIOD = "none"
"""Category of the time dimension where nobody published a figure: a dimension cannot be empty."""


def write_jsonstat(export: Export) -> bytes:
    """A dataset of 1 × 1 × 1 × areas; `status` says how firm a value is, or why there is none."""
    records = build_records(export)
    document = {
        "version": "2.0",
        "class": "dataset",
        "href": public_url() + download_path(export.query, "values.jsonstat.json"),
        "label": export.title,
        "source": "; ".join(source_label(source) for source in export.sources),
        "id": ["indicator", "stratum", "period", "area"],
        "size": [1, 1, 1, len(records)],
        "role": {"metric": ["indicator"], "time": ["period"], "geo": ["area"]},
        "dimension": _dimensions(export, records),
        "value": [plain(record["value"]) for record in records],
        "status": [record["reason" if record["value"] is None else "status"] for record in records],
        "extension": _extension(export, records),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def _dimensions(export: Export, records: list[Record]) -> dict[str, Any]:
    table, view = export.table, export.view
    period = table.period or NO_PERIOD
    indicator = _one(table.indicator.id, view["title"])
    if view["unit"]:
        indicator["unit"] = {table.indicator.id: {"label": view["unit"], "decimals": table.indicator.decimals}}
    areas = {
        "index": [record["code"] for record in records],
        "label": {record["code"]: record["name"] for record in records},
    }
    dimensions = {
        "indicator": (_("Chỉ số"), indicator),
        "stratum": (_("Khu vực"), _one(table.stratum, stratum_text(table.stratum))),
        "period": (_("Thời điểm"), _one(period, period_text(table.period) if table.period else _("chưa có"))),
        "area": (_("Địa bàn"), areas),
    }
    return {name: {"label": label, "category": category} for name, (label, category) in dimensions.items()}


def _one(category: str, label: str) -> dict[str, Any]:
    return {"index": [category], "label": {category: label}}


def _extension(export: Export, records: list[Record]) -> dict[str, Any]:
    return {
        "edition": export.table.edition,
        "level": export.table.level,
        "link": export.permalink,
        "extracted": export.extracted.isoformat(),
        "data_version": export.data.version,
        "coverage": {"with_value": export.table.with_value, "total": export.table.applicable},
        "warning": export.warning or None,
        "disclaimer": export.view["disclaimer"],
        "sources": {source.id: source_label(source) for source in export.sources},
        "areas": {
            record["code"]: {name: plain(record[name]) for name in BESIDE if record[name] is not None}
            for record in records
        },
    }
