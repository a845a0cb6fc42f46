"""The question of a map, read once from the address: which indicator, units, period, stratum, and what is coloured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from boundaries.areas import LEVELS
from boundaries.layers import is_cut, is_imported, layer_of, object_name
from geo.errors import BadParameter, UnknownName
from indicators.catalogue import applies_to, levels_of, strata_of
from indicators.models import Indicator
from indicators.periods import period_end
from webapp.db import Snapshot
from webapp.i18n import language

DISPLAYS = ("value", "target", "status", "change", "composition")
"""What is shown: figures, figures around their goal, statuses, the change since an earlier year, or what units were
formed of."""

CARRYINGS = ("rebase", "aggregate")


def prefixed(path: str) -> str:
    """The address in the language of the request."""
    return path if language() == "vi" else f"/en{path}"


@dataclass(frozen=True)
class MapQuery:
    """One question. `period` is None where nobody has published a figure.

    `display` is one of `DISPLAYS`; `carried` is empty for native figures, "rebase" for those of the other edition or
    "aggregate" for those of the level below. `as_of` is the day whose figures are meant, empty for those that stand.
    `part` is the code of the unit whose units alone are meant, on maps of a level that is cut.
    """

    indicator: str
    edition: str
    level: str
    period: str | None
    stratum: str
    display: str = "value"
    carried: str = ""
    as_of: str = ""
    part: str = ""

    def args(self) -> dict[str, str]:
        """The question as parameters, without the indicator; a stratum only where it is not the total."""
        given = {"edition": self.edition, "level": self.level} | ({"part": self.part} if self.part else {})
        if self.period:
            given["period"] = self.period
        if self.stratum != "all":
            given["stratum"] = self.stratum
        if self.carried:
            given[self.carried] = "1"
        if self.as_of:
            given["as_of"] = self.as_of
        if self.display != "value":
            given["display"] = self.display
        return given

    def path(self, suffix: str = "", base: str = "/map") -> str:
        """The readable address of the map page, or of another page of maps, in the language of the request."""
        return prefixed(f"{base}/{self.indicator}{suffix}?{urlencode(self.args())}")

    @property
    def text(self) -> str:
        """The question as one value of another address, always of today's figures:
        `poor_households,edition=2024,level=district`."""
        given = replace(self, as_of="").args()
        return ",".join([self.indicator, *(f"{name}={value}" for name, value in given.items())])

    def api_path(self, suffix: str = "") -> str:
        """The address of the same figures in the API."""
        lang = {} if language() == "vi" else {"lang": language()}
        return f"/api/v1/values{suffix}?{urlencode({'indicator': self.indicator, **self.args(), **lang})}"


def read_query(data: Snapshot, indicator_id: str | None, args: Mapping[str, str], strict: bool) -> MapQuery:
    """The question that the parameters ask. A page fills in what is not said with the widest real coverage.

    `strict` (the API) requires indicator, edition and level. Raises BadParameter, UnknownName.
    """
    if indicator_id is None:
        raise BadParameter("indicator", None, tuple(data.catalogue.indicators)[:12])
    indicator = data.catalogue.indicator(indicator_id)
    total = strata_of(indicator)[0]
    stratum = args.get("stratum", total) if strict else args.get("stratum") or total
    if stratum not in strata_of(indicator):
        raise BadParameter("stratum", stratum, strata_of(indicator))
    edition, level = args.get("edition"), args.get("level")
    if edition is not None:
        data.places.edition(edition)
    elif strict:
        raise BadParameter("edition", None, tuple(data.places.editions))
    if level is not None and level not in LEVELS:
        raise UnknownName("level", level, LEVELS)
    if level is None and strict:
        raise BadParameter("level", None, LEVELS)
    if edition is None or level is None:
        edition, level = best_cell(data, indicator_id, stratum, edition, level)
    data.places.at(edition, level)
    part = ""
    if not strict:
        level, part = _read_part(data, indicator, edition, level, args)
    if level not in levels_of(indicator):
        raise BadParameter("level", level, levels_of(indicator))
    carried = _read_carried(args)
    display = _read_display(args, carried)
    period = args.get("period")
    if period is None:
        origin = origin_cell(data, indicator_id, edition, level, stratum, carried or display)
        period = data.catalogue.default_period(origin)
    else:
        period_end(period)
    return MapQuery(indicator_id, edition, level, period, stratum, display, carried, args.get("as_of", ""), part)


def _read_part(
    data: Snapshot, indicator: Indicator, edition: str, level: str, args: Mapping[str, str]
) -> tuple[str, str]:
    """The level and, where that is cut, whose units are shown: those that `part` names, or among which `area` is. Else
    the level above, where it can be shown, so that a map of a country opens with its provinces."""
    if not is_cut(layer_of(object_name(edition, level)), level):
        return level, ""
    above = data.places.levels(edition)[data.places.levels(edition).index(level) - 1]
    parts = [area.code for area in data.places.at(edition, above)]
    asked = args.get("part") or next(
        (str(area.parent_code) for area in data.places.at(edition, level) if area.code == args.get("area")), ""
    )
    if asked and asked not in parts:
        raise BadParameter("part", asked, parts)
    if asked or above not in levels_of(indicator):
        return level, asked or parts[0]
    return above, ""


def part_below(data: Snapshot, edition: str, level: str) -> str | None:
    """The level below one, where it is cut, so that its units are reached through those of this one; else None."""
    levels = data.places.levels(edition)
    below = levels[levels.index(level) + 1] if level != levels[-1] else None
    return below if below and is_cut(layer_of(object_name(edition, below)), below) else None


def _read_display(args: Mapping[str, str], carried: str) -> str:
    """What to show; carried figures are estimates, which are shown as they are and in no other way."""
    display, allowed = args.get("display", "value"), DISPLAYS[:1] if carried else DISPLAYS
    if display not in allowed:
        raise BadParameter("display", display, allowed)
    return display


def _read_carried(args: Mapping[str, str]) -> str:
    """Which carrying is asked for, by `rebase=1` or `aggregate=1`; not both at once."""
    asked = [name for name in CARRYINGS if args.get(name, "0") != "0"]
    for name in asked:
        if args[name] != "1" or len(asked) > 1:
            raise BadParameter(name, args[name], ("0", "1, one of rebase and aggregate"))
    return asked[0] if asked else ""


def origin_cell(
    data: Snapshot, indicator: str, edition: str, level: str, stratum: str, how: str
) -> tuple[str, str, str, str]:
    """The cell from which figures come: this one, the other edition's, or that of the lowest level."""
    if how in ("rebase", "composition") and len(data.places.editions) > 1 and not data.crosswalk.empty:
        ends = {str(data.crosswalk[side].iloc[0]) for side in ("from_edition", "to_edition")}
        others = ends - {edition}
        return indicator, others.pop() if edition in ends else edition, level, stratum
    if how == "aggregate":
        levels = [
            name for name in data.places.levels(edition) if name in levels_of(data.catalogue.indicator(indicator))
        ]
        return indicator, edition, levels[-1], stratum
    return indicator, edition, level, stratum


