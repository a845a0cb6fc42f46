"""Audits of the code and of what it is made of: faults that tools know, advisories, licences, secrets, and readers of
files that no request may reach."""

from __future__ import annotations

import ast
import json
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from defusedxml import EntitiesForbidden
from flask import Flask

from tests import supply
from tests.webapp.asked import address_of, rules
from webapp.settings import ROOT

SECURITY = ROOT / "docs/security.md"


def tracked() -> Iterator[Path]:
    """The files of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    yield from (ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def bandit(*paths: str) -> subprocess.CompletedProcess[str]:
    """bandit's word on faults of high severity."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "-lll", *paths]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_bandit_finds_nothing_of_high_severity() -> None:
    done = bandit("geo", "boundaries", "indicators", "webapp")
    assert done.returncode == 0, done.stdout


def test_bandit_would_have_found_a_planted_fault(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import subprocess\nsubprocess.run(input(), shell=True)\n", "utf-8")
    assert bandit(str(tmp_path)).returncode == 1


LOCK = "alpha==1.0 \\\n    --hash=sha256:0\nbeta==2.0 ; python_version > '3' \\\n    --hash=sha256:0\n"
LOOKED_UP = {"name": "alpha", "version": "1.0", "vulns": []}
FLAWED = {"name": "beta", "version": "2.0", "vulns": [{"id": "CVE-2099-1"}]}
SKIPPED = {"name": "beta", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("found", "status", "wanted", "words"),
    [
        ([LOOKED_UP, {**FLAWED, "vulns": []}], 0, supply.AUDITED, "2 packages audited"),
        ([LOOKED_UP, FLAWED], 1, supply.VULNERABLE, "beta 2.0: CVE-2099-1"),
        ([LOOKED_UP, SKIPPED], 0, supply.NOT_AUDITED, "NOT AUDITED: 1 of 2 packages, beta"),
        ([LOOKED_UP], 0, supply.NOT_AUDITED, "NOT AUDITED: 1 of 2 packages, beta"),
        ([], 0, supply.NOT_AUDITED, "NOT AUDITED: 2 of 2 packages"),
        (None, 1, supply.NOT_AUDITED, "NOT AUDITED: no route to host"),
        (None, 0, supply.NOT_AUDITED, "NOT AUDITED: no route to host"),
    ],
)
def test_an_audit_counts_only_what_was_looked_up(
    tmp_path: Path, found: list[object] | None, status: int, wanted: int, words: str
) -> None:
    """Whatever the auditor's own status: a source that cannot be reached is no pass."""
    lock, auditor = tmp_path / "lock.txt", tmp_path / "auditor"
    lock.write_text(LOCK, "utf-8")
    said = "" if found is None else json.dumps({"dependencies": found})
    (tmp_path / "said").write_text(said, "utf-8")
    auditor.write_text(f"#!/bin/sh\ncat {tmp_path}/said\necho no route to host >&2\nexit {status}\n", "utf-8")
    auditor.chmod(0o755)
    ended, sentence = supply.audit(str(auditor), lock)
    assert (ended, words in sentence) == (wanted, True), sentence


@pytest.mark.soak
def test_no_locked_package_has_a_known_advisory() -> None:
    status, sentence = supply.audit()
    if status == supply.NOT_AUDITED:
        pytest.skip(sentence)
    assert status == supply.AUDITED, sentence


def test_every_package_has_an_allowed_licence_and_stands_in_the_list() -> None:
    assert not {name: said for name, said in supply.licences().items() if supply.refused(said)}
    assert not [row for row in supply.locked_for_browsers() if supply.refused(row["licence"])]
    assert supply.licences_document() == supply.LICENCES.read_text("utf-8"), "Run python -m tests.supply licences."


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0", "MIT AND GPL-2.0-only", "UNKNOWN", "BUSL-1.1"])
def test_other_licences_are_refused(licence: str) -> None:
    assert supply.refused(licence)
    assert not supply.refused(f"{licence} OR MIT")


def test_the_bill_of_materials_is_valid_and_holds_every_locked_package() -> None:
    document = supply.bill()
    version = SchemaVersion.from_version(document["specVersion"])
    assert JsonStrictValidator(version).validate_str(json.dumps(document)) is None
    listed = {(row["name"], row["version"]) for row in document["components"]}
    assert {(row.name, row.version) for row in supply.locked(supply.LOCK)} <= listed
    assert {("leaflet", "1.9.4")} <= listed
    assert JsonStrictValidator(version).validate_str(json.dumps({**document, "components": [{"name": 1}]})) is not None


SECRETS = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}\b|\bgithub_pat_\w{22,}"
    rb"|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{10,}|\bsk-[A-Za-z0-9]{32,}|\bAIza[\w-]{35}\b|\bpypi-[\w-]{50,}|\bnpm_\w{36}\b"
    rb"|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}|[a-z]://[\w.-]+:(?!\{|hunter2|PASSWORD|\$)[^\s@/'\"<>\\]{6,}@"
    rb"|SECRET_KEY ?[=:] ?[\"']?[0-9a-f]{32,}"
)
"""Keys and passwords as they look."""


