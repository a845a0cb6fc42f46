"""The boundary data, read: editions, areas, the TopoJSON of all layers, and what was measured on the sources.

All that a service of Hanoi needs lies in `boundaries/data`. Imported layers lie outside the repository, each in a
folder of its own beside its source at full resolution; their editions hold the path. A level with many units is cut:
beside the layer, a folder of the level's name holds one file for each parent, which the map takes one at a time.
Importing this module loads no geometry library: the browser gets the file as bytes, and only exports and tests decode
it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import DomainError

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

DATA = Path(__file__).parent / "data"
ROOT = DATA.parent.parent
LAYER = "hanoi.topojson"
NEIGHBOURS = "neighbours"
TOLERANCE_M = 20.0
"""How far, about, generalising moved the lines of the shipped layers."""
METRIC_CRS = "EPSG:32648"
"""UTM 48N, in which metres are measured. Its scale at Hanoi makes areas about 0.08 % too small, far below what the
lines themselves are worth."""

FILE = "layer.topojson"
"""An imported layer, in a folder whose name ends with the hash of it and of its parts."""
REMEDY = "Put it back from a backup, or import the edition again (docs/operations.md)."
SOURCE = "source.parquet"
"""Beside an imported layer: its units as they came, in degrees, with every vertex."""
HOME = "01"
"""Code of the city whose plan the goals are: they say nothing of the units of another province."""
_imported: dict[str, str] = {}
_elsewhere: set[str] = set()


class LayerDamaged(DomainError):
    """A layer file that is missing or not what it was: what needs it has to wait until it is put back."""


def announce(layers: Mapping[str, str], tops: Mapping[str, Collection[str]]) -> None:
    """Make layers of imported editions (by edition) known to this process; called whenever editions are loaded. `tops`
    are the codes of an edition's units of the highest level."""
    _imported.update({edition: layer for edition, layer in layers.items() if is_imported(layer)})
    _elsewhere.update(edition for edition in _imported.keys() & tops.keys() if set(tops[edition]) != {HOME})


def is_elsewhere(edition: str) -> bool:
    """Whether an edition is of another place than the city whose goals the store holds."""
    return edition in _elsewhere


def is_imported(layer: str) -> bool:
    """Whether the layer of an edition came from outside: then it is a path, of which shipped names are none."""
    return "/" in layer


def layer_of(name: str, part: str = "") -> str:
    """The layer that holds an object: that of its edition if it was imported, else the shipped one. `part` is the code
    of the parent whose units are meant, of a level that is cut."""
    edition, _dot, level = name.rpartition(".")
    layer = _imported.get(edition, LAYER)
    return f"{layer.rpartition('/')[0]}/{level}/{part}.topojson" if part else layer


@lru_cache
def is_cut(layer: str, level: str) -> bool:
    """Whether an edition's layer holds the units of a level in one file for each parent."""
    return is_imported(layer) and layer_path(layer).with_name(level).is_dir()


def parts_of(layer: str) -> list[str]:
    """The layers of an edition's parts, in order of level and code; none where nothing is cut."""
    if not is_imported(layer):
        return []
    folder = layer_path(layer).parent
    return [f"{layer.rpartition('/')[0]}/{path.relative_to(folder)}" for path in _parts(folder)]


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.topojson"), key=lambda path: (path.parent, path.stem))


def layer_path(layer: str, folder: Path = DATA) -> Path:
    """Where a layer lies; relative paths of imported ones are taken from the project's folder."""
    return ROOT / layer if is_imported(layer) else folder / layer


def read_rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """Rows of one shipped CSV as text, in file order. Raises DomainError if the file is not there."""
    path = folder / name
    if not path.is_file():
        raise DomainError(f"{name} is not in {folder}. Build it with `flask boundaries compile --source DIR`.")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_editions(folder: Path = DATA) -> list[dict[str, str]]:
    """Columns: id, name_vi, name_en, valid_from, valid_to (ISO dates, empty = open), layer. Oldest first."""
    return read_rows("editions.csv", folder)


def read_areas(folder: Path = DATA) -> list[dict[str, str]]:
    """Columns: edition, code, level, type, name, parent_code (empty = none), area_km2. Parents before children."""
    return read_rows("areas.csv", folder)


def layer_bytes(layer: str = LAYER, folder: Path = DATA) -> bytes:
    """The TopoJSON file that an edition names, as it goes to the browser.

    Raises: LayerDamaged if the file is missing, or no longer what was imported.
    """
    path = layer_path(layer, folder)
    try:
        if is_imported(layer):
            check_imported(layer)
        return path.read_bytes()
    except OSError as error:
        raise LayerDamaged(f"{path.parent.name}/{path.name} cannot be read. {REMEDY}") from error


