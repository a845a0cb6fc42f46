"""What a map page shows, as one dict: the template renders it, and the page's script reads it as JSON.

Both draw from the same words and numbers, so the page without scripts, the page with them, and every switch of
indicator or year say the same. Figures travel as plain columns in the order of `Places.at(edition, level)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from geo.classify import class_intervals
from geo.palette import ramp
from indicators.catalogue import city_targets
from indicators.models import Indicator
from indicators.table import IndicatorTable
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.i18n import language, localised, number, period_text, quantity, types_text
from webapp.picker import build_switches
from webapp.query import MapQuery, moved
from webapp.words import (
    edition_phrase,
    level_text,
    locator_text,
    reason_text,
    source_view,
    status_text,
    stratum_text,
    target_text,
    target_value_text,
    unit_text,
)

View = dict[str, Any]


class Lookup:
    """Gives each distinct thing a number, so that columns hold numbers instead of repeated text."""

    def __init__(self) -> None:
        self.items: dict[Hashable, int] = {}

    def __call__(self, item: Hashable) -> int | None:
        return None if item is None or item != item else self.items.setdefault(item, len(self.items))


def build_view(data: Snapshot, query: MapQuery, table: IndicatorTable, city: IndicatorTable | None) -> View:
    """The whole view. `city` is the same question asked of the whole city, where the indicator has that level."""
    indicator, unit = table.indicator, unit_text(data.catalogue, table.indicator)
    title = localised(indicator, "name")
    drawn = query.level != "city" and table.with_value > 0
    noun = types_text(
        area.type
        for area, reason in zip(data.places.at(query.edition, query.level), table.frame["reason"], strict=True)
        if reason != "not_applicable"
    )
    edition = data.places.edition(query.edition)
    parts = [unit or _("tình trạng"), f"{table.applicable} {noun}"] if query.level != "city" else [unit]
    if query.stratum != "all":
        parts.append(stratum_text(query.stratum).lower())
    parts += [_period_phrase(table)] if query.period else []
    view: View = {
        "indicator": query.indicator,
        **query.args(),
        "stratum": query.stratum,
        "period": query.period,
        "url": query.path(),
        "title": title,
        "document_title": f"{title} – {edition_phrase(edition)}",
        "definition": localised(indicator, "definition"),
        "meta": [part for part in [*parts, edition_phrase(edition)] if part],
        "unit": unit,
        "decimals": indicator.decimals,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "symbol": None if not drawn else "circle" if indicator.measure == "count" else "fill",
        "object": f"{query.edition}.{query.level}",
        "outline": "2024.district" if query.edition == "2024" and query.level == "commune" else None,
        "labels_object": "2024.district" if query.edition == "2024" else f"{query.edition}.{query.level}",
        "switches": build_switches(data, query),
        **_legend(data, table),
        "target": _target(data, table, unit),
        "city": _city(city, unit),
        "coverage": _("%(have)s/%(total)s %(noun)s có số liệu.", have=number(table.with_value, 0),
                      total=number(table.applicable, 0), noun=noun),
        "disclaimer": _("Địa giới để tham khảo, không có giá trị pháp lý."),
        "empty": None if drawn else _empty(data, query, table, city, unit),
        "downloads": [{"label": "CSV", "detail": _("Bảng số liệu, UTF-8 có BOM"), "href": query.api_path(".csv")}],
        "data_version": data.version,
    }  # fmt: skip
    return {**view, **_columns(data, table)}


def _period_phrase(table: IndicatorTable) -> str:
    """A status is as known by the end of the period; a figure is of the period."""
    period = period_text(str(table.period))
    return _("đến hết %(period)s", period=period) if table.indicator.measure == "status" else period


def _legend(data: Snapshot, table: IndicatorTable) -> View:
    """Classes with their colours and counts, and the kinds of missing with theirs."""
    counts = Counter(table.frame["class_index"])
    labels = data.catalogue.labels.get(table.indicator.id, [])
    categories = table.indicator.measure == "status"
    intervals = [(label.value, label.value) for label in labels] if categories else class_intervals(table.limits)
    colours = ramp(max(len(intervals), 1), categories)
    texts = [localised(label, "name") for label in labels] if categories else [_interval(i, table) for i in intervals]
    missing = Counter(reason for reason in table.frame["reason"] if isinstance(reason, str))
    missing.setdefault("not_collected", 0)
    return {
        "classes": [
            {"lower": low, "upper": high, "label": text, "colour": colour, "count": counts[index]}
            for index, ((low, high), text, colour) in enumerate(zip(intervals, texts, colours, strict=True))
        ],
        "breaks": list(table.limits),
        "closed": table.closed,
        "class_note": "" if categories else _("mỗi lớp gồm cận dưới, không gồm cận trên") if table.closed == "left"
        else _("mỗi lớp gồm cận trên, không gồm cận dưới"),
        "missing": [
            {"reason": reason, "label": reason_text(reason), "count": missing[reason]} for reason in sorted(missing)
        ],
        "labels": {str(label.value): localised(label, "name") for label in labels} if categories else None,
    }  # fmt: skip


def _interval(interval: tuple[float | None, float | None], table: IndicatorTable) -> str:
    """A class in words, with the end that belongs to it."""
    low, high = (None if end is None else number(end, _limit_decimals(table)) for end in interval)
    left = table.closed == "left"
    if low is None and high is None:
        return _("Mọi giá trị")
    if low is None:
        return _("dưới %(bound)s", bound=high) if left else _("đến %(bound)s", bound=high)
    if high is None:
        return _("từ %(bound)s", bound=low) if left else _("trên %(bound)s", bound=low)
    return f"{low} – {high}"


def _limit_decimals(table: IndicatorTable) -> int:
    """As few decimals as show all limits exactly."""
    return next((d for d in range(6) if all(round(limit, d) == limit for limit in table.limits)), 6)


def _target(data: Snapshot, table: IndicatorTable, unit: str) -> View | None:
    """The city's target in words; its bound too, where values of areas can be set against it."""
    targets = city_targets(data.catalogue.targets.get(table.indicator.id, []), table.stratum)
    everyone = data.catalogue.targets.get(table.indicator.id, [])
    shown = targets or everyone
    if not shown:
        return None
    comparable = table.indicator.aggregation != "sum" and shown[0].low is not None and bool(targets)
    return {
        "value": shown[0].low if comparable else None,
        "text": "; ".join(target_text(target, table.indicator.decimals, unit) for target in shown),
        "scope": _("Mục tiêu chung của Thành phố, không xét riêng từng địa bàn."),
    }


