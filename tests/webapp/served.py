"""The service as it really runs: gunicorn with its configuration, in processes of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from webapp.settings import ROOT

Answer = tuple[int, dict[str, str]]
"""Status, and headers by lower-case name."""

APP = "webapp:create_app()"


@dataclass(frozen=True)
class Served:
    """Where it listens, its log so far, and the number of its first process."""

    port: int
    log: str
    pid: int = 0

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, wait_s: float = 10
    ) -> tuple[int, dict[str, str]]:
        """Status and headers of an answer on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=wait_s)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def said(self) -> str:
        """What the log says."""
        with open(self.log, encoding="utf-8") as file:  # noqa: PTH123 - the path is text
            return file.read()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(log: str, store: str, *options: str, app: str = APP, **settings: str) -> Iterator[Served]:
    """The service over a store, until the caller is done; `settings` are environment variables."""
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": store, "PORT": str(port), "HOST": "127.0.0.1", **settings}
    program = str(Path(sys.executable).with_name("gunicorn"))
    command = [program, "--config", "webapp/gunicorn_conf.py", *options, app]
    with open(log, "w", encoding="utf-8") as file:  # noqa: PTH123 - the path is text
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
    served = Served(port, log, process.pid)
    try:
        _wait(served, process)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(served: Served, process: subprocess.Popen[bytes], patience_s: float = 180) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end and process.poll() is None:
        try:
            served.get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"gunicorn does not answer:\n{served.said()}")
