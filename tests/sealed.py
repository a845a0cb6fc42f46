"""Stores that tests fill or alter by hand: the audit is written anew, else the service refuses them as spoilt."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from indicators.audit import record
from indicators.history import FIELDS
from indicators.models import AuditEntry, Batch, DataState, Observation


def seal(session: Session) -> None:
    """Write the audit as if all that is there had come in by the first load, which must be the only batch."""
    session.flush()
    session.expire_all()
    session.execute(delete(AuditEntry))
    batch, state = session.scalars(select(Batch)).one(), session.scalars(select(DataState)).one()
    figures = select(*(getattr(Observation, name) for name in FIELDS))
    record(session, state, batch, [dict(row) for row in session.execute(figures).mappings()], [])