def _city(city: IndicatorTable | None, unit: str) -> View | None:
    """The city's own figure for the period, where one is published."""
    if city is None or city.with_value == 0 or city.indicator.measure == "status":
        return None
    row = city.frame.iloc[0]
    text = quantity(row["value"], city.indicator.decimals, unit, row["qualifier"], _none(row["value_high"]))
    return {
        "value": row["value"],
        "text": _("Toàn thành phố: %(value)s (%(period)s)", value=text, period=period_text(row["period"])),
    }


def _columns(data: Snapshot, table: IndicatorTable) -> View:
    """Figures as columns, with the texts that they refer to by number."""
    periods, statuses, sources, notes, reasons = (Lookup() for _each in range(5))
    frame = table.frame
    areas = {
        "value": [_number(value) for value in frame["value"]],
        "high": _sparse(_number(value) for value in frame["value_high"].astype(float)),
        "qualifier": _sparse(_none(value) for value in frame["qualifier"]),
        "class": [None if index < 0 else index for index in frame["class_index"].tolist()],
        "reason": [reasons(value) for value in frame["reason"]],
        "period": [periods(value) for value in frame["period"]],
        "status": [None if value == "missing" else statuses(value) for value in frame["status"]],
        "source": [sources(value) for value in frame["source_id"]],
        "note": _sparse(notes(_none(value)) for value in frame[f"note_{language()}"]),
        "alternatives": _sparse(len(value) or None for value in frame["alternatives"]),
    }
    return {
        "areas": areas,
        "periods": list(periods.items),
        "statuses": [[status, status_text(str(status))] for status in statuses.items],
        "reasons": list(reasons.items),
        "sources": [source_view(data.catalogue.sources[str(source)]) for source in sources.items],
        "notes": list(notes.items),
    }


def _number(value: float) -> float | int | None:
    if value != value:
        return None
    return int(value) if float(value).is_integer() else float(value)


def _none(value: Any) -> Any:
    """None for every form of missing that a frame uses."""
    return None if value is None or value is pd.NaT or value != value or value == "" else value


def _sparse(values: Iterable[Any]) -> list[Any] | None:
    """The column, or nothing at all when it is empty throughout."""
    column = list(values)
    return column if any(value is not None for value in column) else None


