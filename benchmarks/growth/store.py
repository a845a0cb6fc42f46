"""What is measured with more figures in the store, each question the same at every size."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.growth.asking import Asker, Measures, apart, command
from benchmarks.growth.figures import HOME, indicator_id
from webapp.engines import open_engine

INDICATOR = indicator_id(1)
MAP = f"/map/{INDICATOR}?edition={HOME}&level=commune"
VALUES = f"/api/v1/values?indicator={INDICATOR}&edition={HOME}&level=commune"
CODE = "00004"
YEAR = "2025"
"""One that no generated figure is of."""
COLUMNS = ("indicator_id", "edition", "level", "area_code", "area_name", "period", "stratum", "value", "unit",
           "status", "source_id", "note")  # fmt: skip


def measure(settings: Mapping[str, Any], folder: Path, limit_s: float = 600) -> dict[str, float | None]:
    """Everything at the present size of the store; None for what did not end within the limit.

    The import comes last but one, so that pages are of the store as it was filled; the check then reads it all.
    """
    found: dict[str, float | None] = dict(apart(read, dict(settings)))
    found["store, MB"] = disk(settings["DATABASE_URL"])
    file = _file(settings, folder)
    words = ("indicators", "import", str(file), "--by", "benchmark", "--confirm", "jump=of a benchmark",
             "--confirm", "edition period=of a benchmark", "--confirm", "range=of a benchmark")  # fmt: skip
    found["import of 579 rows, s"], found["import of 579 rows, MB"] = _both(command(settings, *words, limit_s=limit_s))
    undo = command(settings, "indicators", "undo", str(_last_batch(settings["DATABASE_URL"])), "--by", "benchmark")
    found["its undoing, s"], _memory = _both(undo)
    found["flask db check, s"], found["flask db check, MB"] = _both(command(settings, "db", "check", limit_s=limit_s))
    return found


def read(settings: Mapping[str, Any]) -> Measures:
    """What readers wait for, in this process."""
    asker = Asker(settings)
    batch = _last_batch(settings["DATABASE_URL"])
    return {
        "first map page after an import, ms": asker.first(MAP),
        "map page, ms": asker.cold(MAP),
        "map page from the cache, ms": asker.ready(MAP),
        "values as JSON, ms": asker.cold(VALUES),
        "page of an area, ms": asker.cold(f"/areas/{HOME}/{CODE}"),
        "origin of a figure, ms": asker.cold(f"/figures/{INDICATOR}/{HOME}/{CODE}"),
        "page of a batch, ms": asker.cold(f"/batches/{batch}"),
        "list of sources, ms": asker.cold("/sources"),
    }


def disk(url: str) -> float:
    """MB (2**20 bytes) of the database on disk, indexes included."""
    engine = open_engine(url)
    with engine.connect() as connection:
        size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    engine.dispose()
    return float(size or 0) / 2**20


def _both(found: tuple[float, float] | None) -> tuple[float | None, float | None]:
    return found or (None, None)


def _last_batch(url: str) -> int:
    engine = open_engine(url)
    with engine.connect() as connection:
        number: int = connection.scalar(text("SELECT max(id) FROM batch")) or 0
    engine.dispose()
    return number


def _file(settings: Mapping[str, Any], folder: Path) -> Path:
    """A new figure for every commune."""
    asker = Asker(settings)
    path, areas = folder / "figures.csv", json.loads(asker.ask(VALUES, "identity"))["areas"]
    with path.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(COLUMNS)
        for number, area in enumerate(areas):
            rows.writerow([INDICATOR, HOME, "commune", area["code"], area["name"], YEAR, "all",
                           f"{50 + number % 40}.5", "%", "reported", f"office-{HOME}", ""])  # fmt: skip
    return path
