"""Parts of DOCX that python-docx has no words for: fields, links, bookmarks, repeated heads, alternative texts."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from webapp.exports.geofiles import write_zip
from webapp.exports.ink import TOKENS

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = 22, 22, 32, 17
"""Margins in mm, within those of Nghị định 30/2020/NĐ-CP (top and bottom 20–25, left 30–35, right 15–20)."""

BODY, TABLE = 13, 10
"""Type sizes in points: of the text, as the decree asks (13 to 14), and of tables, of which it says nothing."""

LOCALES = {"vi": "vi-VN", "en": "en-GB"}
LINK = "0B655B"


def new_document(lang: str, landscape: bool) -> tuple[DocxDocument, float]:
    """An empty document with its page and styles, and the width of its text in mm."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    wide, high = (297, 210) if landscape else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(8)
    _set_styles(document, lang)
    return document, wide - LEFT - RIGHT


def _set_styles(document: DocxDocument, lang: str) -> None:
    """All styles in one font and black, as the decree asks."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    left, centre, both = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
    # name: size, bold, alignment, space before and after in points
    wanted: dict[str, tuple[float, bool, Any, float, float]] = {
        "Normal": (BODY, False, both, 0, 6), "Title": (18, True, left, 0, 4), "Subtitle": (BODY, False, left, 0, 6),
        "Heading 1": (14, True, left, 14, 6), "Caption": (11, True, left, 6, 4), "Small": (11, False, left, 0, 4),
        "Picture": (BODY, False, centre, 4, 2), "Contents title": (14, True, left, 10, 4),
        "toc 1": (BODY, False, left, 0, 2), "Table text": (TABLE, False, left, 0, 0),
        "Table head": (TABLE, True, left, 0, 0), "Table group": (TABLE, True, left, 3, 1),
        "Table small": (9, False, left, 0, 0), "After table": (6, False, left, 0, 0),
        "Page number": (BODY, False, centre, 0, 0), "Foot": (9, False, left, 0, 0),
        "Training": (12, True, centre, 2, 2),
    }  # fmt: skip
    styles = document.styles
    present = {style.name for style in styles}
    for name, (size, bold, align, before, after) in wanted.items():
        style: Any = styles[name] if name in present else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name not in present and name != "toc 1":
            style.base_style = styles["Normal"]
        font, layout = style.font, style.paragraph_format
        font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, False
        font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
        layout.alignment, layout.space_before, layout.space_after = align, Pt(before), Pt(after)
        layout.line_spacing = 1.0
        for where, unwanted in ((style.element.pPr, "pBdr"), (style.element.rPr, "spacing")):
            for found in where.findall(qn(f"w:{unwanted}")):
                where.remove(found)
    styles["Heading 1"].paragraph_format.keep_with_next = True
    styles["Training"].font.color.rgb = RGBColor(0x7D, 0x2F, 0x03)
    defaults = styles.element.find(".//" + qn("w:rPrDefault") + "/" + qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    for attribute in ("val", "eastAsia"):
        language.set(qn(f"w:{attribute}"), LOCALES[lang])


def _element(tag: str, /, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def add_field(paragraph: Paragraph, code: str | None, result: str | None) -> None:
    """A field with its result. Without a result it is only begun; without a code it is only ended."""
    if code is not None:
        paragraph.add_run()._r.append(_element("fldChar", fldCharType="begin"))
        instruction = _element("instrText")
        instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        instruction.text = f" {code} "
        paragraph.add_run()._r.append(instruction)
        paragraph.add_run()._r.append(_element("fldChar", fldCharType="separate"))
    if result is not None:
        paragraph.add_run(result)
    if code is None or result is not None:
        paragraph.add_run()._r.append(_element("fldChar", fldCharType="end"))


def add_caption(caption: Paragraph, kind: str, word: str, number: int, text: str) -> None:
    """The text of a caption, whose number is a field that counts captions of its kind."""
    caption.add_run(f"{word} ")
    add_field(caption, f"SEQ {kind} \\* ARABIC", str(number))
    caption.add_run(f". {text}")


def add_link(paragraph: Paragraph, text: str, anchor: str | None = None, address: str | None = None) -> None:
    """A link to a bookmark of the document, or to an address."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link = _element("hyperlink", **({"anchor": anchor} if anchor else {}))
    if address:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    if address:
        run.font.color.rgb = RGBColor.from_string(LINK)
    link.append(run._r)
    paragraph._p.append(link)


def bookmark(paragraph: Paragraph, name: str, number: int, text: str) -> None:
    """Text that links can lead to."""
    paragraph._p.append(_element("bookmarkStart", id=str(number), name=name))
    paragraph.add_run(text)
    paragraph._p.append(_element("bookmarkEnd", id=str(number)))


def repeat_head(table: Table, caption: str) -> None:
    """The first row stands on every page of the table; the table has a name for those who cannot see it."""
    table.rows[0]._tr.get_or_add_trPr().append(_element("tblHeader"))
    table._tbl.tblPr.append(_element("tblCaption", val=caption))


def pad_cells(table: Table) -> None:
    """Room above and below the text of cells, 0.6 mm."""
    margins = _element("tblCellMar")
    for side in ("top", "bottom"):
        margins.append(_element(side, w="34", type="dxa"))
    layout = table._tbl.tblPr
    layout.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange")


def keep_row(row: _Row) -> None:
    """The row is never split between pages."""
    properties = row._tr.get_or_add_trPr()
    properties.insert(0, _element("cantSplit"))


def merge_row(row: _Row, text: str, style: Any) -> None:
    """A row that is one heading, kept with the row below it."""
    keep_row(row)
    cell = row.cells[0].merge(row.cells[-1])
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text)


def shade(cell: _Cell, colour: str) -> None:
    """A ground for a cell."""
    cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=colour[1:].upper()))


def describe_picture(run: Run, words: str) -> None:
    """The words of a picture; without any it is marked as decoration."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    [inline] = run._r.findall(f".//{qn('wp:inline')}")
    for side in "TBLR":  # or LibreOffice puts 3 mm there
        inline.set(f"dist{side}", "0")
    properties = inline.find(qn("wp:docPr"))
    properties.set("descr", words)
    if not words:
        properties.append(parse_xml(
            '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
            'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        ))  # fmt: skip


def ink(run: Any, token: str) -> None:
    """The ink of a status."""
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(TOKENS[f"{token}-ink"][1:].upper())


def repacked(body: bytes, day: dt.date) -> bytes:
    """The same package with every file dated that day."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return write_zip({name: package.read(name) for name in package.namelist()}, day)
