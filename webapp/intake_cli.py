"""The commands by which figures come in: templates, import, undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from boundaries.problems import IngestError, Problem, render_problems
from indicators.csvfile import csv_bytes
from webapp.engines import retried
from webapp.runs import Command, run
from webapp.today import today

if TYPE_CHECKING:
    from indicators.intake.importing import Plan

ALIKE = 5
"""Notices of one rule that are shown; a form that is mostly blank would bury the warnings."""

SIGNS = {"added": "+", "changed": "~", "unchanged": "="}


@contextmanager
def _opened(command: str, problems: Path | None = None) -> Iterator[tuple[Session, dict[str, Any]]]:
    """A session on the store and the facts of the command's line in the log; problems go to the file asked for too."""
    with run(command) as done, Session(current_app.extensions["engine"]) as session:
        try:
            yield session, done
        except IngestError as error:
            if problems is not None:
                problems.write_bytes(_problem_file(error.problems))
            raise


@click.command("template", cls=Command)
@click.argument("indicator")
@click.option("--edition", required=True, help="Boundary edition, such as 2025-07.")
@click.option("--level", required=True, help="city, district or commune.")
@click.option("--period", required=True, help="YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder for the files.")
@with_appcontext
def template_command(indicator: str, edition: str, level: str, period: str, out: Path) -> None:
    """Write an empty form for INDICATOR, as XLSX and CSV, with codes, names and parents filled in."""
    from boundaries.areas import load_places
    from indicators.catalogue import load_catalogue
    from indicators.intake.template import write_template

    with _opened("template") as (session, done):
        places = load_places(session)
        files = write_template(load_catalogue(session, places), places, indicator, edition, level, period, out)
        done["files"] = len(files)
    for path in files:
        click.echo(str(path))


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", required=True, help="Who takes the figures in; kept with every one of them.")
@click.option("--dry-run", is_flag=True, help="Show what would change, cell by cell, and write nothing.")
@click.option("--locale", type=click.Choice(["vi", "en"]), help="vi: decimal comma; en: decimal point.")
@click.option("--confirm", multiple=True, metavar="RULE=REASON", help="Confirm the warnings of a rule, with a reason.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="A field that is the same in all rows.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER", help="The column of a field by its header.")
@click.option("--sheet", help="The sheet that holds the figures.")
@click.option("--sources", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CSV of new sources.")
@click.option("--problems", type=click.Path(path_type=Path, dir_okay=False), help="Write problems to this CSV too.")
@with_appcontext
def import_command(
    file: Path,
    by: str,
    dry_run: bool,
    locale: str | None,
    confirm: Sequence[str],
    constants: Sequence[str],
    columns: Sequence[str],
    sheet: str | None,
    sources: Path | None,
    problems: Path | None,
) -> None:
    """Take in the figures of FILE (CSV or XLSX), all or none; what is wrong is listed whole and ends with status 2."""
    from boundaries.areas import load_places
    from indicators.catalogue import load_catalogue
    from indicators.intake.importing import apply_plan, plan_import
    from indicators.intake.plausibility import WARNINGS
    from indicators.intake.reading import Wish
    from webapp.intake_words import own_words

    with _opened("import", problems) as (session, done):
        places = load_places(session)
        words = own_words(places, load_catalogue(session, places))
        wish = Wish(locale, sheet, _pairs("--set", constants), _pairs("--column", columns), sources, words)
        reasons = _pairs("--confirm", confirm, WARNINGS)
        if not by.strip():
            raise click.BadParameter("Say who takes the figures in.", param_hint="--by")
        plan = plan_import(session, file, wish, today())
        done |= {"sha256": plan.reading.sha256, "warnings": len(plan.warnings), **_counts(plan)}
        _show(plan, reasons, dry_run)
        if dry_run:
            done["outcome"] = "dry run"
            return
        applied = retried(lambda: apply_plan(session, plan, by.strip(), reasons))
        done |= {"outcome": "done" if applied.batch else "unchanged", "batch": applied.batch}
        done["data_version"] = applied.version
    said = f"Batch {applied.batch}, data version {applied.version}." if applied.batch else "Nothing changed."
    click.echo(f"{_count(plan)}. {said}")


@click.command("undo", cls=Command)
@click.argument("batch", type=int)
@click.option("--by", required=True, help="Who undoes it.")
@with_appcontext
def undo_command(batch: int, by: str) -> None:
    """Put back what stood before the import BATCH; refused, with a list, if cells were changed since."""
    from indicators.intake.undo import undo_batch

    with _opened("undo") as (session, done):
        done["undoes"] = batch
        applied = retried(lambda: undo_batch(session, batch, by))
        done |= {"batch": applied.batch, "data_version": applied.version, "cells": applied.cells}
    click.echo(f"{applied.cells} cells put back by batch {applied.batch}, data version {applied.version}.")


def _pairs(option: str, texts: Iterable[str], allowed: Iterable[str] | None = None) -> dict[str, str]:
    """`NAME=TEXT` arguments by name; names are checked against what is allowed, by default the fields of a file."""
    from indicators.intake.layout import ALIASES

    names = tuple(ALIASES if allowed is None else allowed)
    pairs = {}
    for given in texts:
        name, mark, text = given.partition("=")
        if name not in names or not mark or not text.strip():
            raise click.BadParameter(f"{given!r}: write NAME=TEXT, NAME one of {', '.join(names)}.", param_hint=option)
        pairs[name] = text.strip()
    return pairs


def _show(plan: Plan, reasons: dict[str, str], dry_run: bool) -> None:
    """What the file does: notices and warnings, and in a dry run every cell."""
    from indicators.intake.importing import cell_name

    if plan.reading.notices:
        shown, more = _shorten(plan.reading.notices)
        click.echo(f"Notices:\n{render_problems(shown)}\n{more}", err=True)
    if dry_run and plan.warnings:
        open_rules = sorted({warning.rule for warning in plan.warnings} - reasons.keys())
        click.echo(f"Warnings to confirm ({', '.join(open_rules) or 'all confirmed'}):", err=True)
        click.echo(f"{render_problems(plan.warnings)}\n", err=True)
    for change in plan.changes if dry_run else ():
        before = f"{change.before['value']:.15g} → " if change.before and change.kind == "changed" else ""
        value, name = change.entry.record["value"], change.entry.area.name
        click.echo(f"{SIGNS[change.kind]} {cell_name(change.entry.record)} ({name}): {before}{value:.15g}")
    if dry_run:
        click.echo(f"{_count(plan)}. Dry run: nothing was written.")


def _shorten(notices: Sequence[Problem]) -> tuple[list[Problem], str]:
    """The first notices of each rule, and lines that count the others."""
    seen = Counter[str]()
    shown = []
    for notice in notices:
        seen[notice.rule] += 1
        if seen[notice.rule] <= ALIKE:
            shown.append(notice)
    return shown, "".join(f"… and {count - ALIKE} more: {rule}.\n" for rule, count in seen.items() if count > ALIKE)


def _counts(plan: Plan) -> dict[str, int]:
    """Cells by what becomes of them."""
    return {"added": plan.count("added"), "changed": plan.count("changed"), "unchanged": plan.count("unchanged")}


def _count(plan: Plan) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in _counts(plan).items())


def _problem_file(problems: Iterable[Problem]) -> bytes:
    columns = ("file", "row", "column", "value", "rule", "suggestion")
    return csv_bytes(columns, ({**asdict(problem), "row": problem.row or None} for problem in problems))
