"""The code version: a hash of all that can change an answer besides the data."""

from __future__ import annotations

import hashlib

from webapp.settings import ROOT

PACKAGES = ("geo", "boundaries", "indicators", "webapp")
ENDINGS = {".py", ".html", ".po", ".js", ".css", ".json", ".topojson", ".txt", ".typ"}


def _code_version() -> str:
    digest = hashlib.sha256()
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in ENDINGS]
    for path in [*sorted(files), ROOT / "requirements.txt", ROOT / "package-lock.json"]:
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


CODE_VERSION = _code_version()
