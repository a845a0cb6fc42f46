"""Generated figures in the real schema: editions × indicators × years × strata of every commune, by COPY.

The depth of one indicator in one edition stays the same (`Depth`), as it does when more provinces and more indicators
come in: what a page shows is then the same at every size of the table. Each such piece is one batch with its line in
the audit, as an import of a file is, so that the store fits its hashes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.orm import Session

from boundaries.models import Area, Edition
from indicators.audit import record
from indicators.history import FIELDS, Row, lock_state, open_batch
from indicators.models import Indicator, Observation, Source
from indicators.schema import STRATA

HOME = "2024"
"""The shipped edition whose communes the generated ones are copies of; the first pieces are its own."""
MODEL = "waste_same_day_collection_rate"
"""The indicator that generated ones are made like."""
INDICATORS = 12
COLUMNS = ("id", *FIELDS)
KEPT = "ix_observation_indicator_id_edition_id_period"
"""The index by which a batch counts what it brought: without it each piece would read all others."""
REBUILT_FROM = 200_000
"""New rows from which it is quicker to make indexes and constraints anew than to keep them while copying."""


@dataclass(frozen=True)
class Depth:
    """How much there is of one indicator in one edition."""

    years: tuple[int, ...] = tuple(range(2015, 2025))
    strata: tuple[str, ...] = STRATA


class Piece(NamedTuple):
    """One indicator in one edition: what one batch brings."""

    edition: str
    indicator: str


def indicator_id(number: int) -> str:
    """The id of a generated indicator, from 1."""
    return f"generated_{number:02d}"


def pieces() -> Iterator[Piece]:
    """Pieces in the order in which they come in, without end: edition by edition."""
    number = 0
    while True:
        edition = HOME if number == 0 else f"edition-{number:04d}"
        yield from (Piece(edition, indicator_id(each)) for each in range(1, INDICATORS + 1))
        number += 1


def grow(session: Session, rows: int, depth: Depth = Depth()) -> int:
    """Add figures until the store holds `rows` of them, the last piece cut where it has to be. Returns how many came.

    `session` is not in a transaction; each piece is one of its own. The store holds the embedded tables.
    """
    with session.begin():
        held = session.scalar(select(func.count()).select_from(Observation)) or 0
        done = set(map(tuple, session.execute(select(Observation.edition_id, Observation.indicator_id).distinct())))
        next_id = (session.scalar(select(func.max(Observation.id))) or 0) + 1
        units = list(session.scalars(select(Area).where(Area.edition_id == HOME).order_by(Area.level, Area.code)))
        _add_indicators(session)
        session.expunge_all()
    codes = [unit.code for unit in units if unit.level == "commune"]
    missing = max(rows - held, 0)
    with _rebuilt(session, missing >= REBUILT_FROM):
        left = missing
        for piece in (each for each in pieces() if tuple(each) not in done):
            if left <= 0:
                break
            left -= _enter(session, piece, units, codes, depth, next_id + missing - left, left)
    _settle(session)
    return missing


def _add_indicators(session: Session) -> None:
    model = session.get_one(Indicator, MODEL)
    like = {column.name: getattr(model, column.name) for column in Indicator.__table__.columns}
    held = set(session.scalars(select(Indicator.id)))
    fresh = [indicator_id(number) for number in range(1, INDICATORS + 1)]
    own = {"strata": ",".join(STRATA), "area_types": None, "appendix_no": None, "tier": "supporting"}
    rows = [
        {**like, **own, "id": name, "position": 1000 + number, "name_vi": f"Chỉ tiêu sinh ra số {number}",
         "name_en": f"Generated indicator {number}"}
        for number, name in enumerate(fresh, start=1) if name not in held
    ]  # fmt: skip
    if rows:
        session.execute(insert(Indicator), rows)


def _add_edition(session: Session, edition: str, units: Sequence[Area]) -> None:
    """A copy of the home edition under another name, which a map of figures would need; its lines stay away."""
    home = session.get_one(Edition, HOME)
    session.add(Edition(id=edition, name_vi=edition, name_en=edition, valid_from=None, valid_to=home.valid_to,
                        layer=home.layer))  # fmt: skip
    session.flush()
    columns = [column.name for column in Area.__table__.columns]
    levels = ("city", "district", "commune")
    for level in levels:
        rows = [{name: getattr(unit, name) for name in columns} | {"edition_id": edition}
                for unit in units if unit.level == level]  # fmt: skip
        session.execute(insert(Area), rows)


def _enter(
    session: Session, piece: Piece, units: Sequence[Area], codes: Sequence[str], depth: Depth, first: int, most: int
) -> int:
    """One piece as one batch; at most `most` rows, numbered from `first`. Returns how many there were."""
    with session.begin():
        state = lock_state(session)
        if state is None:
            raise ValueError("The store holds no data yet: load the embedded tables first.")
        if session.get(Edition, piece.edition) is None:
            _add_edition(session, piece.edition, units)
        batch = open_batch(session, "import", f"{piece.indicator}.csv", "0" * 64, "benchmark")
        source = f"office-{piece.edition}"
        if session.get(Source, source) is None:
            session.execute(insert(Source), [_source(source, batch.id)])
        rows = list(_figures(piece, codes, depth, source, batch.id, first))[:most]
        _copy(session.connection(), rows)
        state.version += 1
        record(session, state, batch, rows, [])
    return len(rows)


def _source(name: str, batch: int) -> dict[str, Any]:
    return {"id": name, "publisher": "Cơ quan sinh ra để đo", "title": name, "title_origin": "stated", "url": None,
            "published": None, "kind": "database", "quality": "official", "batch_id": batch}  # fmt: skip


def _figures(
    piece: Piece, codes: Sequence[str], depth: Depth, source: str, batch: int, first: int
) -> Iterator[dict[str, Any]]:
    """Shares that wander a little from year to year, each commune from its own beginning."""
    chance = random.Random(f"{piece}")  # noqa: S311 - figures of a benchmark
    begins = {(code, stratum): chance.uniform(20, 80) for code in codes for stratum in depth.strata}
    fixed = {"indicator_id": piece.indicator, "edition_id": piece.edition, "source_id": source, "value_high": None,
             "qualifier": "", "numerator": None, "denominator": None, "note_vi": None, "note_en": None,
             "batch_id": batch, "entered_id": batch}  # fmt: skip
    for number, (year, stratum, code) in enumerate(product(depth.years, depth.strata, codes)):
        value = begins[code, stratum] + 8 * math.sin(year + 0.1 * begins[code, stratum])
        status = "final" if year < depth.years[-1] else "provisional"
        yield {**fixed, "id": first + number, "area_code": code, "period": str(year), "stratum": stratum,
               "value": round(value, 1), "status": status, "batch_row": number + 2}  # fmt: skip


def _copy(connection: Connection, rows: Sequence[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY observation ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        lines = ("\t".join("\\N" if row[name] is None else str(row[name]) for name in COLUMNS) for row in rows)
        copy.write("".join(f"{line}\n" for line in lines))


@contextmanager
def _rebuilt(session: Session, wanted: bool) -> Iterator[None]:
    """Do without the table's other indexes and its keys meanwhile; all are made anew, which checks every row."""
    if not wanted:
        yield
        return
    with session.begin():
        constraints = session.execute(text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'observation'::regclass "
            "AND contype IN ('f', 'u') ORDER BY contype DESC"
        )).all()  # fmt: skip
        for name, _said in constraints:
            session.execute(text(f"ALTER TABLE observation DROP CONSTRAINT {name}"))
        indexes = session.execute(text(
            "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = 'observation'::regclass AND NOT i.indisprimary AND c.relname <> :kept"
        ), {"kept": KEPT}).all()  # fmt: skip
        for name, _said in indexes:
            session.execute(text(f"DROP INDEX {name}"))
    yield
    with session.begin():
        for _name, said in indexes:
            session.execute(text(said))
        for name, said in constraints:
            session.execute(text(f"ALTER TABLE observation ADD CONSTRAINT {name} {said}"))


def _settle(session: Session) -> None:
    """What autovacuum does in time: statistics, and pages marked as seen by all."""
    engine = session.get_bind()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:  # type: ignore[union-attr]
        connection.execute(text("VACUUM ANALYZE observation"))
        connection.execute(text("ANALYZE"))
