"""What pages ask of the figures PostgreSQL finds by an index, by its own plan, whatever the store holds beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from benchmarks.growth import figures, store
from tests.conftest import close, over
from tests.stores import Stores

PAGES = (
    store.MAP,
    store.VALUES,
    f"/areas/{figures.HOME}/{store.CODE}",
    f"/figures/{store.INDICATOR}/{figures.HOME}/{store.CODE}",
    "/batches/1",
    f"/indicators/{store.INDICATOR}",
    "/matrix",
    "/board",
)
UNASKED = ("/sources", "/about", "/indicators", "/areas", "/changes")
"""Pages that ask nothing of the figures: what they say of them is counted by batches."""


@pytest.fixture(scope="module")
def app(postgres_stores: Stores) -> Iterator[Flask]:
    with postgres_stores.lend("embedded") as url:
        app = over(url)
        with Session(app.extensions["engine"]) as session:
            figures.grow(session, 3_000, figures.Depth(years=(2024,), strata=("all",)))
        app.test_client().get("/")  # what is read once a data version is read
        yield app
        close(app)


def asked_of_figures(app: Flask, address: str) -> list[tuple[str, Any]]:
    """Statements, with their parameters, by which a page reads figures."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "FROM observation" in statement or "FROM superseded" in statement:
            said.append((statement, parameters))

    event.listen(app.extensions["reader"], "before_cursor_execute", note)
    try:
        assert app.test_client().get(address).status_code == 200
    finally:
        event.remove(app.extensions["reader"], "before_cursor_execute", note)
    return said


def plan_of(app: Flask, statement: str, parameters: Any) -> str:
    """How PostgreSQL goes about it when a scan of the whole table is the last resort, as it is for millions of rows."""
    with app.extensions["engine"].begin() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())


@pytest.mark.parametrize("address", PAGES)
def test_figures_are_found_by_an_index(app: Flask, address: str) -> None:
    said = asked_of_figures(app, address)
    assert said
    for statement, parameters in said:
        plan = plan_of(app, statement, parameters)
        assert "Index Cond" in plan, (statement, plan)
        assert "Seq Scan" not in plan, (statement, plan)


@pytest.mark.parametrize("address", UNASKED)
def test_lists_ask_nothing_of_the_figures(app: Flask, address: str) -> None:
    assert asked_of_figures(app, address) == []


def test_a_question_without_an_index_is_noticed(app: Flask) -> None:
    plan = plan_of(app, "SELECT count(*) FROM observation WHERE note_vi = %(note)s", {"note": "x"})
    assert "Seq Scan" in plan
