"""Questions put to the service in a process of its own: how long each takes, how much it sends, what memory it took."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.country import PROGRAM
from benchmarks.peak import peak_memory
from webapp import create_app

ROUNDS = 5
"""Answers of each kind; the quickest counts, which says most of the work and least of what else the machine did."""

Measures = dict[str, float]
"""What was measured, by name; the unit is the end of the name."""


class Failed(RuntimeError):
    """A command or an address that did not do what is measured."""


class Asker:
    """A client of the service that says how long answers take, in milliseconds."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.app: Flask = create_app(settings)
        self._client: FlaskClient = self.app.test_client()

    def ask(self, address: str, encoding: str = "br") -> bytes:
        """The body as it is sent. Raises: Failed for anything but 200."""
        found = self._client.get(address, headers={"Accept-Encoding": encoding})
        if found.status_code != 200:
            raise Failed(f"{address} answered {found.status_code}: {found.text[:300]}")
        return found.data

    def first(self, address: str) -> float:
        """The first answer after a start or an import, before which nothing of the store was read."""
        for name in ("snapshot", "past", "data_version"):
            self.app.extensions.pop(name, None)
        return self.cold(address, rounds=1)

    def cold(self, address: str, rounds: int = ROUNDS) -> float:
        """An answer that has to be built, of a service that has begun to serve this data."""
        return min(timed(lambda: self._forget_and_ask(address)) for _round in range(rounds))

    def ready(self, address: str) -> float:
        """An answer that was given before."""
        self.ask(address)
        return min(timed(lambda: self.ask(address)) for _round in range(9 * ROUNDS))

    def size(self, address: str) -> float:
        """Kilobytes of an answer as a browser gets it."""
        return len(self.ask(address)) / 1000

    def _forget_and_ask(self, address: str) -> bytes:
        self.app.extensions["answers"].clear()
        return self.ask(address)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that the work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def apart(work: Callable[..., Measures], *args: Any) -> Measures:
    """What `work` measures in a new process, and `process, MB`: the most that this process held."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_memory, (work, args))


def _with_memory(work: Callable[..., Measures], args: tuple[Any, ...]) -> Measures:
    return work(*args) | {"process, MB": peak_memory()}


def command(
    settings: Mapping[str, Any], *words: str, limit_s: float = 600, before: str = ""
) -> tuple[float, float] | None:
    """Seconds and MB of a command of the service in a process of its own; None if it does not end within the limit.

    `before` is what that process runs first. Raises: Failed if it ends with a fault.
    """
    line = [sys.executable, "-c", before + PROGRAM, json.dumps(dict(settings)), *words]
    begun = time.monotonic()
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=limit_s)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise Failed(done.stdout[-1500:] + done.stderr[-1500:])
    return time.monotonic() - begun, float(done.stdout.splitlines()[-1])
