"""What the upgrades were to make of the communes, and what became of them: planned wards, successors, their size."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from boundaries.lineage import PART
from boundaries.models import Area
from indicators.upgrades import SUBJECTS
from webapp.drawings import Shape, draw_shapes, label_of, outlines, sheet
from webapp.i18n import NBSP, date, types_text
from webapp.i18n import gettext as _
from webapp.identity import SMALLEST, area_path, pieces
from webapp.pages.gazetteer import area_name
from webapp.upgrades import DISTRICTS, Page, View, records, said, threshold_text

PLANS = ("phuong.planned_wards", "phuong.units_to_rearrange")
COLOURS = {"xã": "n1", "phường": "a3"}
WIDTH, HIGHEST = 560, 560
KINDS = ("xã", "thị trấn", "phường")


def plan_names(page: Page) -> list[str]:
    """Names of the columns of plans."""
    return [said(page.criteria[criterion], "name") for criterion in PLANS if criterion in page.criteria]


def build_communes(page: Page) -> list[View]:
    """For each district its communes of then, the wards planned, and the units that its land lies in now."""
    shown = []
    for key, area in zip(DISTRICTS, page.districts, strict=True):
        units = [unit for unit in page.data.places.at(area.edition_id, "commune") if unit.parent_code == area.code]
        counts = Counter(unit.type for unit in units)
        lineage = page.data.lineage(area)
        links = pieces(page.data, lineage.successors) if lineage else []
        large = [piece for piece in links if piece.whole or piece.of_old >= SMALLEST]
        shown.append(
            {
                "name": area_name(area),
                "href": area_path(area),
                "subject": key in SUBJECTS,
                "units": ", ".join(_units(counts[kind], kind) for kind in KINDS if counts[kind]),
                "plans": [page.reports(key, criterion) for criterion in PLANS if criterion in page.criteria],
                "pieces": large,
                "small": len(links) - len(large),
            }
        )
    return shown


def _units(count: int, kind: str) -> str:
    words = types_text([kind])
    return f"{count}{NBSP}{words.removesuffix('s') if count == 1 else words}"


def build_single_reports(page: Page) -> list[View]:
    """Reports on single communes of the districts."""
    codes = {unit.code: unit for area in page.districts
             for unit in page.data.places.at(area.edition_id, "commune") if unit.parent_code == area.code}  # fmt: skip
    rows = [row for row in records(page.upgrades.statuses)
            if row["edition"] == DISTRICTS[0][0] and row["area_code"] in codes]  # fmt: skip
    return [
        {
            "name": area_name(codes[row["area_code"]]),
            "href": area_path(codes[row["area_code"]]),
            "criterion": said(page.criteria[row["criterion"]], "name"),
            "report": page.report(row),
        }
        for row in rows
    ]


def draw_successors(page: Page) -> Markup | None:
    """The new units that hold the land of the districts, under the outlines of those; None without shapes."""
    links = {link.area: link for area in page.districts if (lineage := page.data.lineage(area)) is not None
             for link in lineage.successors if link.share_of_old >= SMALLEST or link.kind != PART}  # fmt: skip
    units = [page.data.places.area(*key) for key in sorted(links)]
    if not units:
        return None
    name, above = f"{units[0].edition_id}.commune", f"{DISTRICTS[0][0]}.district"
    if not {name, above} <= set(outlines().rings):
        return None
    shapes = tuple(
        Shape(unit.code, COLOURS[unit.type], area_name(unit), area_path(unit), label_of(unit)) for unit in units
    )
    outline = sheet(name, tuple(shape.code for shape in shapes), WIDTH, HIGHEST)
    title = _("Năm huyện cũ và các xã, phường mới")
    text = _("Mỗi đơn vị mới mang màu của loại đơn vị; đường đậm là ranh giới năm huyện đến %(day)s.",
             day=date(page.data.places.edition(DISTRICTS[0][0]).valid_to))  # fmt: skip
    over = outline.borders(above, [code for _edition, code in DISTRICTS])
    return draw_shapes(title, text, name, shapes, width=WIDTH, highest=HIGHEST, over=over)


def build_sizes(page: Page) -> View | None:
    """New units held against the size that the law asks of a ward since 2026; None where nothing is reported."""
    rows = [row for row in records(page.upgrades.statuses) if row["edition"] != DISTRICTS[0][0]]
    criteria = [page.criteria[name] for name in dict.fromkeys(row["criterion"] for row in rows)]
    units: dict[str, Area] = {row["area_code"]: page.data.places.area(row["edition"], row["area_code"]) for row in rows}
    if not rows:
        return None
    return {
        "columns": [
            {"name": said(criterion, "name"), "threshold": threshold_text(criterion)} for criterion in criteria
        ],
        "rows": [
            {
                "name": area_name(unit),
                "href": area_path(unit),
                "cells": [page.reports((unit.edition_id, code), criterion["id"]) for criterion in criteria],
            }
            for code, unit in sorted(units.items())
        ],
        "note": _("Chỉ xét quy mô; các tiêu chí phường khác chưa xét."),
    }
