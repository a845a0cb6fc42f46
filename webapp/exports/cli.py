"""`flask exports all`: every figure of the store as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from flask import current_app, g

from geo.errors import BadParameter
from webapp.db import snapshot
from webapp.i18n import LANGUAGES
from webapp.runs import Group, run

exports = Group("exports", help="Figures as files.")


@exports.command("all")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files.")
@click.option("--format", "formats", default="csv,csvw.json,xlsx", show_default=True, help="With commas between.")
@click.option("--indicator", help="Figures of one indicator alone.")
@click.option("--edition", help="Figures of one boundary edition alone.")
@click.option("--level", help="Figures of one level alone: city, district or commune.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
def all_command(
    out: Path, formats: str, indicator: str | None, edition: str | None, level: str | None, lang: str
) -> None:
    """Write all figures, each year after the other, however many there are; a file gets its name when it is whole."""
    from webapp.exports import exporters_of
    from webapp.exports.everything import read_everything
    from webapp.reports.batch import put_pieces

    given = {"indicator": indicator, "edition": edition, "level": level}
    asked = {name: value for name, value in given.items() if value}
    with current_app.test_request_context("/"), run("exports", formats=formats, language=lang, **asked) as done:
        g.lang = lang
        writers = {name.removeprefix("all."): exporter for name, exporter in exporters_of("all").items()}
        chosen = formats.split(",")
        if unknown := [each for each in chosen if each not in writers]:
            raise BadParameter("--format", unknown[0], writers)
        everything = replace(read_everything(snapshot(), asked), beside=True)
        out.mkdir(parents=True, exist_ok=True)
        for each in chosen:
            path = out / f"{everything.stem}.{each}"
            put_pieces(path, writers[each].write(everything))
            click.echo(f"{path.name}, {path.stat().st_size:,} bytes.")
        done |= {"rows": everything.rows, "data_version": everything.data.version}
    click.echo(f"{everything.rows:,} rows of data version {everything.data.version}.")
