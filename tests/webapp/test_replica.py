"""A streaming replica that readers read: it follows its primary, never mixes versions, and says how late it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import close, over
from tests.postgres import QUICK, Server
from tests.webapp.test_postgresql import VALUES, take_in

PATIENCE_S = 10.0
OLD, NEW = 225282.0, 999999.0


@pytest.fixture
def pair(postgres: Server) -> Iterator[tuple[Server, Server, Flask]]:
    """A primary with the embedded figures, its replica, and the app that writes to one and reads from the other."""
    with ExitStack() as held:
        primary = Server({**QUICK, "wal_level": "replica", "max_wal_senders": "4"})
        held.callback(primary.close)
        url = primary.url(primary.create())
        app = over(url)
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        close(app)
        replica = Server(QUICK, copy_of=primary)
        held.callback(replica.close)
        app = over(url, READ_DATABASE_URL=replica.url("store1"))
        held.callback(close, app)
        yield primary, replica, app


def seen(app: Flask) -> tuple[int, float]:
    """Data version and people of Ba Đình, as one answer says them."""
    answer = app.test_client().get(VALUES).get_json()
    return answer["data_version"], answer["areas"][0]["value"]


def test_a_replica_answers_follows_and_never_mixes(pair: tuple[Server, Server, Flask], tmp_path: Path) -> None:
    primary, replica, app = pair
    before = seen(app)
    assert before == (1, OLD)
    replica.execute("SELECT pg_wal_replay_pause()")
    take_in(app, tmp_path)
    assert [seen(app) for _ in range(3)] == [before] * 3
    lagging = app.test_cli_runner().invoke(args=["db", "check"])
    assert (lagging.exit_code, "✓ replica: data version 1 of 2," in lagging.output) == (0, True), lagging.output
    replica.execute("SELECT pg_wal_replay_resume()")
    met, deadline = {before}, time.monotonic() + PATIENCE_S
    while (now := seen(app)) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    met.add(now)
    assert met == {before, (before[0] + 1, NEW)}
    primary.stop("immediate")
    assert seen(app) == now  # readers do not need the primary
    primary.start()


def test_a_replica_that_is_down_shows_readers_no_500(pair: tuple[Server, Server, Flask]) -> None:
    _primary, replica, app = pair
    app.testing = False
    replica.stop()
    done = app.test_cli_runner().invoke(args=["db", "check"])
    assert done.exit_code == 1
    assert "the address in READ_DATABASE_URL" in done.output
    answer = app.test_client().get(VALUES)
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    replica.start()
    assert app.test_client().get(VALUES).status_code == 200
