"""From a tally of points to figures of an indicator, each with numerator, denominator and what is uncertain of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from boundaries.areas import Places
from boundaries.names import nearest
from geo.errors import BadParameter, DomainError
from indicators.catalogue import Catalogue, applies_to, levels_of, strata_of
from indicators.models import Indicator
from indicators.periods import period_end
from indicators.points import Question, Tally
from indicators.wording import FORMATS

PER_CENT = 100.0
NOTES = {
    "vi": "Tính từ {points} điểm của tệp {file} ({what}); {near} điểm cách ranh giới dưới {metres} m nên có thể thuộc "
    "đơn vị bên cạnh. Cả tệp: {outside} điểm nằm ngoài (trong đó {edge} điểm sát ranh giới), {unplaced} điểm không có "
    "tọa độ, {unknown} điểm thiếu số liệu.",
    "en": "From {points} points of the file {file} ({what}); {near} lie within {metres} m of a line and may belong to "
    "the neighbouring unit. Whole file: {outside} points outside ({edge} of them near a line), {unplaced} without "
    "coordinates, {unknown} with a needed cell blank.",
}
"""What is said with each figure."""


@dataclass(frozen=True)
class Target:
    """The figures to make: of which indicator, edition, level, period and stratum, under which source."""

    indicator: Indicator
    edition: str
    level: str
    period: str
    stratum: str
    source: str
    kinds: Mapping[str, str]  # kind of each unit, by code


def read_target(catalogue: Catalogue, places: Places, edition: str, level: str, indicator: str, period: str,
                stratum: str | None, source: str) -> Target:  # fmt: skip
    """The target, checked against the catalogue and the units. Raises UnknownName, BadParameter."""
    asked = catalogue.indicator(indicator)
    areas = places.at(edition, level)
    if level not in levels_of(asked):
        raise BadParameter("--level", level, levels_of(asked))
    stratum = stratum or strata_of(asked)[0]
    if stratum not in strata_of(asked):
        raise BadParameter("--stratum", stratum, strata_of(asked))
    if asked.measure in ("status", "growth"):
        raise BadParameter("--indicator", indicator, ("one whose figures are counts, rates or levels",))
    period_end(period)
    kinds = {area.code: area.type for area in areas if applies_to(asked, level, area.type)}
    return Target(asked, edition, level, period, stratum, source, kinds)


def check_question(target: Target, question: Question) -> Question:
    """The question, if it fits: counts have no denominator, rates have one. Raises BadParameter."""
    count = target.indicator.measure == "count"
    if count and question.denominator:
        raise BadParameter("--denominator", question.denominator.text, (f"none, {target.indicator.id} is a count",))
    if not count and question.denominator is None:
        raise BadParameter("--denominator", None, ("an expression, such as count()",))
    return question


def check_source(source: str, publisher: str | None, title: str | None, known: Mapping[str, Any]) -> dict[str, Any]:
    """The source to store, empty for one that is known. Raises BadParameter for an unknown one without its words."""
    if source in known:
        return {}
    if not (publisher and title):
        hints = nearest(source, known)
        raise BadParameter("--source", source, (*hints, "a new one together with --publisher and --title"))
    return {"id": source, "publisher": publisher, "title": title, "title_origin": "stated", "url": None,
            "published": None, "kind": "database", "quality": "derived"}  # fmt: skip


def build_figures(
    target: Target, tally: Tally, question: Question, file: str, tolerance_m: float
) -> list[dict[str, Any]]:
    """Figures to enter, one for each unit with points in which the indicator has a meaning.

    Units: per cent where the indicator's are, else the plain ratio; for counts the numerator. Missing: a unit without
    a point, or whose denominator is 0, has no figure. Raises: DomainError for a count that is not whole or negative.
    """
    _check_counts(target, tally)
    scale = PER_CENT if target.indicator.unit_id == "%" else 1.0
    rows = []
    for at in np.flatnonzero(tally.points):
        code, upper, lower = tally.codes[at], float(tally.numerator[at]), float(tally.denominator[at])
        if code not in target.kinds or (question.denominator and lower == 0):
            continue
        rows.append({
            "indicator_id": target.indicator.id, "edition_id": target.edition, "area_code": code,
            "period": target.period, "stratum": target.stratum, "source_id": target.source,
            "value": scale * upper / lower if question.denominator else upper, "value_high": None, "qualifier": "",
            "numerator": upper, "denominator": lower if question.denominator else None, "status": "derived",
            **_notes(tally, int(at), question, file, tolerance_m),
        })  # fmt: skip
    return rows


def _check_counts(target: Target, tally: Tally) -> None:
    if target.indicator.measure != "count":
        return
    broken = [tally.codes[at] for at in np.flatnonzero((tally.numerator % 1 != 0) | (tally.numerator < 0))]
    if broken:
        raise DomainError(
            f"{target.indicator.id} is a count, which is whole and not negative; the sums of {', '.join(broken[:5])} "
            "are not. Count conditions, or sum a column of whole numbers."
        )


def _notes(tally: Tally, at: int, question: Question, file: str, tolerance_m: float) -> dict[str, str]:
    """What a reader must know of one figure, in both languages."""
    numbers = {
        "points": tally.points[at], "near": tally.near[at], "outside": tally.outside, "edge": tally.outside_near,
        "unplaced": tally.unplaced, "unknown": tally.unknown, "metres": tolerance_m,
    }  # fmt: skip
    what = question.numerator.text + (f" / {question.denominator.text}" if question.denominator else "")
    return {
        f"note_{lang}": note.format(
            file=file, what=what, **{name: FORMATS[lang](Decimal(int(number))) for name, number in numbers.items()}
        )
        for lang, note in NOTES.items()
    }