def test_no_file_holds_a_secret() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked() if SECRETS.search(path.read_bytes())] == []


@pytest.mark.parametrize(
    "text", ["AKIA" + "A" * 16, "ghp_" + "a" * 36, "-----BEGIN RSA PRIVATE" + " KEY-----", "SECRET_KEY=" + "0f" * 16,
             "postgresql://maps:s3cret" + "pass@db/hanoi"],
)  # fmt: skip
def test_a_planted_secret_would_have_been_found(text: str) -> None:
    assert SECRETS.search(text.encode())


READERS = {
    "read_file", "read_dataframe", "read_arrow", "read_info", "list_layers", "read_parquet", "read_csv", "read_excel",
    "read_json", "read_xml", "read_html", "read_sql", "read_table", "read_pickle", "load_workbook", "urlopen",
    "urlretrieve", "Request", "create_connection", "HTTPConnection", "HTTPSConnection", "send_file",
    "send_from_directory", "render_template_string", "eval", "exec", "system", "popen", "Popen",
}  # fmt: skip
"""Functions that fetch, read or run what an argument names."""

FETCHERS = {"requests", "httpx", "urllib3", "ftplib", "smtplib", "fiona", "rasterio", "osgeo", "pickle", "shelve"}
"""Modules that nothing here needs."""

COMMAND_LINE = {"cli.py", "boundaries_cli.py", "dumps.py", "intake_cli.py", "points_cli.py", "release/cli.py",
                "reports/cli.py"}  # fmt: skip


def readers(source: str) -> set[str]:
    """The functions and modules of the lists above that a source uses."""
    used = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            used |= {name} & READERS
        if isinstance(node, ast.Import):
            used |= {alias.name.partition(".")[0] for alias in node.names} & FETCHERS
        if isinstance(node, ast.ImportFrom):
            used |= {(node.module or "").partition(".")[0]} & FETCHERS
    return used


def test_nothing_that_a_request_reaches_can_fetch_or_read_what_it_names() -> None:
    """Beside the command line, nothing in the web service calls a reader of files or of addresses."""
    paths = [path for path in (ROOT / "webapp").rglob("*.py") if "migrations" not in path.parts]
    used = {str(path.relative_to(ROOT / "webapp")): readers(path.read_text("utf-8")) for path in paths}
    assert {name: calls for name, calls in used.items() if calls and name not in COMMAND_LINE} == {}


def test_a_planted_reader_would_have_been_found() -> None:
    assert readers("import geopandas\ndef show():\n    return geopandas.read_file(request.args['url'])") == {
        "read_file"
    }
    assert readers("from requests import get") == {"requests"}


MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function"
)
SCRIPTS = sorted([*(ROOT / "webapp/static").glob("*.js"), *(ROOT / "webapp/templates").rglob("*.js")])


def test_no_script_of_ours_writes_markup() -> None:
    assert len(SCRIPTS) > 20
    assert [path.name for path in SCRIPTS if MARKUP.search(path.read_text("utf-8"))] == []
    assert MARKUP.search("node.innerHTML = name")


