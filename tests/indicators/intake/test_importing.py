"""An import is planned cell by cell, done whole or not at all, kept with its origin, and can be undone exactly."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.problems import IngestError
from indicators.audit import verify
from indicators.history import FIELDS, batch_as_of, hanoi_day, read_current, read_stated
from indicators.intake.importing import Applied, Busy, Conflict, NoData, apply_plan
from indicators.intake.undo import NotUndone, undo_batch
from indicators.models import AuditEntry, Batch, DataState, Observation, Source, Superseded
from tests import toy
from tests.indicators.intake.forms import PEOPLE, WATER, as_csv, plan, rows_of, save_book
from tests.stores import Stores
from webapp.engines import open_engine

ALL = ("edition period", "jump", "range", "parts", "share", "ratio", "age")
FINE = dict.fromkeys(ALL, "seen with the office")


@pytest.fixture
def session(stores: Stores) -> Iterator[Session]:
    with stores.session("toy") as opened:
        yield opened


def write(path: Path, *rows: dict[str, str], common: dict[str, str] = PEOPLE) -> Path:
    path.write_text(as_csv(rows_of(common, *rows)), "utf-8")
    return path


def take_in(session: Session, path: Path, by: str = "Lan", **wish: Any) -> Applied:
    return apply_plan(session, plan(session, path, **wish), by, FINE)


def held(session: Session) -> list[dict[str, Any]]:
    """Figures that stand, without the batch that entered them: what an undo must bring back."""
    return sorted(
        ({name: row[name] for name in FIELDS if name != "entered_id"} for row in read_current(session)), key=str
    )


CORRECTED = {"area_code": "00001", "value": "210"}, {"area_code": "00002", "value": "100"}
ADDED = {"area_code": "00003", "value": "610", "period": "2020-06"}


def test_a_plan_tells_added_changed_and_unchanged_and_writes_nothing(session: Session, tmp_path: Path) -> None:
    """210 people instead of 200, 100 as before, and one figure for a period that had none."""
    before = held(session)
    planned = plan(session, write(tmp_path / "a.csv", *CORRECTED, ADDED))
    assert [(change.kind, change.before and change.before["value"]) for change in planned.changes] == [
        ("changed", 200), ("unchanged", 100), ("added", None)
    ]  # fmt: skip
    assert held(session) == before
    assert session.scalars(select(Batch.id)).all() == [0]


def test_every_figure_knows_file_sheet_row_hash_batch_person_and_time(session: Session, tmp_path: Path) -> None:
    """The corrected one is row 2 of the sheet; what it replaced is kept; the audit says who and how many."""
    path = tmp_path / "a.xlsx"
    save_book(path, rows_of(PEOPLE, *CORRECTED, ADDED))
    assert take_in(session, path) == Applied(1, 2, 2)
    figure = session.scalars(select(Observation).where(Observation.batch_id == 1, Observation.value == 210)).one()
    batch = session.get_one(Batch, figure.batch_id)
    assert (figure.batch_row, batch.file, batch.sheet, batch.entered_by) == (2, "a.xlsx", "Số liệu", "Lan")
    assert (len(batch.sha256), batch.at[-1], len(batch.at)) == (64, "Z", 27)
    old = session.scalars(select(Superseded)).one()
    assert (old.value, old.entered_id, old.ended_id) == (200, 0, 1)
    line = session.scalars(select(AuditEntry).where(AuditEntry.batch_id == 1)).one()
    facts = json.loads(line.detail)
    assert (line.entered_by, facts["entered"]["figures"], facts["ended"]["figures"]) == ("Lan", 2, 1)


def test_the_same_file_twice_changes_nothing(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", *CORRECTED, ADDED)
    take_in(session, path)
    before = held(session)
    assert take_in(session, path) == Applied(None, 2, 0)
    assert (held(session), session.scalar(select(DataState.version))) == (before, 2)
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.batch_id > 0)).all()) == 1


def test_what_was_shown_on_a_day_is_shown_again(session: Session, tmp_path: Path) -> None:
    """The toy's batch 0 is of 01/01/2022: its days show 200; today shows 210."""
    take_in(session, write(tmp_path / "a.csv", *CORRECTED))
    today = str(hanoi_day(session.get_one(Batch, 1).at))

    def value(day: str) -> list[float]:
        rows = read_stated(
            session,
            ["value"],
            lambda model: [model.indicator_id == "population", model.area_code == "00001", model.edition_id == toy.OLD],
            batch_as_of(session, day),
        )
        return [row.value for row in rows]

    assert value("2022-01-01") == [200]
    assert value(today) == [210]


