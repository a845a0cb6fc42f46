"""A report as tagged PDF (PDF/UA-1): everything it says goes to one typst template as JSON, so no text is markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from webapp.exports.ink import SIGNS, TOKENS
from webapp.exports.typeset import write_pdf as set_pdf
from webapp.i18n import after_number
from webapp.i18n import gettext as _
from webapp.reports.common import banner, frame_words, source_line
from webapp.reports.drawing import sign, swatch
from webapp.reports.model import (
    Block,
    Cell,
    Facts,
    Gallery,
    Key,
    Picture,
    Prose,
    Report,
    Section,
    Table,
    on_paper,
    paper_blocks,
    paper_columns,
)
from webapp.settings import ROOT

TEMPLATE = ROOT / "webapp/exports/typst/report.typ"


@lru_cache(maxsize=1)
def _template() -> str:
    return TEMPLATE.read_text("utf-8")


def write_pdf(report: Report) -> bytes:
    """The document; equal reports give equal bytes."""
    return set_pdf(_template(), {"report": json.dumps(_report(report), ensure_ascii=False)}, report.extracted)


def _report(report: Report) -> dict[str, Any]:
    words = {
        "notes": _("Chú thích"), "sources": _("Nguồn"), "page": _("trang"),
        "banner": banner(report), "automatic": _("bản tự động, không phải văn bản hành chính"),
        "frame": frame_words(report),
        "none": _("Chưa có nguồn."),
    }  # fmt: skip
    return {
        "title": report.title, "kind": report.kind, "about": report.about, "lede": report.lede, "lang": report.lang,
        "link": report.link, "landscape": report.landscape, "words": words, "ink": TOKENS,
        "locator": _picture(report.locator) if report.locator else None,
        "sections": [_section(section) for section in report.sections],
        "notes": report.notes,
        "sources": [{"text": source_line(source), "url": source["url"]} for source in report.sources],
        "drawings": _drawings(report),
    }  # fmt: skip


def _section(section: Section) -> dict[str, Any]:
    return {"title": section.title, "blocks": [_block(block) for block in paper_blocks(section)]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Prose():
            return {"type": "prose", "paragraphs": block.paragraphs, "small": block.small}
        case Facts():
            items = [
                {"name": f.name, "value": f.value, "unit": after_number(f.unit), "when": f.when, "ref": f.ref}
                for f in block.items
            ]
            return {"type": "facts", "caption": block.caption, "items": items}
        case Table():
            return {"type": "table", **_table(block)}
        case Picture():
            return {"type": "picture", **_picture(block)}
        case Gallery():
            return {"type": "gallery", "pictures": [_picture(each) for each in block.pictures], "across": block.across}
        case Key():
            return {"type": "key", "title": block.title, "classes": block.classes}


def _picture(picture: Picture) -> dict[str, Any]:
    return {"svg": picture.svg, "alt": picture.words, "caption": picture.caption, "width": picture.width_mm}


def _table(table: Table) -> dict[str, Any]:
    columns = paper_columns(table)
    return {
        "caption": table.caption,
        "breadth": table.breadth,
        "columns": [{"title": c.title, "share": c.share, "right": c.right} for c in columns],
        "groups": [
            {"title": g.title, "rows": [[_cell(cell) for cell in on_paper(table.columns, row)] for row in g.rows]}
            for g in table.groups
        ],
    }


def _cell(cells: list[Cell]) -> dict[str, Any]:
    cell, below = cells[0], cells[1:]
    token = SIGNS[cell.status][1] if cell.status else ""
    return {
        "text": cell.text, "sign": cell.status, "tint": TOKENS[f"{token}-tint"] if token else "",
        "ink": TOKENS[f"{token}-ink"] if token else "", "swatch": cell.swatch, "refs": cell.refs, "notes": cell.notes,
        "below": [_cell([each]) for each in below],
    }  # fmt: skip


def _drawings(report: Report) -> dict[str, str]:
    """Each box once, by its class of colour, and each sign by its status."""
    cells = [cell for block in report.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    signs = {cell.status: sign(cell.status) for cell in cells if cell.status}
    return {**signs, **{colour: swatch(colour) for colour in sorted(set(_colours(report.blocks)))}}


def _colours(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, Key):
            yield from (colour for colour, _label in block.classes)
        elif isinstance(block, Table):
            yield from (cell.swatch for row in block.rows for cell in row if cell.swatch)
