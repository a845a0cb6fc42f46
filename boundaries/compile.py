"""From source layers to the files in `boundaries/data`, the same bytes every time.

All levels and editions are dissolved from one set of pieces (old commune × new ward) that is generalised and rounded
once. So communes nest in districts exactly, both editions run along the same edges, and the file holds each edge once.
Rounding to 1e-5 degrees would cost the communes 00268 and 00289 their common edge of 7 m; half of that, about 0.5 m,
keeps every pair of neighbours.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import brotli
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.composition import (
    FROM_EDITION,
    TO_EDITION,
    build_crosswalk,
    check_shares,
    read_composition,
    read_shares,
)
from boundaries.credits import hash_file, refresh_hashes
from boundaries.layers import DATA, LAYER, METRIC_CRS, NEIGHBOURS, TOLERANCE_M, object_name
from boundaries.source import CITY, Sources, list_areas, measure_sources, read_sources
from geo.arcs import Grid, Topo
from geo.errors import DomainError
from geo.generalise import build_refinement, dissolve, fit_around, generalise_coverage, snap_coverage
from geo.geometry import check_coverage, find_neighbours, measure_areas
from geo.topology import decode, encode, write_topology

STEP_DEGREES = 5e-6
SHARES_FILE = "crosswalk_2024_2025.csv"
LARGEST_AREA_CHANGE = 0.01
LARGEST_BROTLI_BYTES = 110_000
# The provinces around were drawn apart from the city and miss its outline by up to 300 m; they are cut back by a little
# more, about 370 m, and then joined to it.
REACH_DEGREES = 0.0035
EDITIONS = pd.DataFrame(
    [
        ("2024", "Địa giới 2024", "2024 boundaries", "", "2024-12-31", LAYER),
        ("2025-07", "Địa giới từ 01/07/2025", "Boundaries since 01/07/2025", "2025-07-01", "", LAYER),
    ],
    columns=["id", "name_vi", "name_en", "valid_from", "valid_to", "layer"],
)


@dataclass(frozen=True)
class Compiled:
    """What was written: units per object, sizes of the layer file, largest area change (a ratio), hashes by file."""

    units: dict[str, int]
    layer_bytes: int
    brotli_bytes: int
    largest_area_change: float
    sha256: dict[str, str]


def compile_layers(
    source: Path, destination: Path, tolerance_m: float = TOLERANCE_M, composition: Path | None = None
) -> Compiled:
    """Build every file of `destination` from the source layers; nothing is written unless all checks pass.

    `composition` is the official composition (old unit, new unit, part); by default `predecessors.csv` of the folder
    `indicators` beside `source`. Tables of `destination` that are kept by hand stay and are listed with their hash.
    Raises: DomainError (BrokenCoverage among them) for a source that is incomplete or no coverage, and for a result
    that loses a unit or a pair of neighbours, changes an area by over 1 %, or exceeds 110 kB at brotli's best.
    """
    composition = composition or source.parent / "indicators" / "predecessors.csv"
    sources = read_sources(source)
    checks = measure_sources(sources)
    topology = build_topology(sources, tolerance_m)
    change = check_against_source(topology, checks)
    layer = write_topology(topology)
    packed = check_size(layer)
    tables = _build_tables(sources, read_shares(source / SHARES_FILE), read_composition(composition))
    tables["source_checks.csv"] = checks
    files = {LAYER: layer} | {name: write_table(table) for name, table in tables.items()}
    shipped = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    kept = {path.name: hash_file(path) for path in destination.glob("*.csv") if path.name not in files}  # by hand
    origins = sources.sha256 | {path.name: hash_file(path) for path in (source / SHARES_FILE, composition)}
    files["SOURCES.md"] = refresh_hashes((DATA / "SOURCES.md").read_text("utf-8"), shipped | kept, origins).encode()
    for name, content in files.items():
        (destination / name).write_bytes(content)
    units = {name: len(layer["geometries"]) for name, layer in topology["objects"].items()}
    return Compiled(units, len(layer), packed, change, shipped)


def build_topology(sources: Sources, tolerance_m: float) -> Topo:
    """All layers and the provinces around them, generalised and rounded together, as one TopoJSON object."""
    finest = {edition: layer for (edition, level), layer in sources.layers.items() if level == "commune"}
    grid = _grid_over(sources)
    pieces = build_refinement(finest)
    pieces = snap_coverage(generalise_coverage(pieces, tolerance_m, METRIC_CRS), grid)
    layers = {object_name(edition, "city"): dissolve(pieces.assign(unit=CITY["code"]), "unit") for edition in finest}
    for edition, level in sources.layers:
        units = pieces[edition]
        if level == "district":
            units = units.map(finest[edition].set_index("code")["parent_code"])
        layers[object_name(edition, level)] = dissolve(pieces.assign(unit=units), "unit")
    layers[NEIGHBOURS] = _fit_neighbours(sources.neighbours, pieces, grid)
    return encode(layers, grid)


def check_against_source(topology: Topo, checks: pd.DataFrame) -> float:
    """The largest relative change of an area. Raises DomainError for anything that the layers lost or changed.

    `checks` is the table of `measure_sources`; the layers are judged as decoded from the file, not as they were built.
    """
    changes = []
    for key, expected in checks.groupby(["edition", "level"]):
        name = object_name(*map(str, key))
        layer = check_coverage(name, decode(topology, name), METRIC_CRS)
        wanted = dict(zip(expected["code"], expected["neighbours"].map(_split), strict=True))
        found = find_neighbours(layer)
        if found != wanted:
            differing = sorted(code for code in wanted.keys() | found.keys() if found.get(code) != wanted.get(code))
            raise DomainError(
                f"{name}: {len(differing)} units are lost or have other neighbours than in the source: "
                f"{', '.join(differing[:10])}. Lower the tolerance or the grid step."
            )
        ratio = (measure_areas(layer, METRIC_CRS) / expected.set_index("code")["area_m2"] - 1).abs()
        if ratio.max() > LARGEST_AREA_CHANGE:
            raise DomainError(
                f"{name}: the area of {ratio.idxmax()} changes by {ratio.max():.2%}, but {LARGEST_AREA_CHANGE:.0%} is "
                "allowed. Lower the tolerance or the grid step."
            )
        changes.append(float(ratio.max()))
    return max(changes)


def check_size(layer: bytes) -> int:
    """Bytes of the layer file at brotli's best. Raises DomainError if they exceed what a first visit may cost."""
    packed = len(brotli.compress(layer, quality=11))
    if packed > LARGEST_BROTLI_BYTES:
        raise DomainError(
            f"{LAYER} has {packed} bytes at brotli's best, {LARGEST_BROTLI_BYTES} are allowed. Raise the tolerance."
        )
    return packed


