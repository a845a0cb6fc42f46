"""Two web hosts behind the shipped nginx.conf, over one PostgreSQL and one Redis."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.conftest import close, over
from tests.postgres import QUICK, Server
from tests.webapp.fronted import CLIENT, nginx
from tests.webapp.served import Served, gunicorn
from tests.webapp.test_postgresql import VALUES, take_in

LIMIT = 6
PATIENCE_S = 60.0
KNOWN = "/api/v1/indicators"
READER, OTHER = "203.0.113.7", "203.0.113.8"
numbers = count(100)


class Site(NamedTuple):
    """nginx, the two hosts behind it, and what they share."""

    front: Served
    hosts: tuple[Served, Served]
    server: Server
    url: str


@pytest.fixture
def site(postgres: Server, redis_server: tuple[str, subprocess.Popen[bytes]], tmp_path: Path) -> Iterator[Site]:
    """A PostgreSQL of its own, since it is stopped; one process a host, so that nothing but Redis can add counts up."""
    server = Server(QUICK)
    url = server.url(server.create())
    app = over(url)
    with app.app_context():
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    close(app)
    settings = {"TRUSTED_PROXIES": "1", "REDIS_URL": redis_server[0], "WORKERS": "1", "RATE_API": f"{LIMIT}/hour",
                "SECRET_KEY": "the same on all hosts " * 2}  # fmt: skip
    hosts = [gunicorn(str(tmp_path / name), url, **settings) for name in ("one", "two")]
    with hosts[0] as one, hosts[1] as two, nginx(tmp_path, one, two) as front:
        yield Site(front, (one, two), server, url)
    server.close()


def ask(front: Served, client: str = READER) -> tuple[int, dict[str, str]]:
    """An answer through nginx to somebody elsewhere; what is accepted is new each time, lest nginx answer itself."""
    return front.get(VALUES, {CLIENT: client, "Accept-Encoding": f"identity;q=0.{next(numbers)}"})


def tag(host: Served) -> str:
    """What tells the figures of one version from those of another."""
    return host.get(VALUES)[1]["etag"]


def test_hosts_count_together_share_imports_and_outlive_the_database(site: Site, tmp_path: Path) -> None:
    check_limits(site)
    check_import(site, tmp_path)
    check_outage(site)


def check_limits(site: Site) -> None:
    """So many answers for one client, whichever host gives them; then 429, through nginx, with a time to come back."""
    states = [ask(site.front) for _ in range(LIMIT + 3)]
    assert [status for status, _ in states] == [200] * LIMIT + [429] * 3
    refused = states[-1][1]
    assert int(refused["retry-after"]) > 0
    assert "default-src" in refused["content-security-policy"]
    assert ask(site.front, OTHER)[0] == 200
    asked = [host.said().count('"/api/v1/values"') for host in site.hosts]
    assert min(asked) > 0, f"only one host was asked: {asked}"


def check_import(site: Site, folder: Path) -> None:
    """Both hosts show an import at the next request, nginx when its second is over."""
    before = [tag(host) for host in site.hosts]
    assert len(set(before)) == 1
    kept = site.front.get(VALUES)[1]["etag"]
    app = over(site.url)
    take_in(app, folder)
    close(app)
    after = [tag(host) for host in site.hosts]
    assert len(set(after)) == 1
    assert after[0] != before[0]
    end = time.monotonic() + PATIENCE_S
    while site.front.get(VALUES)[1]["etag"] == kept:
        assert time.monotonic() < end
        time.sleep(0.1)


def check_outage(site: Site) -> None:
    """While the database is away, what is ready goes on, and the rest is 503 with a time to come back; while the hosts
    are away too, nginx gives the last good answer."""
    good = site.front.get(KNOWN)
    assert good[0] == 200
    site.server.stop()
    assert site.front.get(KNOWN)[0] == 200
    away = site.front.get(VALUES.replace("district", "commune"))
    assert (away[0], int(away[1]["retry-after"]) > 0) == (503, True)
    for host in site.hosts:
        master = psutil.Process(host.pid)
        workers = master.children()
        master.terminate()
        psutil.wait_procs(workers)
    time.sleep(2.1)  # nginx's second, by whole seconds
    status, headers = site.front.get(KNOWN)
    assert (status, headers["x-cache"], headers["etag"]) == (200, "STALE", good[1]["etag"])
    site.server.start()
