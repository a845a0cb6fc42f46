"""Restores on either engine: all or nothing, under running writes, over spoilt stores, and from older releases."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from indicators.entering import enter_figures
from indicators.history import content_of, read_current
from tests.stores import Stores
from webapp import db, dumps
from webapp.backup import restore_backup, write_backup
from webapp.dumps import BackupFailed
from webapp.engines import OUTAGES, open_engine
from webapp.integrity import inspect_store
from webapp.settings import ROOT

NEXT_FIGURE = 77


@pytest.fixture
def store(stores: Stores) -> Iterator[tuple[str, Engine]]:
    """A loaded store of each engine, and a connection to it."""
    with stores.lend("embedded") as url:
        engine = open_engine(url)
        yield url, engine
        engine.dispose()


def import_one(engine: Engine, number: int) -> int:
    """Raise one figure by one. Returns the data version."""
    with Session(engine) as session, session.begin():
        row = dict(read_current(session)[0])
        row["value"] += 1
        enter_figures(session, [row], f"file {number}", f"{number:064}", "test")
    return version(engine)


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT version FROM data_state")) or 0)


def image(engine: Engine) -> tuple[int, list[object]]:
    """Data version and all figures."""
    with Session(engine) as session:
        return version(engine), [content_of(row) for row in read_current(session)]


def spoil(engine: Engine) -> None:
    """Change a value behind the audit's back."""
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE observation SET value = value + 1 WHERE id = {NEXT_FIGURE}"))  # noqa: S608


def test_what_stood_at_the_backup_stands_again_under_a_higher_version(
    store: tuple[str, Engine], tmp_path: Path
) -> None:
    url, engine = store
    assert write_backup(url, tmp_path / "copy") == []
    _, figures = image(engine)
    imported = import_one(engine, 1)
    assert image(engine)[1] != figures
    assert restore_backup(url, tmp_path / "copy") == imported + 1
    assert image(engine) == (imported + 1, figures)
    assert inspect_store(engine) == []


def test_a_backup_of_an_altered_store_is_told_and_refused_and_nothing_changes(
    store: tuple[str, Engine], tmp_path: Path
) -> None:
    """The refusal comes after all was written, before it was committed."""
    url, engine = store
    spoil(engine)
    assert write_backup(url, tmp_path / "copy") != []
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE observation SET value = value - 1 WHERE id = {NEXT_FIGURE}"))  # noqa: S608
    import_one(engine, 1)
    before = image(engine)
    with pytest.raises(BackupFailed, match=r"no sound backup; the store was left alone.*altered"):
        restore_backup(url, tmp_path / "copy")
    assert image(engine) == before
    assert inspect_store(engine) == []


