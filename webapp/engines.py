"""Connections to the store: readers that cannot write and see one moment in time, and the writer of the command line.

A reader's request is one transaction over one snapshot, on SQLite and PostgreSQL alike, so the data version that it
reads and the figures that it reads belong together whatever is committed meanwhile. The connection itself refuses to
write: `mode=ro` and `default_transaction_read_only`. Writers wait for one another; see `lock_state` in
`indicators/history.py`.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webapp.settings import ROOT

T = TypeVar("T")

WAIT_MS = 5000
"""How long a writer waits for another one before it says that the store is busy."""
CONNECT_S = 3
"""How long to wait for a database server that does not answer."""

OUTAGES = (DBAPIError, PoolTimeout)
"""What a store raises that cannot be reached, read, or answers too late."""

REPEATABLE = {"40001", "40P01"}
"""SQLSTATE of a serialization failure and of a deadlock: nothing was written, and a second try may succeed."""
TRIES = 5


def open_engine(url: str) -> Engine:
    """The writer's engine; SQLite runs in WAL mode, fully synced, with foreign keys checked."""
    parsed = _absolute(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    options = _options(parsed, {"lock_timeout": str(WAIT_MS)})
    return create_engine(parsed, pool_pre_ping=True, isolation_level="READ COMMITTED", connect_args=options)


def open_reader(url: str, settings: Mapping[str, Any]) -> Engine:
    """An engine on which every write fails, and every transaction sees the store as it was at its first statement.

    `settings` are those of the pool and of time-outs (`DB_…` in `webapp/settings.py`).
    """
    parsed = _absolute(url)
    pool = {
        "pool_size": settings["DB_POOL_SIZE"],
        "pool_recycle": settings["DB_POOL_RECYCLE_S"],
        "pool_pre_ping": settings["DB_POOL_PRE_PING"],
        "pool_timeout": CONNECT_S,
    }
    if parsed.get_backend_name() == "sqlite":
        path = f"file:{quote(parsed.database or '')}"
        engine = create_engine(parsed.set(database=path, query={"mode": "ro", "uri": "true"}), **pool)
        event.listen(engine, "connect", _prepare_reader)
        event.listen(engine, "begin", _begin)
        return engine
    limits = {"default_transaction_read_only": "on", "statement_timeout": str(settings["DB_STATEMENT_TIMEOUT_MS"])}
    return create_engine(parsed, isolation_level="REPEATABLE READ", connect_args=_options(parsed, limits), **pool)


def _absolute(url: str) -> URL:
    """The URL; a relative path of SQLite is taken from the project's folder, which is made."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        path = ROOT / parsed.database
        path.parent.mkdir(parents=True, exist_ok=True)
        return parsed.set(database=str(path))
    return parsed


def _options(url: URL, ours: Mapping[str, str]) -> dict[str, Any]:
    """Arguments of a connection to PostgreSQL; options that the URL gives itself come last and win."""
    given = url.query.get("options", "")
    texts = [f"-c {name}={value}" for name, value in ours.items()] + ([given] if isinstance(given, str) else [*given])
    return {"options": " ".join(texts).strip(), "connect_timeout": CONNECT_S, "application_name": "hanoi-indicator-map"}


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # else Python begins transactions before writes only, never before reads
    connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def sqlstate(error: DBAPIError) -> str:
    """The five letters by which PostgreSQL names what went wrong; blank for SQLite or a lost connection."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def retried(work: Callable[[], T]) -> T:
    """The result of a whole transaction, tried again after a serialization failure or a deadlock, up to `TRIES` times.

    Raises what the last try raises, and at once whatever is none of the two.
    """
    for attempt in range(1, TRIES):
        try:
            return work()
        except DBAPIError as error:
            if sqlstate(error) not in REPEATABLE:
                raise
            time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - spreads writers, hides nothing
    return work()


def describe_outage(error: Exception) -> str:
    """What a command says of a store that did not do as it was told, without the statement and its figures."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return (
        f"The store failed: {said}. What was under way was taken back unless it was already confirmed; run "
        "`flask db check`, then the command again: what is in the store is not entered twice."
    )
