"""Files of points of any size take the same memory; run by `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.points import measure_apart, write_points

MEGABYTES = 600


@pytest.mark.soak
def test_twenty_million_points_take_no_more_memory_than_is_allowed(tmp_path: Path) -> None:
    """Two million take about 300 MB; ten times as many must not take twice that."""
    for path in write_points(tmp_path, 20_000_000):
        seconds, megabytes, rows = measure_apart(path)
        assert rows == 20_000_000
        assert megabytes <= MEGABYTES, f"{path.name}: {seconds:.0f} s"
