"""The map page, its compact form, and the first page."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from boundaries.layers import layer_bounds, layer_of
from geo.choropleth import DrawnMap, draw_map
from geo.errors import BadParameter
from indicators.table import IndicatorTable
from webapp import assets
from webapp.cache import Answer, answer
from webapp.db import Snapshot, snapshot
from webapp.detail import build_detail
from webapp.figures import city_table_for, table_for
from webapp.i18n import LANGUAGES, language
from webapp.pages.gazetteer import gazetteer_path
from webapp.picker import build_picker
from webapp.query import MapQuery, read_query
from webapp.security import policy
from webapp.view import View, build_rows, build_view

pages = Blueprint("maps", __name__)


@pages.get("/")
def first() -> Response:
    """The map of the default indicator."""
    return answer(lambda: build_page(current_app.config["DEFAULT_INDICATOR"]))


@pages.get("/map/<indicator>")
def show(indicator: str) -> Response:
    """The map of one indicator; the address holds all that is on screen."""
    return answer(lambda: build_page(indicator))


@pages.get("/map/<indicator>.json")
def compact(indicator: str) -> Response:
    """The same view as JSON, for the page's own script."""
    return answer(lambda: Answer(_dump(ask(indicator)[0]), "application/json"))


@pages.get("/map/<indicator>/area.json")
def detail(indicator: str) -> Response:
    """One area's figure with its note, source and alternatives, for the card beside the map."""

    def build() -> Answer:
        code = request.args.get("code")
        _shown, _query, table, data = ask(indicator)
        if code is None:
            raise BadParameter("code", None, [row.area.code for row in table.rows[:6]])
        return Answer(_dump(build_detail(data, table, code)), "application/json")

    return answer(build)


def _dump(view: View) -> bytes:
    return json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()


def ask(indicator: str | None) -> tuple[View, MapQuery, IndicatorTable, Snapshot]:
    """The question of the request about an indicator, with the view and the table that answer it."""
    data = snapshot()
    query = read_query(data, indicator, request.args, strict=False)
    table = table_for(data, query)
    return build_view(data, query, table, city_table_for(data, query)), query, table, data


def build_page(indicator: str) -> Answer:
    """The whole page, with the hash of its one inline script in its policy."""
    view, query, table, data = ask(indicator)
    config = _config(view)
    drawn = _draw(config, view["object"], layer_of(view["object"], query.part))
    page = render_template(
        "map/page.html",
        view=view,
        rows=build_rows(data, query, table),
        picker=build_picker(data, query),
        map=drawn,
        config=config,
        urls={lang: _language_url(query, lang) for lang in LANGUAGES},
    )
    headers = {"Content-Security-Policy": policy(drawn.script, images=_tile_origin())}
    return Answer(page.encode(), "text/html", headers)


def _config(view: View) -> dict[str, Any]:
    """Where the page's script finds geometry, units and search."""
    prefix = "" if language() == "vi" else "/en"
    return {
        "geometry": view["geometry"],
        "gazetteer": gazetteer_path(view),
        "search": "/api/v1/search",
        "places": f"{prefix}/places.json?v={view['data_version']}",
        "lang": language(),
        "basemap": {"url": current_app.config["BASEMAP_URL"], "credit": current_app.config["BASEMAP_CREDIT"]},
    }


def _tile_origin() -> str:
    """Scheme and host of the online map, any subdomain of it where the address leaves that open; empty without one."""
    url = current_app.config["BASEMAP_URL"]
    return "/".join(url.split("/")[:3]).replace("{s}", "*") if url else ""


def _draw(config: dict[str, Any], name: str, layer: str) -> DrawnMap:
    """The Folium map, as one inline module: the import of `mount`, and Folium's own script."""
    drawn = draw_map(config, layer_bounds(name, layer))
    script = f'import {{ mount }} from "{assets.static("map.js")}";\n{drawn.script}'
    return DrawnMap(drawn.html, script, drawn.assets)


def _language_url(query: MapQuery, lang: str) -> str:
    path = query.path()
    bare = path.removeprefix("/en")
    return bare if lang == "vi" else f"/en{bare}"
