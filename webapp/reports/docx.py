"""A report as DOCX that can be edited: real styles, headings, tables with repeated heads, captions, contents.

Page and type follow Nghị định 30/2020/NĐ-CP, Annex I, as far as docs/exports.md says. Fields hold their results
already, so that a reader who updates nothing sees them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from webapp.exports.ink import SIGNS, TOKENS
from webapp.i18n import gettext as _
from webapp.reports.common import banner, facts_table, frame_words, source_line
from webapp.reports.docx_parts import (
    add_caption,
    add_field,
    add_link,
    bookmark,
    describe_picture,
    ink,
    keep_row,
    merge_row,
    new_document,
    pad_cells,
    repacked,
    repeat_head,
    shade,
)
from webapp.reports.drawing import swatch
from webapp.reports.images import write_image
from webapp.reports.model import (
    Block,
    Cell,
    Column,
    Facts,
    Gallery,
    Key,
    Picture,
    Prose,
    Report,
    Table,
    on_paper,
    paper_blocks,
    paper_columns,
)

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

SYMBOLS = "Segoe UI Symbol"
"""A font that has the signs of statuses; other programs put their own in its place."""


def write_docx(report: Report) -> bytes:
    """The document; equal reports give equal bytes."""
    return _Writer(report).write()


class _Writer:
    """Sets one report; tables and figures are numbered as they come."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.document, self.width_mm = new_document(report.lang, report.landscape)
        self._ids = {style.name: style.style_id for style in self.document.styles}
        self._tables, self._figures, self._anchors = count(1), count(1), count(1)

    def write(self) -> bytes:
        self._properties()
        self._frame()
        self._opening()
        headings = [section.title for section in self.report.sections]
        headings += [_("Chú thích"), _("Nguồn")] if self.report.notes else [_("Nguồn")]
        self._contents([f"{at}. {title}" for at, title in enumerate(headings, start=1)])
        for at, section in enumerate(self.report.sections, start=1):
            self._heading(at, section.title)
            self._blocks(paper_blocks(section))
        self._endnotes(len(self.report.sections) + 1)
        saved = io.BytesIO()
        self.document.save(saved)
        return repacked(saved.getvalue(), self.report.extracted)

    def _properties(self) -> None:
        properties, report = self.document.core_properties, self.report
        noon = dt.datetime.combine(report.extracted, dt.time(12))
        # The format holds 255 characters of each.
        properties.title, properties.subject = f"{report.title} – {report.kind}"[:255], report.about[:255]
        properties.author, properties.comments = "", report.link[:255]
        properties.created = properties.modified = noon
        properties.language = report.lang

    def _frame(self) -> None:
        """Head and foot: the number stands in the middle of the head, and not on the first page."""
        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        for header in (section.first_page_header, section.header):
            if words := banner(self.report):
                header.add_paragraph(style="Training").add_run(words).bold = True
        number = section.header.paragraphs[0]
        number.style = self.document.styles["Page number"]
        add_field(number, "PAGE", "2")
        section.first_page_header.paragraphs[0].style = self.document.styles["Page number"]
        for footer in (section.first_page_footer, section.footer):
            paragraph = footer.paragraphs[0]
            paragraph.style = self.document.styles["Foot"]
            paragraph.add_run(f"{self.report.kind}: {self.report.title}. {self.report.about}. ")
            paragraph.add_run(frame_words(self.report))

    def _opening(self) -> None:
        report = self.report
        self.document.add_paragraph(report.title, style="Title")
        about = f"{report.kind} · {report.about} · {_('bản tự động, không phải văn bản hành chính')}"
        self.document.add_paragraph(about, style="Subtitle")
        if words := banner(report):
            self.document.add_paragraph(words, style="Training")
        for text in report.lede:
            self.document.add_paragraph(text)
        if report.locator:
            self._picture(report.locator)
        paragraph = self.document.add_paragraph(style="Small")
        paragraph.add_run(f"{_('Liên kết')}: ")
        add_link(paragraph, report.link, address=report.link)

    def _contents(self, headings: Sequence[str]) -> None:
        """A field of contents that holds its entries already; it has no page numbers, which only a program that lays
        the pages out can know."""
        self.document.add_paragraph(_("Mục lục"), style="Contents title")
        last = len(headings)
        for at, heading in enumerate(headings, start=1):
            paragraph = self.document.add_paragraph(style="toc 1")
            if at == 1:
                add_field(paragraph, 'TOC \\o "1-1" \\n \\h \\z \\u', None)
            add_link(paragraph, heading, anchor=f"section-{at}")
            if at == last:
                add_field(paragraph, None, None)

    def _heading(self, at: int, title: str) -> None:
        heading = self.document.add_heading(level=1)
        bookmark(heading, f"section-{at}", next(self._anchors), f"{at}. {title}")

    def _blocks(self, blocks: Sequence[Block]) -> None:
        """The blocks; a picture is not parted from its key, nor a key from what is said of it."""
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            self._block(block)
            if isinstance(block, Picture | Key) and isinstance(following, Key | Prose):
                self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def _block(self, block: Block) -> None:
        match block:
            case Prose():
                for text in block.paragraphs:
                    self.document.add_paragraph(text, style="Small" if block.small else None)
            case Facts():
                self._table(facts_table(block))
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Gallery():
                self._gallery(block)
            case Key():
                self._key(block)

    def _gallery(self, gallery: Gallery) -> None:
        """Pictures in the cells of a table without lines, whose rows are not split."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        width = self.width_mm / gallery.across
        lines = -(-len(gallery.pictures) // gallery.across)
        frame = self.document.add_table(rows=lines, cols=gallery.across)
        frame.autofit = False
        places = [cell for row in frame.rows for cell in row.cells]
        for row in frame.rows:
            keep_row(row)
        for cell in places:
            cell.width = Mm(width)
        for cell, picture in zip(places, gallery.pictures, strict=False):
            self._picture(picture, cell, width - 4)
            for paragraph in cell.paragraphs:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
                paragraph.paragraph_format.keep_with_next = None  # or LibreOffice keeps all rows on one page
        self.document.add_paragraph(style="After table")

    def _picture(self, picture: Picture, place: Any = None, widest_mm: float | None = None) -> None:
        """A picture with its caption, in the text or in a cell."""
        from docx.shared import Mm

        width = min(picture.width_mm, widest_mm or self.width_mm)
        paragraph = place.paragraphs[0] if place else self.document.add_paragraph()
        paragraph.style = self.document.styles["Picture"]
        paragraph.paragraph_format.keep_with_next = bool(picture.caption)
        run = paragraph.add_run()
        run.add_picture(io.BytesIO(write_image(picture, width)), width=Mm(width))
        describe_picture(run, picture.words)
        if picture.caption:
            caption = (place or self.document).add_paragraph(style="Caption")
            add_caption(caption, "Figure", _("Hình"), next(self._figures), picture.caption)

    def _key(self, key: Key) -> None:
        paragraph = self.document.add_paragraph(style="Small")
        for at, (colour, label) in enumerate(key.classes):
            paragraph.add_run("    " if at else "")
            self._swatch(paragraph, colour)
            paragraph.add_run(f" {label}")

    def _swatch(self, paragraph: Paragraph, colour: str) -> None:
        from docx.shared import Mm

        run = paragraph.add_run()
        run.add_picture(io.BytesIO(write_image(Picture(swatch(colour), "", "", 4), 4)), width=Mm(4))
        describe_picture(run, "")

    def _table(self, table: Table) -> None:
        from docx.shared import Mm

        caption = self.document.add_paragraph(style="Caption")
        caption.paragraph_format.keep_with_next = True
        add_caption(caption, "Table", _("Bảng"), next(self._tables), table.caption)
        columns = paper_columns(table)
        set_table = self.document.add_table(rows=1, cols=len(columns), style="Table Grid")
        set_table.autofit = False
        repeat_head(set_table, table.caption)
        pad_cells(set_table)
        widths = [column.share * table.breadth * self.width_mm for column in columns]
        for target, width in zip(set_table.columns, widths, strict=True):
            target.width = Mm(width)
        self._fill(set_table.rows[0], [[Cell(column.title)] for column in columns], columns, widths, "Table head")
        for cell in set_table.rows[0].cells:
            shade(cell, TOKENS["sunken"])
        for group in table.groups:
            if group.title:
                merge_row(set_table.add_row(), group.title, self.document.styles["Table group"])
            for row in group.rows:
                self._fill(set_table.add_row(), on_paper(table.columns, row), columns, widths, "Table text")
        self.document.add_paragraph(style="After table")

    def _fill(
        self, row: Any, cells: Sequence[Sequence[Cell]], columns: Sequence[Column], widths: Sequence[float], style: str
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        keep_row(row)
        for target, parts, column, width in zip(row.cells, cells, columns, widths, strict=True):
            target.width = Mm(width)
            for at, part in enumerate(parts):
                if at == 0 and not part.text and len(parts) > 1:
                    continue  # nothing stands above the small lines
                paragraph = target.add_paragraph() if target.paragraphs[0].runs else target.paragraphs[0]
                # by id: python-docx looks through all styles for the default whenever it is given a style itself
                paragraph._p.style = self._ids[style if at == 0 else "Table small"]
                if column.right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                self._cell(paragraph, part)

    def _cell(self, paragraph: Paragraph, cell: Cell) -> None:
        """The text with its sign or box, then numbers of sources and notes as links to them."""
        if cell.swatch:
            self._swatch(paragraph, cell.swatch)
            paragraph.add_run(" ")
        if cell.status:
            sign, token = SIGNS[cell.status]
            run = paragraph.add_run(f"{sign} ")
            run.font.name = SYMBOLS
            ink(run, token)
            run = paragraph.add_run(cell.text)
            run.bold = True
            ink(run, token)
        else:
            paragraph.add_run(cell.text)
        marks = [(f"[{number}]", f"source-{number}") for number in cell.refs]
        marks += [(f"({number})", f"note-{number}") for number in cell.notes]
        for at, (mark, anchor) in enumerate(marks):  # they stay together, and break a line before a unit does
            paragraph.add_run("\u00a0" if at else " ")
            add_link(paragraph, mark, anchor=anchor)

    def _endnotes(self, at: int) -> None:
        """Notes and sources, each a place that links lead to."""
        if self.report.notes:
            self._heading(at, _("Chú thích"))
            for number, note in enumerate(self.report.notes, start=1):
                paragraph = self.document.add_paragraph(style="Small")
                bookmark(paragraph, f"note-{number}", next(self._anchors), f"({number})")
                paragraph.add_run(f" {note}")
            at += 1
        self._heading(at, _("Nguồn"))
        if not self.report.sources:
            self.document.add_paragraph(_("Chưa có nguồn."), style="Small")
        for number, source in enumerate(self.report.sources, start=1):
            paragraph = self.document.add_paragraph(style="Small")
            bookmark(paragraph, f"source-{number}", next(self._anchors), f"[{number}]")
            paragraph.add_run(f" {source_line(source)} ")
            if source["url"]:
                add_link(paragraph, source["url"], address=source["url"])
