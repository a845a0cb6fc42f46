"""Reading what the service writes with other libraries than those that wrote it; the toy service of golden files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import toy
from webapp import create_app, db
from webapp.exports import describe, export
from webapp.settings import ROOT

GOLDEN = ROOT / "tests/golden/exports"
DAY = dt.date(2026, 11, 25)
DIFF = 60
"""Most lines of a difference that are shown."""


def read_csv(body: bytes) -> list[dict[str, str]]:
    """Rows by column name."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def read_sheet(body: bytes, sheet: str = "Số liệu") -> list[dict[str, Any]]:
    """Rows of a sheet by heading."""
    lines = list(openpyxl.load_workbook(io.BytesIO(body))[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]


def read_geo(body: bytes) -> Any:
    """A frame of a GeoPackage or zipped Shapefile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a.gpkg" if body.startswith(b"SQLite") else "a.shp.zip")
        path.write_bytes(body)
        return pyogrio.read_dataframe(path)


def cells_text(body: bytes) -> str:
    """Every filled cell of a workbook as text: sheet, cell, type, number format, ground, value."""
    lines = []
    for sheet in openpyxl.load_workbook(io.BytesIO(body)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    ground = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "-"
                    place = f"{sheet.title}!{cell.coordinate}"
                    lines.append("\t".join([place, cell.data_type, cell.number_format, ground, str(cell.value)]))
    return "\n".join(lines) + "\n"


def check_golden(name: str, text: str, folder: Path = GOLDEN) -> None:
    """Compares with the file that a person has looked at; WRITE_GOLDEN=1 writes it anew.

    Raises: AssertionError with the lines that differ, what was expected after a minus, what came after a plus.
    """
    path = folder / name
    if os.environ.get("WRITE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    expected = path.read_bytes().decode() if path.exists() else ""
    if text != expected:
        lines = list(unified_diff(expected.split("\n"), text.split("\n"), "expected", "came", n=1, lineterm=""))
        rest = [f"… and {len(lines) - DIFF} lines more"] if len(lines) > DIFF else []
        raise AssertionError("\n".join([f"{path.relative_to(ROOT)} differs:", *lines[:DIFF], *rest]))


@contextmanager
def toy_client(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A client of the service over the toy country, on one fixed day."""
    monkeypatch.setattr(export, "today", lambda: DAY)
    monkeypatch.setattr(describe, "CODE_VERSION", "code")
    app: Flask = create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{folder / 'toy.db'}"})
    engine = app.extensions["engine"]
    db.migrate(engine)
    with Session(engine) as session:
        toy.build(session)
    yield app.test_client()
    engine.dispose()


def convert(path: Path, target: str) -> Path:
    """The file as LibreOffice saves it in another format."""
    [converted] = convert_all([path], target, path.parent)
    return converted


def convert_all(paths: Sequence[Path], target: str, folder: Path) -> list[Path]:
    """The files as LibreOffice saves them in another format, in one run.

    Skipped with a reason where there is no LibreOffice, unless REQUIRE_OFFICE=1. A file that it cannot open without
    repair is not saved, and not in the list.
    """
    office = shutil.which("soffice")
    if office is None:
        message = "No LibreOffice on this machine (Debian: apt-get install libreoffice-writer libreoffice-calc)."
        if os.environ.get("REQUIRE_OFFICE") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with tempfile.TemporaryDirectory() as profile:
        command = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", target]
        subprocess.run([*command, "--outdir", str(folder), *map(str, paths)], check=True, capture_output=True)
    saved = [folder / f"{path.stem}.{target.partition(':')[0]}" for path in paths]
    return [path for path in saved if path.exists()]
