"""The shipped configuration in a real nginx in front of a real gunicorn; only addresses and folders are changed."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import prepared
from tests.webapp.fronted import nginx
from tests.webapp.served import Served, gunicorn
from webapp import assets


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("nginx")
    prepared(folder / "store.db").extensions["engine"].dispose()
    started = gunicorn(str(folder / "log"), f"sqlite:///{folder / 'store.db'}", TRUSTED_PROXIES="1")
    with started as behind, nginx(folder, behind) as served:
        yield served


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
