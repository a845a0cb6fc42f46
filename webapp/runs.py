"""A run of a command: one id, one line of the log when it ends, and one way to refuse.

The line says what was done, its counts, how it ended and how long it took. It says nothing of who ran it, and no word
of a file or of an error, for both may name people: who did what stands in the audit, and what is wrong with a file is
told to whoever gave it.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from boundaries.problems import IngestError
from geo.errors import DomainError
from webapp import logs
from webapp.engines import OUTAGES, describe_outage

REFUSED = 2
"""Status of a command that refused what was asked or given."""


@contextmanager
def run(command: str, **facts: Any) -> Iterator[dict[str, Any]]:
    """Logs the command's line; prints what is wrong with what was asked or given, all of it, and ends with status 2.

    Yields: the facts of the line, to which the command adds what it did. `outcome` is `done` unless it says otherwise.
    """
    done = {"outcome": "done", **facts}
    number, began = uuid.uuid4().hex, time.perf_counter()
    with logs.run_lines() as log:

        def end(event: str, **more: Any) -> None:
            log(event, run=number, **done | more, ms=round((time.perf_counter() - began) * 1000, 1))

        try:
            yield done
        except (DomainError, click.ClickException, *OUTAGES) as error:
            end("refused", command=command, outcome="refused", **_kind(error))
            if isinstance(error, click.ClickException):
                raise
            click.echo(describe_outage(error) if isinstance(error, OUTAGES) else str(error), err=True)
            sys.exit(REFUSED)
        except BaseException as error:
            end("failed", command=command, outcome="failed", error=type(error).__name__)
            raise
        end(command)


def _kind(error: Exception) -> dict[str, Any]:
    """What kind of refusal it is: the class of the error and, for a file, which rules it broke how often."""
    kind: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, IngestError):
        kind |= {"problems": len(error.problems), "rules": sorted({problem.rule for problem in error.problems})}
    return kind
