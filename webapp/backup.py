"""Backup and restore of the store: one consistent file, and a way back that checks before it replaces.

SQLite: its backup API copies one moment of the store while others write. A restored file takes the place of the old
one by a rename; running servers notice that and read everything anew (`webapp/integrity.py`).
PostgreSQL: `pg_dump` takes one snapshot; `pg_restore` replaces all tables in one transaction, so that readers see the
old store or the new one, and the data version is raised, on which every ready answer depends.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, func, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from geo.errors import DomainError
from indicators.models import DataState
from webapp import db
from webapp.engines import open_engine
from webapp.integrity import inspect_store, store_file


class BackupFailed(DomainError):
    """A backup that was not made, or one that cannot be restored; the store is as it was."""


def write_backup(url: str, target: Path) -> list[str]:
    """Write the store to a file that is there in whole or not at all.

    Returns: what in the copy does not fit its hashes; nothing if it is sound (not looked for in a dump of PostgreSQL).
    Raises: BackupFailed if the file exists or cannot be written.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists. Name a new file; nothing is overwritten.")
    passing = target.with_name(f".{target.name}.part")
    path = store_file(url)
    try:
        faults = _copy_sqlite(path, passing) if path else _dump(url, passing)
        _sync(passing)
        passing.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{target} was not written: {error}.") from error
    finally:
        passing.unlink(missing_ok=True)
    return faults


def restore_backup(url: str, source: Path) -> int:
    """Put the store of a backup in the place of the present one, once it was checked. Returns its data version.

    Raises: BackupFailed with what is wrong; the present store then stays.
    """
    path = store_file(url)
    return _restore_sqlite(path, source) if path else _restore_dump(url, source)


def _copy_sqlite(source: Path, target: Path) -> list[str]:
    if not source.is_file():
        raise BackupFailed(f"There is no store at {source.name}. Check DATABASE_URL.")
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(target)) as copy:
        held.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    return _inspect(target)


def _inspect(path: Path) -> list[str]:
    engine = open_engine(f"sqlite:///{path.resolve()}")
    try:
        return inspect_store(engine)
    finally:
        engine.dispose()


def _restore_sqlite(path: Path, source: Path) -> int:
    """Check a copy beside the store, then rename it. Stop imports meanwhile: what they enter goes to the old file."""
    passing = path.with_name(f".{path.name}.restored")
    try:
        shutil.copyfile(source, passing)
        faults = _inspect(passing) or _foreign_release(passing)
        if faults:
            raise BackupFailed(f"{source.name} is no sound backup; the store was left alone. {' '.join(faults[:3])}")
        with closing(sqlite3.connect(passing)) as copy:
            version = copy.execute("SELECT version FROM data_state").fetchone()
            copy.execute("PRAGMA journal_mode=DELETE")
        _sync(passing)
        for ending in ("-wal", "-shm"):  # they belong to the old file, and would be read into the new one
            path.with_name(path.name + ending).unlink(missing_ok=True)
        passing.replace(path)
        _sync(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{source.name} was not restored: {error}.") from error
    finally:
        for ending in ("", "-wal", "-shm"):
            passing.with_name(passing.name + ending).unlink(missing_ok=True)
    return int(version[0]) if version else 0


def _foreign_release(path: Path) -> list[str]:
    """A backup of a later release has tables that this one does not know."""
    engine = open_engine(f"sqlite:///{path.resolve()}")
    try:
        held = db.form_of(engine)
    finally:
        engine.dispose()
    return [] if held in db.forms() else [f"Its tables are at {held}, which this release does not know."]


def _dump(url: str, target: Path) -> list[str]:
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", _address(url)])
    return []


def _restore_dump(url: str, source: Path) -> int:
    listed = _run(["pg_restore", "--list", str(source)])
    if "TABLE DATA public data_state" not in listed:
        raise BackupFailed(f"{source.name} is no dump of this service's store; the store was left alone.")
    engine = open_engine(url)
    try:
        with Session(engine) as session:
            before = session.scalar(select(func.max(DataState.version))) or 0
        options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
        _run(["pg_restore", *options, f"--dbname={_address(url)}", str(source)])
        with Session(engine) as session, session.begin():
            session.execute(update(DataState).values(version=func.greatest(DataState.version, before) + 1))
        faults = inspect_store(engine)
        if faults:
            raise BackupFailed(f"{source.name} was restored but does not fit its hashes: {' '.join(faults[:3])}")
        with Session(engine) as session:
            return session.scalar(select(DataState.version)) or 0
    finally:
        engine.dispose()


def _address(url: str) -> str:
    """The URL as PostgreSQL's own programs take it, without a password, which they get by their environment."""
    parsed: URL = make_url(url).set(drivername="postgresql")
    if parsed.password:
        os.environ["PGPASSWORD"] = str(parsed.password)
    return parsed.set(password=None).render_as_string(hide_password=False)


def _run(command: Sequence[str]) -> str:
    """What a program of PostgreSQL prints. Raises: BackupFailed with its own words."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed programs
    except FileNotFoundError as error:
        raise BackupFailed(f"{command[0]} is not installed (Debian: postgresql-client).") from error
    if done.returncode:
        raise BackupFailed(f"{command[0]}: {done.stderr.strip()[:500]}")
    return done.stdout


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
