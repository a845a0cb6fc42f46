"""What readers feel of an import: latencies while 579 figures come in, beside those of an idle service."""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import dataset
from benchmarks.peers.dataset import Dataset
from benchmarks.peers.load import burst
from benchmarks.peers.servers import OWN, Server
from webapp.settings import ROOT

COLUMNS = "indicator_id,edition,level,area_code,area_name,period,stratum,value,unit,status,source_id,note"
SECONDS = 4
CONNECTIONS = 2


@dataclass(frozen=True)
class UnderImport:
    """Medians of the 99th percentiles in milliseconds, and how many imports were done."""

    idle_ms: float
    during_ms: float
    imports: int


def measure(service: Server, data: Dataset, folder: Path, rounds: int) -> UnderImport:
    """Time the values in turn without and with an import that goes on as long as the burst."""
    idle, during, done = [], [], 0
    for number in range(rounds):
        idle.append(burst(service.address + dataset.VALUES, SECONDS, CONNECTIONS).p99_ms)
        path = _figures(data, folder / f"figures-{number}.csv", number)
        command = [str(OWN / "flask"), "--app", "webapp", "indicators", "import", str(path), "--by", "benchmark"]
        command += ["--confirm", "jump=figures of a benchmark"]
        environment = {**os.environ, **service.environment, "PORT": "1"}
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        during.append(burst(service.address + dataset.VALUES, SECONDS, CONNECTIONS).p99_ms)
        done += process.wait() == 0
    return UnderImport(statistics.median(idle), statistics.median(during), done)


def _figures(data: Dataset, path: Path, seed: int) -> Path:
    """A file with a new figure for every unit."""
    chance = random.Random(seed)  # noqa: S311 - figures of a benchmark
    with path.open("w", encoding="utf-8", newline="") as target:
        target.write(COLUMNS + "\n")
        rows = csv.writer(target)
        for code, name in data.names.items():
            value = f"{chance.randint(800, 999) / 10:.1f}"
            rows.writerow(["waste_same_day_collection_rate", dataset.EDITION, dataset.LEVEL, code, name, "2024", "all",
                           value, "%", "reported", "danviet-6bbf6c", ""])  # fmt: skip
    return path
