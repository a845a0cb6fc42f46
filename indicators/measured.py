"""The areas of imported units as figures, so that an imported edition draws at once."""

from __future__ import annotations

from typing import Any

import pandas as pd

INDICATOR = "area_km2"
NOTE_VI = "Đo trên lớp địa giới đã nhập, không phải số liệu chính thức."
NOTE_EN = "Measured on the imported layer, not an official figure."


def measured_source(edition: str, file: str) -> dict[str, Any]:
    """The source of these figures: the layer itself."""
    return {"id": f"boundary-layer-{edition}", "publisher": "Dự án này", "title_origin": "stated", "url": None,
            "title": f"Diện tích đo trên lớp địa giới {edition}, nhập từ tệp {file} (EPSG:6933)", "published": None,
            "kind": "database", "quality": "derived"}  # fmt: skip


def measured_figures(areas: pd.DataFrame, source: str, period: str) -> list[dict[str, Any]]:
    """A figure for each row of `areas` (as in `areas.csv`), in km²."""
    return [
        {"indicator_id": INDICATOR, "edition_id": row.edition, "area_code": row.code, "period": period,
         "stratum": "all", "source_id": source, "value": row.area_km2, "value_high": None, "qualifier": "approx",
         "numerator": None, "denominator": None, "status": "derived", "note_vi": NOTE_VI, "note_en": NOTE_EN}
        for row in areas.itertuples()
    ]  # fmt: skip
