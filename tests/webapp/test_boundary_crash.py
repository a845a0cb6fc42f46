"""`kill -9` while boundaries are imported: afterwards the edition is there in whole or not at all."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from boundaries.imports.store import FILE
from boundaries.layers import SOURCE, layer_path
from boundaries.models import Area, Edition
from indicators.audit import verify
from indicators.models import Observation
from tests.boundaries.imports.province import layer
from tests.conftest import prepared
from webapp import create_app
from webapp.boundaries_cli import layers_folder, sweep_layers
from webapp.settings import ROOT

PROGRAM = """
import sys, boundaries.imports.build, boundaries.imports.check, indicators.entering, indicators.points, pyarrow.parquet
from webapp import create_app
app = create_app({"DATABASE_URL": sys.argv[1], "LAYERS_DIR": sys.argv[2]})
print("ready", flush=True)
result = app.test_cli_runner().invoke(args=sys.argv[3:])
print("done" if result.exit_code == 0 else result.output, flush=True)
"""
OPTIONS = ("--edition", "mau", "--level", "commune", "--code-field", "ma", "--name-field", "ten", "--parent-field",
           "ma_huyen", "--parent-name-field", "ten_huyen", "--parent", "99=Tỉnh Mẫu")  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a loaded store and a file to import."""
    folder = tmp_path_factory.mktemp("crash")
    app = prepared(folder / "store.db")
    app.extensions["engine"].dispose()
    layer().to_file(folder / "province.gpkg", driver="GPKG")
    return folder


def start(base: Path, folder: Path) -> subprocess.Popen[str]:
    """An import in a process of its own, ready to begin."""
    shutil.copyfile(base / "store.db", folder / "store.db")
    command = [sys.executable, "-c", PROGRAM, f"sqlite:///{folder / 'store.db'}", str(folder / "layers"), "boundaries",
               "import", str(base / "province.gpkg"), *OPTIONS]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def state(folder: Path) -> str:
    """`whole` or `nothing`, once the next start has swept; anything else fails."""
    app = create_app({"DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "LAYERS_DIR": str(folder / "layers")})
    with Session(app.extensions["engine"]) as session:
        sweep_layers(app, session)
        edition = session.get(Edition, "mau")
        units = session.scalar(select(func.count()).where(Area.edition_id == "mau"))
        figures = session.scalar(select(func.count()).where(Observation.edition_id == "mau"))
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert verify(session) == []
        held = layers_folder(app)
        folders = list(held.iterdir()) if held.is_dir() else []
        layer_file = layer_path(edition.layer) if edition else None
    app.extensions["engine"].dispose()
    if layer_file is None:
        assert (units, figures, folders) == (0, 0, [])
        return "nothing"
    assert (units, figures, folders) == (7, 7, [layer_file.parent])
    assert {path.name for path in layer_file.parent.iterdir()} == {FILE, f"{FILE}.br", SOURCE}
    return "whole"


@pytest.mark.parametrize("trials", [10, pytest.param(500, marks=pytest.mark.soak)])
def test_a_killed_import_leaves_the_edition_whole_or_no_trace(base: Path, tmp_path: Path, trials: int) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    process, begun = start(base, whole), time.monotonic()
    assert process.stdout is not None
    said = process.stdout.readline()
    duration = time.monotonic() - begun
    process.communicate()
    assert (said, state(whole)) == ("done\n", "whole")
    chance, found = random.Random(500), set[str]()
    for trial in range(trials):
        folder = tmp_path / str(trial)
        folder.mkdir()
        process = start(base, folder)
        time.sleep(chance.uniform(0.0, 1.1) * duration)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        result = state(folder)
        assert result == "whole" or "done" not in said
        found.add(result)
        shutil.rmtree(folder)
    assert "nothing" in found
