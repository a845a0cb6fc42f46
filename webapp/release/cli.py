"""`flask release build`: the public site as plain files."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app

from webapp.runs import Group, run

release = Group("release", help="Frozen copies of the site.")
STEP = 500


@release.command("build")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="A new or empty folder.")
def build_command(out: Path) -> None:
    """Write all pages, maps and tables in both languages as files that any web server can serve, from any folder."""
    from webapp.release.build import Release, check_empty

    with run("release") as done:
        check_empty(out)  # before minutes of work
        made = Release(current_app._get_current_object())  # type: ignore[attr-defined]
        for count, _file in enumerate(made.crawl(), start=1):
            if count % STEP == 0:
                click.echo(f"{count} files fetched", err=True)
        files = done["files"] = made.write(out)
    click.echo(f"{files} files in {out}.")


@release.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def verify_command(folder: Path) -> None:
    """Compare every file of a release with its manifest; status 1 if one is missing, altered or foreign."""
    from webapp.release.frozen import find_faults

    with run("release verify") as done:
        faults = find_faults(folder)
        done |= {"outcome": "faults" if faults else "done", "faults": len(faults)}
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{folder.name}: {len(faults)} faults." if faults else f"{folder.name}: every file is as it was made.")
    sys.exit(1 if faults else 0)
