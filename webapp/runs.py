"""A run of a command: one id, one line of the log when it ends, and one way to refuse.

The line says what was done, its counts, how it ended and how long it took. It says nothing of who ran it, and no word
of a file or of an error, for both may name people: who did what stands in the audit, and what is wrong with a file is
told to whoever gave it. What click itself refuses, an option or a command that there is not, has its line too.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup, ScriptInfo

from boundaries.problems import IngestError
from geo.errors import DomainError
from webapp import logs
from webapp.engines import OUTAGES, describe_outage

REFUSED = 2
"""Status of a command that refused what was asked or given."""


class Command(click.Command):
    """A command whose words are refused in the log, too."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the words of the command line. Raises click's errors for what cannot be read, which it logs."""
        began = time.perf_counter()
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _log_misuse(f"{_path(parent)} {info_name}".strip(), error, began)
            raise


class Group(AppGroup):
    """A group of such commands; one that is not there is refused in the log, too, by the name of its group."""

    command_class = Command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command. Raises click's error where there is none, which it logs."""
        began = time.perf_counter()
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            _log_misuse(_path(ctx), error, began)
            raise


def _path(ctx: click.Context | None) -> str:
    """Names of the groups and the command below the program: `indicators import`."""
    return f"{_path(ctx.parent)} {ctx.info_name}".strip() if ctx and ctx.parent else ""


def _log_misuse(path: str, error: click.UsageError, began: float) -> None:
    info = click.get_current_context().ensure_object(ScriptInfo)
    with info.load_app().app_context(), logs.run_lines() as log:
        facts = {"run": uuid.uuid4().hex, "command": path, "outcome": "refused", **_kind(error)}
        log("refused", **facts, ms=_ms(began))


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


@contextmanager
def run(command: str, **facts: Any) -> Iterator[dict[str, Any]]:
    """Logs the command's line; prints what is wrong with what was asked or given, all of it, and ends with status 2.

    Yields: the facts of the line, to which the command adds what it did. `outcome` is `done` unless it says otherwise.
    """
    done = {"outcome": "done", **facts}
    path = _path(click.get_current_context(silent=True)) or command
    number, began = uuid.uuid4().hex, time.perf_counter()
    with logs.run_lines() as log:

        def end(event: str, **more: Any) -> None:
            log(event, run=number, **done | more, ms=_ms(began))

        try:
            yield done
        except (DomainError, click.ClickException, *OUTAGES) as error:
            end("refused", command=path, outcome="refused", **_kind(error))
            if isinstance(error, click.ClickException):
                raise
            click.echo(describe_outage(error) if isinstance(error, OUTAGES) else str(error), err=True)
            sys.exit(REFUSED)
        except BaseException as error:
            end("failed", command=path, outcome="failed", error=type(error).__name__)
            raise
        end(command)


def _kind(error: Exception) -> dict[str, Any]:
    """What kind of refusal it is: the class of the error and, for a file, which rules it broke how often."""
    kind: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, IngestError):
        kind |= {"problems": len(error.problems), "rules": sorted({problem.rule for problem in error.problems})}
    return kind
