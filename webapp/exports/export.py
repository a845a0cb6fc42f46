"""What every file is made of: one question with its answer, and where and when they come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from boundaries.names import folded
from indicators.models import Source
from indicators.table import IndicatorTable
from webapp.cache import Answer
from webapp.db import Snapshot, is_training
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.legend import build_legend
from webapp.past import past_words
from webapp.query import MapQuery
from webapp.today import today
from webapp.words import unit_text

SLUG = 60
"""Most characters of a name within a file name."""

LEVEL_SLUGS = {"city": "thanh-pho", "district": "huyen", "commune": "xa"}
STRATUM_SLUGS = {"urban": "thanh-thi", "rural": "nong-thon"}
CARRIED_SLUGS = {"rebase": "quy-doi", "aggregate": "gop"}
DISPLAY_SLUGS = {
    "target": "so-muc-tieu", "status": "danh-gia", "change": "thay-doi", "composition": "thanh-phan",
}  # fmt: skip


@dataclass(frozen=True)
class Export:
    """One question and its answer in the language of the request.

    `view` is what the map page shows of `table`: both are of the same moment. `permalink` is the full address that
    reopens the map, `extracted` the day of reading. `size` is the paper or screen that a picture is made for. Figures
    of a `training` store are synthetic; `past` says of which day they are, if not of the present.
    """

    table: IndicatorTable
    data: Snapshot
    query: MapQuery
    view: Mapping[str, Any]
    lang: str
    permalink: str
    extracted: dt.date
    size: str = ""
    training: bool = False
    past: str = ""

    @property
    def mark(self) -> str:
        """What stands across every picture of synthetic figures; nothing for real ones."""
        return mark_words(self.training)

    @property
    def warning(self) -> str:
        """What every file of synthetic figures must say, and of figures of a past day; nothing of others."""
        return warning_words(self.training, self.past)

    @property
    def title(self) -> str:
        """The title of the page, after the warning if there is one."""
        return f"{self.warning} {self.view['document_title']}".strip()

    @property
    def sources(self) -> list[Source]:
        """The sources of all figures shown, in the order in which the areas name them first."""
        named = [
            source
            for row in self.table.rows
            if row.figure
            for source in (row.figure.source_id, *(row.carried.source_ids if row.carried else ()))
        ]
        return [self.data.catalogue.sources[source] for source in dict.fromkeys(named)]

    @property
    def stem(self) -> str:
        """The file's name without its ending, in ASCII: indicator, level, edition, period; stratum, what the map shows
        and language where they are not the usual ones."""
        parts = [
            slug(self.table.indicator.name_vi),
            LEVEL_SLUGS[self.query.level],
            self.query.edition,
            self.query.part,
            self.query.period or "chua-co",
            STRATUM_SLUGS.get(self.query.stratum, ""),
            CARRIED_SLUGS.get(self.query.carried, ""),
            DISPLAY_SLUGS.get(self.query.display, ""),
            "tap-huan" if self.training else "",
            f"tinh-den-{self.query.as_of}" if self.past else "",
            "" if self.lang == "vi" else self.lang,
        ]
        return "_".join(part for part in parts if part)


def build_export(
    data: Snapshot, query: MapQuery, table: IndicatorTable, view: Mapping[str, Any], size: str = ""
) -> Export:
    """The question as answered to this request."""
    return Export(
        table, data, query, view, language(), public_url() + query.path(), today(), size, is_training(), past_words()
    )


def build_figures(data: Snapshot, query: MapQuery, table: IndicatorTable) -> Export:
    """The same for a file of rows, which needs little of what the page shows."""
    view = {"unit": unit_text(data.catalogue, table.indicator), "classes": build_legend(data, table)["classes"]}
    return build_export(data, query, table, view)


def mark_words(training: bool) -> str:
    """What stands across every picture of synthetic figures; nothing for real ones."""
    return _("SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT") if training else ""


def warning_words(training: bool, past: str) -> str:
    """What every file of synthetic figures must say, and of figures of a past day; nothing of others."""
    return " · ".join(words for words in (mark_words(training), past) if words)


def public_url() -> str:
    """Where readers reach the service, without a slash at the end; never taken from a request: anyone can word one."""
    config = current_app.config
    return str(config["PUBLIC_URL"] or f"http://{config['HOST']}:{config['PORT']}")


def slug(text: str) -> str:
    """A text in lower-case ASCII with hyphens, cut after a word: `Tỷ lệ nước sạch` is `ty-le-nuoc-sach`."""
    words = folded(text).encode("ascii", "ignore").decode().split()
    while len("-".join(words)) > SLUG:
        words.pop()
    return "-".join(words)


def attachment(body: bytes, media_type: str, name: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A file that browsers save under the name given."""
    return Answer(body, media_type, {**attached(name), **(headers or {})})


def attached(name: str) -> dict[str, str]:
    """The header by which a browser saves an answer under a name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
