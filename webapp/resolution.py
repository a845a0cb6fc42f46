"""The resolution by article and clause, in our own short words: what each asks, and how its goals stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from boundaries.names import folded
from webapp.db import Snapshot
from webapp.document import Citations
from webapp.i18n import N_, NBSP, localised
from webapp.i18n import gettext as _
from webapp.navigation import link
from webapp.plan import APPENDIX, Assessed
from webapp.plan_view import Line, build_line
from webapp.words import locator_text

SOURCE = "nq31-2023"
"""Id of the resolution among the sources."""


@dataclass(frozen=True)
class Clause:
    """A place of the text and what it is about, in our words."""

    locator: str
    about: str


CLAUSES = (
    Clause("Điều 1, khoản 1", N_("Mục tiêu chung: tăng trưởng đi cùng kiểm soát lạm phát, cơ cấu lại kinh tế, cải cách "
                                 "hành chính gắn với chuyển đổi số.")),
    Clause("Điều 1, khoản 2", N_("24 chỉ tiêu chủ yếu của năm 2024, ghi đủ trong phụ lục; một số nêu ngay tại đây.")),
    Clause("Điều 2, khoản 1", N_("Giữ đà tăng trưởng, giá cả và các cân đối lớn của kinh tế Thủ đô.")),
    Clause("Điều 2, khoản 2", N_("Cơ cấu lại thương mại, du lịch, công nghiệp, nông nghiệp; mô hình kinh tế mới.")),
    Clause("Điều 2, khoản 3", N_("Cải cách hành chính, chuyển đổi số, sắp xếp bộ máy; đưa hai huyện lên quận; sửa Luật "
                                 "Thủ đô.")),
    Clause("Điều 2, khoản 4", N_("Môi trường đầu tư, kinh doanh và các chỉ số PAPI, PCI, PAR Index, SIPAS.")),
    Clause("Điều 2, khoản 5", N_("Văn hóa, giáo dục, y tế; hạ tầng số, khoa học và công nghệ.")),
    Clause("Điều 2, khoản 6", N_("An sinh, giảm nghèo, việc làm, đào tạo nghề, bảo hiểm.")),
    Clause("Điều 2, khoản 7", N_("Đất đai, tài nguyên, môi trường; thí điểm phân loại rác, nhà máy điện rác.")),
    Clause("Điều 2, khoản 8", N_("Hạ tầng đô thị, giao thông, cấp thoát nước; thực hiện quy hoạch.")),
    Clause("Điều 2, khoản 9", N_("Phòng, chống tham nhũng, lãng phí; giải quyết khiếu nại, tố cáo.")),
    Clause("Điều 2, khoản 10", N_("Đối ngoại và hội nhập quốc tế.")),
    Clause("Điều 2, khoản 11", N_("Quốc phòng, trật tự an toàn xã hội, phòng cháy.")),
    Clause("Điều 2, khoản 12", N_("Phối hợp giữa UBND, HĐND Thành phố, Đoàn đại biểu Quốc hội và Mặt trận Tổ quốc.")),
    Clause("Điều 3", N_("Tổ chức thực hiện: UBND Thành phố làm, HĐND Thành phố giám sát, Mặt trận Tổ quốc phối hợp.")),
    Clause("Phụ lục", N_("24 chỉ tiêu phát triển kinh tế - xã hội năm 2024.")),
)  # fmt: skip
"""All clauses, those without a quantitative goal too, in the order of the text."""


def anchor(locator: str) -> str:
    """Id of a place on the page: `dieu-2-khoan-8`, `phu-luc-muc-20`."""
    return re.sub(r"[^a-z0-9]+", "-", folded(locator)).strip("-")


def clause_of(locator: str) -> str:
    """The clause in which a goal stands; the rows of the appendix are one."""
    return "Phụ lục" if APPENDIX.match(locator) else locator


def build_resolution(data: Snapshot, plan: Iterable[Assessed]) -> dict[str, Any]:
    """All that the template draws."""
    cite = Citations(data.catalogue)
    text = cite(SOURCE) if SOURCE in data.catalogue.sources else None  # training figures have sources of their own
    lines = [build_line(data, cite, goal) for goal in plan]
    by_clause = {
        clause: list(group)
        for clause, group in groupby(lines, lambda line: clause_of(line.assessed.stated.goal.resolution_ref))
    }
    clauses = [_clause(clause, by_clause.get(clause.locator, [])) for clause in CLAUSES]
    return {"text": text, "clauses": clauses, "facts": _facts(lines), "sources": cite.items}


def _clause(clause: Clause, lines: list[Line]) -> dict[str, Any]:
    return {
        "id": anchor(clause.locator),
        "name": locator_text(clause.locator),
        "about": _(clause.about),
        "count": len(lines),
        "rows": [_row(line) for line in lines],
    }


def _row(line: Line) -> dict[str, Any]:
    """A goal; one that says again what counts elsewhere leads there."""
    stated = line.assessed.stated
    at = APPENDIX.match(stated.goal.resolution_ref)
    again = stated.repeats and {"href": f"#{anchor(stated.repeats)}", "name": locator_text(stated.repeats)}
    board = link("board.show") + f"#muc-{at[1]}" if at else None
    return {
        "line": line,
        "text": localised(stated, "text").replace(" %", f"{NBSP}%"),
        "id": anchor(stated.goal.resolution_ref) if at else "",
        "number": at[1] if at else "",
        "again": again,
        "board": board,
    }


def _facts(lines: list[Line]) -> list[dict[str, Any]]:
    """How many goals the text sets, and of how many of them the outcome is known."""
    once = [line.assessed for line in lines if line.assessed.stated.repeats is None]
    known = sum(goal.judgement.status != "not_assessable" for goal in once)
    unpublished = sum(goal.gap == "nobody" for goal in once)
    unmeasured = sum(goal.indicator is None for goal in once)
    return [
        {"name": _("Chỗ nêu mục tiêu"), "value": len(lines), "note": _("kể cả nêu lại")},
        {"name": _("Mục tiêu khác nhau"), "value": len(once), "note": _("mỗi phần của một chỉ tiêu tính riêng")},
        {"name": _("Đã kết luận được"), "value": known, "note": _("đạt hoặc không đạt")},
        {"name": _("Chưa ai công bố"), "value": unpublished, "note": _("không có số ở cấp nào, năm nào")},
        {"name": _("Chưa có chỉ số đo"), "value": unmeasured, "note": _("lý do ghi tại từng mục tiêu")},
    ]
