"""A handful of rows in every table, sound as they stand, in which a test can plant one fault and know its row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from boundaries.ingest import read_places
from boundaries.tables import Frames
from indicators.ingest import read_tables

SMALL = Path(__file__).parent / "small_tables"


def write_small(directory: Path) -> Path:
    """Copy all tables into one folder, which then serves as both folders of a load."""
    return Path(shutil.copytree(SMALL, directory, dirs_exist_ok=True))


def read_small(directory: Path) -> Frames:
    """All tables as text."""
    return {**read_places(directory), **read_tables(directory)}


def plant(tables: Frames, name: str, row: int, column: str, value: str) -> None:
    """Write one cell; `row` counts as problems do, the header being 1."""
    tables[name].loc[row - 2, column] = value


def double(tables: Frames, name: str, row: int) -> int:
    """Append a copy of a row and return the row of the copy."""
    tables[name] = pd.concat([tables[name], tables[name].iloc[[row - 2]]], ignore_index=True)
    return len(tables[name]) + 1
