"""What a report is made of, in no format: headings, sentences, tables, pictures, notes, sources.

A builder (`area`, `comparison`, `city`) fills a `Report` from the view-models of the page about the same thing; a
writer (`pdf`, `docx`, `xlsx`) sets it. So a document says what the screen says, and all formats say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Place = Literal["both", "below", "beside", "paper", "sheet"]
"""Where a column is shown: everywhere; on paper as a small line below the column before it; on paper at the end of the
small line before it; on paper only; only in spreadsheets."""

Medium = Literal["both", "paper", "sheet"]
"""Where a table is shown."""


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, share of the width on paper, place, side, width in a spreadsheet in characters."""

    title: str
    share: float = 0
    place: Place = "both"
    right: bool = False
    chars: int = 20


@dataclass(frozen=True)
class Cell:
    """Text, and what stands with it.

    `status` gives it a sign and colours, `swatch` a box in the colour of a class before it; `refs` are numbers of
    sources, `notes` numbers of notes. Where there is a `number`, a spreadsheet holds it, unrounded, in the format of
    `decimals` and `sign`.
    """

    text: str = ""
    status: str = ""
    swatch: str = ""
    refs: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    number: float | None = None
    decimals: int = 0
    sign: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under one heading, which may be blank; a row has a cell for each column."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Table:
    """A table; the first column names its rows. `breadth` is its share of the width of a page."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    medium: Medium = "both"
    breadth: float = 1

    def __post_init__(self) -> None:
        """Raises: ValueError for a row with too few or too many cells."""
        for group in self.groups:
            for row in group.rows:
                if len(row) != len(self.columns):
                    raise ValueError(f"{self.caption!r}: a row of {len(row)} cells under {len(self.columns)} columns.")

    @property
    def rows(self) -> list[tuple[Cell, ...]]:
        """The rows of all groups."""
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG that stands alone; `words` say it to those who cannot see it. Width in mm."""

    svg: str
    words: str
    caption: str
    width_mm: float


@dataclass(frozen=True)
class Gallery:
    """Small pictures, so many side by side."""

    pictures: tuple[Picture, ...]
    across: int


@dataclass(frozen=True)
class Prose:
    """Paragraphs; `small` for explanations."""

    paragraphs: tuple[str, ...]
    small: bool = False


@dataclass(frozen=True)
class Fact:
    """A key figure: what, value, unit, period and source."""

    name: str
    value: str
    unit: str = ""
    when: str = ""
    ref: int | None = None


@dataclass(frozen=True)
class Facts:
    """Key figures, side by side on paper."""

    caption: str
    items: tuple[Fact, ...]


@dataclass(frozen=True)
class Key:
    """The classes of a picture: class of colour and words."""

    title: str
    classes: tuple[tuple[str, str], ...]


Block = Prose | Facts | Table | Picture | Gallery | Key


@dataclass(frozen=True)
class Section:
    """A numbered part of a report."""

    title: str
    blocks: tuple[Block, ...]


class Notes:
    """Numbers notes in the order in which they are first made; a note that is made again keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> tuple[int, ...]:
        """The number of a note; nothing for a blank one."""
        return (self._numbers.setdefault(text, len(self._numbers) + 1),) if text else ()

    @property
    def items(self) -> tuple[str, ...]:
        """The notes in the order of their numbers."""
        return tuple(self._numbers)


@dataclass(frozen=True)
class Report:
    """A whole document in one language.

    `kind` says what it is ("Báo cáo địa bàn"), `about` what it is of (kind of unit, edition, code), `stem` names the
    file, `link` reopens the page, `extracted` is the day of reading. `training`: the figures are synthetic;
    `past` says of which day they are, if not of the present.
    `landscape` lays its pages across.
    """

    kind: str
    title: str
    about: str
    lede: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]
    lang: str
    stem: str
    link: str
    extracted: dt.date
    version: int
    training: bool
    past: str
    locator: Picture | None = None
    landscape: bool = False

    @property
    def blocks(self) -> list[Block]:
        """The blocks of all sections."""
        return [block for section in self.sections for block in section.blocks]


def on_paper(columns: Sequence[Column], row: Sequence[Cell]) -> list[list[Cell]]:
    """The cells of a row on paper: each with the cells below it that have something to say."""
    cells: list[list[Cell]] = []
    for column, cell in zip(columns, row, strict=True):
        if column.place in ("both", "paper"):
            cells.append([cell])
        elif column.place == "beside" and cell.text and len(cells[-1]) > 1:
            line = cells[-1].pop()
            cells[-1].append(replace(line, text=f"{line.text} · {cell.text}"))
        elif column.place in ("below", "beside") and cell.text:
            cells[-1].append(cell)
    return cells


def paper_columns(table: Table) -> list[Column]:
    """The columns that paper has, with shares that sum to 1."""
    shown = [column for column in table.columns if column.place in ("both", "paper")]
    total = sum(column.share for column in shown) or 1
    return [replace(column, share=column.share / total) for column in shown]


def paper_blocks(section: Section) -> list[Block]:
    """The blocks that paper has."""
    return [block for block in section.blocks if not (isinstance(block, Table) and block.medium == "sheet")]
