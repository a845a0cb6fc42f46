"""A PostgreSQL server of the tests' own: in a folder of its own, on a socket there, gone with the test run.

Its databases sort as Vietnamese does, which SQLite does not, so that an order left to the database is noticed.
PostgreSQL does not run as root; where the tests do, it runs as the user whom its Debian package made.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

BIN = next((path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
PACKAGES = "postgresql-15 postgresql-15-postgis-3"
OWNER = "hanoi"
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For a server that nobody pulls the plug of."""


def lacking() -> str:
    """Why no server can be started here; blank if one can."""
    if BIN is None and shutil.which("initdb") is None:
        return f"No PostgreSQL on this machine (Debian: apt-get install {PACKAGES})."
    if os.geteuid() == 0 and not _user():
        return "PostgreSQL does not run as root, and there is no user postgres to run it as."
    return ""


def _user() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return ""


class Server:
    """A running server with a superuser `hanoi`; `settings` are those of postgresql.conf."""

    def __init__(self, settings: dict[str, str] = QUICK, copy_of: Server | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hanoi-pg"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._data, self._settings = self.folder / "data", {"max_connections": "60", **settings}
        self._numbers = 0
        if copy_of:
            self._run("pg_basebackup", "-D", str(self._data), "-h", str(copy_of.folder), "-U", OWNER, "-R", "-X",
                      "stream", "-c", "fast", "--no-sync")  # fmt: skip
        else:
            self._run("initdb", "-D", str(self._data), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-sync",
                      "--locale-provider=icu", "--icu-locale=vi-VN", "--locale=C.UTF-8")  # fmt: skip
        self.start()

    def _run(self, program: str, *args: str) -> None:
        command = [str(BIN / program) if BIN else program, *args]
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        log = self.folder / f"{program}.out"  # a pipe would stay open as long as the server
        with log.open("wb") as out:
            status = subprocess.run([*prefix, *command], stdout=out, stderr=out, cwd="/", check=False).returncode
        assert status == 0, f"{program}: {log.read_text('utf-8', 'replace')}"

    def start(self) -> None:
        given = {**self._settings, "listen_addresses": "''", "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-s", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends connections, `immediate` pulls the plug."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-s", "-m", mode, "stop")

    def close(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(dbname=database, user=OWNER, host=str(self.folder), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, template: str = "template0") -> str:
        """The name of a new database, a copy of the template, to which nobody may be connected."""
        self._numbers += 1
        name = f"store{self._numbers}"
        locale = "LOCALE_PROVIDER icu ICU_LOCALE 'vi-VN'" if template == "template0" else ""
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} {locale} STRATEGY file_copy")
        return name

    def drop(self, database: str) -> None:
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")
