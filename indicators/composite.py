"""Composite goals: one row of the appendix that sets several targets, or one target set for each of many areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from indicators.progress import PACES, Judgement, Status
from indicators.verdicts import Params


def combine(parts: Sequence[Judgement]) -> Judgement:
    """The status of a composite goal, from those of its parts; unknown parts leave it open only if they could matter.

    After the due date: met if all parts are, not met if none is, partly met in between. Before: that of the part
    furthest behind. Raises: ValueError for no parts.
    """
    if not parts:
        raise ValueError("A composite goal has at least one part.")
    count: Counter[Status] = Counter(part.status for part in parts)
    numbers: Params = {"met": count["met"], "unknown": count["not_assessable"], "total": len(parts)}
    slowest = next((status for status, *_ in reversed(PACES) if count[status]), None)
    if slowest and not count["not_met"] and (slowest == "off_track" or not count["not_assessable"]):
        return Judgement(slowest, "parts_slowest", {**numbers, "slowest": count[slowest]})
    if count["partly_met"] or (count["met"] and count["not_met"]):
        return Judgement("partly_met", "parts_mixed", numbers)
    if slowest or count["not_assessable"]:
        return Judgement("not_assessable", "parts_unknown", numbers)
    return Judgement("met", "parts_all", numbers) if count["met"] else Judgement("not_met", "parts_none", numbers)
