"""Periods as text: `YYYY` is a year, `YYYY-MM` and `YYYY-MM-DD` mean "as of" that month or day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

from geo.errors import BadParameter

PATTERN = re.compile(r"(?P<year>\d{4})(-(?P<month>0[1-9]|1[0-2])(-(?P<day>0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
FORMS = ("YYYY", "YYYY-MM", "YYYY-MM-DD")


@lru_cache(maxsize=4096)  # a table asks for the same few periods hundreds of times
def period_end(period: str) -> dt.date:
    """The last day of the period. Raises BadParameter if the text is no period."""
    match = PATTERN.fullmatch(period)
    if match is None:
        raise BadParameter("period", period, FORMS)
    year, month = int(match["year"]), int(match["month"] or 12)
    try:
        return dt.date(year, month, int(match["day"] or calendar.monthrange(year, month)[1]))
    except ValueError as error:
        raise BadParameter("period", period, FORMS) from error


def period_start(period: str) -> dt.date:
    """The first day of the period. Raises BadParameter if the text is no period."""
    end = period_end(period)
    return end.replace(month=end.month if len(period) > 4 else 1, day=end.day if len(period) > 7 else 1)


def is_period(text: str) -> bool:
    """Whether the text is a period, of days that exist."""
    try:
        period_end(text)
    except BadParameter:
        return False
    return True


def falls_in(period: str, asked: str) -> bool:
    """Whether an observation's period answers the asked one: a year takes all dated within it, others match exactly."""
    return period[:4] == asked if len(asked) == 4 else period == asked
