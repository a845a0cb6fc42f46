"""A new release under readers who do not pause: USR2, as `systemctl reload` sends it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import prepared
from tests.webapp.served import Served, free_port, gunicorn

PATIENCE_S = 120.0
"""For a slow machine; what is waited for comes in seconds."""
RELEASE = """
from webapp import create_app
def app():
    made = create_app()
    @made.after_request
    def name(response):
        response.headers["X-Release"] = "{}"
        return response
    return made
"""
BROKEN = "raise RuntimeError('no such release')\n"


class Reader:
    """Asks without pause, on a connection of its own each time, and writes down the release that answered."""

    def __init__(self, served: Served) -> None:
        self._served, self._over = served, threading.Event()
        self.releases, self.faults = list[str](), list[str]()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while not self._over.is_set():
            try:
                status, headers = self._served.get("/api/v1/editions", wait_s=60)
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(repr(error))
            else:
                self.releases.append(headers["x-release"])
                if status != 200:
                    self.faults.append(str(status))

    def end(self) -> None:
        self._over.set()
        self._thread.join()


def until(true: Callable[[], bool], served: Served) -> None:
    """Wait for a condition; without it the log is told, but for the lines of requests."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        told = [line for line in served.said().splitlines() if '"answered"' not in line]
        assert time.monotonic() < end, "\n".join(told)
        time.sleep(0.05)


@pytest.fixture
def told() -> Iterator[socket.socket]:
    """What systemd listens on."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"{folder}/notify")
        listening.setblocking(False)
        yield listening


def heard(listening: socket.socket) -> str:
    """The next message; blank where there is none."""
    try:
        return listening.recv(4096).decode()
    except BlockingIOError:
        return ""


def folders(pid: int) -> list[Path]:
    """Where a master and its workers keep their numbers."""
    places = {"/dev/shm", tempfile.gettempdir()}  # noqa: S108 - as webapp/gunicorn_conf.py does
    return sorted(path for place in places for path in Path(place).glob(f"hanoi-metrics-{pid}-*"))


@pytest.mark.soak
def test_the_old_release_answers_until_the_new_one_does(tmp_path: Path, told: socket.socket) -> None:
    """First one that does not start, which ends nothing; then one that does. No connection is refused or broken."""
    prepared(tmp_path / "store.db").extensions["engine"].dispose()
    code = tmp_path / "release.py"
    code.write_text(RELEASE.format("old"), "utf-8")
    settings = {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "NOTIFY_SOCKET": told.getsockname(),
                "WORKERS": "2", "METRICS_ADDRESS": f"127.0.0.1:{free_port()}"}  # fmt: skip
    log = str(tmp_path / "log")
    with gunicorn(log, f"sqlite:///{tmp_path / 'store.db'}", app="release:app()", **settings) as served:
        old = psutil.Process(served.pid)
        assert heard(told).startswith("READY=1")
        readers = [Reader(served) for _ in range(2)]
        try:
            code.write_text(BROKEN, "utf-8")
            old.send_signal(signal.SIGUSR2)
            until(lambda: "no such release" in served.said(), served)
            until(lambda: len(old.children()) == 2, served)
            assert old.is_running()
            code.write_text(RELEASE.format("new"), "utf-8")
            old.send_signal(signal.SIGUSR2)
            until(lambda: not old.is_running() or old.status() == psutil.STATUS_ZOMBIE, served)
            count = len(readers[0].releases)
            until(lambda: len(readers[0].releases) > count + 20, served)
        finally:
            for reader in readers:
                reader.end()
            messages = [text for text in iter(lambda: heard(told), "") if text.startswith("MAINPID=")]
            new = [int(text.partition("=")[2]) for text in messages]
            for pid in set(new):
                os.kill(pid, signal.SIGTERM)
    assert [reader.faults for reader in readers] == [[], []]
    assert {reader.releases[0] for reader in readers} == {"old"}
    assert {release for reader in readers for release in reader.releases[-20:]} == {"new"}
    assert len(set(new)) == 1
    assert new[0] != served.pid
    until(lambda: not psutil.pid_exists(new[0]) or psutil.Process(new[0]).status() == psutil.STATUS_ZOMBIE, served)
    assert folders(served.pid) + folders(new[0]) == []


def test_a_hup_keeps_the_numbers_and_makes_no_second_folder(tmp_path: Path) -> None:
    """Workers are replaced, with the code and the settings that the master has loaded."""
    prepared(tmp_path / "store.db").extensions["engine"].dispose()
    settings = {"METRICS_ADDRESS": f"127.0.0.1:{free_port()}", "WORKERS": "1"}
    with gunicorn(str(tmp_path / "log"), f"sqlite:///{tmp_path / 'store.db'}", **settings) as served:
        master = psutil.Process(served.pid)
        (before,) = master.children()
        assert len(folders(served.pid)) == 1
        master.send_signal(signal.SIGHUP)
        until(lambda: before not in master.children() and len(master.children()) == 1, served)
        until(lambda: served.get("/healthz")[0] == 200, served)
        assert len(folders(served.pid)) == 1
    assert folders(served.pid) == []
