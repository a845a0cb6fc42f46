"""From a sheet to figures that could be stored: every cell read by the rules, all problems together, no guessing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from boundaries.areas import LEVELS, Places
from boundaries.models import Area
from boundaries.names import folded, nearest
from boundaries.problems import IngestError, Problem
from indicators.catalogue import Catalogue, applies_to, levels_of, strata_of
from indicators.history import KEY
from indicators.intake.files import read_grids
from indicators.intake.grid import Grid, refuse
from indicators.intake.layout import NUMBERS, Layout, field_cell, find_layout, is_merged
from indicators.intake.matching import AreaFinder
from indicators.intake.numerals import Fault, read_numbers
from indicators.intake.sources import is_sources, read_sources
from indicators.intake.words import Words, check_qualifier
from indicators.models import Indicator
from indicators.periods import FORMS, is_period, period_start
from indicators.schema import STATUSES

TOTALS = ("tong", "tong so", "tong cong", "cong", "toan thanh pho", "toan huyen", "toan quan", "toan xa", "total")
NOTES = ("notes", "ghi chu", "huong dan")

RULES = {
    "required": "A required cell is not blank.",
    "indicator": "The indicator is in the catalogue.",
    "edition": "The edition exists; a code or name means nothing without it.",
    "level": "The edition has the level, and the indicator is defined at it.",
    "kind": "The indicator has a meaning for this kind of unit.",
    "stratum": "The indicator has the stratum; blank means the only one it has.",
    "period": "The period is YYYY, YYYY-MM or YYYY-MM-DD, exists, and has begun unless the figure is planned.",
    "unit": "The unit is that of the indicator, by its short name or label.",
    "status": f"The status is one of {', '.join(STATUSES)}.",
    "source": "The source is in the store or comes with the file.",
    "sense": "Counts are whole and not negative; rates and levels are not negative.",
    "word": "A code of a status indicator has its word.",
    "key": "No figure stands twice in a file.",
}


@dataclass(frozen=True)
class Entry:
    """One figure of a file: its row there, counted from 1, its unit, and what it says by the names of the store."""

    row: int
    area: Area
    record: dict[str, Any]


@dataclass
class Reading:
    """All that a file says. `notices` tell what was skipped or mended; `totals` are rows that add others up."""

    file: str
    sheet: str | None
    sha256: str
    entries: list[Entry] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    totals: list[tuple[int, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Wish:
    """How a file is to be read: locale of its numbers, sheet, constants by field, headers by field, more sources, and
    the words of the service."""

    locale: str | None = None
    sheet: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    sources: Path | None = None
    words: Words = field(default_factory=Words)


def read_file(path: Path, catalogue: Catalogue, places: Places, wish: Wish, today: dt.date) -> Reading:
    """Read a file against catalogue and places. Raises: IngestError with all problems."""
    grids = read_grids(path)
    own = None if wish.sheet else wish.words.own_sheet(grids)
    grid = own or _choose(path.name, [one for one in grids if not is_sources(one)], wish.sheet)
    lists = [one for one in grids if is_sources(one) and not own] + (read_grids(wish.sources) if wish.sources else [])
    reading = Reading(path.name, grid.sheet, hashlib.sha256(path.read_bytes()).hexdigest())
    problems: list[Problem] = []
    for one in lists:
        try:
            reading.sources += read_sources(one, catalogue.sources)
        except IngestError as error:
            problems += error.problems
    known = set(catalogue.sources) | {source["id"] for source in reading.sources}
    layout = find_layout(grid, wish.constants, wish.columns, wish.words.headings if own else None)
    reader = _Reader(grid, layout, catalogue, places, known, today, reading, wish.words)
    problems += reader.read(wish.locale)
    if problems:
        raise IngestError(problems)
    for label in layout.unread:
        reading.notices.append(Problem(path.name, layout.first, label, "", "not read", "No field has this name."))
    return reading


def _choose(file: str, grids: list[Grid], wanted: str | None) -> Grid:
    grids = [grid for grid in grids if grid.sheet is None or folded(grid.sheet) not in NOTES or grid.sheet == wanted]
    if wanted is not None:
        grids = [grid for grid in grids if grid.sheet == wanted]
    if len(grids) != 1:
        names = ", ".join(str(grid.sheet) for grid in grids) or "none"
        raise refuse(file, "sheets", f"Sheets with content: {names}. Say which one with --sheet.")
    return grids[0]


class _Reader:
    """Reads the rows of one sheet; what is wrong with a row does not stop the others."""

    def __init__(self, grid: Grid, layout: Layout, catalogue: Catalogue, places: Places, sources: set[str],
                 today: dt.date, reading: Reading, words: Words) -> None:  # fmt: skip
        self._words = words
        self._grid, self._layout, self._catalogue, self._places = grid, layout, catalogue, places
        self._sources, self._today, self._reading = sources, today, reading
        self._problems: list[Problem] = []
        self._finder = cache(lambda edition, level: AreaFinder(places, edition, level))

    def read(self, locale: str | None) -> list[Problem]:
        """Fill the reading; returns the problems."""
        rows = [row for row in range(self._layout.first, len(self._grid.rows)) if self._is_filled(row)]
        numbers = {name: self._numbers(name, rows, locale) for name in NUMBERS}
        seen: dict[tuple[Any, ...], Entry] = {}
        for index, row in enumerate(rows):
            self._check_cells(row)
            figures = {name: numbers[name][index] for name in NUMBERS}
            if self._is_total(row):
                self._skip_total(row, figures["value"])
            elif figures["value"] is None:
                self._notice(row, "value", "blank", "No figure: nothing is changed for this unit.")
            elif self._text(row, "carried"):
                self._notice(row, "carried", "converted", "A converted figure is nobody's: it is not taken in.")
            elif entry := self._entry(row, figures):
                self._take(row, entry, seen.setdefault(tuple(entry.record[name] for name in KEY), entry))
        return self._problems

    def _take(self, row: int, entry: Entry, first: Entry) -> None:
        """Take a figure, unless the first of its key is another one. The service's files of several years repeat the
        title of an area under each year that is `asked` for."""
        if entry is not first and "asked" in self._layout.columns and entry.record == first.record:
            self._notice(row, "asked", "repeated", f"It is the figure of row {first.row}.")
            return
        if entry is not first:
            self._fault(row, "value", "key", f"The same figure stands in row {first.row}.")
        self._reading.entries.append(entry)

    def _is_filled(self, row: int) -> bool:
        return any(cell.kind != "blank" for cell in self._grid.rows[row])

    def _text(self, row: int, name: str) -> str:
        return field_cell(self._grid, self._layout, row, name).text

    def _code(self, row: int, name: str) -> str:
        return self._words.code(name, self._text(row, name))

    def _numbers(self, name: str, rows: list[int], locale: str | None) -> list[float | Fault | None]:
        """A column's numbers; a sign % is looked at by the unit of most rows, which is that of one indicator."""
        cells = [field_cell(self._grid, self._layout, row, name) for row in rows]
        percent = name in ("value", "value_high") and any(self._unit(row) == "%" for row in rows)
        return read_numbers(cells, locale, percent)

    def _unit(self, row: int) -> str:
        indicator = self._catalogue.indicators.get(self._text(row, "indicator_id"))
        return indicator.unit_id if indicator else ""

    def _check_cells(self, row: int) -> None:
        for name, column in self._layout.columns.items():
            cell = field_cell(self._grid, self._layout, row, name)
            if cell.kind in ("formula", "error"):
                self._fault(row, name, "formula", "Paste the value itself.")
            if name in NUMBERS and is_merged(self._grid, row, column):
                self._fault(row, name, "merged", "Take the merged cells apart: whose figure is it?")

    def _is_total(self, row: int) -> bool:
        name, code = folded(self._text(row, "area_name")), self._text(row, "area_code")
        return not code and name != "" and (name in TOTALS or name.startswith(("tong cong ", "tong so ", "toan ")))

    def _skip_total(self, row: int, value: float | Fault | None) -> None:
        self._notice(row, "area_name", "total", "A row of totals is not taken in.")
        if isinstance(value, float):
            self._reading.totals.append((row + 1, value))

    def _notice(self, row: int, name: str, rule: str, hint: str) -> None:
        text = self._text(row, name) or self._text(row, "area_name") or self._text(row, "area_code")
        self._reading.notices.append(Problem(self._grid.file, row + 1, name, text, rule, hint))

    def _fault(self, row: int, name: str, rule: str, hint: str) -> None:
        self._problems.append(Problem(self._grid.file, row + 1, name, self._text(row, name), rule, hint))

    def _entry(self, row: int, figures: dict[str, float | Fault | None]) -> Entry | None:
        """The figure of a row, or None with its problems noted."""
        before = len(self._problems)
        for name, figure in figures.items():
            if isinstance(figure, Fault):
                self._fault(row, name, figure.rule, figure.hint)
        indicator = self._indicator(row)
        area = self._area(row, indicator) if indicator else None
        record = self._record(row, indicator) if indicator else {}
        value, high = figures["value"], figures["value_high"]
        if indicator and isinstance(value, float):
            self._check_value(row, indicator, value)
            if not isinstance(high, Fault) and (wrong := check_qualifier(record["qualifier"], value, high)):
                self._fault(row, *wrong)
        if len(self._problems) > before or area is None:
            return None
        numbers = {name: figures[name] for name in NUMBERS}
        return Entry(row + 1, area, {**record, **numbers, "edition_id": area.edition_id, "area_code": area.code})

    def _indicator(self, row: int) -> Indicator | None:
        name = self._text(row, "indicator_id")
        indicator = self._catalogue.indicators.get(name)
        if indicator is None:
            self._fault(
                row, "indicator_id", "indicator", f"Nearest: {', '.join(nearest(name, self._catalogue.indicators))}."
            )
        return indicator

    def _area(self, row: int, indicator: Indicator) -> Area | None:
        found = self._find_area(row, indicator)
        if isinstance(found, Area):
            return found
        self._fault(row, *found)
        return None

    def _find_area(self, row: int, indicator: Indicator) -> Area | tuple[str, str, str]:
        """The unit of a row, or column, rule and hint of what is wrong with it."""
        edition, level = self._text(row, "edition"), self._code(row, "level")
        if edition not in self._places.editions:
            return "edition", "edition", f"Allowed: {', '.join(self._places.editions)}."
        allowed = [name for name in LEVELS if name in self._places.levels(edition) and name in levels_of(indicator)]
        if level not in allowed:
            return "level", "level", f"Allowed: {', '.join(allowed)}."
        code, name = self._text(row, "area_code"), self._text(row, "area_name")
        if not code and not name:
            return "area_code", "required", "Give the unit by code or by name."
        match = self._finder(edition, level).find(code, name, self._text(row, "parent_name"))
        if match.notice:
            self._notice(row, "area_code", "zeros", match.notice)
        if match.area is None:
            return "area_code" if code else "area_name", match.rule, match.hint
        if not applies_to(indicator, level, match.area.type):
            return "area_code", "kind", f"It is for {indicator.area_types} only."
        return match.area

    def _record(self, row: int, indicator: Indicator) -> dict[str, Any]:
        """The other fields of a row, checked."""
        strata, stratum = strata_of(indicator), self._code(row, "stratum")
        stratum = stratum or (strata[0] if len(strata) == 1 else "")
        if stratum not in strata:
            self._fault(row, "stratum", "stratum", f"Allowed: {', '.join(strata)}.")
        status, source = self._code(row, "status"), self._text(row, "source_id")
        if status not in STATUSES:
            self._fault(row, "status", "status", f"Allowed: {', '.join(STATUSES)}.")
        if source not in self._sources:
            near = ", ".join(nearest(source, self._sources)) if source else "none"
            self._fault(row, "source_id", "source", f"Nearest: {near}. A new one comes with the file: sheet “sources”.")
        unit = self._catalogue.units[indicator.unit_id]
        allowed = (unit.id, unit.name_vi, unit.name_en, *([""] if indicator.measure == "status" else []))
        if self._text(row, "unit") not in allowed:
            self._fault(row, "unit", "unit", f"It is measured in {unit.id} ({unit.name_vi}).")
        note = self._text(row, "note")
        notes = {name: self._text(row, name) or note or None for name in ("note_vi", "note_en")}
        return {"indicator_id": indicator.id, "period": self._period(row, status), "stratum": stratum, "status": status,
                "source_id": source, "qualifier": self._code(row, "qualifier"), **notes}  # fmt: skip

    def _period(self, row: int, status: str) -> str:
        cell = field_cell(self._grid, self._layout, row, "period")
        if cell.kind == "date" or not is_period(cell.text):
            hint = f"Forms: {', '.join(FORMS)}; as text, not as a date of the spreadsheet."
            self._fault(row, "period", "period", hint)
        elif status != "planned" and period_start(cell.text) > self._today:
            self._fault(row, "period", "period", "It has not begun yet; only planned figures are about the future.")
        return cell.text

    def _check_value(self, row: int, indicator: Indicator, value: float) -> None:
        if indicator.measure == "status" and value not in {
            label.value for label in self._catalogue.labels[indicator.id]
        }:
            words = ", ".join(f"{label.value} {label.name_vi}" for label in self._catalogue.labels[indicator.id])
            self._fault(row, "value", "word", f"Allowed: {words}.")
        whole = indicator.measure != "count" or value % 1 == 0
        if not whole or (value < 0 and indicator.measure in ("count", "rate", "level")):
            self._fault(row, "value", "sense", RULES["sense"])
