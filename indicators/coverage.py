"""Where figures exist, and from which sources: counted by the batch that changes them, never by whoever asks.

A page says for every indicator how many areas have a figure. Counting that anew would read every figure of the store
before the first page after an import; so each batch counts again what it touched, and only that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    distinct,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from boundaries.models import Area
from indicators.history import CHUNK, Row, read_stated
from indicators.models import Citation, Coverage, Observation, Statement, Superseded

ANY_YEAR = ""
COUNTED = ("indicator_id", "edition_id", "level", "stratum", "year", "areas")
CITED = ("indicator_id", "edition_id", "source_id", "figures")

MANY = 2_000
"""Figures changed at once that may make a table another one than the server knows."""

Pair = tuple[str, str]
"""(indicator, edition): what is counted at once."""
Count = tuple[str, str, str, str, str, int]
"""Values of `COUNTED`."""


def recount(session: Session, rows: Iterable[Row]) -> None:
    """Count anew the indicators and editions that the rows are about, within the caller's transaction."""
    rows = list(rows)
    if len(rows) >= MANY and session.connection().dialect.name == "postgresql":
        # the server's plans rest on statistics of before: 33,000 new units were joined row by row, for minutes
        session.execute(text(f"ANALYZE {Area.__tablename__}, {Observation.__tablename__}"))
    for pairs in _chunks({(row["indicator_id"], row["edition_id"]) for row in rows}):
        for model in (Coverage, Citation):
            session.execute(delete(model).where(tuple_(model.indicator_id, model.edition_id).in_(pairs)))
        session.execute(insert(Coverage).from_select(COUNTED, _counts(pairs)))
        session.execute(insert(Citation).from_select(CITED, _citations(pairs)))


def read_counts(session: Session) -> list[Count]:
    """All counts as they stand, in the order of their key."""
    columns = [getattr(Coverage, name) for name in COUNTED]
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns[:-1]))]


def count_citations(
    session: Session, as_of: int | None = None, indicator: str | None = None
) -> dict[tuple[str, str], int]:
    """Figures by (source, indicator), plans included; those that stood after batch `as_of`, of one indicator alone."""
    changed = pairs_changed_since(session, as_of) if as_of is not None else set()
    columns = [getattr(Citation, name) for name in CITED]
    query = select(*columns).order_by(*columns[:-1])
    chosen = query if indicator is None else query.where(Citation.indicator_id == indicator)
    found: Counter[tuple[str, str]] = Counter()
    for name, edition, source, figures in session.execute(chosen):
        if (name, edition) not in changed:
            found[source, name] += figures
    for pair in sorted(changed):
        if indicator in (None, pair[0]):
            rows = read_stated(session, ("source_id", "indicator_id"), partial(about, pair), as_of)
            found.update((row.source_id, row.indicator_id) for row in rows)
    return found


def about(pair: Pair, model: type[Statement]) -> tuple[ColumnElement[bool], ...]:
    """The conditions on figures of one indicator and edition."""
    return model.indicator_id == pair[0], model.edition_id == pair[1]


def pairs_changed_since(session: Session, batch: int) -> set[Pair]:
    """Indicators and editions of which some figure has come or gone after a batch."""
    came = select(Observation.indicator_id, Observation.edition_id).where(Observation.entered_id > batch)
    went = select(Superseded.indicator_id, Superseded.edition_id).where(Superseded.ended_id > batch)
    return {(indicator, edition) for indicator, edition in session.execute(union(came, went))}


def _counts(pairs: list[Pair]) -> Select[Count]:
    """Areas with an outcome, by cell and year, and by cell whatever the year; a plan is no outcome."""
    year = func.substr(Observation.period, 1, 4).label("year")
    cell = Observation.indicator_id, Observation.edition_id, Area.level, Observation.stratum
    areas = func.count(distinct(Observation.area_code))
    outcomes = (
        select(*cell)
        .join(Area, (Area.edition_id == Observation.edition_id) & (Area.code == Observation.area_code))
        .where(
            tuple_(Observation.indicator_id, Observation.edition_id).in_(pairs),
            Observation.status != "planned",
        )
    )
    by_year = outcomes.add_columns(year, areas).group_by(*cell, year)
    of_any = outcomes.add_columns(literal(ANY_YEAR), areas).group_by(*cell)
    return union_all(by_year, of_any)  # type: ignore[return-value] # a compound is as good where it is inserted from


def _citations(pairs: list[Pair]) -> Select[str, str, str, int]:
    """Figures by source."""
    key = Observation.indicator_id, Observation.edition_id, Observation.source_id
    chosen = tuple_(Observation.indicator_id, Observation.edition_id).in_(pairs)
    return select(*key, func.count()).where(chosen).group_by(*key)


def _chunks(pairs: set[Pair]) -> Iterator[list[Pair]]:
    ordered = sorted(pairs)
    for start in range(0, len(ordered), CHUNK // 2):
        yield ordered[start : start + CHUNK // 2]
