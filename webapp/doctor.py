"""`flask doctor`: what this installation is made of, and what is wrong with it, each fault with its remedy.

`CHECKS` is the one table; `/readyz` asks the part of it that decides whether readers can be served.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from boundaries.layers import REMEDY, LayerDamaged, is_imported, layer_sha256
from boundaries.models import Edition
from geo.errors import DomainError
from indicators.models import DataState
from webapp import assets, db, integrity
from webapp.engines import OUTAGES
from webapp.exports import typeface
from webapp.settings import ROOT, SETTINGS
from webapp.version import CODE_VERSION

PACKAGES = ("flask", "folium", "geopandas", "gunicorn", "pandas", "shapely", "sqlalchemy", "typst")
LEAST_FREE = 200 * 2**20
"""Bytes that imports, backups and a replaced static build need, and some to spare."""
OLDEST_S = 60.0
"""Age up to which `/readyz` takes the last verdict about the content of the store."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, what is wrong with it (blank: nothing), and what to do about it."""

    name: str
    state: str
    wrong: str = ""
    remedy: str = ""


def examine(names: Iterable[str]) -> list[Finding]:
    """Findings of the checks named. A check that fails is a finding too; outages are worded without the statement."""
    findings = []
    for name in names:
        try:
            findings.append(CHECKS[name]())
        except OUTAGES:
            wrong = "The store cannot be read."
            findings.append(Finding(name, "unknown", wrong, "See the log; `flask db check` tells more."))
        except (DomainError, OSError) as error:
            findings.append(Finding(name, "unknown", str(error), "Run `make setup`."))
    return findings


def _versions() -> Finding:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return Finding("versions", f"code {CODE_VERSION}, Python {platform.python_version()}, {packages}")


def _settings() -> Finding:
    shown = []
    for setting in SETTINGS:
        value = current_app.config[setting.name]
        if value != setting.read(setting.default):
            shown.append(f"{setting.name}={'…' if setting.secret else value}")
    return Finding("settings", ", ".join(shown) or "all as by default")


def _migration() -> Finding:
    return migration_of(current_app.extensions["reader"])


def migration_of(engine: Engine) -> Finding:
    """Whether a store's tables have the form that this release needs."""
    held, newest = db.form_of(engine), db.forms()[-1]
    wrong = "" if held == newest else f"The tables are at {held or 'nothing'}, this release needs {newest}."
    return Finding("migration", str(held), wrong, "Run `flask prepare`." if wrong else "")


def _data() -> Finding:
    with Session(current_app.extensions["reader"]) as session:
        state = session.scalar(select(DataState))
    if state is None:
        return Finding("data", "none", "No figures are loaded.", "Run `flask prepare`.")
    return Finding("data", f"version {state.version}, {state.kind}")


def _content() -> Finding:
    faults = integrity.check(OLDEST_S)
    remedy = "Run `flask db restore FILE` with the last good backup (docs/operations.md)."
    wrong = "The store is not as it was entered."
    if faults:
        return Finding("content", faults[0], wrong, remedy)
    more = "" if integrity.reads_figures() else "; figures are too many for a probe, `flask db check` compares them"
    return Finding("content", f"fits the audit's hashes{more}")


def _layers() -> Finding:
    """Imported layers and their parts bear their hash in the name of their folder; SOURCES.md lists the shipped one."""
    with Session(current_app.extensions["reader"]) as session:
        layers = sorted(set(session.scalars(select(Edition.layer))))
    listed = (ROOT / "boundaries/data/SOURCES.md").read_text("utf-8")
    wrong = []
    for layer in layers:
        try:
            digest = layer_sha256(layer)
        except LayerDamaged as error:
            wrong.append(str(error).removesuffix(f" {REMEDY}"))
        else:
            wrong += [] if is_imported(layer) or digest in listed else [f"{layer} is not what SOURCES.md lists."]
    return Finding("layers", f"{len(layers)} layers", " ".join(wrong), REMEDY if wrong else "")


def _static() -> Finding:
    faults = assets.find_faults()
    wrong = f"Not there, or not as built: {', '.join(faults)}." if faults else ""
    return Finding("static", assets.current_build(), wrong, "Run `flask prepare`." if faults else "")


def _disk() -> Finding:
    path = integrity.store_file(current_app.config["DATABASE_URL"])
    folder = path.parent if path else ROOT
    free = shutil.disk_usage(folder).free
    wrong = f"Only {free // 2**20} MB are free beside the store." if free < LEAST_FREE else ""
    return Finding("disk", f"{free // 2**20} MB free", wrong, "Free some, or move the store." if wrong else "")


def _fonts() -> Finding:
    return Finding("fonts", f"{len(typeface.font_folders())} faces of {typeface.FAMILY}")


def _time_zone() -> Finding:
    seconds = -time.timezone
    return Finding("time zone", f"{time.tzname[0]}, UTC{seconds / 3600:+g} h; the audit is in UTC, days are Hanoi's")


def _workers() -> Finding:
    asked, cores = current_app.config["WORKERS"], os.cpu_count() or 1
    wrong = f"{asked} processes on {cores} cores wait for each other." if asked > 4 * cores else ""
    return Finding("workers", f"{asked} on {cores} cores", wrong, f"Set WORKERS={2 * cores}." if wrong else "")


CHECKS: dict[str, Callable[[], Finding]] = {
    "versions": _versions,
    "settings": _settings,
    "migration": _migration,
    "data": _data,
    "content": _content,
    "layers": _layers,
    "static": _static,
    "disk": _disk,
    "fonts": _fonts,
    "time zone": _time_zone,
    "workers": _workers,
}

READY = ("migration", "data", "content", "layers", "static")


def print_findings(findings: Iterable[Finding]) -> None:
    """One line for each, and below it what is wrong with the remedy."""
    for finding in findings:
        click.echo(f"{'✗' if finding.wrong else '✓'} {finding.name}: {finding.state}")
        if finding.wrong:
            click.echo(f"    {finding.wrong} {finding.remedy}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Say what the service is made of and what is wrong with it; ends with 1 if anything is."""
    findings = examine(CHECKS)
    wrong = [finding for finding in findings if finding.wrong]
    if as_json:
        document = {"well": not wrong, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        print_findings(findings)
    sys.exit(1 if wrong else 0)
