"""A backup of SQLite while others write, and its spoilt copies; what a restore does is in `test_restore.py`."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from indicators.entering import enter_figures
from indicators.history import content_of, read_current
from tests.conftest import prepared
from webapp.backup import restore_backup, write_backup
from webapp.dumps import BackupFailed
from webapp.engines import open_engine
from webapp.integrity import inspect_store


def test_a_backup_under_writes_is_sound_and_comes_back(tmp_path: Path) -> None:
    app, url, over = prepared(tmp_path / "store.db"), f"sqlite:///{tmp_path / 'store.db'}", threading.Event()
    engine = app.extensions["engine"]

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with Session(engine) as session, session.begin():
                row = dict(read_current(session)[0])
                row["value"] += 1
                enter_figures(session, [row], f"file {number}", f"{number:064}", "test")

    writer = threading.Thread(target=write)
    writer.start()
    copies = [tmp_path / f"copy{number}.db" for number in range(3)]
    try:
        faults = [write_backup(url, copy) for copy in copies]
    finally:
        over.set()
        writer.join()
    assert faults == [[], [], []]
    engine.dispose()
    held = open_engine(f"sqlite:///{copies[0]}")
    with Session(held) as session:
        said = [content_of(row) for row in read_current(session)]
    held.dispose()
    assert restore_backup(url, copies[0]) >= 1
    again = open_engine(url)
    assert inspect_store(again) == []
    with Session(again) as session:
        assert [content_of(row) for row in read_current(session)] == said
    again.dispose()


def test_a_spoilt_backup_leaves_the_store_alone(tmp_path: Path) -> None:
    app, url = prepared(tmp_path / "store.db"), f"sqlite:///{tmp_path / 'store.db'}"
    app.extensions["engine"].dispose()
    copy = tmp_path / "copy.db"
    write_backup(url, copy)
    before = (tmp_path / "store.db").read_bytes()
    with sqlite3.connect(copy) as spoilt:
        spoilt.execute("UPDATE observation SET value = 0 WHERE id = 5")
    spoilt.close()
    with pytest.raises(BackupFailed, match="no sound backup"):
        restore_backup(url, copy)
    copy.write_bytes(b"no store at all")
    with pytest.raises(BackupFailed, match="no sound backup"):
        restore_backup(url, copy)
    with pytest.raises(BackupFailed, match="exists"):
        write_backup(url, copy)
    assert (tmp_path / "store.db").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "store.db"]
