"""What cold pages read of the store over training figures: counted, for seconds differ from machine to machine.

And that reading less says the same: an area alone is as it is in the tables of all areas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from indicators import observations
from indicators.catalogue import strata_of
from indicators.history import read_stated
from indicators.ranks import rank_areas
from indicators.table import indicator_table
from tests.conftest import close, over
from webapp.db import session, snapshot
from webapp.profile import build_profile
from webapp.tables import find_table_within


@pytest.fixture
def cold(training: Flask) -> Iterator[Flask]:
    """The service over training figures with nothing kept but places and catalogue."""
    app = over(training.config["DATABASE_URL"])
    app.test_client().get("/about")
    yield app
    close(app)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of figures of each reading, in turn."""
    read: list[int] = []

    def counted(*asked: Any) -> Sequence[Any]:
        found = read_stated(*asked)
        read.append(len(found))
        return found

    monkeypatch.setattr(observations, "read_stated", counted)
    return read


def statements_of(app: Flask, path: str) -> int:
    """How many statements the answer to a page takes."""
    client: FlaskClient = app.test_client()
    asked: list[str] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    event.listen(app.extensions["reader"], "before_cursor_execute", note)
    answer = client.get(path, headers={"Accept": "text/html"})
    event.remove(app.extensions["reader"], "before_cursor_execute", note)
    assert answer.status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("path", "statements", "figures"),
    [
        ("/matrix", 100, 12_000),
        ("/matrix?edition=2024&level=commune&parent=274", 90, 80_000),
        ("/board", 130, 3_000),
        ("/resolution", 110, 3_000),
        ("/areas/2024/274", 100, 18_000),
        ("/areas/2024/09859", 60, 30_000),
        ("/compare?areas=2024:274,2024:268,2024:250,2024:017", 120, 18_000),
    ],
)
def test_a_cold_page_reads_what_it_shows(
    cold: Flask, rows: list[int], path: str, statements: int, figures: int
) -> None:
    """Without naming few areas to the store /matrix reads 264,589 rows; with a table for every year it takes 394
    statements, and /board 1,101."""
    assert statements_of(cold, path) <= statements
    assert 0 < sum(rows) <= figures


@pytest.mark.parametrize(
    ("store", "edition", "code"),
    [("app", "2024", "274"), ("app", "2024", "09859"), ("app", "2025-07", "01"),
     ("training", "2024", "001"), ("training", "2024", "09859"), ("training", "2025-07", "09877")],
)  # fmt: skip
def test_an_area_alone_is_as_in_the_tables_of_all(
    request: pytest.FixtureRequest, store: str, edition: str, code: str
) -> None:
    """Figure, judgement and standing of every indicator: read for the area only, and from the table of its level."""
    with request.getfixturevalue(store).test_request_context("/"):
        data = snapshot()
        entries = build_profile(data, data.places.area(edition, code))
        assert any(entry.row.figure for entry in entries)
        for entry in entries:
            cell = entry.edition, entry.row.area.level, entry.period, entry.stratum
            table = indicator_table(session(), data.catalogue, data.places, entry.indicator.id, *cell)
            row = next(row for row in table.rows if row.area.code == entry.row.area.code)
            assert entry.row == replace(row, class_index=None), entry.indicator.id
            assert entry.row.assessment == row.assessment, entry.indicator.id
            assert entry.standing == rank_areas(entry.indicator, table.rows)[row.area.code], entry.indicator.id


def test_the_areas_of_one_parent_are_as_in_the_table_of_all(training: Flask) -> None:
    with training.test_request_context("/"):
        data = snapshot()
        for name in ("ntm_title", "population", "income_per_capita", "clean_water_household_rate"):
            indicator = data.catalogue.indicator(name)
            part = find_table_within(data, indicator, "2024", "commune", strata_of(indicator)[0], "274").table
            whole = indicator_table(session(), data.catalogue, data.places, name, "2024", "commune").within("274")
            assert part == whole, name
            assert [row.assessment for row in part.rows] == [row.assessment for row in whole.rows], name
