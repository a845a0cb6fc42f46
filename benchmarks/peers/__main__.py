"""Start all, check all, time all in turn, write: `python -m benchmarks.peers [--rounds N] [--seconds S]`."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks import memory
from benchmarks.peers import answers, dataset, importing, results, servers
from benchmarks.peers.dataset import Dataset
from benchmarks.peers.load import Burst, burst
from benchmarks.peers.network import enter_own_network
from benchmarks.peers.servers import NotStarted, Server
from tests.postgres import Server as PostgreSQL
from webapp.assets import geometry
from webapp.settings import ROOT


@dataclass
class Subject:
    """One address of one server: what is compared with it, and how its answer is checked."""

    operation: str
    server: Server
    path: str
    differs: Callable[[bytes, Dataset], str]
    size: int = 0
    wire: int = 0
    difference: str = ""
    bursts: list[Burst] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its whole address."""
        return self.server.address + self.path


def store_copy(folder: Path) -> str:
    """A copy of the prepared store, so that the import of the benchmark changes nothing."""
    kept = ROOT / "instance/hanoi.db"
    if not kept.exists():
        raise SystemExit("No store: run `flask prepare` first.")
    with sqlite3.connect(kept) as source, sqlite3.connect(folder / "store.db") as target:
        source.backup(target)
    return f"sqlite:///{folder / 'store.db'}"


def behind_nginx(service: Server, folder: Path) -> Server:
    """nginx with the shipped site in front of the service, as docs/operations.md sets it up."""
    return servers.nginx("nginx before it", folder, servers.shipped_site(service.port), "/healthz")


def static_files(folder: Path) -> Server:
    """nginx with the same bytes as files: nothing can be faster."""
    site = (
        f"server {{ listen 127.0.0.1:{{port}}; types {{ application/geo+json geojson; }} root {folder / 'served'}; }}"
    )
    return servers.nginx("nginx, files", folder, site, "/values.json")


def start(folder: Path, data: Dataset, stack: ExitStack, absent: list[str]) -> dict[str, Server]:
    """All servers by name; those that do not come up are told in `absent`."""
    running: dict[str, Server] = {}

    def launch(name: str, make: Callable[[], Server]) -> None:
        try:
            server = make().start()
        except (NotStarted, OSError, AssertionError) as error:
            absent.append(f"{name}: {' '.join(str(error).split())[-300:]}")
            return
        stack.callback(server.stop)
        running[name] = server

    def tipg() -> Server:
        postgres = PostgreSQL()
        stack.callback(postgres.close)
        name = postgres.create()
        dataset.write_postgis(postgres.url(name), data.features)
        return servers.tipg(f"postgresql://hanoi@{quote(str(postgres.folder), safe='')}/{name}")

    launch("service", lambda: servers.service(store_copy(folder)))
    launch("front", lambda: behind_nginx(running["service"], folder))
    launch("files", lambda: static_files(folder))
    launch("naive", lambda: servers.naive(folder))
    launch("datasette", lambda: servers.datasette(folder))
    launch("pygeoapi", lambda: servers.pygeoapi(folder))
    launch("tipg", tipg)
    return running


def subjects(running: dict[str, Server]) -> list[Subject]:
    """What is timed, by operation."""
    rows = answers.figures(lambda document: document)
    plan = (
        ("page", "service", dataset.PAGE, answers.page),
        ("page", "front", dataset.PAGE, answers.page),
        ("page", "files", "/page.html", answers.page),
        ("page", "naive", "/choropleth", answers.page),
        ("page", "naive", "/explore", answers.page),
        ("values", "service", dataset.VALUES, answers.columns),
        ("values", "front", dataset.VALUES, answers.columns),
        ("values", "files", "/values.json", answers.columns),
        ("values", "naive", "/values", rows),
        (
            "values",
            "datasette",
            "/units/figures.json?_size=1000&_shape=objects",
            answers.figures(lambda found: found["rows"]),
        ),
        ("items", "service", dataset.ITEMS, answers.geojson),
        ("items", "front", dataset.ITEMS, answers.geojson),
        ("items", "files", "/items.geojson", answers.geojson),
        ("items", "naive", "/items", answers.geojson),
        ("items", "datasette", "/units/units.json?_size=1000&_shape=objects", answers.datasette_rows),
        ("items", "pygeoapi", "/collections/units/items?limit=1000&f=json", answers.geojson),
        ("items", "tipg", "/collections/public.units/items?limit=1000&f=geojson", answers.geojson),
    )
    return [
        Subject(operation, running[name], path, differs) for operation, name, path, differs in plan if name in running
    ]


def check(found: list[Subject], data: Dataset) -> None:
    """Ask each once: its size, plain and as a browser gets it, and whether its answer is the same."""
    for subject in found:
        body = answers.fetch(subject.url)
        subject.size, subject.difference = len(body), subject.differs(body, data)
        subject.wire = answers.wire_size(subject.url)


def rounds(found: list[Subject], count: int, seconds: int) -> Iterator[str]:
    """Time all subjects in turn, `count` times, so that a slow moment of the machine falls on all."""
    for number in range(count):
        for subject in found:
            subject.bursts.append(burst(subject.url, seconds))
            rate = subject.bursts[-1].rate
            yield f"{number + 1}/{count} {subject.operation:7} {subject.server.name:16} {rate:10.1f}/s"


def main() -> None:
    """Run all and write the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=4)
    asked = options.parse_args()
    load_before, network = os.getloadavg()[0], enter_own_network()
    folder, absent = Path(tempfile.mkdtemp(prefix="hanoi-peers")), list[str]()
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        data = dataset.make(folder)
        running = start(folder, data, stack, absent)
        found = subjects(running)
        check(found, data)
        lines = answers.wire_size(running["service"].address + geometry(dataset.LAYER))
        for line in rounds(found, asked.rounds, asked.seconds):
            print(line, flush=True)
        under_import = importing.measure(running["service"], data, folder, asked.rounds)
    run = results.Run(found, absent, under_import, memory.measure(workers=3), load_before, network)
    results.write(run, lines, servers.WORKERS)


if __name__ == "__main__":
    main()
