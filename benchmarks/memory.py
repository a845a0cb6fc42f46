"""Memory of a running service once every worker has answered pages of each kind, and the time of a cold start.

Memory is the proportional set size (PSS): a page that n processes share counts as 1/n in each, so that the sum over
processes is what the service takes. Pages of files, which are the code of libraries, are counted once and whole, as on
a machine where nothing else has them open: this program itself does. Linux only. Run: `python -m benchmarks.memory`.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from webapp.settings import ROOT

PATHS = (
    *("/", "/en/", "/areas", "/areas/2024/001", "/board", "/matrix", "/compare", "/ntm", "/upgrades", "/changes"),
    *("/map/ntm_title?level=commune", "/map/population?edition=2024&level=district", "/map/population.json"),
    *("/map/poor_household_rate", "/indicators/population", "/gazetteer.json", "/api/v1/editions"),
    *("/api/v1/values?indicator=population&edition=2024&level=district", "/ogc", "/ogc/collections"),
    "/ogc/collections/2024.commune/items?limit=1000",
)
"""What each worker is asked, in the encoding that browsers take."""

MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ (\S+) *(.*)$")
CLEAN = re.compile(r"^(?:Shared|Private)_Clean: +(\d+) kB$")
PSS = re.compile(r"^Pss_Anon: +(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """Seconds from the start to the first page, of the clock and of processors; megabytes (2**20 bytes) of each
    process, the master first, and of the files that they share."""

    cold_s: float
    cpu_s: float
    own_mb: list[float]
    files_mb: float

    @property
    def total_mb(self) -> float:
        """What the service takes."""
        return sum(self.own_mb) + self.files_mb


def own_mb(pid: int) -> float:
    """The proportional size of what a process holds that is not in a file."""
    (kilobytes,) = PSS.findall(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    return int(kilobytes) / 1024


def files_of(pid: int) -> Counter[str]:
    """Megabytes of each file that a process has in memory unchanged."""
    held, name = Counter[str](), ""
    for line in Path(f"/proc/{pid}/smaps").read_text("utf-8").splitlines():
        if mapping := MAPPING.match(line):
            name = mapping[2] if mapping[1] != "0" else ""
        elif name and (clean := CLEAN.match(line)):
            held[name] += int(clean[1]) / 1024  # type: ignore[assignment] # megabytes are no whole numbers
    return held


def files_mb(pids: list[int]) -> float:
    """The files of all, each as large as in the process that has most of it: workers begin with what the master has."""
    held = Counter[str]()
    for pid in pids:
        held |= files_of(pid)
    return float(sum(held.values()))


def start(workers: int) -> tuple[subprocess.Popen[bytes], int]:
    """The service as it is shipped, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WORKERS": str(workers), "LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "gunicorn", "--config", "webapp/gunicorn_conf.py", "webapp:create_app()"]
    return subprocess.Popen(command, cwd=ROOT, env=environment), port  # noqa: S603 - our own server


def ask(connection: http.client.HTTPConnection, path: str) -> None:
    """Fetch a page and throw it away."""
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path} answers {answer.status}")


def await_first_page(process: subprocess.Popen[bytes], port: int) -> None:
    """Ask until there is an answer. Raises: ConnectionRefusedError if the service has ended."""
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                return ask(connection, "/")
        except OSError:
            if process.poll() is not None:
                raise
            time.sleep(0.02)


def ask_every_worker(port: int, pids: list[int]) -> None:
    """All pages over connections that are kept, as many as it takes until each worker has one."""
    with ExitStack() as stack:
        while not all(any(each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED
                          for each in psutil.Process(pid).net_connections("tcp")) for pid in pids):  # fmt: skip
            connection = stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)))
            for path in PATHS:
                ask(connection, path)


def measure(workers: int = 3) -> Measured:
    """Start the service, ask every worker for every page, and look at its processes."""
    begun = time.monotonic()
    process, port = start(workers)
    try:
        await_first_page(process, port)
        cold_s, master = time.monotonic() - begun, psutil.Process(process.pid)
        cpu_s = sum(sum(each.cpu_times()[:2]) for each in (master, *master.children()))
        while len(master.children()) < workers:
            time.sleep(0.02)
        pids = [process.pid, *(child.pid for child in master.children())]
        ask_every_worker(port, pids[1:])
        return Measured(cold_s, cpu_s, [own_mb(pid) for pid in pids], files_mb(pids))
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    """Print both; the parts first."""
    found = measure()
    own = " + ".join(f"{size:.0f}" for size in found.own_mb)
    print(f"cold start to the first page: {found.cold_s:.2f} s, {found.cpu_s:.2f} s of processors")
    print(f"PSS: {own} (master and workers) + {found.files_mb:.0f} (files) = {found.total_mb:.0f} MB")


if __name__ == "__main__":
    main()
