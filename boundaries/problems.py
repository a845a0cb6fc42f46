"""What is wrong with a table, one fact a line, and the error that carries all of them to whoever can mend them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from boundaries.names import nearest
from geo.errors import DomainError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a table. `row` counts as a spreadsheet does: 1 is the header, 0 the whole file."""

    file: str
    row: int
    column: str
    value: str
    rule: str
    suggestion: str = ""


class IngestError(DomainError):
    """Tables that cannot be taken in; `problems` lists everything that is wrong, each fact once. Nothing was loaded."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.row)))
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__(f"{count}, nothing was loaded:\n\n{render_problems(self.problems)}")


def render_problems(problems: Iterable[Problem]) -> str:
    """The problems as a plain text table, one line each; characters that cannot be seen are written as escapes."""
    lines = [("file", "row", "column", "value", "rule", "suggestion")]
    for problem in problems:
        row = str(problem.row) if problem.row else "-"
        lines.append((problem.file, row, problem.column, _visible(problem.value), problem.rule, problem.suggestion))
    widths = [max(len(line[index]) for line in lines) for index in range(5)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[5]]).rstrip()
        for line in lines
    )


def _visible(text: str, longest: int = 40) -> str:
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def nearest_hint(value: str, known: Iterable[str]) -> str:
    """`Nearest: a, b, c.`: up to three known values that look like this one; they are never taken silently."""
    return f"Nearest: {', '.join(nearest(value, known))}."
