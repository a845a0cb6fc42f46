"""The store: engine, one session a request, migrations, and what is read once per data version."""

from __future__ import annotations

import datetime as dt
import os
import threading
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.orm import Session

from boundaries.areas import Places, load_places
from boundaries.crosswalk import load_crosswalk
from boundaries.lineage import Lineage
from boundaries.models import Area
from boundaries.search import Entry, build_index
from boundaries.spatial import add_geometry
from boundaries.succession import find_lineages
from indicators.audit import lasting_tables
from indicators.catalogue import Catalogue, load_catalogue, recount
from indicators.history import batch_as_of, lock_writers
from indicators.models import DataState
from webapp.engines import OUTAGES, open_engine, open_reader
from webapp.past import Past, past, past_words, present_path

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(frozen=True)
class Territory:
    """All units and what came of them, from the tables with these digests: batches of figures leave them as they are,
    so that a process may keep them."""

    tables: dict[str, str]
    places: Places
    crosswalk: pd.DataFrame

    @cached_property
    def index(self) -> tuple[Entry, ...]:
        """The search index of all units' names; computed at first use."""
        return build_index(self.places.frame())

    @cached_property
    def lineages(self) -> dict[tuple[str, str], Lineage]:
        """What each unit came from and became; computed at first use."""
        return find_lineages(self.places, self.crosswalk)


@dataclass(frozen=True)
class Snapshot:
    """The units and the catalogue as they are in one version of the data."""

    version: int
    territory: Territory
    catalogue: Catalogue
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def places(self) -> Places:
        """All editions and their units."""
        return self.territory.places

    @property
    def crosswalk(self) -> pd.DataFrame:
        """How units of one edition follow those of another."""
        return self.territory.crosswalk

    def lineage(self, area: Area) -> Lineage | None:
        """The lineage of an area, or None where no crosswalk covers it."""
        return self.territory.lineages.get((area.edition_id, area.code))


TRAINING = "training"

MIGRATIONS = Path(__file__).parent / "migrations"

VERSION = f"SELECT version FROM {DataState.__tablename__}"  # noqa: S608 - asked at every request, so without the mapper

_reading = threading.Lock()


def init_app(app: Flask) -> None:
    """Give the app its engines: `reader` for all that answers requests, `engine` for the commands that write.

    Neither connects before it is used. Forked workers drop connections inherited from their parent.
    """
    url = app.config["DATABASE_URL"]
    engine, reader = open_engine(url), open_reader(app.config["READ_DATABASE_URL"] or url, app.config)
    app.extensions["engine"], app.extensions["reader"] = engine, reader
    for each in (engine, reader):
        os.register_at_fork(after_in_child=partial(each.dispose, close=False))
    app.teardown_appcontext(_close_session)
    app.jinja_env.globals.update(is_training=is_training, past=past, past_words=past_words, present_path=present_path)


def session() -> Session:
    """The reading session of this request, opened at first use; one snapshot of the store until the request ends.

    Raises the error of an outage again: a request that began without the store does not go on with it half-way.
    """
    if "outage" in g:
        raise g.outage
    if "session" not in g:
        g.session = Session(current_app.extensions["reader"])
    opened: Session = g.session
    return opened


def keep_session() -> Session:
    """The session of this request, which stays open when the request ends: whoever keeps it closes it."""
    opened = session()
    g.pop("session")
    return opened


def _close_session(_error: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        end_session(opened)


def end_session(opened: Session) -> None:
    """Close a reading session. If the store has gone away since, what was read of it stands: the answer is no error."""
    try:
        opened.close()
    except OUTAGES:
        opened.invalidate()


def data_version() -> int:
    """Version of the data in the store, read anew for each request; 0 before the first load.

    While the store cannot be reached it is the last version known to this process: ready answers of that version go on,
    and whatever would have to be computed raises the error of the outage.
    """
    if "data_version" not in g:
        try:
            g.data_version = session().connection().exec_driver_sql(VERSION).scalar() or 0
            current_app.extensions["data_version"] = g.data_version
        except OUTAGES as error:
            if current_app.extensions.get("data_version") is None:
                raise
            _close_session(error)
            g.outage, g.data_version = error, current_app.extensions["data_version"]
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


def known_places() -> Places:
    """The places that this process read last, without asking the store; none before the first reading."""
    kept: Snapshot | None = current_app.extensions.get("snapshot")
    return kept.places if kept else Places({}, {})


def _past(day: str) -> Snapshot:
    """The snapshot with the figures of a day; the last one asked for is kept in the process."""
    present, number = _present(), batch_as_of(session(), day)
    g.past = Past(dt.date.fromisoformat(day), number)
    kept: Snapshot | None = current_app.extensions.get("past")
    if kept is None or (kept.version, kept.catalogue.as_of) != (present.version, number):
        kept = replace(present, catalogue=recount(present.catalogue, session(), present.places, number), memo={})
        current_app.extensions["past"] = kept
    return kept


def _present() -> Snapshot:
    """What stands; kept in the process until the version changes. One thread reads it, the others wait for that."""
    version = data_version()
    with _reading:
        kept: Snapshot | None = current_app.extensions.get("snapshot")
        if kept is None or kept.version != version:
            kept = _read(version, kept)
            current_app.extensions["snapshot"] = kept
    return kept


def _read(version: int, kept: Snapshot | None) -> Snapshot:
    """The snapshot of a version; of the one before it, whatever no batch of figures changes."""
    opened = session()
    tables = lasting_tables(opened)
    if kept is not None and tables and kept.territory.tables == tables:
        return Snapshot(version, kept.territory, recount(kept.catalogue, opened, kept.places))
    places = load_places(opened)
    return Snapshot(version, Territory(tables, places, load_crosswalk(opened)), load_catalogue(opened, places))


def forms() -> list[str]:
    """Forms that the store's tables have had, as numbered by the migrations; the last is what this release needs."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def form_of(engine: Engine) -> str | None:
    """The form that a store's tables have; None where there are none."""
    with engine.connect() as connection:
        return held_form(connection)


def held_form(connection: Connection) -> str | None:
    """The same as the transaction under way sees it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrations() -> Config:
    """Alembic's configuration with the store's migrations."""
    from alembic.config import Config  # brings in much that a process that only reads never needs

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate(engine: Engine) -> None:
    """Bring the store's tables to the newest form, in one transaction: all of it or nothing.

    PostgreSQL then gets its column of geometry where PostGIS is there; see `boundaries/spatial.py`.
    """
    with engine.begin() as connection:
        _begin_alone(connection)
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """The same within the caller's transaction."""
    from alembic import command

    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    add_geometry(connection)


def _begin_alone(connection: Connection) -> None:
    """Nobody else migrates meanwhile. Python begins no transaction of SQLite before it makes tables: it is told to."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        lock_writers(connection)
