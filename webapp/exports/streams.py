"""Answers that are made while they are sent: the memory of one piece, whatever the length.

Nothing of them is kept. They outlive the request itself, whose session and place among the client's files they keep
until the last piece is sent, or the client has left.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Generator, Iterator
from functools import partial
from http import HTTPStatus
from itertools import chain

from flask import Response, g, request, stream_with_context
from sqlalchemy.orm import Session

from webapp.cache import PACKED, key_of_request
from webapp.db import end_session, keep_session
from webapp.limits import keep_slot

GZIP = 31
"""Window bits with which zlib writes gzip."""


def streamed(build: Callable[[], Generator[bytes, None, None]], media_type: str, headers: dict[str, str]) -> Response:
    """The response to this request: its pieces as they come, packed where the client takes that, or 304.

    What it depends on is known before it is made, so that its tag is too. The first piece is made at once: what goes
    wrong there is still answered as an error.
    """
    packs = media_type not in PACKED and request.accept_encodings.best_match(["gzip"]) is not None
    response = Response(mimetype=media_type, headers=headers)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(hashlib.sha256(repr((key_of_request(), packs)).encode()).hexdigest()[:20])
    response.make_conditional(request)
    if response.status_code == HTTPStatus.OK and request.method != "HEAD":
        del response.headers["Content-Length"]  # of the body that is not there yet
        pieces = build()
        whole = chain([next(pieces)], pieces)
        opened = keep_session()
        for release in (pieces.close, partial(end_session, opened), keep_slot()):
            response.call_on_close(release)
        response.response = stream_with_context(_within(opened, _packed(whole) if packs else whole))
    return response


def _within(opened: Session, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, read from the session in which the first was: all are of one state of the store."""
    g.session = opened
    yield from pieces


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=GZIP)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
