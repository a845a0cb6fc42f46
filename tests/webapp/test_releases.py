"""Frozen releases: listed with what changed since, and known to be as they were made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import close, over
from tests.stores import Stores
from tests.webapp.test_provenance import take_in, text_of
from webapp.release.build import Release
from webapp.release.frozen import find_faults


@pytest.fixture
def service(sqlite_stores: Stores, tmp_path: Path) -> Iterator[Flask]:
    url = sqlite_stores.copy("embedded")
    app = over(url, RELEASES_DIR=str(tmp_path / "releases"))
    yield app
    close(app)
    sqlite_stores.drop(url)


def release(app: Flask, name: str) -> Path:
    """A small release: the pages of sources alone."""
    made = Release(app, keeps=lambda file: file in ("sources/index.html", "en/sources/index.html"))
    list(made.crawl())
    folder = Path(app.config["RELEASES_DIR"]) / name
    made.write(folder)
    return folder


def test_releases_are_listed_with_what_changed_since(service: Flask, tmp_path: Path) -> None:
    """One figure of population was replaced after the first release, none after the second."""
    assert "Chưa có bản phát hành nào" in text_of(service, "/releases")
    release(service, "2026-01")
    assert "chưa có gì thay đổi" in text_of(service, "/releases")
    take_in(service, tmp_path / "a.csv", 230_000)
    release(service, "2026-02")
    page = text_of(service, "/releases")
    newer, _, older = page.partition("2026-01")
    assert "chưa có gì thay đổi" in newer.partition("2026-02")[2]
    assert "1 con số đưa vào, 1 con số thay hoặc rút" in older
    assert "đợt 1" in older


def test_a_file_that_is_altered_missing_or_foreign_is_found(service: Flask) -> None:
    folder = release(service, "a")
    assert find_faults(folder) == []
    name = "sources/index.html"
    (folder / name).write_text("altered", "utf-8")
    (folder / "more.html").write_text("x", "utf-8")
    assert find_faults(folder) == ["more.html: not of this release", f"{name}: altered"]
    (folder / name).unlink()
    result = service.test_cli_runner().invoke(args=["release", "verify", str(folder)])
    assert (result.exit_code, f"{name}: missing" in result.output) == (1, True)


@pytest.mark.parametrize("manifest", ["", "[]", '{"made_from": {}}', None])
def test_a_folder_that_is_no_release_is_left_out_and_refused(service: Flask, manifest: str | None) -> None:
    folder = Path(service.config["RELEASES_DIR"]) / "x"
    folder.mkdir(parents=True)
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest, "utf-8")
    assert "Chưa có bản phát hành nào" in text_of(service, "/releases")
    result = service.test_cli_runner().invoke(args=["release", "verify", str(folder)])
    assert (result.exit_code, "manifest.json" in result.output) == (2, True)
