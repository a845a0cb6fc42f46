"""Each worker takes its share of the connections; nobody waits for one that takes none."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from flask import Flask

from tests.webapp.served import Served, gunicorn
from webapp.settings import ROOT
from webapp.shares import PLACES, SILENT_S, Shares

PATIENT = """
from webapp import create_app, shares, worker
worker.LEFT_S, shares.SILENT_S = 60, 600
def build():
    return create_app()
"""
"""Workers that leave connections to others for as long as it takes, so that no test depends on how fast they wake."""

UNFAIR = PATIENT + "shares.Shares.is_ahead = lambda self, place: False\n"

ASK = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@contextmanager
def two_workers(app: Flask, folder: Path, planted: str = "") -> Iterator[tuple[Served, list[psutil.Process]]]:
    """The service with two workers, both of them there."""
    (folder / "planted.py").write_text(planted, "utf-8")
    settings = {"WORKERS": "2", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    name = "planted:build()" if planted else "webapp:create_app()"
    patience = ("--keep-alive", "600", "--timeout", "600")
    with gunicorn(str(folder / "log"), app.config["DATABASE_URL"], *patience, app=name, **settings) as it:
        started = [each for each in psutil.Process().children() if "gunicorn" in " ".join(each.cmdline())]
        (master,) = [each for each in started if each.environ()["PORT"] == str(it.port)]
        while len(master.children()) < 2:
            time.sleep(0.05)
        yield it, master.children()


def held(served: Served, worker: psutil.Process) -> int:
    """How many connections of clients a process holds."""
    found = worker.net_connections("tcp")
    return sum(each.laddr.port == served.port and each.status == psutil.CONN_ESTABLISHED for each in found)


def answered(connections: list[socket.socket]) -> bool:
    """Whether each connection has its answer."""
    for connection in connections:
        connection.settimeout(60)
    return all(connection.recv(4096).startswith(b"HTTP/1.1 200") for connection in connections)


def ask_eight(served: Served, stack: ExitStack) -> list[socket.socket]:
    """Eight connections opened at once that have asked and are kept."""
    connections = [stack.enter_context(served.connect()) for _number in range(8)]
    for connection in connections:
        connection.sendall(ASK)
    return connections


@pytest.mark.parametrize(("planted", "at_first", "split"), [(PATIENT, 1, [4, 4]), (UNFAIR, 8, [0, 8])])
def test_eight_connections_are_four_for_each_of_two(
    app: Flask, tmp_path: Path, planted: str, at_first: int, split: list[int]
) -> None:
    """One of the two sleeps while they come: the other takes one and leaves the next. The check bites: without shares
    it takes all."""
    with two_workers(app, tmp_path, planted) as (served, (awake, asleep)), ExitStack() as stack:
        while not served_by(served, asleep):
            pass
        asleep.send_signal(signal.SIGSTOP)
        try:
            connections = ask_eight(served, stack)
            while held(served, awake) < at_first:
                time.sleep(0.05)
        finally:
            asleep.send_signal(signal.SIGCONT)
        assert answered(connections)
        assert sorted([held(served, awake), held(served, asleep)]) == split


def served_by(served: Served, worker: psutil.Process) -> bool:
    """Whether a new connection is with this process: then it takes connections."""
    with served.connect() as connection:
        connection.sendall(ASK)
        return answered([connection]) and held(served, worker) > 0


def test_nobody_waits_for_a_worker_that_takes_nothing(app: Flask, tmp_path: Path) -> None:
    with two_workers(app, tmp_path) as (served, (awake, asleep)), ExitStack() as stack:
        asleep.send_signal(signal.SIGSTOP)
        try:
            assert answered(ask_eight(served, stack))
            assert held(served, awake) == 8
        finally:
            asleep.send_signal(signal.SIGCONT)


def test_who_has_more_is_ahead() -> None:
    shares = Shares()
    one, other = shares.take_place(), shares.take_place()
    assert one != other
    assert not shares.is_ahead(one)
    shares.write(one, 1)
    assert shares.is_ahead(one)
    assert not shares.is_ahead(other)
    shares.write(other, 1)
    assert not shares.is_ahead(one)


def test_an_eighth_more_is_no_matter() -> None:
    shares = Shares()
    one, other = shares.take_place(), shares.take_place()
    shares.write(other, 70)
    shares.write(one, 80)
    assert not shares.is_ahead(one)
    shares.write(one, 81)
    assert shares.is_ahead(one)


def test_nothing_is_left_to_a_worker_that_has_gone_or_fallen_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    shares, now = Shares(), time.monotonic()
    one, gone, silent = shares.take_place(), shares.take_place(), shares.take_place()
    shares.leave(gone)
    monkeypatch.setattr("webapp.shares.time.monotonic", lambda: now + SILENT_S + 1)
    shares.write(one, 3)
    assert not shares.is_ahead(one)
    shares.write(silent, 0)
    assert shares.is_ahead(one)


def test_places_of_workers_that_are_gone_are_taken_again() -> None:
    shares = Shares()
    places = [shares.take_place() for _number in range(PLACES)]
    assert sorted(places) == list(range(PLACES))
    shares.leave(places[7])
    assert shares.take_place() == places[7]
