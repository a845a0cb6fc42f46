"""The build of static files: whole, repeatable, and kind to servers of the build before."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import brotli
import pytest
from flask import Flask

from webapp import assets, create_app
from webapp.doctor import examine
from webapp.security import FIXED

FILES = {"site.css": b"a{}", "icon.svg": b"<svg/>"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for builds, as if it were the service's."""
    folder = tmp_path / "static"
    monkeypatch.setattr(assets, "BUILT", folder)
    monkeypatch.setattr(assets, "_gather", lambda: dict(FILES))
    monkeypatch.setattr(assets, "COMPRESSED", {".br": partial(brotli.compress, quality=1), ".gz": gzip.compress})
    assets.current_build.cache_clear()
    return folder


@pytest.fixture(autouse=True)
def forget_the_build() -> Iterator[None]:
    assets.current_build.cache_clear()
    yield
    assets.current_build.cache_clear()


def build(place: Path, monkeypatch: pytest.MonkeyPatch, style: bytes) -> Path:
    monkeypatch.setattr(assets, "_gather", lambda: FILES | {"site.css": style})
    return assets.build_assets(place)


def test_a_build_has_each_file_with_its_compressed_forms_and_nothing_half_written(place: Path) -> None:
    folder = assets.build_assets(place)
    names = {"icon.svg", "icon.svg.br", "icon.svg.gz", "site.css", "site.css.br", "site.css.gz"}
    assert {path.name for path in folder.iterdir()} == names
    assert not list(place.parent.rglob("*.part"))
    assert assets.static("site.css") == f"/static/{folder.name}/site.css"


def test_the_files_of_a_build_are_the_static_ones_and_the_layers(place: Path) -> None:
    folder = assets.build_assets(place)
    layers = {assets.geometry(layer)[1:] for layer in assets._layers()}
    assert set(assets.built_files()) == {f"static/{folder.name}/{name}" for name in FILES} | layers


def test_a_file_that_stands_is_not_written_again(place: Path) -> None:
    folder = assets.build_assets(place)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}
    (folder / "icon.svg").unlink()
    assets.build_assets(place)
    again = {path for path in place.rglob("*") if path.is_file() and before[path] != path.stat().st_mtime_ns}
    assert {path.name for path in again} == {"icon.svg"}


def test_a_file_that_is_gone_is_503_with_the_headers_of_every_answer_until_it_is_built_again(
    app: Flask, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No 500, no traceback, no need to start again."""
    folder = assets.build_assets(place)
    client = create_app({"DATABASE_URL": app.config["DATABASE_URL"]}).test_client()  # `over` would build anew
    address = assets.static("site.css")
    for name in ("site.css", "site.css.br"):
        (folder / name).unlink()
    for accepted in ("br", "identity"):
        gone = client.get(address, headers={"Accept-Encoding": accepted})
        assert (gone.status_code, gone.headers["Retry-After"], gone.mimetype) == (503, "5", "text/html")
        assert set(gone.headers.keys()) >= {*FIXED, "Content-Security-Policy"}
        assert "Traceback" not in gone.text
        assert str(folder) not in gone.text
        assert "Tạm thời chưa phục vụ được" in gone.text
        page = client.get("/sources")
        assert (page.status_code, "Traceback" in page.text) == (503, False)
    assert assets.find_faults() == [f"static/{folder.name}/site.css", f"static/{folder.name}/site.css.br"]
    with app.app_context():
        (finding,) = examine(["static"])
    assert f"static/{folder.name}/site.css.br" in finding.wrong
    assert "flask prepare" in finding.remedy
    assets.build_assets(place)
    with client.get(address) as there:
        assert there.data == FILES["site.css"]
    assert assets.find_faults() == []


def test_what_was_altered_is_found_and_built_again(place: Path) -> None:
    folder = assets.build_assets(place)
    assert assets.find_faults() == []
    altered = (folder / "site.css.gz", place / assets.geometry("hanoi.topojson")[1:])
    for path in altered:
        path.write_bytes(path.read_bytes()[:-1])
    assert assets.find_faults() == sorted(path.relative_to(place).as_posix() for path in altered)
    assets.build_assets(place)
    assert assets.find_faults() == []


def test_the_three_newest_builds_stay_for_pages_opened_before(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = []
    for number in range(5):
        folder = build(place, monkeypatch, b"a{order:%d}" % number)
        os.utime(folder, (number, number))
        builds.append(folder)
    assert [folder.exists() for folder in builds] == [False, False, True, True, True]
    assert {path.name.split(".")[1] for path in assets._lists(place)} == {folder.name for folder in builds[2:]}
    assert assets.static("site.css").split("/")[2] == builds[-1].name


def test_without_a_build_the_remedy_is_named(place: Path) -> None:
    with pytest.raises(assets.AssetMissing, match="flask prepare"):
        assets.static("site.css")
