"""The build of static files: whole, repeatable, and kind to servers of the build before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from webapp import assets

FILES = {"site.css": b"a{}", "icon.svg": b"<svg/>"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for builds, as if it were the service's."""
    folder = tmp_path / "static"
    monkeypatch.setattr(assets, "BUILT", folder)
    monkeypatch.setattr(assets, "_gather", lambda: dict(FILES))
    assets._current.cache_clear()
    return folder


@pytest.fixture(autouse=True)
def forget_the_build() -> None:
    assets._current.cache_clear()


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
    assert {path.name for path in again} == {"icon.svg", "icon.svg.br", "icon.svg.gz"}


def test_the_three_newest_builds_stay_for_pages_opened_before(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = []
    for number in range(5):
        folder = build(place, monkeypatch, b"a{order:%d}" % number)
        os.utime(folder, (number, number))
        builds.append(folder)
    assert [folder.exists() for folder in builds] == [False, False, True, True, True]
    assert assets.static("site.css").split("/")[2] == builds[-1].name


def test_without_a_build_the_remedy_is_named(place: Path) -> None:
    with pytest.raises(assets.AssetMissing, match="flask prepare"):
        assets.static("site.css")
