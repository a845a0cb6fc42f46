"""A province to import, small enough to draw: four communes of 0.01° in two rows, in two districts or in one province.

`10001` (south-west) and `10004` (north-west) lie in 091, `10007` (south-east) and `10010` (north-east) in 092.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.imports.check import list_flaws
from boundaries.imports.features import Fields, read_features
from boundaries.imports.flaws import Flaw
from tests.boundaries.sources import cells

FIELDS = Fields("ma", "ten", "ma_huyen", "ten_huyen")
ROWS = [
    ("10001", "Xã Một", "091", "Huyện Tây", (0, 0, 2, 2)),
    ("10004", "Xã Bốn", "091", "Huyện Tây", (0, 2, 2, 4)),
    ("10007", "Phường Bảy", "092", "Thị xã Đông", (2, 0, 4, 2)),
    ("10010", "Thị trấn Mười", "092", "Thị xã Đông", (2, 2, 4, 4)),
]
Rings = list[Any]


def layer() -> gpd.GeoDataFrame:
    """The layer, sound as it stands, in EPSG:4326."""
    table = pd.DataFrame([row[:4] for row in ROWS], columns=["ma", "ten", "ma_huyen", "ten_huyen"])
    return gpd.GeoDataFrame(table, geometry=[cells(*row[4]) for row in ROWS], crs="EPSG:4326")


def write_geojson(path: Path, geometries: dict[int, Any] | None = None, **columns: dict[int, str]) -> Path:
    """The layer as GeoJSON; `geometries` and columns replace those of features by their number, from 1."""
    document = json.loads(layer().to_json())
    for number, geometry in (geometries or {}).items():
        document["features"][number - 1]["geometry"] = geometry
    for column, cells_ in columns.items():
        for number, value in cells_.items():
            document["features"][number - 1]["properties"][column] = value
    path.write_text(json.dumps(document, ensure_ascii=False).replace('"nan"', "NaN"), encoding="utf-8")
    return path


def ring(number: int) -> Rings:
    """Coordinates of the outer ring of a feature, to be bent."""
    return [list(xy) for xy in layer().geometry.iloc[number - 1].exterior.coords]


def flaws_of(path: Path, folder: Path, level: str = "commune", crs: str | None = None) -> list[Flaw]:
    """All problems of a file."""
    folder.mkdir(exist_ok=True)
    return list_flaws(read_features(path, FIELDS, folder, crs), level, {})
