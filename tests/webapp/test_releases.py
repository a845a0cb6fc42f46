"""Frozen releases: listed with what changed since, and known to be as they were made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from indicators.intake.undo import undo_batch
from tests.conftest import close, over
from tests.stores import Stores
from tests.webapp.exports import read_csv, read_sheet
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


def undo(app: Flask, batch: int) -> None:
    with app.app_context(), Session(app.extensions["engine"]) as session:
        undo_batch(session, batch, "Nguyễn Lan")


def release(app: Flask, name: str) -> Path:
    """A small release: the pages of sources alone."""
    made = Release(app, keeps=lambda file: file in ("sources/index.html", "en/sources/index.html"))
    list(made.crawl())
    folder = Path(app.config["RELEASES_DIR"]) / name
    made.write(folder)
    return folder


def test_releases_are_listed_with_what_changed_since(service: Flask, tmp_path: Path) -> None:
    """One figure of population was replaced and one came after the first release, which went again after the second."""
    assert "Chưa có bản phát hành nào" in text_of(service, "/releases")
    release(service, "2026-01")
    assert "chưa có gì thay đổi" in text_of(service, "/releases")
    take_in(service, tmp_path / "a.csv", 230_000)
    added = take_in(service, tmp_path / "b.csv", 9_000, "commune,00001")
    release(service, "2026-02")
    page = text_of(service, "/releases")
    newer, _, older = page.partition("2026-01")
    assert "chưa có gì thay đổi" in newer.partition("2026-02")[2]
    assert "1 con số thêm, 1 đổi, 0 rút" in older
    assert "đợt 1" in older
    undo(service, added)
    newer, _, older = text_of(service, "/releases").partition("2026-01")
    assert "0 con số thêm, 0 đổi, 1 rút" in newer
    assert "0 con số thêm, 1 đổi, 0 rút" in older


def test_what_was_put_back_as_it_was_is_no_change(service: Flask, tmp_path: Path) -> None:
    release(service, "a")
    undo(service, take_in(service, tmp_path / "a.csv", 230_000))
    assert "0 con số thêm, 0 đổi, 0 rút" in text_of(service, "/releases")


def test_a_release_that_holds_all_figures_is_linked_to_them(service: Flask) -> None:
    service.config["RELEASES_URL"] = "https://so-lieu.example/ban"
    made = Release(service, keeps=lambda file: file in ("sources/index.html", "download/all.csv", "download/all.xlsx"))
    list(made.crawl())
    made.write(Path(service.config["RELEASES_DIR"]) / "x")
    page = service.test_client().get("/releases").get_data(as_text=True)
    for name in ("all.xlsx", "all.csv"):
        assert f'href="https://so-lieu.example/ban/x/download/{name}"' in page
    figures = read_sheet((Path(service.config["RELEASES_DIR"]) / "x/download/all.xlsx").read_bytes())
    assert len(figures) == len(read_csv(service.test_client().get("/download/all.csv").data))


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
