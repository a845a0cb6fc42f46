"""The one table from exception to HTTP status; a problem document (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from geo.errors import BadParameter, UnknownName
from webapp.hints import build_hints
from webapp.i18n import N_
from webapp.i18n import gettext as _

FOR_PROGRAMS = ("/api", "/ogc", "/en/ogc")
"""Where addresses begin whose readers are programs."""

TITLES = {
    400: N_("Yêu cầu chưa đúng"),
    404: N_("Không tìm thấy"),
    405: N_("Không dùng được cách gọi này"),
    500: N_("Máy chủ gặp lỗi"),
}


def init_app(app: Flask) -> None:
    """Answer every error in the form its reader can use."""
    app.register_error_handler(UnknownName, _unknown_name)
    app.register_error_handler(BadParameter, _bad_parameter)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _unknown_name(error: UnknownName) -> Response:
    detail = _("Không có %(kind)s “%(value)s”.", kind=_kind(error.kind), value=error.value)
    return _problem(404, detail, {"kind": error.kind, "value": error.value, "nearest": list(error.nearest)})


def _bad_parameter(error: BadParameter) -> Response:
    detail = (
        _("Thiếu tham số “%(name)s”.", name=error.name)
        if error.value is None
        else _("Tham số “%(name)s” không nhận giá trị “%(value)s”.", name=error.name, value=error.value)
    )
    return _problem(400, detail, {"parameter": error.name, "value": error.value, "allowed": list(error.allowed)})


def _kind(kind: str) -> str:
    words = {"indicator": _("chỉ số"), "edition": _("địa giới"), "level": _("cấp"), "collection": _("bộ đối tượng")}
    return words.get(kind, _("địa bàn"))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    return _problem(status, _("Không có trang này.") if status == 404 else str(error.description), {})


def _unexpected(error: Exception) -> Response:
    if current_app.testing:
        raise error
    current_app.logger.exception("unexpected error at %s", request.path)
    return _problem(500, _("Lỗi đã được ghi lại. Xin thử lại sau."), {})


def _problem(status: int, detail: str, members: dict[str, Any]) -> Response:
    title = _(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    if request.path.startswith(FOR_PROGRAMS):
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
        body = json.dumps(document, ensure_ascii=False)
        return Response(body, status, mimetype="application/problem+json")
    name = members.get("kind") or members.get("parameter")
    hints = build_hints(name, members.get("nearest") or members.get("allowed") or []) if name else []
    page = render_template("error.html", status=status, title=title, detail=detail, hints=hints)
    return Response(page, status, mimetype="text/html")
