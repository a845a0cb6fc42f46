"""The log: one line for each import, export and refusal, with its counts, and without a word of who did it."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from tests.boundaries.imports.province import layer
from tests.conftest import close, over
from tests.stores import Stores
from tests.webapp.test_boundary_crash import OPTIONS as PROVINCE
from tests.webapp.test_points import SHARE, register
from tests.webapp.test_postgresql import HEADER, ROW
from webapp import logs
from webapp.runs import run

WHO = "Nguyễn Thị Lan 0912345678"
ALWAYS = {"time", "event", "level", "run", "outcome", "ms"}
SHA256 = re.compile("[0-9a-f]{64}")
HOSTILE = '/api/v1/a\r\n{"event":"forged"}\x1b[2J\x9b1m\x85\u2028\u202e'


@pytest.fixture(scope="module")
def service(sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service over a store of its own."""
    with sqlite_stores.lend("embedded") as url:
        app = over(url, LAYERS_DIR=str(tmp_path_factory.mktemp("layers")), LOG_FORMAT="json")
        yield app
        close(app)


def command(app: Flask, *args: object) -> tuple[Result, dict[str, Any]]:
    """What a command said, and its one line of the log."""
    done = app.test_cli_runner().invoke(args=[str(arg) for arg in args])
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith('{"time"')]
    assert len(lines) == 1, done.output
    assert not any(word in str(lines[0]) for word in ("Lan", "0912345678", "so-ho-ba-lan")), lines[0]
    return done, lines[0]


