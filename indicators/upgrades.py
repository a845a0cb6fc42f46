"""Turning rural districts (huyện) into urban ones (quận): criteria, what was reported of them and when, milestones.

Reports are kept side by side and never merged: two sources may disagree, count different things, or be years apart.
Totals of criteria met are out of 27, 31 or 34, by three lists that are not the same; they are never one series, nor a
percentage. The programme has had no legal object since the district level ended: `OUTCOME` says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from boundaries.tables import Column, Table
from geo.errors import DomainError
from indicators.intervals import NOT_NEGATIVE, at_least, possible
from indicators.periods import period_end
from indicators.schema import QUALIFIERS
from indicators.targets import AreaKey, read_areas

CITY = "01"

SUBJECTS: tuple[AreaKey, ...] = (("2024", "274"), ("2024", "020"))
"""Hoài Đức and Thanh Trì, which Resolution 31/NQ-HĐND names."""
COMPARED: tuple[AreaKey, ...] = (("2024", "017"), ("2024", "018"), ("2024", "273"))
"""Đông Anh, Gia Lâm and Đan Phượng, in the same programme."""

TOTALS = ("quan.total_27", "quan.total_31", "quan.total_34")
"""Totals of criteria for an urban district, one for each list that was in use."""

DISTRICT_LEVEL_ENDED = dt.date(2025, 7, 1)
OUTCOME = (
    "Từ 01/07/2025 không còn cấp huyện, nên việc đưa huyện lên quận không còn đối tượng pháp lý. Đây là suy luận: "
    "chưa tìm thấy văn bản nào hủy các đề án. Năm huyện nay là các xã và phường lập theo Nghị quyết 1656/NQ-UBTVQH15.",
    "The district level ended on 1 July 2025, so turning a rural district into an urban one has no legal object any "
    "more. This is an inference: no document that cancels the plans was found. The five districts are now the communes "
    "and wards set up by Resolution 1656/NQ-UBTVQH15.",
)

CONFLICTS: dict[str, tuple[str, str]] = {
    "hoai_duc_wards": (
        "Hoài Đức, cấp phường: một bài không ghi ngày (khoảng cuối năm 2023) nêu 18/20 đơn vị đạt mức tối thiểu; "
        "rà soát nửa đầu năm 2024 nêu diện tích và dân số cấp phường chưa đạt. Có thể bài đầu chỉ đếm hạ tầng. "
        "Giữ cả hai.",
        "Hoài Đức, wards: an undated article (about late 2023) has 18 of 20 units at the minimum; the review of the "
        "first half of 2024 has area and population of wards not met. Perhaps the first counts infrastructure only. "
        "Both are kept.",
    ),
    "thanh_tri_wards": (
        "Thanh Trì, cấp phường: năm 2022, 16/16 đơn vị chưa đạt (bộ 15 tiêu chí); tháng 08/2023, 16/16 đơn vị đạt từ "
        "10/13 tiêu chuẩn hạ tầng. Hai phép đếm khác nhau. Giữ cả hai.",
        "Thanh Trì, wards: in 2022, 16 of 16 units did not meet the 15 criteria; in August 2023, 16 of 16 met at least "
        "10 of 13 infrastructure standards. The two count different things. Both are kept.",
    ),
}
"""Reports of different criteria that do not go together, by the word in the column `conflict`."""

_ID = r"[a-z0-9_]+\.[a-z0-9_]+"
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
_NOTES = (
    Column("note_vi", "What a reader must know about this row, in Vietnamese.", required=False),
    Column("note_en", "The same in English.", required=False),
)

CRITERIA = Table(
    "upgrade_criteria",
    "Criteria for urban districts, wards and communes, and measures that sources use beside them.",
    ("id",),
    (
        Column("id", "Level and short name.", pattern=_ID),
        Column("level", "What it is a criterion for.",
               allowed=("quan", "phuong", "phuong_2026", "xa_2026", "city", "city_2026", "urban_class_2026")),
        Column("group", "Part of the page.", allowed=("size", "society", "infrastructure", "total", "plan")),
        Column("name_vi", "Name in Vietnamese."),
        Column("name_en", "Name in English."),
        Column("kind", "threshold (a number), text (words), total (how many criteria there are), measure (not a "
               "criterion of law) or named (no threshold found).",
               allowed=("threshold", "text", "total", "measure", "named")),
        Column("operator", "What must hold of the threshold.", required=False, allowed=("ge",)),
        Column("threshold", "The least value; for a total, the number of criteria.", "number", required=False),
        Column("threshold_vi", "The threshold in words, in Vietnamese.", required=False),
        Column("threshold_en", "The same in English.", required=False),
        Column("unit_vi", "Unit in Vietnamese.", required=False),
        Column("unit_en", "The same in English.", required=False),
        Column("legal_vi", "Where the law has it, in Vietnamese.", required=False),
        Column("legal_en", "The same in English.", required=False),
        Column("valid_from", "First day in force; blank: not known.", "date", required=False),
        Column("valid_to", "Last day in force; blank: not known.", "date", required=False),
        Column("basis", "stated by the law's text, by the press, derived, named only, or a measure of sources.",
               allowed=("stated", "press", "derived", "named_only", "measure")),
        Column("source", "Where it was published.", references="sources.id"),
        *_NOTES,
    ),
)  # fmt: skip

STATUSES = Table(
    "upgrade_status",
    "What one source reports of one criterion in one area.",
    ("edition", "area_code", "criterion", "as_of", "source"),
    (
        Column("edition", "Boundary edition in which the code is meant.", references="editions.id"),
        Column("area_code", "Code of the unit in that edition."),
        Column("criterion", "Criterion or measure.", references="upgrade_criteria.id"),
        Column("result", "met, not_met, partial, or value: a number without a verdict.",
               allowed=("met", "not_met", "partial", "value")),
        Column("value", "The number reported, in the unit of the criterion.", "number", required=False),
        Column("qualifier", "gt, ge, lt, le, approx; blank: exact.", required=False, allowed=QUALIFIERS, default=""),
        Column("denominator", "Out of how many.", "number", required=False),
        Column("as_of", "Day, month or year of the status; blank: not stated.", required=False, pattern=_DATE),
        Column("confidence", "press, weak (unreliable site), translation or computed (arithmetic of ours).",
               allowed=("press", "weak", "translation", "computed")),
        Column("conflict", "Reports that do not go together share a word.", required=False, allowed=tuple(CONFLICTS)),
        Column("source", "Where it was published.", references="sources.id"),
        *_NOTES,
    ),
)  # fmt: skip

MILESTONES = Table(
    "upgrade_milestones",
    "What happened in the programme, in order where dates are known.",
    ("id",),
    (
        Column("id", "Short name.", pattern=r"m\d\d"),
        Column("date", "Day, month or year; blank: not stated.", required=False, pattern=_DATE),
        Column("areas", "Areas concerned, as edition/code with spaces between.", pattern=r"[\w-]+/\w+( [\w-]+/\w+)*"),
        Column("event_vi", "What happened, in Vietnamese."),
        Column("event_en", "The same in English."),
        Column("source", "Where it was published.", references="sources.id"),
        *_NOTES,
    ),
)  # fmt: skip


class NotOneSeries(DomainError):
    """Totals by different lists of criteria, put together as if they were one."""


@dataclass(frozen=True)
class Upgrades:
    """The three tables, typed; columns as in `CRITERIA`, `STATUSES` and `MILESTONES`."""

    criteria: pd.DataFrame
    statuses: pd.DataFrame
    milestones: pd.DataFrame


def status_grid(upgrades: Upgrades, areas: Iterable[AreaKey] = (*SUBJECTS, *COMPARED)) -> pd.DataFrame:
    """The latest report of each criterion in each area, in the order of the criteria.

    Columns of `STATUSES`, and `others` (how many more reports there are) and `disagree` (whether a report of the same
    date has another result). Totals are left to `totals`. Missing: a criterion of which no source speaks has no row.
    """
    wanted = pd.MultiIndex.from_tuples(list(areas), names=["edition", "area_code"])
    rows = upgrades.statuses
    rows = rows[pd.MultiIndex.from_frame(rows[["edition", "area_code"]]).isin(wanted) & ~rows["criterion"].isin(TOTALS)]
    key = ["edition", "area_code", "criterion"]
    dated = rows.groupby([*key, rows["as_of"].fillna("")])
    rows = rows.assign(
        others=rows.groupby(key)["result"].transform("size") - 1,
        disagree=dated["result"].transform("nunique") > 1,
    )
    latest = latest_first(rows).drop_duplicates(key)
    order = latest["criterion"].map({name: index for index, name in enumerate(upgrades.criteria["id"])})
    return latest.assign(order=order).sort_values(["order", *key]).drop(columns="order").reset_index(drop=True)


def totals(upgrades: Upgrades) -> dict[str, pd.DataFrame]:
    """Criteria met out of all, by list: columns of `STATUSES`, one row for each report, earliest first.

    The three tables stand side by side. Each is safe to show as a series by itself; see `check_one_series`.
    """
    rows = upgrades.statuses
    return {name: latest_first(rows[rows["criterion"] == name]).iloc[::-1].reset_index(drop=True) for name in TOTALS}


def check_one_series(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, if all are counted by one list of criteria. Raises: NotOneSeries otherwise."""
    lists = rows[["criterion", "denominator"]].drop_duplicates()
    if len(lists) > 1:
        counted = ", ".join(f"{row.criterion} (of {row.denominator:g})" for row in lists.itertuples())
        raise NotOneSeries(f"{counted} count by different lists of criteria. Show them side by side, each by itself.")
    return rows


