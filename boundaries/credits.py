"""The table of hashes in `SOURCES.md`, written by the compilation so that it cannot drift from the files it lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

BEGIN, END = "<!-- hashes: written by `flask boundaries compile` -->", "<!-- end of hashes -->"


def hash_file(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refresh_hashes(text: str, shipped: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """The text of SOURCES.md with the hashes of the shipped files and of what they were compiled from.

    Raises ValueError if the text has lost its two markers.
    """
    head, tail = text.split(BEGIN)[0], text.split(END)[-1]
    if BEGIN not in text or END not in text:
        raise ValueError(
            f"SOURCES.md lacks the lines {BEGIN!r} and {END!r}, between which the hashes go. Restore them."
        )
    tables = _table("file here", shipped) + "\n" + _table("compiled from", sources)
    return f"{head}{BEGIN}\n\n{tables}\n{END}{tail}"


def read_hashes(text: str) -> dict[str, str]:
    """All hashes in the text of SOURCES.md, by file name."""
    rows = (line.split("|") for line in text.partition(BEGIN)[2].partition(END)[0].splitlines() if "`" in line)
    return {row[1].strip().strip("`"): row[2].strip().strip("`") for row in rows}


def _table(title: str, hashes: Mapping[str, str]) -> str:
    rows = "".join(f"| `{name}` | `{digest}` |\n" for name, digest in sorted(hashes.items()))
    return f"| {title} | sha256 |\n|---|---|\n{rows}"
