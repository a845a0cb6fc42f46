"""Alembic's entry: runs migrations on the connection that `webapp.db.migrate` hands over."""

from alembic import context

import indicators.models
import indicators.named_places
import indicators.programme_models  # noqa: F401 - tables of all these modules join the metadata
from boundaries.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