def _empty(
    data: Snapshot, query: MapQuery, table: IndicatorTable, city: IndicatorTable | None, unit: str
) -> View:  # fmt: skip
    """What to say where there is no map to draw: what is missing, and everything that does exist."""
    indicator = table.indicator
    anything = [cell for cell in data.catalogue.covered if cell[0] == indicator.id]
    if not anything:
        title, text = (
            _("Chưa ai công bố số liệu này"),
            _(
                "Không tìm thấy nguồn nào nêu kết quả của chỉ số này, cho Thành phố hay cho từng địa bàn. "
                "Ô trống không phải là số 0."
            ),
        )
    elif all(cell[2] == "city" for cell in anything):
        title, text = _("Chỉ có số liệu toàn thành phố"), _("Chưa có số liệu theo quận, huyện, xã, phường.")
    else:
        title, text = _("Chưa có số liệu cho lựa chọn này"), _("Có số liệu ở địa giới, cấp hoặc khu vực khác.")
    rows = [
        {"label": target_text(target, indicator.decimals, unit).split(":")[0],
         "value": target_value_text(target, indicator.decimals, unit), "source": locator_text(target.resolution_ref)}
        for target in data.catalogue.targets.get(indicator.id, [])
    ]  # fmt: skip
    return {"title": title, "text": text, "rows": rows + _city_rows(data, city, unit),
            "links": _links(data, query, indicator)}  # fmt: skip


def _city_rows(data: Snapshot, city: IndicatorTable | None, unit: str) -> list[View]:
    if city is None or city.with_value == 0:
        return []
    row = city.frame.iloc[0]
    figures = [dict(row), *row["alternatives"]]
    labels = {label.value: localised(label, "name") for label in data.catalogue.labels.get(city.indicator.id, [])}
    return [
        {
            "label": _("Toàn thành phố, %(period)s", period=period_text(figure["period"])),
            "value": labels.get(figure["value"])
            or quantity(
                figure["value"], city.indicator.decimals, unit, figure["qualifier"], _none(figure["value_high"])
            ),
            "source": str(source_view(data.catalogue.sources[figure["source_id"]])["label"]),
        }
        for figure in figures
    ]


def _links(data: Snapshot, query: MapQuery, indicator: Indicator) -> list[View]:
    """Where figures do exist: other cells of this indicator, else neighbours of the same theme."""
    places = {"2024": None, **dict.fromkeys(data.places.editions)}
    links = [
        {"label": f"{level_text(data.places, edition, level)}, {edition_phrase(data.places.edition(edition))}",
         "href": moved(data, MapQuery(indicator.id, edition, level, None, stratum)).path()}
        for (name, edition, level, stratum) in sorted(data.catalogue.covered)
        if name == indicator.id and edition in places and level != "city"
    ]  # fmt: skip
    if links:
        return links
    prefix = "" if language() == "vi" else "/en"
    covered = {cell[0] for cell in data.catalogue.covered}
    return [
        {"label": localised(other, "name"), "href": f"{prefix}/map/{other.id}"}
        for other in data.catalogue.indicators.values()
        if other.theme_id == indicator.theme_id and other.id in covered and other.id != indicator.id
    ]


def build_rows(data: Snapshot, table: IndicatorTable) -> list[View]:
    """The table as text, best first where the indicator has a direction, largest first otherwise; missing last."""
    parents = {area.code: area for level in ("city", "district") for area in
               data.places.areas.get((table.edition, level), [])}  # fmt: skip
    labels = {label.value: localised(label, "name") for label in data.catalogue.labels.get(table.indicator.id, [])}
    colours = ramp(max(len(labels) if labels else len(table.limits) + 1, 1), bool(labels))
    rising = table.indicator.direction == "lower"
    order = table.frame.sort_values(["value", "code"], ascending=[rising, True], na_position="last")
    rows = []
    for row in order.itertuples():
        missing = isinstance(row.reason, str)
        value = (
            ""
            if missing
            else labels.get(row.value)
            or quantity(row.value, table.indicator.decimals, "", _none(row.qualifier), _none(row.value_high))
        )
        rows.append({
            "code": row.code,
            "name": row.name,
            "parent": parents[row.parent_code].name if row.parent_code in parents and row.parent_code != "01" else "",
            "value": reason_text(row.reason) if missing else value,
            "missing": row.reason if missing else None,
            "colour": None if missing else colours[row.class_index],
            "period": "" if missing else period_text(row.period),
        })  # fmt: skip
    return rows
