"""The greatest memory that a process has had. Linux only."""

from __future__ import annotations

import re
from pathlib import Path


def peak_memory() -> float:
    """MB that this process held at most, since it began with its own program.

    Not `ru_maxrss`: a process that was started by a large one is charged there with what that one held.
    """
    status = Path("/proc/self/status").read_text("utf-8")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status has no line VmHWM; this measurement needs Linux")
    return int(found[1]) / 1024
