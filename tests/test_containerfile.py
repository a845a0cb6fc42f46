"""The Containerfile without a builder of images: what it copies, what it runs, and its last command run for real."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.webapp.served import Served, free_port
from webapp.settings import ROOT, SETTINGS

PATIENCE_S = 180.0
LINES = re.sub(r"\\\n\s*", "", (ROOT / "Containerfile").read_text("utf-8")).splitlines()
STEPS = [tuple(line.split(maxsplit=1)) for line in LINES if line and not line.startswith("#")]
OTHERS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def steps(name: str) -> list[str]:
    """What follows an instruction, each time that it stands there."""
    return [text for instruction, text in STEPS if instruction == name]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in steps("ENV") for pair in line.split())


def test_both_stages_have_one_base_and_every_path_is_there() -> None:
    """The environment of the first stage would not run over another Python."""
    assert len({line.split()[0] for line in steps("FROM")}) == 1
    assert steps("COPY") == [". .", "--from=build --chown=root:root /app /app"]
    assert steps("WORKDIR") == ["/app", "/app"]


def test_what_git_leaves_out_the_image_leaves_out() -> None:
    """Else the image held a store, its logs, and an environment for another machine."""
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    anywhere = {f"**/{name}" for name in (ROOT / ".gitignore").read_text("utf-8").split()}  # git looks in every folder
    assert set(left_out) == anywhere | {"**/.git"}


def test_its_commands_are_those_of_the_makefile_and_its_settings_exist(app: Flask) -> None:
    run = " ".join(steps("RUN"))
    for target in re.findall(r"\bmake (\w+) &&", run):
        assert subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True).returncode == 0, target
    assert "make setup" in run
    serve = (ROOT / "Makefile").read_text("utf-8").partition("run: setup\n")[2].partition("\n\n")[0]
    shell = json.loads(steps("CMD")[-1])[2]
    for command in ("prepare", "gunicorn --config webapp/gunicorn_conf.py", "webapp:create_app()"):
        assert command in serve
        assert command in shell
    assert environment().keys() - OTHERS <= {setting.name for setting in SETTINGS}
    assert steps("EXPOSE") == [str(app.config["PORT"])]
    assert steps("USER") == ["hanoi"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The files of an image in a folder, without those that the build removes, and its last command over them."""
    folder, port = tmp_path_factory.mktemp("image"), free_port()
    removed = re.search(r"make setup && rm -rf ([\w ]+)", " ".join(steps("RUN")))
    assert removed
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in listed:
        if (ROOT / name).is_file() and Path(name).parts[0] not in removed[1].split():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    programs = Path(sys.executable).parent
    given = environment() | {"PATH": f"{programs}:{os.environ['PATH']}", "PORT": str(port), "SECRET_KEY": "x" * 40}
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(json.loads(steps("CMD")[-1]), cwd=folder, env=given, stdout=file, stderr=file)
    served, end = Served(port, str(log), process.pid), time.monotonic() + PATIENCE_S
    while not check_health(port):
        assert process.poll() is None, served.said()
        assert time.monotonic() < end, served.said()
        time.sleep(0.1)
    yield served
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def check_health(port: int) -> bool:
    """The image's own check, at another port."""
    _python, flag, code = json.loads(steps("HEALTHCHECK")[-1].partition("CMD ")[2])
    command = [sys.executable, flag, code.replace(":8000/", f":{port}/")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.soak
def test_its_last_command_serves_and_its_health_is_checked(image: Served) -> None:
    assert image.get("/")[0] == 200
    assert image.get("/readyz")[0] == 200
    assert check_health(image.port)
    assert not check_health(free_port())
    assert all(line.startswith("{") for line in image.said().splitlines() if "event" in line)
