"""What the service is made of: known advisories, licences, and a bill of materials, all from the locked requirements.

python -m tests.supply advisories    audits the locked packages; a source that cannot be asked is no pass
python -m tests.supply licences      writes docs/licences.md
python -m tests.supply sbom [FILE]   writes a CycloneDX bill, instance/sbom.json if no file is named
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from webapp.settings import ROOT

LOCK, DEVELOPMENT = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
BROWSER = ROOT / "package-lock.json"
LICENCES, BILL = ROOT / "docs/licences.md", ROOT / "instance/sbom.json"

PROGRAMS = Path(sys.executable).parent

AUDITED, VULNERABLE, NOT_AUDITED = 0, 1, 3
"""Ways an audit can end, as exit statuses."""

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-3.0-only", "MIT", "MPL-2.0",
    "OFL-1.1", "PSF-2.0", "Zlib",
}  # fmt: skip
"""Licences under which packages may be used and distributed with this service; LGPL and MPL as long as their own files
stay as they are, which they do."""

SAME = {
    "MIT License": "MIT", "Apache Software License": "Apache-2.0", "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause", "ISC License (ISCL)": "ISC", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}  # fmt: skip
"""Names of licences in packages' own words and in SPDX."""

ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause"}
"""Licences of locked packages that this Python or system does not install, from their own files."""


@dataclass(frozen=True)
class Package:
    """A package in a lock: name, version, whether this machine installs it."""

    name: str
    version: str
    applies: bool


def locked(path: Path) -> list[Package]:
    """The packages of a lock of Python, in its order."""
    lines = [line.rstrip("\\ \n") for line in path.read_text("utf-8").splitlines() if re.match(r"[A-Za-z]", line)]
    wanted = [Requirement(line) for line in lines]
    return [
        Package(canonicalize_name(one.name), str(one.specifier).removeprefix("=="),
                one.marker is None or one.marker.evaluate())
        for one in wanted
    ]  # fmt: skip


def locked_for_browsers(path: Path = BROWSER) -> list[dict[str, Any]]:
    """The packages of npm's lock: name, version, licence, whether for development alone."""
    packages = json.loads(path.read_text("utf-8"))["packages"]
    return [
        {"name": place.rpartition("node_modules/")[2], "version": row["version"], "licence": row["license"],
         "development": bool(row.get("dev"))}
        for place, row in packages.items() if place
    ]  # fmt: skip


def audit(program: str = str(PROGRAMS / "pip-audit"), lock: Path = LOCK) -> tuple[int, str]:
    """How the audit of a lock ended, and a sentence. Audited means: every package that applies was looked up.

    pip-audit itself ends well where it could look up nothing; its own status is therefore not asked.
    """
    command = [program, "--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off",
               "--format", "json", "--requirement", str(lock)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return NOT_AUDITED, f"NOT AUDITED: {reason}"
    flawed = [row for row in found if row.get("vulns")]
    if flawed:
        named = "; ".join(
            f"{row['name']} {row['version']}: {', '.join(v['id'] for v in row['vulns'])}" for row in flawed
        )
        return VULNERABLE, f"Known advisories: {named}."
    wanted = {package.name for package in locked(lock) if package.applies}
    looked_up = {canonicalize_name(row["name"]) for row in found if "vulns" in row and "skip_reason" not in row}
    missing = sorted(wanted - looked_up)
    if missing or not wanted:
        return NOT_AUDITED, f"NOT AUDITED: {len(missing)} of {len(wanted)} packages, {', '.join(missing[:5])} …"
    return AUDITED, f"{len(wanted)} packages audited, no known advisory."


def licences() -> dict[str, str]:
    """Licence by package, in SPDX where it is known, of all locked Python packages."""
    done = subprocess.run(
        [str(PROGRAMS / "pip-licenses"), "--format=json", "--with-system"], capture_output=True, text=True, check=True
    )
    said = {canonicalize_name(row["Name"]): str(row["License"]) for row in json.loads(done.stdout)} | ELSEWHERE
    names = [package.name for package in locked(DEVELOPMENT)]
    return {name: " AND ".join(SAME.get(part, part) for part in said[name].split("; ")) for name in names}


def refused(licence: str) -> bool:
    """Whether a licence's terms are not all allowed; of alternatives one is enough."""
    return not any(
        all(term in ALLOWED for term in re.split(r" AND ", choice.strip("() "))) for choice in licence.split(" OR ")
    )


def licences_document() -> str:
    """The page of licences."""
    terms, served = licences(), {package.name for package in locked(LOCK)}
    lines = [
        "# Licences",
        "",
        "Written by `python -m tests.supply licences` from the locked requirements; a test compares, and refuses any",
        f"but {', '.join(sorted(ALLOWED))}. Boundaries and figures have credits of their own:",
        "[boundaries/data/SOURCES.md](../boundaries/data/SOURCES.md),",
        "[indicators/data/SOURCES.md](../indicators/data/SOURCES.md).",
    ]
    python = [(package.name, package.version, terms[package.name]) for package in locked(DEVELOPMENT)]
    browser = [(row["name"], row["version"], row["licence"], row["development"]) for row in locked_for_browsers()]
    parts = {
        "The service, Python": [row for row in python if row[0] in served],
        "The service, browsers": [row[:3] for row in browser if not row[3]],
        "Development, Python": [row for row in python if row[0] not in served],
        "Development, browsers": [row[:3] for row in browser if row[3]],
    }
    for title, rows in parts.items():
        lines += ["", f"## {title}", "", "| package | version | licence |", "|---|---|---|"]
        lines += [f"| {name} | {version} | {licence} |" for name, version, licence in rows]
    return "\n".join(lines) + "\n"


def bill() -> dict[str, Any]:
    """The CycloneDX bill of what the service runs on: Python's packages and the browser's."""
    command = [str(PROGRAMS / "cyclonedx-py"), "requirements", "--pyproject", "pyproject.toml",
               "--mc-type", "application", "--output-reproducible", "--output-format", "JSON",
               "requirements.txt"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    document: dict[str, Any] = json.loads(done.stdout)
    for row in locked_for_browsers():
        if not row["development"]:
            address = f"pkg:npm/{row['name'].replace('@', '%40')}@{row['version']}"
            document["components"].append(
                {"type": "library", "bom-ref": address, "name": row["name"], "version": row["version"],
                 "purl": address, "licenses": [{"expression": row["licence"]}]}
            )  # fmt: skip
    return document


def main(arguments: list[str]) -> int:
    """Do what is asked; the exit status."""
    match arguments:
        case ["advisories"]:
            status, sentence = audit()
            print(sentence)
            return status
        case ["licences"]:
            LICENCES.write_text(licences_document(), "utf-8")
        case ["sbom", *rest]:
            path = Path(rest[0]) if rest else BILL
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n", "utf-8")
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
