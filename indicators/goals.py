"""The goals of Resolution 31/NQ-HĐND, each with where it stands, its numbers and a paraphrase, and the check that
none is missing: `trace` reads the quantities of the resolution's text again and lists those without a row.

The table may hold more than the resolution: allocations to areas and amendments are rows with another `version`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from boundaries.names import folded
from boundaries.tables import Column, Findings, Table, check_columns, read_tables
from indicators.intervals import exact
from indicators.resolution import EXCLUSIONS, Exclusion, Quantity, read_quantities
from indicators.targets import BASES, OPERATORS, SCOPES, TIMINGS, VERSION, Goal, read_areas

DATA = Path(__file__).parent / "data"

GOALS = Table(
    "goals",
    "Every goal of Resolution 31/NQ-HĐND in the order of its text, repetitions included; then goals of others.",
    ("version", "locator", "indicator", "scope", "text_vi"),
    (
        Column("locator", "Article and clause, or row of the appendix.", pattern=r"(Điều|Phụ lục|Mục|Phần|Biểu).*"),
        Column("indicator", "Indicator that measures it; blank: none, see reason.", required=False,
               references="indicators.id"),
        Column("scope", "For whom it is set: the city, its urban or rural part, or each district.", allowed=SCOPES),
        Column("operator", "What must hold; see docs/targets.md.", allowed=tuple(OPERATORS)),
        Column("low", "Lower bound, or least size of the change.", "number", required=False),
        Column("high", "Upper bound, or greatest size of the change.", "number", required=False),
        Column("unit", "Unit of the bounds; for a change, % means per cent of the base.", references="units.id"),
        Column("printed_unit", "Words after the number in the text; blank: the goal has no number.", required=False),
        Column("base", "From what a change is counted; blank: not a change, or not stated.", required=False,
               allowed=tuple(base for base in BASES if base), default=""),
        Column("year", "Year for which the goal is set.", "integer"),
        Column("due", "Last day on which it can be met.", "date"),
        Column("timing", "Read on the due date, or counted from the start of the year.", allowed=TIMINGS),
        Column("since", "First year whose figures say something about it; blank: the year itself.", "integer",
               required=False),
        Column("areas", "Areas that it names, as edition/code with spaces between; blank: none in particular. A goal "
               "that names an area binds it and takes the place of the city's there.", required=False,
               pattern=r"[\w-]+/\w+( [\w-]+/\w+)*", default=""),
        Column("repeats", "Where the text says the same with the same numbers; blank: here it counts.", required=False),
        Column("text_vi", "What it asks, in our own words."),
        Column("text_en", "The same in English."),
        Column("reason_vi", "Why no indicator measures it.", required=False),
        Column("reason_en", "The same in English.", required=False),
        Column("note_vi", "What a reader must know about this row, in Vietnamese.", required=False),
        Column("note_en", "The same in English.", required=False),
        Column("version", f"Document that sets it; blank: {VERSION}.", required=False, default=VERSION),
    ),
)  # fmt: skip

STRICT_WORDS: dict[str, tuple[str, ...]] = {"dưới": ("lt",), "trên": ("gt",), "không quá": ("le",), "tối đa": ("le",)}
"""Words right before a number that allow no other operators."""


@dataclass(frozen=True)
class StatedGoal:
    """A goal as one place of the text states it. `repeats` names the place where it counts, if that is another."""

    goal: Goal
    printed_unit: str
    repeats: str | None
    text_vi: str
    text_en: str
    reason_vi: str | None = None
    reason_en: str | None = None
    note_vi: str | None = None
    note_en: str | None = None

    @property
    def counts(self) -> bool:
        """Whether figures are judged by it: it has an indicator, and is not said elsewhere with the same numbers."""
        return bool(self.goal.indicator) and self.repeats is None


@dataclass(frozen=True)
class Trace:
    """What became of each quantity of a text.

    `listed` pairs quantities with their goals; `unlisted` have none; `excluded` are no quantities by a named rule;
    `unseen` are goals with numbers that the text does not print where they say.
    """

    listed: tuple[tuple[Quantity, StatedGoal], ...]
    unlisted: tuple[Quantity, ...]
    excluded: tuple[Exclusion, ...]
    unseen: tuple[StatedGoal, ...]


def load_goals(directory: Path = DATA) -> tuple[StatedGoal, ...]:
    """The goals in the order of the text. Raises: IngestError with all that is wrong in the table."""
    tables = read_tables(directory, {"goals": GOALS})
    findings = Findings()
    frame = check_columns(tables, {"goals": GOALS}, findings)["goals"]
    findings.raise_any()
    return tuple(build_stated(row) for row in frame.astype(object).where(frame.notna(), None).to_dict("records"))


def counting(goals: Iterable[StatedGoal]) -> tuple[Goal, ...]:
    """Goals to judge by: those with an indicator, each once, where the text says the same twice."""
    return tuple(stated.goal for stated in goals if stated.counts)


def goals_by_indicator(goals: Iterable[StatedGoal]) -> dict[str, list[Goal]]:
    """Goals to judge by, of each indicator in the order of the text, but those of the appendix first: where body and
    appendix disagree, the appendix is the more precise."""
    groups: dict[str, list[Goal]] = defaultdict(list)
    for goal in sorted(counting(goals), key=lambda goal: not goal.resolution_ref.startswith("Phụ lục")):
        groups[goal.indicator].append(goal)
    return dict(groups)


def trace(text: str, goals: Sequence[StatedGoal]) -> Trace:
    """Read the quantities of a text and find the goal of each: same place, numbers and unit, each goal used once."""
    quantities, excluded = read_quantities(text)
    free = [stated for stated in goals if stated.printed_unit]
    listed, unlisted = [], []
    for quantity in quantities:
        found = next((stated for stated in free if _states(stated, quantity)), None)
        if found is None:
            unlisted.append(quantity)
        else:
            free.remove(found)
            listed.append((quantity, found))
    return Trace(tuple(listed), tuple(unlisted), tuple(excluded), tuple(free))


def render_trace(result: Trace, exclusions: bool = True) -> str:
    """The trace as lines to read: quantities without a goal, goals not in the text, and what each rule took out."""
    counts = len(result.listed), len(result.unlisted), len(result.unseen)
    lines = ["Quantities with a goal: {}; without: {}. Goals not found in the text: {}.".format(*counts)]
    lines += [f"no goal: {q.locator}: … {q.before} [{q.printed}] {q.after} …" for q in result.unlisted]
    for stated in result.unseen:
        where, numbers = stated.goal.resolution_ref, "–".join(map(str, _bounds(stated.goal)))
        lines.append(f"not found: {where}: {numbers} {stated.printed_unit} ({stated.text_en})")
    for rule, (_, why) in EXCLUSIONS.items() if exclusions else ():
        texts = [exclusion.text for exclusion in result.excluded if exclusion.rule == rule]
        if texts:
            lines.append(f"excluded as {rule} ({why}): {len(texts)}: {', '.join(dict.fromkeys(texts))}")
    return "\n".join(lines)


def build_stated(row: Mapping[str, Any]) -> StatedGoal:
    """A goal from the typed cells of its row, by the names of the columns; None where blank.

    Raises: ValueError if the cells do not make a goal, which `rules.py` keeps out of the store.
    """
    goal = Goal(
        operator=row["operator"],
        low=row["low"],
        high=row["high"],
        year=row["year"],
        due=row["due"],
        indicator=row["indicator"] or "",
        unit=row["unit"],
        scope=row["scope"],
        base=row["base"],
        relative=row["operator"] in ("increase_by", "decrease_by") and row["unit"] == "%",
        timing=row["timing"],
        since=row["since"],
        areas=read_areas(row["areas"]),
        resolution_ref=row["locator"],
        version=row["version"],
    )
    words = ("repeats", *(f"{name}_{lang}" for name in ("text", "reason", "note") for lang in ("vi", "en")))
    return StatedGoal(goal, row["printed_unit"] or "", **{name: row[name] for name in words})


def _bounds(goal: Goal) -> list[Decimal]:
    return [exact(bound) for bound in (goal.low, goal.high) if bound is not None]


def _states(stated: StatedGoal, quantity: Quantity) -> bool:
    """Whether the goal is what the quantity says."""
    goal = stated.goal
    printed = [number for number in (quantity.low, quantity.high) if number is not None]
    return (
        quantity.locator == goal.resolution_ref
        and _bounds(goal) in (printed, [number * quantity.scale for number in printed])
        and _opens_with(quantity.after, stated.printed_unit)
        and goal.operator in _allowed(quantity.before)
    )


def _opens_with(words: str, unit: str) -> bool:
    """Diacritics are left out of the comparison, because scans lose them."""
    if "%" in (words[:1], unit):
        return words.startswith(unit)
    return folded(words).startswith(folded(unit))


def _allowed(before: str) -> tuple[str, ...]:
    """Operators that the words before a number leave: strict ones need their word, and it allows no others."""
    words = folded(before).split()
    for word, operators in STRICT_WORDS.items():
        key = folded(word).split()
        if words[-len(key) :] == key:
            return operators
    return tuple(operator for operator in OPERATORS if operator not in ("lt", "gt"))
