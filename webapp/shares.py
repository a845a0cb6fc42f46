"""How many connections each worker has open, in memory that the processes of one master have in common.

Workers wait at one door, and whoever wakes first takes what has come: four connections that are kept can all end with
one worker while the others have nothing to do. So each writes down how many it has, and one that has more than another
leaves the next connection to it for a moment.

A worker that is gone or hangs writes nothing any more, and after `SILENT_S` nobody leaves anything to it: there is no
list of workers that could be wrong. Numbers are read without a lock; one that is old by a moment costs a moment.
"""

from __future__ import annotations

import mmap
import time

PLACES = 64
"""Workers of one master, those that end and those that take their place included; more would write over each other."""

SILENT_S = 2.5
"""A worker writes at least once a second."""


class Shares:
    """A row of places, each with the time of the last writing and the number written."""

    def __init__(self) -> None:
        self._cells = memoryview(mmap.mmap(-1, 16 * PLACES)).cast("d")

    def take_place(self) -> int:
        """The place that has been silent longest, for a worker about to start. Call before the fork."""
        place = min(range(PLACES), key=lambda each: self._cells[2 * each])
        self.write(place, 0)
        return place

    def write(self, place: int, connections: int) -> None:
        """The worker in this place is alive and has so many connections."""
        self._cells[2 * place + 1] = connections
        self._cells[2 * place] = time.monotonic()

    def leave(self, place: int) -> None:
        """The worker in this place takes no connections any more."""
        self._cells[2 * place] = 0.0

    def is_ahead(self, place: int) -> bool:
        """Whether another living worker has fewer connections than the one in this place; an eighth is no matter."""
        cells, since = self._cells.tolist(), time.monotonic() - SILENT_S
        own = cells[2 * place + 1]
        return any(at > since and number < own - own // 8 for at, number in zip(cells[::2], cells[1::2], strict=True))
