"""A small process that a large one starts is measured by itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from benchmarks.peak import peak_memory


def test_peak_is_that_of_the_process_itself() -> None:
    held = np.ones(60_000_000)  # 480 MB of which every page was written
    assert peak_memory() > held.nbytes / 1e6
    program = "from benchmarks.peak import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 1 < float(done.stdout) < 200
