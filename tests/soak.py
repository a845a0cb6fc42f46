"""The full counts: runs every test marked `soak` and writes what was run, dated, to benchmarks/SOAK.md."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections import Counter, defaultdict

import pytest

from webapp.settings import ROOT

RESULTS = ROOT / "benchmarks/SOAK.md"
HEAD = """# Soak results

Written by `make soak`; newest first. A count stands here only if it was run.
"""


class Tally:
    """Counts outcomes by test function."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid.split("[")[0]][report.outcome] += 1


def main() -> int:
    """Run, write, and return pytest's status; no test run is a failure."""
    tally, start = Tally(), time.monotonic()
    status = int(pytest.main(["-q", "-m", "soak", "-o", "faulthandler_timeout=0", *sys.argv[1:]], plugins=[tally]))
    minutes = (time.monotonic() - start) / 60
    rows = [
        f"| `{name}` | {count['passed']} | {count['failed']} | {count['skipped']} |"
        for name, count in sorted(tally.outcomes.items())
    ]
    entry = [f"\n## {dt.date.today():%Y-%m-%d}, {minutes:.0f} minutes\n", "| test | passed | failed | skipped |"]
    entry += ["|---|---|---|---|", *rows, ""]
    older = RESULTS.read_text("utf-8").removeprefix(HEAD) if RESULTS.exists() else ""
    RESULTS.write_text(HEAD + "\n".join(entry) + older, "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
