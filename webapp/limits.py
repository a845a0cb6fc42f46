"""How much one request and one client may ask for, so that nobody is served at the cost of the others.

A request has no body and a bounded address; a client has so many pages, answers and files a minute, and few files at
once. Clients are told apart by a keyed hash of their address, so that no address is kept anywhere. Counts are kept in
Redis, which several hosts can share, or in the process; a Redis that is away is replaced by the process until it is
back.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask_limiter import Limiter, RateLimitExceeded
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestURITooLarge, TooManyRequests

from geo.errors import BadParameter
from webapp.i18n import gettext as _

FOR_PROGRAMS = ("/api/", "/ogc", "/en/ogc")
UNCOUNTED = ("/healthz", "/readyz", "/metrics")
"""Addresses that those ask who look after the service."""

LONGEST_ADDRESS = 4_000
"""Most bytes of path and query: a comparison of six areas needs a tenth of it."""

LONGEST_VALUE = 500
"""Most characters of one parameter."""

SHOWN = 50
"""Characters of a refused value that the answer repeats."""

MOST_PARAMETERS = 30

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

MOST_FILES_AT_ONCE = 2
"""Files that one process makes for one client at the same time; half of the threads stay free for the others."""

REDIS_PATIENCE_S = 1.0


def init_app(app: Flask) -> None:
    """Check each request before anything is done for it: its bounds first, then how many its client has made."""
    app.before_request(_check_bounds)
    limiter = Limiter(
        client_id,
        default_limits=[_rate],
        request_identifier=kind,
        storage_uri=app.config["REDIS_URL"] or "memory://",
        storage_options=_storage_options(app.config["REDIS_URL"]),
        strategy="moving-window",
        in_memory_fallback=[_rate],  # type: ignore[list-item] # it takes functions, as default_limits does
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        key_prefix="hanoi",
    )
    limiter.request_filter(lambda: not _rate() or _is_own())
    limiter.init_app(app)
    app.extensions["told_of_proxy"] = False
    app.extensions["files_at_once"] = _Slots(MOST_FILES_AT_ONCE)
    app.before_request(_take_slot)
    app.teardown_request(_return_slot)


def _storage_options(url: str) -> dict[str, str | int]:
    wait: dict[str, float] = {"socket_connect_timeout": REDIS_PATIENCE_S, "socket_timeout": REDIS_PATIENCE_S}
    return wait if url else {}  # type: ignore[return-value]


def _check_bounds() -> None:
    """Raises: RequestURITooLarge, RequestEntityTooLarge, BadParameter, BadRequest."""
    if len(request.environ.get("RAW_URI", request.full_path)) > LONGEST_ADDRESS:
        raise RequestURITooLarge(_("Địa chỉ có tối đa %(number)s ký tự.", number=LONGEST_ADDRESS))
    if request.content_length or "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise RequestEntityTooLarge(_("Không địa chỉ nào nhận nội dung; xin hỏi bằng tham số."))
    if CONTROL.search(request.path):
        raise BadRequest(_("Địa chỉ và tên tham số không có ký tự điều khiển."))
    asked = list(request.args.lists())
    if len(asked) > MOST_PARAMETERS:
        raise BadRequest(_("Có tối đa %(number)s tham số.", number=MOST_PARAMETERS))
    for name, values in asked:
        if CONTROL.search(name):
            raise BadRequest(_("Địa chỉ và tên tham số không có ký tự điều khiển."))
        if len(values) > 1:
            raise BadParameter(name, ", ".join(values)[:SHOWN], ["one value"])
        if len(values[0]) > LONGEST_VALUE or CONTROL.search(values[0]):
            shown = CONTROL.sub("\ufffd", values[0][:SHOWN])
            raise BadParameter(name, shown, [f"up to {LONGEST_VALUE} characters, none of control"])


def kind() -> str:
    """What the request asks for: pages, api, downloads, or what is not counted."""
    path = request.path
    if path in UNCOUNTED:
        return "uncounted"
    if path.startswith(("/download/", "/en/download/")) or path.endswith(".csv"):
        return "downloads"
    return "api" if path.startswith(FOR_PROGRAMS) or path.endswith((".json", ".topojson")) else "pages"


def client_id() -> str:
    """Who asks, as a keyed hash that says nothing of the address without the key; the same for a network of IPv6."""
    address = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address):
            address = str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    except ValueError:
        pass  # a socket of this machine has no address
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hashlib.blake2b(address.encode(), key=hashlib.sha256(key).digest(), digest_size=12).hexdigest()


def retry_after(error: RateLimitExceeded) -> int:
    """Seconds until the client may ask again, 1 or more."""
    limiter: Limiter = next(iter(current_app.extensions["limiter"]))
    current = limiter.current_limit
    if current is None:
        return error.limit.limit.get_expiry()
    return max(1, math.ceil(current.reset_at - time.time()))


def _rate() -> str:
    names = {"pages": "RATE_PAGES", "api": "RATE_API", "downloads": "RATE_DOWNLOADS"}
    name = names.get(kind())
    return str(current_app.config[name]) if name else ""


def _is_own() -> bool:
    """Whether the machine itself asks: the warm-up, a check of health, a release being built, a benchmark."""
    try:
        own = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        own = True
    if own and "X-Forwarded-For" in request.headers and not current_app.extensions["told_of_proxy"]:
        current_app.extensions["told_of_proxy"] = True
        current_app.logger.warning(
            "A proxy of this machine hands on requests, and TRUSTED_PROXIES=%s does not tell whose they are: nobody is "
            "limited. Set it to the number of proxies.",
            current_app.config["TRUSTED_PROXIES"],
        )
    return own


class _Slots:
    """How many requests of each client are under way, up to a number."""

    def __init__(self, most: int) -> None:
        self._most, self._taken, self._lock = most, Counter[str](), threading.Lock()

    def take(self, client: str) -> bool:
        """Whether there was one left."""
        with self._lock:
            if self._taken[client] >= self._most:
                return False
            self._taken[client] += 1
            return True

    def put_back(self, client: str) -> None:
        """End one; clients without any are forgotten."""
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]


def _take_slot() -> None:
    if kind() == "downloads" and not _is_own():
        client = client_id()
        if not current_app.extensions["files_at_once"].take(client):
            raise TooManyRequests(_("Mỗi lần tối đa %(number)s tệp.", number=MOST_FILES_AT_ONCE), retry_after=1)
        g.slot = client


def keep_slot() -> Callable[[], None]:
    """The place among the client's files stays taken when the request ends, until what comes back is called."""
    client, slots = g.pop("slot", None), current_app.extensions["files_at_once"]
    return lambda: None if client is None else slots.put_back(client)


def _return_slot(_error: BaseException | None) -> None:
    client = g.pop("slot", None)
    if client is not None:
        current_app.extensions["files_at_once"].put_back(client)
