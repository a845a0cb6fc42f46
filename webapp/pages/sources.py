"""Sources and method, and what the figures can and cannot say."""

from __future__ import annotations

from flask import Blueprint, Response, request

from indicators.reasons import MISSING, STATUSES
from webapp.api import check_parameters
from webapp.cache import answer
from webapp.db import snapshot
from webapp.document import Crumb, render_document
from webapp.exports import everything_menu
from webapp.i18n import N_
from webapp.i18n import gettext as _
from webapp.source_list import build_sources, read_sources
from webapp.words import reason_text, verdict_text

pages = Blueprint("sources", __name__)

MEANINGS = {
    "not_collected": N_("Chưa tìm thấy nguồn công khai nào nêu; điều đó không nói gì về con số thật."),
    "not_due": N_("Kỳ công bố chưa tới."),
    "not_applicable": N_("Chỉ số không có nghĩa với loại đơn vị này, như danh hiệu nông thôn mới với một phường."),
    "suppressed": N_("Nguồn giữ kín vì bảo mật, hoặc vì số quá nhỏ nên lộ ra từng người."),
    "unit_did_not_exist": N_("Vào thời điểm ấy chưa có, hoặc không còn đơn vị này."),
    "not_convertible": N_("Chỉ số không cộng, không chia được, hoặc phần có số quá ít để quy đổi."),
    "join_failed": N_("Tệp của nguồn dùng mã không có trong địa giới; đang chờ sửa."),
}
"""What each reason for a missing figure means, at length."""


@pages.get("/sources")
def show() -> Response:
    """Every source with its mark and its number of figures; `quality` and `q` choose among them."""
    check_parameters("quality", "q", "as_of")
    data = snapshot()
    return answer(
        lambda: render_document(
            "sources.html",
            **build_sources(data, read_sources(request.args)),
            crumbs=[Crumb(_("Nguồn và phương pháp"))],
            downloads=everything_menu(_("Toàn bộ số liệu: mọi chỉ số, mọi địa bàn")),
        )
    )


@pages.get("/about")
def about() -> Response:
    """What the figures can and cannot say, and what each mark means."""
    check_parameters()
    reasons = [(reason, reason_text(reason), _(MEANINGS[reason])) for reason in MISSING]
    statuses = {status: verdict_text(status) for status in STATUSES}
    return answer(
        lambda: render_document(
            "about.html", reasons=reasons, statuses=statuses, crumbs=[Crumb(_("Về số liệu"))]
        )
    )  # fmt: skip
