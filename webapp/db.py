"""The store: engine, one session a request, migrations, and what is read once per data version."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from alembic import command
from alembic.config import Config
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from boundaries.areas import Places, load_places
from boundaries.crosswalk import load_crosswalk
from boundaries.lineage import Lineage
from boundaries.models import Area
from boundaries.search import Entry, build_index
from boundaries.succession import find_lineages
from indicators.catalogue import Catalogue, load_catalogue
from indicators.history import batch_as_of
from indicators.models import DataState
from webapp.settings import ROOT


@dataclass(frozen=True)
class Snapshot:
    """Places, their search index and the catalogue as they are in one version of the data."""

    version: int
    places: Places
    index: tuple[Entry, ...]
    catalogue: Catalogue
    crosswalk: pd.DataFrame
    memo: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def lineages(self) -> dict[tuple[str, str], Lineage]:
        """What each unit came from and became; computed at first use."""
        return find_lineages(self.places, self.crosswalk)

    def lineage(self, area: Area) -> Lineage | None:
        """The lineage of an area, or None where no crosswalk covers it."""
        return self.lineages.get((area.edition_id, area.code))


TRAINING = "training"


def init_app(app: Flask) -> None:
    """Give the app its engine; forked workers drop connections inherited from their parent."""
    engine = open_engine(app.config["DATABASE_URL"])
    app.extensions["engine"] = engine
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    app.teardown_appcontext(_close_session)
    app.jinja_env.globals["is_training"] = is_training


def open_engine(url: str) -> Engine:
    """An engine for the URL; SQLite runs in WAL mode, fully synced, with foreign keys checked."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        path = ROOT / parsed.database
        path.parent.mkdir(parents=True, exist_ok=True)
        parsed = parsed.set(database=str(path))
    engine = create_engine(parsed)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def session() -> Session:
    """The session of this request, opened at first use."""
    if "session" not in g:
        g.session = Session(current_app.extensions["engine"])
    opened: Session = g.session
    return opened


def _close_session(_error: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()


def data_version() -> int:
    """Version of the data in the store, read anew for each request; 0 before the first load."""
    if "data_version" not in g:
        g.data_version = session().scalar(select(DataState.version)) or 0
    version: int = g.data_version
    return version


def is_training() -> bool:
    """Whether the store holds synthetic figures, which every page and export must then say."""
    if "is_training" not in g:
        g.is_training = session().scalar(select(DataState.kind)) == TRAINING
    return bool(g.is_training)


def snapshot() -> Snapshot:
    """Places and catalogue of the present data version; with `as_of=DATE` figures as they stood at the end of that day.

    Raises: BadParameter for a day that is none, or before the store's first data.
    """
    day = request.args.get("as_of") if has_request_context() else None
    return _present() if day is None else _past(day)


def _past(day: str) -> Snapshot:
    """The snapshot with the figures of a day; the last one asked for is kept in the process."""
    present, number = _present(), batch_as_of(session(), day)
    kept: Snapshot | None = current_app.extensions.get("past")
    if kept is None or (kept.version, kept.catalogue.as_of) != (present.version, number):
        kept = replace(present, catalogue=load_catalogue(session(), present.places, number), memo={})
        current_app.extensions["past"] = kept
    return kept


def _present() -> Snapshot:
    """What stands; kept in the process until the version changes."""
    kept: Snapshot | None = current_app.extensions.get("snapshot")
    version = data_version()
    if kept is None or kept.version != version:
        places = load_places(session())
        kept = Snapshot(
            version,
            places,
            build_index(places.frame()),
            load_catalogue(session(), places),
            load_crosswalk(session()),
        )
        current_app.extensions["snapshot"] = kept
    return kept


def migrate(engine: Engine) -> None:
    """Bring the store's tables to the newest form, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
