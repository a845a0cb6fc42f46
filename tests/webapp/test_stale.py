"""An import shows at the very next request on every worker: three real ones, and one connection kept to each.

After each commit all three are asked at once, with the tag of what they answered last: an older figure or a 304 would
be stale. Two planted faults show first that the harness sees them.
"""

from __future__ import annotations

import csv
import http.client
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from indicators.intake.importing import apply_plan, plan_import
from indicators.intake.reading import Wish
from tests.stores import Stores
from tests.webapp.served import Served, gunicorn
from webapp.engines import open_engine
from webapp.settings import ROOT
from webapp.today import today

WORKERS = 3
MOST_CONNECTIONS = 300
"""So many are opened in search of one to each worker; which of them takes a connection is left to the kernel."""
PEOPLE = count(900_001)
"""Ba Đình has one more with every import."""
YEARS = (2018, 2022)
"""The one that most districts have figures of, which a collection shows, and the last one."""
HEADER = "indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id"

Read = Callable[[str], float]
ASKED = "indicator=population&edition=2024&level=district&period=2022"


def after(pattern: str) -> Read:
    """Reads the number that follows a pattern, with or without a point after the thousands."""

    def read(text: str) -> float:
        found = re.search(rf"{pattern}([\d.]+)", text, re.DOTALL)
        assert found, (pattern, text[:500])
        return float(found[1].removesuffix(".0").replace(".", ""))

    return read


def in_row(**where: str) -> Read:
    """Reads the value of the first row of a CSV in which all columns are as given."""

    def read(text: str) -> float:
        rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        return next(float(row["value"]) for row in rows if where.items() <= row.items())

    return read


ADDRESSES: dict[str, Read] = {
    f"/api/v1/values?{ASKED}": after(r'"code":\s*"001".*?"value":\s*'),
    f"/map/population.json?{ASKED[21:]}": after(r'"value":\s*\['),
    f"/api/v1/values.csv?{ASKED}": in_row(code="001"),
    "/areas/2024/001.csv": in_row(indicator="population", stratum="all", period="2022"),
    "/ogc/collections/population.2024.district/items/001?f=json": after(r'"value":\s*'),
    f"/map/population?{ASKED[21:]}": after(r'Ba Đình</th><td class="r">'),
}
"""Where the figure is read, and how: API, map, files, OGC, page."""

PLANTED = """
import os
from flask import request
from webapp import cache, create_app, db
read, kept = db.data_version, {}

def fault():
    return request.headers.get("X-Fault")

def version_of_data():
    return kept.setdefault("version", read()) if fault() == "kept" else read()

def version_in_the_key():
    return 1 if fault() == "not in the key" else version_of_data()

def build():
    db.data_version, cache.data_version = version_of_data, version_in_the_key
    app = create_app()
    app.after_request(lambda answer: answer.headers.add("X-Process", str(os.getpid())) or answer)
    return app
"""
"""The service, whose answers name their process. A request may ask for a fault: a version that is kept in the process,
or one that is not in the key of ready answers."""


class Reader:
    """A connection that is kept, and so always reaches the same worker, with the tags of its last answers."""

    def __init__(self, served: Served) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        self._tags: dict[str, str] = {}
        self.ask("/healthz")
        self.process = self.answer("/healthz")[2]

    def ask(self, path: str, fault: str = "") -> None:
        tag = self._tags.get(path)
        self._connection.request("GET", path, headers={"X-Fault": fault} | ({"If-None-Match": tag} if tag else {}))

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, text and process of the answer to what was asked."""
        found = self._connection.getresponse()
        text = found.read().decode()
        self._tags[path] = found.getheader("ETag") or ""
        return found.status, text, found.getheader("X-Process") or ""

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Service:
    """A store, readers of each worker that serves it, and a folder for files to import."""

    url: str
    readers: list[Reader]
    folder: Path


@contextmanager
def connected(served: Served) -> Iterator[list[Reader]]:
    """One reader of each worker."""
    opened: list[Reader] = []
    try:
        while len({each.process for each in opened}) < WORKERS:
            assert len(opened) < MOST_CONNECTIONS, "not every worker takes connections"
            opened.append(Reader(served))
        yield list({each.process: each for each in opened}.values())
    finally:
        for each in opened:
            each.close()


@pytest.fixture(scope="module")
def service(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Three workers over a store of each engine in turn."""
    folder = tmp_path_factory.mktemp("stale")
    (folder / "planted.py").write_text(PLANTED, "utf-8")
    settings = {"WORKERS": str(WORKERS), "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    with (
        stores.lend("embedded") as url,
        gunicorn(str(folder / "log"), url, "--keep-alive", "600", app="planted:build()", **settings) as served,
        connected(served) as readers,
    ):
        yield Service(url, readers, folder)


def take_in(session: Session, path: Path, people: int) -> None:
    """Import a file that gives Ba Đình so many people in both years that the addresses show."""
    rows = [f"population,2024,district,001,{year},all,{people},persons,final,danviet-6bbf6c" for year in YEARS]
    path.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    plan = plan_import(session, path, Wish(), today())
    apply_plan(session, plan, "Lan", {warning.rule: "seen" for warning in plan.warnings})


def count_stale(service: Service, answers: int, paths: Iterable[str], fault: str = "") -> tuple[int, int]:
    """How many answers of the first after each import were stale, and how many were asked for."""
    engine, turns, stale, asked = open_engine(service.url), cycle(paths), 0, 0
    while asked < answers:
        people = next(PEOPLE)
        with Session(engine) as session:
            take_in(session, service.folder / "people.csv", people)
        path = next(turns)
        for reader in service.readers:
            reader.ask(path, fault)
        for reader in service.readers:
            status, text, _process = reader.answer(path)
            assert status in (200, 304), (path, status, text)
            stale += status == 304 or ADDRESSES[path](text) != people
            asked += 1
    engine.dispose()
    return stale, asked


@pytest.mark.parametrize("fault", ["kept", "not in the key"])
def test_a_service_that_goes_on_with_an_old_version_is_caught(service: Service, fault: str) -> None:
    """The harness against both faults that it looks for: the first answers are right, the second ones are not."""
    assert count_stale(service, 2 * WORKERS, [next(iter(ADDRESSES))], fault) == (WORKERS, 2 * WORKERS)


@pytest.mark.parametrize("answers", [36, pytest.param(1_000, marks=pytest.mark.soak)])
def test_no_answer_after_an_import_is_stale(service: Service, answers: int) -> None:
    assert len({reader.process for reader in service.readers}) == WORKERS
    stale, asked = count_stale(service, answers, ADDRESSES)
    assert asked >= answers
    assert stale == 0
