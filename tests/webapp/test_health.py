"""Alive and ready: what each says while the store is sound, altered, not migrated or away."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from boundaries import layers
from tests.conftest import prepared
from webapp import create_app


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("health") / "sound.db"
    prepared(path).extensions["engine"].dispose()
    return path


@pytest.fixture
def store(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sound, tmp_path / "store.db"))


def app_over(path: Path) -> Flask:
    return create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{path}"})


def test_a_sound_store_is_ready(store: Path) -> None:
    answer = app_over(store).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["data"] == "version 1, real"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE observation SET value = value + 1 WHERE id = 77",
        "UPDATE area SET name = 'Phường Khác' WHERE edition_id = '2024' AND code = '00001'",
        "UPDATE goal SET low = low * 2 WHERE low IS NOT NULL",
        "DELETE FROM recognition WHERE rowid = 5",
    ],
)
def test_a_value_changed_behind_the_audit_is_not_served(store: Path, change: str) -> None:
    client = app_over(store).test_client()
    assert client.get("/api/v1/editions").status_code == 200
    with sqlite3.connect(store) as held:
        assert held.execute(change).rowcount
        held.commit()
        held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held.close()
    answer = client.get("/api/v1/editions")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.mimetype == "application/problem+json"
    ready = client.get("/readyz")
    assert (ready.status_code, [each["check"] for each in ready.get_json()["errors"]]) == (503, ["content"])
    assert client.get("/healthz").status_code == 200


def test_an_empty_store_is_alive_and_not_ready(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    sqlite3.connect(path).close()
    client = app_over(path).test_client()
    assert client.get("/healthz").status_code == 200
    assert {each["check"] for each in client.get("/readyz").get_json()["errors"]} >= {"migration", "data"}


def test_a_missing_layer_is_named(store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(layers, "layer_path", lambda _layer, _folder: tmp_path / "hanoi.topojson")
    answer = app_over(store).test_client().get("/readyz").get_json()
    assert [each["check"] for each in answer["errors"]] == ["layers"]
    assert "hanoi.topojson cannot be read" in answer["detail"]
