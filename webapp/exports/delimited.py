"""CSV, one tidy row per area, and its description as CSV on the Web (W3C, 2015) beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from indicators.csvfile import csv_bytes
from webapp.exports.export import Export
from webapp.exports.links import query_of
from webapp.exports.records import COLUMNS, Column, build_records
from webapp.i18n import gettext as _
from webapp.i18n import localised
from webapp.words import source_label

NAMES = tuple(column.name for column in COLUMNS)

DATATYPES: dict[str, Any] = {"string": "string", "number": "number", "integer": "integer", "date": "date"}


def write_csv(export: Export) -> bytes:
    """All columns, in the order of codes."""
    return csv_bytes(NAMES, build_records(export))


def write_csvw(export: Export) -> bytes:
    """The table's title, sources and columns; `url` is the address of the CSV, seen from the address of this file."""
    facts = {
        "url": f"values.csv?{urlencode(query_of(export.query))}",
        "dc:identifier": f"{export.stem}.csv",
        "dc:title": export.title,
        "dc:description": localised(export.table.indicator, "definition"),
        "dc:language": export.lang,
        "dc:created": {"@value": export.extracted.isoformat(), "@type": "date"},
        "dc:hasVersion": str(export.data.version),
        "dc:relation": {"@id": export.permalink},
        "dc:source": [source_label(source) for source in export.sources],
        "dc:rights": export.view["disclaimer"],
    }
    return describe_columns(facts, ["edition", "code"])


def describe_columns(facts: Mapping[str, Any], key: Sequence[str]) -> bytes:
    """A description of a CSV of all columns: what is said of the whole, how it is written, each column, and the columns
    by which a row is known."""
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": facts["dc:language"]}],
        **facts,
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_column(column) for column in COLUMNS], "primaryKey": key},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": [column.name, _(column.title)],
        "dc:description": {"@value": column.about, "@language": "en"},
        "datatype": DATATYPES[column.kind],
        "null": "",
    }
