"""docs/operations.md and the units beside it: what they say is run and leads to a service that starts in production."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import ScriptInfo

from tests.conftest import prepared
from tests.webapp.test_boundary_walk import BLOCKS
from webapp.cli import setting_table
from webapp.settings import ROOT, read_settings

DOCUMENT = (ROOT / "docs/operations.md").read_text("utf-8")
UNITS = sorted((ROOT / "deploy").glob("hanoi*"))
STUBS = "\n".join(f'{name}() {{ echo "{name} $*" >> "$CALLS"; }}' for name in ("make", "git", "systemctl", "cp"))
SHELL = f"""set -e
{STUBS}
install() {{ echo "install $*" >> "$CALLS"; [ "$1" = -d ] || : > "$4"; }}
systemd-run() {{ while [ "${{1##*/}}" != flask ]; do shift; done; shift; flask "$@"; }}
python3() {{ "$PYTHON" "$@"; }}
flask() {{ "$PYTHON" -m flask "$@"; }}
"""
"""What changes the machine is only written down; everything else is done, in folders of the test."""

FIGURES = """indicator_id,edition,level,area_code,area_name,period,stratum,value,unit,status,source_id,note
waste_same_day_collection_rate,2024,district,001,Quận Ba Đình,2024,all,91.5,%,reported,danviet-6bbf6c,
"""


def test_the_settings_of_the_document_are_those_of_the_service() -> None:
    assert DOCUMENT.endswith(setting_table()), "Run flask --app webapp settings --markdown and put it at the end."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A machine: /etc and /var/backups/hanoi in a folder, and a loaded store."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "var/backups/hanoi").mkdir(parents=True)
    prepared(tmp_path / "store.db").extensions["engine"].dispose()
    return tmp_path


def type_in(folder: Path, command: str, **names: str) -> str:
    """Run a block of the document; `names` are what it leaves to the reader."""
    for name, value in names.items():
        command = re.sub(rf"\b{name}\b", value, command)
    command = command.replace("/etc/hanoi.env", f"{folder}/etc/hanoi.env").replace("/var/", f"{folder}/var/")
    given = {"DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "PYTHON": sys.executable, "CALLS": f"{folder}/calls"}
    done = subprocess.run(
        ["bash", "-c", SHELL + command], cwd=ROOT, env=os.environ | given, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_the_document_says_to_type_installs_saves_restores_and_upgrades(folder: Path) -> None:
    blocks = [command for _status, command in BLOCKS.findall(DOCUMENT)]
    install, several, bring_in, save, upgrade = blocks
    type_in(folder, install)
    type_in(folder, several, PASSWORD="hunter2")  # noqa: S106 - a word that no file of ours takes for a secret
    written = dict(line.split("=", 1) for line in (folder / "etc/hanoi.env").read_text("utf-8").splitlines())
    settings = read_settings(written | {"HOST": "0.0.0.0"})  # noqa: S104 - open to others, as production is
    assert (settings["ENVIRONMENT"], settings["TRUSTED_PROXIES"], len(settings["SECRET_KEY"])) == ("production", 1, 64)
    assert settings["REDIS_URL"] == "redis://cache:6379/0"
    assert "Restored: data version 2." in type_in(folder, save, FILE=f"{folder}/copy")
    (folder / "figures.csv").write_text(FIGURES, "utf-8")
    assert "1 added" in type_in(folder, bring_in, FILE=f"{folder}/figures.csv", NAME="an")
    assert "static files" in type_in(folder, upgrade, RELEASE="v2")
    assert (folder / "var/backups/hanoi/before-upgrade").is_file()
    calls = (folder / "calls").read_text("utf-8").splitlines()
    assert calls[-1] == "systemctl reload hanoi"
    assert [call.split()[:2] for call in calls if call.startswith("git")] == [["git", "fetch"], ["git", "checkout"]]
    for call in calls:
        for path in re.findall(r"deploy/[\w.-]+", call):
            assert (ROOT / path).is_file(), path


def test_every_command_of_the_documents_exists(app: Flask) -> None:
    """Also those named in sentences, in this document and in the others for whoever runs the service."""
    texts = [DOCUMENT, *((ROOT / f"docs/{name}.md").read_text("utf-8") for name in ("postgresql", "security"))]
    named = {found for text in texts for found in re.findall(r"`flask ((?:--app webapp )?[a-z][\w -]*)", text)}
    assert {"prepare", "doctor", "db check"} <= {name.strip() for name in named}
    for name in named:
        with click.Context(app.cli, obj=ScriptInfo(create_app=lambda: app)) as context:
            command: click.Command | None = app.cli
            for word in name.removeprefix("--app webapp ").split():
                if not isinstance(command, click.Group) or word.startswith("-"):
                    break
                command = command.get_command(context, word)
                assert command is not None, name


@pytest.mark.parametrize("path", UNITS, ids=lambda path: str(path.name))
def test_a_unit_runs_what_is_there(path: Path, app: Flask) -> None:
    """Programs of the environment, commands of the service, and files of the repository."""
    text = path.read_text("utf-8")
    assert re.match(r"\[Unit\]\nDescription=", text)
    for line in re.findall(r"^Exec\w+=(.*)$", text, re.MULTILINE):
        for words in re.findall(r"bin/flask --app webapp ([a-z]+)", line):
            assert words in app.cli.commands, line
        for file in re.findall(r"--config (\S+)", line):
            assert (ROOT / file).is_file(), line
        for program in re.findall(r"/opt/hanoi/\.venv/bin/(\w+)", line):
            assert Path(sys.executable).with_name(program).is_file(), line
    if "Type=notify" in text:
        assert "NotifyAccess=all" in text, "a worker of the new release tells who is the master now"
        assert "ExecReload=/bin/kill -USR2 $MAINPID" in text
