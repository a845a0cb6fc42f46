"""The ranks of a map's areas as columns of its view: the page's script shows what `indicators.ranks` decided."""

from __future__ import annotations

from typing import Any

from indicators.ranks import rank_areas
from indicators.table import IndicatorTable
from webapp.lines import rank_text


def standing_columns(table: IndicatorTable) -> tuple[dict[str, list[int | None]], dict[str, Any]]:
    """Columns `rank`, `tied` (1 where another area has the same rank) and `unranked` (a place in `unranked_texts`, for
    a figure without a rank), in the order of the rows; and those texts, with `groups`: of each kind of unit how many
    areas `have` a figure that can be ranked, of how many (`total`)."""
    standings = rank_areas(table.indicator, table.rows)
    ordered = [standings[row.area.code] for row in table.rows]
    texts: dict[str, int] = {}
    silent = [standing.rank is not None or standing.withheld == "missing" for standing in ordered]
    columns: dict[str, list[int | None]] = {
        "rank": [standing.rank for standing in ordered],
        "tied": [1 if standing.tied else None for standing in ordered],
        "unranked": [
            None if quiet else texts.setdefault(rank_text(standing), len(texts))
            for standing, quiet in zip(ordered, silent, strict=True)
        ],
    }
    groups = {standing.kind: {"have": standing.have, "total": standing.total} for standing in ordered}
    return columns, {"unranked_texts": list(texts), "groups": groups}
