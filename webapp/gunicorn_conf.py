"""How gunicorn serves the app: settings from the environment, one loaded copy that all workers share."""

import resource
from pathlib import Path
from typing import Any

from webapp.settings import read_settings

STATM = Path("/proc/self/statm")
FIRST = ("/", "/en/", "/gazetteer.json", "/changes", "/board", "/upgrades", "/ntm", "/matrix", "/areas", "/compare")
"""Pages that compute what is kept for the version of the data: the plan's statuses, the units in time, the tables."""

_settings = read_settings()

bind = f"{_settings['HOST']}:{_settings['PORT']}"
workers = _settings["WORKERS"]
worker_class = "webapp.worker.Worker"
threads = _settings["THREADS"]
preload_app = True
control_socket_disable = True
timeout = 30
limit_request_line = 8190  # the app itself refuses less, with a page
limit_request_fields = 50
forwarded_allow_ips = ""  # which proxies are believed is the setting TRUSTED_PROXIES alone


def post_fork(_server: Any, _worker: Any) -> None:
    """Bound the memory of a worker, where the system tells how much it begins with: what would need more fails with
    503, and the others go on."""
    if STATM.exists():
        data_pages = int(STATM.read_text("ascii").split()[5])
        most = data_pages * resource.getpagesize() + _settings["WORKER_MB"] * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def when_ready(server: Any) -> None:
    """Answer the first pages once before the workers fork, so that no reader waits for a cold start."""
    app = server.app.wsgi()
    with app.test_client() as client:
        for path in FIRST:
            client.get(path)
    server.log.info("Open http://%s in a browser.", bind)
