"""`flask db check`: the store as a whole, each thing looked at with what is wrong and what to do about it.

It asks the store of the writers, and the replica beside it. Nothing is written. What cannot be looked at with the
rights or extensions that there are is said as such and counts as no fault.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from boundaries.spatial import REMEDY, has_geometry, postgis_version, texts_compared_otherwise
from webapp.db import VERSION
from webapp.doctor import Finding, migration_of
from webapp.engines import OUTAGES, open_reader, sqlstate
from webapp.integrity import inspect_store

RESTORE = "Run `flask db restore FILE` with the last good backup (docs/operations.md)."
REACH = "Start the server, or mend the address in {setting}."
SHOWN = 3
"""Faults of one kind that are listed; the rest are counted."""
LATEST_S = 60.0
"""How far behind a replica may be before it is called wrong, in seconds."""
REFUSED = "42501"
"""SQLSTATE of a function that this role may not call."""

INDEXES = (
    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
    "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND a.amname = 'btree' AND i.indisvalid AND c.relpersistence = 'p' ORDER BY 1"
)
TABLES = (
    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY 1"
)
REPLAYED = (
    "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, "
    "extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8"
)


def check_store(app: Flask) -> list[Finding]:
    """All findings, in order; a store that cannot be reached is the only one."""
    engine: Engine = app.extensions["engine"]
    try:
        with engine.connect() as connection:
            findings = [_server(connection)]
    except OUTAGES as error:
        return [Finding("engine", "unknown", _said(error), REACH.format(setting="DATABASE_URL"))]
    steps: list[Callable[[Engine], Finding]] = [migration_of, _structure, _content]
    if engine.dialect.name == "postgresql":
        steps += [_geometry, _order]
    findings += [_looked_at(step, engine) for step in steps]
    if app.config["READ_DATABASE_URL"]:
        findings.append(_replica(app, engine))
    return findings


def _looked_at(step: Callable[[Engine], Finding], engine: Engine) -> Finding:
    """What a step finds; one that the store breaks off is a finding too."""
    try:
        return step(engine)
    except OUTAGES as error:
        return Finding(step.__name__.strip("_"), "unknown", _said(error), RESTORE)


def _said(error: Exception) -> str:
    """The database's own words on one line, without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:200]


def _server(connection: Connection) -> Finding:
    function = "sqlite_version()" if connection.dialect.name == "sqlite" else "current_setting('server_version')"
    return Finding("engine", f"{connection.dialect.name} {connection.scalar(text(f'SELECT {function}'))}")


def _structure(engine: Engine) -> Finding:
    faults = _pragmas(engine) if engine.dialect.name == "sqlite" else _amcheck(engine)
    if isinstance(faults, str):
        return Finding("structure", faults)
    if not faults:
        return Finding("structure", "sound")
    more = f" {len(faults) - SHOWN} more." if len(faults) > SHOWN else ""
    return Finding("structure", f"{len(faults)} faults", " ".join(faults[:SHOWN]) + more, RESTORE)


def _pragmas(engine: Engine) -> list[str]:
    """What SQLite finds wrong with its pages, and rows that point at none."""
    with engine.connect() as connection:
        said = [line for line in connection.scalars(text("PRAGMA integrity_check")) if line != "ok"]
        lost = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [*said, *(f"Row {row[1]} of {row[0]} points at no row of {row[2]}." for row in lost)]


def _amcheck(engine: Engine) -> list[str] | str:
    """What PostgreSQL's amcheck finds in tables and their indexes, as `pg_amcheck --heapallindexed` would; a text where
    it cannot be asked."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")):
            return "not looked at: a superuser may run CREATE EXTENSION amcheck in this database"
        faults = []
        for query, names in (
            ("SELECT bt_index_check(CAST(:name AS regclass), true)::text", connection.scalars(text(INDEXES)).all()),
            ("SELECT msg FROM verify_heapam(CAST(:name AS regclass), check_toast => true)",
             connection.scalars(text(TABLES)).all()),
        ):  # fmt: skip
            for name in names:
                try:
                    said = [line for line in connection.scalars(text(query), {"name": name}) if line]
                except DBAPIError as error:
                    if sqlstate(error) == REFUSED:
                        return "not looked at: this role may not call amcheck; a superuser may run pg_amcheck"
                    said = [_said(error)]
                faults += [f"{name}: {line}." for line in said]
    return faults


def _content(engine: Engine) -> Finding:
    faults = inspect_store(engine)
    if not faults:
        return Finding("content", "fits the audit's hashes")
    return Finding("content", f"{len(faults)} faults", " ".join(faults[:SHOWN]), RESTORE)


def _geometry(engine: Engine) -> Finding:
    """A server without PostGIS does without the column; one that has it should have both."""
    with engine.connect() as connection:
        version, there = postgis_version(connection), has_geometry(connection)
    if version is None:
        return Finding("geometry", f"no PostGIS, shapes as WKB alone. {REMEDY}")
    wrong = "" if there else "area_shape has no column geom."
    return Finding("geometry", f"PostGIS {version}", wrong, "" if there else "Run `flask prepare`.")


def _order(engine: Engine) -> Finding:
    with engine.connect() as connection:
        columns = texts_compared_otherwise(connection)
    if not columns:
        return Finding("order of text", "by code points")
    table, _dot, column = columns[0].partition(".")
    remedy = f'For each: ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar COLLATE "C".'
    return Finding("order of text", f"{len(columns)} columns", f"Not by code points: {', '.join(columns)}.", remedy)


def _replica(app: Flask, engine: Engine) -> Finding:
    """Whether what readers read is there, is this store, and follows it closely."""
    reader = open_reader(app.config["READ_DATABASE_URL"], app.config)
    try:
        with engine.connect() as here, reader.connect() as there:
            ours, theirs = (each.exec_driver_sql(VERSION).scalar() for each in (here, there))
            behind, state = 0.0, f"data version {theirs} of {ours}"
            if there.dialect.name == engine.dialect.name == "postgresql":
                follows, behind, lag = _lag(here, there)
                state += f", {lag}" if follows else ", not a streaming replica"
    except OUTAGES as error:
        return Finding("replica", "unknown", _said(error), REACH.format(setting="READ_DATABASE_URL"))
    finally:
        reader.dispose()
    if behind > LATEST_S:
        return Finding("replica", state, f"It is {behind:.0f} s behind.", "See pg_stat_replication on the primary.")
    if theirs != ours and not state.endswith("behind"):
        return Finding("replica", state, "It holds other data and does not follow.", "Mend READ_DATABASE_URL.")
    return Finding("replica", state)


def _lag(here: Connection, there: Connection) -> tuple[bool, float, str]:
    """Whether `there` replays another server's log; for how many seconds it waits for what is written `here`; words."""
    follows, place, seconds = there.execute(text(REPLAYED)).one()
    if not follows:
        return False, 0.0, ""
    missing = here.scalar(
        text("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), CAST(:place AS pg_lsn))"), {"place": place}
    )
    waiting = float(seconds or 0.0) if missing and missing > 0 else 0.0
    return True, waiting, f"{max(int(missing or 0), 0)} bytes of log behind"
