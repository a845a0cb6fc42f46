"""From checked features to an edition: its units at all levels, its layer for the map, and its source in full.

All levels are dissolved from one generalised coverage, as in `boundaries/compile.py`, so that they share every edge.
A level of very many units is cut by parent: the map of a country opens with its provinces, and fetches the communes of
the one that the reader goes into.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.imports.attributes import KINDS, is_official, level_above, tidy
from boundaries.imports.check import Checked
from boundaries.imports.features import Features
from boundaries.ingest import CODE_DIGITS
from boundaries.layers import NEIGHBOURS, TOLERANCE_M, object_name
from boundaries.names import split_kind
from geo.arcs import Grid
from geo.errors import BadParameter, DomainError
from geo.generalise import dissolve, generalise_coverage, snap_coverage
from geo.geometry import check_coverage, measure_areas
from geo.topology import decode, encode, write_topology

EQUAL_AREA = "EPSG:6933"
STEP_DEGREES = 5e-6
CUT_ABOVE = 1000  # units of a level; 579 and 3 kB of outlines a district still open within a second
DETAIL = 3000.0  # a line moves by this part of the layer's width at most, which no screen shows: 190 m for the country
Progress = Callable[[str], None]


@dataclass(frozen=True)
class EditionFacts:
    """What an edition is called and when it is in force; an open end is None."""

    id: str
    name_vi: str
    name_en: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class Unit:
    """The unit in which all others lie: its code, and its official name with its kind."""

    code: str
    name: str


@dataclass(frozen=True)
class Built:
    """An edition ready to be stored: `areas` as in `areas.csv`, parents first; `layer` is TopoJSON; `source` has
    `code`, `level`, `tolerance_m` of the layer, and the shapes as they came, in degrees. `parts` is the TopoJSON of the
    units of each parent by its code, where the level is cut; they are then not in `layer`."""

    facts: EditionFacts
    areas: pd.DataFrame
    layer: bytes
    source: gpd.GeoDataFrame
    parts: dict[str, bytes] = field(default_factory=dict)


def read_unit(text: str) -> Unit:
    """`27=Tỉnh Bắc Ninh` as a unit. Raises BadParameter if it is not of this form."""
    code, mark, name = text.partition("=")
    if not mark or len(code) != CODE_DIGITS["city"] or not code.isdigit() or not is_official(name, "city"):
        raise BadParameter(
            "--parent", text, (f"CODE=NAME, two digits and a name with its kind: {', '.join(KINDS['city'])}",)
        )
    return Unit(code, tidy(name))


def place_under(features: Features, parent: Unit | None) -> Features:
    """The features with the unit as parent of those that name none."""
    if parent is None or (features.frame["parent_code"] != "").any():
        return features
    frame = features.frame.assign(parent_code=parent.code, parent_name=parent.name)
    return Features(features.file, frame, features.crs, features.unclosed)


def build_edition(
    checked: Checked, facts: EditionFacts, level: str, parent: Unit | None, progress: Progress,
    cut_above: int = CUT_ABOVE,
) -> Built:  # fmt: skip
    """Generalise, dissolve, encode and measure. `parent` is needed where the units' own parents are districts. A level
    of more than `cut_above` units is cut by parent.

    Raises: BadParameter for a missing parent. DomainError (BrokenCoverage among them) if generalising loses a unit.
    """
    units = checked.features.frame.sort_values("code", ignore_index=True)
    above = level_above(units, level)
    if above == "district" and parent is None:
        raise BadParameter("--parent", None, ("CODE=NAME of the province in which the districts lie",))
    progress("generalise")
    size = float(measure_areas(units, EQUAL_AREA).sum())
    tolerance_m = max(TOLERANCE_M, size**0.5 / DETAIL)
    grid = _grid(units)
    thinned = generalise_coverage(units[["code", "geometry"]], tolerance_m, checked.metric)
    pieces = snap_coverage(thinned, grid)
    _check_whole(units, pieces)
    progress("encode")
    levels = {level: dissolve(pieces, "code")} | {
        at: dissolve(pieces.assign(unit=pieces["code"].map(of)), "unit")
        for at, of in _owners(units, above, parent).items()
    }
    parts = {}
    if len(units) > cut_above:
        cut = levels.pop(level)
        parents = cut["code"].map(units.set_index("code")["parent_code"])
        parts = {
            str(code): _layer(facts.id, {level: held}, grid, checked.metric) for code, held in cut.groupby(parents)
        }
    layer = _layer(facts.id, levels, grid, checked.metric)
    source = units[["code", "geometry"]].assign(level=level, tolerance_m=tolerance_m)
    return Built(facts, list_areas(units, facts.id, level, parent), layer, source, parts)


def _layer(edition: str, levels: dict[str, gpd.GeoDataFrame], grid: Grid, metric: str) -> bytes:
    """Some levels as TopoJSON with an empty object of neighbours, once each has been decoded and found sound."""
    named = {object_name(edition, level): shapes for level, shapes in levels.items()}
    topology = encode(named, grid)
    topology["objects"][NEIGHBOURS] = {"type": "GeometryCollection", "geometries": []}
    for name in named:
        check_coverage(name, decode(topology, name), metric)
    return write_topology(topology)


def list_areas(units: gpd.GeoDataFrame, edition: str, level: str, parent: Unit | None) -> pd.DataFrame:
    """One row for each unit of each level, the highest first; areas are measured in an equal-area projection."""
    above = level_above(units, level)
    size = measure_areas(units, EQUAL_AREA) / 1e6
    own = pd.DataFrame(
        {"code": units["code"], "level": level, "name": units["name"], "parent_code": units["parent_code"]}
    )
    own["area_km2"] = size.reindex(own["code"]).to_numpy()
    tables = [own]
    groups = own.assign(parent_name=units["parent_name"].to_numpy()).groupby("parent_code", sort=True)
    parents = groups.agg(name=("parent_name", "first"), area_km2=("area_km2", "sum")).reset_index(names="code")
    top = parent.code if parent and above == "district" else ""
    tables.insert(0, parents.assign(level=above, parent_code=top))
    if parent and above == "district":
        whole = {"code": parent.code, "level": "city", "name": parent.name, "parent_code": ""}
        tables.insert(0, pd.DataFrame([whole | {"area_km2": own["area_km2"].sum()}]))
    areas = pd.concat(tables, ignore_index=True)
    areas["type"] = [str(split_kind(name)[0]) for name in areas["name"]]
    areas["edition"] = edition
    return areas[["edition", "code", "level", "type", "name", "parent_code", "area_km2"]].round({"area_km2": 4})


def _owners(units: gpd.GeoDataFrame, above: str | None, parent: Unit | None) -> dict[str, pd.Series]:
    """For each level above, the code of the unit in which each unit lies."""
    parents = units.set_index("code")["parent_code"]
    owners = {str(above): parents}
    if parent and above == "district":
        owners["city"] = parents.map(lambda _code: parent.code)
    return owners


def _grid(units: gpd.GeoDataFrame) -> Grid:
    left, bottom = np.floor(units.total_bounds[:2] * 100) / 100
    return Grid(STEP_DEGREES, float(left), float(bottom))


def _check_whole(units: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame) -> None:
    lost = sorted(set(units["code"]) - set(pieces["code"]))
    if lost or not shapely.area(pieces.geometry.to_numpy()).all():
        raise DomainError(f"{len(lost)} units are narrower than the grid of the layer: {', '.join(lost[:10])}.")
