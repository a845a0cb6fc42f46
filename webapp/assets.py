"""Static files: our own and the packages', gathered once at set-up into a folder named by the hash of its content.

Each file has brotli and gzip forms beside it. The address changes whenever any byte does, so that browsers may keep
files for ever. Geometry has addresses of its own, by the hash of each layer, and survives changes of style.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import brotli
from boundaries.layers import layer_bytes, layer_hash, layer_names
from flask import Flask
from whitenoise import WhiteNoise

from geo.errors import DomainError
from webapp.settings import ROOT

SOURCE = ROOT / "webapp/static"
PACKAGES = ROOT / "node_modules"
BUILT = ROOT / "instance/static"
FIGURES = "0123456789\u2007"
"""Characters that stand in columns: the digits and the space as wide as one."""


class AssetMissing(DomainError):
    """A static file that is not there; set-up was not run or a package lacks it."""


def build_assets(destination: Path = BUILT) -> Path:
    """Gather all files and write them under `destination`; does nothing where they stand already.

    Returns the folder of the static files. Raises AssetMissing naming all files that cannot be found.
    """
    files = _gather()
    digest = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(files.items()))).hexdigest()[:12]
    folder = destination / "static" / digest
    complete = {f"static/{digest}/{name}": data for name, data in files.items()}
    complete |= {f"geometry/{layer_hash(name)}.topojson": layer_bytes(name) for name in layer_names()}
    if not all((destination / name).is_file() for name in complete):
        shutil.rmtree(destination, ignore_errors=True)
        for name, data in complete.items():
            _write(destination / name, data)
    _current.cache_clear()
    return folder


def _gather() -> dict[str, bytes]:
    vendor: dict[str, str] = json.loads((SOURCE / "vendor.json").read_text("utf-8"))
    own = [path for path in SOURCE.rglob("*") if path.is_file() and path.name != "vendor.json"]
    missing = [source for source in vendor.values() if not (PACKAGES / source.split("#")[0]).is_file()]
    if missing:
        raise AssetMissing(f"Not found in node_modules: {', '.join(missing)}. Run `make setup`.")
    files = {path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in own}
    for name, source in vendor.items():
        path, _, treatment = source.partition("#")
        data = (PACKAGES / path).read_bytes()
        files[name] = tabular_figures(data) if treatment == "figures" else data
    return files


def tabular_figures(font: bytes) -> bytes:
    """A WOFF2 of the ten digits of a TrueType font, each centred on the advance of the widest, for columns."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    options = Options(flavor="woff2", layout_features=[], notdef_outline=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=FIGURES)
    subsetter.subset(opened)
    names = [opened.getBestCmap()[ord(character)] for character in FIGURES if ord(character) in opened.getBestCmap()]
    widest = max(opened["hmtx"][name][0] for name in names)
    for name in names:
        advance, bearing = opened["hmtx"][name]
        shift = (widest - advance) // 2
        opened["glyf"][name].coordinates.translate((shift, 0)) if opened["glyf"][name].numberOfContours > 0 else None
        opened["glyf"][name].recalcBounds(opened["glyf"])
        opened["hmtx"][name] = (widest, bearing + shift)
    opened.flavor = "woff2"
    target = io.BytesIO()
    opened.save(target)
    return target.getvalue()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if path.suffix not in {".woff2", ".png"}:
        path.with_name(path.name + ".br").write_bytes(brotli.compress(data, quality=11))
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))


@lru_cache(maxsize=1)
def _current() -> str:
    folders = sorted((BUILT / "static").glob("*/"))
    if len(folders) != 1:
        raise AssetMissing(f"Static files are not built under {BUILT.relative_to(ROOT)}. Run `make setup`.")
    return folders[0].name


def static(path: str) -> str:
    """Address of a static file. Raises AssetMissing if there is no such file."""
    if not (BUILT / "static" / _current() / path).is_file():
        raise AssetMissing(f"There is no static file {path!r} in webapp/static or vendor.json.")
    return f"/static/{_current()}/{path}"


def geometry(layer: str) -> str:
    """Address of a layer's TopoJSON."""
    return f"/geometry/{layer_hash(layer)}.topojson"


def init_app(app: Flask) -> None:
    """Serve what was built; every address is by content, so it never changes."""
    server = WhiteNoise(app.wsgi_app, root=str(BUILT), max_age=31536000, immutable_file_test=lambda _path, _url: True)
    server.add_headers_function = _harden  # type: ignore[attr-defined]
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = static


def _harden(headers: Mapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
