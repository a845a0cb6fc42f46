"""Pages of documents as pictures: every kind of report as PDF and as Word shows it, and maps on screen, A4 and A3.

Part of `make screenshots`; needs LibreOffice and poppler-utils. Shipped figures, which are sparse, and those for
training, which fill every table, are drawn apart.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from flask import Flask

from indicators.training import load_training
from tests.conftest import close, prepared
from tests.webapp.exports import convert_all

REPORTS = {
    "area": "edition=2024&code=274",
    "area-commune": "edition=2025-07&code=00004",
    "area-hamlets": "edition=2024&code=09832",
    "compare": "areas=2024:274,2024:280",
    "compare-across": "areas=2024:274,2024:001,2025-07:00004,2024:280,2025-07:09877,2024:00001",
    "city": "",
}
"""Reports by the name of their pictures, which begins with the name of the report."""

ENGLISH = "area"
MAPS = (
    "indicator=population_density&edition=2025-07&level=commune",
    "indicator=ntm_title&edition=2024&level=commune",
    "indicator=poor_households&edition=2024&level=district",
    "indicator=waste_same_day_collection_rate&edition=2024&level=district",
)
DOTS = 70


def write_pages(folder: Path) -> None:
    """Pictures of all pages of documents over the shipped figures and over those for training."""
    with tempfile.TemporaryDirectory() as made:
        for figures, app in (
            ("shipped", prepared(Path(made) / "shipped.db")),
            ("training", prepared(Path(made) / "training.db", load_training)),
        ):
            papers = Path(made) / figures
            papers.mkdir()
            _write_files(app, papers, folder, figures)
            close(app)
            words = convert_all(sorted(papers.glob("*.docx")), "pdf", papers / "word")
            sheets = convert_all(sorted(papers.glob("*.xlsx")), "pdf", papers / "excel")
            for paper in (*sorted(papers.glob("*.pdf")), *words, *sheets):
                draw_pages(paper, folder / f"{figures}_{paper.stem}_{_kind(paper, papers)}")


def _kind(paper: Path, papers: Path) -> str:
    return "pdf" if paper.parent == papers else paper.parent.name


def _write_files(app: Flask, papers: Path, folder: Path, figures: str) -> None:
    """Reports and maps as files to be drawn; maps that are pictures already go where the pictures go."""
    client = app.test_client()
    for name, query in REPORTS.items():
        of = name.partition("-")[0]
        for lang, prefix in (("", ""), *([("_en", "/en")] if name == ENGLISH else [])):
            for ending in ("pdf", "docx", "xlsx"):
                body = client.get(f"{prefix}/download/{of}.{ending}?{query}").data
                (papers / f"{name}{lang}.{ending}").write_bytes(body)
    for at, query in enumerate(MAPS, start=1):
        for size in ("screen", "a4", "a3"):
            body = client.get(f"/download/map.png?{query}&size={size}").data
            (folder / f"{figures}_map-{at}_{size}.png").write_bytes(body)
        for size in ("a4", "a3"):
            body = client.get(f"/download/map.pdf?{query}&size={size}").data
            (papers / f"map-{at}_{size}.pdf").write_bytes(body)


def draw_pages(paper: Path, stem: Path) -> None:
    """Every page of a PDF as `<stem>-<page>.png`."""
    subprocess.run(["pdftoppm", "-r", str(DOTS), "-png", str(paper), str(stem)], check=True, capture_output=True)