def meets(criterion: pd.Series, report: pd.Series) -> bool | None:
    """Whether the number in a report (a row of `STATUSES`) meets the threshold of its criterion (a row of `CRITERIA`).

    None where its possible values do not agree, where either has no number, and where the report says how many units
    of so many meet it. Criteria are about people, land and shares, none of which is negative.
    """
    if criterion["kind"] != "threshold" or pd.isna(report["value"]) or pd.notna(report["denominator"]):
        return None
    figure = possible(report["value"], report["qualifier"], domain=NOT_NEGATIVE)
    enough = at_least(criterion["threshold"])
    return figure.within(enough) if figure.within(enough) or figure.apart(enough) else None


def milestones_of(upgrades: Upgrades, area: AreaKey) -> pd.DataFrame:
    """Milestones that concern an area, and those of the whole city, in the order of the table."""
    named = upgrades.milestones["areas"].map(lambda text: {area, (area[0], CITY)} & set(read_areas(text)))
    return upgrades.milestones[named.astype(bool)].reset_index(drop=True)


def latest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Reports by the end of their period, latest first and undated last; those of one date by source."""
    ends = rows["as_of"].map(lambda text: dt.date.min if pd.isna(text) else period_end(text))
    order = rows.assign(end=ends).sort_values(["end", "source"], ascending=[False, True])
    return order.drop(columns="end").reset_index(drop=True)
