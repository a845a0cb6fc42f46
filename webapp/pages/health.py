"""Whether the service is alive, and which data and code it serves."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from webapp.db import data_version
from webapp.version import CODE_VERSION

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """`status` is "ok" once data are loaded, "empty" before."""
    version = data_version()
    response = jsonify(status="ok" if version else "empty", data_version=version, code_version=CODE_VERSION)
    response.headers["Cache-Control"] = "no-store"
    return response
