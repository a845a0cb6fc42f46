"""The join of two sets of area codes, with a report of what did not match: nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.errors import JoinFailed


@dataclass(frozen=True)
class JoinReport:
    """Codes on both sides, only on the left (areas), and only on the right (values or shapes), each in order."""

    matched: tuple[str, ...]
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every code has its counterpart."""
        return not self.left_only and not self.right_only


def compare_codes(left: Iterable[str], right: Iterable[str]) -> JoinReport:
    """Match codes as exact text: `"1"` is not `"00001"`."""
    ours, theirs = dict.fromkeys(left), dict.fromkeys(right)
    return JoinReport(
        matched=tuple(code for code in ours if code in theirs),
        left_only=tuple(code for code in ours if code not in theirs),
        right_only=tuple(code for code in theirs if code not in ours),
    )


def check_shapes(what: str, areas: Iterable[str], shapes: Iterable[str]) -> JoinReport:
    """The report, if every area has a shape and every shape an area. Raises JoinFailed otherwise."""
    report = compare_codes(areas, shapes)
    if not report.complete:
        raise JoinFailed(what, report.left_only, report.right_only)
    return report