def test_an_undo_brings_back_the_previous_values_exactly(session: Session, tmp_path: Path) -> None:
    """With their own file and row; the undone figures are kept, and the audit fits."""
    before = held(session)
    take_in(session, write(tmp_path / "a.csv", *CORRECTED, ADDED))
    assert undo_batch(session, 1, "Mai") == Applied(2, 3, 2)
    assert held(session) == before
    assert sorted(session.scalars(select(Superseded.value))) == [200, 210, 610]
    batch = session.get_one(Batch, 2)
    assert (batch.kind, batch.undoes, batch.entered_by) == ("undo", 1, "Mai")
    with pytest.raises(NotUndone, match="undone already, by batch 2"):
        undo_batch(session, 1, "Mai")
    for number in (0, 2, 9):
        with pytest.raises(NotUndone, match="no import"):
            undo_batch(session, number, "Mai")


def test_an_undo_is_refused_with_the_cells_that_were_changed_since(session: Session, tmp_path: Path) -> None:
    """Later undone, the way is free again; nothing is half undone."""
    original = held(session)
    take_in(session, write(tmp_path / "a.csv", *CORRECTED, ADDED))
    take_in(session, write(tmp_path / "b.csv", {"area_code": "00001", "value": "220"}))
    before = held(session)
    with pytest.raises(Conflict) as caught:
        undo_batch(session, 1, "Mai")
    assert caught.value.cells == ("population/2020/00001/2020/all/count-2020",)
    assert held(session) == before
    undo_batch(session, 2, "Mai")
    with pytest.raises(Conflict):
        undo_batch(session, 1, "Mai")
    assert held(session) != original


def test_the_audit_fits_after_imports_and_undos(session: Session, tmp_path: Path) -> None:
    take_in(session, write(tmp_path / "a.csv", *CORRECTED, ADDED))
    take_in(session, write(tmp_path / "b.csv", {"area_code": "00001", "value": "220"}))
    undo_batch(session, 2, "Mai")
    assert verify(session) == []


@pytest.mark.parametrize(
    ("common", "rows", "rule"),
    [
        (PEOPLE, [{"area_code": "00001", "value": "500"}], None),
        (PEOPLE, [{"area_code": "00001", "value": "500", "period": "2020-12"}], "jump"),
        (PEOPLE, [{"area_code": "00001", "value": "260", "period": "2020-12"}], None),
        (PEOPLE, [{"area_code": "00001", "value": "200", "period": "2021"}], "edition period"),
        (PEOPLE, [{"area_code": "00001", "value": "200", "period": "1985"}], "age"),
        (PEOPLE, [{"area_code": "00004", "value": "2000", "period": "2019"}], None),
        (PEOPLE, [{"area_code": "00004", "value": "4000", "period": "2019"}], "range"),
        (PEOPLE, [{"area_code": "00001", "value": "210"}], "parts"),
        (WATER, [{"area_code": "00001", "value": "101"}], "share"),
    ],
)  # fmt: skip
def test_the_unlikely_is_confirmed_with_a_reason_or_refused(
    session: Session, tmp_path: Path, common: dict[str, str], rows: list[dict[str, str]], rule: str | None
) -> None:
    """Each rule by a figure beyond it and one within; the reason is kept in the audit."""
    planned = plan(session, write(tmp_path / "a.csv", *rows, common=common))
    rules = {warning.rule for warning in planned.warnings}
    if rule is None:
        assert rules <= {"parts", "edition period"}  # of December 2020, when other boundaries were in force
        return
    assert rule in rules
    before = held(session)
    with pytest.raises(IngestError, match=rule):
        apply_plan(session, planned, "Lan", dict.fromkeys(rules - {rule}, "seen"))
    with pytest.raises(IngestError, match=rule):
        apply_plan(session, planned, "Lan", {**FINE, rule: " "})
    assert held(session) == before
    apply_plan(session, planned, "Lan", {**FINE, rule: "counted twice, seen with the office"})
    facts = json.loads(session.scalars(select(AuditEntry.detail).where(AuditEntry.batch_id == 1)).one())
    assert facts["confirmed"][rule] == "counted twice, seen with the office"
    assert rule in {warned[2] for warned in facts["warned"]}


