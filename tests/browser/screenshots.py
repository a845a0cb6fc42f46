"""Every page as a picture, over real and over training figures, in both languages, at three widths, and every page of
documents (`paper`): `make screenshots`, then look at each.

Writes PNG files to instance/screenshots; needs Chromium, LibreOffice and poppler-utils. Words narrow what is drawn to
pages whose name holds one of them: `python -m tests.browser.screenshots board compare`; with words no documents.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from indicators.training import load_training
from tests.browser.paper import write_pages
from tests.browser.test_documents import PATHS
from tests.conftest import CHROMIUM, QUIET, close, prepared, serve
from webapp.release.build import Release
from webapp.settings import ROOT

MAPS = (
    "/",
    "/map/population_density?edition=2025-07&level=commune",
    "/map/poor_households?edition=2024&level=district",
    "/map/waste_same_day_collection_rate",
    "/map/ntm_title?edition=2025-07&level=commune&display=composition",
    "/map/population?edition=2024&level=commune&rebase=1",
    "/map/poor_households?edition=2024&level=district&display=change",
    "/map/waste_sorting_pilot_units?edition=2024&level=district&period=2024&display=status",
    "/map/ntm_title?edition=2024&level=commune&parent=274",
    "/map/none",
    "/embed/map/ntm_title?edition=2024&level=commune",
    "/areas/2024/274?as_of=2000-01-01",
    "/two-maps",
    "/two-maps?a=ntm_title,edition=2024,level=commune&b=ntm_title,edition=2025-07,level=commune,display=composition",
)
FIGURES = ("real", "training")
LANGUAGES = ("", "/en")
SIZES = {1440: 900, 768: 1024, 390: 844}
DARK = (1440, 390)
"""Widths drawn on dark pages too, in Vietnamese: colours do not depend on the language."""


def name_of(figures: str, lang: str, path: str, width: int, scheme: str) -> str:
    """A file name that tells what is on the picture."""
    words = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "first"
    return f"{figures}_{words}_{lang.strip('/') or 'vi'}_{width}_{scheme}.png"


def main(folder: Path, words: Sequence[str] = ()) -> int:
    """Takes all pictures, or those whose path holds one of the words; the number of pages that could not be drawn."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [path for path in (*MAPS, *PATHS) if not words or any(word in path for word in words)]
    views, failed = list(product(FIGURES, paths, LANGUAGES)), 0
    with _servers() as servers, _chromium() as browser:
        for at, (figures, path, lang) in enumerate(views, start=1):
            print(f"{at}/{len(views)} {figures} {lang}{path}", flush=True)
            try:
                _draw(browser, servers[figures], figures, lang, path, folder)
            except Error as error:
                failed += 1
                print(f"  not drawn: {error.message}", file=sys.stderr, flush=True)
    if not words:
        print("documents", flush=True)
        write_pages(folder)
    return failed


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """Addresses of the service over the figures, each over a store of its own."""
    with tempfile.TemporaryDirectory() as made:
        apps = {"real": prepared(Path(made) / "real.db"), "training": prepared(Path(made) / "demo.db", load_training)}
        _publish(apps["training"], Path(made) / "releases")
        running = {figures: serve(app) for figures, app in apps.items()}
        yield {figures: next(served) for figures, served in running.items()}
        for figures, served in running.items():
            next(served, None)
            close(apps[figures])


def _publish(app: Flask, folder: Path) -> None:
    """Two small releases, that their page be seen full too."""
    app.config["RELEASES_DIR"], app.config["RELEASES_URL"] = str(folder), "https://so-lieu.example"
    for name in ("2026-06", "2026-12"):
        release = Release(app, lambda file: file in ("sources/index.html", "en/sources/index.html"))
        list(release.crawl())
        release.write(folder / name)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def _draw(browser: Browser, address: str, figures: str, lang: str, path: str, folder: Path) -> None:
    """One page in one language at all sizes. A document follows the window; a map is drawn anew for each."""
    context = browser.new_context(reduced_motion="reduce")
    try:
        page = _opened(context, address, lang, path)
        for (width, height), scheme in product(SIZES.items(), ("light", "dark")):
            if scheme == "dark" and (lang or width not in DARK):
                continue
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": height})
            if path in MAPS:
                page.reload(wait_until="networkidle")
            page.screenshot(path=folder / name_of(figures, lang, path, width, scheme), full_page=path in PATHS)
    finally:
        context.close()


def _opened(context: BrowserContext, address: str, lang: str, path: str) -> Page:
    page = context.new_page()
    answer = page.goto(address + (lang + path if path != "/" else f"{lang}/"), wait_until="networkidle")
    if answer is None or answer.status >= 500:
        raise Error(f"the service answered {answer and answer.status}")
    return page


if __name__ == "__main__":
    sys.exit(1 if main(ROOT / "instance/screenshots", sys.argv[1:]) else 0)
