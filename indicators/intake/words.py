"""Words that stand for codes in workbooks of the service, and which of their sheets holds the figures.

The words are those of the pages in every language; whoever has them hands them in, for they belong to no table here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boundaries.names import folded
from indicators.intake.grid import Grid
from indicators.intervals import QUALIFIERS
from indicators.wording import SIGNS

_OF_SIGN = {sign: qualifier for qualifier, sign in SIGNS.items()}

RULES = {
    "qualifier": f"A sign is one of {', '.join(filter(None, QUALIFIERS))}, or {' '.join(_OF_SIGN)}; blank if exact.",
    "upper end": "A range has its upper end in value_high, greater than its value; nothing else has one.",
}


@dataclass(frozen=True)
class Words:
    """Headings by field, words by field and code, and titles of sheets, all `folded`.

    A workbook with a sheet of `figures` and one that is `about` them is one of the service's own: there `headings` are
    read, and its other sheets are not.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    figures: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()

    def own_sheet(self, grids: Sequence[Grid]) -> Grid | None:
        """The sheet of figures of one of the service's own workbooks; None of any other file."""
        titles = {folded(grid.sheet or "") for grid in grids}
        figures = [grid for grid in grids if folded(grid.sheet or "") in self.figures]
        return figures[0] if len(figures) == 1 and titles & self.about else None

    def code(self, name: str, text: str) -> str:
        """The code that a text of a field stands for; the text itself if it is no word for one."""
        if name == "qualifier" and text in _OF_SIGN:
            return _OF_SIGN[text]
        return self.codes.get(name, {}).get(folded(text), text)


def check_qualifier(qualifier: str, value: float, high: float | None) -> tuple[str, str, str] | None:
    """Column, rule and hint of what is wrong with the sign of a figure and its upper end; None if nothing is."""
    if qualifier not in QUALIFIERS:
        return "qualifier", "qualifier", RULES["qualifier"]
    if (qualifier == "range") != (high is not None) or (high is not None and high <= value):
        return "value_high", "upper end", RULES["upper end"]
    return None
