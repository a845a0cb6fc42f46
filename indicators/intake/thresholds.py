"""What is expected of an indicator's figures: the table `plausibility`, its rules, and an indicator's row of it.

Nothing that is shown depends on these numbers, so they are checked and hashed with the other tables and read here, at
the door, from the release; the store does not hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from boundaries.tables import Column, Findings, Table, read_tables
from indicators.models import Indicator

DATA = Path(__file__).parent.parent / "data"
MEASURES = ("rate", "count", "growth", "level")
POINTS, TIMES = "points", "times"

PLAUSIBILITY = Table(
    "plausibility",
    "What is expected of figures that come in; one beyond it is confirmed with a reason.",
    ("measure", "indicator"),
    (
        Column("measure", "Measure of the indicators meant.", allowed=MEASURES),
        Column("indicator", "The one indicator meant; blank: all of the measure that have no row of their own.",
               required=False, references="indicators.id"),
        Column("low", "Least figure expected; blank: any.", "number", required=False),
        Column("high", "Greatest figure expected; blank: any.", "number", required=False),
        Column("jump", "Greatest change expected against the previous period.", "number"),
        Column("jump_by", "How the change is meant: points (difference, in the unit) or times (factor).",
               allowed=(POINTS, TIMES)),
        Column("spread", "How many times the highest known figure of the level, or what part of the lowest, is "
               "expected at most; blank: not asked.", "number", required=False),
        Column("parts", "By how many per cent of the whole the sum of its parts may miss it; blank: not asked.",
               "number", required=False),
        Column("basis", "Why so, in one sentence."),
    ),
)  # fmt: skip

RULES = {
    "thresholds": "Low is under high; a jump is more than 0 points or more than 1 time, a spread more than 1; "
    "parts are 0 to 100.",
    "measure row": "Each measure has the row of all its indicators, and an indicator has the measure of its row.",
}


@dataclass(frozen=True)
class Thresholds:
    """What is expected of one indicator; None where nothing is. `parts` is a share of the whole."""

    low: float | None
    high: float | None
    jump: float
    jump_by: str
    spread: float | None
    parts: float | None

    def jumps(self, before: float, value: float) -> bool:
        """Whether a figure is farther from the previous one than expected."""
        if self.jump_by == POINTS:
            return abs(value - before) > self.jump
        return value > self.jump * before or self.jump * value < before


def check_thresholds(text: pd.DataFrame, typed: pd.DataFrame, indicators: pd.DataFrame, findings: Findings) -> None:
    """Note every row that breaks a rule; `indicators` is the catalogue as text."""
    low, high, jump = typed["low"], typed["high"], typed["jump"]
    least = (text["jump_by"] == TIMES).astype(float)
    odd = (low >= high) | (jump <= least) | (typed["spread"] <= 1) | (typed["parts"] < 0) | (typed["parts"] > 100)
    findings.add(PLAUSIBILITY, text, odd, "jump", "thresholds", RULES["thresholds"])
    measures = indicators.drop_duplicates("id").set_index("id")["measure"]
    known = text["indicator"].map(measures)
    findings.add(PLAUSIBILITY, text, known.notna() & (known != text["measure"]), "measure", "measure row",
                 RULES["measure row"])  # fmt: skip
    general = set(text.loc[text["indicator"] == "", "measure"])
    if lacking := [name for name in MEASURES if name not in general]:
        findings.add(PLAUSIBILITY, text, text.index == 0, "measure", "measure row",
                     f"Add the row of {', '.join(lacking)}.")  # fmt: skip


def find_thresholds(indicator: Indicator) -> Thresholds:
    """What is expected of an indicator's figures: its own row, or that of its measure."""
    rows = _read(DATA)
    return rows.get(("", indicator.id)) or rows[indicator.measure, ""]


@cache
def _read(directory: Path) -> dict[tuple[str, str], Thresholds]:
    """Rows by (measure, "") or ("", indicator). Raises: IngestError for a file that cannot be read."""
    table = read_tables(directory, {PLAUSIBILITY.name: PLAUSIBILITY})[PLAUSIBILITY.name]

    def number(cell: str, unit: float = 1) -> float | None:
        return float(cell) / unit if cell else None

    return {
        ("", row.indicator) if row.indicator else (row.measure, ""): Thresholds(
            number(row.low), number(row.high), float(row.jump), row.jump_by, number(row.spread), number(row.parts, 100)
        )
        for row in table.itertuples()
    }  # fmt: skip
