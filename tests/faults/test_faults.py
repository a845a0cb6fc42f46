"""A store, a process, memory or a file fails under readers: one service for all, which is whole again after each.

The harness is first shown to catch a service that fails in the two ways it looks for.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest
from sqlalchemy.orm import Session

from indicators.entering import enter_figures
from indicators.history import read_current
from tests.boundaries.imports.province import layer
from tests.conftest import close, prepared
from tests.faults.readers import PATIENCE_S, RECOVERY_S, Readers, Service, gather, kill_amid_request, recovered, serving
from tests.webapp.test_boundary_crash import OPTIONS
from webapp import create_app

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

SHOWN = 24_680.135
"""People for a square kilometre of Ba Đình in `FIGURE`, as no other number of the store is written."""
KEY = ("indicator_id", "edition_id", "area_code", "period")
FIGURE = ("population_density", "2024", "001", "2022")
VALUES = "/api/v1/values?indicator=population_density&edition=2024&level=district&period=2022"
SHAPES = "/download/values.geojson?indicator=area_km2&edition=mau&level=commune"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def sound(folder: Path) -> Path:
    """A loaded store that is only copied, with `SHOWN` and an imported edition, whose layers lie beside it."""
    path = folder / "sound.db"
    app = prepared(path)
    app.config["LAYERS_DIR"] = str(folder / "layers")
    with Session(app.extensions["engine"]) as session, session.begin():
        row = next(row for row in read_current(session) if tuple(row[name] for name in KEY) == FIGURE)
        enter_figures(session, [{**row, "value": SHOWN}], "file", "0" * 64, "Lan")
    layer().to_file(folder / "province.gpkg", driver="GPKG")
    done = app.test_cli_runner().invoke(args=["boundaries", "import", str(folder / "province.gpkg"), *OPTIONS])
    assert done.exit_code == 0, done.output
    close(app)
    gather(path)
    return path


@pytest.fixture(scope="module")
def running(folder: Path, sound: Path) -> Iterator[Service]:
    store = Path(shutil.copyfile(sound, folder / "store.db"))
    with serving(folder, f"sqlite:///{store}", LAYERS_DIR=str(folder / "layers"), WORKER_MB="512") as served:
        yield Service(served, store, sound)


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The service, which is whole again afterwards."""
    yield running
    running.put_back()
    recovered(running.served)


def counted(few: int, all_of_them: int) -> list[Any]:
    """How often, and within how many seconds the service must be ready again: for `make test` and for `make soak`."""
    return [(few, PATIENCE_S), pytest.param(all_of_them, RECOVERY_S, marks=pytest.mark.soak)]


def test_the_harness_catches_a_service_that_fails(tmp_path: Path) -> None:
    with serving(tmp_path, f"sqlite:///{tmp_path / 'none.db'}", "planted:app", MUTANT) as served:
        with Readers(served) as readers:
            readers.see(500, 5)
            readers.see(200, 1)
        with pytest.raises(AssertionError, match="not ready"):
            recovered(served, within_s=1)
    assert any(fault.endswith("a traceback") for fault in readers.faults)
    assert any(fault.endswith("500") for fault in readers.faults)


def test_a_store_locked_by_another_process_is_read_on(service: Service) -> None:
    holder = sqlite3.connect(service.store)
    holder.execute("BEGIN EXCLUSIVE")
    with Readers(service.served) as readers:
        readers.see(200, 50)
    holder.rollback()
    holder.close()
    assert readers.faults == []
    assert set(readers.statuses) == {200}


@pytest.mark.parametrize(("kills", "within_s"), counted(3, 100))
def test_a_killed_worker_is_replaced_while_others_answer(service: Service, kills: int, within_s: float) -> None:
    """It is killed amid a request, whose reader sees the connection end; nobody else sees anything."""
    with Readers(service.served) as readers:
        for _ in range(kills):
            kill_amid_request(service.served)
            recovered(service.served, within_s)
        readers.see(200, 10)
    assert readers.faults == []
    assert readers.statuses[200] > kills


@pytest.mark.parametrize(("kills", "within_s"), counted(2, 100))
def test_a_worker_killed_at_any_moment_is_replaced(service: Service, kills: int, within_s: float) -> None:
    """Any of them, whatever it does: what it was about to answer is lost, and all others are there again."""
    chance = random.Random(7)
    [master] = [each for each in psutil.Process().children() if "planted:build()" in each.cmdline()]
    with Readers(service.served) as readers:
        for _ in range(kills):
            chance.choice(master.children()).send_signal(signal.SIGKILL)
            recovered(service.served, within_s)
        readers.see(200, 10)
    assert readers.faults == []
    assert readers.statuses[200] > kills


def test_a_request_that_takes_all_memory_gets_503_and_the_others_their_answers(service: Service) -> None:
    with Readers(service.served) as readers:
        for _ in range(3):
            status, headers = service.served.get("/eats", wait_s=60)
            assert (status, headers["retry-after"]) == (503, "5")
        readers.see(200, 20)
    assert readers.faults == []
    assert set(readers.statuses) == {200}
    assert "out of memory at /eats" in service.served.said()