def facts(line: dict[str, Any]) -> dict[str, Any]:
    """What a line says beside what every line does."""
    assert line.keys() >= ALWAYS, line
    assert re.fullmatch("[0-9a-f]{32}", line["run"])
    assert line["ms"] > 0
    return {name: value for name, value in line.items() if name not in ALWAYS - {"event", "outcome"}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of figures whose name and whose text name somebody."""
    path = tmp_path / "so-ho-ba-lan.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    return path


def test_an_import_and_its_undoing_have_a_line_each(service: Flask, file: Path) -> None:
    asked = ("indicators", "import", file, "--by", WHO)
    counts = {"added": 0, "changed": 1, "unchanged": 0}
    trial = facts(command(service, *asked, "--dry-run")[1])
    assert SHA256.fullmatch(trial.pop("sha256"))
    rules = trial.pop("warnings")
    assert trial == {"event": "import", "outcome": "dry run", **counts}
    refused = facts(command(service, *asked)[1])
    assert refused.pop("sha256")
    named = refused.pop("rules")
    assert refused == {"event": "refused", "command": "indicators import", "outcome": "refused", "error": "IngestError",
                       "problems": rules, "warnings": rules, **counts}  # fmt: skip
    confirmed = [word for rule in named for word in ("--confirm", f"{rule}={WHO}")]
    done = facts(command(service, *asked, *confirmed)[1])
    assert done | {"sha256": "", "warnings": 0} == {
        "event": "import", "outcome": "done", "batch": 1, "data_version": 2, "sha256": "", "warnings": 0, **counts
    }  # fmt: skip
    again = facts(command(service, *asked, *confirmed)[1])
    assert (again["outcome"], again["batch"], again["unchanged"]) == ("unchanged", None, 1)
    undone = facts(command(service, "indicators", "undo", 1, "--by", WHO)[1])
    assert undone == {"event": "undo", "outcome": "done", "undoes": 1, "batch": 2, "data_version": 3, "cells": 1}
    refused = facts(command(service, "indicators", "undo", 1, "--by", WHO)[1])
    assert refused == {
        "event": "refused",
        "command": "indicators undo",
        "outcome": "refused",
        "undoes": 1,
        "error": "NotUndone",
    }


def test_a_refused_file_is_told_by_its_rules_and_not_by_its_cells(service: Flask, file: Path) -> None:
    file.write_text(f"{HEADER}\n{ROW.replace('999999', WHO)}\n", "utf-8")
    done, line = command(service, "indicators", "import", file, "--by", WHO)
    said = facts(line)
    assert (done.exit_code, WHO in done.stderr) == (2, True)
    assert (said["event"], said["error"], said["problems"]) == ("refused", "IngestError", 1)
    assert len(said["rules"]) == 1


def test_what_is_asked_wrongly_is_a_refusal_too(service: Flask, file: Path) -> None:
    done, line = command(service, "indicators", "import", file, "--by", " ")
    assert (done.exit_code, line["event"], line["error"]) == (2, "refused", "BadParameter")


def test_what_click_refuses_has_a_line_too(service: Flask) -> None:
    """Options, files and commands that there are not; neither their words nor names are logged."""
    for words, name, error in (
        (("indicators", "import", "so-ho-ba-lan.csv", "--by", WHO), "indicators import", "BadParameter"),
        (("indicators", "undo", "1", "--bye", WHO), "indicators undo", "NoSuchOption"),
        (("indicators", "so-ho-ba-lan"), "indicators", "NoSuchCommand"),
        (("exports", "all"), "exports all", "MissingParameter"),
        (("boundaries", "crosswalk", "--from", "2024"), "boundaries crosswalk", "UsageError"),
        (("prepare", "--lan"), "prepare", "NoSuchOption"),
    ):
        done, line = command(service, *words)
        assert (done.exit_code, line["event"], line["command"], line["error"]) == (2, "refused", name, error)
        facts(line)
    helped = service.test_cli_runner().invoke(args=["indicators", "import", "--help"])
    assert (helped.exit_code, helped.stderr) == (0, "")


def test_boundaries_and_points_have_a_line_each(service: Flask, tmp_path: Path) -> None:
    layer().to_file(tmp_path / "so-ho-ba-lan.gpkg", driver="GPKG")
    asked = ("boundaries", "import", tmp_path / "so-ho-ba-lan.gpkg", *PROVINCE, "--by", WHO)
    assert facts(command(service, *asked, "--dry-run")[1])["outcome"] == "dry run"
    done = facts(command(service, *asked)[1])
    assert SHA256.fullmatch(done.pop("sha256"))
    assert done.pop("batch") > 0
    assert done == {"event": "boundary import", "outcome": "done", "edition": "mau", "area_level": "commune",
                    "units": 4, "repairs": 0, "added": 7}  # fmt: skip
    refused = facts(command(service, *asked)[1])
    assert (refused["event"], refused["command"], refused["edition"]) == ("refused", "boundaries import", "mau")
    register().to_csv(tmp_path / "so-ho-ba-lan.csv", index=False)
    named = {"indicator": "poor_household_rate", "edition": "2025-07", "period": "2025", "area_level": "commune"}
    options = [word for name, value in named.items() for word in (f"--{name.removeprefix('area_')}", value)]
    source = ("--source", "register", "--publisher", "UBND", "--title", f"Sổ hộ {WHO}", "--lon", "lon", "--lat", "lat")
    asked = ("indicators", "aggregate", tmp_path / "so-ho-ba-lan.csv", *options, *source, *SHARE, "--by", WHO)
    done = facts(command(service, *asked)[1])
    assert SHA256.fullmatch(done.pop("sha256"))
    assert done.pop("batch") > 0
    assert done == {"event": "aggregate", "outcome": "done", **named, "figures": 2, "added": 2, "changed": 0,
                    "unchanged": 0}  # fmt: skip


def test_reports_releases_and_backups_have_a_line_each(service: Flask, tmp_path: Path) -> None:
    asked = ("reports", "build", "--edition", "2024", "--level", "city", "--format", "xlsx", "--out")
    done = facts(command(service, *asked, tmp_path / "reports")[1])
    assert (done["event"], done["outcome"], done["made"], done["kept"]) == ("reports", "done", 1, 0)
    refused = facts(command(service, "release", "build", "--out", tmp_path)[1])
    assert refused == {"event": "refused", "command": "release build", "outcome": "refused", "error": "BadParameter"}
    done = facts(command(service, "db", "backup", tmp_path / "copy.db")[1])
    size = (tmp_path / "copy.db").stat().st_size
    assert done == {"event": "backup", "outcome": "done", "bytes": size, "faults": 0}
    (tmp_path / "copy.db").write_bytes(b"no store")
    refused = facts(command(service, "db", "restore", tmp_path / "copy.db")[1])
    assert (refused["event"], refused["command"], refused["error"]) == ("refused", "db restore", "BackupFailed")


def test_an_outage_is_a_refusal_and_a_fault_of_the_code_is_a_failure(
    service: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither line has the words of the error, in which there may be an address with a password."""
    faults = ((OperationalError("SELECT 1", None, Exception("hunter2")), SystemExit, "refused"),
              (ValueError("hunter2"), ValueError, "failed"),
              (KeyboardInterrupt(), KeyboardInterrupt, "failed"))  # fmt: skip
    for raised, ends, event in faults:
        with service.app_context(), pytest.raises(ends), run("import"):
            raise raised
        (line,) = [json.loads(text) for text in capsys.readouterr().err.splitlines() if text.startswith("{")]
        assert (line["event"], line["outcome"], line["error"]) == (event, event, type(raised).__name__)
        assert "hunter2" not in str(line)


@pytest.fixture
def lines(app: Flask) -> Iterator[io.StringIO]:
    """What the service logs while it answers."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logs._formatter("json", [logs.structlog.contextvars.merge_contextvars]))
    logger = logging.getLogger("hanoi")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield text
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_an_export_and_a_refusal_say_what_how_large_and_how_long(app: Flask, lines: io.StringIO) -> None:
    client = app.test_client()
    path = "/download/values.csv"
    got = client.get(path, query_string={"indicator": "ntm_title"})
    client.get(path, query_string={"indicator": "ntm_title"}, headers={"If-None-Match": got.headers["ETag"]})
    client.get(path, query_string={"indicator": WHO})
    first, known, refused = (json.loads(line) for line in lines.getvalue().splitlines())
    assert all(line.pop("ms") > 0 and line.pop("time") for line in (first, known, refused))
    assert first.pop("request") == got.headers["X-Request-ID"]
    expected = {"event": "export", "level": "info", "path": path, "parameters": ["indicator"]}
    assert first == {**expected, "outcome": "done", "status": 200, "bytes": len(got.data)}
    assert (known["outcome"], known["status"], known["bytes"]) == ("unchanged", 304, 0)
    assert (refused["event"], refused["outcome"], refused["reason"]) == ("refused", "refused", "unknown")
    assert WHO not in lines.getvalue()


def test_a_file_made_while_it_is_sent_says_its_bytes_when_it_is_sent(app: Flask, lines: io.StringIO) -> None:
    asked = "/download/all.csv?indicator=ntm_title"
    got = app.test_client().get(asked, headers={"Accept-Encoding": "gzip"})
    sent = len(got.data)
    got.close()
    left = app.test_client().get(asked)
    first = len(next(iter(left.iter_encoded())))
    left.close()
    whole, broken = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (whole["outcome"], whole["bytes"], whole["request"]) == ("done", sent, got.headers["X-Request-ID"])
    assert (broken["outcome"], broken["bytes"]) == ("failed", first)
    assert sent > 0
    assert first > 0


@pytest.mark.parametrize("form", ["json", "text"])
def test_hostile_text_cannot_break_a_line_or_move_a_terminal(form: str) -> None:
    record = logging.LogRecord("hanoi", logging.INFO, "", 0, HOSTILE, None, None)
    record.path = HOSTILE
    said = logs._formatter(form, []).format(record)
    assert len(said.splitlines()) == 1
    assert all(letter.isprintable() for letter in said), said
    if form == "json":
        assert (json.loads(said)["event"], json.loads(said)["path"]) == (HOSTILE, HOSTILE)


def test_a_traceback_stays_in_its_line_of_json() -> None:
    with pytest.raises(ValueError, match="forged") as caught:
        int(HOSTILE)
    raised = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, raised)
    said = logs._formatter("json", []).format(record)
    assert len(said.splitlines()) == 1
    assert "ValueError" in json.loads(said)["exception"]
    assert dt.datetime.fromisoformat(json.loads(said)["time"]).utcoffset() == dt.timedelta(0)


def test_the_lines_of_commands_are_left_out_above_their_level(
    service: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.app_context(), monkeypatch.context() as patched:
        patched.setitem(current_app.config, "LOG_LEVEL", "warning")
        with run("load"):
            pass
    assert capsys.readouterr().err == ""
    assert logging.getLogger("hanoi.runs").handlers == []
