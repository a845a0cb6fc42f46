"""Static files: our own and the packages', gathered once at set-up into a folder named by the hash of its content.

Scripts and styles are bundled and minified by esbuild: one request each. Each file has brotli and gzip forms beside
it. The address changes whenever any byte does, so that browsers may keep files for ever. Geometry has addresses of
its own, by the hash of each layer, and survives changes of style.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
import zopfli.gzip as zopfli
from flask import Flask
from whitenoise import WhiteNoise

from boundaries.layers import layer_bytes, layer_sha256, read_editions
from geo.errors import DomainError
from webapp.settings import ROOT

SOURCE = ROOT / "webapp/static"
PACKAGES = ROOT / "node_modules"
BUILT = ROOT / "instance/static"
STYLES = ("tokens.css", "app.css", "nav.css")
"""Our own styles in the order of the cascade, after those of packages."""

SHEETS = ("training.css", "documents.css", "areas.css", "programmes.css", "two-maps.css", "catalogue.css",
          "embed.css")  # fmt: skip
"""Styles that only some pages load, so that the map does not wait for them."""

PAGES = ("map.js", "two-maps.js", "document.js", "compare.js")
"""Scripts that a page loads; each is bundled with the modules that it imports."""

KEPT_BUILDS = 3
"""How many builds stay on the disk, the current one among them."""

COMPRESSED = {".br", ".gz"}
"""Endings of the forms beside each file."""

PLAIN = {".svg"}
"""Endings of our own files that are served as they are."""

FIGURES = (*range(0x30, 0x3A), 0x2007)
"""Characters that stand in columns: the digits and the space as wide as one."""

VIETNAMESE = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
APPROXIMATELY = 0x2248
"""The sign before rounded figures; the typeface draws it as small as a speck."""

TEXT = (
    *range(0x20, 0x7F), *map(ord, VIETNAMESE), *range(0x1EA0, 0x1EFA),
    *map(ord, "\u00a0§©«»°±²³·×÷"), *range(0x2002, 0x200B), *range(0x2010, 0x2027), 0x202F, 0x2030, 0x20AB,
    *map(ord, "←↑→↓↗↘−≈≠≤≥"),
)  # fmt: skip
"""ASCII, all letters of Vietnamese (composed, as all text here is), typographic spaces and dashes, arrows and signs."""


class AssetMissing(DomainError):
    """A static file that is not there; set-up was not run or a package lacks it."""


def build_assets(destination: Path = BUILT) -> Path:
    """Gather all files and write them under `destination`; does nothing where they stand already.

    A file appears whole or not at all, and the note of what is current is turned last, so that builds side by side
    and servers of the build before are not disturbed. Returns the folder of the static files. Raises AssetMissing
    naming all files that cannot be found.
    """
    files = _gather()
    digest = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(files.items()))).hexdigest()[:12]
    complete = {f"static/{digest}/{name}": data for name, data in files.items()}
    complete |= {geometry(layer)[1:]: layer_bytes(layer) for layer in _layers()}
    for name, data in complete.items():
        if not (destination / name).is_file():
            _write(destination / name, data)
    _put(_note(destination), digest.encode())
    _remove_old(destination / "static", digest)
    _current.cache_clear()
    return destination / "static" / digest


def _layers() -> set[str]:
    return {row["layer"] for row in read_editions()}


def _note(destination: Path) -> Path:
    """The file beside the folder of a build that names the current one; it is not served."""
    return destination.with_name(f"{destination.name}.current")


def built_files() -> dict[str, Path]:
    """Every file of the current build by its address without the leading slash; compressed forms left out."""
    folder = BUILT / "static" / _current()
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in COMPRESSED]
    files += [BUILT / geometry(layer)[1:] for layer in _layers()]
    return {path.relative_to(BUILT).as_posix(): path for path in sorted(files)}


def _remove_old(folder: Path, current: str) -> None:
    """Leave the newest builds: pages that readers opened before an upgrade still ask for their own."""
    builds = sorted((path for path in folder.iterdir() if path.name != current), key=lambda path: path.stat().st_mtime)
    for path in builds[: 1 - KEPT_BUILDS]:
        shutil.rmtree(path, ignore_errors=True)


def _gather() -> dict[str, bytes]:
    """Every file by its name under `/static/<hash>/`: scripts and styles as one each, fonts and icons as they are."""
    vendor: dict[str, str] = json.loads((SOURCE / "vendor.json").read_text("utf-8"))
    sources = {name: PACKAGES / source.split("#")[0] for name, source in vendor.items()}
    missing = [str(path.relative_to(ROOT)) for path in sources.values() if not path.is_file()]
    if missing:
        raise AssetMissing(f"Not found: {', '.join(missing)}. Run `make setup`.")
    files = {path.name: path.read_bytes() for path in SOURCE.iterdir() if path.suffix in PLAIN}
    for name, source in vendor.items():
        if not name.endswith(".css"):
            files[name] = TREATMENTS[source.partition("#")[2]](sources[name].read_bytes())
    styles = [path.read_bytes() for name, path in sources.items() if name.endswith(".css")]
    styles += [(SOURCE / name).read_bytes() for name in STYLES]
    files["site.css"] = _esbuild("--loader=css", "--minify", stdin=b"\n".join(styles))
    for name in SHEETS:
        files[name] = _esbuild("--loader=css", "--minify", stdin=(SOURCE / name).read_bytes())
    files["theme.js"] = _esbuild(str(SOURCE / "theme.js"), "--minify")
    for name in PAGES:
        files[name] = _esbuild(str(SOURCE / name), "--bundle", "--minify", "--format=esm", "--charset=utf8")
    return files


def _esbuild(*arguments: str, stdin: bytes = b"") -> bytes:
    """What esbuild makes of a script or style. Raises AssetMissing with its own words if it makes nothing."""
    program = next(PACKAGES.glob("@esbuild/*/bin/esbuild*"), None)
    if program is None:
        raise AssetMissing("Not found in node_modules: esbuild. Run `make setup`.")
    command = [str(program), *arguments, "--log-level=error"]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=SOURCE, check=False)  # noqa: S603 - our own files
    if done.returncode:
        raise AssetMissing(f"esbuild {arguments[0]}: {done.stderr.decode().strip()}")
    return done.stdout


def text_face(font: bytes) -> bytes:
    """A WOFF2 of a TrueType font with all that Vietnamese and English pages use, kerning kept."""
    opened = _subset(font, TEXT, ["kern"])
    _enlarge(opened, APPROXIMATELY, 1.4)
    return _woff2(opened)


def _enlarge(opened: Any, character: int, factor: float) -> None:
    """Draw one character larger around its own middle, its advance with it."""
    name = opened.getBestCmap()[character]
    advance, _bearing = opened["hmtx"][name]
    glyph = opened["glyf"][name]
    middle = (glyph.yMin + glyph.yMax) / 2
    glyph.coordinates.scale((factor, factor))
    glyph.coordinates.translate((0, middle * (1 - factor)))
    glyph.coordinates.toInt()
    glyph.recalcBounds(opened["glyf"])
    opened["hmtx"][name] = (round(advance * factor), glyph.xMin)


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
    if path.suffix not in {".woff2", ".png"}:
        _put(path.with_name(path.name + ".br"), brotli.compress(data, quality=11))
        _put(path.with_name(path.name + ".gz"), zopfli.compress(data))
    _put(path, data)


def _put(path: Path, data: bytes) -> None:
    """Write the whole file under another name, then give it its own."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