def test_a_backup_cut_short_changes_nothing(store: tuple[str, Engine], tmp_path: Path) -> None:
    url, engine = store
    write_backup(url, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    before = image(engine)
    for part in (whole[: len(whole) // 2], whole[:-5000], b"no backup"):
        (tmp_path / "copy").write_bytes(part)
        with pytest.raises(BackupFailed):
            restore_backup(url, tmp_path / "copy")
        assert image(engine) == before


def test_a_restore_under_running_writes_loses_nothing_that_was_confirmed_after_it(
    store: tuple[str, Engine], tmp_path: Path
) -> None:
    """One thread imports without pause, one reads the version, while a restore comes in between: versions only rise,
    and imports confirmed after the restore are there."""
    url, engine = store
    write_backup(url, tmp_path / "copy")
    over, entered, seen, wrong = threading.Event(), list[int](), [0], list[str]()

    def write() -> None:
        while not over.is_set():
            try:
                entered.append(import_one(engine, len(entered)))
            except OUTAGES:
                continue  # refused, and said so

    def read() -> None:
        while not over.is_set():
            try:
                seen.append(version(engine))
            except OUTAGES:
                continue
            if seen[-1] < seen[-2]:
                wrong.append(f"{seen[-2]} → {seen[-1]}")

    threads = [threading.Thread(target=work) for work in (write, read)]
    for thread in threads:
        thread.start()
    while len(entered) < 3:
        over.wait(0.01)
    restored = restore_backup(url, tmp_path / "copy")
    while entered[-1] < restored + 3:
        over.wait(0.01)
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert inspect_store(engine) == []
    after = len([number for number in entered if number > restored])
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM batch WHERE kind = 'import'")) == after
    assert version(engine) == restored + after


KILLED = """
import os, signal, sys
from pathlib import Path
from webapp import backup, dumps
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
backup._version = die
dumps.inspect_store = die
backup.restore_backup(sys.argv[1], Path(sys.argv[2]))
"""


def test_a_restore_killed_in_the_middle_leaves_the_store_as_it_was(store: tuple[str, Engine], tmp_path: Path) -> None:
    """SQLite: after the first page; PostgreSQL: after the last row, before the commit."""
    url, engine = store
    write_backup(url, tmp_path / "copy")
    import_one(engine, 1)
    before = image(engine)
    done = subprocess.run([sys.executable, "-c", KILLED, url, str(tmp_path / "copy")], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert image(engine) == before
    assert inspect_store(engine) == []
    assert restore_backup(url, tmp_path / "copy") > before[0]


def test_a_backup_of_an_older_form_is_brought_to_this_release_and_a_later_one_is_refused(
    stores: Stores, tmp_path: Path
) -> None:
    with stores.lend("embedded") as old, stores.lend("embedded") as url:
        engine = open_engine(old)
        config = db.migrations()
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, db.forms()[-2])
        write_backup(old, tmp_path / "older")
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        write_backup(old, tmp_path / "later")
        engine.dispose()
        engine = open_engine(url)
        restore_backup(url, tmp_path / "older")
        assert db.form_of(engine) == db.forms()[-1]
        before = image(engine)
        with pytest.raises(BackupFailed, match="does not know"):
            restore_backup(url, tmp_path / "later")
        assert image(engine) == before
        engine.dispose()


def test_a_dump_comes_back_into_an_empty_database(postgres_stores: Stores, tmp_path: Path) -> None:
    """A new server after the loss of the old one; the role of the service makes no extension and owns none."""
    server = postgres_stores.server
    assert server
    with postgres_stores.lend("embedded") as url:
        write_backup(url, tmp_path / "dump")
    empty = postgres_stores.empty()
    name = str(make_url(empty).database)
    server.execute("CREATE EXTENSION postgis", name)
    server.execute("CREATE ROLE plain LOGIN")
    server.execute(f"ALTER DATABASE {name} OWNER TO plain")
    plain = make_url(empty).set(username="plain").render_as_string()
    assert restore_backup(plain, tmp_path / "dump") == 2
    assert restore_backup(plain, tmp_path / "dump") == 3
    engine = open_engine(plain)
    assert inspect_store(engine) == []
    with engine.connect() as connection:
        shapes = connection.scalar(text("SELECT count(*) FROM area_shape WHERE ST_IsValid(geom)"))
        assert shapes == connection.scalar(text("SELECT count(*) FROM area"))
    engine.dispose()
    postgres_stores.drop(empty)
    server.execute("DROP ROLE plain")


@pytest.mark.parametrize("spoilt", [b"no store at all", b""])
def test_a_store_too_spoilt_to_copy_into_is_replaced(sqlite_stores: Stores, tmp_path: Path, spoilt: bytes) -> None:
    """Also one of which half is missing, and one that is not there."""
    with sqlite_stores.lend("embedded") as url:
        path = Path(str(make_url(url).database))
        write_backup(url, tmp_path / "copy")
        half = path.read_bytes()[:300_000]
        for content in (spoilt, half, None):
            for ending in ("-wal", "-shm", ""):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
            restore_backup(url, tmp_path / "copy")
            engine = open_engine(url)
            assert inspect_store(engine) == []
            engine.dispose()


def test_a_writer_that_does_not_end_is_told_and_left_alone(
    sqlite_stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.backup.WAIT_MS", 200)
    with sqlite_stores.lend("embedded") as url:
        write_backup(url, tmp_path / "copy")
        other = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackupFailed, match="Another writer"):
            restore_backup(url, tmp_path / "copy")
        other.execute("ROLLBACK")
        other.close()
        restore_backup(url, tmp_path / "copy")


def test_the_password_goes_to_the_program_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither into the arguments, which everybody on the machine can list, nor into what later children inherit."""
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\nprintf "%s %s" "$PGPASSWORD" "$*"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    address, secrets = dumps._address("postgresql+psycopg://maps:hunter2@db/hanoi?sslmode=verify-full")
    assert dumps._run(["pg_dump", address], secrets) == "hunter2 postgresql://maps@db/hanoi?sslmode=verify-full"
    assert "PGPASSWORD" not in os.environ
