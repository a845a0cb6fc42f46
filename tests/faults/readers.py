"""Readers of a real gunicorn while something fails: answers, or 503 with Retry-After, and never a traceback."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.webapp.served import Served, gunicorn
from webapp.settings import ROOT

PATHS = ("/", "/api/v1/editions", "/areas", "/board", "/map/population_density.json?edition=2024&level=district")
RECOVERY_S = 10.0
"""Within which the service is ready again; held against the full counts, on a machine that does little else."""
PATIENCE_S = 90.0
"""How long others wait for it, on a machine that may do much else."""

PLANTED = """
import os, time
from flask import Response
from webapp import create_app

def build():
    app = create_app()
    @app.get("/eats")
    def eats():
        held = []
        while True:
            held.append(bytearray(64 * 2**20))
    @app.get("/waits")
    def waits():
        def parts():
            yield f"{os.getpid()}\\n"
            time.sleep(600)
        return Response(parts())
    return app
"""
"""The service with two addresses more: one whose request takes all the memory that there is, in pieces so large that
what is left is enough for the others; and one that says which process answers, and then never ends."""


class Readers:
    """Two readers in threads; what they saw, and what no reader may see."""

    def __init__(self, served: Served, paths: Sequence[str] = PATHS) -> None:
        self._served, self._paths, self._over = served, paths, threading.Event()
        self.statuses, self.faults = Counter[int](), list[str]()
        self._threads = [threading.Thread(target=self._read, args=(seed,)) for seed in range(2)]

    def _read(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._over.is_set():
            self._ask(chance.choice(self._paths))

    def _ask(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._served.port, timeout=30)
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
        if b"Traceback" in body or b"sqlite3" in body or b"psycopg" in body:
            self.faults.append(f"{path}: a traceback")

    def see(self, status: int, times: int, wait_s: float = 60) -> None:
        """Wait until they have seen a status so often from now on."""
        end, most = time.monotonic() + wait_s, self.statuses[status] + times
        while self.statuses[status] < most:
            assert time.monotonic() < end, (self.statuses, self.faults[:5])
            time.sleep(0.02)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


@dataclass(frozen=True)
class Service:
    """A running service, its store, and a sound copy of that."""

    served: Served
    store: Path
    sound: Path

    def put_back(self) -> None:
        """Put the sound store in the place of the present one, as a restore does."""
        again = self.store.with_name("again.db")
        shutil.copyfile(self.sound, again)
        again.replace(self.store)


def gather(path: Path) -> None:
    """Write what is still in the log of a store into its file, so that the file alone can be copied."""
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def serving(
    folder: Path, url: str, app: str = "planted:build()", source: str = PLANTED, **settings: str
) -> Iterator[Served]:
    """Three workers over a store, of an app whose source is given."""
    (folder / "planted.py").write_text(source, "utf-8")
    given = {"WORKERS": "3", "LOG_FORMAT": "json", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", **settings}
    with gunicorn(str(folder / "log"), url, app=app, **given) as served:
        yield served


def recovered(served: Served, within_s: float = PATIENCE_S) -> float:
    """Seconds until the service is ready again. Fails after so many."""
    begun = time.monotonic()
    while time.monotonic() - begun < within_s:
        try:
            if served.get("/readyz")[0] == 200 and served.get("/")[0] == 200:
                return time.monotonic() - begun
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not ready after {within_s} s:\n{served.said()[-2000:]}")


def kill_amid_request(served: Served) -> None:
    """Kill a worker while it answers us, and see our connection end."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("GET", "/waits")
    answer = connection.getresponse()
    os.kill(int(answer.readline()), signal.SIGKILL)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    connection.close()
