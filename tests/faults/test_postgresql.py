"""PostgreSQL is restarted under readers of three real workers: answers or 503 with Retry-After, and then as before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import close, over
from tests.faults.readers import PATHS, PATIENCE_S, RECOVERY_S, Readers, recovered, serving
from tests.postgres import QUICK, Server
from tests.webapp.served import Served


@pytest.fixture(scope="module")
def restarted(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Served, list[str]]]:
    """A server of our own, the service over it, and addresses whose answers do not all stay ready in its cache."""
    folder = tmp_path_factory.mktemp("restart")
    with ExitStack() as held:
        server = Server(QUICK)
        held.callback(server.close)
        url = server.url(server.create())
        app = over(url)
        held.callback(close, app)
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        ids = [each["id"] for each in app.test_client().get("/api/v1/indicators").get_json()["indicators"]]
        close(app)
        served = held.enter_context(serving(folder, url, CACHE_MB="1"))
        long = (f"/api/v1/values?indicator={each}&edition=2024&level=commune" for each in ids)
        yield server, served, [*PATHS, *(path for path in long if served.get(path)[0] == 200)]


ONCE = ("immediate", 1, PATIENCE_S)
OFTEN = [pytest.param(mode, 20, RECOVERY_S, marks=pytest.mark.soak) for mode in ("immediate", "fast")]


@pytest.mark.parametrize(("mode", "times", "within_s"), [ONCE, *OFTEN])
def test_a_restart_shows_readers_200_or_503_alone(
    restarted: tuple[Server, Served, list[str]], mode: str, times: int, within_s: float
) -> None:
    """Connections end, politely or not, amid requests and between an answer and the end of its reading; the service is
    ready again unaided."""
    server, served, paths = restarted
    with Readers(served, paths) as readers:
        for _ in range(times):
            readers.see(200, 30)
            server.stop(mode)
            try:
                readers.see(503, 10)
                assert served.get("/readyz")[0] == 503
                assert served.get("/healthz")[0] == 200
            finally:
                server.start()
            recovered(served, within_s)
            readers.see(200, 30)
    assert readers.faults == []
    assert set(readers.statuses) == {200, 503}
