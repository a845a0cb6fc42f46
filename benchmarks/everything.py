"""Files of very many figures: seconds and the greatest memory of a process that does nothing else.

Run as a program it measures one file and prints what it found as JSON: `python -m benchmarks.everything FORM FIGURES`,
with the store in DATABASE_URL.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, String, cast, func, insert, select
from sqlalchemy.orm import Session

from benchmarks.peak import peak_memory
from indicators.coverage import recount
from indicators.history import FIELDS
from indicators.models import Observation
from indicators.training import load_training
from webapp import create_app, db
from webapp.db import snapshot
from webapp.exports import EXPORTERS
from webapp.exports.everything import Everything, read_everything
from webapp.settings import ROOT

FORMS = ("csv", "xlsx")
SIZES = (63_000, 252_000)


def fill(path: Path, figures: int) -> str:
    """The URL of a new store of training data, with older copies of all of them until there are so many figures."""
    url = f"sqlite:///{path}"
    app = create_app({"DATABASE_URL": url})
    engine = app.extensions["engine"]
    db.migrate(engine)
    with Session(engine) as session:
        load_training(session)
        while (session.scalar(select(func.count()).select_from(Observation)) or 0) < figures:
            _copy_older(session)
        session.commit()
    engine.dispose()
    return url


def _copy_older(session: Session) -> None:
    """Every figure again, moved to the years before the oldest there is."""
    year = cast(func.substr(Observation.period, 1, 4), Integer)
    oldest, latest = session.execute(select(func.min(year), func.max(year))).one()
    period = cast(year - (latest - oldest + 1), String) + func.substr(Observation.period, 5)
    columns = [period if name == "period" else getattr(Observation, name) for name in FIELDS]
    session.execute(insert(Observation).from_select(FIELDS, select(*columns)))
    rows = session.execute(select(Observation.indicator_id, Observation.edition_id).distinct())
    recount(session, [dict(row) for row in rows.mappings()])


def run(url: str, form: str, figures: int) -> dict[str, Any]:
    """What a process of its own found. Raises: CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks.everything", form, str(figures)]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _first(everything: Everything, figures: int) -> tuple[Everything, int]:
    """The first tables that hold so many figures together, and how many that are."""
    cells, held = [], 0
    for cell in everything.cells:
        if held >= figures and cells:
            break
        cells.append(cell)
        held += sum(everything.data.catalogue.coverage[cell].values())
    return replace(everything, cells=tuple(cells)), held


def main(form: str, figures: int) -> None:
    """Write one file and print what it took."""
    app = create_app()
    with app.test_request_context("/"), tempfile.TemporaryFile() as file:
        everything, held = _first(read_everything(snapshot(), {}), figures)
        write = EXPORTERS[f"all.{form}"].write
        list(write(_first(everything, 1)[0]))  # what is read and loaded once
        begun = time.perf_counter()
        file.writelines(write(everything))
        took = time.perf_counter() - begun
        size = file.tell()
    print(json.dumps({"figures": held, "rows": everything.rows, "seconds": took, "peak": peak_memory(), "bytes": size}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
