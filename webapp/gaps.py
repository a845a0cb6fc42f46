"""What to say where there is no map to draw: what is missing, and everything that does exist."""

from __future__ import annotations

from typing import Any

from indicators.models import Indicator
from indicators.table import IndicatorTable
from webapp.db import Snapshot
from webapp.i18n import gettext as _
from webapp.i18n import language, localised, period_text
from webapp.legend import label_texts
from webapp.query import MapQuery, moved
from webapp.words import (
    edition_phrase,
    figure_text,
    goal_locator_text,
    goal_scope_text,
    goal_value_text,
    level_text,
    source_label,
)


def build_gap(
    data: Snapshot, query: MapQuery, table: IndicatorTable, city: IndicatorTable | None, unit: str
) -> dict[str, Any]:  # fmt: skip
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
        {"label": goal_scope_text(data.places, goal), "value": goal_value_text(goal, unit),
         "source": goal_locator_text(goal)}
        for goal in data.catalogue.goals.get(indicator.id, [])
    ]  # fmt: skip
    return {"title": title, "text": text, "rows": rows + _city_rows(data, city, unit),
            "links": _links(data, query, indicator)}  # fmt: skip


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
