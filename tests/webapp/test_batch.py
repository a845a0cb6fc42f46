"""Reports in batch: whole files only, nothing done twice, one zip with an index."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from webapp.reports import batch
from webapp.settings import ROOT


def build(app: Flask, out: Path, *more: str) -> Result:
    args = ["reports", "build", "--edition", "2024", "--level", "district", "--out", str(out), *more]
    return app.test_cli_runner().invoke(args=args)


def test_a_batch_is_files_a_manifest_and_a_zip_with_an_index(app: Flask, tmp_path: Path) -> None:
    done = build(app, tmp_path, "--format", "xlsx", "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "30 files made, 0 were there already" in done.output
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert len(manifest["files"]) == 30
    for name, entry in manifest["files"].items():
        assert batch.digest((tmp_path / name).read_bytes()) == entry["sha256"]
    with zipfile.ZipFile(tmp_path / "bao-cao_district_2024_en.zip") as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"index.html", "manifest.json", *manifest["files"]}
        index = archive.read("index.html").decode()
    assert set(re.findall(r'href="([^"]+)"', index)) == set(manifest["files"])
    assert "Hoài Đức district" in index


def test_finished_files_are_not_made_again_and_spoilt_ones_are(app: Flask, tmp_path: Path) -> None:
    build(app, tmp_path, "--format", "xlsx")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.xlsx")}
    spoilt, lost = sorted(before)[:2]
    (tmp_path / spoilt).write_bytes(b"half")
    (tmp_path / lost).unlink()
    assert "2 files made, 28 were there already" in build(app, tmp_path, "--format", "xlsx").output
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.xlsx")}
    assert {name for name in before if before[name] != after[name]} == {spoilt, lost}


@pytest.mark.parametrize("changed", ["data_version", "code_version", "extracted", "lang"])
def test_what_was_made_from_other_things_is_not_used(app: Flask, tmp_path: Path, changed: str) -> None:
    build(app, tmp_path, "--format", "xlsx")
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["made_from"][changed] = "other"
    path.write_text(json.dumps(manifest), "utf-8")
    assert "30 files made, 0 were there already" in build(app, tmp_path, "--format", "xlsx").output


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--format", "odt"), "docx"),
        (("--format", "xlsx", "--edition", "1954"), "2025-07"),
        (("--format", "xlsx", "--level", "hamlet"), "commune"),
    ],
)
def test_what_cannot_be_built_names_what_can(app: Flask, tmp_path: Path, more: tuple[str, ...], named: str) -> None:
    done = build(app, tmp_path, *more)
    assert done.exit_code == 2
    assert named in done.output
    assert not list(tmp_path.iterdir())


def test_a_break_before_a_whole_file_has_its_name_leaves_none_under_it(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment of most danger: the second file is written, but not yet named."""
    named = []

    def replace(part: Path, target: Path) -> Path:
        if target.suffix == ".xlsx" and named:
            raise OSError("The power failed.")
        named.extend([target.name] if target.suffix == ".xlsx" else [])
        return Path(shutil.move(part, target))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", replace)
        assert isinstance(build(app, tmp_path, "--format", "xlsx").exception, OSError)
    assert [path.name for path in tmp_path.glob("*.xlsx")] == named
    (tmp_path / "half.xlsx.part").write_bytes(b"half")  # what a kill would have left
    assert "29 files made, 1 were there already" in build(app, tmp_path, "--format", "xlsx").output
    assert not list(tmp_path.glob("*.part"))


def test_progress_is_shown_apart_from_the_result(app: Flask, tmp_path: Path) -> None:
    done = build(app, tmp_path, "--format", "xlsx")
    assert "2024 district" in done.stderr
    assert done.stdout.startswith("30 files made")


def test_a_killed_batch_goes_on_where_it_stopped(app: Flask, tmp_path: Path) -> None:
    """Killed without warning in the middle: no half file has its final name, and nothing finished is made again."""
    command = [sys.executable, "-m", "flask", "--app", "webapp", "reports", "build", "--edition", "2024", "--level",
               "district", "--format", "docx", "--out", str(tmp_path)]  # fmt: skip
    environment = {**os.environ, "DATABASE_URL": app.config["DATABASE_URL"]}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("*.docx"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    there = list(tmp_path.glob("*.docx"))
    assert 3 <= len(there) < 30
    for path in there:
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
    assert not list(tmp_path.glob("*.zip"))
    finished = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["files"]
    assert len(finished) >= len(there) - 1  # killed between a file and its line at worst
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in finished}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert f"{30 - len(finished)} files made, {len(finished)} were there already" in done.stdout
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in finished} == before
    assert len(list(tmp_path.glob("*.docx"))) == 30
    assert not list(tmp_path.glob("*.part"))
