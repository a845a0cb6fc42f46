"""What is wrong with a file of boundaries, one fact a line, and the error that carries all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.errors import DomainError


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong. `feature` counts from 1 in the order of the file, 0 is the whole file.

    `lon` and `lat` are a place to look at, in degrees of WGS 84, None where there is none. `blocks` is False for what
    only ought to be looked at.
    """

    feature: int
    code: str
    problem: str
    detail: str
    remedy: str
    lon: float | None = None
    lat: float | None = None
    blocks: bool = True


class FlawedBoundaries(DomainError):
    """A file that cannot be taken in as it is; `flaws` lists everything that is wrong. Nothing was stored."""

    def __init__(self, file: str, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        count = sum(flaw.blocks for flaw in flaws)
        super().__init__(
            f"{file}: {count} problem{'s' if count != 1 else ''}, nothing was stored:\n\n{render_flaws(flaws)}"
        )


HEADER = ("feature", "code", "problem", "place", "detail", "remedy")


def render_flaws(flaws: Iterable[Flaw]) -> str:
    """A plain text table, one line each; characters that cannot be seen are written as escapes."""
    lines = [HEADER, *(_line(flaw) for flaw in flaws)]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[5]]).rstrip()
        for line in lines
    )


def _line(flaw: Flaw) -> tuple[str, ...]:
    """Cells of one line; a problem in brackets is worth a look and in nobody's way."""
    place = "-" if flaw.lon is None or flaw.lat is None else f"{flaw.lon:.6f} {flaw.lat:.6f}"
    problem = flaw.problem if flaw.blocks else f"({flaw.problem})"
    cells = (str(flaw.feature or "-"), flaw.code or "-", problem, place, flaw.detail, flaw.remedy)
    return tuple("".join(mark if mark.isprintable() else f"\\u{ord(mark):04x}" for mark in cell) for cell in cells)
