"""Every server of the comparison: how it is started, and how long until it answers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError

from webapp.assets import BUILT
from webapp.settings import ROOT

OWN = ROOT / ".venv/bin"
PEERS = ROOT / ".venv-bench/bin"
WORKERS = 2
"""Processes of each server, one for each core of the machine."""

PATIENCE_S = 60


class NotStarted(Exception):
    """A server that does not come up; says what it wrote."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A process listening on `port`; `ready` is the path that answers 200 once it serves."""

    name: str
    command: list[str]
    ready: str
    port: int = field(default_factory=free_port)
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    cold_start_s: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        """Start it and wait for the first answer. Raises NotStarted with the end of what it wrote."""
        command = [part.replace("{port}", str(self.port)) for part in self.command]
        log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        begun = time.monotonic()
        given = {name: text.replace("{port}", str(self.port)) for name, text in self.environment.items()}
        self.process = subprocess.Popen(  # noqa: S603 - our own list
            command, env={**os.environ, **given}, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
        )
        while not answers(self.address + self.ready):
            if self.process.poll() is not None or time.monotonic() - begun > PATIENCE_S:
                log.seek(0)
                raise NotStarted(f"{self.name}: {log.read()[-1500:].decode(errors='replace')}")
            time.sleep(0.02)
        self.cold_start_s = time.monotonic() - begun
        return self

    def stop(self) -> None:
        """End the process and its children."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, 15)
            self.process.wait(30)


def answers(url: str) -> bool:
    """Whether the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - our own addresses
            return bool(response.status == 200)
    except (HTTPError, URLError, OSError):
        return False


def gunicorn(app: str) -> list[str]:
    """A peer's Flask app as one would run it."""
    return [str(PEERS / "gunicorn"), "-b", "127.0.0.1:{port}", "-w", str(WORKERS), "--preload", app]


def service(store: str) -> Server:
    """This service by its own gunicorn settings, over a copy of the store."""
    command = [str(OWN / "gunicorn"), "--config", "webapp/gunicorn_conf.py", "webapp:create_app()"]
    settings = {"PORT": "{port}", "WORKERS": str(WORKERS), "DATABASE_URL": store, "LOG_LEVEL": "warning"}
    return Server("this service", command, "/healthz", environment=settings)


def naive(folder: Path) -> Server:
    """Flask with Folium and GeoPandas, nothing kept between requests."""
    return Server("naive Flask", gunicorn(f"benchmarks.peers.naive:create('{folder}')"), "/values")


def datasette(folder: Path) -> Server:
    """Datasette over an immutable SQLite file."""
    command = [str(PEERS / "datasette"), "serve", "-i", "units.db", "-p", "{port}", "-h", "127.0.0.1"]
    return Server("Datasette", command, "/units.json", folder=folder)


def pygeoapi(folder: Path) -> Server:
    """pygeoapi with its GeoJSON provider."""
    server = Server("pygeoapi", gunicorn("pygeoapi.flask_app:APP"), "/?f=json", folder=folder)
    config = (Path(__file__).parent / "pygeoapi.yml").read_text("utf-8")
    (folder / "pygeoapi.yml").write_text(
        config.replace("{port}", str(server.port)).replace("{units}", str(folder / "units.geojson")), "utf-8"
    )
    names = {"PYGEOAPI_CONFIG": str(folder / "pygeoapi.yml"), "PYGEOAPI_OPENAPI": str(folder / "openapi.yml")}
    command = [str(PEERS / "pygeoapi"), "openapi", "generate", names["PYGEOAPI_CONFIG"]]
    command += ["--output-file", names["PYGEOAPI_OPENAPI"]]
    subprocess.run(command, env={**os.environ, **names}, check=True, capture_output=True)  # noqa: S603 - our own list
    server.environment = names
    return server


def tipg(url: str) -> Server:
    """tipg over a PostGIS table; `url` is a PostgreSQL address."""
    command = [
        str(PEERS / "uvicorn"),
        "tipg.main:app",
        "--port",
        "{port}",
        "--workers",
        str(WORKERS),
        "--no-access-log",
    ]
    return Server("tipg", command, "/collections/public.units", environment={"DATABASE_URL": url})


NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def nginx(name: str, folder: Path, site: str, ready: str) -> Server:
    """nginx with one site (`{port}` in it is replaced) and nothing else, from a folder of its own."""
    server = Server(name, [], ready)
    place = folder / name.replace(" ", "-")
    place.mkdir()
    config = place / "nginx.conf"
    config.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; worker_processes {WORKERS};\n"
        f"pid {place}/pid; error_log {place}/error.log;\n"
        "events { worker_connections 512; }\n"
        "http { include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;\n"
        + site.replace("{port}", str(server.port)).replace("{place}", str(place))
        + "\n}\n",
        "utf-8",
    )
    server.command = [NGINX, "-p", str(place), "-c", str(config)]
    return server


def shipped_site(port: int) -> str:
    """The shipped site with this machine's addresses and folders. Raises NotStarted where it lacks one of them."""
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    here = {
        "listen 80;": "listen 127.0.0.1:{port};",
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "/var/cache/nginx/hanoi": "{place}/cache",
        "/opt/hanoi/instance/static": str(BUILT),
    }
    lacking = [text for text in here if text not in site]
    if lacking:
        raise NotStarted(f"deploy/nginx.conf has no {', '.join(lacking)}")
    for text, local in here.items():
        site = site.replace(text, local)
    return site
