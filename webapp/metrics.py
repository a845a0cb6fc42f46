"""Numbers for Prometheus: requests, time, cache, refusals, errors of the store; and what the store holds.

gunicorn's processes share them through files in `PROMETHEUS_MULTIPROC_DIR`, which `gunicorn_conf.py` sets before this
module is imported. They are served on `METRICS_ADDRESS` alone: a request is told by the socket on which it came in,
which no header can feign, and that socket serves nothing else.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from indicators.models import Batch, DataState
from webapp.engines import OUTAGES

SHARED = CollectorRegistry()
REQUESTS = Counter("hanoi_requests", "Requests by route and status.", ("route", "status"), registry=SHARED)
SECONDS = Histogram(
    "hanoi_request_seconds",
    "Time from a request to its answer.",
    ("route",),
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=SHARED,
)
CACHE = Counter("hanoi_cache", "Ready answers asked for, by whether they were there.", ("outcome",), registry=SHARED)
CACHE_BYTES = Gauge(
    "hanoi_cache_bytes", "Bytes of ready answers in all processes.", multiprocess_mode="livesum", registry=SHARED
)
REFUSALS = Counter("hanoi_refusals", "Requests refused, by reason.", ("reason",), registry=SHARED)
STORE_ERRORS = Counter("hanoi_store_errors", "Questions that the store did not answer.", registry=SHARED)

REASONS = {400: "parameter", 404: "unknown", 405: "method", 413: "size", 414: "size", 429: "limit", 503: "unavailable"}

Environ = dict[str, Any]


class StoreCollector:
    """Data version and batches by kind, read from the store when asked; left out while it cannot be read."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[GaugeMetricFamily]:
        version = GaugeMetricFamily("hanoi_data_version", "Version of the data in the store.")
        batches = GaugeMetricFamily("hanoi_batches", "Loads, imports and undone imports in the store.", labels=["kind"])
        try:
            with Session(self._app.extensions["reader"]) as session:
                version.add_metric([], session.scalar(select(DataState.version)) or 0)
                for kind, count in session.execute(select(Batch.kind, func.count()).group_by(Batch.kind)):
                    batches.add_metric([kind], count)
        except OUTAGES:
            return
        yield from (version, batches)


def init_app(app: Flask) -> None:
    """Count every request, and serve the numbers where `METRICS_ADDRESS` says."""
    app.before_request(_start)
    app.after_request(_count)
    event.listen(app.extensions["reader"], "handle_error", lambda _context: STORE_ERRORS.inc())
    if app.config["METRICS_ADDRESS"]:
        app.wsgi_app = Door(app, app.wsgi_app)  # type: ignore[method-assign]


def _start() -> None:
    g.started = time.perf_counter()


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    REQUESTS.labels(route, response.status_code).inc()
    if "started" in g:
        SECONDS.labels(route).observe(time.perf_counter() - g.started)
    if response.status_code in REASONS:
        REFUSALS.labels(REASONS[response.status_code]).inc()
    return response


class Door:
    """Tells the internal socket from the public one."""

    def __init__(self, app: Flask, public: Any) -> None:
        self._app, self._public = app, public
        self._port = int(app.config["METRICS_ADDRESS"].rpartition(":")[2])

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        socket = environ.get("gunicorn.socket")
        name = socket.getsockname() if socket is not None else None
        if not (isinstance(name, tuple) and name[1] == self._port):
            return self._public(environ, start_response)  # type: ignore[no-any-return]
        if environ["PATH_INFO"] != "/metrics":
            return Response("Only /metrics is here.\n", 404, mimetype="text/plain")(environ, start_response)
        return Response(render(self._app), content_type=CONTENT_TYPE_LATEST)(environ, start_response)


def render(app: Flask) -> bytes:
    """All numbers of all processes in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(app))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(SHARED)
