"""What the documents say exists, and what exists is documented."""

from __future__ import annotations

import re
import subprocess

import pytest
from flask import Flask

from webapp.settings import ROOT, SETTINGS, BadSetting, read_settings

README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_has_at_most_500_words() -> None:
    assert len(README.split()) <= 500


def test_every_command_of_the_readme_is_a_make_target() -> None:
    commands = re.findall(r"(?:^|`|PORT=8080 )make (\w+)", README, re.MULTILINE)
    assert {"run", "test"} <= set(commands)
    for command in commands:
        assert subprocess.run(["make", "--dry-run", command], cwd=ROOT, capture_output=True).returncode == 0, command


def test_every_file_named_in_the_readme_exists() -> None:
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path


def test_every_route_of_the_api_is_documented(app: Flask) -> None:
    documented = (ROOT / "docs/api.md").read_text("utf-8")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api", "/healthz")):
            assert rule.rule in documented, rule.rule


def test_imports_go_one_way() -> None:
    order = ["geo", "boundaries", "indicators", "webapp"]
    for position, package in enumerate(order):
        for path in (ROOT / package).rglob("*.py"):
            imported = set(re.findall(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE))
            assert not imported & set(order[position + 1 :]), path


def test_geo_knows_no_country_file_database_or_flask() -> None:
    for path in (ROOT / "geo").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"^\s*(?:from|import) (flask|sqlalchemy|pathlib|os)\b", text, re.MULTILINE), path


def test_all_settings_that_cannot_be_used_are_named_at_once() -> None:
    with pytest.raises(BadSetting, match=r"PORT='high'.*WORKERS='0'"):
        read_settings({"PORT": "high", "WORKERS": "0"})
    assert read_settings({})["PORT"] == 8000
    assert all(setting.help and setting.allowed for setting in SETTINGS)


def test_the_repository_names_no_registry_and_no_path_of_a_machine() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "/wo" + "rk/", "/ro" + "ot/")
    for name in filter(None, files.split("\0")):
        text = (ROOT / name).read_bytes()
        assert not any(host.encode() in text for host in hosts), name
