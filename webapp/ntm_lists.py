"""Lists of the page of rural titles: by year and district, by decision, and commune by commune."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from boundaries.models import Area
from indicators import ntm
from webapp.document import Citations
from webapp.drawings import label_of
from webapp.i18n import N_, date, language, period_text
from webapp.i18n import gettext as _
from webapp.identity import area_path
from webapp.ntm import COLOURS, Facts, held_text, title_text, titles_of
from webapp.pages.gazetteer import area_name
from webapp.svg import element

View = dict[str, Any]
LARGEST_DOT = 9
"""Radius in px of the dot of the most communes in one table."""
FEW = 4
"""Up to so many communes are named at once; more are named on request."""

FIELDS = (
    *(N_("y tế"), N_("giáo dục và đào tạo"), N_("văn hóa"), N_("sản xuất"), N_("tổ chức sản xuất")),
    *(N_("du lịch"), N_("môi trường"), N_("an ninh trật tự")),
)
"""Fields in which model communes excel; others are shown as the source has them."""


def basis_text(row: View) -> str:
    """How a title is known; nothing where a source says that it was recognised."""
    if row["basis"] == "appraised":
        return _("mới thẩm định")
    if row["evidence"] != "named":
        return _("suy ra")
    return _("theo báo cáo") if row["basis"] == "reported" else ""


def when_text(row: View) -> str:
    """The year for which a title was given, or the latest day that it was given."""
    if row["year"]:
        return _("năm %(year)s", year=row["year"])
    if row["known_by"]:
        return _("đến %(day)s, không rõ năm", day=period_text(row["known_by"]))
    return _("không rõ năm")


def decision_text(decision: str | None, decided_on: dt.date | None) -> str:
    """A decision by its number and day, as far as they are known."""
    if decision and decided_on:
        return _("Quyết định %(decision)s ngày %(day)s", decision=decision, day=date(decided_on))
    if decision:
        return _("Quyết định %(decision)s", decision=decision)
    return _("Quyết định ngày %(day)s", day=date(decided_on)) if decided_on else ""


def fields_text(fields: str | None) -> str:
    """The fields in which a model commune excels."""
    words = (field.strip() for field in (fields or "").split(";"))
    return ", ".join(_(word) for word in words if word)


def place(area: Area) -> View:
    """A district in a list of districts: without its kind, which is in the name read out."""
    return {"name": label_of(area), "full": area_name(area), "href": area_path(area)}


def build_grid(facts: Facts, titles: Sequence[str]) -> View:
    """Communes known by name, district by district and year by year, for one title after another."""
    blocks = [_block(facts, title) for title in titles]
    most = max((cell["count"] or 0 for block in blocks for row in block["rows"] for cell in row), default=0)
    for block in blocks:
        for cell in (cell for row in block["rows"] for cell in row if cell["count"]):
            cell["dot"] = _dot(cell["count"] / most, block["colour"])
    areas = [facts.area(code) for code in blocks[0]["codes"]]
    rows = [{**place(area), "cells": [cell for block in blocks for cell in block["rows"][index]]}
            for index, area in enumerate(areas)]  # fmt: skip
    return {"blocks": blocks, "rows": rows, "name": ", ".join(block["title"] for block in blocks)}


def _block(facts: Facts, title: str) -> View:
    """The columns of one title: its years, and one for communes of which no year is known.

    A year is complete where as many names are known as communes were published; only there is no name a zero, elsewhere
    `count` is None.
    """
    frame = facts.by_year(title)
    years = [name for name in frame.columns if isinstance(name, int)]
    published = {int(period): int(figure.value) for (name, period), figure in facts.published.items()
                 if name == ntm.ADDED.get(title)}  # fmt: skip
    complete = [published.get(year) == frame[year].sum() for year in years]
    columns = [*zip(years, complete, strict=True), ("undated", True)]
    return {
        "title": title_text(title),
        "years": list(zip(years, complete, strict=True)),
        "codes": frame["area_code"].tolist(),
        "colour": COLOURS[title],
        "rows": [[{"count": int(row[year]) or (0 if whole else None)} for year, whole in columns]
                 for row in frame.to_dict("records")],
        "named": [int(frame[year].sum()) for year, _whole in columns],
        "published": [str(published[year]) if year in published else "" for year in years] if published else None,
    }  # fmt: skip


def _dot(share: float, colour: str) -> Markup:
    """A dot whose area is that share of the largest one."""
    dot = element("circle", class_=f"ci {colour}", cx=10, cy=10, r=LARGEST_DOT * share**0.5)
    return element("svg", dot, class_="yd", width=20, height=20, viewBox="0 0 20 20", aria_hidden="true")


def list_decisions(facts: Facts, cite: Citations) -> list[View]:
    """Decisions by year and title; those of which nothing but the year is known stand in one row."""
    groups: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in ntm.list_decisions(facts.recognitions).to_dict("records"):
        words = decision_text(row["decision"], row["decided_on"])
        group = groups.setdefault((int(row["year"]), row["title"], words), {"codes": set(), "sources": []})
        group["codes"] |= set(row["area_codes"])
        group["sources"].append(row["source"])
    return [
        {
            "year": year,
            "title": title_text(title),
            "colour": COLOURS[title],
            "decision": words,
            "communes": len(group["codes"]),
            "few": len(group["codes"]) <= FEW,
            "where": _by_district(facts, group["codes"]),
            "refs": [cite(source) for source in dict.fromkeys(group["sources"])],
        }
        for (year, title, words), group in groups.items()
    ]


def _by_district(facts: Facts, codes: Iterable[str]) -> list[View]:
    """Communes by name, under their districts, in the order of codes."""
    districts: dict[str, list[str]] = {}
    for code in sorted(codes):
        area = facts.area(code)
        districts.setdefault(area.parent_code or "", []).append(label_of(area))
    return [{"name": label_of(facts.area(code)), "communes": names} for code, names in sorted(districts.items())]


def list_communes(facts: Facts, cite: Citations) -> list[View]:
    """Every rural commune with its dated titles, under its district."""
    districts: dict[str, list[View]] = {}
    for area, rows in titles_of(facts):
        highest = next((row["title"] for row in rows if row["basis"] != "appraised"), None)
        districts.setdefault(area.parent_code or "", []).append({
            "name": area_name(area),
            "href": area_path(area),
            "colour": COLOURS[highest] if highest else "nd",
            "held": held_text(facts, highest) if highest else _("Chưa có số liệu"),
            "titles": [_title_row(row, cite) for row in rows],
        })  # fmt: skip
    return [{"name": area_name(facts.area(code)), "code": code, "communes": communes}
            for code, communes in sorted(districts.items())]  # fmt: skip


def _title_row(row: View, cite: Citations) -> View:
    shared = row["evidence"] != "named"
    details = [decision_text(row["decision"], row["decided_on"]), fields_text(row["fields"])]
    return {
        "title": title_text(row["title"]),
        "when": when_text(row),
        "basis": basis_text(row),
        "appraised": row["basis"] == "appraised",
        "detail": "; ".join(detail for detail in details if detail),
        "note": "" if shared else row[f"note_{language()}"] or "",
        "ref": cite(row["source"]),
    }


def shared_notes(facts: Facts, cite: Citations) -> list[View]:
    """What titles entailed by a whole district or city rest on, each said once."""
    rows = facts.recognitions[facts.recognitions["evidence"] != "named"]
    columns = ["title", f"note_{language()}", "source"]
    sizes = rows.groupby(columns, sort=False).size().reset_index(name="communes")
    return [
        {
            "title": title_text(row["title"]),
            "communes": row["communes"],
            "text": row[columns[1]],
            "ref": cite(row["source"]),
        }
        for row in sizes.to_dict("records")
    ]
