"""One burst of load by wrk, and what it says."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}
CONNECTIONS = 4


@dataclass(frozen=True)
class Burst:
    """Requests per second, latencies in milliseconds, and answers other than 2xx and 3xx or none in time."""

    rate: float
    p50_ms: float
    p99_ms: float
    failed: int


def burst(url: str, seconds: int, connections: int = CONNECTIONS) -> Burst:
    """Load an address from one thread without compression, each connection asking anew once it is answered."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own address
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None:
        raise RuntimeError(f"wrk said no rate: {said}")
    return Burst(float(rate[1]), _latency(said, 50), _latency(said, 99), _failed(said))


def _latency(said: str, share: int) -> float:
    found = re.search(rf"{share}%\s+([\d.]+)(us|ms|s|m)\b", said)
    return float(found[1]) * SECONDS[found[2]] * 1000 if found else float("nan")


def _failed(said: str) -> int:
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return (int(bad[1]) if bad else 0) + (sum(map(int, errors.groups())) if errors else 0)
