"""Coded statuses on another edition, as a table: for each unit, how much of it came from units of a higher title.

A new commune has no title of 2024. What can be said is from how many communes of which title it was formed; on the map
that is the share of its land whose former communes are *identified* as holding at least the second title. It is a lower
bound by its nature, since a title that no source names is not counted, and so it is written with "at least".
"""

from __future__ import annotations

import pandas as pd

from geo.errors import BadParameter
from indicators.carry import Carrier, frame_of
from indicators.catalogue import strata_of
from indicators.composition import compose, say_composition
from indicators.models import Indicator, ValueLabel
from indicators.observations import Figure
from indicators.table import Carried, Cell, Found, IndicatorTable, build_table

SCALE = (0.0, 25.0, 50.0, 75.0, 100.0)
"""Fixes the class limits at quarters, with a class of its own for units wholly of higher titles."""


def compose_table(carrier: Carrier, indicator_id: str, edition: str, period: str | None) -> IndicatorTable:
    """The composition of each commune of `edition` by the titles of the other edition's communes.

    Values are per cent of land, 0 to 100, each a lower bound; the note of each figure says the composition in words.
    Missing: `not_applicable` where all contributors are of kinds without titles, `not_collected` where none is known.
    Raises: BadParameter for an indicator that is no coded status, or an edition outside the crosswalk.
    """
    indicator = carrier.catalogue.indicator(indicator_id)
    if indicator.measure != "status":
        raise BadParameter("display", "composition", ("value",))
    origin = carrier.origin_of(edition)
    native = carrier.table(indicator_id, Cell(origin, "commune", strata_of(indicator)[0], period))
    rows = compose(frame_of(native), carrier.towards(edition), carrier.places.frame())
    sources = {row.area.code: row.figure.source_id for row in native.rows if row.figure}
    contributors = carrier.towards(edition).groupby("to_code")["from_code"].agg(list).to_dict()
    found: dict[str, Found] = {}
    reasons: dict[str, str] = {}
    for code, parts in rows.groupby("to_code"):
        if parts["value"].isna().all():
            reasons[str(code)] = str(parts["reason"].iloc[0])
            continue
        used = tuple(sorted({sources[part] for part in contributors[code] if part in sources}))
        figure = _figure(carrier, indicator, parts, native.period or "", used[0])
        found[str(code)] = (figure, (), _carried(origin, parts, used))
    cell = Cell(edition, "commune", native.stratum, native.period)
    areas = carrier.places.at(edition, "commune")
    shown = composed_indicator(indicator, _threshold(carrier.catalogue.labels[indicator_id]))
    return build_table(carrier.catalogue, shown, cell, areas, found, reasons, lambda: SCALE)


def composed_indicator(indicator: Indicator, threshold: ValueLabel) -> Indicator:
    """The row of the catalogue under which a composition is shown: a share of land, without a better or worse."""
    columns = {column.name: getattr(indicator, column.name) for column in Indicator.__table__.columns}
    return Indicator(**columns | {
        "name_vi": f"{indicator.name_vi}: thành phần hình thành",
        "name_en": f"{indicator.name_en}: what units were formed of",
        "definition_vi": f"Tỷ lệ diện tích từ các xã cũ đã xác định được danh hiệu “{threshold.name_vi}” trở lên; "
        "là mức ít nhất, và không phải danh hiệu của đơn vị mới.",
        "definition_en": f"Share of the land that came from former communes identified as “{threshold.name_en}” or "
        "higher; a lower bound, and not a title of the new unit.",
        "unit_id": "%", "decimals": 0, "measure": "rate", "direction": "none", "aggregation": "none",
        "area_types": None,
    })  # fmt: skip


def _figure(carrier: Carrier, indicator: Indicator, parts: pd.DataFrame, period: str, source: str) -> Figure:
    labels = carrier.catalogue.labels[indicator.id]
    share = float(parts.loc[parts["value"] >= _threshold(labels).value, "share_area"].sum()) * 100
    whole = share > 100 - 1e-6
    words = {
        lang: say_composition(parts, {label.value: getattr(label, f"name_{lang}") for label in labels}, lang)
        for lang in ("vi", "en")
    }
    return Figure(
        period, 100.0 if whole else share, None if whole else "ge", None, "derived", source, words["vi"], words["en"]
    )


def _threshold(labels: list[ValueLabel]) -> ValueLabel:
    """The title from which a former commune counts: the second, or the only one."""
    return labels[min(1, len(labels) - 1)]


def _carried(origin: str, parts: pd.DataFrame, sources: tuple[str, ...]) -> Carried:
    known = parts["value"].notna()
    count = int(parts["contributors"].sum())
    exact = int(parts["whole"].sum()) == count
    return Carried(
        origin=origin,
        quality="exact" if exact else "estimate",
        coverage=float(parts.loc[known, "share_area"].sum()),
        method="composition",
        weight_basis="whole" if exact else "area",
        basis="crosswalk",
        contributors=count,
        missing=(),
        source_ids=sources,
    )
