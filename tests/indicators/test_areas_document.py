"""The tables and numbers of docs/areas.md are those of the code and of the shipped data."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from boundaries.crosswalk import invert, read_crosswalk
from boundaries.layers import read_areas
from boundaries.lineage import KINDS, Span, build_lineages
from indicators.accuracy import measure_errors, summarise_errors
from indicators.aggregate import MINIMUM_COVERAGE
from indicators.contributions import Aggregation
from indicators.rebase import rebase

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/areas.md").read_text("utf-8")
AREAS = pd.DataFrame(read_areas()).astype({"area_km2": float})
CROSSWALK = read_crosswalk()


def sizes(edition: str) -> pd.Series:
    return AREAS.query("edition == @edition and level == 'commune'").set_index("code")["area_km2"]


def observed(indicator: str, edition: str) -> pd.DataFrame:
    table = pd.read_csv(ROOT / "indicators/data/observations.csv", dtype={"area_code": str, "period": str})
    rows = table.query("indicator == @indicator and edition == @edition")
    rows = rows[rows["area_code"].isin(sizes(edition).index)].drop_duplicates("area_code")
    return rows[["area_code", "value"]].assign(period="known")


def test_the_kinds_of_change_are_those_of_the_code_with_their_counts() -> None:
    lineages = build_lineages(CROSSWALK, AREAS, {"2024": Span(None, None), "2025-07": Span(None, None)})
    counts = {edition: Counter[str]() for edition in ("2024", "2025-07")}
    for (edition, code), lineage in lineages.items():
        if len(code) == 5:
            counts[edition][str(lineage.change)] += 1
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\| (\S+)(?: / (\S+))? \|$", TEXT, re.MULTILINE)
    assert {kind for kind, *_ in rows} == set(KINDS)
    for kind, old, new in rows:
        stated = [0 if number in ("", "–") else int(number) for number in (old, new)]
        assert stated == [counts["2024"][kind], counts["2025-07"][kind]], kind


def test_so_many_units_can_have_exact_sums() -> None:
    every = pd.DataFrame({"area_code": sizes("2024").index, "period": "2024", "value": 1.0})
    result = rebase(every, CROSSWALK, Aggregation("sum"), sizes("2024"))
    assert f"In Hanoi {(result['quality'] == 'exact').sum()} of the {len(result)} units" in TEXT


def test_the_error_of_estimates_is_the_measured_one() -> None:
    back = rebase(observed("population", "2025-07"), invert(CROSSWALK, AREAS), Aggregation("sum"), sizes("2025-07"))
    error = summarise_errors(measure_errors(back, observed("population", "2024")))
    assert error is not None
    assert back["value"].sum() == pytest.approx(observed("population", "2025-07")["value"].sum(), rel=1e-9)
    assert f"the {error.compared} communes whose people are known" in TEXT
    assert f"median error {error.median:.0%}, largest {error.largest:.0%}".replace("%", " %") in TEXT


def test_the_stated_coverage_is_that_of_the_code() -> None:
    assert f"at\nleast {MINIMUM_COVERAGE:.0%}".replace("%", " %") in TEXT
