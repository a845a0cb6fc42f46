"""Two maps side by side: two questions in one address, one key where both are of one indicator, one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app

from geo.errors import BadParameter
from geo.palette import VALUE_STEPS
from indicators.catalogue import levels_of
from indicators.displays import on_scale_of
from indicators.table import AreaFigure, IndicatorTable
from webapp.db import Snapshot
from webapp.figures import city_table_for, table_for
from webapp.i18n import gettext as _
from webapp.i18n import localised, number
from webapp.legend import label_texts
from webapp.pages.gazetteer import area_name
from webapp.past import dated
from webapp.picker import carried_elsewhere
from webapp.query import MapQuery, moved, prefixed, read_query
from webapp.view import build_view, row_text

View = dict[str, Any]

FORM = "indicator,edition=…,level=…,period=…"
FIRST_RAMP = frozenset(step for steps in VALUE_STEPS.values() for step in steps)
SWITCHES = ("edition", "level", "period", "carried", "stratum", "display")


@dataclass(frozen=True)
class Pair:
    """The questions of the left and of the right map."""

    a: MapQuery
    b: MapQuery

    @property
    def same_units(self) -> bool:
        """Whether both maps show the same units."""
        return (self.a.edition, self.a.level) == (self.b.edition, self.b.level)

    def path(self, **sides: MapQuery) -> str:
        """The address of the pair with one or both questions replaced."""
        return pair_path(**{name: query.text for name, query in {"a": self.a, "b": self.b, **sides}.items()})


def pair_path(a: str, b: str) -> str:
    """The address of two questions, each as `MapQuery.text`."""
    return dated(prefixed(f"/two-maps?{urlencode({'a': a, 'b': b}, safe=',=')}"))


def read_pair(data: Snapshot, args: Mapping[str, str]) -> Pair:
    """The questions that the address asks; one that it leaves out is what the other is usually held against.

    Raises: BadParameter, UnknownName.
    """
    given = {name: _read_side(data, name, args[name]) for name in ("a", "b") if args.get(name)}
    if not given:
        given = {"b": _read_side(data, "b", current_app.config["DEFAULT_INDICATOR"])}
    known = given.get("b") or given["a"]
    return Pair(given.get("a") or counterpart(data, known), given.get("b") or counterpart(data, known))


def _read_side(data: Snapshot, name: str, text: str) -> MapQuery:
    indicator, *parts = text.split(",")
    pairs = [part.partition("=") for part in parts]
    if not all(sign and key != "as_of" for key, sign, _value in pairs):
        raise BadParameter(name, text, (FORM,))
    return read_query(data, indicator, {key: value for key, _sign, value in pairs}, strict=False)


def counterpart(data: Snapshot, query: MapQuery) -> MapQuery:
    """What a map is usually held against: the year before, else the other edition, else another indicator."""
    return earlier(data, query) or elsewhere(data, query) or neighbour(data, query) or query


def earlier(data: Snapshot, query: MapQuery) -> MapQuery | None:
    """The same question a year with figures earlier."""
    years = data.catalogue.years((query.indicator, query.edition, query.level, query.stratum))
    before = [year for year in years if query.period and year < query.period[:4]]
    return moved(data, query, period=before[-1]) if before and not query.carried else None


def elsewhere(data: Snapshot, query: MapQuery) -> MapQuery | None:
    """The same question on another edition: published figures if it has any, else carried ones."""
    for edition in data.places.editions:
        if edition == query.edition or not set(data.places.levels(edition)) & set(
            levels_of(data.catalogue.indicator(query.indicator))
        ):
            continue
        native = moved(data, query, edition=edition)
        if native.period and native.level != "city":
            return native
        if carried := carried_elsewhere(data, query, edition):
            return carried
    return None


def neighbour(data: Snapshot, query: MapQuery) -> MapQuery | None:
    """Another indicator of the same theme, or else of any, with figures for the same units."""
    theme = data.catalogue.indicator(query.indicator).theme_id
    others = [
        indicator.id
        for indicator in data.catalogue.indicators.values()
        if indicator.id != query.indicator
        and data.catalogue.covered.get((indicator.id, query.edition, query.level, "all"))
    ]
    others.sort(key=lambda other: data.catalogue.indicator(other).theme_id != theme)
    where = {"edition": query.edition, "level": query.level}
    return read_query(data, others[0], where, strict=False) if others else None


def build_pair(data: Snapshot, pair: Pair) -> View:
    """All that the page shows."""
    first, second = table_for(data, pair.a), table_for(data, pair.b)
    shared = (pair.a.indicator, pair.a.display) == (pair.b.indicator, pair.b.display)
    if shared:
        second = on_scale_of(second, first)
    sides = [_side(data, pair, "a", first), _side(data, pair, "b", second)]
    if not shared and _on_first_ramp(sides[0]["view"]):
        _recolour(sides[1]["view"])
    return {
        "sides": sides,
        "shared": shared,
        "key": _key([side["view"] for side in sides]) if shared else None,
        "presets": _presets(data, pair),
        "rows": _rows(data, first, second) if pair.same_units else None,
        "title": _title(data, pair),
    }


def _key(views: list[View]) -> list[View] | None:
    """The one key of both maps, with the count of each class and kind of missing on either; None where one of them has
    no areas to draw, or where their statuses are not the same."""
    labels = [[entry["label"] for entry in view["classes"]] for view in views]
    if any(view["empty"] for view in views) or labels[0] != labels[1]:
        return None
    classes = [
        {"label": entry["label"], "swatch": entry["colour"], "counts": [entry["count"], other["count"]]}
        for entry, other in zip(views[0]["classes"], views[1]["classes"], strict=True)
    ]
    counts = [{kind["reason"]: kind for kind in view["missing"]} for view in views]
    kinds = {**counts[1], **counts[0]}
    missing = [
        {"label": kind["label"], "swatch": swatch_of(reason), "counts": [_count(side, reason) for side in counts]}
        for reason, kind in kinds.items()
    ]
    return classes + [entry for entry in missing if any(entry["counts"])]


def _count(kinds: Mapping[str, View], reason: str) -> int:
    return int(kinds[reason]["count"]) if reason in kinds else 0


def swatch_of(reason: str) -> str:
    """Class of the drawing for a reason of missing."""
    return {"not_applicable": "na", "not_collected": "nd"}.get(reason, f"nd {reason}")


def _side(data: Snapshot, pair: Pair, name: str, table: IndicatorTable) -> View:
    query: MapQuery = getattr(pair, name)
    view = build_view(data, query, table, city_table_for(data, query))
    view["url"] = dated(view["url"])
    switches = [
        {**switch, "options": [_option(pair, name, option) for option in switch["options"]]}
        for switch in view["switches"]
        if switch["id"] in SWITCHES and len(switch["options"]) > 1
    ]
    return {
        "name": name,
        "label": _("Trái") if name == "a" else _("Phải"),
        "view": view,
        "switches": switches,
        "other": {"name": "b" if name == "a" else "a", "text": (pair.b if name == "a" else pair.a).text},
        "themes": _themes(data, query.indicator),
        "missing": [{**kind, "swatch": swatch_of(kind["reason"])} for kind in view["missing"] if kind["count"]],
        "rows": [
            {"name": area_name(row.area), "value": row_text(row, table, label_texts(data, table))} for row in table.rows
        ],
    }


def _option(pair: Pair, name: str, option: View) -> View:
    """An option of the map's own switch, leading to the pair instead."""
    if option["href"] is None:
        return option
    parts = urlsplit(option["href"])
    text = ",".join([parts.path.rpartition("/")[2], *(f"{key}={value}" for key, value in parse_qsl(parts.query))])
    sides = {"a": pair.a.text, "b": pair.b.text, name: text}
    return {**option, "href": pair_path(**sides)}


