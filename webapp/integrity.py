"""Whether the store still holds what was entered: checked at the start, and again whenever its file was touched.

SQLite has no checksums of pages, so a changed figure reads like any other. The audit holds hashes of all figures and
tables (`indicators/audit.py`); a store that no longer fits them is not served: every request gets 503 until it fits
again, which a restore brings about without a restart. Wrong figures would be worse than none.
PostgreSQL guards its pages itself (`initdb --data-checksums`); there `/readyz` and `flask doctor` compare the hashes,
those of figures only in a store that has few enough to be read for a probe. `flask db check` compares them all.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app, request
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from indicators.audit import count_entered, verify
from indicators.models import AuditEntry
from webapp.engines import OUTAGES, open_reader
from webapp.i18n import gettext as _
from webapp.settings import ROOT

RETRY_S = 5
PROBED = 200_000
"""Figures up to which a probe reads them all on a server, in a few seconds; of more, audit and tables are compared."""
PROBES = ("/healthz", "/readyz")
"""Addresses that answer whatever the state of the store."""

Stamp = tuple[int, int, int]


@dataclass
class Watch:
    """The last verdict of this process: the file as it was then, what was wrong, and when."""

    path: Path | None
    stamp: Stamp | None = None
    faults: list[str] = field(default_factory=list)
    at: float = -1e9
    lock: threading.Lock = field(default_factory=threading.Lock)


def init_app(app: Flask) -> None:
    """Check before the first request and after every change of the file."""
    app.extensions["watch"] = Watch(store_file(app.config["READ_DATABASE_URL"] or app.config["DATABASE_URL"]))
    app.before_request(_guard)


def store_file(url: str) -> Path | None:
    """The file of a store on SQLite; None for a server."""
    parsed = make_url(url)
    named = parsed.get_backend_name() == "sqlite" and parsed.database
    return ROOT / str(parsed.database) if named else None


def _guard() -> None:
    """Raises ServiceUnavailable while the store does not fit its hashes."""
    watch: Watch = current_app.extensions["watch"]
    if request.path in PROBES or watch.path is None:
        return
    stamp = _stamp(watch.path)
    if stamp is not None and (stamp != watch.stamp or (watch.faults and time.monotonic() - watch.at > RETRY_S)):
        check()
    if watch.faults:
        raise ServiceUnavailable(_("Xin thử lại sau %(seconds)s giây.", seconds=RETRY_S), retry_after=RETRY_S)


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None  # the reader says so itself
    return found.st_ino, found.st_size, found.st_mtime_ns


def check(oldest_s: float = 0.0) -> list[str]:
    """What does not fit; nothing if the store is as it was entered. A verdict up to `oldest_s` old is good enough.

    A file put in the place of another makes this process let go of all that it read from the other.
    """
    app = current_app
    watch: Watch = app.extensions["watch"]
    with watch.lock:
        stamp = _stamp(watch.path) if watch.path else None
        age = time.monotonic() - watch.at
        if stamp == watch.stamp and age < max(oldest_s, 0.1):
            return watch.faults
        before, faults = watch.stamp, _find_faults(app.config)
        if faults and not watch.faults:
            app.logger.error("the store does not fit its hashes: %s", " ".join(faults[:3]))
        if before is not None and stamp is not None and before[0] != stamp[0]:
            _forget()
        watch.stamp, watch.faults, watch.at = stamp, faults, time.monotonic()
    return watch.faults


def _find_faults(settings: dict[str, object]) -> list[str]:
    """Faults as seen by a connection of its own: one that is kept may hold sound pages of a spoilt file."""
    reader = open_reader(str(settings["READ_DATABASE_URL"] or settings["DATABASE_URL"]), settings)
    try:
        return inspect_store(reader, None if reader.dialect.name == "sqlite" else PROBED)
    finally:
        reader.dispose()


def reads_figures() -> bool:
    """Whether `check` compares figures too."""
    if current_app.extensions["watch"].path is not None:
        return True
    with Session(current_app.extensions["reader"]) as session:
        return count_entered(session.scalars(select(AuditEntry))) <= PROBED


def inspect_store(bind: Engine | Connection, most: int | None = None) -> list[str]:
    """What is wrong with a store: its structure first, then what is in it against the audit; see `verify` for `most`.

    Over a connection it looks at what the transaction under way sees, and leaves that transaction as it is.
    """
    try:
        with Session(bind, join_transaction_mode="create_savepoint") as session:
            if bind.dialect.name == "sqlite":
                said = list(session.scalars(text("PRAGMA integrity_check(3)")))
                if said != ["ok"]:
                    return [f"Structure: {line}" for line in said]
            return verify(session, most)
    except (*OUTAGES, ValueError, TypeError, KeyError, LookupError) as error:
        return [f"Unreadable: {' '.join(str(getattr(error, 'orig', None) or error).split())[:200]}"]


def _forget() -> None:
    """Drop connections, snapshots and ready answers of the file that was replaced."""
    extensions = current_app.extensions
    extensions["reader"].dispose()
    extensions["engine"].dispose()
    for name in ("snapshot", "past", "data_version"):
        extensions.pop(name, None)
    extensions["answers"].clear()
