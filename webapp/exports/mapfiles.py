"""The map as files: PNG, SVG and PDF of one drawing."""

from __future__ import annotations

from webapp.exports.export import Export
from webapp.exports.mapsheet import PAPERS, alternative, draw_sheet
from webapp.exports.typeface import embedded_faces
from webapp.exports.typeset import SHEET, write_pdf, write_png


def write_map_svg(export: Export) -> bytes:
    """The drawing with its typeface inside."""
    faces = "".join(embedded_faces())
    return draw_sheet(export, export.size).replace("<defs>", f"<style>{faces}</style><defs>", 1).encode()


def write_map_pdf(export: Export) -> bytes:
    """One tagged page with the drawing as vectors, its letters as text, and its words as alternative text."""
    return write_pdf(SHEET, _values(export), export.extracted)


def write_map_png(export: Export) -> bytes:
    """The drawing in so many dots as its size asks for."""
    return write_png(SHEET, _values(export), PAPERS[export.size].dots)


def _values(export: Export) -> dict[str, str]:
    paper = PAPERS[export.size]
    return {
        "title": export.title,
        "lang": export.lang,
        "width": str(paper.width_mm),
        "height": str(paper.height_mm),
        "words": alternative(export),
        "drawing": draw_sheet(export, export.size),
    }
