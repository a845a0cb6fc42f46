"""Ready answers: bytes kept by (question, language, day, data version, code version), so nothing is ever invalidated.

An import raises the data version, a new release changes the code version, and statuses and extract dates are of the
day; each makes a new key at the very next request, in every process. Old answers leave when the memory they may use is
full.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

import brotli
from flask import Response, current_app, request

from webapp import metrics
from webapp.db import data_version
from webapp.i18n import language
from webapp.today import today
from webapp.version import CODE_VERSION

PACKED = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "image/png",
}
"""Media types whose bodies are compressed inside."""


class Key(NamedTuple):
    """What an answer depends on, and all that it depends on."""

    path: str
    query: tuple[tuple[str, str], ...]
    language: str
    day: dt.date
    data_version: int
    code_version: str
    variant: str = ""


class Answer:
    """A body with its media type and headers; compressed forms are made once, when first asked for.

    Browsers take brotli: when it is made the body goes, and it comes back for the first client who takes it otherwise.
    """

    def __init__(self, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self.media_type, self.headers, self._length = media_type, headers or {}, len(body)
        self._body: bytes | None = body

    @property
    def body(self) -> bytes:
        """What a client gets who takes it as it is."""
        body = self._body
        if body is None:
            self._body = body = brotli.decompress(self.brotli)
        return body

    @property
    def packed(self) -> bool:
        """Whether the body is compressed already, so that doing it again would only take time."""
        return self.media_type in PACKED

    @cached_property
    def tag(self) -> str:
        """Content hash, the base of strong ETags."""
        return hashlib.sha256(self.body).hexdigest()[:20]

    @cached_property
    def brotli(self) -> bytes:
        """The body in brotli; quality 5 costs a few milliseconds once, the way back less than one."""
        _ = self.tag  # while the body is there
        compressed: bytes = brotli.compress(self.body, quality=5)
        self.__dict__["brotli"] = compressed  # before the body goes, so that another thread finds one of them
        self._body = None
        return compressed

    @cached_property
    def gzip(self) -> bytes:
        """The body in gzip, without a time stamp."""
        return gzip.compress(self.body, 6, mtime=0)

    @property
    def size(self) -> int:
        """Bytes that the answer may come to occupy."""
        return self._length if self.packed else 2 * self._length


class AnswerCache:
    """The least recently used answers make room; safe between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit, self._used = limit_bytes, 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._building: dict[Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, build: Callable[[], Answer]) -> Answer:
        """The answer for the key, built if it is not there. Errors of `build` pass through and leave no trace.

        One thread builds it; the others who ask for it meanwhile wait and take the same.
        """
        found = self._find(key)
        if found is None:
            with self._alone(key):
                found = self._find(key) or self._keep(key, build())
        else:
            metrics.CACHE.labels("hit").inc()
        return found

    def _find(self, key: Key) -> Answer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _keep(self, key: Key, answer: Answer) -> Answer:
        """Keep an answer just built; the least recently used leave until there is room."""
        metrics.CACHE.labels("miss").inc()
        with self._lock:
            if key not in self._answers and answer.size <= self._limit:
                self._answers[key] = answer
                self._used += answer.size
                while self._used > self._limit:
                    _, oldest = self._answers.popitem(last=False)
                    self._used -= oldest.size
                metrics.CACHE_BYTES.set(self._used)
        return answer

    @contextmanager
    def _alone(self, key: Key) -> Iterator[None]:
        """Hold what others who want to build the same answer wait for."""
        with self._lock:
            turn = self._building.setdefault(key, threading.Lock())
        try:
            with turn:
                yield
        finally:
            with self._lock:
                self._building.pop(key, None)

    def clear(self) -> None:
        """Forget all answers: the store that they came from was replaced."""
        with self._lock:
            self._answers.clear()
            self._used = 0


def answer(build: Callable[[], Answer], variant: str = "") -> Response:
    """The response to this request: from the cache, in the encoding that the client takes, or 304.

    `variant` tells apart answers of one address, where what the client prefers decides between them.
    """
    cache: AnswerCache = current_app.extensions["answers"]
    return _respond(cache.get(key_of_request(variant), build))


def key_of_request(variant: str = "") -> Key:
    """What the answer to this request depends on."""
    query = tuple(sorted(request.args.items(multi=True)))
    return Key(request.path, query, language(), today(), data_version(), CODE_VERSION, variant)


def _respond(found: Answer) -> Response:
    wanted = not found.packed and request.accept_encodings
    encoding = request.accept_encodings.best_match(["br", "gzip"]) if wanted else None
    body = {"br": lambda: found.brotli, "gzip": lambda: found.gzip}.get(encoding or "", lambda: found.body)()
    response = Response(body, mimetype=found.media_type, headers=dict(found.headers))
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(f"{found.tag}-{encoding}" if encoding else found.tag)
    response.make_conditional(request)
    return response
