"""The tables that the repository ships, typed."""

from __future__ import annotations

from functools import cache

from boundaries.tables import Findings, Frames, check_columns
from indicators.ingest import TABLES, read_tables


@cache
def shipped() -> Frames:
    """All tables of numbers and programmes; their content is checked in test_shipped_tables.py."""
    return check_columns(read_tables(), TABLES, Findings())
