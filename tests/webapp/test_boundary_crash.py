"""`kill -9` while boundaries are imported: afterwards the edition is there in whole or not at all.

Imports run in children forked from one warm process, so that a trial costs an import and no start of Python. The same
harness is shown to catch an import that commits twice, and one that puts its files in place after the commit.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from select import select as select_ready

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from boundaries.layers import FILE, SOURCE, layer_path
from boundaries.models import Area, Edition
from indicators.audit import verify
from indicators.models import Observation
from tests.boundaries.imports.province import layer
from tests.conftest import prepared
from webapp import create_app
from webapp.boundaries_cli import layers_folder, sweep_layers
from webapp.settings import ROOT

PROGRAM = """
import inspect, json, os, signal, sys, textwrap
import boundaries.imports.build, boundaries.imports.check, indicators.entering, indicators.points, pyarrow.parquet
from webapp import boundaries_cli, create_app
source = inspect.getsource(boundaries_cli._store)
for old, new in json.loads(sys.argv[1]):
    assert source.count(old) == 1, old
    source = source.replace(old, new)
exec(source, boundaries_cli.__dict__)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    folder, *args = json.loads(line)
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    app = create_app({"DATABASE_URL": f"sqlite:///{folder}/store.db", "LAYERS_DIR": f"{folder}/layers"})
    result = app.test_cli_runner().invoke(args=args)
    print("done" if result.exit_code == 0 else json.dumps(result.output + repr(result.exception)), flush=True)
    os._exit(0)
"""
OPTIONS = ("--edition", "mau", "--level", "commune", "--code-field", "ma", "--name-field", "ten", "--parent-field",
           "ma_huyen", "--parent-name-field", "ten_huyen", "--parent", "99=Tỉnh Mẫu", "--cut-above", "3")  # fmt: skip

PAUSE = "__import__('time').sleep(0.4)"
MUTANTS = {
    "commits twice": [
        ("    with incoming(folder), session.begin():\n", "    with incoming(folder):\n      with session.begin():\n"),
        ("        source = measured_source(",
         f"      {PAUSE}\n      with session.begin():\n        lock_state(session)\n        source = measured_source("),
    ],
    "files after the commit": [
        ("    with incoming(folder), session.begin():\n", "    with incoming(folder):\n      with session.begin():\n"),
        ("        keep(folder, target)", f"      {PAUSE}\n      keep(folder, target)"),
    ],
}  # fmt: skip
"""What is changed in the source of `_store`; the pause makes the wrong moment long enough to be hit in a few trials."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a loaded store and a file to import."""
    folder = tmp_path_factory.mktemp("crash")
    app = prepared(folder / "store.db")
    app.extensions["engine"].dispose()
    layer().to_file(folder / "province.gpkg", driver="GPKG")
    return folder


class Importer:
    """A warm process that forks an import whenever it is asked to. `mutations` change the source of `_store`."""

    def __init__(self, base: Path, mutations: Sequence[tuple[str, str]] = ()) -> None:
        self.base = base
        command = [sys.executable, "-c", PROGRAM, json.dumps(mutations)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Importer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.communicate()

    def start(self, folder: Path) -> int:
        """Begin an import into a copy of the store in `folder`; the number of its process."""
        shutil.copyfile(self.base / "store.db", folder / "store.db")
        assert self.process.stdin is not None
        asked = [str(folder), "boundaries", "import", str(self.base / "province.gpkg"), *OPTIONS]
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(self.read())

    def read(self, wait: float = 60.0) -> str:
        """The next line that the process or its children write; empty if there is none in that time."""
        assert self.process.stdout is not None
        ready, _w, _x = select_ready([self.process.stdout], [], [], wait)
        return self.process.stdout.readline().strip() if ready else ""

    def run(self, folder: Path) -> float:
        """Seconds that a whole import takes."""
        self.start(folder)
        begun = time.monotonic()
        assert self.read() == "done"
        return time.monotonic() - begun

    def kill(self, folder: Path, after: float) -> bool:
        """Kill an import after some seconds; whether it had said that it was done."""
        child = self.start(folder)
        said = self.read(after)
        if not said:
            os.kill(child, signal.SIGKILL)
            wait_gone(child)
            said = self.read(0.05)
        assert said in ("", "done")
        return said == "done"


def wait_gone(process: int) -> None:
    """Until the system has taken back the process, with its locks."""
    while Path(f"/proc/{process}").exists():
        time.sleep(0.005)


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
    assert {path.name for path in layer_file.parent.iterdir()} == {FILE, f"{FILE}.br", SOURCE, "commune"}
    assert {path.name for path in (layer_file.parent / "commune").glob("*.topojson")} == {
        "091.topojson",
        "092.topojson",
    }
    return "whole"


@pytest.mark.parametrize("trials", [20, pytest.param(500, marks=pytest.mark.soak)])
def test_a_killed_import_leaves_the_edition_whole_or_no_trace(base: Path, tmp_path: Path, trials: int) -> None:
    found = set[str]()
    with Importer(base) as importer:
        warm = made(tmp_path / "warm")
        importer.run(warm)
        assert state(warm) == "whole"
        duration = importer.run(made(tmp_path / "timed"))
        for trial, after in enumerate(moments(trials, duration)):
            folder = made(tmp_path / str(trial))
            done = importer.kill(folder, after)
            result = state(folder)
            assert result == "whole" or not done
            found.add(result)
            shutil.rmtree(folder)
    assert "nothing" in found


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_harness_catches_an_import_in_two_steps(base: Path, tmp_path: Path, mutant: str) -> None:
    with Importer(base, MUTANTS[mutant]) as importer:
        importer.run(made(tmp_path / "warm"))
        duration = importer.run(made(tmp_path / "timed"))
        for trial, after in enumerate(moments(20, duration)):
            folder = made(tmp_path / str(trial))
            importer.kill(folder, after)
            try:
                state(folder)
            except (AssertionError, FileNotFoundError):
                return
    pytest.fail(f"{mutant}: nothing was noticed in 20 trials")


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def moments(count: int, duration: float) -> list[float]:
    """Random times from the start of an import to just after its end."""
    chance = random.Random(500)
    return [chance.uniform(0.0, 1.1) * duration for _trial in range(count)]
