"""How much a client may ask for: with a real Redis, with one that goes away, and against clients who mean no good."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.webapp.served import Served, free_port, gunicorn
from webapp import create_app
from webapp.limits import LONGEST_VALUE, MOST_FILES_AT_ONCE, MOST_PARAMETERS, client_id
from webapp.security import FIXED
from webapp.worker import HEAD_S

ABUSER, READER = "203.0.113.7", "198.51.100.20"
PATHS = {"pages": "/about", "api": "/api/v1/editions", "downloads": "/board.csv"}
LOW = {"RATE_PAGES": "3/minute", "RATE_API": "3/minute", "RATE_DOWNLOADS": "3/minute"}


def limited(app: Flask, **settings: Any) -> Flask:
    """The service over the same store with low limits."""
    return create_app({"DATABASE_URL": app.config["DATABASE_URL"], "SECRET_KEY": "k" * 32, **LOW, **settings})


def ask(client: FlaskClient, path: str, address: str = ABUSER, times: int = 1, **headers: str) -> list[int]:
    """The statuses of requests from an address."""
    return [
        client.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers).status_code for _ in range(times)
    ]


@pytest.mark.parametrize("kind", PATHS)
def test_each_kind_has_its_limit_and_each_client_its_own(app: Flask, kind: str) -> None:
    client = limited(app).test_client()
    assert ask(client, PATHS[kind], times=4) == [200, 200, 200, 429]
    assert ask(client, PATHS[kind], READER) == [200]
    for other in PATHS.keys() - {kind}:
        assert ask(client, PATHS[other]) == [200]


def test_a_refusal_says_when_to_come_back_in_the_form_of_its_reader(app: Flask) -> None:
    client, refused = limited(app).test_client(), {}
    for path in ("/en/about", "/about", "/api/v1/editions"):
        ask(client, path, times=3)
        refused[path] = client.get(path, environ_overrides={"REMOTE_ADDR": ABUSER})
        assert 0 < int(refused[path].headers["Retry-After"]) <= 61
        assert refused[path].headers["Cache-Control"] == "no-store"
    assert refused["/about"].mimetype == "text/html"
    assert "Quá nhiều yêu cầu" in refused["/about"].text
    assert "Too many requests" in refused["/en/about"].text
    problem = refused["/api/v1/editions"]
    assert problem.mimetype == "application/problem+json"
    assert problem.json
    assert (problem.json["status"], problem.json["limit"]) == (429, "3 per 1 minute")


def test_what_is_not_there_is_counted_too(app: Flask) -> None:
    assert ask(limited(app).test_client(), "/khong-co", times=4) == [404, 404, 404, 429]


def test_the_machine_itself_and_checks_of_health_are_not_counted(app: Flask) -> None:
    client = limited(app).test_client()
    assert set(ask(client, "/about", "127.0.0.1", 9) + ask(client, "/about", "::1", 9)) == {200}
    assert set(ask(client, "/healthz", times=9)) == {200}


def test_no_limit_where_a_setting_is_blank(app: Flask) -> None:
    assert set(ask(limited(app, RATE_PAGES="").test_client(), "/about", times=9)) == {200}


def test_a_made_up_forwarded_address_changes_nothing(app: Flask) -> None:
    """Without a trusted proxy it is ignored; behind one, only the entry that the proxy itself wrote counts."""
    for proxies, address in ((0, ABUSER), (1, "127.0.0.1")):
        client = limited(app, TRUSTED_PROXIES=proxies).test_client()
        statuses = [
            ask(client, "/about", address, **{"X-Forwarded-For": f"192.0.2.{n}, {ABUSER}"})[0] for n in range(4)
        ]
        assert statuses == [200, 200, 200, 429]


def test_a_proxy_that_nobody_declared_is_noticed_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for proxies, words in ((1, []), (0, ["Set it to the number of proxies."])):
        client = limited(app, TRUSTED_PROXIES=proxies).test_client()
        ask(client, "/about", "127.0.0.1", 3, **{"X-Forwarded-For": ABUSER})
        said = [record.getMessage() for record in caplog.records if "TRUSTED_PROXIES" in record.getMessage()]
        assert [text[text.index("Set it") :] for text in said] == words


def test_a_client_is_a_keyed_hash_and_a_network_of_ipv6_is_one(app: Flask) -> None:
    ids: dict[str, str] = {}
    for address in (ABUSER, f"::ffff:{ABUSER}", READER, "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"):
        with limited(app).test_request_context(environ_overrides={"REMOTE_ADDR": address}):
            ids[address] = client_id()
    assert ids[ABUSER] == ids[f"::ffff:{ABUSER}"] != ids[READER]
    assert ids["2001:db8::1"] == ids["2001:db8::ffff:1"] != ids["2001:db8:0:1::1"]
    with limited(app, SECRET_KEY="j" * 32).test_request_context(environ_overrides={"REMOTE_ADDR": ABUSER}):
        assert client_id() != ids[ABUSER]


def test_an_abusive_client_is_refused_before_anything_is_done_for_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a view nor the store is asked, and everybody else is answered as before."""
    served, asked = limited(app), []
    view = served.view_functions["sources.about"]
    monkeypatch.setitem(served.view_functions, "sources.about", lambda: (asked.append(request.remote_addr), view())[1])
    client = served.test_client()
    statements: list[str] = []

    def note(*call: Any) -> None:
        statements.append(call[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        ask(client, "/about", times=3)
        before = len(statements)
        assert before > 0
        assert set(ask(client, "/about", times=50)) == {429}
        assert len(statements) == before
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert ask(client, "/about", READER, 3) == [200] * 3
    assert asked == [ABUSER] * 3 + [READER] * 3


def test_files_for_one_client_are_made_two_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others' come meanwhile, and the client's next when one is ready."""
    served, release, begun = limited(app, RATE_DOWNLOADS=""), threading.Event(), threading.Semaphore(0)
    view = served.view_functions["board.table"]

    def slow() -> Any:
        if request.remote_addr == ABUSER:
            begun.release()
            assert release.wait(10)
        return view()

    monkeypatch.setitem(served.view_functions, "board.table", slow)
    with ThreadPoolExecutor(MOST_FILES_AT_ONCE) as pool:
        made = [pool.submit(ask, served.test_client(), "/board.csv") for _ in range(MOST_FILES_AT_ONCE)]
        for _ in made:
            assert begun.acquire(timeout=10)
        refused = served.test_client().get("/board.csv", environ_overrides={"REMOTE_ADDR": ABUSER})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert ask(served.test_client(), "/board.csv", READER) == [200]
        release.set()
        assert [done.result() for done in made] == [[200]] * MOST_FILES_AT_ONCE
    assert ask(served.test_client(), "/board.csv") == [200]


def test_parameters_are_bounded_in_number_length_and_repetition(app: Flask) -> None:
    client = app.test_client()
    many = "&".join(f"p{n}=1" for n in range(MOST_PARAMETERS + 1))
    long = "a" * (LONGEST_VALUE + 1)
    for query in (many, f"q={long}", "q=1&q=2", "q=%00", "q%00=1", "q=%0a"):
        assert client.get(f"/areas?{query}").status_code == 400, query
        assert client.get(f"/api/v1/search?{query}").mimetype == "application/problem+json"
    items = "/ogc/collections/2024.district/items"
    assert client.get(f"{items}?name={'a' * LONGEST_VALUE}").status_code == 200


def test_several_hosts_count_together_in_redis_and_keep_no_address_there(app: Flask, redis_server: Any) -> None:
    url, _process = redis_server
    hosts = [limited(app, REDIS_URL=url).test_client() for _ in range(2)]
    assert [ask(hosts[n % 2], "/about")[0] for n in range(4)] == [200, 200, 200, 429]
    with redis.Redis.from_url(url) as client:
        keys = [key.decode() for key in client.scan_iter()]
    assert keys
    assert not any(ABUSER in key for key in keys)


def test_without_redis_the_process_counts_and_the_log_says_so(
    app: Flask, redis_server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis dies after two requests: nobody gets a 500, and the limit holds still."""
    url, process = redis_server
    client = limited(app, REDIS_URL=url).test_client()
    assert ask(client, "/about", times=2) == [200, 200]
    process.kill()
    process.wait()
    assert ask(client, "/about", times=4) == [200, 200, 200, 429]
    assert "falling back to in-memory" in caplog.text


def test_a_redis_that_was_never_there_hinders_nobody(app: Flask) -> None:
    client = limited(app, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0").test_client()
    assert ask(client, "/about", times=4) == [200, 200, 200, 429]


@pytest.fixture(scope="module")
def served(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """gunicorn with one process of two threads: the least that could be held."""
    log = str(tmp_path_factory.mktemp("served") / "log")
    with gunicorn(log, app.config["DATABASE_URL"], WORKERS="1", THREADS="2", TRUSTED_PROXIES="1", **LOW) as running:
        yield running


SLOW = (b"", b"G", b"GET /about HTTP/1.1\r\nHost: a\r\n", b"GET /about HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 3000,
        b"POST /about HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n1",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\n")  # fmt: skip
"""How requests begin that never end."""


@pytest.mark.parametrize("start", SLOW)
def test_slow_clients_hold_no_thread(served: Served, start: bytes) -> None:
    check_slow(served, start)


@pytest.mark.soak
def test_slow_clients_hold_the_threads_of_a_worker_that_does_not_gather_heads(app: Flask, tmp_path: Path) -> None:
    """The check bites: gunicorn's own threads are all held."""
    settings = {"WORKERS": "1", "THREADS": "2"}
    with gunicorn(str(tmp_path / "log"), app.config["DATABASE_URL"], "--worker-class", "gthread", "--timeout", "5",
                  **settings) as running, pytest.raises(TimeoutError):  # fmt: skip
        check_slow(running, SLOW[2])


def check_slow(served: Served, start: bytes) -> None:
    """Forty connections that stop in the midst, over two threads, and one that adds a byte now and then."""
    slow = [served.connect() for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(start)
        for byte in b"abc":
            assert served.get("/healthz", wait_s=4)[0] == 200
            if not start.startswith(b"POST"):
                slow[0].sendall(bytes([byte]))
    finally:
        for connection in slow:
            connection.close()


def test_a_head_that_does_not_come_ends_the_connection(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"GET /about HTTP/1.1\r\n")
        connection.settimeout(HEAD_S + 5)
        assert connection.recv(100) == b""


def test_clients_that_do_not_read_their_answers_hold_no_thread(served: Served) -> None:
    """What they asked for fits into the machine's buffers, or they are fewer than the threads."""
    unread = []
    for n in range(12):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", served.port))
        connection.sendall(f"GET /gazetteer.json?v={n} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        unread.append(connection)
    assert served.get("/healthz", wait_s=8)[0] == 200
    for connection in unread:
        connection.close()


def test_the_limit_holds_in_the_service_as_it_runs(served: Served) -> None:
    headers = {"X-Forwarded-For": f"192.0.2.1, {ABUSER}"}
    assert [served.get("/about", headers)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert served.get("/about", {"X-Forwarded-For": READER})[0] == 200
    assert served.get("/about", {"X-Forwarded-For": READER, "X-Forwarded-Proto": "https"})[1][
        "strict-transport-security"
    ]


def test_two_requests_in_one_packet_are_both_answered(served: Served) -> None:
    once = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with served.connect() as connection:
        connection.sendall(once + once.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        came = b""
        while data := connection.recv(65536):
            came += data
    assert came.count(b"HTTP/1.1 200 OK") == 2


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
AMBIGUOUS = (
    b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"Content-Length: +5\r\n\r\nhello",
    b"Content-Length: 5\r\n\r\nhello",
)


@pytest.mark.parametrize("rest", AMBIGUOUS)
def test_no_second_request_is_read_out_of_a_body(served: Served, rest: bytes) -> None:
    """Whatever the end of the body is taken to be: one refusal, and the connection ends."""
    with served.connect() as connection:
        connection.sendall(b"POST /about HTTP/1.1\r\nHost: a\r\n" + rest + SMUGGLED)
        came = b""
        while data := connection.recv(65536):
            came += data
    assert came.count(b"HTTP/1.1 ") == 1
    assert re.match(rb"HTTP/1.1 (400|413|501) ", came)


UNREADABLE = (
    (b"nonsense\r\n\r\n", 400),
    (b"GET /about HTTP/9.9\r\n\r\n", 400),
    (b"GET /about HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400),
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\n" + b"X-A: 1\r\n" * 60 + b"\r\n", 431),
    (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 40_000, 431),
)


@pytest.mark.parametrize(("request_bytes", "status"), UNREADABLE)
def test_what_cannot_be_read_is_refused_with_the_headers_of_every_answer(
    served: Served, request_bytes: bytes, status: int
) -> None:
    with served.connect() as connection:
        connection.sendall(request_bytes)
        came = b""
        while data := connection.recv(65536):
            came += data
    assert came.startswith(f"HTTP/1.1 {status} ".encode())
    for name in (*FIXED, "Content-Security-Policy"):
        assert f"\r\n{name}: ".encode() in came, name


def test_no_log_names_a_client(served: Served) -> None:
    """Neither that of one whose request cannot be read, nor any other."""
    with served.connect() as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    said = served.said()
    lines = [json.loads(line) for line in said.splitlines() if '"event": "refused"' in line]
    told = {(line["outcome"], line["status"], line["error"]) for line in lines if line["reason"] == "unreadable"}
    assert any(facts[:2] == ("refused", 400) and facts[2].startswith("InvalidRequest") for facts in told), told
    assert ABUSER not in said
    assert not re.search(r"127\.0\.0\.1(?!:\d+ in a browser|:\d+ \(\d+\)|:\d+\. )", said), said


PLANTED = """
import time
from webapp import create_app

def build():
    app = create_app()
    @app.get("/hangs")
    def hangs():
        time.sleep(600)
    @app.get("/eats")
    def eats():
        return str(len(bytearray(4 * 2**30)))
    return app
"""


def test_a_request_that_hangs_is_ended_and_one_that_eats_memory_gets_503(app: Flask, tmp_path: Path) -> None:
    """A process in which a request hangs is replaced, unaided; the memory of a process has an end."""
    (tmp_path / "planted.py").write_text(PLANTED, "utf-8")
    settings = {"REQUEST_SECONDS": "1", "WORKER_MB": "512", "WORKERS": "1", "PYTHONPATH": str(tmp_path)}
    with gunicorn(str(tmp_path / "log"), app.config["DATABASE_URL"], "--timeout", "2", app="planted:build()",
                  **settings) as running:  # fmt: skip
        status, headers = running.get("/eats")
        assert (status, headers["retry-after"]) == (503, "5")
        assert running.get("/about")[0] == 200
        with running.connect() as hanging:
            hanging.sendall(b"GET /hangs HTTP/1.1\r\nHost: a\r\n\r\n")
            assert running.get("/about")[0] == 200
            hanging.settimeout(20)
            assert hanging.recv(10) == b""
        assert running.get("/about", wait_s=20)[0] == 200
        assert "more than REQUEST_SECONDS" in running.said()
