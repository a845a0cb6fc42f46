"""The shipped nginx.conf in a real nginx in front of real services; only addresses and folders are changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.webapp.served import Served, free_port
from webapp import assets
from webapp.settings import ROOT

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
UPSTREAM = "    server 127.0.0.1:8000 max_fails=3 fail_timeout=5s;\n"
CLIENT = "X-Test-Client"
"""Header by which a test says from which address it comes, since limits spare the machine itself."""


def need_nginx() -> str:
    """The program; the test is skipped where there is none, unless REQUIRE_NGINX=1."""
    message = "No nginx on this machine (Debian: apt-get install nginx-light)."
    if NGINX is None and os.environ.get("REQUIRE_NGINX") == "1":
        pytest.fail(message)
    if NGINX is None:
        pytest.skip(message)
    return NGINX


@contextmanager
def nginx(folder: Path, *behind: Served) -> Iterator[Served]:
    """nginx in front of one service or several, until the caller is done; nginx itself has tested the configuration."""
    program, port = need_nginx(), free_port()
    folder.chmod(0o755)
    command = [program, "-p", str(folder), "-c", str(_configure(folder, port, behind))]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        served = Served(port, str(folder / "error"), process.pid)
        _wait(served)
        yield served
        process.terminate()


def _configure(folder: Path, port: int, behind: tuple[Served, ...]) -> Path:
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    servers = "".join(UPSTREAM.replace("127.0.0.1:8000", f"127.0.0.1:{each.port}") for each in behind)
    changes = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        UPSTREAM: servers,
        "/opt/hanoi/instance/static": str(assets.BUILT),
        "/var/cache/nginx/hanoi": str(folder / "cache"),
    }
    for shipped, ours in changes.items():
        assert shipped in site
        site = site.replace(shipped, ours)
    (folder / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    main = f"{user} pid {folder}/pid; error_log {folder}/error; daemon off; events {{}}\n"
    main += (
        f"http {{ access_log off; set_real_ip_from 127.0.0.1; real_ip_header {CLIENT}; include {folder}/site.conf; }}\n"
    )
    path = folder / "nginx.conf"
    path.write_text(main, "utf-8")
    return path


def _wait(served: Served, patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            served.get("/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(served.said())
