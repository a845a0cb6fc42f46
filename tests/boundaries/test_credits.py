"""SOURCES.md lists every file of the folder with its hash, and the compilation keeps it so."""

from __future__ import annotations

import pytest

from boundaries.credits import hash_file, read_hashes, refresh_hashes
from boundaries.layers import DATA, read_rows

TEXT = (DATA / "SOURCES.md").read_text("utf-8")


def test_every_file_is_listed_with_its_hash() -> None:
    """No file without a line, and no line that has drifted from its file."""
    listed = read_hashes(TEXT)
    found = {path.name: hash_file(path) for path in DATA.iterdir() if path.name != "SOURCES.md"}
    assert {name: listed.get(name) for name in found} == found


def test_the_sources_listed_are_those_that_were_measured() -> None:
    """The hashes in source_checks.csv are among those of the source files, which are not in the folder."""
    listed = read_hashes(TEXT)
    sources = {name: digest for name, digest in listed.items() if not (DATA / name).exists()}
    assert {row["sha256"] for row in read_rows("source_checks.csv")} < set(sources.values())
    assert len(sources) == 6


def test_refreshing_replaces_only_the_hashes() -> None:
    """Head and tail stay; what is written is read back."""
    text = refresh_hashes(TEXT, {"a.csv": "0" * 64}, {"b.geojson": "1" * 64})
    assert read_hashes(text) == {"a.csv": "0" * 64, "b.geojson": "1" * 64}
    assert text.split("<!--")[0] == TEXT.split("<!--")[0]
    assert refresh_hashes(text, {"a.csv": "0" * 64}, {"b.geojson": "1" * 64}) == text


def test_a_text_without_its_markers_is_refused() -> None:
    """Hashes that have no place must not be dropped silently."""
    with pytest.raises(ValueError, match="lacks the lines"):
        refresh_hashes("# Sources", {}, {})


def test_the_disclaimer_and_the_credits_are_there() -> None:
    """What the licences and the owner ask to be said."""
    for words in ("không có giá trị pháp lý", "without legal value", "© Marc Choisy", "MIT", "sapnhap.bando.com.vn"):
        assert words in TEXT
