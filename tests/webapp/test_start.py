"""What a serving process loads before it answers: nothing that only commands and files need."""

from __future__ import annotations

import os
import subprocess
import sys

from alembic.script import ScriptDirectory
from flask import Flask

from webapp import db
from webapp.settings import ROOT

LATER = {
    "alembic", "docx", "fontTools", "geopandas", "lxml", "mako", "matplotlib", "openpyxl", "psycopg", "pyarrow.dataset",
    "pyarrow.parquet", "pyogrio", "pyproj", "redis", "scipy", "topojson", "typst", "xlsxwriter",
}  # fmt: skip
"""Modules of commands, files, other stores and exact geometry: each takes time and memory when it is first imported."""

FIRST_PAGE = """
import sys
import webapp.gunicorn_conf, webapp.worker
status = webapp.create_app().test_client().get("/").status_code
print(status, *sys.modules)
"""


def loaded(code: str, url: str) -> tuple[str, set[str]]:
    """The status that a program of its own prints, and the modules that it has loaded by then."""
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    status, *modules = done.stdout.split()
    return status, set(modules)


def test_the_first_page_waits_for_nothing_that_it_does_not_need(app: Flask) -> None:
    status, modules = loaded(FIRST_PAGE, app.config["DATABASE_URL"])
    assert status == "200"
    assert not LATER & modules


def test_the_check_bites(app: Flask) -> None:
    _status, modules = loaded("import alembic.command\n" + FIRST_PAGE, app.config["DATABASE_URL"])
    assert LATER & modules == {"alembic", "mako"}


def test_forms_are_those_of_the_migrations(app: Flask) -> None:
    """Told by the files' names, so that a check of health does not load Alembic."""
    script = ScriptDirectory.from_config(db.migrations())
    assert db.forms() == sorted(each.revision for each in script.walk_revisions())
    assert db.forms()[-1] == script.get_current_head() == db.form_of(app.extensions["engine"])
