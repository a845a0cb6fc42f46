"""The C library's heap: what a process needs no more goes back to the system. Only glibc can be told; others are left.

Python keeps small objects in blocks of its own; what passes through here are larger ones: compressed answers, pages of
the store, arrays.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

LARGE = 2**18
ALLOCATION = {-8: 1, -3: LARGE, -1: LARGE}
"""Settings of glibc in mallopt(3): one arena for all threads (M_ARENA_MAX); blocks of so many bytes go back to the
system when they are freed (M_MMAP_THRESHOLD), and so does as much at the end of the heap (M_TRIM_THRESHOLD). Left
alone, both limits grow with the largest block ever freed, and each worker keeps what one compression took: 15 MB."""


@cache
def _library() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "malloc_trim") else None


def limit_heap() -> None:
    """Let this process, and those that it forks, keep little of what it frees."""
    if library := _library():
        for name, value in ALLOCATION.items():
            library.mallopt(name, value)


def give_back() -> None:
    """Pages of the heap in which nothing is left go back to the system, between others too; about a millisecond."""
    if library := _library():
        library.malloc_trim(0)
