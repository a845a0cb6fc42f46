"""The walk through docs/data.md, run as it is written: from an empty form to the map, and back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from flask import Flask
from openpyxl import load_workbook

from tests.conftest import prepared
from tests.webapp.test_boundary_walk import BLOCKS, SHELL
from webapp.settings import ROOT

MAP = "/api/v1/values?indicator=poor_household_rate&edition=2025-07&level=commune&period=2025"
FORM = "poor_household_rate_commune_2025-07_2025.xlsx"


def test_the_documented_commands_take_an_official_to_the_map_and_back(tmp_path: Path) -> None:
    app = prepared(tmp_path / "store.db")
    blocks = BLOCKS.findall((ROOT / "docs/data.md").read_text("utf-8"))
    assert [status for status, _ in blocks] == ["", "", "2", "", ""]
    template, *others, undo = [(int(status or 0), command) for status, command in blocks]
    type_in(tmp_path, *template)
    fill(tmp_path / "forms")
    said = [type_in(tmp_path, *block) for block in others]
    assert "2 added, 0 changed, 0 unchanged. Dry run: nothing was written." in said[0]
    assert re.search(r"Phường Ngọc Hà: 31 +range +At most 20 is expected\.", said[0])
    assert "range" in said[1]
    assert "Batch 1, data version 2." in said[2]
    assert figures(app) == {"00004": 0.4, "00008": 31}
    client = app.test_client()
    assert "poor_household_rate/2025-07/00004" in client.get("/areas/2025-07/00004").get_data(as_text=True)
    origin = client.get("/figures/poor_household_rate/2025-07/00004").get_data(as_text=True)
    assert all(words in origin for words in ("filled.xlsx", "Số liệu", "UBND thành phố"))
    assert "phường đã kiểm tra lại" in client.get("/batches/1").get_data(as_text=True)
    assert "The audit is whole" in type_in(tmp_path, *undo)
    assert figures(app) == {}
    app.extensions["engine"].dispose()


def type_in(folder: Path, status: int, command: str) -> str:
    """What a block of the document prints; it ends with the status that the document says."""
    given = {"DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "PYTHON": sys.executable, "FOLDER": str(folder),
             "PYTHONPATH": str(ROOT)}  # fmt: skip
    done = subprocess.run(["bash", "-c", SHELL + command], env=os.environ | given, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def fill(forms: Path) -> None:
    """What the document says to fill in, in a spreadsheet."""
    book = load_workbook(forms / FORM)
    sheet = book["Số liệu"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for row in sheet.iter_rows(min_row=3):
        code, stratum = row[columns["area_code"] - 1].value, row[columns["stratum"] - 1].value
        if code in ("00004", "00008") and stratum == "all":
            filled = {"value": 0.4 if code == "00004" else 31, "status": "final", "source_id": "ubnd-2025"}
            for name, value in filled.items():
                sheet.cell(row[0].row, columns[name], value)
    book["sources"].append(
        ["ubnd-2025", "UBND thành phố", "Báo cáo hộ nghèo", "stated", None, "2026-02-01", "official_site", "official"]
    )
    book.save(forms / "filled.xlsx")


def figures(app: Flask) -> dict[str, float]:
    """What the API shows of the year, by code."""
    areas = app.test_client().get(MAP).get_json()["areas"]
    return {area["code"]: area["value"] for area in areas if area["value"] is not None}
