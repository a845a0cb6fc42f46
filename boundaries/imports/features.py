"""Features out of a file: codes, names and parents as the text that they are, shapes, and the CRS that the file states.

Shapes are parsed one by one, so that a ring that GEOS refuses is one problem of one feature and not the end of it all.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from boundaries.imports.files import prepare_file
from boundaries.imports.flaws import Flaw, FlawedBoundaries
from boundaries.names import nearest
from geo.errors import BadParameter, UnknownName

MOST_FEATURES = 20_000
# Nothing that is read here needs the network; a proxy that nobody listens on keeps GDAL from it.
OFFLINE = {"GDAL_HTTP_PROXY": "127.0.0.1:9", "GDAL_HTTP_MAX_RETRY": "0", "OGR_GEOJSON_MAX_OBJ_SIZE": "500"}


@dataclass(frozen=True)
class Fields:
    """Fields of the file: code, name, and what the unit lies in, with that unit's name."""

    code: str
    name: str
    parent: str | None = None
    parent_name: str | None = None

    def named(self) -> dict[str, str]:
        """Field by column of the frame that is read."""
        columns = {"code": self.code, "name": self.name, "parent_code": self.parent, "parent_name": self.parent_name}
        return {column: name for column, name in columns.items() if name}


@dataclass(frozen=True)
class Features:
    """`frame` has `code`, `name`, `parent_code`, `parent_name` as text ("" for blank) and `geometry`, in file order.

    `crs` is what the file states, or what the caller stated instead. `unclosed` are positions of shapes with a ring
    that does not end where it begins; they stand closed in the frame.
    """

    file: str
    frame: gpd.GeoDataFrame
    crs: CRS | None
    unclosed: tuple[int, ...] = field(default=())


def read_features(path: Path, fields: Fields, folder: Path, crs: str | None = None) -> Features:
    """All features of a file. `folder` is empty and the caller's to remove; `crs` outranks what the file states.

    Raises: FlawedBoundaries as `prepare_file` does, and for a file that cannot be read or has too many features.
    UnknownName for a field that is not there; BadParameter for a CRS that is none.
    """
    stated = _crs(crs) if crs else None
    source = prepare_file(path, folder)
    pyogrio.set_gdal_config_options(OFFLINE)
    try:
        known = pyogrio.read_info(source)
        _check_fields(path, list(known["fields"]), fields)
        if known["features"] > MOST_FEATURES:
            flaw = Flaw(0, "", "size", f"{known['features']:,} features", f"At most {MOST_FEATURES:,} are allowed.")
            raise FlawedBoundaries(path.name, [flaw])
        with warnings.catch_warnings(action="ignore"):  # what GDAL only warns of is found again below, with its place
            meta, _ids, shapes, columns = pyogrio.raw.read(source, columns=list(dict.fromkeys(fields.named().values())))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        flaw = Flaw(0, "", "format", f"cannot be read: {error}", "Open and export it again in a GIS.")
        raise FlawedBoundaries(path.name, [flaw]) from error
    values = dict(zip(meta["fields"], columns, strict=True))
    frame = pd.DataFrame({column: _text(values[name]) for column, name in fields.named().items()})
    for column in ("parent_code", "parent_name"):
        if column not in frame:
            frame[column] = ""
    geometry, unclosed = _parse(shapes)
    own = meta["crs"] if source.suffix != ".topojson" else "EPSG:4326"
    return Features(path.name, gpd.GeoDataFrame(frame, geometry=geometry), stated or _own_crs(own), unclosed)


def _crs(text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise BadParameter("--crs", text, ("EPSG:4326", "EPSG:3405", "EPSG:5897", "another code of EPSG")) from error


def _own_crs(text: str | None) -> CRS | None:
    try:
        return CRS.from_user_input(text) if text else None
    except CRSError:
        return None


def _check_fields(path: Path, known: list[str], fields: Fields) -> None:
    for name in fields.named().values():
        if name not in known:
            raise UnknownName(f"field of {path.name}", name, nearest(name, known))


def _text(values: NDArray[Any]) -> list[str]:
    """Cells as text; a whole number is written without its decimals, as `1.0` for a code that a table ate."""
    cells = []
    for value in values:
        if value is None or value != value:
            cells.append("")
        else:
            cells.append(str(int(value)) if isinstance(value, float | np.floating) and value % 1 == 0 else str(value))
    return cells


def _parse(blobs: NDArray[Any]) -> tuple[NDArray[np.object_], tuple[int, ...]]:
    """Shapes, None where there is none, and positions of those with a ring left open."""
    there = np.array([blob is not None for blob in blobs], dtype=bool)
    shapes = np.full(len(blobs), None, dtype=object)
    with np.errstate(invalid="ignore"):
        shapes[there] = shapely.from_wkb(blobs[there], on_invalid="ignore")
        broken = np.flatnonzero(there & shapely.is_missing(shapes))
        shapes[broken] = shapely.from_wkb(blobs[broken], on_invalid="fix")
    return shapes, tuple(int(at) for at in broken)
