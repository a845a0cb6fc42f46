"""Training counterparts of the tables that stand beside the figures: titles by decision, and reports on upgrades.

Both are derived from the training figures themselves, so that a page built on them agrees with every other page. The
criteria stay as the law has them; what was reported of them, and what happened in the programme, is made up like the
figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from boundaries.tables import Frames, Table
from indicators.ntm import RECOGNITIONS, TITLES
from indicators.schema import TRAINING
from indicators.training_fields import draw
from indicators.training_statuses import CRITERIA as SIZES
from indicators.upgrades import COMPARED, CRITERIA, MILESTONES, STATUSES, SUBJECTS

REPORTED_YEARS = 3
"""For how many of the last years each criterion is reported."""

MEASURED = {
    "quan.population": "population",
    "quan.area": "area_km2",
    "quan.clean_water": "clean_water_household_rate",
}
"""Criteria that an indicator measures."""

TOTALS = {
    "quan_criteria_met": {27: "quan.total_27", 31: "quan.total_31", 34: "quan.total_34"},
    "ward_criteria_met": {15: "phuong.total_15"},
}
"""Criterion that stands for the total of each list."""

Row = dict[str, str]
Values = Mapping[tuple[str, str, str], str]
"""Figures as text by indicator, code and year, of one edition."""


def build_programmes(observations: pd.DataFrame, criteria: pd.DataFrame, seed: int) -> Frames:
    """The tables of `indicators.ntm` and `indicators.upgrades`, every cell as text, ready for their checks.

    `observations` are the training figures and `criteria` the real criteria, both as text. Criteria are kept without
    the places where they were published.
    """
    edition = SUBJECTS[0][0]
    known = observations[(observations["edition"] == edition) & (observations["stratum"] == "all")]
    keys = zip(known["indicator"], known["area_code"], known["period"], strict=True)
    values = dict(zip(keys, known["value"], strict=True))
    districts = [code for _, code in (*SUBJECTS, *COMPARED)]
    reports = (row for code in districts for row in _reports(values, criteria, code, seed))
    return {
        RECOGNITIONS.name: _as_text(RECOGNITIONS, _recognitions(known), edition),
        CRITERIA.name: criteria.assign(source=TRAINING, note_vi="", note_en=""),
        STATUSES.name: _as_text(STATUSES, reports, edition),
        MILESTONES.name: _as_text(MILESTONES, _milestones(values, districts, edition), edition),
    }


def _recognitions(observations: pd.DataFrame) -> Iterator[Row]:
    """Titles of communes, each recognised for the year of the figure."""
    held = observations[observations["indicator"] == "ntm_title"]
    for code, year, rank in zip(held["area_code"], held["period"], held["value"], strict=True):
        title = TITLES[int(rank) - 1]
        yield {"area_code": code, "title": title, "year": year, "basis": "recognised", "evidence": "named"}


def _reports(values: Values, criteria: pd.DataFrame, code: str, seed: int) -> Iterator[Row]:
    """All reports on one district: totals of all years, and each criterion in the last ones."""
    common = {"area_code": code, "confidence": "computed"}
    for indicator, by_size in TOTALS.items():
        for year, size in SIZES[indicator].items():
            if met := values.get((indicator, code, str(year))):
                total = {"criterion": by_size[size], "result": "value", "value": met, "denominator": str(size)}
                yield {**common, **total, "as_of": str(year)}
    for year in sorted(SIZES["quan_criteria_met"])[-REPORTED_YEARS:]:
        for row in _by_criterion(values, criteria, code, year, seed):
            yield {**common, **row, "as_of": str(year)}


def _by_criterion(values: Values, criteria: pd.DataFrame, code: str, year: int, seed: int) -> Iterator[Row]:
    """The criteria for an urban district in one year: those measured by the measure, the others in an order that is the
    district's own, as many of them as the share of all criteria that it meets."""
    quan = criteria[(criteria["level"] == "quan") & criteria["kind"].isin(["threshold", "text", "named"])]
    measured = quan["id"].isin(MEASURED)
    for name, threshold in zip(quan["id"][measured], quan["threshold"][measured], strict=True):
        value = f"{round(float(values[MEASURED[name], code, str(year)]), 2):.12g}"  # as reports print figures
        yield {"criterion": name, "result": "met" if float(value) >= float(threshold) else "not_met", "value": value}
    others = quan["id"][~measured].tolist()
    reached = round(
        float(values["quan_criteria_met", code, str(year)]) / SIZES["quan_criteria_met"][year] * len(others)
    )
    for place, number in enumerate(draw(seed, f"criteria {code}").permutation(len(others))):
        result = "met" if place < reached else "partial" if place == reached else "not_met"
        yield {"criterion": others[number], "result": result}


def _milestones(values: Values, districts: Iterable[str], edition: str) -> Iterator[Row]:
    """What each district is said to have reported at the end of the last years."""
    years = sorted(SIZES["quan_criteria_met"])[-REPORTED_YEARS:]
    for number, (year, code) in enumerate(((year, code) for year in years for code in districts), start=1):
        met, size = values["quan_criteria_met", code, str(year)], SIZES["quan_criteria_met"][year]
        yield {
            "id": f"m{number:02}",
            "date": str(year),
            "areas": f"{edition}/{code}",
            "event_vi": f"Tập huấn: huyện báo cáo đạt {met} trên {size} tiêu chí thành lập quận.",
            "event_en": f"Training: the district reports {met} of {size} criteria for an urban district met.",
        }


def _as_text(table: Table, rows: Iterable[Row], edition: str) -> pd.DataFrame:
    """Rows with all columns of their table, those that they lack being blank."""
    common = {"edition": edition, "source": TRAINING}
    cells = [[{**common, **row}.get(name, "") for name in table.header] for row in rows]
    return pd.DataFrame(cells, columns=pd.Index(table.header, dtype=object), dtype=object)
