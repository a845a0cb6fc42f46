"""The audit's check holds one batch at a time, and may leave the figures of a large store unread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from indicators import audit
from indicators.entering import enter_figures
from indicators.models import Observation
from tests import toy
from tests.stores import Stores
from webapp.engines import open_engine

BATCHES, ROWS = 5, 400


@pytest.fixture
def engine(stores: Stores) -> Iterator[Engine]:
    """The toy country with five batches of shares of 400 periods, all of the first commune."""
    with stores.lend("toy") as url:
        engine = open_engine(url)
        for batch in range(BATCHES):
            with Session(engine) as session, session.begin():
                enter_figures(session, _rows(batch), f"{batch}.csv", "0" * 64, "Lan")
        yield engine
        engine.dispose()


def _rows(batch: int) -> list[dict[str, Any]]:
    like = {"indicator_id": "clean_water_rate", "edition_id": toy.OLD, "area_code": "00001", "stratum": "all",
            "source_id": "count-2020", "value": 50.0, "value_high": None, "qualifier": "", "numerator": None,
            "denominator": None, "status": "final", "note_vi": None, "note_en": None}  # fmt: skip
    return [{**like, "period": str(3000 + batch * ROWS + number)} for number in range(ROWS)]


def test_no_more_figures_are_held_than_a_batch_and_a_fetch_have(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that were written and not yet hashed; all at once would be two thousand and more."""
    waiting, most = 0, 0
    write, digest = audit._write_line, audit._digest

    def count(cells: Iterable[Any]) -> str:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        return write(cells)

    def hashed(lines: Iterable[str]) -> dict[str, Any]:
        nonlocal waiting
        found = digest(lines)
        waiting -= found["figures"]
        return found

    monkeypatch.setattr(audit, "_write_line", count)
    monkeypatch.setattr(audit, "_digest", hashed)
    with Session(engine) as session:
        assert audit.verify(session) == []
    assert ROWS <= most <= ROWS + 2  # the first line of the next batch ends this one


def test_figures_of_a_store_above_the_limit_are_not_read_and_all_else_is(engine: Engine) -> None:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_more: said.append(statement))
    with Session(engine) as session:
        assert audit.verify(session, most=BATCHES * ROWS) == []
        assert not [each for each in said if Observation.__tablename__ in each]
        session.execute(text("UPDATE observation SET value = 51 WHERE period = '3000'"))
        assert audit.verify(session, most=BATCHES * ROWS) == []
        assert audit.verify(session) == ["Figures that batch 1 entered were altered, added or deleted."]
        session.execute(text("UPDATE theme SET name_vi = 'x'"))
        assert audit.verify(session, most=BATCHES * ROWS) == ["Table theme was altered."]
