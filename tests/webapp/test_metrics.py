"""Metrics and logs of a real gunicorn with three processes."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator

import pytest

from tests.conftest import prepared
from tests.webapp.served import Served, free_port, gunicorn

ASKED = 30
FORGED = "/api/v1/none%0d%0a%7B%22event%22"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int]]:
    """The service behind one trusted proxy, and the port of its metrics."""
    folder, port = tmp_path_factory.mktemp("metrics"), free_port()
    prepared(folder / "store.db").extensions["engine"].dispose()
    settings = {"WORKERS": "3", "METRICS_ADDRESS": f"127.0.0.1:{port}", "TRUSTED_PROXIES": "1", "LOG_FORMAT": "json"}
    with gunicorn(str(folder / "log"), f"sqlite:///{folder / 'store.db'}", **settings) as running:
        yield running, port


def numbers(port: int) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def test_requests_of_all_processes_are_counted_together(served: tuple[Served, int]) -> None:
    running, port = served
    key = 'hanoi_requests_total{route="/api/v1/editions",status="200"}'
    before = numbers(port)
    for _ in range(ASKED):
        assert running.get("/api/v1/editions")[0] == 200
    after = numbers(port)
    assert after[key] - before.get(key, 0) == ASKED
    assert after['hanoi_request_seconds_bucket{le="+Inf",route="/api/v1/editions"}'] >= ASKED
    assert after["hanoi_data_version"] == 1
    assert after['hanoi_batches{kind="load"}'] == 1


def test_refusals_are_counted_by_reason(served: tuple[Served, int]) -> None:
    running, port = served
    before = numbers(port).get('hanoi_refusals_total{reason="parameter"}', 0)
    assert running.get("/api/v1/editions?x=1")[0] == 400
    assert numbers(port)['hanoi_refusals_total{reason="parameter"}'] == before + 1


def test_the_public_address_has_no_metrics_and_the_internal_one_nothing_else(served: tuple[Served, int]) -> None:
    running, port = served
    for host in ("localhost", f"127.0.0.1:{port}"):
        assert running.get("/metrics", {"Host": host})[0] == 404
    assert Served(port, running.log).get("/")[0] == 404


def test_each_line_is_one_object_and_says_nothing_of_who_asked(served: tuple[Served, int]) -> None:
    running, _port = served
    headers = {"X-Request-ID": "proxy-0123456789", "User-Agent": "secret-agent", "X-Forwarded-For": "203.0.113.9"}
    assert running.get("/search.json?q=bimat", headers)[1]["x-request-id"] == "proxy-0123456789"
    assert re.fullmatch("[0-9a-f]{32}", running.get("/", {"X-Request-ID": "a b"})[1]["x-request-id"])
    running.get(FORGED)
    said = running.said()
    lines = [json.loads(line) for line in said.splitlines()]
    (line,) = [each for each in lines if each.get("request") == "proxy-0123456789" and each["event"] == "answered"]
    assert line["method"] == "GET"
    assert not any(word in said for word in ("secret-agent", "203.0.113.9", "bimat"))


def test_an_export_and_a_refusal_have_a_line(served: tuple[Served, int]) -> None:
    running, _port = served
    assert running.get("/download/values.csv?indicator=ntm_title")[0] == 200
    assert running.get("/api/v1/editions?x=1")[0] == 400
    lines = [json.loads(line) for line in running.said().splitlines()]
    assert {"export", "refused"} <= {line["event"] for line in lines}
