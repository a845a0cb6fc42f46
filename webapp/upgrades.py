"""The upgrades of districts as the page tells them: every report beside every other, never merged into a verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from boundaries.models import Area
from indicators.targets import AreaKey
from indicators.upgrades import COMPARED, CONFLICTS, SUBJECTS, TOTALS, Upgrades, latest_first
from indicators.wording import LANGUAGES
from webapp.charts import Meter, meter
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.drawings import label_of
from webapp.i18n import NBSP, date, language, number, period_text, quantity, with_unit
from webapp.i18n import gettext as _
from webapp.identity import area_path
from webapp.pages.gazetteer import area_name

View = dict[str, Any]
Row = dict[str, Any]

DISTRICTS: tuple[AreaKey, ...] = (*SUBJECTS, *COMPARED)
"""In the order of the columns: those that the resolution names, then those in the same programme."""

WARD_TOTALS = ("phuong.total_15", "phuong.total_16")
"""Totals of criteria for turning communes into wards, one for each list."""

OVERALL = ("quan.all_minimum", "quan.unmet_total", "quan.approved_total_27")
"""Measures of sources that speak of all criteria at once."""

SYMBOLS = {"met": "met", "not_met": "not_met", "partial": "partly_met"}
MARKS = dict(zip(CONFLICTS, "abcdefgh", strict=False))


@dataclass(frozen=True)
class Page:
    """What all parts of the page are built from."""

    data: Snapshot
    upgrades: Upgrades
    cite: Citations

    @cached_property
    def districts(self) -> list[Area]:
        """Raises UnknownName where the store has no such district."""
        return [self.data.places.area(*key) for key in DISTRICTS]

    @cached_property
    def criteria(self) -> dict[str, Row]:
        """Criteria by id, in their order; None where blank."""
        return {row["id"]: row for row in records(self.upgrades.criteria)}

    @cached_property
    def _statuses(self) -> dict[tuple[AreaKey, str], list[Row]]:
        """All reports by area and criterion; looked for in the frame, each would take milliseconds."""
        found: dict[tuple[AreaKey, str], list[Row]] = {}
        for row in records(latest_first(self.upgrades.statuses)):
            found.setdefault(((row["edition"], row["area_code"]), row["criterion"]), []).append(row)
        return found

    def rows(self, key: AreaKey, criterion: str) -> list[Row]:
        """All that sources report of a criterion in an area, latest first, undated last."""
        return self._statuses.get((key, criterion), [])

    def reports(self, key: AreaKey, criterion: str) -> list[View]:
        """The same with all that must travel with each."""
        return [self.report(row) for row in self.rows(key, criterion)]

    def report(self, row: Row) -> View:
        """One report with all that must travel with it."""
        criterion = self.criteria[row["criterion"]]
        return {
            "symbol": SYMBOLS.get(row["result"]),
            "words": result_text(row["result"]),
            "value": value_text(row, criterion),
            "when": period_text(row["as_of"]) if row["as_of"] else _("không ghi ngày"),
            "ref": self.cite(row["source"]),
            "tag": confidence_text(row["confidence"]),
            "weak": row["confidence"] == "weak",
            "mark": MARKS.get(row["conflict"] or ""),
            "note": said(row, "note"),
        }


def records(frame: pd.DataFrame) -> list[Row]:
    """Rows of a frame with None where blank."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def said(row: Row, field: str) -> str:
    """A row's text in the language of the request; nothing where blank."""
    return row[f"{field}_{language()}"] or ""


def result_text(result: str) -> str:
    """What a report says of its criterion; nothing where it gives a number without a verdict."""
    return {"met": _("đạt"), "not_met": _("chưa đạt"), "partial": _("đạt một phần"), "value": ""}[result]


def confidence_text(confidence: str) -> str:
    """What a reader must know of a report's origin; nothing for the press, the usual one."""
    words = {"weak": _("nguồn yếu"), "translation": _("bản dịch"), "computed": _("phép tính ở đây")}
    return words.get(confidence, "")


def value_text(row: Row, criterion: Row) -> str:
    """The number reported, with its unit, or out of how many; nothing where there is none."""
    if row["value"] is None:
        return ""
    if row["denominator"] is not None:
        return f"{printed(row['value'])}/{printed(row['denominator'])}"
    return quantity(row["value"], places_of(row["value"]), said(criterion, "unit"), row["qualifier"])


def places_of(value: float) -> int:
    """How many decimals a number is printed with."""
    return max(0, -int(Decimal(str(value)).normalize().as_tuple().exponent))


def printed(value: float) -> str:
    return number(value, places_of(value))


def threshold_text(criterion: Row) -> str:
    """What the law asks, or why it is not known."""
    words = said(criterion, "threshold")
    match criterion["kind"]:
        case "threshold":
            bound = NBSP.join(filter(None, (printed(criterion["threshold"]), words)))
            return _("từ %(bound)s", bound=with_unit(bound, said(criterion, "unit")))
        case "text":
            return words
        case "named":
            return _("ngưỡng chưa rõ")
        case "measure":
            return _("số đo của nguồn, không phải tiêu chí")
    return with_unit(printed(criterion["threshold"]), said(criterion, "unit"))


