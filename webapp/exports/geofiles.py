"""Figures joined to shapes, for geographic software: GeoJSON (RFC 7946), GeoPackage, zipped Shapefile.

All are in EPSG:4326 and hold the shapes that the map shows, which are generalised. The columns are those of
`records.COLUMNS`; days are ISO text, since Shapefile and GeoJSON know no better.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boundaries.layers import layer_of, object_name, read_shapes
from geo.errors import JoinFailed
from indicators.cells import neutral, plain
from webapp.exports.describe import describe
from webapp.exports.export import Export
from webapp.exports.records import COLUMNS, Record, build_records

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

CRS = "EPSG:4326"
DECIMALS = 6
"""Of a degree: a decimetre, and finer than the grid of the layer file."""

DBF_BYTES = 254
"""Most bytes of a text in a Shapefile; longer ones end with an ellipsis."""


def shapes(name: str, held: str | None = None) -> dict[str, shapely.Geometry]:
    """Shapes of one object (of the layer `held`, by default its own with all parts) by code, outer rings
    counter-clockwise as RFC 7946 asks; shared, so only to be read."""
    return _oriented(name, held or layer_of(name))


@lru_cache(maxsize=16)
def _oriented(name: str, layer: str) -> dict[str, shapely.Geometry]:
    """Kept by layer: an edition that is undone and imported anew has another one."""
    import shapely

    decoded = read_shapes(name, layer)
    return dict(zip(decoded, shapely.orient_polygons(list(decoded.values()), exterior_cw=False), strict=True))


def frame(name: str, held: str | None = None) -> gpd.GeoDataFrame:
    """The same, with `code` as index, for what needs frames: files of GIS and projections."""
    import geopandas as gpd
    import pandas as pd

    known = shapes(name, held)
    return gpd.GeoDataFrame(geometry=list(known.values()), index=pd.Index(known, name="code"), crs=CRS)


def geometries(name: str) -> dict[str, str]:
    """GeoJSON of each shape by code."""
    return _written(name, layer_of(name))


@lru_cache(maxsize=8)
def _written(name: str, layer: str) -> dict[str, str]:
    import shapely

    known = shapes(name, layer)
    rounded = shapely.transform(list(known.values()), lambda xy: xy.round(DECIMALS))
    return dict(zip(known, shapely.to_geojson(rounded).tolist(), strict=True))


def _records(export: Export, known: Any) -> list[Record]:
    """The rows of the export, each with a shape. Raises: JoinFailed naming areas without one."""
    records = build_records(export)
    missing = [record["code"] for record in records if record["code"] not in known]
    if missing:
        raise JoinFailed(object_name(export.table.edition, export.table.level), missing, [])
    return records


def write_geojson(export: Export) -> bytes:
    """A feature per area; what the collection is about is in `about`, a foreign member that readers may ignore."""
    import shapely

    held = geometries(object_name(export.table.edition, export.table.level))
    features = ",\n".join(
        f'{{"type":"Feature","id":{_json(_key(record))},"properties":{_json(_plain(record))},'
        f'"geometry":{held[record["code"]]}}}'
        for record in _records(export, held)
    )
    known = shapes(object_name(export.table.edition, export.table.level))
    box = shapely.total_bounds([known[row.area.code] for row in export.table.rows]).round(DECIMALS).tolist()
    head = {"title": export.title, "about": [[name, plain(value)] for name, value in describe(export)]}
    collection = f'{{"type":"FeatureCollection","bbox":{_json(box)},{_json(head)[1:-1]},"features":[\n{features}\n]}}\n'
    return collection.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _key(record: Record) -> str:
    """Edition and code: a code alone names two places."""
    return f"{record['edition']}/{record['code']}"


def _plain(record: Record) -> Record:
    return {name: plain(value) for name, value in record.items()}


def write_gpkg(export: Export) -> bytes:
    """One layer, named like the file, with the description as metadata."""
    from pyogrio import set_gdal_config_options, write_dataframe

    set_gdal_config_options({"OGR_CURRENT_DATE": f"{export.extracted.isoformat()}T00:00:00Z"})
    about = {name: str(plain(value)) for name, value in describe(export)}
    target = io.BytesIO()
    write_dataframe(
        _frame(export), target, driver="GPKG", layer=export.stem, promote_to_multi=True, layer_metadata=about
    )
    return target.getvalue()


def write_shapefile(export: Export) -> bytes:
    """A zip of one Shapefile in UTF-8 with the fields named `Column.field`, and the description as text.

    Raises: OSError if there is no room for temporary files.
    """
    from pyogrio import write_dataframe
    from pyogrio.errors import DataSourceError, FeatureError

    frame = _frame(export).rename(columns={column.name: column.field for column in COLUMNS})
    for column in COLUMNS:
        if column.kind in ("string", "date"):
            frame[column.field] = frame[column.field].map(_short, na_action="ignore")
    updated = {"DBF_DATE_LAST_UPDATE": export.extracted.isoformat()}
    with tempfile.TemporaryDirectory() as folder:
        try:
            write_dataframe(
                frame, Path(folder) / f"{export.stem}.shp", driver="ESRI Shapefile", encoding="UTF-8",
                promote_to_multi=True, layer_options=updated,
            )  # fmt: skip
        except (DataSourceError, FeatureError) as error:  # GDAL's words for a full disk
            raise OSError(f"No Shapefile was written: {error}") from error
        files = {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}
    files[f"{export.stem}.txt"] = _readme(export).encode()
    return write_zip(files, export.extracted)


def _frame(export: Export) -> gpd.GeoDataFrame:
    """The rows with their shapes; one type per column, missing as missing."""
    import geopandas as gpd
    import pandas as pd

    layer = frame(object_name(export.table.edition, export.table.level))
    records = _records(export, layer.index)
    types = {"string": "object", "date": "object", "number": "float64", "integer": "Int64"}
    columns = {
        column.name: pd.Series([plain(record[column.name]) for record in records], dtype=types[column.kind])
        for column in COLUMNS
    }
    geometry = layer.geometry.loc[[record["code"] for record in records]].to_numpy()
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=layer.crs)


def _short(text: str) -> str:
    """The text neutralised, and cut at a letter where it is too long for a Shapefile."""
    body: bytes = neutral(text).encode()
    return body.decode() if len(body) <= DBF_BYTES else body[: DBF_BYTES - 3].decode(errors="ignore") + "…"


def _readme(export: Export) -> str:
    fields = [f"{column.field:<12}{column.name:<18}{column.about}" for column in COLUMNS]
    about = [f"{name}: {plain(value)}" for name, value in describe(export)]
    return "\r\n".join([export.title, "", *about, "", *fields, ""])


def write_zip(files: dict[str, bytes], day: dt.date) -> bytes:
    """Files as a zip dated that day; equal files give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return target.getvalue()
