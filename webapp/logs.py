"""Logs: one JSON object a line, or plain lines on a terminal, each with the id of its request.

No address of a reader, no user agent and no query is logged: a path names units and indicators, never people. JSON and
`repr` write line breaks as escapes, so nobody can forge a line. gunicorn's own messages take the same form.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import sys
import uuid
from collections.abc import Iterable
from typing import Any

import structlog
from flask import Flask, Response, request
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from webapp.settings import read_settings

ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What an id given by a trusted proxy may look like."""
LONGEST = 300
EXPORTS = ("downloads.show", "downloads_en.show")
REFUSED = {400, 404, 405, 413, 414, 429, 503}

Environ = dict[str, Any]
_events = logging.getLogger("hanoi")


def configure(form: str, level: str) -> None:
    """Send everything that is logged to standard error in one form: json, text, or auto (text on a terminal)."""
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    before: list[Any] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, _add_time,
              structlog.stdlib.ExtraAdder()]  # fmt: skip
    lines, objects = structlog.dev.ConsoleRenderer(colors=False), structlog.processors.JSONRenderer(ensure_ascii=False)
    errors = [] if text else [structlog.processors.format_exc_info]
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[strip, *errors, _one_line(text), lines if text else objects]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())


def _add_time(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    return {"time": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}", **event}


def _one_line(text: bool) -> Any:
    """On a terminal line breaks of values are shown as escapes; JSON does so itself."""

    def escape(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
        if not text:
            return event
        return {key: value if key == "exc_info" or not isinstance(value, str) else value.encode(
            "unicode_escape").decode() if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", value) else value
                for key, value in event.items()}  # fmt: skip

    return escape


def log(event: str, **facts: Any) -> None:
    """One line about something done: an import, an export, a refusal."""
    _events.info(event, extra=facts)


class RequestId:
    """Gives each request an id, from the proxy if it is trusted and well-formed, and each answer its header."""

    def __init__(self, wsgi_app: Any, trusted: bool) -> None:
        self._wsgi_app, self._trusted = wsgi_app, trusted

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._trusted else ""
        number = given if ID.fullmatch(given) else uuid.uuid4().hex
        environ["hanoi.request_id"] = number
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
    if response.status_code in REFUSED:
        log("refused", path=request.path[:LONGEST], status=response.status_code)
    elif request.endpoint in EXPORTS:
        log("export", path=request.path[:LONGEST], status=response.status_code, parameters=sorted(request.args))
    return response


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