def test_a_share_is_held_against_its_numerator_and_denominator(session: Session, tmp_path: Path) -> None:
    """45 of 50 are 90 %, so 91 is asked about; 90 is not. Both numbers are stored."""
    header = ["indicator_id", "edition", "level", "area_code", "period", "stratum", "value", "numerator", "denominator",
              "unit", "status", "source_id"]  # fmt: skip
    row = ["clean_water_rate", "2020", "commune", "00001", "2020", "all", "91", "45", "50", "%", "final", "count-2020"]
    path = tmp_path / "a.csv"
    path.write_text(as_csv([header, row]), "utf-8")
    assert {warning.rule for warning in plan(session, path).warnings} == {"ratio"}
    path.write_text(as_csv([header, [*row[:6], "90.04", *row[7:]]]), "utf-8")
    planned = plan(session, path)
    assert planned.warnings == ()
    apply_plan(session, planned, "Lan", {})
    figure = session.scalars(select(Observation).where(Observation.value == 90.04)).one()
    assert (figure.numerator, figure.denominator) == (45, 50)


def test_a_row_of_totals_is_held_against_the_rows(session: Session, tmp_path: Path) -> None:
    """200 + 100 is not 310: a warning at the row of totals, which is not taken in itself."""
    rows = rows_of(PEOPLE, {"area_code": "00001", "value": "200"}, {"area_code": "00002", "value": "100"},
                   {"area_name": "Tổng cộng", "value": "310"})  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text(as_csv(rows), "utf-8")
    assert [(warning.row, warning.rule) for warning in plan(session, path).warnings] == [(4, "parts")]


def test_sources_of_a_file_are_stored_with_its_batch(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = save_book(path, rows_of({**PEOPLE, "source_id": "bc-2026"}, {"area_code": "00001", "value": "205"}))
    sheet = book.create_sheet("sources")
    sheet.append(["id", "publisher", "title", "title_origin", "url", "published", "kind", "quality"])
    sheet.append(["bc-2026", "UBND", "Báo cáo", "stated", None, None, "official_site", "official"])
    book.save(path)
    take_in(session, path)
    assert session.get_one(Source, "bc-2026").batch_id == 1


def test_training_data_take_no_other_source(session: Session, tmp_path: Path) -> None:
    state = session.scalars(select(DataState)).one()
    state.kind = "training"
    session.commit()
    path = tmp_path / "a.xlsx"
    book = save_book(path, rows_of({**PEOPLE, "source_id": "bc-2026"}, {"area_code": "00001", "value": "205"}))
    sheet = book.create_sheet("sources")
    sheet.append(["id", "publisher", "title", "title_origin", "url", "published", "kind", "quality"])
    sheet.append(["bc-2026", "UBND", "Báo cáo", "stated", None, None, "official_site", "official"])
    book.save(path)
    with pytest.raises(IngestError, match="training only"):
        plan(session, path)


def test_an_empty_store_takes_nothing(stores: Stores, tmp_path: Path) -> None:
    with stores.session("tables") as session, pytest.raises(NoData):
        plan(session, write(tmp_path / "a.csv", *CORRECTED))


def test_of_20_imports_of_the_same_cells_one_wins_and_the_others_are_told(stores: Stores, tmp_path: Path) -> None:
    """All plans are made before any is carried out. The losers name the cell, what it was, and what it is now."""
    ready, results, lock = threading.Barrier(20), dict[int, object](), threading.Lock()

    def work(url: str, number: int) -> None:
        path = write(tmp_path / f"{number}.csv", {"area_code": "00001", "value": str(201 + number)}, ADDED)
        engine = open_engine(url)
        with Session(engine) as session:
            planned = plan(session, path)
            ready.wait(60)
            try:
                result: object = apply_plan(session, planned, f"person {number}", FINE)
            except (Conflict, Busy) as error:
                result = error
            with lock:
                results[number] = result
        engine.dispose()

    with stores.lend("toy") as url:
        threads = [threading.Thread(target=work, args=(url, number)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        winners = [number for number, result in results.items() if isinstance(result, Applied)]
        assert len(winners) == 1
        losers = [result for result in results.values() if isinstance(result, Conflict)]
        assert len(losers) == 19
        assert all(f"200 → {201 + winners[0]}" in loser.cells[0] for loser in losers)
        engine = open_engine(url)
        with Session(engine) as session:
            query = select(Observation.value).where(Observation.batch_id == 1).order_by("id")
            assert session.scalars(query).all() == [201 + winners[0], 610]
        engine.dispose()
