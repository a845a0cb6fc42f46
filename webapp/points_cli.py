"""`flask indicators aggregate`: points of a register become figures of units."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.orm import Session

from boundaries.layers import METRIC_CRS, read_finest
from webapp.cli import indicators
from webapp.runs import run

if TYPE_CHECKING:
    from indicators.pointfigures import Target
    from indicators.points import Question, Tally


@indicators.command("aggregate")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--lon", required=True, metavar="COLUMN", help="Column of the longitude, degrees of WGS 84.")
@click.option("--lat", required=True, metavar="COLUMN", help="Column of the latitude.")
@click.option("--edition", required=True, help="Boundary edition of the units.")
@click.option("--level", required=True, help="Their level: commune, district or city.")
@click.option("--indicator", required=True, help="Indicator whose figures these are.")
@click.option("--stratum", help="Stratum of the figures; by default the first that the indicator has.")
@click.option("--period", required=True, help="YYYY, YYYY-MM or YYYY-MM-DD.")
@click.option("--numerator", required=True, metavar="EXPR", help="What is counted or summed: poor = 1.")
@click.option("--denominator", metavar="EXPR", help="What it is divided by: count(). None for counts.")
@click.option("--source", required=True, metavar="ID", help="Source of the figures; a new one needs the next two.")
@click.option("--publisher", help="Who keeps the register.")
@click.option("--title", help="What the register is called.")
@click.option("--by", required=True, metavar="NAME", help="Who enters them.")
@click.option("--engine", type=click.Choice(["local", "postgis"]), default="local", show_default=True,
              help="Where points are counted: here, or by PostGIS in the store; the figures are the same.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Count and show, write nothing.")
def aggregate_command(**given: Any) -> None:
    """Find the unit of every point of a CSV or Parquet file and enter one figure for each unit, in one transaction."""
    from flask import current_app

    from indicators.entering import enter_figures
    from indicators.points import hash_stream

    file: Path = given["file"]
    named = {"area_level": given["level"], **{name: given[name] for name in ("indicator", "edition", "period")}}
    with Session(current_app.extensions["engine"]) as session, run("aggregate", **named) as facts, session.begin():
        rows, new_source = _compute(session, file, given)
        facts["figures"] = len(rows)
        if given["dry_run"]:
            facts["outcome"] = "dry run"
            click.echo(f"{len(rows)} figures computed, nothing written.")
            return
        sha256 = hash_stream(file)
        done = enter_figures(session, rows, file.name, sha256, given["by"], new_source)
        facts |= {"outcome": "done" if done.batch else "unchanged", "sha256": sha256, **done._asdict()}
    if done.batch is None:
        click.echo(f"All {done.unchanged} figures stand already, nothing written.")
    else:
        click.echo(f"Batch {done.batch}: {done.added} added, {done.changed} changed, {done.unchanged} unchanged.")


def _compute(session: Session, file: Path, given: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The figures of a file and the source to store with them; all that can be refused is, before a point is read."""
    from boundaries.areas import load_places
    from indicators.catalogue import load_catalogue
    from indicators.expressions import parse
    from indicators.pointfigures import build_figures, check_question, check_source, read_target
    from indicators.points import Question
    from indicators.pointsql import check_postgis

    if given["engine"] == "postgis":
        check_postgis(session.connection())
    places = load_places(session)
    catalogue = load_catalogue(session, places)
    asked = {name: given[name] for name in ("edition", "level", "indicator", "period", "stratum", "source")}
    target = read_target(catalogue, places, **asked)
    lower = parse(given["denominator"]) if given["denominator"] else None
    question = check_question(target, Question(given["lon"], given["lat"], parse(given["numerator"]), lower))
    new_source = check_source(given["source"], given["publisher"], given["title"], catalogue.sources)
    tally, tolerance_m = _tally(session, file, question, target, given["engine"])
    click.echo(_summary(tally, tolerance_m))
    return build_figures(target, tally, question, file.name, tolerance_m), new_source


def _tally(session: Session, file: Path, question: Question, target: Target, engine: str) -> tuple[Tally, float]:
    """The points counted by either engine, under a bar of how far it is, and the tolerance of the lines."""
    from indicators.points import tally_points
    from indicators.pointsql import tally_in_postgis

    with click.progressbar(length=1000, label=file.name, file=sys.stderr) as bar:

        def progress(read: float) -> None:
            bar.update(int(1000 * read) - bar.pos)

        if engine == "postgis":
            place = (target.edition, target.level)
            return tally_in_postgis(session.connection(), file, question, place, METRIC_CRS, progress)
        shapes, tolerance_m = read_finest(target.edition, target.level)
        return tally_points(file, question, shapes, tolerance_m, METRIC_CRS, progress), tolerance_m


def _summary(tally: Tally, tolerance_m: float) -> str:
    """What became of all points, in one line that adds up to their number."""
    return (
        f"{tally.rows:,} points: {int(tally.points.sum()):,} taken in {int((tally.points > 0).sum())} units "
        f"({int(tally.near.sum()):,} of them within {tolerance_m:.0f} m of a line), {tally.outside:,} outside "
        f"({tally.outside_near:,} near a line), {tally.unplaced:,} without coordinates, {tally.unknown:,} with a blank."
    )