TREATMENTS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "text": text_face, "figures": tabular_figures}
"""What is done to a package's file on its way, named after `#` in vendor.json."""


@lru_cache(maxsize=1)
def _current() -> str:
    try:
        return _note(BUILT).read_text("ascii")
    except FileNotFoundError:
        message = f"Static files are not built under {BUILT}. Run `flask prepare`."
        raise AssetMissing(message) from None


def static(path: str) -> str:
    """Address of a static file. Raises AssetMissing if there is no such file."""
    if not (BUILT / "static" / _current() / path).is_file():
        raise AssetMissing(f"There is no static file {path!r} in webapp/static or vendor.json.")
    return f"/static/{_current()}/{path}"


@lru_cache(maxsize=4096)  # of parts, too
def geometry(layer: str) -> str:
    """Address of a layer's TopoJSON."""
    return f"/geometry/{layer_sha256(layer)[:16]}.topojson"


def init_app(app: Flask) -> None:
    """Serve what was built; every address is by content, so it never changes."""
    BUILT.mkdir(parents=True, exist_ok=True)  # before the first build, WhiteNoise would warn that there is none
    server = WhiteNoise(app.wsgi_app, root=str(BUILT), max_age=31536000, immutable_file_test=lambda _path, _url: True)
    server.add_headers_function = _harden
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = static


def _harden(headers: Mapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
