"""Whether the service is alive, and whether it is ready to serve."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify

from webapp.doctor import READY, Finding, examine
from webapp.i18n import gettext as _
from webapp.version import CODE_VERSION

pages = Blueprint("health", __name__)

RETRY_S = 5


@pages.get("/healthz")
def healthz() -> Response:
    """Alive: this process answers. It does not ask the store, so a store that is away restarts no server."""
    response = jsonify(status="ok", code_version=CODE_VERSION)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/readyz")
def readyz() -> Response:
    """Ready: the store is reachable, migrated, loaded and as it was entered; so are layers. 503 names what is not."""
    findings = examine(READY)
    wrong = [finding for finding in findings if finding.wrong]
    response = _problem(wrong) if wrong else jsonify(status="ready", **{each.name: each.state for each in findings})
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(wrong: list[Finding]) -> Response:
    document = {
        "type": "about:blank",
        "title": _("Tạm thời chưa phục vụ được"),
        "status": 503,
        "detail": " ".join(f"{finding.name}: {finding.wrong}" for finding in wrong),
        "errors": [{"check": finding.name} for finding in wrong],
    }
    body = json.dumps(document, ensure_ascii=False)
    return Response(body, 503, {"Retry-After": str(RETRY_S)}, mimetype="application/problem+json")
