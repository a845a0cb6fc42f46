"""Memory of a running service: the proportional set size (PSS) of gunicorn's processes, and the time of a cold start.

PSS counts a page that n processes share as 1/n in each, so that the sum over processes is what the service takes.
Linux only. Run: `python -m benchmarks.memory`.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from webapp.settings import ROOT

PATHS = (
    "/",
    "/en/",
    "/areas",
    "/board",
    "/matrix",
    "/compare",
    "/ogc",
    "/api/v1/editions",
    "/map/ntm_title?level=commune",
)
ROUNDS = 20


def pss_mb(pid: int) -> float:
    """Megabytes (2**20 bytes) of one process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    (kilobytes,) = re.findall(r"^Pss:\s+(\d+) kB$", text, re.MULTILINE)
    return int(kilobytes) / 1024


def ask(address: str, path: str) -> None:
    """Fetch a page and throw it away."""
    with urllib.request.urlopen(address + path, timeout=30) as answer:  # noqa: S310 - our own server
        answer.read()


def measure(workers: int = 3) -> tuple[float, list[float]]:
    """Seconds from start to the first page, and PSS of the master and each worker once pages were read."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WORKERS": str(workers), "LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "gunicorn", "--config", "webapp/gunicorn_conf.py", "webapp:create_app()"]
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own server
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                ask(address, "/")
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.02)
        cold_s = time.monotonic() - begun
        for _ in range(ROUNDS):
            for path in PATHS:
                ask(address, path)
        pids = [process.pid, *(child.pid for child in psutil.Process(process.pid).children())]
        return cold_s, [pss_mb(pid) for pid in pids]
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    """Print both; the parts first."""
    cold_s, sizes = measure()
    print(f"cold start to the first page: {cold_s:.2f} s")
    print(f"PSS: {' + '.join(f'{size:.0f}' for size in sizes)} = {sum(sizes):.0f} MB (master and workers)")


if __name__ == "__main__":
    main()
