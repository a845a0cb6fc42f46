"""What is possible but unlikely: rules give warnings, and a person confirms a rule with a reason or mends the file.

Rules look at a figure beside what is known: the validity of the boundaries, the unit, the previous period, the range
of all known figures of the indicator at the level, numerator and denominator, and the whole of which it is a part.
How far each indicator's figures may go is in `indicators/data/plausibility.csv`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from boundaries.areas import Places
from boundaries.problems import Problem
from indicators.catalogue import Catalogue
from indicators.history import Row, content_of, key_of
from indicators.intake.reading import Entry, Reading
from indicators.intake.thresholds import find_thresholds
from indicators.models import Indicator
from indicators.periods import period_end, period_start

WARNINGS = {
    "edition period": "The boundaries were in force in the period (the city's figures are not asked).",
    "share": "A share is at most 100 %.",
    "age": "The period is not before 1990.",
    "jump": "Against the previous period a figure changes at most as the indicator's row of plausibility.csv says; by "
    "default a count or level at most doubles or halves, a share or growth moves at most 20 points.",
    "range": "The figure is within the limits of the indicator's row; with eight known figures or more it is at most "
    "as many times the highest as the row says, by default three, and at least that part of the lowest.",
    "ratio": "A share is its numerator by its denominator, as far as its decimals tell.",
    "parts": "Where counts add up, the parts add up to the whole as nearly as the indicator's row says, by default "
    "within 0.5 %: to the row of totals, and to the unit above when all of its parts are known.",
}  # fmt: skip

ENOUGH = 8
"""Known figures of a level from which a figure is held against the lowest and highest of them."""

Series = tuple[Any, ...]


class Spread(NamedTuple):
    """Outcomes of an indicator at a level, whatever the edition: how many, the lowest and the highest."""

    figures: int
    lowest: float
    highest: float


Spreads = Mapping[tuple[str, str], Spread]
"""By indicator and level."""


def check_plausibility(
    reading: Reading, stored: Sequence[Row], spreads: Spreads, catalogue: Catalogue, places: Places
) -> list[Problem]:
    """Warnings about what a file changes; `stored` are all figures that stand of its indicators in its editions."""
    held = {key_of(row): content_of(row) for row in stored}
    changed = [entry for entry in reading.entries if held.get(key_of(entry.record)) != content_of(entry.record)]
    ground = _Ground(reading, stored, spreads, catalogue, places)
    checks: dict[str, Callable[[Entry, Indicator], str]] = {
        "edition period": ground.edition_period, "share": _share, "age": _age, "jump": ground.jump,
        "range": ground.range, "ratio": _ratio,
    }  # fmt: skip
    found = []
    for entry in changed:
        indicator = catalogue.indicators[entry.record["indicator_id"]]
        for rule, check in checks.items():
            if indicator.measure != "status" and (hint := check(entry, indicator)):
                text = f"{entry.area.name}: {entry.record['value']:g}"
                found.append(Problem(reading.file, entry.row, "value", text, rule, hint))
    return [*found, *ground.totals(), *(ground.wholes() if changed else ())]


def _share(entry: Entry, indicator: Indicator) -> str:
    over = indicator.unit_id == "%" and indicator.measure == "rate" and entry.record["value"] > 100
    return "More than 100 %." if over else ""


def _age(entry: Entry, _indicator: Indicator) -> str:
    return "Is the year right?" if entry.record["period"] < "1990" else ""


def _ratio(entry: Entry, indicator: Indicator) -> str:
    over, under = entry.record["numerator"], entry.record["denominator"]
    if over is None or not under:
        return ""
    value = over / under * (100 if indicator.unit_id == "%" else 1)
    if abs(value - entry.record["value"]) <= 0.5 * 10.0**-indicator.decimals + 1e-9:
        return ""
    return f"Numerator by denominator is {value:g}."


def _series(row: Row) -> Series:
    return row["indicator_id"], row["edition_id"], row["area_code"], row["stratum"]


class _Ground:
    """What the figures of a file are held against: stored figures, with those of the file in their place."""

    def __init__(
        self, reading: Reading, stored: Sequence[Row], spreads: Spreads, catalogue: Catalogue, places: Places
    ) -> None:
        self._reading, self._spreads, self._catalogue, self._places = reading, spreads, catalogue, places
        self._series: dict[Series, dict[str, float]] = defaultdict(dict)
        for row in stored:
            if row["status"] != "planned":
                self._series[_series(row)][row["period"]] = row["value"]
        for entry in reading.entries:
            if entry.record["status"] != "planned":
                self._series[_series(entry.record)][entry.record["period"]] = entry.record["value"]

    def edition_period(self, entry: Entry, _indicator: Indicator) -> str:
        edition, period = self._places.edition(entry.area.edition_id), entry.record["period"]
        begins, ends = period_start(period), period_end(period)
        late = edition.valid_to is not None and begins > edition.valid_to
        early = edition.valid_from is not None and ends < edition.valid_from
        if entry.area.level == "city" or not (late or early):
            return ""
        return f"The boundaries {edition.id} were in force {edition.valid_from or '…'} to {edition.valid_to or 'now'}."

    def jump(self, entry: Entry, indicator: Indicator) -> str:
        value, period = entry.record["value"], entry.record["period"]
        earlier = {name: known for name, known in self._series[_series(entry.record)].items() if name < period}
        if not earlier or entry.record["status"] == "planned":
            return ""
        last = max(earlier, key=period_end)
        before = earlier[last]
        far = before != value and find_thresholds(indicator).jumps(before, value)
        return f"In {last} it was {before:g}." if far else ""

    def range(self, entry: Entry, indicator: Indicator) -> str:
        known, value = self._spreads.get((indicator.id, entry.area.level)), entry.record["value"]
        expected = find_thresholds(indicator)
        if expected.low is not None and value < expected.low:
            return f"At least {expected.low:g} is expected."
        if expected.high is not None and value > expected.high:
            return f"At most {expected.high:g} is expected."
        if known is None or known.figures < ENOUGH or expected.spread is None:
            return ""
        low, high = known.lowest, known.highest
        within = low / expected.spread <= value <= high * expected.spread
        return "" if within else f"Known figures are from {low:g} to {high:g}."

    def totals(self) -> Iterator[Problem]:
        """Rows of totals against the rows of the file, where it is about one figure that adds up."""
        keys = {tuple(entry.record[name] for name in ("indicator_id", "edition_id", "period", "stratum"))
                for entry in self._reading.entries}  # fmt: skip
        tolerance = self._tolerance(next(iter(keys))[0]) if len(keys) == 1 else None
        if tolerance is None:
            return
        total = math.fsum(entry.record["value"] for entry in self._reading.entries)
        for row, said in self._reading.totals:
            if abs(total - said) > tolerance * abs(said):
                hint = f"The rows add up to {total:g}."
                yield Problem(self._reading.file, row, "value", f"{said:g}", "parts", hint)

    def wholes(self) -> Iterator[Problem]:
        """Units above those of the file, all of whose parts are known, against their own figure."""
        seen = set()
        for entry in self._reading.entries:
            record, area = entry.record, entry.area
            key = (record["indicator_id"], area.edition_id, area.parent_code, record["period"], record["stratum"])
            tolerance = self._tolerance(record["indicator_id"])
            if area.parent_code is None or key in seen or tolerance is None:
                continue
            seen.add(key)
            parts = [self._value(record, part.code) for part in self._places.at(area.edition_id, area.level)
                     if part.parent_code == area.parent_code]  # fmt: skip
            whole, known = self._value(record, area.parent_code), [part for part in parts if part is not None]
            if whole is None or len(known) < len(parts) or abs(sum(known) - whole) <= tolerance * abs(whole):
                continue
            hint = f"The parts of {area.parent_code} add up to {sum(known):g}, its own figure is {whole:g}."
            yield Problem(self._reading.file, entry.row, "value", f"{area.name}: {record['value']:g}", "parts", hint)

    def _value(self, record: Mapping[str, Any], code: str) -> float | None:
        return self._series.get(_series({**record, "area_code": code}), {}).get(record["period"])

    def _tolerance(self, indicator_id: str) -> float | None:
        """By what share of a whole its parts may miss it; None where figures do not add up."""
        indicator = self._catalogue.indicators[indicator_id]
        return find_thresholds(indicator).parts if indicator.aggregation == "sum" else None
