"""Dumps of a store on PostgreSQL: written with the verdict on the very moment that is dumped, restored all or nothing.

`pg_restore` would commit before anybody could look at what it wrote. So it only writes the dump out as SQL, which is
carried out here, in one transaction with what must be true before it ends: the tables are of a form that this release
knows, the figures fit the audit's hashes, and the data version, on which every ready answer depends, is higher than any
before.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

import psycopg
from sqlalchemy import URL, Connection, func, inspect, select, text, update
from sqlalchemy.engine import make_url

from boundaries.models import Base
from boundaries.spatial import SHAPES, postgis_version
from geo.errors import DomainError
from indicators.history import lock_writers
from indicators.models import DataState
from webapp import db
from webapp.engines import open_engine, retried
from webapp.integrity import inspect_store

EXTENSION = " EXTENSION - postgis "
OURS = " TABLE DATA public data_state "
NOT_OURS = re.compile(r" (EXTENSION|SCHEMA|spatial_ref_sys) ")
"""Entries of a dump's list that are those of whoever runs the server: a role of the service may not touch them."""
COPY = re.compile(rb"COPY [^;]+ FROM stdin;\n")
END = b"\\.\n"
SKIPPED = (b"\\", b"--", b"SET lock_timeout")
"""Beginnings of lines of SQL that are for psql or for readers, or would let the restore wait for ever."""


class BackupFailed(DomainError):
    """A backup that was not made, or one that cannot be restored; the store is as it was."""


def write_dump(url: str, target: Path) -> list[str]:
    """Dump one moment of the store. Returns what in that same moment does not fit its hashes."""
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            moment = connection.scalar(select(func.pg_export_snapshot()))
            address, secrets = _address(url)
            options = ["--format=custom", "--no-owner", f"--snapshot={moment}", f"--file={target}"]
            _run(["pg_dump", *options, address], secrets)
            return inspect_store(connection)
    finally:
        engine.dispose()


def restore_dump(url: str, source: Path) -> int:
    """Put what was dumped in the place of what is there, in one transaction. Returns the data version.

    Raises: BackupFailed with what is wrong; whatever is wrong, the store is as it was.
    """
    listed = _run(["pg_restore", "--list", str(source)], {})
    if OURS not in listed:
        raise BackupFailed(f"{source.name} is no dump of this service's store; the store was left alone.")
    engine = open_engine(url)

    def replace() -> int:
        with engine.begin() as connection:
            return _replace(connection, source, listed)

    try:
        return retried(replace)
    finally:
        engine.dispose()


def _replace(connection: Connection, source: Path, listed: str) -> int:
    lock_writers(connection)
    before = _version(connection)
    tables = ", ".join((*Base.metadata.tables, SHAPES.name, "alembic_version"))
    connection.execute(text(f"DROP TABLE IF EXISTS {tables}"))
    if EXTENSION in listed and not postgis_version(connection):
        connection.execute(text("CREATE EXTENSION postgis"))
    _carry_out(connection, source, listed)
    if db.held_form(connection) not in db.forms():
        raise BackupFailed(f"{source.name} is of a later release, whose tables this one does not know.")
    db.upgrade(connection)
    faults = inspect_store(connection)
    if faults:
        raise BackupFailed(f"{source.name} is no sound backup; the store was left alone. {' '.join(faults[:3])}")
    version = max(before, _version(connection)) + 1
    connection.execute(update(DataState).values(version=version))
    return version


def _version(connection: Connection) -> int:
    """The data version; 0 where there are no tables or no data."""
    there = inspect(connection).has_table(DataState.__tablename__)
    return (connection.scalar(select(func.max(DataState.version))) or 0) if there else 0


def _carry_out(connection: Connection, source: Path, listed: str) -> None:
    """Carry out the SQL of a dump in the transaction under way. Raises: BackupFailed, also for a dump cut short."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as wanted, tempfile.TemporaryFile("w+") as errors:
        wanted.writelines(line for line in listed.splitlines(keepends=True) if not NOT_OURS.search(line))
        wanted.flush()
        command = ["pg_restore", "--no-owner", f"--use-list={wanted.name}", "--file=-", str(source)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as program:  # noqa: S603 - fixed program
            if program.stdout:
                _execute(connection, program.stdout)
        if program.returncode:
            errors.seek(0)
            raise BackupFailed(f"pg_restore: {errors.read(500).strip()} The store was left alone.")
    connection.execute(text("RESET ALL"))  # the dump empties the search path


def _execute(connection: Connection, script: IO[bytes]) -> None:
    """Statements by the driver itself, several at once, and rows as they come."""
    driver: Any = connection.connection.driver_connection
    statements: list[bytes] = []
    try:
        with driver.cursor() as cursor:
            for line in script:
                if COPY.fullmatch(line):
                    cursor.execute(b"".join(statements))
                    statements = []
                    with cursor.copy(line.rstrip(b";\n")) as rows:
                        for row in iter(partial(next, script, END), END):
                            rows.write(row)
                elif not line.startswith(SKIPPED):
                    statements.append(line)
            cursor.execute(b"".join(statements))
    except psycopg.Error as error:
        raise BackupFailed(f"The store was left alone: {str(error).splitlines()[0]}") from error


def _address(url: str) -> tuple[str, dict[str, str]]:
    """The URL as PostgreSQL's own programs take it, and the password, which they get by their environment alone."""
    parsed: URL = make_url(url).set(drivername="postgresql")
    secrets = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    # `URL.set` takes None for "as it is"
    return parsed._replace(password=None).render_as_string(hide_password=False), secrets


def _run(command: Sequence[str], secrets: Mapping[str, str]) -> str:
    """What a program of PostgreSQL prints. Raises: BackupFailed with its own words."""
    environment = {**os.environ, **secrets}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupFailed(f"{command[0]} is not installed (Debian: postgresql-client).") from error
    if done.returncode:
        raise BackupFailed(f"{command[0]}: {done.stderr.strip()[:500]}")
    return done.stdout
