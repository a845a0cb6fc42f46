"""Two maps side by side that move together."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from boundaries.layers import layer_bounds, layer_of
from geo.choropleth import DrawnMap, draw_map
from webapp import assets
from webapp.cache import Answer, answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.pages.gazetteer import gazetteer_path
from webapp.security import policy
from webapp.two_maps import build_pair, read_pair

pages = Blueprint("two_maps", __name__)


@pages.get("/two-maps")
def show() -> Response:
    """`a` and `b` are the questions of the two maps, each as `indicator,edition=…,level=…,period=…`."""
    return answer(build_page)


def build_page() -> Answer:
    """Raises BadParameter, UnknownName for a question that cannot be asked."""
    data = snapshot()
    pair = read_pair(data, request.args)
    shown = build_pair(data, pair)
    drawn = {side["name"]: _draw(side["name"], side["view"]) for side in shown["sides"] if not side["view"]["empty"]}
    imported = f'import {{ mount }} from "{assets.static("two-maps.js")}";'
    script = "\n".join([imported, *(each.script for each in drawn.values())])
    page = render_document(
        "two_maps.html",
        **shown,
        maps={name: each.html for name, each in drawn.items()},
        script=script,
        crumbs=[Crumb(_("Hai bản đồ"))],
    )
    return Answer(page.body, page.media_type, {"Content-Security-Policy": policy(script)})


def _draw(name: str, view: dict[str, Any]) -> DrawnMap:
    """One of the two Folium maps; without animation, for two maps cannot keep step in one."""
    config = {
        "side": name,
        "geometry": view["geometry"],
        "gazetteer": gazetteer_path(view),
        "lang": language(),
    }
    layer = layer_of(view["object"], view["part"]["code"] if view["part"] else "")
    return draw_map(config, layer_bounds(view["object"], layer), name, zoomAnimation=False, fadeAnimation=False)
