"""`flask db`: the store as a whole."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from webapp.runs import Group, run

store = Group("db", help="The store as a whole.")


@store.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Write the store to a new FILE while others read and write; ends with 1 if the copy does not fit its hashes."""
    from webapp.backup import write_backup

    with run("backup") as done:
        faults = write_backup(current_app.config["DATABASE_URL"], file)
        done |= {"outcome": "faults" if faults else "done", "bytes": file.stat().st_size, "faults": len(faults)}
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{file.name}: {file.stat().st_size:,} bytes{', which do not fit their hashes' if faults else ''}.")
    if faults:
        raise SystemExit(1)


@store.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_command(file: Path) -> None:
    """Check the backup FILE and put it in the place of the store; imports must not run meanwhile."""
    from webapp.backup import restore_backup

    with run("restore") as done:
        version = done["data_version"] = restore_backup(current_app.config["DATABASE_URL"], file)
    click.echo(f"Restored: data version {version}.")


@store.command("check")
def check_command() -> None:
    """Say what the store is and what is wrong with it, each fault with its remedy; ends with 1 if anything is."""
    from webapp.doctor import print_findings
    from webapp.storecheck import check_store

    findings = check_store(current_app._get_current_object())  # type: ignore[attr-defined]
    print_findings(findings)
    if any(finding.wrong for finding in findings):
        raise SystemExit(1)
