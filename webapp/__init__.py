"""People: pages, API, exports and the command line. The only package that knows HTTP, language and environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, g, request

from webapp import assets, cache, cli, db, errors, i18n, integrity, limits, logs, metrics, navigation, security
from webapp.api import areas as api_areas
from webapp.api import indicators as api_indicators
from webapp.api import openapi as api_openapi
from webapp.api import programmes as api_programmes
from webapp.api import search as api_search
from webapp.api import values as api_values
from webapp.ogc import views as ogc
from webapp.pages import (
    areas,
    board,
    changes,
    compare,
    downloads,
    embed,
    gazetteer,
    geometry,
    health,
    indicators,
    maps,
    matrix,
    named_places,
    ntm,
    provenance,
    releases,
    resolution,
    sources,
    two_maps,
    upgrades,
)
from webapp.settings import read_settings


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application with its settings from the environment. Raises BadSetting naming all that cannot be used."""
    app = Flask(__name__, static_folder=None)
    app.config.update(read_settings(), **(overrides or {}))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=i18n.gettext, lang=i18n.language)
    app.jinja_env.filters.update(unbroken=i18n.unbroken, after_number=i18n.after_number)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["answers"] = cache.AnswerCache(app.config["CACHE_MB"] * 2**20)
    for part in (db, assets, errors, security, limits, navigation, cli, metrics, integrity, logs):
        part.init_app(app)
    app.url_value_preprocessor(_read_language)
    sections = (
        *(maps, embed, two_maps, gazetteer, named_places, areas, changes, compare, matrix),
        *(indicators, sources, provenance, releases, board, resolution, ntm, upgrades, ogc),
    )
    for section in sections:
        blueprint = section.pages
        app.register_blueprint(blueprint, url_defaults={"lang": "vi"})
        app.register_blueprint(blueprint, url_defaults={"lang": "en"}, url_prefix="/en", name=f"{blueprint.name}_en")
    app.register_blueprint(downloads.pages)
    app.register_blueprint(downloads.pages, url_prefix="/en", name="downloads_en")
    for blueprint in (
        *(health.pages, geometry.pages, api_areas.api, api_indicators.api),
        *(api_programmes.api, api_search.api, api_values.api, api_openapi.api),
    ):
        app.register_blueprint(blueprint)
    return app


def _read_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Pages say their language by path; the API by `?lang=`."""
    by_path = (values or {}).pop("lang", None)
    asked = "en" if request.path.startswith("/en/") else by_path or request.args.get("lang", "vi")
    g.lang = asked if asked in i18n.LANGUAGES else "vi"
