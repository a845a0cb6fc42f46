"""The kind of worker that serves: threads that are given whole requests only.

gunicorn's own threads wait for the rest of a request's head, so that a few clients who send a byte now and then hold
them all. Here the worker's loop, which waits for any number of sockets at once, gathers each head; a thread gets it
when it is whole. A head must be there within `HEAD_S`, and a client that does not read its answer is left after
`SEND_S`. Connections end in the loop too: it waits for the client's end without holding up anybody, and nobody waits
for a body that no address takes. Each worker takes its share of the connections (`webapp/shares.py`). A request that
takes longer than the setting REQUEST_SECONDS makes the worker fall silent, and gunicorn replaces it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any

from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from webapp import metrics
from webapp.heap import give_back
from webapp.logs import log
from webapp.security import headers_for
from webapp.settings import read_settings
from webapp.shares import Shares

HEAD_S = 5
SEND_S = 30
LARGEST_HEAD = 32_768
LARGEST_REST = 1_048_576
"""Bytes of a refused body that are thrown away, so that a client who sends it all reads the refusal."""

LEFT_S = 0.005
"""How long a connection is left to a worker that has fewer; then whoever sees it takes it."""

LOOK_S = 0.001
"""How long until one who leaves connections to others looks again whether it still has more."""

GIVEN_BACK_S = 1.0
"""How long until a worker gives memory back again: it takes as long as two small answers."""

END = b"\r\n\r\n"


REFUSALS = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (ParseException, HTTPStatus.BAD_REQUEST),
)
"""What is answered to what gunicorn cannot read, the first that fits."""


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """Threads for whole requests; see the module."""

    shares = Shares()
    """Of all workers: made in the master, before any of them is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._place, self._turn, self._insists = self.shares.take_place(), 0.0, False
        super().__init__(*args, **kwargs)
        self._started: dict[TConn, float] = {}
        self._worked, self._given_back = False, 0.0
        self._longest_s = read_settings()["REQUEST_SECONDS"]

    @property
    def nr_conns(self) -> int:
        """Connections that are open; the other workers know the number too."""
        return self._connections

    @nr_conns.setter
    def nr_conns(self, number: int) -> None:
        self._connections = number
        self._tell()

    def _tell(self) -> None:
        """The other workers hear how many connections are open here, as long as more are taken."""
        if self.alive:
            self.shares.write(self._place, self._connections)
        else:
            self.shares.leave(self._place)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait for its first request; where there are too many, the one that has let us wait
        longest is dropped. One who has more than another leaves it to that one, for `LEFT_S`."""
        if not self._insists and self.shares.is_ahead(self._place):
            self.set_accept_enabled(False)
            self._turn = time.monotonic() + LEFT_S
            return
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        for option, seconds in ((socket.SO_SNDTIMEO, SEND_S), (socket.SO_RCVTIMEO, HEAD_S)):
            client.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections and self.pending_conns:
            self._drop(self.pending_conns[0])
        self._await_head(TConn(self.cfg, client, address, listener.getsockname()))

    def set_accept_enabled(self, enabled: bool) -> None:
        """Not while others have fewer, until it is our turn; then what still waits is taken in any case."""
        if enabled and self._turn:
            self._insists = self.shares.is_ahead(self._place)
            if self._insists and time.monotonic() < self._turn:
                return
        self._turn = 0.0
        super().set_accept_enabled(enabled)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait no longer than until we look again, and for nothing where we take what is there."""
        insisted = self._insists and not self._turn
        super().wait_for_and_dispatch_events(0.0 if insisted else min(timeout, LOOK_S) if self._turn else timeout)
        self._insists = False

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """The next request of a connection that was kept begins."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn)

    def finish_request(self, conn: TConn, future: Future[Any]) -> None:
        """Keep the connection for the next request, or wait for the client to end it."""
        if future.cancelled() or future.exception():
            super().finish_request(conn, future)
        elif not future.result():
            self._end(conn)
        elif rest := conn.parser.unreader.take_buffered():
            self._await_head(conn, rest)
        else:
            super().finish_request(conn, future)

    def _end(self, conn: TConn) -> None:
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
        else:
            self._await(conn, self._discard)

    def _await_head(self, conn: TConn, begun: bytes = b"") -> None:
        """Gather the head of the next request, of which a part may have come with the one before."""
        conn.head = bytearray(begun)
        conn.sock.setblocking(False)
        came = _receive(conn.sock)
        conn.head += came or b""
        if _is_whole(conn.head):
            self._begin(conn)
        elif came == b"":
            self.nr_conns -= 1
            conn.close()
        else:
            self._await(conn, self._read_head)

    def _await(self, conn: TConn, read: Callable[[TConn, socket.socket], None]) -> None:
        conn.sock.setblocking(False)
        conn.discarded = 0
        conn.timeout = time.monotonic() + HEAD_S
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(read, conn))

    def _discard(self, conn: TConn, client: socket.socket) -> None:
        came = _receive(client)
        if came is not None:
            conn.discarded += len(came)
            if not came or conn.discarded > LARGEST_REST:
                self._drop(conn)

    def _read_head(self, conn: TConn, client: socket.socket) -> None:
        came = _receive(client)
        conn.head += came or b""
        if came == b"":
            self._drop(conn)
        elif _is_whole(conn.head):
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self._begin(conn)

    def _begin(self, conn: TConn) -> None:
        """A whole head goes to a thread; one that is too large is refused here, for a thread would wait for its end."""
        if END in conn.head:
            conn.data_ready = True
            conn.init()
            conn.parser.unreader.unread(bytes(conn.head))
            self.enqueue_req(conn)
        else:
            self.handle_error(None, conn.sock, conn.client, LimitRequestHeaders("the head is too large"))
            self._end(conn)

    def _drop(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def handle(self, conn: TConn) -> Any:
        """Answer a request in a thread, and note since when."""
        self._worked, self._started[conn] = True, time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._started[conn]

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer one request; a connection whose client still has a body to send is not kept."""
        kept = super().handle_request(req, conn)
        body = any(name == "TRANSFER-ENCODING" or (name == "CONTENT-LENGTH" and value != "0")
                   for name, value in req.headers)  # fmt: skip
        return bool(kept) and not body

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what is no HTTP, or what failed outside the app, with the headers of every answer; the log does not
        name the client."""
        status = next((status for kind, status in REFUSALS if isinstance(exc, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            metrics.REFUSALS.labels("unreadable").inc()
            log("refused", outcome="refused", status=status.value, reason="unreadable", error=type(exc).__name__)
        else:
            self.log.exception("A request failed outside the app.")
        body = status.phrase.encode()
        headers = {"Connection": "close", "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
                   "Content-Length": str(len(body)), **headers_for({})}  # fmt: skip
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        with contextlib.suppress(OSError):
            client.sendall("\r\n".join(lines).encode() + END + body)

    def notify(self) -> None:
        """Tell gunicorn that all is well, unless a request hangs: gunicorn then puts another process in its place. At
        rest after work, give memory back."""
        self._tell()
        now = time.monotonic()
        if self._worked and not self._started and now > self._given_back + GIVEN_BACK_S:
            give_back()
            self._worked, self._given_back = False, now
        hanging = [now - start for start in list(self._started.values()) if now - start > self._longest_s]
        if hanging:
            self.log.error("A request takes %.0f s, more than REQUEST_SECONDS; this worker ends.", max(hanging))
        else:
            super().notify()


def _is_whole(head: bytes | bytearray) -> bool:
    """Whether no more of a head need be awaited: it has its end, or is larger than any may be."""
    return END in head or len(head) >= LARGEST_HEAD


def _receive(client: socket.socket) -> bytes | None:
    """What has come; empty where the client is gone, None where nothing has come yet."""
    try:
        return client.recv(LARGEST_HEAD)
    except BlockingIOError:
        return None
    except OSError:
        return b""
