"""Worksheets with typed cells: the one way in which values of any export get into XLSX.

Text is written as text and neutralised, so that no cell is a formula here or in a file made from this one; days are
days, numbers are numbers, and what is missing stays empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from indicators.cells import neutral
from webapp.exports.ink import SIGNS, TOKENS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4 = 9
HEAD, LINE = 32, 15
"""Heights in points: of the head, which has two lines, and of a line."""

RULE: dict[str, Any] = {"bottom": 4, "bottom_color": TOKENS["line-strong"], "valign": "top"}
"""What every cell has below its head: a fine line, and its text at the top."""

STYLES: dict[str, dict[str, Any]] = {
    "row": {},
    "text": {"num_format": "@"},
    "wrap": {"num_format": "@", "text_wrap": True},
    "name": {"num_format": "@", "bold": True},
    "head": {"num_format": "@", "bold": True, "text_wrap": True, "bg_color": TOKENS["sunken"], "bottom": 1},
    "date": {"num_format": "dd/mm/yyyy", "align": "left"},
    "plain": {"num_format": "General", "align": "left"},
    "link": {"font_color": TOKENS["brand"], "underline": 1, "text_wrap": True},
    **{
        status: {"num_format": "@", "bg_color": TOKENS[f"{token}-tint"], "font_color": TOKENS[f"{token}-ink"]}
        for status, (_sign, token) in SIGNS.items()
    },
}
"""Formats by name; a status has the colours of the page."""


class Book:
    """A workbook in memory whose formats are made when first used."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._formats: dict[str, Format] = {}

    def style(self, name: str, **properties: Any) -> str:
        """Make a format under that name, unless there is one; returns the name."""
        if name not in self._formats:
            self._formats[name] = self.workbook.add_format({**RULE, **STYLES.get(name, {}), **properties})
        return name

    def number_style(self, decimals: int, sign: str = "") -> str:
        """The format of numbers with so many decimals and a sign in front (`≥`), which leaves the cell a number."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        name = f"number {decimals} {sign}"
        return self.style(name, num_format=f'"{sign} "{pattern}' if sign else pattern, align="right", indent=1)

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, style: str = "text") -> None:
        """One cell by the type of its value. A text is a link only where the style is "link" and it is an address."""
        if value is None or value == "":
            return
        if isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, self._formats[self.style("date")])
        elif isinstance(value, int | float):
            name = "plain" if style in ("text", "wrap", "link") else style
            sheet.write_number(row, column, value, self._formats[self.style(name)])
        elif style == "link" and value.startswith(("http://", "https://")):
            sheet.write_url(row, column, value, self._formats[self.style("link")])
        else:
            name = "wrap" if style == "link" else style
            sheet.write_string(row, column, neutral(value), self._formats[self.style(name)])

    def set_height(self, sheet: Worksheet, row: int, values: Sequence[Any], widths: Sequence[int]) -> None:
        """Room for all lines of wrapped text, and a fine line below; programs do not reckon heights themselves."""
        pairs = zip(values, widths, strict=True)
        lines = max((-(-len(value) // width) for value, width in pairs if isinstance(value, str)), default=1)
        sheet.set_row(row, LINE * max(lines, 1), self._formats[self.style("row")])

    def add_sheet(self, title: str, widths: Iterable[int]) -> Worksheet:
        """An empty sheet with the widths of its columns, in characters."""
        sheet = self.workbook.add_worksheet(title)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def add_list(
        self, title: str, widths: Sequence[int], rows: Sequence[Sequence[Any]], links: int | None = None
    ) -> None:
        """A sheet with its head in the first of the rows; `links` is the column whose addresses can be followed."""
        sheet = self.add_sheet(title, widths)
        for line, row in enumerate(rows):
            if line:
                self.set_height(sheet, line, row, widths)
            for column, value in enumerate(row):
                self.write(sheet, line, column, value, "head" if line == 0 else "link" if column == links else "wrap")
        set_page(sheet, columns=0)


@contextmanager
def new_book(target: IO[bytes], title: str, link: str, created: dt.date, long: bool = False) -> Iterator[Book]:
    """A workbook that is written to `target` at the end; equal content gives equal bytes.

    One of a `long` list holds a row of each sheet at a time, which is written once and from left to right; what is
    done stays in files that have gone when the book is closed.
    """
    from xlsxwriter import Workbook

    options = {
        "constant_memory" if long else "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(target, options) as workbook:
        workbook.set_properties({"title": title, "comments": link, "created": dt.datetime.combine(created, dt.time())})
        yield Book(workbook)


def set_page(sheet: Worksheet, columns: int, title: str = "") -> None:
    """The head and the first columns stay in sight; on paper across A4, one page wide, with the head on each page."""
    sheet.set_row(0, HEAD)
    sheet.freeze_panes(1, columns)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
    if title:
        sheet.set_header(f"&L{title.replace('&', '&&')}"[:255])
    sheet.set_footer("&L&A&R&P/&N")
