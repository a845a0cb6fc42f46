"""`flask reports build`: the reports of all areas of a level, as files and as one zip."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app, g

from webapp.db import snapshot
from webapp.i18n import LANGUAGES
from webapp.runs import Group, run

reports = Group("reports", help="Documents in batch.")


@reports.command("build")
@click.option("--edition", required=True, help="Boundary edition of the areas.")
@click.option("--level", required=True, help="Their level: city, district or commune.")
@click.option("--format", "formats", default="docx,pdf", show_default=True, help="Formats with commas between.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files.")
def build_command(edition: str, level: str, formats: str, lang: str, out: Path) -> None:
    """Write a report of every area of a level, then one zip with an index. Run again after a break, it goes on where it
    stopped; files of other data or another day are made anew."""
    from webapp.reports.batch import Batch, build_files, write_archive

    asked = {"edition": edition, "area_level": level, "formats": formats, "language": lang}
    with current_app.test_request_context("/"), run("reports", **asked) as done:
        g.lang = lang
        batch = Batch.planned(snapshot(), edition, level, formats.split(","), out)
        with click.progressbar(length=len(batch.jobs), label=f"{edition} {level}", file=sys.stderr) as bar:
            for _made in build_files(batch):
                bar.update(1)
        archive = write_archive(batch)
        made = len(batch.jobs) - batch.kept
        done |= {"made": made, "kept": batch.kept, "data_version": batch.data.version}
    click.echo(f"{made} files made, {batch.kept} were there already; {archive.name}, {archive.stat().st_size:,} bytes.")
