"""The walk through docs/boundaries.md, run as it is written: from a file to the map of another province."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import prepared
from webapp.settings import ROOT

BLOCKS = re.compile(r"```sh(?: status=(\d))?\n(.*?)```", re.DOTALL)
SHELL = 'flask() { "$PYTHON" -m flask --app webapp "$@"; }; python() { "$PYTHON" "$@"; }; cd "$FOLDER"; '


def test_the_documented_commands_bring_a_province_to_the_map(tmp_path: Path) -> None:
    app = prepared(tmp_path / "store.db")
    app.config["LAYERS_DIR"] = str(tmp_path / "layers")
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}", "LAYERS_DIR": str(tmp_path / "layers"),
             "PYTHON": sys.executable, "FOLDER": str(tmp_path), "PYTHONPATH": str(ROOT)}  # fmt: skip
    blocks = BLOCKS.findall((ROOT / "docs/boundaries.md").read_text("utf-8"))
    assert len(blocks) == 3
    said = []
    for status, command in blocks:
        done = subprocess.run(["bash", "-c", SHELL + command], env=os.environ | given, capture_output=True, text=True)
        assert done.returncode == int(status or 0), done.stdout + done.stderr
        said.append(done.stdout + done.stderr)
    assert "2 problems, nothing was stored" in said[1]
    assert "makes it 08001" in said[1]
    assert "Edition mau-2025: 41 units. Map: /map/area_km2?edition=mau-2025" in said[2]
    client = app.test_client()
    view = client.get("/map/area_km2.json?edition=mau-2025").get_json()
    assert (view["level"], view["whole"], len(view["areas"]["value"])) == ("commune", "Tỉnh Mẫu", 40)
    assert "toàn thành phố" not in str(view["city"]).lower()
    assert client.get("/map/area_km2?edition=mau-2025").status_code == 200
    app.extensions["engine"].dispose()
