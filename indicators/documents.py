"""The parts of the documents that repeat what code or files say, written from them so that they cannot drift.

`docs/data.md` repeats the column dictionaries and the rules, `indicators/data/SOURCES.md` the hashes of the tables.
`python -m indicators.documents` writes them anew; a test fails where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from boundaries.credits import hash_file
from boundaries.ingest import PLACES
from boundaries.ingest import RULES as PLACE_RULES
from boundaries.tables import RULES as CELL_RULES
from boundaries.tables import Column, Table
from indicators.ingest import DATA, read_tables
from indicators.named_places import NAMED_PLACES
from indicators.named_places import RULES as NAMED_RULES
from indicators.programmes import PROGRAMMES
from indicators.programmes import RULES as PROGRAMME_RULES
from indicators.rules import RULES as NUMBER_RULES
from indicators.schema import NUMBERS, QUALITIES

ROOT = Path(__file__).parent.parent
DATA_DOCUMENT = ROOT / "docs" / "data.md"
SOURCES_DOCUMENT = DATA / "SOURCES.md"


def refresh_documents() -> None:
    """Write the generated parts of both documents anew."""
    for path, parts in ((DATA_DOCUMENT, dictionary_parts()), (SOURCES_DOCUMENT, provenance_parts())):
        path.write_text(refresh_text(path.read_text("utf-8"), parts), "utf-8")


def refresh_text(text: str, parts: Mapping[str, str]) -> str:
    """The text with each part put between its two markers.

    Raises: ValueError if a marker is missing.
    """
    for name, part in parts.items():
        begin, end = f"<!-- {name}: written by python -m indicators.documents -->\n", f"<!-- end of {name} -->"
        if begin not in text or end not in text:
            raise ValueError(
                f"The document lacks {begin.strip()!r} or {end!r}, between which {name} goes. Restore them."
            )
        head, tail = text.split(begin)[0], text.split(end)[1]
        text = f"{head}{begin}\n{part}\n{end}{tail}"
    return text


def dictionary_parts() -> dict[str, str]:
    """The parts of `docs/data.md`: columns of every table, and what every rule asks."""
    rules = {
        "Cells": CELL_RULES,
        "Places": PLACE_RULES,
        "Numbers": NUMBER_RULES,
        "Programmes": PROGRAMME_RULES | NAMED_RULES,
    }
    return {
        "places": "\n".join(_table_text(table) for table in PLACES.values()),
        "numbers": "\n".join(_table_text(table) for table in NUMBERS.values()),
        "programmes": "\n".join(_table_text(table) for table in (*PROGRAMMES.values(), NAMED_PLACES)),
        "rules": _markdown(
            ("about", "rule", "what must hold"),
            [(about, f"`{rule}`", text) for about, group in rules.items() for rule, text in group.items()],
        ),
    }


def provenance_parts(directory: Path = DATA) -> dict[str, str]:
    """The parts of `SOURCES.md`: rows and hash of every table in the folder, and figures by quality of source."""
    files = [
        (f"`{path.name}`", str(len(pd.read_csv(path, dtype=str))), f"`{hash_file(path)}`")
        for path in sorted(directory.glob("*.csv"))
    ]
    tables = read_tables(directory)
    quality = tables["sources"].set_index("id")["quality"]
    sources, figures = quality.value_counts(), tables["observations"]["source"].map(quality).value_counts()
    counts = [(name, str(sources.get(name, 0)), str(figures.get(name, 0))) for name in QUALITIES]
    return {
        "qualities": _markdown(("quality", "sources", "figures"), counts),
        "hashes": _markdown(("file", "rows", "sha256"), files),
    }


def _table_text(table: Table) -> str:
    rows = [(f"`{column.name}`", _form(column), column.help) for column in table.columns]
    key = ", ".join(f"`{name}`" for name in table.key)
    return f"### {table.file}\n\n{table.help} Key: {key}.\n\n{_markdown(('column', 'form', 'meaning'), rows)}"


def _form(column: Column) -> str:
    form: str = column.type
    if column.allowed:
        form = f"{'list' if column.many else 'one'} of {', '.join(column.allowed)}"
    elif column.references:
        form = f"in {column.references}"
    elif column.pattern:
        form = f"`{column.pattern}`".replace("|", r"\|")
    return form if column.required else f"{form}; may be blank"


def _markdown(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    refresh_documents()
