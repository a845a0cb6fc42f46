"""How gunicorn serves the app: settings from the environment, one loaded copy that all workers share."""

import contextlib
import gc
import os
import resource
import shutil
import signal
import sys
import tempfile
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

gc.disable()  # what is imported is no garbage, and looking at it again and again takes time

# What libraries load though no page needs it takes memory and time; tests/webapp/test_start.py holds all answers
# against those with it. pandas takes Arrow where it finds it: 45 MB, for columns of a few thousand units, and only
# commands that count points need it. Flask-Limiter and structlog take rich for commands and colours.
# pandas knows a library of time zones that it needs no more.
for _name in ("pyarrow", "pytz", "rich"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type] # Python's way to say that a module is not there
# Folium would fetch files by their URLs with requests: 150 modules, and no page gives it a URL.
sys.modules.setdefault("requests", ModuleType("requests"))

UNUSED = {
    "branca.colormap", "xyzservices",  # all of a plotting library's scales and all tile services, for Folium
    "click.testing",  # a debugger with it, for Flask's test client
    "limits.aio",  # for servers that await
    "numpy.random", "pandas.testing",
    *(f"pandas.io.{name}" for name in (
        "clipboards", "excel", "feather_format", "html", "iceberg", "json", "json._json", "json._normalize", "orc",
        "parquet", "pickle", "pytables", "sas", "sas.sasreader", "spss", "sql", "stata", "xml")),
}  # fmt: skip
"""What libraries import by name as they are loaded, 10 MB, and no page uses."""


class Unused(MetaPathFinder, Loader):
    """Gives for each module of `UNUSED` one whose every name can be imported, and says so when one is called."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """The module by its full name, where it is one of these."""
        return ModuleSpec(name, self, is_package=True) if name in UNUSED else None

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module: with classes, as they may stand in annotations, each made when it is asked for."""

        def refuse(called: type, *_args: object, **_options: object) -> NoReturn:
            raise RuntimeError(f"{called.__module__}.{called.__name__} is not there while serving: take the module out "
                               "of UNUSED in webapp/gunicorn_conf.py.")  # fmt: skip

        def give(name: str) -> type:
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {"__module__": module.__name__, "__new__": refuse})

        module.__dict__["__getattr__"] = give


sys.meta_path.insert(0, Unused())

MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
"""Files in memory are there while the disk is full, where writing to one that is mapped would end the process."""

_numbers = ""
if os.environ.get("METRICS_ADDRESS"):
    _mine, _numbers = f"hanoi-metrics-{os.getpid()}-", os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if not Path(_numbers).name.startswith(_mine):  # after a HUP this file is read again, and the folder is there
        _numbers = tempfile.mkdtemp(prefix=_mine, dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _numbers  # prometheus_client looks for it once, when it is imported

from gunicorn.systemd import sd_notify  # type: ignore[import-untyped] # noqa: E402 - after the collector is off
from structlog.contextvars import clear_contextvars  # noqa: E402 - after the collector is off

from webapp.heap import give_back, limit_heap  # noqa: E402 - after the collector is off
from webapp.i18n import forget_names  # noqa: E402 - after the collector is off
from webapp.settings import read_settings  # noqa: E402 - the whole package is imported with it

gc.freeze()
gc.enable()

STATM = Path("/proc/self/statm")
FIRST = ("/ogc/collections", "/ogc/collections/2024.commune/items?limit=1",
         "/ogc/collections/2025-07.commune/items?limit=1", "/upgrades", "/ntm", "/changes", "/", "/en/", "/board",
         "/gazetteer.json", "/matrix", "/areas", "/compare", "/map/population?edition=2024&level=commune",
         "/map/population?edition=2025-07&level=commune", "/map/ntm_title", "/areas/2025-07/01",
         "/indicators/ntm_title", "/en/indicators/population")  # fmt: skip
"""Pages of each kind. They compute what is kept for the version of the data: the plan's statuses, the units in time,
the tables, the bounds and shapes of the smallest units; and their code has run, so that what a first run leaves behind
is common to all workers. What takes most memory on the way comes first: what is kept later fills the room it left."""

_settings = read_settings()

bind = [f"{_settings['HOST']}:{_settings['PORT']}"]
if _settings["METRICS_ADDRESS"]:
    bind.append(_settings["METRICS_ADDRESS"])
logger_class = "webapp.logs.GunicornLogger"
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


def post_worker_init(worker: Any) -> None:
    """After USR2 the first new worker ends the old master, which until then has answered; the system learns who is
    the master now. A release that does not start ends nothing."""
    old = int(os.environ.get("GUNICORN_PID", "0"))
    if old:
        sd_notify(f"MAINPID={os.getppid()}", worker.log)
        with contextlib.suppress(ProcessLookupError):
            os.kill(old, signal.SIGTERM)


def when_ready(server: Any) -> None:
    """Answer the first pages once before the workers fork, so that no reader waits for a cold start."""
    app = server.app.wsgi()
    forget_names()
    with app.test_client() as client:
        for path in FIRST:
            client.get(path, headers={"Accept-Encoding": "br"})
    _share_memory()
    clear_contextvars()  # the log of what follows is of no request
    server.log.info("Open http://%s in a browser.", bind[0])


def _share_memory() -> None:
    """Let the workers go on sharing what was read before they fork: the collector leaves it alone; and let them give
    back what they need no more."""
    gc.collect()
    gc.freeze()
    limit_heap()
    give_back()


def child_exit(_server: Any, worker: Any) -> None:
    """What a worker had in its cache is gone with it; what it counted stays."""
    if _numbers:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Take the files of numbers away."""
    if _numbers:
        shutil.rmtree(_numbers, ignore_errors=True)
