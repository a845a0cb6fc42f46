"""`flask doctor`: everything it looks at, and a fault with its remedy."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.conftest import prepared
from webapp.doctor import CHECKS


def test_a_sound_installation_is_well_and_keeps_its_secrets(tmp_path: Path) -> None:
    app = prepared(tmp_path / "store.db")
    app.config["SECRET_KEY"] = "kept-to-oneself" * 3
    done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    said = json.loads(done.output)
    assert (done.exit_code, said["well"]) == (0, True)
    assert [finding["name"] for finding in said["findings"]] == list(CHECKS)
    assert "kept-to-oneself" not in done.output
    app.extensions["engine"].dispose()


def test_a_fault_has_its_remedy_and_ends_it_with_1(tmp_path: Path) -> None:
    app = prepared(tmp_path / "store.db")
    with sqlite3.connect(tmp_path / "store.db") as store:
        store.execute("UPDATE indicator SET name_vi = 'x' WHERE id = 'ntm_title'")
    store.close()
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    assert "✗ content: Table indicator was altered." in done.output
    assert "flask db restore" in done.output
    app.extensions["engine"].dispose()
