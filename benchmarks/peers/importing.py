"""What readers feel of an import: latencies while 579 figures come in, beside those of an idle service.

The import runs as docs/operations.md has it run, in a unit with the weight `idle`, and from a shell. Where there is no
systemd, a session of its own stands for the unit: the kernel shares time out among sessions as it does among units.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
from collections.abc import Callable
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
WEIGHT = Path("/proc/self/autogroup")
LEAST = "19"


@dataclass(frozen=True)
class UnderImport:
    """Medians of the 99th percentiles in milliseconds: without an import, beside one of the weight `idle` and beside
    one from a shell; and how many imports were done."""

    idle_ms: float
    during_ms: float
    shell_ms: float
    imports: int


def measure(service: Server, data: Dataset, folder: Path, rounds: int) -> UnderImport:
    """Time the values in turn without an import and with each kind, which goes on as long as the burst or longer."""
    felt: dict[str, list[float]] = {"idle": [], "during": [], "shell": []}
    done = 0
    for number in range(rounds):
        felt["idle"].append(_felt(service))
        for turn, (kind, alone) in enumerate((("during", _stand_back), ("shell", None))):
            path = _figures(data, folder / f"figures-{number}-{kind}.csv", 2 * number + turn)
            process = _start(path, service, alone)
            felt[kind].append(_felt(service))
            done += process.wait() == 0
    idle, during, shell = (statistics.median(found) for found in felt.values())
    return UnderImport(idle, during, shell, done)


def _felt(service: Server) -> float:
    return burst(service.address + dataset.VALUES, SECONDS, CONNECTIONS).p99_ms


def _start(path: Path, service: Server, alone: Callable[[], None] | None) -> subprocess.Popen[bytes]:
    """The import of a file; `alone` is called in a session of its own."""
    command = [str(OWN / "flask"), "--app", "webapp", "indicators", "import", str(path), "--by", "benchmark"]
    command += ["--confirm", "jump=figures of a benchmark"]
    environment = {**os.environ, **service.environment, "PORT": "1"}
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL,  # noqa: S603 - our own list
                            start_new_session=alone is not None, preexec_fn=alone)  # fmt: skip


def _stand_back() -> None:
    """What CPUWeight=idle is to a unit, for the session that this process leads."""
    if WEIGHT.exists():
        WEIGHT.write_text(LEAST, "ascii")
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


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
