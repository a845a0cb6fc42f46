"""A map without its surroundings, for a frame on another site; which sites may frame it is a setting."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from webapp.cache import Answer, answer
from webapp.document import Citations
from webapp.exports.export import build_export
from webapp.exports.mapsheet import HATCH, draw_sheet, draw_strip
from webapp.exports.singlefile import build_rows
from webapp.pages.maps import ask
from webapp.security import policy

pages = Blueprint("embed", __name__)


@pages.get("/embed/map/<indicator>")
def show(indicator: str) -> Response:
    """The sheet of the map with its table and the way to the whole page; takes what the map page takes."""
    return answer(lambda: build_page(indicator))


def build_page(indicator: str) -> Answer:
    """The page; its policy names the sites that may frame it, or none."""
    view, query, table, data = ask(indicator)
    export = build_export(data, query, table, view)
    cite = Citations(data.catalogue)
    script = render_template("exports/map.js")
    page = render_template(
        "embed/map.html",
        view=view,
        export=export,
        drawing=_without_hatch(draw_sheet(export, "a4")),
        hatch=HATCH,
        strip=_without_hatch(draw_strip(export)),
        rows=build_rows(export, cite),
        script=Markup(script),  # noqa: S704 - our own file
    )
    frames = " ".join(current_app.config["EMBED_ORIGINS"])
    return Answer(page.encode(), "text/html", {"Content-Security-Policy": policy(script, frames=frames)})


def _without_hatch(drawing: str) -> Markup:
    """The page defines the hatch once for both drawings: no two things of a page have the same id."""
    return Markup(drawing.replace(HATCH, ""))  # noqa: S704 - our own drawing, escaped where it was made
