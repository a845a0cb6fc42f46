"""A small static release for tests: two maps, a few areas, both languages."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from webapp.release.build import Release

KEPT = re.compile(
    r"(en/)?(index\.html|board.*|(gazetteer|places)\.json|geometry/.*|areas/(2024/27\d.*|(edition-[\d-]+/)?index\.html)"
    r"|(map|download)/(ntm_title|area_km2|.*indicator-ntm_title.*)(?!.*display).*)"
)


def make_release(app: Flask, out: Path) -> Path:
    """The folder of the release, made anew. Raises: BadParameter if it is there already."""
    release = Release(app, lambda file: KEPT.fullmatch(file) is not None)
    for _file in release.crawl():
        pass
    release.write(out)
    return out
