"""What a serving process loads before it answers: nothing that only commands and files need."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import folium.features
import pandas as pd
from alembic.script import ScriptDirectory
from babel import Locale
from flask import Flask

from tests.webapp.asked import QUESTIONS, address_of, rules
from webapp import db
from webapp.settings import ROOT

LATER = {
    "alembic", "chardet", "docx", "fontTools", "geopandas", "lxml", "mako", "matplotlib", "openpyxl", "psycopg",
    "pyarrow", "pyogrio", "pyproj", "redis", "rich", "scipy", "topojson", "typst", "urllib3", "xlsxwriter",
}  # fmt: skip
"""Modules of commands, files, other stores and exact geometry: each takes time and memory when it is first imported."""

START = """
import json, runpy, sys
runpy.run_path("webapp/gunicorn_conf.py")
import webapp.worker
"""
"""As gunicorn begins: its settings first, which are no module of the package."""

FIRST_PAGES = (
    START
    + """
client = webapp.create_app().test_client()
print(*{client.get(path).status_code for path in ("/", "/ogc/collections/2024.commune/items?limit=1")})
print(*(name for name, module in sys.modules.items() if module is not None))
"""
)
"""The map, and exact shapes: they are read from the layer file without the libraries of frames and projections."""

ALL_ANSWERS = (
    START
    + """
import pandas, pytest
from tests.webapp.test_start import answers
from webapp.i18n import forget_names
assert sys.modules["pyarrow"] is None and not hasattr(sys.modules["requests"], "get")
with pytest.raises(RuntimeError, match="pandas.io.stata.read_stata is not there while serving"):
    pandas.read_stata("figures.dta")
app = webapp.create_app()
forget_names()
print(json.dumps(answers(app)))
"""
)
"""As `when_ready` leaves it."""

FILES = ("values.xlsx", "values.geojson", "values.gpkg", "values.jsonstat.json", "map.pdf", "map.png", "city.docx")
ALIVE = ("/healthz", "/readyz")
"""Addresses that say when they were asked."""


TIME = re.compile(rb'"timeStamp": ?"[^"]*"')
"""When a page of features was asked for."""


def run(code: str, app: Flask) -> str:
    """What a program of its own prints, over the store of an app."""
    environment = {**os.environ, "DATABASE_URL": app.config["DATABASE_URL"]}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_first_pages_wait_for_nothing_that_they_do_not_need(app: Flask) -> None:
    status, *modules = run(FIRST_PAGES, app).split()
    assert status == "200"
    assert not LATER & {*modules}


def test_the_check_bites(app: Flask) -> None:
    modules = run("import alembic.command\n" + FIRST_PAGES, app).split()
    assert LATER & {*modules} == {"alembic", "mako"}


def answers(app: Flask) -> dict[str, list[Any]]:
    """Status and hash of the answer of every rule and of files of each kind."""
    ask = f"?{urlencode(QUESTIONS['downloads.show'])}"
    addresses = [address_of(app, rule) for rule in rules(app)]
    addresses += [f"/download/{name}" + ("" if name.startswith("city") else ask) for name in FILES]
    client = app.test_client()
    given = {address: client.get(address) for address in addresses if address not in ALIVE}
    return {
        address: [one.status_code, hashlib.sha256(TIME.sub(b"", one.data)).hexdigest()]
        for address, one in given.items()
    }


def test_answers_are_the_same_without_what_no_page_needs(app: Flask) -> None:
    """Here pandas keeps texts in Arrow and reads files of all kinds, Folium could fetch some, and Babel knows all
    languages by name; a serving process does none of this, and each answer is the same to the byte."""
    assert "get" in dir(folium.features.requests)
    assert "pyarrow" in str(pd.Series(["a"]).dtype.storage)
    assert "read" in dir(pd.io.stata.StataReader)
    assert Locale("vi").languages["en"] == "Tiếng Anh"
    served, here = json.loads(run(ALL_ANSWERS, app)), answers(app)
    assert {address: one for address, one in here.items() if served[address] != one} == {}
    assert {status for status, _hash in here.values()} == {200}
    assert len(here) > 80


def test_forms_are_those_of_the_migrations(app: Flask) -> None:
    """Told by the files' names, so that a check of health does not load Alembic."""
    script = ScriptDirectory.from_config(db.migrations())
    assert db.forms() == sorted(each.revision for each in script.walk_revisions())
    assert db.forms()[-1] == script.get_current_head() == db.form_of(app.extensions["engine"])
