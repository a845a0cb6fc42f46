"""Readers ask a real gunicorn without pause while something fails: answers, or 503 with Retry-After, and no traceback.

The harness is first shown to catch a service that fails in the two ways it looks for.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.conftest import prepared
from tests.webapp.served import Served, gunicorn
from webapp.settings import ROOT

PATHS = ("/", "/api/v1/editions", "/areas", "/board", "/map/population_density.json?edition=2024&level=district")
RECOVERY_S = 10.0

MUTANT = """
from flask import Flask
app = Flask(__name__)
@app.get("/healthz")
def healthz(): return "ok"
@app.get("/")
def front(): return "Traceback (most recent call last):"
@app.get("/<path:path>")
def rest(path): return "spoilt", 500
"""


class Readers:
    """Two readers in threads; what they saw, and what no reader may see."""

    def __init__(self, served: Served) -> None:
        self._served, self._over = served, threading.Event()
        self.statuses, self.faults = Counter[int](), list[str]()
        self._threads = [threading.Thread(target=self._read, args=(seed,)) for seed in range(2)]

    def _read(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._over.is_set():
            self._ask(chance.choice(PATHS))

    def _ask(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._served.port, timeout=15)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self.statuses[0] += 1  # the process that had this connection was killed
            return
        finally:
            connection.close()
        self.statuses[answer.status] += 1
        if answer.status not in (200, 503) or (answer.status == 503 and not answer.getheader("Retry-After")):
            self.faults.append(f"{path}: {answer.status}")
        if b"Traceback" in body or b"sqlite3" in body:
            self.faults.append(f"{path}: a traceback")

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def serving(folder: Path, store: Path, app: str = "webapp:create_app()", **settings: str) -> Iterator[Served]:
    with gunicorn(str(folder / "log"), f"sqlite:///{store}", app=app, WORKERS="3", LOG_FORMAT="json", **settings) as it:
        yield it


def recovered(served: Served) -> float:
    """Seconds until the service is ready again. Fails after `RECOVERY_S`."""
    begun = time.monotonic()
    while time.monotonic() - begun < RECOVERY_S:
        try:
            if served.get("/readyz")[0] == 200 and served.get("/")[0] == 200:
                return time.monotonic() - begun
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not ready after {RECOVERY_S} s:\n{served.said()[-2000:]}")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded store that is only copied."""
    path = tmp_path_factory.mktemp("faults") / "sound.db"
    app = prepared(path)
    app.extensions["engine"].dispose()
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def store(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sound, tmp_path / "store.db"))


def test_the_harness_catches_a_service_that_fails(tmp_path: Path, store: Path) -> None:
    (tmp_path / "mutant.py").write_text(MUTANT, "utf-8")
    with serving(tmp_path, store, "mutant:app", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}") as served:
        with Readers(served) as readers:
            time.sleep(0.5)
        with pytest.raises(AssertionError, match="not ready"):
            recovered(served)
    assert any(fault.endswith("a traceback") for fault in readers.faults)
    assert any(fault.endswith("500") for fault in readers.faults)


def test_a_store_locked_by_another_process_is_read_on(tmp_path: Path, store: Path) -> None:
    with serving(tmp_path, store) as served:
        holder = sqlite3.connect(store)
        holder.execute("BEGIN EXCLUSIVE")
        with Readers(served) as readers:
            time.sleep(1.5)
        holder.rollback()
        holder.close()
        recovered(served)
    assert readers.faults == []
    assert readers.statuses[200] > 20
    assert readers.statuses[503] == 0


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_a_killed_worker_is_replaced_while_others_answer(tmp_path: Path, store: Path, kills: int) -> None:
    chance = random.Random(7)
    with serving(tmp_path, store) as served, Readers(served) as readers:
        (master,) = [each for each in psutil.Process().children() if "gunicorn" in " ".join(each.cmdline())]
        for _ in range(kills):
            workers = master.children()
            chance.choice(workers).send_signal(signal.SIGKILL)
            assert recovered(served) < RECOVERY_S
    assert readers.faults == []
    assert readers.statuses[200] > kills


def content(path: Path) -> list[str]:
    """Everything in a store, by SQLite's own means."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as held:
        return list(held.iterdump())


@pytest.mark.parametrize("flips", [6, pytest.param(200, marks=pytest.mark.soak)])
def test_a_flipped_bit_is_noticed_or_changes_nothing(tmp_path: Path, store: Path, sound: Path, flips: int) -> None:
    chance, noticed, before = random.Random(200), 0, content(sound)
    size = sound.stat().st_size
    with serving(tmp_path, store) as served, Readers(served) as readers:
        for _ in range(flips):
            flip(store, chance.randrange(size), 1 << chance.randrange(8))
            status, headers = served.get("/board")
            if status == 503:
                assert headers["retry-after"] == "5"
                noticed += 1
            else:
                assert status == 200
                assert content(store) == before
            shutil.copyfile(sound, tmp_path / "again.db")
            (tmp_path / "again.db").replace(store)
            recovered(served)
    assert readers.faults == []
    assert noticed  # a flip in space that is not used changes nothing


def flip(path: Path, position: int, mask: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        (byte,) = file.read(1)
        file.seek(position)
        file.write(bytes([byte ^ mask]))


def test_a_truncated_store_is_refused_until_it_is_restored(tmp_path: Path, store: Path, sound: Path) -> None:
    with serving(tmp_path, store) as served, Readers(served) as readers:
        os.truncate(store, store.stat().st_size // 2)
        assert served.get("/areas")[0] == 503
        assert served.get("/healthz")[0] == 200
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{store}"}
        command = ["flask", "--app", "webapp", "db", "restore", str(sound)]
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=True, capture_output=True)
        assert recovered(served) < RECOVERY_S
    assert readers.faults == []
    assert "does not fit its hashes" in served.said()
