"""Backup and restore of the store: one consistent file, and a way back that checks before it replaces.

SQLite: its backup API copies one moment of the store while others write, and copies back in one transaction while
others read and wait to write. A store too spoilt for that is replaced by a rename; running servers notice either.
PostgreSQL: see `webapp/dumps.py`. On both the data version is raised, on which every ready answer depends.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from webapp import db
from webapp.dumps import BackupFailed, restore_dump, write_dump
from webapp.engines import WAIT_MS, open_engine
from webapp.integrity import inspect_store, store_file

SPOILT = {"SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_READONLY", "SQLITE_IOERR_SHORT_READ"}
"""What SQLite says of a file into which it cannot copy: no store, or one with pages of another size."""
WAITING = {5, 6}
"""SQLITE_BUSY and SQLITE_LOCKED: somebody else is writing."""


def write_backup(url: str, target: Path) -> list[str]:
    """Write the store to a file that is there in whole or not at all.

    Returns: what in the copy does not fit its hashes; nothing if it is sound.
    Raises: BackupFailed if the file exists or cannot be written.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists. Name a new file; nothing is overwritten.")
    passing = target.with_name(f".{target.name}.part")
    path = store_file(url)
    try:
        faults = _copy_sqlite(path, passing) if path else write_dump(url, passing)
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
    return _restore_sqlite(path, source) if path else restore_dump(url, source)


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
    """Check a copy beside the store and bring it to this release's form, then put it in the store's place."""
    passing = path.with_name(f".{path.name}.restored")
    try:
        shutil.copyfile(source, passing)
        faults = _make_ready(passing)
        if faults:
            raise BackupFailed(f"{source.name} is no sound backup; the store was left alone. {' '.join(faults[:3])}")
        try:
            version = _copy_back(passing, path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname not in SPOILT:
                raise
            version = _put_in_place(passing, path)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{source.name} was not restored: {error}.") from error
    finally:
        for ending in ("", "-wal", "-shm"):
            passing.with_name(passing.name + ending).unlink(missing_ok=True)
    return version


def _make_ready(path: Path) -> list[str]:
    """Bring a copy of a backup to the form that this release needs. Returns what is wrong with it."""
    engine = open_engine(f"sqlite:///{path.resolve()}")
    try:
        form = db.form_of(engine)
        if form not in db.forms():
            return [f"Its tables are at {form}, which this release does not know."]
        db.migrate(engine)
        return inspect_store(engine)
    except DBAPIError as error:
        return [f"Unreadable: {error.orig}."]
    finally:
        engine.dispose()


def _copy_back(copy: Path, store: Path) -> int:
    """Copy into the store, in one transaction of it, under a version higher than any before. Returns that version.

    Raises: sqlite3.DatabaseError, of a kind in `SPOILT` where the present store cannot take it in.
    """
    if not store.exists():
        return _put_in_place(copy, store)
    versions: list[int] = []
    patience = time.monotonic() + WAIT_MS / 1000
    with closing(sqlite3.connect(copy)) as held, closing(sqlite3.connect(store, timeout=WAIT_MS / 1000)) as target:
        target.execute("PRAGMA journal_mode=WAL")

        def step(status: int, _left: int, _pages: int) -> None:
            """Nobody else writes from the first page on: that is when the present version is known."""
            if status in WAITING and time.monotonic() > patience:
                raise BackupFailed("Another writer is at work; the store was left alone. Try again.")
            if status not in WAITING and not versions:
                versions.append(max(_version(store), _version(copy)) + 1)
                held.execute("UPDATE data_state SET version = ?", versions)
                held.commit()

        held.backup(target, pages=1, progress=step)
    return versions[0]


def _put_in_place(copy: Path, store: Path) -> int:
    """Rename the copy; whoever has the old file open goes on with that, which nobody can write to soundly anyway."""
    with closing(sqlite3.connect(copy)) as held:
        held.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    _sync(copy)
    for ending in ("-wal", "-shm"):  # they belong to the old file, and would be read into the new one
        store.with_name(store.name + ending).unlink(missing_ok=True)
    copy.replace(store)
    _sync(store.parent)
    return _version(store)


def _version(path: Path) -> int:
    """The data version; 0 where there are no tables or no data."""
    with closing(sqlite3.connect(path)) as store:
        there = store.execute("SELECT 1 FROM sqlite_master WHERE name = 'data_state'").fetchone()
        found = store.execute("SELECT max(version) FROM data_state").fetchone() if there else (0,)
    return int(found[0] or 0)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