def content(path: Path) -> list[str]:
    """All rows of a store, by SQLite's own means. Not the words by which its tables were made: a letter of `NOT NULL`
    that turns there changes no answer, and `flask db check` compares the structure."""
    store = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return [line for line in store.iterdump() if not line.startswith("CREATE ")]
    finally:
        store.close()


@pytest.mark.parametrize(("flips", "within_s"), counted(6, 200))
def test_a_flipped_bit_is_noticed_or_changes_nothing(service: Service, flips: int, within_s: float) -> None:
    chance, noticed, before = random.Random(200), 0, content(service.sound)
    size = service.sound.stat().st_size
    with Readers(service.served) as readers:
        for _ in range(flips):
            flip(service.store, chance.randrange(size), 1 << chance.randrange(8))
            status, headers = service.served.get("/board")
            if status == 503:
                assert headers["retry-after"] == "5"
                noticed += 1
            else:
                assert status == 200
                assert content(service.store) == before
            service.put_back()
            recovered(service.served, within_s)
    assert readers.faults == []
    assert noticed  # a flip in space that is not used changes nothing


def flip(path: Path, position: int, mask: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        (byte,) = file.read(1)
        file.seek(position)
        file.write(bytes([byte ^ mask]))


def test_a_figure_that_one_bit_made_another_is_not_shown(service: Service) -> None:
    """24,680.135 becomes 24,681.135; SQLite finds the file sound, and only the hash of the figure tells."""
    file = service.store.read_bytes()
    [position] = [place for place in range(len(file)) if file.startswith(struct.pack(">d", SHOWN), place)]
    assert str(SHOWN) in read(service, VALUES)
    flip(service.store, position + 3, 1 << 6)
    with sqlite3.connect(service.store) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    store.close()
    for path in (VALUES, "/board", "/areas/2024/001", "/areas/2024/001.csv"):
        assert service.served.get(path)[0] == 503, path
    assert service.served.get("/readyz")[0] == 503
    assert service.served.get("/healthz")[0] == 200
    assert "✗ content: Figures that batch 1 entered were altered" in run(service, "doctor", status=1)


def test_a_truncated_store_is_refused_until_it_is_restored(service: Service) -> None:
    with Readers(service.served) as readers:
        os.truncate(service.store, service.store.stat().st_size // 2)
        assert service.served.get("/areas")[0] == 503
        assert service.served.get("/healthz")[0] == 200
        run(service, "db", "restore", str(service.sound))
        recovered(service.served)
    assert readers.faults == []
    assert "does not fit its hashes" in service.served.said()


def run(service: Service, *command: str, status: int = 0) -> str:
    """What a command of the service prints."""
    app = create_app({"DATABASE_URL": f"sqlite:///{service.store}"})
    done = app.test_cli_runner().invoke(args=command)
    close(app)
    assert done.exit_code == status, done.output
    return done.output


def read(service: Service, path: str) -> str:
    """The text of an answer."""
    with urlopen(f"http://127.0.0.1:{service.served.port}{path}") as answer:
        return str(answer.read().decode())


def address_of(path: Path) -> str:
    """Where a layer file is served: by the hash of what is in it."""
    return f"/geometry/{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.topojson"


HARMS: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "altered": lambda path: flip(path, path.stat().st_size // 2, 1),
}


@pytest.mark.parametrize("part", [False, True])
@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_layer_is_not_served_and_is_named(service: Service, folder: Path, harm: str, part: bool) -> None:
    """The layer of the imported edition, or the part that its map shows: 503 until it is put back, and all else 200."""
    [lies] = folder.glob("layers/*/mau.*/commune/091.topojson" if part else "layers/*/mau.*/layer.topojson")
    address, kept = address_of(lies), shutil.copy2(lies, folder / "kept")
    HARMS[harm](lies)
    try:
        with Readers(service.served) as readers:
            for path, encoding in ((address, "br"), (address, "identity"), (SHAPES, "br")):
                status, headers = service.served.get(path, {"Accept-Encoding": encoding})
                assert (status, headers["retry-after"], headers["cache-control"]) == (503, "5", "no-store"), path
            assert "✗ layers" in run(service, "doctor", status=1)
            readers.see(200, 10)
    finally:
        shutil.copy2(kept, lies)
    assert set(readers.statuses) == {200}
    assert service.served.get(address)[0] == 200


def test_a_packed_layer_that_is_damaged_gives_way_to_the_plain_one(service: Service, folder: Path) -> None:
    [packed] = folder.glob("layers/*/mau.*/layer.topojson.br")
    address = address_of(packed.with_suffix(""))
    assert service.served.get(address, {"Accept-Encoding": "br"})[1]["content-encoding"] == "br"
    flip(packed, packed.stat().st_size // 2, 1)
    status, headers = service.served.get(address, {"Accept-Encoding": "br"})
    assert (status, "content-encoding" in headers) == (200, False)
    flip(packed, packed.stat().st_size // 2, 1)
