"""Stores of either engine, each made once and then copied: `with stores.lend("toy") as url`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from indicators.ingest import load
from tests import toy
from tests.postgres import Server
from webapp import db
from webapp.engines import open_engine

ENGINES = ("sqlite", "postgresql")
FILL: dict[str, Callable[[Session], object]] = {
    "tables": lambda _session: None,
    "toy": toy.build,
    "embedded": load,
}
"""What a store holds: tables alone, the toy country, or the figures that the repository ships."""


class Stores:
    """Lends stores of one engine; `server` is that of PostgreSQL."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        self.folder, self.server, self._made, self._number = folder, server, dict[str, str](), 0

    @property
    def engine(self) -> str:
        return "postgresql" if self.server else "sqlite"

    def copy(self, content: str) -> str:
        """The URL of a new store; `drop` takes it away."""
        if content not in self._made:
            self._made[content] = url = self.empty()
            engine = open_engine(url)
            db.migrate(engine)
            with Session(engine) as session:
                FILL[content](session)
            engine.dispose()
        return self.copy_of(self._made[content])

    def copy_of(self, url: str) -> str:
        """A copy of a store that nobody has open."""
        if self.server:
            return self.server.url(self.server.create(str(make_url(url).database)))
        new = self.empty()
        shutil.copyfile(str(make_url(url).database), str(make_url(new).database))
        return new

    def empty(self) -> str:
        """The URL of a store without a single table."""
        if self.server:
            return self.server.url(self.server.create())
        self._number += 1
        return f"sqlite:///{self.folder / f'{self._number}.db'}"

    def drop(self, url: str) -> None:
        name = str(make_url(url).database)
        if self.server:
            self.server.drop(name)
        else:
            for end in ("", "-wal", "-shm"):
                Path(name + end).unlink(missing_ok=True)

    @contextmanager
    def lend(self, content: str) -> Iterator[str]:
        """The URL of a store of one's own, for as long as it is needed."""
        url = self.copy(content)
        try:
            yield url
        finally:
            self.drop(url)

    @contextmanager
    def session(self, content: str) -> Iterator[Session]:
        """A session that may write to a store of one's own."""
        with self.lend(content) as url:
            engine = open_engine(url)
            try:
                with Session(engine) as opened:
                    yield opened
            finally:
                engine.dispose()