def level_text(level: str) -> str:
    """For what a criterion is one."""
    return {
        "quan": _("quận"),
        "phuong": _("phường, đến 2025"),
        "city": _("Thành phố, đến 2025"),
        "phuong_2026": _("phường, từ 2026"),
        "xa_2026": _("xã, từ 2026"),
        "city_2026": _("Thành phố, từ 2026"),
        "urban_class_2026": _("phân loại đô thị, từ 2026"),
    }[level]


def force_text(first: dt.date | None, last: dt.date | None) -> str:
    """Days on which a criterion was in force, as far as known."""
    if first and last:
        return f"{date(first)}–{date(last)}"
    if first:
        return _("từ %(day)s", day=date(first))
    return _("đến %(day)s", day=date(last)) if last else ""


def build_districts(page: Page) -> list[View]:
    """The columns of every table; each is named with its kind in the heading's title."""
    return [
        {"name": label_of(area), "full": area_name(area), "href": area_path(area), "subject": key in SUBJECTS}
        for key, area in zip(DISTRICTS, page.districts, strict=True)
    ]


def build_totals(page: Page) -> list[View]:
    """Criteria met out of all, list by list; lists of one level stand under each other and are never joined."""
    groups = ((_("Thành lập quận"), TOTALS), (_("Chuyển xã thành phường"), WARD_TOTALS))
    return [
        {"name": name, "rows": [_total(page, page.criteria[key]) for key in keys if key in page.criteria]}
        for name, keys in groups
    ]


def _total(page: Page, criterion: Row) -> View:
    cells = []
    for key, area in zip(DISTRICTS, page.districts, strict=True):
        rows = page.rows(key, criterion["id"])
        cells.append([{**page.report(row), "bar": _bar(area, row)} for row in rows])
    return {**law(page, criterion), "cells": cells}


def _bar(area: Area, row: Row) -> Markup:
    """The count before all criteria of its list, which is what the line at the end stands for."""
    title = _("%(name)s: %(met)s trên %(all)s", name=area_name(area), met=printed(row["value"]),
              all=printed(row["denominator"]))  # fmt: skip
    return meter(Meter(title, row["value"], row["denominator"], row["denominator"]), 120)


def build_groups(page: Page) -> list[View]:
    """The criteria by group, each with its reports district by district; those that nobody reports on included."""
    quan = [row for row in page.criteria.values() if row["level"] == "quan"]
    wards = [row for row in page.criteria.values() if row["level"] == "phuong" and _reported(page, row["id"])]
    groups = [
        (_("Quy mô"), [row for row in quan if row["group"] == "size"]),
        (_("Kinh tế – xã hội"), [row for row in quan if row["group"] == "society"]),
        (_("Hạ tầng đô thị"), [row for row in quan if row["group"] == "infrastructure"]),
        (_("Cấp phường"), [row for row in wards if row["id"] not in WARD_TOTALS and row["group"] != "plan"]),
        (_("Toàn bộ tiêu chí"), [page.criteria[key] for key in OVERALL if key in page.criteria]),
    ]
    return [{"name": name, "rows": [_criterion(page, row) for row in rows]} for name, rows in groups if rows]


def _reported(page: Page, criterion: str) -> bool:
    rows = page.upgrades.statuses
    keys = zip(rows["edition"], rows["area_code"], rows["criterion"], strict=True)
    return any((edition, code) in DISTRICTS and name == criterion for edition, code, name in keys)


def _criterion(page: Page, criterion: Row) -> View:
    cells = [page.reports(key, criterion["id"]) for key in DISTRICTS]
    return {**law(page, criterion), "cells": cells, "none": not any(cells)}


def law(page: Page, criterion: Row) -> View:
    """A criterion with its threshold, the law that sets it and the days on which it was in force."""
    measure = criterion["kind"] == "measure"
    return {
        "id": criterion["id"],
        "name": said(criterion, "name"),
        "level": level_text(criterion["level"]),
        "threshold": threshold_text(criterion),
        "legal": said(criterion, "legal"),
        "force": force_text(criterion["valid_from"], criterion["valid_to"]),
        # what only sources use beside the law has no place in it to cite
        "ref": None if measure else page.cite(criterion["source"]),
        "derived": criterion["basis"] == "derived",
        "note": "" if measure or criterion["kind"] == "named" else said(criterion, "note"),
    }


def build_conflicts(used: Iterable[str]) -> list[View]:
    """Reports that do not go together, explained and not resolved; `used` are the words of the column `conflict`."""
    lang = LANGUAGES.index(language())
    return [{"mark": MARKS[word], "text": CONFLICTS[word][lang]} for word in CONFLICTS if word in set(used)]


def build_laws(page: Page, levels: Sequence[str]) -> list[View]:
    """Criteria of law of some levels of which no source speaks in any of the districts."""
    return [
        law(page, row)
        for row in page.criteria.values()
        if row["level"] in levels and row["kind"] not in ("measure", "total") and not _reported(page, row["id"])
    ]
