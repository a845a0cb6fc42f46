"""A probe of a store on a server costs the same however many figures it holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.conftest import close, over
from tests.stores import Stores
from webapp import integrity

FIGURES = 1_967


@pytest.fixture
def app(postgres_stores: Stores) -> Iterator[Flask]:
    with postgres_stores.lend("embedded") as url:
        app = over(url)
        yield app
        close(app)


def content(app: Flask) -> str:
    answer = app.test_client().get("/readyz").get_json()
    return str(answer.get("content") or answer["detail"])


def alter(app: Flask, statement: str) -> None:
    with app.extensions["engine"].begin() as connection:
        connection.execute(text(statement))


def test_figures_are_compared_up_to_the_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "PROBED", FIGURES)
    assert content(app) == "fits the audit's hashes"
    app.extensions["watch"].at = -1e9  # the verdict is old
    alter(app, "UPDATE observation SET value = value + 1 WHERE id = 77")
    assert "content: The store is not as it was entered." in content(app)


def test_above_the_limit_no_figure_is_read_and_the_probe_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(integrity, "PROBED", FIGURES - 1)
    open_reader = integrity.open_reader

    def watched(*args: object) -> object:
        engine = open_reader(*args)  # type: ignore[arg-type] # passed on as they came
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_more: said.append(statement))
        return engine

    monkeypatch.setattr(integrity, "open_reader", watched)
    assert "figures are too many for a probe, `flask db check` compares them" in content(app)
    assert any("FROM audit_entry" in statement for statement in said)
    assert not [statement for statement in said if "FROM observation" in statement]
    app.extensions["watch"].at = -1e9
    alter(app, "UPDATE theme SET name_vi = 'x'")
    assert "content: The store is not as it was entered." in content(app)
