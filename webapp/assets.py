"""Static files: our own and the packages', gathered once at set-up into a folder named by the hash of its content.

Scripts and styles are bundled and minified by esbuild: one request each. Each file has brotli and gzip forms beside it.
A list of all hashes, in the form of sha256sum, stands beside the folder. The address changes whenever any byte does, so
that browsers may keep files for ever. Geometry has addresses of its own, by the hash of each layer, and survives
changes of style.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
import zopfli.gzip as zopfli
from flask import Flask, request
from whitenoise import WhiteNoise

from boundaries.layers import layer_bytes, layer_sha256, read_editions
from geo.errors import DomainError
from webapp.settings import ROOT
from webapp.webfonts import tabular_figures, text_face

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

COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: brotli.compress(data, quality=11), ".gz": zopfli.compress
}  # fmt: skip
"""How the forms beside each file are made, by their endings."""

PACKED = {".woff2", ".png"}
"""Endings of files that are compressed as they are, and have no other forms."""

FAILED = "hanoi.static_failed"
"""Where a request has the error of a file that could not be opened."""

PLAIN = {".svg"}
"""Endings of our own files that are served as they are."""


class AssetMissing(DomainError):
    """A static file that is not there; set-up was not run or a package lacks it."""


def build_assets(destination: Path = BUILT) -> Path:
    """Gather all files and write them under `destination`; those that stand as they were built are left alone.

    A file appears whole or not at all, and the note of what is current is turned last, so that builds side by side
    and servers of the build before are not disturbed. Returns the folder of the static files. Raises AssetMissing
    naming all files that cannot be found.
    """
    files = _gather()
    digest = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(files.items()))).hexdigest()[:12]
    complete = {f"static/{digest}/{name}": data for name, data in files.items()}
    complete |= {geometry(layer)[1:]: layer_bytes(layer) for layer in _layers()}
    known = {name: digest for path in _lists(destination) for name, digest in _read_list(path).items()}
    built: dict[str, str] = {}
    for name, data in complete.items():
        built |= _write(destination, name, data, known)
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in built.items())
    _put(_list(destination, digest), lines.encode())
    _put(_note(destination), digest.encode())
    _remove_old(destination, digest)
    current_build.cache_clear()
    return destination / "static" / digest


def _layers() -> set[str]:
    return {row["layer"] for row in read_editions()}


def _note(destination: Path) -> Path:
    """The file beside the folder of a build that names the current one; it is not served."""
    return destination.with_name(f"{destination.name}.current")


def _list(destination: Path, digest: str) -> Path:
    """The file beside the folder of builds that has the hash of each file of one build; it is not served."""
    return destination.with_name(f"{destination.name}.{digest}.sha256")


def _lists(destination: Path) -> list[Path]:
    return sorted(destination.parent.glob(f"{destination.name}.*.sha256"))


def _read_list(path: Path) -> dict[str, str]:
    """SHA-256 of every file of a build, compressed forms too, by the path under the folder of builds."""
    rows = (line.split("  ", 1) for line in path.read_text("utf-8").splitlines())
    return {name: sha256 for sha256, name in rows}


def find_faults() -> list[str]:
    """Files of the current build, compressed forms too, that are not there or not as they were built, by their path
    under the folder of builds. Raises AssetMissing where nothing was built."""
    try:
        built = _read_list(_list(BUILT, current_build()))
    except FileNotFoundError:
        raise AssetMissing(f"No list of what was built lies beside {BUILT}. Run `flask prepare`.") from None
    unbuilt = {geometry(layer)[1:] for layer in _layers()} - built.keys()
    return sorted(unbuilt | {name for name, sha256 in built.items() if _sha256(BUILT / name) != sha256})


def _sha256(path: Path) -> str | None:
    """None where there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def built_files() -> dict[str, Path]:
    """Every file of the current build by its address without the leading slash; compressed forms left out."""
    folder = BUILT / "static" / current_build()
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in COMPRESSED]
    files += [BUILT / geometry(layer)[1:] for layer in _layers()]
    return {path.relative_to(BUILT).as_posix(): path for path in sorted(files)}


def _remove_old(destination: Path, current: str) -> None:
    """Leave the newest builds: pages that readers opened before an upgrade still ask for their own."""
    others = (path for path in (destination / "static").iterdir() if path.name != current)
    for path in sorted(others, key=lambda path: path.stat().st_mtime)[: 1 - KEPT_BUILDS]:
        shutil.rmtree(path, ignore_errors=True)
        _list(destination, path.name).unlink(missing_ok=True)


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


def _write(destination: Path, name: str, data: bytes, known: Mapping[str, str]) -> dict[str, str]:
    """Write what of a file and its compressed forms does not stand as it is known to be; returns their SHA-256."""
    (destination / name).parent.mkdir(parents=True, exist_ok=True)
    forms = {} if Path(name).suffix in PACKED else COMPRESSED
    written = {}
    for form, make in {**{f"{name}{ending}": make for ending, make in forms.items()}, name: bytes}.items():
        sha256 = _sha256(destination / form)
        if sha256 is None or sha256 != known.get(form):
            made = make(data)
            _put(destination / form, made)
            sha256 = hashlib.sha256(made).hexdigest()
        written[form] = sha256
    return written


def _put(path: Path, data: bytes) -> None:
    """Write the whole file under another name, then give it its own."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


TREATMENTS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "text": text_face, "figures": tabular_figures}
"""What is done to a package's file on its way, named after `#` in vendor.json."""


@lru_cache(maxsize=1)
def current_build() -> str:
    """The hash that names the folder of what was built last. Raises AssetMissing where nothing was."""
    try:
        return _note(BUILT).read_text("ascii")
    except FileNotFoundError:
        message = f"Static files are not built under {BUILT}. Run `flask prepare`."
        raise AssetMissing(message) from None


def static(path: str) -> str:
    """Address of a static file. Raises AssetMissing if there is no such file."""
    if not (BUILT / "static" / current_build() / path).is_file():
        raise AssetMissing(f"There is no static file {path!r} in webapp/static or vendor.json.")
    return f"/static/{current_build()}/{path}"


@lru_cache(maxsize=4096)  # of parts, too
def geometry(layer: str) -> str:
    """Address of a layer's TopoJSON."""
    return f"/geometry/{layer_sha256(layer)[:16]}.topojson"


def init_app(app: Flask) -> None:
    """Serve what was built; every address is by content, so it never changes."""
    BUILT.mkdir(parents=True, exist_ok=True)  # before the first build, WhiteNoise would warn that there is none
    server = _Built(app.wsgi_app, root=str(BUILT), max_age=31536000, immutable_file_test=lambda _path, _url: True)
    server.add_headers_function = _harden
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = static
    app.before_request(_fail)


class _Built(WhiteNoise):  # type: ignore[misc] # whitenoise ships no types
    """Hands requests for files that were there at start and cannot be opened now to the app, which words errors."""

    def serve(self, static_file: Any, environ: Any, start_response: Any) -> Any:
        try:
            return super().serve(static_file, environ, start_response)
        except OSError as error:
            environ[FAILED] = error
            return self.application(environ, start_response)


def _fail() -> None:
    """A built file is gone, or its disk fails: answered and logged as every other file that fails is."""
    if error := request.environ.get(FAILED):
        raise error


def _harden(headers: Mapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
