"""The shipped configuration in a real nginx in front of a real gunicorn; only addresses and folders are changed."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import prepared
from tests.webapp.served import Served, free_port, gunicorn
from webapp import assets
from webapp.settings import ROOT

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="No nginx on this machine (Debian: apt-get install nginx-light).")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    folder.chmod(0o755)
    prepared(folder / "store.db").extensions["engine"].dispose()
    with gunicorn(str(folder / "log"), f"sqlite:///{folder / 'store.db'}", TRUSTED_PROXIES="1") as behind:
        site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
        changes = {"listen 80;": f"listen 127.0.0.1:{port};", "127.0.0.1:8000": f"127.0.0.1:{behind.port}",
                   "/opt/hanoi/instance/static": str(assets.BUILT),
                   "/var/cache/nginx/hanoi": str(folder / "cache")}  # fmt: skip
        for shipped, ours in changes.items():
            assert shipped in site
            site = site.replace(shipped, ours)
        (folder / "site.conf").write_text(site, "utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        main = f"{user} pid {folder}/pid; error_log {folder}/error; daemon off; events {{}}\n"
        main += f"http {{ access_log off; include {folder}/site.conf; }}\n"
        (folder / "nginx.conf").write_text(main, "utf-8")
        command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        served = Served(port, str(folder / "error"))
        _wait(served)
        yield served
        process.terminate()
        process.wait(10)


def _wait(served: Served) -> None:
    for _ in range(100):
        try:
            served.get("/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(served.said())


def test_pages_are_kept_for_a_second_with_their_headers(front: Served) -> None:
    states = [front.get("/", {"Accept-Encoding": "br"}) for _ in range(4)]
    assert [status for status, _ in states] == [200] * 4
    assert "HIT" in [headers["x-cache"] for _, headers in states]
    for _, headers in states:
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["content-encoding"] == "br"
        assert headers["etag"]
    assert len({headers["x-request-id"] for _, headers in states}) == 4
    time.sleep(2.1)
    assert front.get("/", {"Accept-Encoding": "br"})[1]["x-cache"] != "HIT"


def test_a_known_page_is_304(front: Served) -> None:
    tag = front.get("/areas")[1]["etag"]
    assert front.get("/areas", {"If-None-Match": tag})[0] == 304


def test_geometry_comes_compressed_from_the_disk(front: Served) -> None:
    path = assets.geometry("hanoi.topojson")
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200
    assert answer.getheader("X-Request-ID") is None, "nginx serves it by itself"
    assert body == Path(f"{assets.BUILT}{path}.gz").read_bytes()
    assert answer.getheader("Content-Encoding") == "gzip"
    assert answer.getheader("Content-Type", "").startswith("application/json")
    assert "immutable" in answer.getheader("Cache-Control", "")


def test_errors_are_not_kept(front: Served) -> None:
    for _ in range(2):
        status, headers = front.get("/api/v1/none")
        assert (status, headers["x-cache"]) == (404, "MISS")
