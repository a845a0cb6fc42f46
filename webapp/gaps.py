"""What to say where there is no map to draw: what is missing, and everything that does exist."""

from __future__ import annotations

from typing import Any

from boundaries.layers import is_elsewhere
from indicators.models import Indicator
from indicators.observations import Outcome, load_outcomes
from indicators.periods import period_end
from indicators.table import IndicatorTable
from webapp.db import Snapshot, session
from webapp.i18n import gettext as _
from webapp.i18n import language, localised, period_text
from webapp.legend import label_texts
from webapp.place import place_of
from webapp.query import MapQuery, moved
from webapp.words import (
    edition_phrase,
    figure_text,
    goal_locator_text,
    goal_scope_text,
    goal_value_text,
    level_text,
    source_label,
    status_text,
    unit_text,
)


def build_gap(
    data: Snapshot, query: MapQuery, table: IndicatorTable, city: IndicatorTable | None, unit: str
) -> dict[str, Any]:  # fmt: skip
    """What to say where there is no map to draw: what is missing, and everything that does exist."""
    known = []
    title, text = _say(data, table.indicator, query.edition)
    if query.level == "city" and table.with_value:
        known = published(data, table.indicator, query.stratum, query.edition)
        title, text = _say_one(data, query.edition)
    goals = [
        {"label": goal_scope_text(data.places, goal), "value": goal_value_text(goal, unit),
         "source": goal_locator_text(goal)}
        for goal in data.catalogue.goals.get(table.indicator.id, [])
        if not is_elsewhere(table.edition)
    ]  # fmt: skip
    return {
        "kind": "info" if known else "",
        "title": title,
        "text": text,
        "rows": goals + (known or _city_rows(data, city, unit)),
        "links": _links(data, query, table.indicator),
    }


def _say(data: Snapshot, indicator: Indicator, edition: str) -> tuple[str, str]:
    """Title and text of what is missing; of another place than the city, what is there of the city is not missing."""
    if is_elsewhere(edition):
        place = place_of(data.places, edition).name
        return _("Chưa có số liệu của %(place)s", place=place), _("Ô trống không phải là số 0.")
    levels = {cell[2] for cell in data.catalogue.covered if cell[0] == indicator.id}
    if not levels:
        return _("Chưa ai công bố số liệu này"), _(
            "Không tìm thấy nguồn nào nêu kết quả của chỉ số này, cho Thành phố hay cho từng địa bàn. "
            "Ô trống không phải là số 0."
        )
    if levels == {"city"}:
        return _("Chỉ có số liệu toàn thành phố"), _("Chưa có số liệu theo quận, huyện, xã, phường.")
    return _("Chưa có số liệu cho lựa chọn này"), _("Có số liệu ở địa giới, cấp hoặc khu vực khác.")


def _say_one(data: Snapshot, edition: str) -> tuple[str, str]:
    """Title and text where one figure is all there is."""
    place = place_of(data.places, edition)
    if place.imported:
        text = _("Một con số cho cả %(place)s không cần bản đồ. Dưới đây là mọi số liệu đã có, mới nhất trước.",
                 place=place.name)  # fmt: skip
        return _("Số liệu của %(place)s", place=place.name), text
    return _("Số liệu toàn thành phố"), _(
        "Một con số cho cả Thành phố không cần bản đồ. Dưới đây là mọi số liệu đã công bố, mới nhất trước."
    )


def published(data: Snapshot, indicator: Indicator, stratum: str, edition: str = "") -> list[dict[str, Any]]:
    """Every outcome published for the city, under any of its editions, latest first; or for the place of `edition`, if
    that is another.

    `share` is of the largest, for a bar, where all are numbers from zero up.
    """
    home = [each for each in data.places.editions if not is_elsewhere(each)]
    own = [edition] if is_elsewhere(edition) else home
    cities = [area for each in own for area in data.places.at(each, "city")]
    as_of = data.catalogue.as_of
    figures = {
        figure
        for city in cities
        for figure in load_outcomes(session(), indicator, city.edition_id, stratum, {city.code}, as_of)
    }
    unit = unit_text(data.catalogue, indicator)
    labels = {float(label.value): localised(label, "name") for label in data.catalogue.labels.get(indicator.id, [])}
    most = max((figure.value_high or figure.value for figure in figures), default=0)
    drawn = len(figures) > 1 and most > 0 and not labels and min(figure.value for figure in figures) >= 0
    return [
        {
            "label": _period_label(figure),
            "value": figure_text(figure, indicator.decimals, unit, labels),
            "source": source_label(data.catalogue.sources[figure.source_id]),
            "share": round(figure.value / most, 4) if drawn else None,
        }
        for figure in sorted(figures, key=lambda figure: (period_end(figure.period), figure.source_id), reverse=True)
    ]


def _period_label(figure: Outcome) -> str:
    """The period, with how firm the figure is unless it is an official one."""
    period = period_text(figure.period)
    return period if figure.status == "final" else f"{period}, {status_text(figure.status)}"


def _city_rows(data: Snapshot, city: IndicatorTable | None, unit: str) -> list[dict[str, Any]]:
    if city is None or city.rows[0].figure is None:
        return []
    labels = label_texts(data, city)
    return [
        {
            "label": _("Toàn thành phố, %(period)s", period=period_text(figure.period)),
            "value": figure_text(figure, city.indicator.decimals, unit, labels),
            "source": source_label(data.catalogue.sources[figure.source_id]),
        }
        for figure in (city.rows[0].figure, *city.rows[0].alternatives)
    ]


def _links(data: Snapshot, query: MapQuery, indicator: Indicator) -> list[dict[str, Any]]:
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
