"""Undoing an import: figures that it replaced stand again exactly, those that it added are gone; all of it is kept."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import DomainError
from indicators.audit import record
from indicators.history import FIELDS, end_rows, enter_rows, key_of, open_batch, read_current
from indicators.intake.importing import Applied, Conflict, cell_name, writing
from indicators.models import Batch, Observation, Superseded


class NotUndone(DomainError):
    """A batch that cannot be undone, and why."""


def undo_batch(session: Session, number: int, by: str) -> Applied:
    """Put back what stood before an import, as a batch of its own.

    Raises: NotUndone for what is no import or was undone. Conflict listing the cells that were changed since. Busy.
    """
    with writing(session) as state:
        undone = _check_batch(session, number)
        entered = read_current(session, Observation.entered_id == number)
        fields = [getattr(Superseded, name) for name in FIELDS]
        ended = [dict(row._mapping) for row in session.execute(select(*fields).where(Superseded.ended_id == number))]
        later = session.execute(select(*fields).where(Superseded.entered_id == number)).all()
        if later:
            cells = sorted(cell_name(dict(row._mapping)) for row in later)
            raise Conflict(f"{len(cells)} cells were changed since batch {number}", cells)
        batch = open_batch(session, "undo", undone.file, undone.sha256, by, sheet=undone.sheet, undoes=number)
        numbers = {key_of(row): row["id"] for row in entered}
        restored = [{**row, "entered_id": batch.id, "id": numbers[key_of(row)]} for row in ended]
        end_rows(session, batch, entered)
        enter_rows(session, restored)
        state.version += 1
        state.digest = ""  # the embedded tables may have moved on under the import: the next load compares again
        record(session, state, batch, restored, entered)
        session.flush()
        return Applied(batch.id, state.version, len(entered))


def _check_batch(session: Session, number: int) -> Batch:
    batch = session.get(Batch, number)
    if batch is None or batch.kind != "import":
        imports = session.scalars(select(Batch.id).where(Batch.kind == "import").order_by(Batch.id.desc()).limit(10))
        listed = ", ".join(map(str, imports)) or "none"
        raise NotUndone(f"Batch {number} is no import. The latest imports: {listed}.")
    by = session.scalar(select(Batch.id).where(Batch.undoes == number))
    if by is not None:
        raise NotUndone(f"Batch {number} was undone already, by batch {by}.")
    return batch
