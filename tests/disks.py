"""Disks of the tests' own that are soon full: memory mounted as a folder, where this machine lets one do so."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LARGEST = 64 * 2**20


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[int], None]]:
    """Mounts a disk of 64 MB; what it gives changes its size in bytes. Skips with the reason where nobody may mount."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={LARGEST}", "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"No disk can be mounted here: {made.stderr.strip()}")

    def resize(size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write a file until its disk has no room for a single byte more."""
    with path.open("wb", buffering=0) as file:
        for size in (2**16, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
