"""What the documents repeat is what code and files say."""

from __future__ import annotations

import pytest

from indicators.documents import (
    DATA_DOCUMENT,
    SOURCES_DOCUMENT,
    dictionary_parts,
    provenance_parts,
    refresh_text,
)
from indicators.ingest import DATA, TABLES

REMEDY = "Run python -m indicators.documents."


def test_the_column_lists_and_rules_are_those_of_the_code() -> None:
    """docs/data.md repeats dictionaries and rules word for word."""
    text = DATA_DOCUMENT.read_text("utf-8")
    assert refresh_text(text, dictionary_parts()) == text, REMEDY


def test_every_table_is_listed_with_its_hash() -> None:
    """SOURCES.md lists each CSV file of the folder, with rows and hash of its present content."""
    text = SOURCES_DOCUMENT.read_text("utf-8")
    assert refresh_text(text, provenance_parts()) == text, REMEDY
    assert all(f"| `{path.name}` |" in text for path in DATA.glob("*.csv"))


def test_every_column_and_table_is_described() -> None:
    """No column without a meaning, no table without a purpose."""
    parts = "".join(dictionary_parts().values())
    for table in TABLES.values():
        assert f"### {table.file}" in parts
        assert table.help
        assert all(column.help.endswith(".") for column in table.columns)


def test_refreshing_leaves_the_rest_of_a_text_alone() -> None:
    """Only what stands between the markers is replaced, and a second time nothing changes."""
    begin = "<!-- x: written by python -m indicators.documents -->\n"
    once = refresh_text(f"head\n{begin}old\n<!-- end of x -->\ntail\n", {"x": "new\n"})
    assert once == f"head\n{begin}\nnew\n\n<!-- end of x -->\ntail\n"
    assert refresh_text(once, {"x": "new\n"}) == once


def test_a_text_without_its_markers_is_refused() -> None:
    """A part that has no place is not dropped silently."""
    with pytest.raises(ValueError, match="Restore them"):
        refresh_text("nothing here", {"x": "new"})