def check_imported(layer: str) -> None:
    """Compare what lies in the folder of an imported layer, or of a part of one, with the hash in the folder's name.

    Raises: LayerDamaged; OSError if the layer cannot be read.
    """
    path = layer_path(layer)
    folder = path.parent if path.name == FILE else path.parent.parent
    stamps = [(each, *_stamp(each)) for each in (folder / FILE, *_parts(folder))]
    if not folder.name.endswith(f".{_digest(tuple(stamps))[:12]}"):
        raise LayerDamaged(f"The files in {folder.name} are not what was imported. {REMEDY}")


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=64)
def _digest(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Hash of files one after the other; size and time of change are there so that it is computed anew after one."""
    digest = hashlib.sha256()
    for path, _size, _time in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def layer_topology(layer: str = LAYER, folder: Path = DATA) -> dict[str, Any]:
    """The same, decoded, each arc an array of steps of shape (n, 2); shared, so only to be read.

    Raises: LayerDamaged also if it is no JSON.
    """
    try:
        return _decoded(layer_bytes(layer, folder))
    except ValueError as error:
        raise LayerDamaged(f"{layer} is no TopoJSON. {REMEDY}") from error


@lru_cache(maxsize=4)
def _decoded(content: bytes) -> dict[str, Any]:
    """Kept by content, so never that of a file that has changed; as lists, arcs would take ten times the memory."""
    import numpy as np

    document: dict[str, Any] = json.loads(content)
    document["arcs"] = [np.array(arc, dtype=np.int32) for arc in document["arcs"]]
    return document


def layer_sha256(layer: str = LAYER, folder: Path = DATA) -> str:
    """The hash that names the file in its URL: 64 hexadecimal digits."""
    return hashlib.sha256(layer_bytes(layer, folder)).hexdigest()


def object_name(edition: str, level: str) -> str:
    """The TopoJSON object that holds the shapes of one edition and level."""
    return f"{edition}.{level}"


def object_names(layer: str = LAYER, folder: Path = DATA) -> tuple[str, ...]:
    """All objects of the file, in its order: those of `object_name`, and `neighbours`."""
    return tuple(layer_topology(layer, folder)["objects"])


def read_layer(name: str, layer: str | None = None, folder: Path = DATA) -> gpd.GeoDataFrame:
    """One object of a layer file, by default of that which holds it, decoded as a browser decodes it.

    Shape: `code` and `geometry` (EPSG:4326), and `name` for the neighbours; in order of `code`.
    Raises: UnknownName with the objects there are.
    """
    from geo.topology import decode  # brings in geopandas, which a request for bytes must not wait for

    whole, level = layer or layer_of(name), name.rpartition(".")[2]
    if not is_cut(whole, level):
        return decode(layer_topology(whole, folder), name)
    import pandas

    parts = [decode(layer_topology(part), name) for part in parts_of(whole) if f"/{level}/" in part]
    return pandas.concat(parts).sort_values("code", ignore_index=True)


def read_shapes(name: str, layer: str | None = None) -> dict[str, shapely.Geometry]:
    """The geometries of `read_layer` by code, in the same order; brings in none of the libraries of frames."""
    from geo.arcs import decode_shapes

    whole, level = layer or layer_of(name), name.rpartition(".")[2]
    if not is_cut(whole, level):
        return decode_shapes(layer_topology(whole), name)
    parts = (decode_shapes(layer_topology(part), name) for part in parts_of(whole) if f"/{level}/" in part)
    return dict(sorted((item for part in parts for item in part.items()), key=itemgetter(0)))


def read_finest(edition: str, level: str) -> tuple[gpd.GeoDataFrame, float]:
    """The finest shapes of a level that there are (`code`, geometry in degrees), and how far their lines may be off.

    An imported layer kept its source; a level that is not in it is put together, and shipped layers are generalised.
    Units: metres. Raises: UnknownName with the objects there are.
    """
    name = object_name(edition, level)
    path = layer_path(layer_of(name)).with_name(SOURCE)
    if not (is_imported(layer_of(name)) and path.is_file()):
        return read_layer(name), TOLERANCE_M
    import geopandas

    units = geopandas.read_parquet(path)
    if units["level"].iloc[0] != level:
        return read_layer(name), float(units["tolerance_m"].iloc[0])
    return units[["code", "geometry"]], 0.0


@lru_cache
def layer_bounds(
    name: str, layer: str | None = None, folder: Path = DATA
) -> tuple[tuple[float, float], tuple[float, float]]:
    """((south, west), (north, east)) of one object, in degrees of EPSG:4326; read from its arcs without decoding it."""
    import numpy as np

    topology = layer_topology(layer or layer_of(name), folder)
    used = {~arc if arc < 0 else arc for arc in _arc_numbers(topology["objects"][name])}
    points = np.concatenate([np.cumsum(topology["arcs"][number], axis=0) for number in used])
    (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    return (bottom * ky + dy, left * kx + dx), (top * ky + dy, right * kx + dx)


def _arc_numbers(node: Any) -> Iterator[int]:
    """All arc numbers below a TopoJSON object or array."""
    if isinstance(node, int):
        yield node
    else:
        children = node.get("geometries") or node.get("arcs") or [] if isinstance(node, dict) else node
        for child in children:
            yield from _arc_numbers(child)
