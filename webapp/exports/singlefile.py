"""The map as one HTML file that needs no server: the sheet as inline SVG, the table, and a few lines of script.

Its own policy forbids every request, so that what opens from a memory stick cannot call anywhere; the typeface is
inside. Texts of the small box at the pointer are those of the table, moved by `textContent`.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from flask import render_template
from markupsafe import Markup

from indicators.table import AreaFigure
from webapp.document import Citations
from webapp.exports.export import Export
from webapp.exports.ink import SIGNS, TOKENS
from webapp.exports.mapsheet import draw_sheet
from webapp.exports.records import Record, build_records
from webapp.exports.typeface import embedded_faces
from webapp.i18n import period_text
from webapp.legend import label_texts
from webapp.words import figure_text, reason_text, status_text, verdict_text


def write_map_html(export: Export) -> bytes:
    """The file; as long as the map page shows, in the same order of rows."""
    cite = Citations(export.data.catalogue)
    rows = build_rows(export, cite)
    script = render_template("exports/map.js")
    page = render_template(
        "exports/map.html",
        view=export.view,
        export=export,
        drawing=Markup(draw_sheet(export, "a4")),  # noqa: S704 - our own drawing, escaped where it was made
        faces=Markup("\n".join(embedded_faces())),  # noqa: S704 - base64 and constants
        script=Markup(script),  # noqa: S704 - our own file
        policy=policy(script),
        tokens=TOKENS,
        rows=rows,
        sources=cite.items,
    )
    return page.encode()


def policy(script: str) -> str:
    """Nothing from anywhere; inline styles, the one script by its hash, fonts from the file itself."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; font-src data:; script-src 'sha256-{digest}'"


def build_rows(export: Export, cite: Citations) -> list[dict[str, Any]]:
    """The records in words, best first where the indicator has a direction, largest first otherwise; missing last."""
    lower, labels = export.table.indicator.direction == "lower", label_texts(export.data, export.table)
    pairs = list(zip(build_records(export), export.table.rows, strict=True))

    def rank(pair: tuple[Record, AreaFigure]) -> tuple[bool, float]:
        value = pair[0]["value"] or 0
        return pair[0]["value"] is None, value if lower else -value

    return [
        {
            **record,
            "words": figure_text(row.figure, export.table.indicator.decimals, "", labels)
            if row.figure
            else reason_text(row.reason or "not_collected"),
            "period": period_text(row.figure.period) if row.figure else "",
            "status": status_text(row.figure.status) if row.figure else "",
            "verdict": f"{SIGNS[row.judgement.status][0]} {verdict_text(row.judgement.status)}",
            "source": cite(row.figure.source_id) if row.figure else None,
        }
        for record, row in sorted(pairs, key=rank)
    ]
