"""A file of boundaries before it is parsed: its format by its first bytes, its limits, and what a zip unpacks to.

GDAL opens far more than files of shapes: virtual formats that fetch from other hosts, archives, databases. So the
format is told here, only five are handed on, each under a name made here, and nothing in them may lead elsewhere.
"""

from __future__ import annotations

import mmap
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath

from boundaries.imports.flaws import Flaw, FlawedBoundaries

LARGEST = 1 << 30  # bytes of a file, and of all that a zip unpacks to
RATIO = 100  # bytes unpacked for each packed byte
ENTRIES = 100
PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
FORMATS = "GeoPackage, Shapefile (also zipped), GeoJSON, TopoJSON and FlatGeobuf"
HEAD = 1 << 16
_LINK = re.compile(rb'"type"\s*:\s*"link"|"href"\s*:')
_ESCAPED_KEY = re.compile(rb'"[^"\n]*\\u00[^"\n]*"\s*:')


def prepare_file(path: Path, folder: Path) -> Path:
    """A copy of the file's data in `folder`, under a name and ending of our own, safe to hand to GDAL.

    Raises: FlawedBoundaries for another format, a file over the limits, or one that leads to other files or hosts.
    """
    _check_size(path, path.stat().st_size)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _unpack(path, folder)
    if head.startswith(b"SQLite format 3\0"):
        return _copy(path, folder / "layer.gpkg", _check_package)
    if head.startswith(b"fgb"):
        return _copy(path, folder / "layer.fgb")
    if head[:4] == b"\x00\x00\x27\x0a":
        for part in PARTS:
            for beside in {path.with_suffix(part), path.with_suffix(part.upper())}:
                if beside.is_file():
                    _check_size(beside, beside.stat().st_size)
                    shutil.copyfile(beside, folder / f"layer{part}")
        return _check_parts(path, folder / "layer.shp")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{") and b'"Topology"' in text:
        return _copy(path, folder / "layer.topojson", _check_json)
    if text.startswith(b"{") and (b'"FeatureCollection"' in text or b'"features"' in text):
        return _copy(path, folder / "layer.geojson", _check_json)
    what = "a virtual format, which may lead to other files and hosts" if b"<OGRVRT" in head or b"<VRT" in head else ""
    raise _refuse(path, "format", what or "none of the formats that are read", f"Save it as one of {FORMATS}.")


def _copy(path: Path, target: Path, check: object = None) -> Path:
    if callable(check):
        check(path)
    shutil.copyfile(path, target)
    return target


def _refuse(path: Path, problem: str, detail: str, remedy: str) -> FlawedBoundaries:
    return FlawedBoundaries(path.name, [Flaw(0, "", problem, detail, remedy)])


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST:
        raise _refuse(path, "size", f"{size:,} bytes", f"At most {LARGEST:,} are allowed: split the file by province.")
    if size == 0:
        raise _refuse(path, "size", "the file is empty", "Export it again.")


def _unpack(path: Path, folder: Path) -> Path:
    """The one Shapefile in a zip, judged by its directory first and by what really comes out while unpacking."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(path, entries)
            wanted = [entry for entry in entries if PurePosixPath(entry.filename).suffix.lower() in PARTS]
            shapes = [entry for entry in wanted if entry.filename.lower().endswith(".shp")]
            if len(shapes) != 1:
                raise _refuse(path, "zip", f"{len(shapes)} Shapefiles in it", "Zip the parts of one Shapefile alone.")
            stem, room = shapes[0].filename[:-4], LARGEST
            for entry in wanted:
                if entry.filename[:-4] == stem:
                    suffix = PurePosixPath(entry.filename).suffix.lower()
                    room -= _extract(path, archive, entry, folder / f"layer{suffix}", room)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise _refuse(path, "zip", f"cannot be unpacked: {error}", "Zip it again, without a password.") from error
    return _check_parts(path, folder / "layer.shp")


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES:
        raise _refuse(path, "zip", f"{len(entries)} files in it", f"At most {ENTRIES} are allowed.")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise _refuse(path, "path in zip", f"an entry leads outside: {entry.filename}", "Zip the files alone.")
        if entry.file_size > RATIO * max(entry.compress_size, 1) + HEAD:
            detail = f"{entry.filename} unpacks {entry.compress_size:,} bytes to {entry.file_size:,}"
            raise _refuse(path, "zip bomb", detail, f"At most {RATIO} times its packed size is allowed.")
    total = sum(entry.file_size for entry in entries)
    if total > LARGEST:
        raise _refuse(path, "zip bomb", f"unpacks to {total:,} bytes", f"At most {LARGEST:,} are allowed.")


def _extract(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Bytes written; what a directory says of sizes need not be true, so they are counted."""
    size = 0
    with archive.open(entry) as packed, target.open("wb") as out:
        while block := packed.read(HEAD):
            size += len(block)
            if size > room or size > RATIO * max(entry.compress_size, 1) + HEAD:
                raise _refuse(path, "zip bomb", f"{entry.filename} unpacks to more than it says", "Zip it again.")
            out.write(block)
    return size


def _check_parts(path: Path, shape: Path) -> Path:
    missing = [part for part in (".shp", ".dbf") if not shape.with_suffix(part).is_file()]
    if missing:
        raise _refuse(path, "parts", f"the Shapefile lacks {', '.join(missing)}", "Put all of its parts beside it.")
    return shape


def _check_package(path: Path) -> None:
    """A GeoPackage is a database: tables computed by modules may read other files, so only its own indexes may be."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as store:
            rows = store.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%virtual%'").fetchall()
            rows += store.execute("SELECT name, '' FROM sqlite_master WHERE type = 'view'").fetchall()
            tables = store.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'").fetchall()
    except sqlite3.Error as error:
        raise _refuse(path, "format", f"no GeoPackage: {error}", f"Save it as one of {FORMATS}.") from error
    computed = [name for name, sql in rows if not re.search(r"using\s+rtree\b", sql, re.IGNORECASE)]
    if computed:
        raise _refuse(path, "format", f"a computed table or view: {computed[0]}", "Export the layer to a new file.")
    if len(tables) != 1:
        raise _refuse(path, "layers", f"{len(tables)} layers in it", "Export one layer alone.")


def _check_json(path: Path) -> None:
    """A GeoJSON may name its CRS by a link, which GDAL would fetch."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if _LINK.search(text) or _ESCAPED_KEY.search(text):
            raise _refuse(path, "format", "it leads to another file or host", 'Take "link" and "href" out of it.')
