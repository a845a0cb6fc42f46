"""Sources that come with a file: a sheet, or a CSV beside it, with the columns of the table of sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from boundaries.names import folded
from boundaries.problems import IngestError, Problem
from boundaries.tables import Findings, check_columns
from indicators.intake.grid import Grid
from indicators.models import Source
from indicators.schema import SOURCES, TRAINING

SHEETS = ("sources", "nguon", "nguon so lieu")

RULES = {"known source": "A source that the store has is the same there, or gets an id of its own."}


def is_sources(grid: Grid) -> bool:
    """Whether a sheet lists sources."""
    return grid.sheet is not None and folded(grid.sheet) in SHEETS


def read_sources(grid: Grid, known: Mapping[str, Source]) -> list[dict[str, Any]]:
    """The sources that the store does not have yet, by the names of the store. Raises: IngestError."""
    header, *rows = [[cell.text for cell in row] for row in grid.rows if any(cell.text for cell in row)] or [[]]
    width = len(header)
    filled = [[*row, *[""] * width][:width] for row in rows]
    frame = pd.DataFrame(filled, columns=pd.Index(header, dtype=object), dtype=object)
    findings = Findings()
    typed = check_columns({"sources": frame}, {"sources": SOURCES}, findings)["sources"]
    problems = [Problem(grid.file, fault.row, f"sources: {fault.column}", fault.value, fault.rule, fault.suggestion)
                for fault in findings.problems]  # fmt: skip
    new = []
    for number, record in enumerate(typed.astype(object).where(typed.notna(), None).to_dict("records"), start=2):
        held = known.get(record["id"])
        if held is None and record["id"] != TRAINING:
            new.append(record)
        elif held is None or any(getattr(held, name) != value for name, value in record.items()):
            hint = "The store has another one under this id." if held else "This id is kept for made-up figures."
            problems.append(Problem(grid.file, number, "sources: id", str(record["id"]), "known source", hint))
    if problems:
        raise IngestError(problems)
    return new
