"""What the service writes can be taken in again: figures, signs, notes, statuses and sources, cell for cell."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from indicators.catalogue import load_catalogue
from indicators.history import content_of, key_of, read_current
from indicators.intake.importing import Plan, apply_plan, plan_import
from indicators.intake.plausibility import WARNINGS
from indicators.intake.reading import Wish
from indicators.models import Observation
from tests.sealed import seal
from tests.webapp.exports import toy_client
from webapp.engines import open_engine
from webapp.i18n import LANGUAGES
from webapp.intake_words import own_words
from webapp.today import today

FORMS = ("csv", "xlsx")
EVERY = dict.fromkeys(WARNINGS, "as exported")
COUNTED = "UPDATE observation SET numerator = 7, denominator = 9 WHERE id = (SELECT min(id) FROM observation)"


@contextmanager
def copied(app: Flask, folder: Path) -> Iterator[Session]:
    """A session on a copy of the app's store, and the app's context."""
    path = folder / "copy.db"
    path.unlink(missing_ok=True)
    stored = str(app.extensions["engine"].url.database)
    with closing(sqlite3.connect(stored)) as store, closing(sqlite3.connect(path)) as copy:
        store.backup(copy)
    engine = open_engine(f"sqlite:///{path}")
    with app.app_context(), Session(engine) as session:
        yield session
    engine.dispose()


def planned(session: Session, path: Path) -> Plan:
    """What the command would do with a file."""
    places = load_places(session)
    return plan_import(session, path, Wish(words=own_words(places, load_catalogue(session, places))), today())


def figures(session: Session) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What every figure says, by what it is about."""
    return {key_of(row): content_of(row) for row in read_current(session)}


def download(client: FlaskClient, folder: Path, name: str, lang: str, query: str) -> Path:
    """A file of the service, kept under a name of its kind."""
    answer = client.get(f"{'' if lang == 'vi' else '/en'}/download/{name}?{query}")
    assert answer.status_code == 200
    path = folder / f"{lang}.{name}"
    path.write_bytes(answer.data)
    return path


def go_round(app: Flask, path: Path) -> set[tuple[Any, ...]]:
    """Take a file in where all stands, and where what it holds is gone: all is as before. Returns what it holds."""
    with copied(app, path.parent) as session:
        before, plan = figures(session), planned(session, path)
        assert {change.kind for change in plan.changes} == {"unchanged"}
        assert plan.warnings == ()
        held = {key_of(change.entry.record) for change in plan.changes}
        ids = [change.before["id"] for change in plan.changes if change.before]
        session.execute(delete(Observation).where(Observation.id.in_(ids)))
        session.commit()
        assert figures(session) == {key: says for key, says in before.items() if key not in held}
        assert apply_plan(session, planned(session, path), "Lan", EVERY).cells == len(held)
        assert figures(session) == before
        return held


def test_all_figures_of_the_city_go_out_and_come_in_again(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """In both forms and languages: about, more and less than, and a range."""
    files = [download(client, tmp_path, f"all.{form}", lang, "level=city") for lang in LANGUAGES for form in FORMS]
    found = [go_round(app, path) for path in files]
    assert all(held == found[0] for held in found)
    with Session(app.extensions["engine"]) as session:
        rows = [row for row in read_current(session) if key_of(row) in found[0]]
    assert {row["qualifier"] for row in rows} == {"", "approx", "gt", "lt", "range"}
    assert {row["status"] for row in rows} == {"reported", "provisional", "derived"}
    assert any(row["note_vi"] != row["note_en"] for row in rows)


def test_numerator_and_denominator_come_in_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with toy_client(tmp_path, monkeypatch) as client:
        app = client.application
        with Session(app.extensions["engine"]) as session:
            session.execute(text(COUNTED))
            seal(session)
            session.commit()
        for lang in LANGUAGES:
            for form in FORMS:
                assert len(go_round(app, download(client, tmp_path, f"all.{form}", lang, ""))) > 10


def test_a_map_of_codes_goes_out_and_comes_in_again(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    query = "indicator=ntm_title&edition=2024&level=commune&period=2024"
    assert len(go_round(app, download(client, tmp_path, "values.xlsx", "vi", query))) >= 300


def test_a_figure_that_was_altered_in_the_sheet_is_changed(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """Its heading names the unit."""
    query = "indicator=poor_households&edition=2024&level=district&period=2024"
    path = download(client, tmp_path, "values.xlsx", "en", query)
    assert len(go_round(app, path)) == 30
    book = openpyxl.load_workbook(path)
    [column] = [cell.column for cell in book.worksheets[0][1] if str(cell.value).startswith("Value (")]
    book.worksheets[0].cell(2, column).value = 7
    book.save(path)
    with copied(app, tmp_path) as session:
        changes = planned(session, path).changes
    assert [change.kind for change in changes] == ["changed"] + ["unchanged"] * 29


def test_a_figure_that_the_service_converted_is_not_taken_in(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    query = "indicator=population&edition=2024&level=commune&rebase=1"
    path = download(client, tmp_path, "values.csv", "vi", query)
    with copied(app, tmp_path) as session:
        plan = planned(session, path)
    converted = {notice.row for notice in plan.reading.notices if notice.rule == "converted"}
    assert converted
    assert not converted & {change.entry.row for change in plan.changes}


@pytest.mark.soak
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_the_whole_store_goes_out_and_comes_in_again(app: Flask, tmp_path: Path, lang: str, form: str) -> None:
    """All but plans and the figures that rank below another one, which no row shows."""
    result = app.test_cli_runner().invoke(
        args=["exports", "all", "--out", str(tmp_path), "--format", form, "--lang", lang]
    )
    assert result.exit_code == 0, result.output
    [path] = tmp_path.glob(f"*.{form}")
    held = go_round(app, path)
    with Session(app.extensions["engine"]) as session:
        outcomes = session.scalars(select(Observation.id).where(Observation.status != "planned")).all()
    assert len(held) > 0.95 * len(outcomes)
