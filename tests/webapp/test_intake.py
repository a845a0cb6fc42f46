"""From an empty form to the map, by the commands that an official types."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, select

from boundaries.models import Base
from indicators.intake import encodings, grid, layout, matching, numerals, plausibility, reading, sources, words
from indicators.schema import SOURCES
from tests.conftest import prepared
from webapp import db
from webapp.db import Territory
from webapp.settings import ROOT

DOCUMENT = (ROOT / "docs/import.md").read_text("utf-8")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A service of its own, into whose store figures come."""
    app = prepared(tmp_path / "store.db")
    yield app
    app.extensions["engine"].dispose()


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def image(engine: Engine) -> list[list[tuple[object, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return [[tuple(row) for row in connection.execute(select(table))] for table in Base.metadata.sorted_tables]


def fill(path: Path, out: Path, **cells: str) -> Path:
    """Fill in the first row of a template's CSV."""
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    rows[0] |= cells
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return out


def units(app: Flask) -> Territory:
    """What the process keeps of the units."""
    with app.app_context():
        return db.snapshot().territory


def test_an_official_goes_from_an_empty_form_to_the_map_and_back(app: Flask, tmp_path: Path) -> None:
    """Template, dry run, import, page, undo: the figure is on the map, then as before."""
    where = ("--edition", "2024", "--level", "district", "--period", "2024")
    made = run(app, "indicators", "template", "poor_household_rate", *where, "--out", tmp_path)
    assert (made.exit_code, len(made.stdout.split())) == (0, 2)
    empty = tmp_path / "poor_household_rate_district_2024_2024.csv"
    new = tmp_path / "sources.csv"
    new.write_text(
        ",".join(SOURCES.header) + "\nbc-2024,UBND,Báo cáo,stated,,2025-01-15,official_site,official\n", "utf-8"
    )
    filled = fill(empty, tmp_path / "filled.csv", value="0,37", status="final", source_id="bc-2024")
    command = ("indicators", "import", filled, "--by", "Lan", "--sources", new)
    dry = run(app, *command, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "+ poor_household_rate/2024/001/2024/all/bc-2024 (Quận Ba Đình): 0.37" in dry.output
    rows = len(empty.read_text("utf-8-sig").splitlines()) - 1
    assert dry.output.count("No figure: nothing is changed for this unit.") == 5
    assert f"… and {rows - 1 - 5} more: blank." in dry.output
    before = app.test_client().get(
        "/api/v1/values?indicator=poor_household_rate&edition=2024&level=district&period=2024"
    )
    kept = units(app)
    confirmed = ("--confirm", "jump=seen", "--confirm", "range=seen")
    done = run(app, *command, *confirmed)
    assert "1 added, 0 changed, 0 unchanged. Batch 1, data version 2." in done.output, done.output
    after = app.test_client().get(before.request.path + "?" + before.request.query_string.decode())
    first = after.get_json()["areas"][0]
    assert (first["code"], first["value"], first["source_id"]) == ("001", 0.37, "bc-2024")
    assert "Nothing changed" in run(app, *command, *confirmed).output
    undone = run(app, "indicators", "undo", "1", "--by", "Mai")
    assert "1 cells put back by batch 2, data version 3." in undone.output
    again = app.test_client().get(before.request.path + "?" + before.request.query_string.decode())
    assert again.get_json()["areas"] == before.get_json()["areas"]
    assert run(app, "audit", "verify").exit_code == 0
    assert units(app) is kept, "Figures change no units: processes go on with those that they have."


def test_a_refused_file_lists_its_problems_ends_with_2_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    """On screen and as CSV, where text that looks like a formula is neutralised."""
    path, problems = tmp_path / "a.csv", tmp_path / "problems.csv"
    path.write_text(
        "indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id\n"
        "population,2024,district,001,2023,all,=1+1,persons,final,nobody\n"
        "population,2024,district,999,2023,all,5,persons,final,danviet-6bbf6c\n",
        "utf-8",
    )
    before = image(app.extensions["engine"])
    result = run(app, "indicators", "import", path, "--by", "Lan", "--problems", problems)
    assert result.exit_code == 2
    rows = list(csv.DictReader(problems.read_text("utf-8-sig").splitlines()))
    assert {(row["row"], row["rule"]) for row in rows} == {
        ("2", "formula"), ("2", "number"), ("2", "source"), ("3", "area")
    }  # fmt: skip
    assert {row["value"] for row in rows if row["rule"] == "formula"} == {"'=1+1"}
    assert all(row["rule"] in result.output for row in rows)
    assert image(app.extensions["engine"]) == before


@pytest.mark.parametrize(
    "arguments",
    [("--confirm", "jump"), ("--confirm", "anything=x"), ("--set", "nothing=x"), ("--column", "value=")],
)
def test_options_that_say_nothing_are_refused(app: Flask, tmp_path: Path, arguments: tuple[str, str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("value\n1\n", "utf-8")
    assert run(app, "indicators", "import", path, "--by", "Lan", *arguments).exit_code == 2


def test_every_rule_and_command_is_documented() -> None:
    """docs/import.md names each rule of the intake with its text."""
    for module in (encodings, grid, layout, matching, numerals, plausibility, reading, sources, words):
        for table in ("RULES", "WARNINGS"):
            for rule, text in getattr(module, table, {}).items():
                assert f"| `{rule}` | {text} |" in DOCUMENT, rule
    for command in ("template", "import", "undo"):
        assert f"flask indicators {command}" in DOCUMENT
