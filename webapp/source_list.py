"""All sources, with what kind of witness each is, how many figures come from it, and of which indicators."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from boundaries.names import folded
from geo.errors import BadParameter
from indicators.coverage import count_citations
from indicators.models import Source
from indicators.named_places import NamedPlace
from indicators.observations import QUALITY_ORDER
from indicators.programme_models import Recognition, UpgradeCriterion, UpgradeMilestone, UpgradeStatus
from webapp.db import Snapshot, session
from webapp.document import quality_text
from webapp.i18n import gettext as _
from webapp.i18n import localised, number
from webapp.navigation import link
from webapp.past import dated
from webapp.words import source_names, source_view

View = dict[str, Any]

LONGEST = 60
FOLDED = 40
"""A kind with more sources than this is folded until a reader asks for it."""

OTHERS = (Recognition, UpgradeCriterion, UpgradeStatus, UpgradeMilestone, NamedPlace)
"""Tables beside the figures whose rows have a source."""


@dataclass(frozen=True)
class SourceQuery:
    """Which sources: of one quality only, only those whose publisher or title has some words."""

    quality: str = ""
    words: str = ""

    def keeps(self, source: Source) -> bool:
        """Whether the source is among what is asked for."""
        text = folded(" ".join(source_names(source)))
        return self.quality in ("", source.quality) and all(word in text for word in folded(self.words).split())

    def path(self, quality: str) -> str:
        """The address of the list with another quality."""
        query = urlencode({name: value for name, value in {"quality": quality, "q": self.words}.items() if value})
        return dated(link("sources.show") + (f"?{query}" if query else ""))


@dataclass(frozen=True)
class Uses:
    """What a source gave: figures, rows of other tables, and the indicators of its figures."""

    figures: int
    others: int
    indicators: tuple[str, ...]


def read_sources(args: Mapping[str, str]) -> SourceQuery:
    """The question that the parameters ask. Raises: BadParameter."""
    quality, words = args.get("quality", ""), args.get("q", "").strip()
    if quality not in ("", *QUALITY_ORDER):
        raise BadParameter("quality", quality, QUALITY_ORDER)
    if len(words) > LONGEST:
        raise BadParameter("q", words, (f"{LONGEST}",))
    return SourceQuery(quality, words)


def count_uses(data: Snapshot) -> dict[str, Uses]:
    """What each source gave, by its id."""
    figures: Counter[str] = Counter()
    indicators: dict[str, set[str]] = defaultdict(set)
    for (source, indicator), count in count_citations(session(), data.catalogue.as_of).items():
        figures[source] += count
        indicators[source].add(indicator)
    others: Counter[str] = Counter()
    for model in OTHERS:
        query = select(model.source_id, func.count()).where(model.source_id.is_not(None)).group_by(model.source_id)
        others.update({str(source): count for source, count in session().execute(query)})
    return {
        source: Uses(
            figures[source],
            others[source],
            tuple(name for name in data.catalogue.indicators if name in indicators[source]),
        )
        for source in data.catalogue.sources
    }


def build_sources(data: Snapshot, query: SourceQuery) -> View:
    """The list, most figures first within each quality, and the table of qualities."""
    uses = count_uses(data)
    kept = [source for source in data.catalogue.sources.values() if query.keeps(source)]
    kept.sort(key=lambda source: (QUALITY_ORDER.index(source.quality), -uses[source.id].figures, source.publisher))
    return {
        "query": query,
        "count": len(kept),
        "total": len(data.catalogue.sources),
        "figures": number(sum(use.figures for use in uses.values()), 0),
        "qualities": _qualities(data, query, uses),
        "all": {"href": query.path(""), "current": not query.quality},
        "groups": [
            {"name": quality_text(quality), "rows": rows, "open": query != SourceQuery() or len(rows) <= FOLDED}
            for quality in QUALITY_ORDER
            if (rows := [_row(data, source, uses[source.id]) for source in kept if source.quality == quality])
        ],
    }


def _qualities(data: Snapshot, query: SourceQuery, uses: Mapping[str, Uses]) -> list[View]:
    """Kinds of witness in the order in which they are preferred."""
    rows = []
    for quality in QUALITY_ORDER:
        members = [source for source in data.catalogue.sources.values() if source.quality == quality]
        if members:
            figures = sum(uses[source.id].figures for source in members)
            rows.append({"name": quality_text(quality), "meaning": meaning_text(quality), "sources": len(members),
                         "figures": number(figures, 0), "href": query.path(quality),
                         "current": quality == query.quality})  # fmt: skip
    return rows


def _row(data: Snapshot, source: Source, uses: Uses) -> View:
    names = [localised(data.catalogue.indicators[each], "name") for each in uses.indicators]
    return {**source_view(source), "figures": number(uses.figures, 0), "others": uses.others, "indicators": names}


def meaning_text(quality: str) -> str:
    """What a kind of witness is, and how it is shown."""
    return {
        "official": _("Cơ quan đã đếm hoặc quyết định, trên trang của chính mình."),
        "translation": _("Bản dịch của một công bố chính thức."),
        "press": _("Báo chí nêu số của cơ quan."),
        "mirror": _("Bản chép lại của trang khác; không dẫn liên kết, cần đối chiếu."),
        "tertiary": _("Không nêu lấy số từ đâu; không dẫn liên kết, cần đối chiếu."),
        "derived": _("Dự án này tự đo hoặc tính, cách tính ghi ở từng số."),
    }[quality]
