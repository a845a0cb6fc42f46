"""Text in the cells of spreadsheets."""

from __future__ import annotations

import datetime as dt
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text may not begin with: spreadsheets take it for a formula, or drop the tab and then take it for one."""


def neutral(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def original(value: Any) -> Any:
    """The text before `neutral`: what a file of ours meant."""
    guarded = isinstance(value, str) and value[:1] == "'" and value[1:].startswith(FORMULA)
    return value[1:] if guarded else value


def written(value: Any) -> Any:
    """A value as text files have it: `plain`, and text `neutral`."""
    if value is None:
        return None
    return neutral(value) if isinstance(value, str) else plain(value)


def plain(value: Any) -> Any:
    """A value as data files write it: a whole number without `.0`, a day in ISO form, the rest as it is."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value
