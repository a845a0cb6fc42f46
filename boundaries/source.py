"""The source layers of Hanoi, read and checked before anything is compiled from them.

They stay outside the repository; what was measured on them ships as `source_checks.csv`, so that the compiled layers
can be checked without them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.credits import hash_file
from boundaries.layers import METRIC_CRS
from geo.errors import DomainError
from geo.geometry import check_coverage, find_neighbours, measure_areas

CITY = {"code": "01", "level": "city", "type": "thành phố", "name": "Thành phố Hà Nội", "parent_code": ""}
FILES = {
    ("2024", "district"): "districts_2024.geojson",
    ("2024", "commune"): "communes_2024.geojson",
    ("2025-07", "commune"): "communes_2025.geojson",
}
NEIGHBOURS_FILE = "neighbours_2025.geojson"
FIELDS = ["code", "name_vi", "type", "parent_code"]


@dataclass(frozen=True)
class Sources:
    """Source layers by (edition, level): `code`, `name`, `type`, `parent_code`, EPSG:4326; and the provinces around."""

    layers: dict[tuple[str, str], gpd.GeoDataFrame]
    neighbours: gpd.GeoDataFrame
    sha256: dict[str, str]  # of every file read, by name


def read_sources(folder: Path) -> Sources:
    """Read and check all layers. Raises DomainError for a missing file or field, BrokenCoverage for a broken layer."""
    layers = {key: _read_units(folder / name) for key, name in FILES.items()}
    for (edition, level), layer in layers.items():
        check_coverage(FILES[edition, level], layer, METRIC_CRS)
    neighbours = _read(folder / NEIGHBOURS_FILE, ["code", "name_vi"]).rename(columns={"name_vi": "name"})
    hashes = {name: hash_file(folder / name) for name in (*FILES.values(), NEIGHBOURS_FILE)}
    return Sources(layers, neighbours, hashes)


def list_areas(sources: Sources) -> pd.DataFrame:
    """One row per unit, the city first in each edition: edition, code, level, type, name, parent_code, area_km2."""
    frames = []
    for edition in dict.fromkeys(edition for edition, _ in sources.layers):
        levels = [(level, layer) for (of, level), layer in sources.layers.items() if of == edition]
        units = pd.concat([_with_areas(layer).assign(level=level) for level, layer in levels], ignore_index=True)
        lowest = units["level"] == levels[-1][0]
        city = pd.DataFrame([CITY | {"area_km2": units.loc[lowest, "area_km2"].sum()}])
        frames.append(pd.concat([city, units], ignore_index=True).assign(edition=edition))
    columns = ["edition", "code", "level", "type", "name", "parent_code", "area_km2"]
    return pd.concat(frames, ignore_index=True)[columns]


def measure_sources(sources: Sources) -> pd.DataFrame:
    """What the compiled layers must still show: edition, level, code, area_m2, neighbours (codes by space), sha256."""
    frames = []
    for (edition, level), layer in sources.layers.items():
        neighbours = find_neighbours(layer)
        frame = measure_areas(layer, METRIC_CRS).round(1).reset_index()
        frame.insert(0, "level", level)
        frame.insert(0, "edition", edition)
        frame["neighbours"] = [" ".join(neighbours[code]) for code in frame["code"]]
        frames.append(frame.assign(sha256=sources.sha256[FILES[edition, level]]))
    return pd.concat(frames, ignore_index=True)


def _with_areas(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    areas = measure_areas(layer, METRIC_CRS).to_numpy() / 1e6
    return pd.DataFrame(layer.drop(columns="geometry")).assign(area_km2=areas)


def _read_units(path: Path) -> gpd.GeoDataFrame:
    layer = _read(path, FIELDS).rename(columns={"name_vi": "name"})
    layer["name"] = [spell_name(name) for name in layer["name"]]
    return layer


def _read(path: Path, fields: list[str]) -> gpd.GeoDataFrame:
    if not path.is_file():
        raise DomainError(f"{path.name} is not in {path.parent}. The source folder must hold every layer of the city.")
    layer = gpd.read_file(path)
    missing = [field for field in fields if field not in layer.columns]
    if missing or not layer["code"].is_unique:
        what = f"lacks {', '.join(missing)}" if missing else "repeats a code"
        raise DomainError(f"{path.name} {what}. It needs the fields {', '.join(fields)}, and each code once.")
    return layer[[*fields, "geometry"]].to_crs("EPSG:4326").sort_values("code", ignore_index=True)


def spell_name(name: str) -> str:
    """NFC, each word with a capital, as in the official lists: the source has one slip ("Xã Đại áng")."""
    kind, _, rest = unicodedata.normalize("NFC", name).partition(" ")
    if kind == "Thị":  # thị xã and thị trấn are two words, the second of them small
        second, _, rest = rest.partition(" ")
        kind = f"{kind} {second}"
    return " ".join([kind, *(word[:1].upper() + word[1:] for word in rest.split())])
