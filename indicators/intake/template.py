"""Empty forms for offices: every unit of an edition and level by code, name and parent, only the figures to fill in.

The form is the long form that the import reads, so one set of rules covers both. The workbook checks cells as they are
typed; the CSV is for those who have no spreadsheet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from boundaries.areas import Places
from geo.errors import BadParameter
from indicators.catalogue import Catalogue, applies_to, levels_of, strata_of
from indicators.csvfile import csv_bytes
from indicators.intake.grid import MAX_ROWS
from indicators.models import Indicator
from indicators.periods import period_end
from indicators.schema import SOURCES, STATUSES

HEADER = {
    "indicator_id": "Mã chỉ tiêu", "edition": "Địa giới", "level": "Cấp", "area_code": "Mã đơn vị",
    "area_name": "Tên đơn vị", "parent_name": "Thuộc", "period": "Kỳ số liệu", "stratum": "Khu vực",
    "value": "Giá trị", "numerator": "Tử số", "denominator": "Mẫu số", "unit": "Đơn vị tính", "status": "Trạng thái",
    "source_id": "Mã nguồn", "note": "Ghi chú",
}  # fmt: skip
"""Fields in their order, with the Vietnamese word that stands over each."""

TO_FILL = ("value", "numerator", "denominator", "status", "source_id", "note")
WIDTHS = {"area_name": 34, "parent_name": 26, "indicator_id": 24, "source_id": 20, "note": 40, "unit": 14}

HINTS = (
    "Chỉ điền các cột màu trắng: giá trị, trạng thái, mã nguồn; tử số, mẫu số và ghi chú nếu có.",
    "Chưa có số liệu: để trống. Bằng không: ghi 0. Không ghi gạch ngang, dấu ba chấm hay công thức.",
    "Trạng thái: final (chính thức), provisional (sơ bộ), reported (theo báo cáo), derived (tính từ số khác), "
    "planned (kế hoạch).",
    "Nguồn chưa có trong hệ thống: thêm một dòng vào trang “sources”, rồi ghi mã của nó vào cột mã nguồn.",
    "Số thập phân viết cả cột theo một cách: dấu phẩy hoặc dấu chấm.",
    "Nộp: flask indicators import TỆP --by TÊN --dry-run, xem lại, rồi chạy không có --dry-run.",
)

Rows = list[dict[str, str]]


def write_template(
    catalogue: Catalogue, places: Places, indicator_id: str, edition: str, level: str, period: str, folder: Path
) -> tuple[Path, Path]:
    """Write the workbook and the CSV of one question into a folder; returns both.

    Raises: UnknownName, BadParameter for what the catalogue or the edition lacks.
    """
    indicator = catalogue.indicator(indicator_id)
    period_end(period)
    places.edition(edition)
    if level not in levels_of(indicator):
        raise BadParameter("level", level, levels_of(indicator))
    rows = _rows(catalogue, places, indicator, edition, level, period)
    stem = f"{indicator.id}_{level}_{edition}_{period}"
    folder.mkdir(parents=True, exist_ok=True)
    book, text = folder / f"{stem}.xlsx", folder / f"{stem}.csv"
    _write_book(book, catalogue, indicator, rows)
    text.write_bytes(csv_bytes(list(HEADER), ({**dict.fromkeys(HEADER), **row} for row in rows)))
    return book, text


def _rows(catalogue: Catalogue, places: Places, indicator: Indicator, edition: str, level: str, period: str) -> Rows:
    """One row for each unit for which the indicator has a meaning, and for each of its strata."""
    names = {area.code: area.name for areas in places.areas.values() for area in areas if area.edition_id == edition}
    common = {"indicator_id": indicator.id, "edition": edition, "level": level, "period": period,
              "unit": catalogue.units[indicator.unit_id].id}  # fmt: skip
    return [
        {**common, "area_code": area.code, "area_name": area.name,
         "parent_name": names.get(area.parent_code or "", ""), "stratum": stratum}
        for area in places.at(edition, level) if applies_to(indicator, level, area.type)
        for stratum in strata_of(indicator)
    ]  # fmt: skip


def _write_book(path: Path, catalogue: Catalogue, indicator: Indicator, rows: Rows) -> None:
    from xlsxwriter import Workbook

    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _write_figures(book, catalogue, indicator, rows)
        _write_sources(book)
        _write_notes(book, catalogue, indicator)


def _write_figures(book: Any, catalogue: Catalogue, indicator: Indicator, rows: Rows) -> None:
    sheet = book.add_worksheet("Số liệu")
    head = book.add_format({"bold": True, "bg_color": "#dfe7ee", "border": 1, "num_format": "@"})
    given = book.add_format({"bg_color": "#f1f1f1", "num_format": "@"})
    blank, number = book.add_format({"locked": False}), book.add_format({"locked": False, "num_format": "General"})
    for column, (name, word) in enumerate(HEADER.items()):
        sheet.set_column(column, column, WIDTHS.get(name, 12))
        sheet.write_string(0, column, word, head)
        sheet.write_string(1, column, name, head)
        for row, cells in enumerate(rows, start=2):
            if name in TO_FILL:
                sheet.write_blank(row, column, None, number if name in TO_FILL[:3] else blank)
            else:
                sheet.write_string(row, column, cells[name], given)
    sheet.freeze_panes(2, list(HEADER).index("area_name") + 1)
    sheet.protect("", {"format_columns": True, "sort": True, "autofilter": True})
    last = len(rows) + 1
    _validate(sheet, "value", last, _value_rule(catalogue, indicator))
    for name in ("numerator", "denominator"):
        _validate(sheet, name, last, {"validate": "decimal", "criteria": ">=", "value": 0})
    _validate(sheet, "status", last, {"validate": "list", "source": list(STATUSES)})
    source = {"validate": "list", "source": "=sources!$A$2:$A$200", "error_type": "information"}
    _validate(sheet, "source_id", last, source)


def _validate(sheet: Any, name: str, last: int, rule: dict[str, Any]) -> None:
    column = list(HEADER).index(name)
    texts = {"error_title": HEADER[name], "error_message": "Ô này không nhận giá trị vừa nhập. Xem trang “Ghi chú”."}
    sheet.data_validation(2, column, max(last, 2), column, {**texts, **rule})


def _value_rule(catalogue: Catalogue, indicator: Indicator) -> dict[str, Any]:
    """What the workbook lets through as a figure; the import checks again."""
    if indicator.measure == "status":
        return {"validate": "list", "source": [label.value for label in catalogue.labels[indicator.id]]}
    if indicator.measure == "growth":
        return {"validate": "decimal", "criteria": "between", "minimum": -(10**12), "maximum": 10**12}
    kind = "integer" if indicator.measure == "count" else "decimal"
    if indicator.unit_id == "%":
        return {"validate": kind, "criteria": "between", "minimum": 0, "maximum": 100, "error_type": "warning"}
    return {"validate": kind, "criteria": ">=", "value": 0}


def _write_sources(book: Any) -> None:
    sheet = book.add_worksheet("sources")
    head, text = (
        book.add_format({"bold": True, "bg_color": "#dfe7ee", "border": 1}),
        book.add_format({"num_format": "@"}),
    )
    for column, field in enumerate(SOURCES.columns):
        sheet.set_column(column, column, 22, text)
        sheet.write_string(0, column, field.name, head)
        sheet.write_comment(0, column, field.help)
        if field.allowed:
            rule = {"validate": "list", "source": list(field.allowed)}
            sheet.data_validation(1, column, 200, column, rule)


def _write_notes(book: Any, catalogue: Catalogue, indicator: Indicator) -> None:
    sheet = book.add_worksheet("Ghi chú")
    bold, wrap = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    unit = catalogue.units[indicator.unit_id]
    lines = [
        ("Chỉ tiêu", f"{indicator.name_vi} ({indicator.name_en})"),
        ("Định nghĩa", indicator.definition_vi),
        ("Definition", indicator.definition_en),
        ("Đơn vị tính", f"{unit.name_vi or unit.id} – {unit.id}"),
        *(("Mã", f"{label.value} = {label.name_vi}") for label in catalogue.labels.get(indicator.id, ())),
        *(("Cách điền", hint) for hint in HINTS),
        ("Giới hạn", f"Mỗi tệp tối đa {MAX_ROWS:,} dòng.".replace(",", ".")),
    ]
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 100)
    for row, (word, text) in enumerate(lines):
        sheet.write_string(row, 0, word, bold)
        sheet.write_string(row, 1, text, wrap)