def write_table(table: pd.DataFrame) -> bytes:
    """CSV in UTF-8 with LF, whatever the machine."""
    return str(table.to_csv(index=False, lineterminator="\n")).encode()


def _build_tables(sources: Sources, shares: pd.DataFrame, composition: pd.DataFrame) -> dict[str, pd.DataFrame]:
    areas = list_areas(sources).round({"area_km2": 4})
    check_shares(shares, sources.layers[FROM_EDITION, "commune"], sources.layers[TO_EDITION, "commune"])
    crosswalk = build_crosswalk(shares, composition, areas)
    return {"areas.csv": areas, "editions.csv": EDITIONS, "composition.csv": composition, "crosswalk.csv": crosswalk}


def _split(codes: str) -> tuple[str, ...]:
    return tuple(codes.split())


def _grid_over(sources: Sources) -> Grid:
    """The grid from a corner below and left of everything, at whole hundredths of a degree."""
    bounds = [layer.total_bounds for layer in (*sources.layers.values(), sources.neighbours)]
    left, bottom = np.floor(np.min(bounds, axis=0)[:2] * 100) / 100
    return Grid(STEP_DEGREES, float(left), float(bottom))


def _fit_neighbours(neighbours: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    outline = shapely.coverage_union_all(pieces.geometry.to_numpy())
    units = shapely.transform(neighbours.geometry.to_numpy(), lambda xy: np.round(grid.to_units(xy)))
    context = gpd.GeoDataFrame({"code": neighbours["code"]}, geometry=units)
    return fit_around(context, outline, REACH_DEGREES / STEP_DEGREES).merge(neighbours[["code", "name"]], on="code")
