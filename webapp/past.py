"""Figures of a past day: what every page and file of them says, and the way back to the present."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from flask import g, has_request_context, request

from webapp.i18n import date
from webapp.i18n import gettext as _


class Past(NamedTuple):
    """The day whose figures a request asks for, and the last batch at its end."""

    day: dt.date
    batch: int


def past() -> Past | None:
    """What this request asks for; None for the figures that stand, and before the snapshot was read."""
    found: Past | None = g.get("past") if has_request_context() else None
    return found


def past_words() -> str:
    """What must be said of the figures of a past day; nothing of those that stand."""
    asked = past()
    return _("Số liệu như ở cuối ngày %(day)s, chưa có các đợt về sau", day=date(asked.day)) if asked else ""


def present_path() -> str:
    """The address of this page with the figures that stand."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "as_of"]
    return request.path + (f"?{urlencode(kept)}" if kept else "")


def dated(path: str) -> str:
    """An address with the day that this request asks for, if it asks for one."""
    asked = past()
    return f"{path}{'&' if '?' in path else '?'}as_of={asked.day}" if asked else path
