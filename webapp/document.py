"""What all document pages share: the frame, the same page in the other language, numbered sources, error reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import current_app, render_template, request

from indicators.catalogue import Catalogue
from webapp.cache import Answer
from webapp.db import snapshot
from webapp.i18n import LANGUAGES
from webapp.i18n import gettext as _
from webapp.words import source_view


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page; the page itself has no address."""

    name: str
    href: str | None = None


class Citations:
    """Numbers the sources of a page in the order in which they are first named.

    A page's builder calls it with a source id and keeps the number for `kit.ref`; `items` is for `kit.sources`.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._numbers = catalogue, dict[str, int]()

    def __call__(self, source_id: str) -> int:
        """The number of a source, from 1. Raises KeyError for one that the catalogue does not have."""
        if source_id not in self._numbers:
            self._catalogue.sources[source_id]
            self._numbers[source_id] = len(self._numbers) + 1
        return self._numbers[source_id]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The sources in the order of their numbers, as shown: mirrors and tertiary ones without a link."""
        sources = (self._catalogue.sources[source_id] for source_id in self._numbers)
        return [{**source_view(source), "quality": quality_text(source.quality)} for source in sources]


def quality_text(quality: str) -> str:
    """What kind of witness a source is."""
    return {
        "official": _("nguồn chính thức"),
        "translation": _("bản dịch"),
        "press": _("báo chí"),
        "mirror": _("bản chép lại"),
        "tertiary": _("nguồn thứ cấp"),
        "derived": _("suy ra"),
    }[quality]


def render_document(template: str, **context: Any) -> Answer:
    """A page on `document.html`; `crumbs` (Crumb), `tags` and `sources` (Citations.items) may be in the context."""
    page = render_template(
        template,
        urls=language_urls(),
        report_errors=report_address(),
        data_version=snapshot().version,
        **context,
    )
    return Answer(page.encode(), "text/html")


def language_urls() -> dict[str, str]:
    """This page in each language, with the same question."""
    bare = request.path.removeprefix("/en")
    query = f"?{urlencode(sorted(request.args.items(multi=True)))}" if request.args else ""
    return {lang: ("" if lang == "vi" else f"/{lang}") + bare + query for lang in LANGUAGES}


def report_address(page: str | None = None) -> str | None:
    """Where to report an error, with the address of this page or of another; None where the service names nowhere.

    The address leaves the host out: answers are kept by path, and a host header can be anything.
    """
    where: str = current_app.config["REPORT_TO"]
    page = page or request.full_path.removesuffix("?")
    if where.startswith("mailto:"):
        subject = _("Báo lỗi số liệu: %(page)s", page=page)
        return f"{where}?{urlencode({'subject': subject, 'body': page}, quote_via=quote)}"
    return f"{where}{'&' if '?' in where else '?'}{urlencode({'page': page})}" if where else None
