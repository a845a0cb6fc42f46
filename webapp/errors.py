"""The one table from exception to HTTP status; a problem document (RFC 9457) for programs, a page for people.

Refusals that protect the service (too many requests, too long, out of memory) are written without the store or a
template, so that refusing costs nothing; the same bare page stands in where the usual one cannot be made.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_limiter import RateLimitExceeded
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from boundaries.layers import LayerDamaged
from geo.errors import BadParameter, UnknownName
from webapp import limits
from webapp.assets import AssetMissing
from webapp.engines import OUTAGES
from webapp.hints import build_hints
from webapp.i18n import N_, date, language
from webapp.i18n import gettext as _

FOR_PROGRAMS = ("/api", "/ogc", "/en/ogc")
"""Where addresses begin whose readers are programs."""

TITLES = {
    400: N_("Yêu cầu chưa đúng"),
    404: N_("Không tìm thấy"),
    405: N_("Không dùng được cách gọi này"),
    413: N_("Yêu cầu quá lớn"),
    414: N_("Địa chỉ quá dài"),
    429: N_("Quá nhiều yêu cầu"),
    500: N_("Máy chủ gặp lỗi"),
    503: N_("Tạm thời chưa phục vụ được"),
}

BARE = {413, 414, 429, 503}
"""Statuses whose page is written without the store."""

KEPT = ("Allow", "Retry-After")
"""Headers of an exception that its answer has too."""

RETRY_S = 5


def init_app(app: Flask) -> None:
    """Answer every error in the form its reader can use."""
    app.register_error_handler(UnknownName, _unknown_name)
    app.register_error_handler(BadParameter, _bad_parameter)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(MemoryError, _no_memory)
    for missing in (LayerDamaged, AssetMissing, OSError):
        app.register_error_handler(missing, _no_file)
    for outage in OUTAGES:
        app.register_error_handler(outage, _no_store)
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
    words = {"indicator": _("chỉ số"), "edition": _("địa giới"), "level": _("cấp"), "collection": _("bộ đối tượng"),
             "batch": _("đợt số liệu")}  # fmt: skip
    return words.get(kind, _("địa bàn"))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = _problem(status, _("Không có trang này.") if status == 404 else str(error.description), {})
    response.headers.update({name: value for name, value in error.get_headers() if name in KEPT})
    return response


def _too_many(error: RateLimitExceeded) -> Response:
    seconds = limits.retry_after(error)
    response = _problem(429, _("Xin thử lại sau %(seconds)s giây.", seconds=seconds), {"limit": str(error.limit.limit)})
    response.headers["Retry-After"] = str(seconds)
    return response


def _no_memory(_error: MemoryError) -> Response:
    current_app.logger.error("out of memory at %s", request.path)
    return _later()


def _no_store(error: Exception) -> Response:
    """The store is away, restarting, locked or spoilt: a reader is told when to come again, the log what it said."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    current_app.logger.error("the store failed at %s: %s", request.path, said)
    return _later()


def _no_file(error: Exception) -> Response:
    """A layer is damaged, a static file gone, or the disk full: no reader did it, nor can do more than come again."""
    current_app.logger.error("a file failed at %s", request.path, exc_info=error)
    return _later()


def _later() -> Response:
    response = _problem(503, _("Xin thử lại sau %(seconds)s giây.", seconds=RETRY_S), {})
    response.headers["Retry-After"] = str(RETRY_S)
    return response


def _unexpected(error: Exception) -> Response:
    if current_app.testing:
        raise error
    current_app.logger.exception("unexpected error at %s", request.path)
    return _problem(500, _("Lỗi đã được ghi lại. Xin thử lại sau."), {})


def _problem(status: int, detail: str, members: dict[str, Any]) -> Response:
    title = _(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    if request.path.startswith(FOR_PROGRAMS):
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
        response = Response(json.dumps(document, ensure_ascii=False), status, mimetype="application/problem+json")
    else:
        response = Response(_page(status, title, detail, members), status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, title: str, detail: str, members: dict[str, Any]) -> str:
    if status in BARE:
        return _bare_page(status, title, detail)
    name = members.get("kind") or members.get("parameter")
    try:
        offered = members.get("nearest") or members.get("allowed") or [] if name else []
        # A day of which there are no figures has no figures to look names up in either.
        days = name == "as_of"
        hints = [_day_hint(text) for text in offered] if days else build_hints(str(name), offered) if offered else []
        return render_template("error.html", status=status, title=title, detail=detail, hints=hints)
    except Exception:
        current_app.logger.exception("no page for status %s at %s", status, request.path)
        return _bare_page(status, title, detail)


def _day_hint(text: str) -> dict[str, str]:
    """What `as_of` takes; `2026-11-25/..` is every day from that one on."""
    first, separator, _end = text.partition("/")
    shown = _("từ ngày %(day)s", day=date(dt.date.fromisoformat(first))) if separator else text
    return {"text": shown, "value": shown, "href": ""}


def _bare_page(status: int, title: str, detail: str) -> str:
    head = f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    return f"{head}<body><main><p>{status}</p><h1>{escape(title)}</h1><p>{escape(detail)}</p></main></body></html>"