def _themes(data: Snapshot, current: str) -> list[View]:
    """Indicators with figures below the city, by theme, for a list to choose from."""
    drawn = {cell[0] for cell in data.catalogue.covered if cell[2] != "city"} | {current}
    themes = [
        {
            "name": localised(theme, "name"),
            "indicators": [
                {"id": row.id, "name": localised(row, "name"), "current": row.id == current}
                for row in data.catalogue.indicators.values()
                if row.theme_id == theme.id and row.id in drawn
            ],
        }
        for theme in data.catalogue.themes.values()
    ]
    return [theme for theme in themes if theme["indicators"]]


def _on_first_ramp(view: View) -> bool:
    return any(entry["colour"] in FIRST_RAMP for entry in view["classes"])


def _recolour(view: View) -> None:
    """Give the second of two scales the second ramp, so that one colour never means two things."""
    for entry in view["classes"]:
        if entry["colour"] in FIRST_RAMP:
            entry["colour"] = f"b{entry['colour'][1:]}"


def _presets(data: Snapshot, pair: Pair) -> list[View]:
    ways = {
        _("Hai thời điểm"): earlier(data, pair.b),
        _("Hai địa giới"): elsewhere(data, pair.b),
        _("Hai chỉ số"): neighbour(data, pair.b),
    }
    presets = [
        {"label": label, "href": pair.path(a=other), "current": other == pair.a}
        for label, other in ways.items()
        if other
    ]
    swapped = replace(pair, a=pair.b, b=pair.a)
    return [*presets, {"label": _("Đổi bên"), "href": swapped.path(), "current": False}]


def _title(data: Snapshot, pair: Pair) -> str:
    """The names of both indicators, or of the one that they share."""
    indicators = dict.fromkeys((pair.a.indicator, pair.b.indicator))
    return " – ".join(localised(data.catalogue.indicator(each), "name") for each in indicators)


def _rows(data: Snapshot, first: IndicatorTable, second: IndicatorTable) -> list[View]:
    """Figures of both maps by area, with their difference where both are exact figures in one unit."""
    comparable = first.indicator.unit_id == second.indicator.unit_id and first.indicator.measure != "status"
    decimals = max(first.indicator.decimals, second.indicator.decimals)
    parents = {area.code: area_name(area) for area in data.places.areas.get((first.edition, "district"), [])}
    labels = label_texts(data, first), label_texts(data, second)
    return [
        {
            "code": one.area.code,
            "name": area_name(one.area),
            "parent": parents.get(one.area.parent_code or "", ""),
            "first": row_text(one, first, labels[0]),
            "second": row_text(two, second, labels[1]),
            "difference": difference_text(one, two, decimals) if comparable else None,
        }
        for one, two in zip(first.rows, second.rows, strict=True)
    ]


def difference_text(one: AreaFigure, two: AreaFigure, decimals: int) -> str | None:
    """The second figure less the first, signed; None where one is missing or not exact."""
    if one.figure is None or two.figure is None or one.figure.qualifier or two.figure.qualifier:
        return None
    gap = two.figure.value - one.figure.value
    text = number(gap, decimals)
    return f"+{text}" if gap > 0 and text.strip("0,.") else text
