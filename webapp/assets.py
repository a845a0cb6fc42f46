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
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from boundaries.layers import layer_bytes, layer_sha256, read_editions
from geo.errors import DomainError
from webapp.settings import ROOT

SOURCE = ROOT / "webapp/static"
PACKAGES = ROOT / "node_modules"
BUILT = ROOT / "instance/static"
CLASSIC = {"theme.js"}
"""Scripts that are no modules: this one sets the theme before the first paint."""

FIGURES = (*range(0x30, 0x3A), 0x2007)
"""Characters that stand in columns: the digits and the space as wide as one."""

TEXT = (
    *range(0x20, 0x7F), *range(0xA0, 0x100),
    0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0,
    *range(0x300, 0x30A), 0x323, *range(0x1EA0, 0x1EFA),
    *range(0x2002, 0x200B), *range(0x2010, 0x2027), 0x202F, 0x2030, 0x20AB,
    0x2190, 0x2191, 0x2192, 0x2193, 0x2197, 0x2198, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265,
)  # fmt: skip
"""ASCII, Latin-1, all Vietnamese letters and their marks, typographic spaces and dashes, arrows and signs of order."""


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
    complete |= {geometry(layer)[1:]: layer_bytes(layer) for layer in {row["layer"] for row in read_editions()}}
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
        files[name] = TREATMENTS[treatment](data)
    return files


def text_face(font: bytes) -> bytes:
    """A WOFF2 of a TrueType font with all that Vietnamese and English pages use, kerning and mark placement kept."""
    opened = _subset(font, TEXT, ["kern", "mark", "mkmk", "ccmp", "locl"])
    return _woff2(opened)


def tabular_figures(font: bytes) -> bytes:
    """A WOFF2 of the ten digits of a TrueType font, each centred on the advance of the widest, for columns."""
    opened = _subset(font, FIGURES, [])
    metrics, glyphs = opened["hmtx"], opened["glyf"]
    names = [name for name in opened.getGlyphOrder() if name != ".notdef"]
    widest = max(metrics[name][0] for name in names)
    for name in names:
        advance, bearing = metrics[name]
        shift = (widest - advance) // 2
        if glyphs[name].numberOfContours > 0:
            glyphs[name].coordinates.translate((shift, 0))
            glyphs[name].recalcBounds(glyphs)
        metrics[name] = (widest, bearing + shift)
    return _woff2(opened)


def _subset(font: bytes, characters: Iterable[int], features: list[str]) -> Any:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=features, notdef_outline=True, hinting=False))
    subsetter.populate(unicodes=set(characters))
    subsetter.subset(opened)
    return opened


def _woff2(opened: Any) -> bytes:
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


TREATMENTS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "text": text_face, "figures": tabular_figures}
"""What is done to a package's file on its way, named after `#` in vendor.json."""


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


def modules() -> tuple[str, ...]:
    """Our own script modules, so that a page can ask for all of them at once."""
    return tuple(sorted(path.name for path in SOURCE.glob("*.js") if path.name not in CLASSIC))


@lru_cache
def geometry(layer: str) -> str:
    """Address of a layer's TopoJSON."""
    return f"/geometry/{layer_sha256(layer)[:16]}.topojson"


def init_app(app: Flask) -> None:
    """Serve what was built; every address is by content, so it never changes."""
    server = WhiteNoise(app.wsgi_app, root=str(BUILT), max_age=31536000, immutable_file_test=lambda _path, _url: True)
    server.add_headers_function = _harden
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = static


def _harden(headers: Mapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
