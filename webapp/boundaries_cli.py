"""`flask boundaries import`: a file of boundaries becomes an edition with its map."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from geo.errors import BadParameter
from webapp.cli import boundaries
from webapp.runs import run
from webapp.settings import ROOT

STEPS = ("read", "check", "generalise", "encode", "store")
EDITION = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")


def layers_folder(app: Flask) -> Path:
    """Where this store keeps imported layers. Each store has a folder of its own, lest one sweeps away another's."""
    url = make_url(app.config["DATABASE_URL"]).render_as_string(hide_password=True)
    return Path(ROOT, app.config["LAYERS_DIR"], hashlib.sha256(url.encode()).hexdigest()[:8])


def sweep_layers(app: Flask, session: Session) -> None:
    """Remove what a killed import left, while no other import can be under way."""
    from boundaries.imports.store import sweep
    from indicators.history import lock_state

    with session.begin():
        lock_state(session)
        sweep(session, layers_folder(app))


@boundaries.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--edition", required=True, metavar="ID", help="Short name of the new edition, as in addresses.")
@click.option("--level", required=True, type=click.Choice(["commune", "district"]), help="Level of the file's units.")
@click.option("--code-field", required=True, help="Field of the codes.")
@click.option("--name-field", required=True, help="Field of the official names with their kinds.")
@click.option("--parent-field", help="Field of the codes of the units that they lie in.")
@click.option("--parent-name-field", help="Field of the names of those units.")
@click.option("--parent", metavar="CODE=NAME", help="The province that everything lies in: 27=Tỉnh Bắc Ninh.")
@click.option("--crs", metavar="EPSG:…", help="The CRS of the file, where it states none or a wrong one.")
@click.option("--title", help="Name of the edition in Vietnamese; by default made of its id.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="First day in force.")
@click.option("--valid-to", type=click.DateTime(["%Y-%m-%d"]), help="Last day in force.")
@click.option("--by", default="flask boundaries import", metavar="NAME", help="Who enters it.")
@click.option("--exclave", multiple=True, metavar="CODE", help="A unit that does lie apart from its parent's others.")
@click.option(
    "--cut-above",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="The map takes a level of more units parent by parent.",
)
@click.option("--repair", is_flag=True, help="Mend what can be mended without a guess, and list it.")
@click.option("--dry-run", is_flag=True, help="Check and report, write nothing.")
def import_command(**given: Any) -> None:
    """Check a file of boundaries, report every problem at once, and make it an edition that the map shows.

    GeoPackage, Shapefile (also zipped), GeoJSON, TopoJSON or FlatGeobuf, in any CRS. All or nothing; see
    docs/boundaries.md.
    """
    from flask import current_app

    from boundaries.imports.build import build_edition, read_unit
    from boundaries.imports.store import check_free

    named = {"edition": given["edition"], "area_level": given["level"]}
    with Session(current_app.extensions["engine"]) as session, run("boundary import", **named) as done:
        facts = _facts(given)
        check_free(session, facts.id)
        parent = read_unit(given["parent"]) if given["parent"] else None
        session.rollback()
        with click.progressbar(length=len(STEPS), label=given["file"].name, file=sys.stderr) as bar:
            checked = _check(session, given, parent, lambda _step: bar.update(1))
            if not given["dry_run"]:
                built = build_edition(
                    checked, facts, given["level"], parent, lambda _step: bar.update(1), given["cut_above"]
                )
                done |= _store(session, built, given)
                bar.update(1)
        _report(checked)
        done |= {"units": len(checked.features.frame), "repairs": len(checked.repairs)}
        if given["dry_run"]:
            done["outcome"] = "dry run"
            click.echo(f"{len(checked.features.frame)} units are sound, nothing was stored.")
        else:
            click.echo(f"Edition {facts.id}: {len(built.areas)} units. Map: /map/area_km2?edition={facts.id}")


def _facts(given: dict[str, Any]) -> Any:
    from boundaries.imports.build import EditionFacts

    edition = given["edition"]
    if not EDITION.fullmatch(edition):
        raise BadParameter("--edition", edition, ("1 to 16 of a-z, 0-9 and -",))
    days = [given[name].date() if given[name] else None for name in ("valid_from", "valid_to")]
    name = given["title"] or f"Địa giới {edition}"
    return EditionFacts(edition, name, f"{edition} boundaries", *days)


def _check(session: Session, given: dict[str, Any], parent: Any, progress: Any) -> Any:
    """Read and check; the work folder is gone afterwards."""
    from boundaries.areas import load_places
    from boundaries.imports.build import place_under
    from boundaries.imports.check import check_features
    from boundaries.imports.features import Fields, read_features

    official: dict[str, set[str]] = {}
    for row in load_places(session).frame().itertuples():
        official.setdefault(str(row.code), set()).add(str(row.name))
    session.rollback()
    fields = Fields(given["code_field"], given["name_field"], given["parent_field"], given["parent_name_field"])
    with tempfile.TemporaryDirectory() as folder:
        features = place_under(read_features(given["file"], fields, Path(folder), given["crs"]), parent)
        progress("read")
        checked = check_features(features, given["level"], official, given["repair"], given["exclave"])
        progress("check")
    return checked


def _store(session: Session, built: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Rows, figures of the measured areas, files: one transaction. Returns what the log says of it."""
    from flask import current_app

    from boundaries.imports.store import check_free, incoming, keep, write_edition
    from indicators.entering import check_real, enter_figures
    from indicators.history import hanoi_day, lock_state
    from indicators.measured import measured_figures, measured_source
    from indicators.points import hash_stream

    folder, file = layers_folder(current_app), given["file"]
    with incoming(folder), session.begin():
        check_real(lock_state(session))
        check_free(session, built.facts.id)
        target = write_edition(session, built, folder)
        source = measured_source(built.facts.id, file.name)
        year = str(hanoi_day(f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}").year)
        figures = measured_figures(built.areas, source["id"], year)
        sha256 = hash_stream(file)
        entered = enter_figures(session, figures, file.name, sha256, given["by"], source)
        keep(folder, target)
    return {"sha256": sha256, "batch": entered.batch, "added": entered.added}


def _report(checked: Any) -> None:
    from boundaries.imports.flaws import render_flaws

    if checked.repairs or checked.notes:
        click.echo(render_flaws([*checked.repairs, *checked.notes]))
