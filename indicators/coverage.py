"""Where figures exist: counted by the batch that changes them, never by whoever asks.

A page says for every indicator how many areas have a figure. Counting that anew would read every figure of the store
before the first page after an import; so each batch counts again what it touched, and only that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Select, delete, distinct, func, insert, literal, select, tuple_, union, union_all
from sqlalchemy.orm import Session

from boundaries.models import Area
from indicators.history import CHUNK, Row
from indicators.models import Coverage, Observation, Superseded

ANY_YEAR = ""
COUNTED = ("indicator_id", "edition_id", "level", "stratum", "year", "areas")

Pair = tuple[str, str]
"""(indicator, edition): what is counted at once."""
Count = tuple[str, str, str, str, str, int]
"""Values of `COUNTED`."""


def recount(session: Session, rows: Iterable[Row]) -> None:
    """Count anew the indicators and editions that the rows are about, within the caller's transaction."""
    for pairs in _chunks({(row["indicator_id"], row["edition_id"]) for row in rows}):
        session.execute(delete(Coverage).where(tuple_(Coverage.indicator_id, Coverage.edition_id).in_(pairs)))
        session.execute(insert(Coverage).from_select(COUNTED, _counts(pairs)))


def read_counts(session: Session) -> list[Count]:
    """All counts as they stand, in the order of their key."""
    columns = [getattr(Coverage, name) for name in COUNTED]
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns[:-1]))]


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


def _chunks(pairs: set[Pair]) -> Iterator[list[Pair]]:
    ordered = sorted(pairs)
    for start in range(0, len(ordered), CHUNK // 2):
        yield ordered[start : start + CHUNK // 2]
