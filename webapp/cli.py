"""The `flask` command line: set-up, data, boundaries, and whether every goal of the resolution has its row."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session

from geo.errors import BadParameter
from webapp import assets, db
from webapp.engines import retried
from webapp.intake_cli import import_command, template_command, undo_command
from webapp.runs import Command, Group, run
from webapp.settings import SETTINGS

boundaries = Group("boundaries", help="Boundary layers.")
indicators = Group("indicators", help="Figures.")
audit = Group("audit", help="What was entered, by whom and when.")


def init_app(app: Flask) -> None:
    """Register the commands."""
    from webapp import boundaries_cli, points_cli  # noqa: F401 - they add their commands to the groups
    from webapp.db_cli import store
    from webapp.doctor import doctor
    from webapp.exports.cli import exports
    from webapp.release.cli import release
    from webapp.reports.cli import reports

    for command in (boundaries, indicators, audit, reports, exports, release, prepare, settings, doctor, store):
        app.cli.add_command(command)
    for command in (template_command, import_command, undo_command):
        indicators.add_command(command)


@click.command(cls=Command)
@click.option("--training", is_flag=True, help="Load synthetic training figures instead, into a store of their own.")
def prepare(training: bool) -> None:
    """Migrate the store, load the embedded data, build the static files; quick and without effect when all is done."""
    from flask import current_app

    from indicators.ingest import load
    from indicators.training import load_training
    from webapp.boundaries_cli import sweep_layers

    engine = current_app.extensions["engine"]
    with run("prepare") as done, Session(engine) as session:
        retried(lambda: db.migrate(engine))
        loaded = retried(lambda: load_training(session) if training else load(session))
        sweep_layers(current_app, session)
        done |= {"outcome": "done" if loaded.changed else "unchanged", "data_version": loaded.version}
    folder = assets.build_assets()
    click.echo(f"Data version {loaded.version}{', loaded now' if loaded.changed else ''}; static files {folder.name}.")


@click.command()
@click.option("--markdown", is_flag=True, help="The table of docs/operations.md.")
def settings(markdown: bool) -> None:
    """List every setting with its default."""
    if markdown:
        click.echo(setting_table(), nl=False)
        return
    for setting in SETTINGS:
        click.echo(f"{setting.name}={setting.default}\n    {setting.help} Allowed: {setting.allowed}.")


def setting_table() -> str:
    """Every setting as a row of Markdown."""
    rows = ["| setting | default | allowed | what it is for |", "|---|---|---|---|"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        rows.append(f"| `{setting.name}` | {default} | {setting.allowed} | {setting.help} |")
    return "".join(f"{row}\n" for row in rows)


@boundaries.command("compile")
@click.option("--source", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("boundaries/data"))
def compile_command(source: Path, out: Path) -> None:
    """Make the project's own layers from the source layers in a folder."""
    from boundaries.compile import compile_layers

    compiled = compile_layers(source, out)
    for name, count in compiled.units.items():
        click.echo(f"{name}: {count} units")
    change = f"largest change of an area {compiled.largest_area_change:.2%}"
    click.echo(f"{compiled.layer_bytes:,} bytes, {compiled.brotli_bytes:,} in brotli; {change}.")


@boundaries.command("crosswalk")
@click.option("--from", "from_edition", metavar="EDITION", help="Edition whose units are divided.")
@click.option("--to", "to_edition", metavar="EDITION", help="Edition among whose units they are divided.")
@click.option("--report", is_flag=True, help="List where the crosswalk and the official composition differ.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File for the CSV instead of the screen.")
def crosswalk_command(from_edition: str | None, to_edition: str | None, report: bool, out: Path | None) -> None:
    """Overlay any two editions in an equal-area projection, or report on the shipped crosswalk; CSV."""
    from boundaries.compile import write_table
    from boundaries.layers import read_editions
    from boundaries.overlay import count_disagreements, list_disagreements, overlay_editions

    with run("crosswalk", from_edition=from_edition, to_edition=to_edition) as done:
        if (from_edition or to_edition) if report else not (from_edition and to_edition):
            editions = ", ".join(edition["id"] for edition in read_editions())
            raise click.UsageError(f"Give --from and --to, each one of {editions}, or --report alone.")
        table = list_disagreements() if report else overlay_editions(str(from_edition), str(to_edition))
        done["rows"] = len(table)
    click.echo(count_disagreements(table) if report else f"{len(table)} pairs of units", err=True)
    if out is None:
        click.echo(write_table(table), nl=False)
    else:
        out.write_bytes(write_table(table))


@indicators.command("load")
def load_command() -> None:
    """Load the embedded tables in one transaction; a bad row loads nothing and every problem is printed."""
    from flask import current_app

    from indicators.ingest import load

    engine = current_app.extensions["engine"]
    with run("load") as done, Session(engine) as session:
        retried(lambda: db.migrate(engine))
        loaded = retried(lambda: load(session))
        done |= {"outcome": "done" if loaded.changed else "unchanged", "data_version": loaded.version}
    click.echo(f"Data version {loaded.version}{'' if loaded.changed else ', unchanged'}.")


@indicators.command("trace")
@click.option(
    "--text", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True, help="Text, UTF-8."
)
@click.option("-v", "--verbose", is_flag=True, help="List too what the rules took out as no quantity, and why.")
def trace_command(text: Path, verbose: bool) -> None:
    """Read the quantities of the resolution again and list those without a row in goals.csv; any ends it with 1."""
    from indicators.goals import load_goals, render_trace, trace
    from indicators.targets import VERSION

    with run("trace") as done:
        stated = [goal for goal in load_goals() if goal.goal.version == VERSION]
        result = trace(_read_text(text), stated)
        done["unlisted"] = len(result.unlisted)
    click.echo(render_trace(result, exclusions=verbose))
    sys.exit(1 if result.unlisted else 0)


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter("--text", str(path), ["a text in UTF-8"]) from error


@audit.command("verify")
def verify_command() -> None:
    """Check the audit's chain and every figure against it; prints what does not fit and ends with status 1."""
    from flask import current_app

    from indicators.audit import verify

    with run("verify") as done, Session(current_app.extensions["engine"]) as session:
        faults = verify(session)
        done |= {"outcome": "faults" if faults else "done", "faults": len(faults)}
    for fault in faults:
        click.echo(fault, err=True)
    click.echo("The audit does not fit the store." if faults else "The audit is whole, and the figures fit it.")
    sys.exit(1 if faults else 0)
