"""The day of reading, in Hanoi: statuses and extract dates depend on it, and so do the answers that hold them."""

from __future__ import annotations

import datetime as dt

HANOI = dt.timezone(dt.timedelta(hours=7))
"""Indochina Time, all year round since 1975; a fixed offset needs no time zone data on the machine."""


def today() -> dt.date:
    """The date in Hanoi now."""
    return dt.datetime.now(HANOI).date()
