"""Where in a sheet the figures are: the header of one to three rows, the field of each column, and what is constant.

The long form and the template are one thing here: both name the fields in a header. A column is known by its own name
or by the Vietnamese words that offices use for it. What a sheet does not say can be declared for the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boundaries.names import folded
from boundaries.problems import IngestError, Problem
from indicators.intake.grid import BLANK, Cell, Grid

ALIASES: dict[str, tuple[str, ...]] = {
    "indicator_id": ("indicator", "mã chỉ tiêu", "mã chỉ số"),
    "edition": ("địa giới",),
    "level": ("cấp", "cấp hành chính"),
    "area_code": ("code", "mã", "mã đơn vị", "mã đvhc", "mã số", "mã xã", "mã huyện"),
    "area_name": (
        *("name", "tên", "tên đơn vị", "đơn vị hành chính", "địa bàn"),
        *("tên xã", "xã phường", "xã, phường, thị trấn"),
    ),
    "parent_name": ("parent", "thuộc", "quận huyện", "quận, huyện, thị xã", "huyện"),
    "period": ("kỳ", "kỳ số liệu", "năm"),
    "stratum": ("khu vực",),
    "value": ("giá trị", "số liệu"),
    "qualifier": ("dấu",),
    "value_high": ("cận trên",),
    "numerator": ("tử số",),
    "denominator": ("mẫu số",),
    "unit": ("đơn vị tính", "đvt"),
    "status": ("trạng thái", "tình trạng"),
    "source_id": ("source", "nguồn", "mã nguồn"),
    "note": ("ghi chú",),
    "note_vi": ("ghi chú tiếng việt",),
    "note_en": ("ghi chú tiếng anh",),
    "asked": (),
    "carried": (),
}  # fmt: skip
"""Fields, and other names that their columns may bear; case, diacritics and signs between words do not matter."""

NUMBERS = ("value", "value_high", "numerator", "denominator")
REQUIRED = ("indicator_id", "edition", "level", "period", "value", "unit", "status", "source_id")
NAMES = {folded(alias): name for name, aliases in ALIASES.items() for alias in (name, *aliases)}
DEEPEST = 3
"""Rows that a header may have."""
SEARCHED = 30
"""Rows within which it begins."""

RULES = {
    "header": "A header names the columns; what it lacks is declared for the whole file with --set.",
    "header twice": "No two columns are the same field.",
}


@dataclass(frozen=True)
class Layout:
    """Columns by field, the first row of figures (from 0), constants by field, and columns that are not read."""

    columns: Mapping[str, int]
    first: int
    constants: Mapping[str, str]
    unread: tuple[str, ...]


def find_layout(
    grid: Grid, constants: Mapping[str, str], named: Mapping[str, str], own: Mapping[str, str] | None = None
) -> Layout:
    """The layout of a sheet; `named` says for a field which header it stands under. In one of the service's own
    workbooks no other headings count than `own` (folded, with their fields).

    Raises: IngestError if fields are missing or stand twice.
    """
    names = {**(own or NAMES), **{folded(header): name for name, header in named.items()}}
    first, columns, labels, _rank = max(
        _candidates(grid, names), key=lambda found: found[3], default=(0, [], {}, (0, 0))
    )
    columns = _prefer_own_names(columns, labels)
    known = {name for _, name in columns} | set(constants)
    missing = [name for name in REQUIRED if name not in known]
    problems = [
        Problem(grid.file, first, "", "", "header", f"No column {name} ({', '.join(ALIASES[name][:2])}).")
        for name in missing
    ]
    if not known & {"area_code", "area_name"}:
        problems.append(Problem(grid.file, first, "", "", "header", "No column area_code (mã) or area_name (tên)."))
    seen: set[str] = set()
    for column, name in columns:
        if name in seen or name in constants:
            problems.append(
                Problem(grid.file, first, labels[column], "", "header twice", f"Another one is {name} too.")
            )
        seen.add(name)
    if problems:
        raise IngestError(problems)
    used = {column for column, _ in columns}
    unread = tuple(label for column, label in labels.items() if column not in used and label)
    return Layout({name: column for column, name in columns}, first, constants, unread)


def _prefer_own_names(columns: list[tuple[int, str]], labels: Mapping[int, str]) -> list[tuple[int, str]]:
    """Beside a column that bears a field's own name, one that bears another name for it is not read: the files of the
    service have `source_id` and, in words, `source`."""
    own = {name for column, name in columns if folded(labels[column]) == folded(name)}
    return [(column, name) for column, name in columns if name not in own or folded(labels[column]) == folded(name)]


Candidate = tuple[int, list[tuple[int, str]], dict[int, str], tuple[int, int]]


def _candidates(grid: Grid, names: Mapping[str, str]) -> Iterator[Candidate]:
    """Each way to read a header: first row of figures, columns with their fields, labels of all columns, and its rank.

    Better is what names more fields, then what has more rows that name fields by themselves.
    """
    width = max(map(len, grid.rows), default=0)
    own = [sum(folded(cell.text) in names for cell in row) > 1 for row in grid.rows[: SEARCHED + DEEPEST]]
    for top in range(min(SEARCHED, len(grid.rows))):
        for depth in range(1, DEEPEST + 1):
            words = {column: _words(grid, top, depth, column) for column in range(width)}
            columns = [(column, names[key]) for column, parts in words.items()
                       if (key := next((key for key in _keys(parts) if key in names), None))]  # fmt: skip
            rank = len({name for _, name in columns}), sum(own[top : top + depth])
            yield top + depth, columns, {column: " ".join(parts) for column, parts in words.items()}, rank


def _words(grid: Grid, top: int, depth: int, column: int) -> list[str]:
    """What stands over a column, from above, each text once; a merged range counts in all of its cells."""
    texts = [spread(grid, top + row, column).text for row in range(depth)]
    return list(dict.fromkeys(text for text in texts if text))


def _keys(parts: list[str]) -> list[str]:
    """Keys under which the words over a column may be known: all together, the lowest, the upper ones."""
    return [folded(" ".join(parts)), *(folded(part) for part in reversed(parts))]


def spread(grid: Grid, row: int, column: int) -> Cell:
    """The cell, or the first of the merged range in which it lies."""
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and left <= column <= right:
            return grid.cell(top, left)
    return grid.cell(row, column)


def is_merged(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell is part of a range that spans several rows or columns."""
    return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in grid.merged)


def field_cell(grid: Grid, layout: Layout, row: int, name: str) -> Cell:
    """What a row says of a field; names and keys that are merged over several rows count in each of them."""
    if name in layout.constants:
        return Cell(layout.constants[name], "text")
    if name not in layout.columns:
        return BLANK
    column = layout.columns[name]
    return grid.cell(row, column) if name in NUMBERS else spread(grid, row, column)
