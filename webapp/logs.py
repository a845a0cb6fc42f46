"""Logs: one JSON object a line, or plain lines on a terminal, each with the id of its request.

No address of a reader, no user agent and no query is logged: a path names units and indicators, never people. What
breaks a line, moves a terminal's cursor or turns its direction is written as an escape, so nobody can forge a line.
gunicorn's own messages take the same form; the lines of commands are those of `webapp/runs.py`.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, request
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from webapp.metrics import REASONS
from webapp.settings import read_settings

ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What an id given by a trusted proxy may look like."""
LONGEST = 300
EXPORTS = ("downloads.show", "downloads_en.show")
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Breaks of lines and other controls, marks of direction, and halves of pairs that no file can hold."""

Environ = dict[str, Any]
_events = logging.getLogger("hanoi")
_runs = logging.getLogger("hanoi.runs")
"""Apart from the other, for a command may put requests to the app itself."""


def configure(form: str, level: str) -> None:
    """Send everything that is logged to standard error in one form: json, text, or auto (text on a terminal)."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(form, [structlog.contextvars.merge_contextvars]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())


@contextmanager
def run_lines() -> Iterator[Callable[..., None]]:
    """Gives what writes a line about a command to standard error, as the settings say, until it ends."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(current_app.config["LOG_FORMAT"], context=[]))
    before = _runs.level
    _runs.addHandler(handler)
    _runs.setLevel(current_app.config["LOG_LEVEL"].upper())
    try:
        yield lambda event, **facts: _runs.info(event, extra=facts)
    finally:
        _runs.removeHandler(handler)
        _runs.setLevel(before)


def _formatter(form: str, context: list[Any]) -> logging.Formatter:
    """`context` adds what is known of whatever is under way."""
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    before = [*context, structlog.stdlib.add_log_level, _add_time, structlog.stdlib.ExtraAdder()]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    objects: list[Any] = [structlog.processors.format_exc_info, as_json, _one_line]
    lines: list[Any] = [_escape_values, structlog.dev.ConsoleRenderer(colors=False)]
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[strip, *(lines if text else objects)]
    )


def _add_time(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    return {"time": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}", **event}


def _one_line(_logger: Any, _name: str, rendered: str) -> str:
    """What JSON leaves as it is, though programs or terminals take it for more than a letter."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", rendered)


def _escape_values(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """The same for plain lines, where a traceback may have lines of its own."""
    return {key: _one_line(logger, name, value) if isinstance(value, str) else value for key, value in event.items()}


def log(event: str, **facts: Any) -> None:
    """One line about a request: an export, a refusal."""
    _events.info(event, extra=facts)


class RequestId:
    """Gives each request an id, from the proxy if it is trusted and well-formed, and each answer its header."""

    def __init__(self, wsgi_app: Any, trusted: bool) -> None:
        self._wsgi_app, self._trusted = wsgi_app, trusted

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._trusted else ""
        number = given if ID.fullmatch(given) else uuid.uuid4().hex
        environ["hanoi.request_id"], environ["hanoi.began"] = number, time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("X-Request-ID", number)], *more)

        return self._wsgi_app(environ, start)  # type: ignore[no-any-return]


def init_app(app: Flask) -> None:
    """Ids for requests, and lines for exports and refusals."""
    app.wsgi_app = RequestId(app.wsgi_app, app.config["TRUSTED_PROXIES"] > 0)  # type: ignore[method-assign]
    app.after_request(_log_outcome)


def _log_outcome(response: Response) -> Response:
    facts: dict[str, Any] = {"path": request.path[:LONGEST], "status": response.status_code}
    facts["ms"] = _ms_since(request.environ["hanoi.began"])
    if response.status_code in REASONS:
        log("refused", outcome="refused", reason=REASONS[response.status_code], **facts)
    elif request.endpoint in EXPORTS:
        sent = response.status_code != HTTPStatus.NOT_MODIFIED
        facts |= {"outcome": "done" if sent else "unchanged", "parameters": sorted(request.args)}
        if sent and response.is_streamed and request.method != "HEAD":
            response.response = _Counted(cast("Generator[bytes, None, None]", response.response), facts)
        else:
            log("export", **facts, bytes=(response.content_length or 0) if sent else 0)
    return response


class _Counted:
    """The pieces of a file that is made while it is sent. Its line waits for the end: only then are bytes and time
    known. A file that broke, or whose client left before the end, is `failed`."""

    def __init__(self, pieces: Generator[bytes, None, None], facts: dict[str, Any]) -> None:
        self._pieces, self._began = pieces, request.environ["hanoi.began"]
        self._facts = {**facts, "request": request.environ["hanoi.request_id"], "outcome": "failed", "bytes": 0}

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._facts["bytes"] += len(piece)
            yield piece
        self._facts["outcome"] = "done"

    def close(self) -> None:
        """Let go of what the pieces are made of, and write the line."""
        self._pieces.close()
        log("export", **self._facts | {"ms": _ms_since(self._began)})


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


class GunicornLogger(Logger):  # type: ignore[misc]
    """gunicorn's messages and one line for each request, in the same form."""

    def setup(self, cfg: Any) -> None:
        """Leave formats and handlers to the root logger."""
        settings = read_settings()
        configure(settings["LOG_FORMAT"], settings["LOG_LEVEL"])
        for logger in (self.error_log, self.access_log):
            logger.handlers, logger.propagate = [], True
            logger.setLevel(settings["LOG_LEVEL"].upper())
        self.cfg = cfg

    def access(self, resp: Any, req: Any, environ: Environ, request_time: dt.timedelta) -> None:
        """Method, path without its query, status, bytes and time; nothing about who asked."""
        facts = {
            "request": environ.get("hanoi.request_id", ""),
            "method": environ["REQUEST_METHOD"][:16],
            "path": environ["PATH_INFO"][:LONGEST],
            "status": int(str(resp.status).split()[0]),
            "bytes": getattr(resp, "sent", None),
            "ms": round(request_time.total_seconds() * 1000, 1),
        }
        self.access_log.info("answered", extra=facts)

    @property
    def access_log_enabled(self) -> bool:
        """A line for each request is info like others."""
        return bool(self.access_log.isEnabledFor(logging.INFO))

    def reopen_files(self) -> None:
        """Nothing is written to files."""

    def close_on_exec(self) -> None:
        """As above."""