def test_scripts_store_the_theme_and_nothing_else() -> None:
    stored = {
        line.strip() for path in SCRIPTS for line in path.read_text("utf-8").splitlines()
        if re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", line)
    }  # fmt: skip
    assert stored
    assert all('"theme"' in line for line in stored)


def test_every_text_says_its_encoding(app: Flask) -> None:
    """JSON is UTF-8 by its own standard (RFC 8259)."""
    client = app.test_client()
    for rule in rules(app):
        kind = client.get(address_of(app, rule)).headers["Content-Type"]
        assert "charset=utf-8" in kind or "json" in kind, rule


def test_a_workbook_with_an_entity_is_refused(tmp_path: Path) -> None:
    """No file is read and nothing is fetched for it."""
    plain, evil = tmp_path / "plain.xlsx", tmp_path / "evil.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "here"
    book.save(plain)
    doctype = b'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(evil, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, doctype + content if name == "xl/worksheets/sheet1.xml" else content)
    with evil.open("rb") as file, pytest.raises(ValueError, match="invalid XML") as caught:
        openpyxl.load_workbook(file, read_only=True)
    assert isinstance(caught.value.__context__, EntitiesForbidden)


OUTSIDE = ("/vsicurl/http://127.0.0.1:{port}/x.geojson", "http://127.0.0.1:{port}/x.gpkg", "/vsizip//etc/passwd",
           "file:///etc/passwd", "//127.0.0.1:{port}/x", "OAPIF:http://127.0.0.1:{port}/", "/etc/passwd",
           "<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>",
           "PG:host=127.0.0.1 port={port}", "http://[::1]:{port}/", "http://2130706433:{port}/",
           "http://169.254.169.254/latest/meta-data/")  # fmt: skip
ASKED = ("indicator", "edition", "level", "code", "areas", "q", "f", "size", "as_of", "v")


def test_no_address_or_path_of_a_request_is_ever_opened(app: Flask) -> None:
    """What Python opens and connects to is written down while every rule is asked for each of them, once in a
    parameter and once in the path."""
    touched: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "urllib.Request"):
            touched.append(f"{event} {arguments[:2]}")

    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        client, port = app.test_client(), trap.getsockname()[1]
        sys.addaudithook(watch)
        Path("/etc/passwd").read_bytes()
        assert any("passwd" in line for line in touched), "the watch sees nothing"
        touched.clear()
        for number, rule in enumerate(rules(app)):
            where = address_of(app, rule).partition("?")[0]
            text = OUTSIDE[number % len(OUTSIDE)].format(port=port)
            client.get(where, query_string={ASKED[number % len(ASKED)]: text})
            client.get(f"{where}/{text}")
        watching = False
        with pytest.raises(TimeoutError):
            trap.accept()
    assert [line for line in touched if re.search(rf"{port}|passwd|vsi|169\.254|socket\.|Popen|urllib", line)] == []


def named_tests(document: str) -> set[str]:
    """`path::name` of every test that a document names."""
    return set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", document))


def test_every_test_that_the_list_of_requirements_names_exists() -> None:
    named = named_tests(SECURITY.read_text("utf-8"))
    assert len(named) > 30
    for name in named:
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), name
        if function:
            assert re.search(rf"^def {function}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), name


def test_every_requirement_that_applies_names_a_test_and_every_other_a_reason() -> None:
    rows = [line.split("|")[1:-1] for line in SECURITY.read_text("utf-8").splitlines() if re.match(r"\| \d", line)]
    assert len(rows) > 60
    applies = [row for row in rows if len(row) == 3]
    assert all("`tests/" in row[2] for row in applies), [row[0] for row in applies if "`tests/" not in row[2]]
    assert all(row[1].strip() for row in rows)
    numbers = [number for row in rows for number in re.findall(r"\d+\.\d+(?:\.\d+)?", row[0])]
    assert len(numbers) > 150
    assert len(numbers) == len(set(numbers))
