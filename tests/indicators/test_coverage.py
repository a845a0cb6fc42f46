"""Coverage is what a count of all figures would say, whatever batches did; reading it does not read figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Area
from indicators.audit import verify
from indicators.catalogue import load_catalogue, recount
from indicators.coverage import ANY_YEAR, count_citations, read_counts
from indicators.intake.importing import apply_plan, plan_import
from indicators.intake.reading import Wish
from indicators.intake.undo import undo_batch
from indicators.models import Observation
from tests.stores import Stores
from webapp.engines import open_engine
from webapp.today import today

HEADER = "indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id"
ROWS = (
    "poor_households,2024,district,001,1999,all,12,households,reported,danviet-6bbf6c",
    "poor_households,2024,district,002,2031,all,13,households,planned,danviet-6bbf6c",
)


@pytest.fixture
def engine(stores: Stores) -> Iterator[Engine]:
    with stores.lend("embedded") as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def by_hand(session: Session) -> Counter[tuple[str, ...]]:
    """Every figure read and counted here, as the store's counts should be."""
    query = select(Observation, Area.level).join(
        Area, (Area.edition_id == Observation.edition_id) & (Area.code == Observation.area_code)
    )
    seen = {
        (row.indicator_id, row.edition_id, level, row.stratum, year, row.area_code)
        for row, level in session.execute(query)
        if row.status != "planned"
        for year in (row.period[:4], ANY_YEAR)
    }
    return Counter(entry[:5] for entry in seen)


def held(session: Session) -> dict[tuple[str, ...], int]:
    return {count[:5]: count[5] for count in read_counts(session)}


def cited(session: Session) -> Counter[tuple[str, str]]:
    """Every figure read and counted here, by source and indicator."""
    return Counter((row.source_id, row.indicator_id) for row in session.scalars(select(Observation)))


def take_in(session: Session, folder: Path) -> int:
    """An outcome of 1999 and a plan for 2031; the number of the batch."""
    path = folder / "poor.csv"
    path.write_text("\n".join((HEADER, *ROWS)) + "\n", "utf-8")
    plan = plan_import(session, path, Wish(), today())
    applied = apply_plan(session, plan, "Lan", {warning.rule: "test" for warning in plan.warnings})
    assert applied.batch is not None
    return applied.batch


def test_counts_are_those_of_all_figures_after_load_import_and_undo(engine: Engine, tmp_path: Path) -> None:
    with Session(engine) as session:
        first = held(session)
        assert first == by_hand(session)
        assert len(first) > 100
        sources = count_citations(session)
        assert sources == cited(session)
        batch = take_in(session, tmp_path)
        assert held(session) == by_hand(session)
        assert count_citations(session) == cited(session) != sources
        assert count_citations(session, as_of=0) == sources
        assert count_citations(session, indicator="poor_households") == {
            key: count for key, count in cited(session).items() if key[1] == "poor_households"
        }
        assert held(session)["poor_households", "2024", "district", "all", "1999"] == 1
        assert ("poor_households", "2024", "district", "all", "2031") not in held(session)  # a plan is no outcome
        undo_batch(session, batch, "Lan")
        assert held(session) == first
        assert verify(session) == []


def test_a_day_in_the_past_has_the_coverage_of_then(engine: Engine, tmp_path: Path) -> None:
    with Session(engine) as session:
        places = load_places(session)
        before = load_catalogue(session, places)
        take_in(session, tmp_path)
        now = load_catalogue(session, places)
        past = recount(now, session, places, as_of=0)
        assert (past.coverage, past.covered) == (before.coverage, before.covered)
        assert now.coverage != before.coverage


def test_a_count_that_somebody_changed_is_noticed(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text("UPDATE coverage SET areas = areas + 1 WHERE year = ''"))
        assert verify(session) == ["Table coverage was altered."]


def test_catalogue_is_read_without_a_look_at_figures(engine: Engine) -> None:
    """Else the first page after an import would cost more with every figure in the store."""
    said: list[str] = []
    with Session(engine) as session:
        places = load_places(session)
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_more: said.append(statement))
        load_catalogue(session, places)
    assert any("FROM coverage" in statement for statement in said)
    assert not [statement for statement in said if "FROM observation" in statement or "FROM superseded" in statement]
