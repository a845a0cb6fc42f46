"""The list of frozen releases, each with what changed since."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, current_app

from webapp.api import check_parameters
from webapp.cache import Answer, answer
from webapp.db import session
from webapp.document import Crumb, render_document
from webapp.i18n import date
from webapp.i18n import gettext as _
from webapp.navigation import link
from webapp.release.frozen import Frozen, changed_since, read_releases
from webapp.settings import ROOT

pages = Blueprint("releases", __name__)


@pages.get("/releases")
def show() -> Response:
    """All releases in RELEASES_DIR, newest first. Folders come and go without a new data version, so that what is
    there tells ready answers apart."""
    check_parameters()
    found = read_releases(ROOT / current_app.config["RELEASES_DIR"])
    crumbs = [Crumb(_("Về số liệu"), link("sources.about")), Crumb(_("Các bản phát hành"))]

    def build() -> Answer:
        return render_document("releases.html", releases=[_shown(release) for release in found], crumbs=crumbs)

    return answer(build, variant=repr(found))


def _shown(release: Frozen) -> dict[str, object]:
    base = current_app.config["RELEASES_URL"]
    return {
        "name": release.name,
        "href": f"{base}/{release.name}/" if base else None,
        "day": date(dt.date.fromisoformat(release.released)),
        "data_version": release.data_version,
        "files": release.files,
        "whole": [
            {"label": name.rpartition(".")[2].upper(), "href": f"{base}/{release.name}/download/{name}"}
            for name in (path.rpartition("/")[2] for path in release.whole)
        ]
        if base
        else [],
        "training": release.training,
        "since": changed_since(session(), release),
    }
