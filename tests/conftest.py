"""Fixtures: the service over the real embedded data, a live server for browsers, and Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

from indicators.ingest import load
from indicators.training import load_training
from tests.postgres import Server, lacking
from tests.stores import ENGINES, Stores
from tests.webapp.served import free_port
from webapp import assets, create_app, db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-quic")  # fmt: skip


LONGEST = (
    *("test_schemathesis.py", "test_consistency.py", "test_reports.py", "test_map_layers.py", "test_exports.py"),
    *("test_batch.py", "test_accessibility.py", "test_release.py", "test_keyboard.py", "test_limits.py"),
)
"""Files that take longest come first, so that none is left over while other processes have nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file the order stays."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def over(url: str, **settings: Any) -> Flask:
    """The app over a store that is there already."""
    assets.build_assets()
    return create_app({"TESTING": True, "DATABASE_URL": url, **settings})


def close(app: Flask) -> None:
    """Let go of the app's store."""
    for name in ("engine", "reader"):
        app.extensions[name].dispose()


def prepared(path: Path, fill: Callable[[Session], object] = load) -> Flask:
    """The app over a new store at `path` with the embedded data, or with what `fill` puts there."""
    app = over(f"sqlite:///{path}")
    engine = app.extensions["engine"]
    db.migrate(engine)
    with Session(engine) as session:
        fill(session)
    return app


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service with the figures that the repository ships."""
    app = prepared(tmp_path_factory.mktemp("store") / "hanoi.db")
    yield app
    close(app)


@pytest.fixture(scope="session")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service with synthetic figures, every table full."""
    app = prepared(tmp_path_factory.mktemp("training") / "demo.db", load_training)
    yield app
    close(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app, without a network."""
    return app.test_client()


def _whole(app: Flask) -> WSGIApplication:
    """The app, each answer read and closed before a byte is sent: werkzeug's server leaves an answer, and the file
    behind it, open where the browser has gone meanwhile."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(app, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return body

    return answer


def serve(app: Flask) -> Iterator[str]:
    """The address of the app, served from a thread until the caller is done."""
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """The address of the real app."""
    yield from serve(app)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; tests that need one are skipped where there is none, unless REQUIRE_POSTGRES=1."""
    reason = lacking()
    if reason and os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def postgres_stores(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"), postgres)


@pytest.fixture(scope="session", params=ENGINES)
def stores(request: pytest.FixtureRequest) -> Stores:
    """Stores of each engine in turn: what uses this runs on all of them."""
    names = {"sqlite": "sqlite_stores", "postgresql": "postgres_stores"}
    lent: Stores = request.getfixturevalue(names[request.param])
    return lent


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; tests that need one are skipped where there is none, unless REQUIRE_BROWSER=1."""
    if CHROMIUM is None:
        message = "No Chromium on this machine (Debian: apt-get install chromium)."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def watch(page: Page, address: str) -> list[str]:
    """Collects console errors, uncaught exceptions and requests to any other host."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"exception: {error}"))

    def check(url: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            faults.append(f"foreign request: {url}")

    page.on("request", lambda request: check(request.url))
    return faults


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page at 1440 × 900 that must end without console errors or foreign requests."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN", base_url=address)
    opened = context.new_page()
    faults = watch(opened, address)
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Address and process of a Redis; skipped with a reason where there is none, unless REQUIRE_REDIS=1."""
    program = shutil.which("redis-server")
    if program is None:
        message = "No Redis on this machine (Debian: apt-get install redis-server)."
        if os.environ.get("REQUIRE_REDIS") == "1":
            pytest.fail(message)
        pytest.skip(message)
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url, end = f"redis://127.0.0.1:{port}/0", time.monotonic() + 20
    while time.monotonic() < end:
        with redis.Redis.from_url(url) as client:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
    yield url, process
    process.kill()
    process.wait()
