"""Every page as a picture, in both languages, at three widths, light and dark, and every page of documents (`paper`):
`make screenshots`, then look at each.

Writes PNG files to instance/screenshots; needs Chromium, LibreOffice and poppler-utils.
"""

from __future__ import annotations

import re
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.paper import write_pages
from tests.browser.test_documents import PATHS
from tests.conftest import CHROMIUM, QUIET, serve
from webapp import create_app
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
WIDTHS = {360: 800, 768: 1024, 1440: 900}


def name_of(lang: str, path: str, width: int, scheme: str) -> str:
    """A file name that tells what is on the picture."""
    words = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "first"
    return f"{words}_{lang.strip('/') or 'vi'}_{width}_{scheme}.png"


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    served = serve(create_app({"TESTING": True}))
    address = next(served)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for lang, path, (width, height), scheme in product(
            ("", "/en"), MAPS + PATHS, WIDTHS.items(), ("light", "dark")
        ):
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(address + (lang + path if path != "/" else f"{lang}/"))
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / name_of(lang, path, width, scheme), full_page=path in PATHS)
            context.close()
        browser.close()
    next(served, None)
    write_pages(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "instance/screenshots")
