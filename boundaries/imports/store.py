"""An imported edition into the store and beside it: rows and files stand together or not at all.

Files are written into a folder of a name that nobody looks for, which gets its own name as the last thing before the
commit. A process that is killed in between leaves at most a folder to which no edition leads; the next import, or the
next start, sweeps it away. Callers hold the lock of the store, so no other import is under way meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import geopandas as gpd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.imports.build import Built
from boundaries.ingest import PLACES, store_rows
from boundaries.layers import FILE, NEIGHBOURS, ROOT, SOURCE, is_imported, layer_path, object_name
from boundaries.models import Area, Edition
from boundaries.spatial import has_shapes, store_shapes
from geo.errors import BadParameter
from geo.topology import decode

INCOMING = ".incoming"


def check_free(session: Session, edition: str) -> str:
    """The edition's id, if it is not taken. Raises BadParameter."""
    taken = list(session.scalars(select(Edition.id)))
    if edition in taken:
        raise BadParameter("--edition", edition, (f"an id other than {', '.join(taken)}",))
    return edition


def write_edition(session: Session, built: Built, folder: Path) -> Path:
    """Write the files under a passing name and the rows within the caller's transaction; `keep` makes them last.

    Returns: the folder written, for `keep`. The edition's layer already names where it will be.
    """
    sweep(session, folder)
    passing = folder / INCOMING
    passing.mkdir(parents=True)
    level = str(built.source["level"].iloc[0])
    layers = {FILE: built.layer} | {f"{level}/{code}.topojson": part for code, part in built.parts.items()}
    for name, layer in layers.items():
        (passing / name).parent.mkdir(exist_ok=True)
        (passing / name).write_bytes(layer)
        (passing / f"{name}.br").write_bytes(brotli.compress(layer, quality=9))
    built.source.to_parquet(passing / SOURCE)
    for path in passing.rglob("*"):
        _sync(path)
    target = final_folder(built, folder)
    session.add(Edition(**built.facts.__dict__, layer=_stored(target / FILE)))
    session.flush()
    areas = built.areas.astype({"parent_code": object})
    areas["parent_code"] = areas["parent_code"].where(areas["parent_code"] != "", None)
    store_rows(session, Area, PLACES["areas"], areas)
    for shapes, tolerance_m in _finest(built) if has_shapes(session.connection()) else ():
        store_shapes(session, built.facts.id, shapes, tolerance_m)
    return target


def _finest(built: Built) -> Iterator[tuple[gpd.GeoDataFrame, float]]:
    """The shapes of each level with their tolerance in metres, as `read_finest` will read them from the files."""
    yield built.source, 0.0
    layer = json.loads(built.layer)
    above = set(layer["objects"]) - {NEIGHBOURS, object_name(built.facts.id, str(built.source["level"].iloc[0]))}
    for name in sorted(above):
        yield decode(layer, name), float(built.source["tolerance_m"].iloc[0])


@contextmanager
def incoming(folder: Path) -> Iterator[None]:
    """Takes away what was written but not kept, if storing fails."""
    try:
        yield
    finally:
        shutil.rmtree(folder / INCOMING, ignore_errors=True)


def keep(folder: Path, target: Path) -> None:
    """Give the written files their own name; the caller commits at once."""
    (folder / INCOMING).rename(target)
    _sync(folder)


def final_folder(built: Built, folder: Path) -> Path:
    """Named by the edition and by what is in it."""
    content = b"".join([built.layer, *built.parts.values()])
    return folder / f"{built.facts.id}.{hashlib.sha256(content).hexdigest()[:12]}"


def sweep(session: Session, folder: Path) -> list[str]:
    """Remove what killed imports left: folders to which no edition leads. Returns their names."""
    known = {
        layer_path(layer).parent.resolve() for layer in session.scalars(select(Edition.layer)) if is_imported(layer)
    }
    left = [path for path in folder.iterdir() if path.resolve() not in known] if folder.is_dir() else []
    for path in left:
        shutil.rmtree(path)
    return [path.name for path in left]


def _stored(path: Path) -> str:
    """The path as the store keeps it: relative to the project's folder if it lies there."""
    whole = path.resolve()
    return str(whole.relative_to(ROOT)) if whole.is_relative_to(ROOT) else str(whole)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
