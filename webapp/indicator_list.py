"""All indicators by theme, with where figures of them exist; narrowed by where they come from and by words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from boundaries.names import folded
from geo.errors import BadParameter
from indicators.catalogue import strata_of
from indicators.models import Indicator
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.i18n import localised, number, period_text
from webapp.indicator_words import direction_text, reference_text
from webapp.navigation import link
from webapp.past import dated
from webapp.query import best_cell, coverage, prefixed
from webapp.words import goal_value_text, unit_text

View = dict[str, Any]

TIERS = ("appendix", "body", "supporting")
LONGEST = 60


@dataclass(frozen=True)
class ListQuery:
    """Which indicators: of one tier only, only those with figures, only those whose name has some words."""

    tier: str = ""
    known: bool = False
    words: str = ""

    def keeps(self, data: Snapshot, indicator: Indicator) -> bool:
        """Whether the indicator is among what is asked for."""
        theme = data.catalogue.themes[indicator.theme_id]
        text = folded(f"{localised(indicator, 'name')} {localised(theme, 'name')} {indicator.id}")
        return (
            self.tier in ("", indicator.tier)
            and (not self.known or any(cell[0] == indicator.id for cell in data.catalogue.covered))
            and all(word in text for word in folded(self.words).split())
        )

    def path(self, **changes: str | bool) -> str:
        """The address of the list with some choices changed."""
        chosen = {"tier": self.tier, "known": self.known and "1", "q": self.words, **changes}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return dated(link("indicators.index") + (f"?{query}" if query else ""))


def read_list(args: Mapping[str, str]) -> ListQuery:
    """The question that the parameters ask. Raises: BadParameter."""
    tier, known, words = args.get("tier", ""), args.get("known", ""), args.get("q", "").strip()
    if tier not in ("", *TIERS):
        raise BadParameter("tier", tier, TIERS)
    if known not in ("", "1"):
        raise BadParameter("known", known, ("1",))
    if len(words) > LONGEST:
        raise BadParameter("q", words, (f"{LONGEST}",))
    return ListQuery(tier, known == "1", words)


def build_list(data: Snapshot, query: ListQuery) -> View:
    """The themes with their indicators, and the choices with how many each gives."""
    kept = [row for row in data.catalogue.indicators.values() if query.keeps(data, row)]
    groups = [
        {"id": theme.id, "name": localised(theme, "name"),
         "rows": [_row(data, row) for row in kept if row.theme_id == theme.id]}
        for theme in data.catalogue.themes.values()
    ]  # fmt: skip
    return {
        "query": query,
        "count": len(kept),
        "total": len(data.catalogue.indicators),
        "tiers": _tiers(data, query),
        "known": {"href": query.path(known="" if query.known else "1"), "current": query.known},
        "groups": [group for group in groups if group["rows"]],
    }


def _tiers(data: Snapshot, query: ListQuery) -> list[View]:
    words = {"": _("Tất cả"), "appendix": _("Chỉ tiêu của phụ lục"), "body": _("Mục tiêu trong Điều 2"),
             "supporting": _("Số liệu bổ trợ")}  # fmt: skip
    rows = data.catalogue.indicators.values()
    return [
        {
            "label": label,
            "href": query.path(tier=tier),
            "current": tier == query.tier,
            "count": sum(ListQuery(tier, query.known, query.words).keeps(data, row) for row in rows),
        }
        for tier, label in words.items()
    ]


def _row(data: Snapshot, indicator: Indicator) -> View:
    unit = unit_text(data.catalogue, indicator)
    return {
        "name": localised(indicator, "name"),
        "href": dated(link("indicators.show", indicator=indicator.id)),
        "number": indicator.appendix_no or "",
        "reference": reference_text(indicator),
        "unit": unit or localised(data.catalogue.units[indicator.unit_id], "name"),
        "direction": direction_text(indicator),
        "goals": list(
            dict.fromkeys(goal_value_text(goal, unit) for goal in data.catalogue.goals.get(indicator.id, []))
        ),
        "coverage": _coverage(data, indicator),
        "map": dated(prefixed(f"/map/{indicator.id}")),
    }


def _coverage(data: Snapshot, indicator: Indicator) -> View | None:
    """The cell with most figures: how many of how many, at which level, in which year; None where there is none."""
    stratum = strata_of(indicator)[0]
    edition, level = best_cell(data, indicator.id, stratum)
    have, total = coverage(data, indicator.id, edition, level, stratum)
    if not have:
        return None
    words = {"city": _("thành phố"), "district": _("quận, huyện"), "commune": _("xã, phường")}
    period = data.catalogue.default_period((indicator.id, edition, level, stratum))
    share = f"{number(have, 0)}/{number(total, 0)} " if level != "city" else ""
    return {"text": f"{share}{words[level]}", "period": period_text(period or "")}