def coverage(data: Snapshot, indicator_id: str, edition: str, level: str, stratum: str) -> tuple[int, int]:
    """Areas with a figure in the default period, and areas for which the indicator has a meaning."""
    indicator = data.catalogue.indicator(indicator_id)
    kinds = data.places.types[edition, level]
    applicable = sum(count for kind, count in kinds.items() if applies_to(indicator, level, kind))
    return data.catalogue.shown((indicator_id, edition, level, stratum)), applicable


def best_cell(
    data: Snapshot, indicator_id: str, stratum: str, edition: str | None = None, level: str | None = None
) -> tuple[str, str]:
    """The edition and level with the widest coverage among those not fixed: shipped editions before imported ones,
    which are shown when asked for, and maps before the city as one figure."""
    indicator = data.catalogue.indicator(indicator_id)
    cells = [
        (edition_id, level_id)
        for edition_id in ([edition] if edition else data.places.editions)
        for level_id in data.places.levels(edition_id)
        if level_id in levels_of(indicator) and level in (None, level_id)
    ]
    if not cells:
        raise BadParameter("level", level, levels_of(indicator))

    def rank(cell: tuple[str, str]) -> tuple[bool, bool, bool, float, int]:
        have, total = coverage(data, indicator_id, *cell, stratum)
        own = not is_imported(data.places.edition(cell[0]).layer)
        return have > 0, own, cell[1] != "city", have / max(total, 1), list(data.places.editions).index(cell[0])

    return max(cells, key=rank)


def moved(data: Snapshot, query: MapQuery, **changes: str) -> MapQuery:
    """The same question elsewhere: what no longer fits (level, period) takes the widest coverage there. Other areas are
    shown by value, for goals that bind some say nothing of others."""
    display = query.display if query.display == "status" and changes.keys() <= {"period", "stratum"} else "value"
    part = {} if {"edition", "level", "part"}.isdisjoint(changes) else {"part": ""}
    target = replace(query, **{"display": display, "carried": "", **part, **changes})
    if target.level not in data.places.levels(target.edition):
        _, level = best_cell(data, query.indicator, target.stratum, target.edition)
        target = replace(target, level=level)
    cell = origin_cell(data, target.indicator, target.edition, target.level, target.stratum,
                       target.carried or target.display)  # fmt: skip
    years = data.catalogue.years(cell)
    status = data.catalogue.indicator(target.indicator).measure == "status"
    keeps = target.period is not None and (target.period[:4] in years or (status and years))
    return target if keeps else replace(target, period=data.catalogue.default_period(cell))
