"""The page of one area: who it is, key facts, a summary, every indicator with its standing, what is missing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from boundaries.layers import is_elsewhere
from boundaries.models import Area
from boundaries.names import ENGLISH_KINDS
from indicators.catalogue import levels_of
from indicators.upgrades import COMPARED, SUBJECTS
from indicators.wording import say
from webapp.db import Snapshot
from webapp.document import Citations, Crumb
from webapp.drawings import draw_locator
from webapp.i18n import date, language, localised, number, period_text, types_text, with_unit
from webapp.i18n import gettext as _
from webapp.identity import area_path, build_identity, sentence
from webapp.lines import Change, Line, build_line, entry_name, map_path, value_text, write_decimal
from webapp.matrix_query import MatrixQuery
from webapp.pages.gazetteer import area_name
from webapp.parts import build_children, build_composition, children_of
from webapp.past import dated
from webapp.place import within
from webapp.profile import Entry, build_profile
from webapp.summary import Facts, Verdict, write_summary
from webapp.words import edition_phrase, unit_text

APPENDIX = "appendix"
FOLLOWED = {*SUBJECTS, *COMPARED}
"""Districts whose criteria for becoming urban have a page of their own."""

KEY = ("population", "area_km2", "population_density", "income_per_capita", "ntm_title", "ntm_district_title")
"""Indicators that the key facts show."""

View = dict[str, Any]


def build_area(data: Snapshot, area: Area) -> View:
    """The whole page but its frame."""
    cite = Citations(data.catalogue)
    entries = build_profile(data, area)
    by_id = {entry.indicator.id: entry for entry in reversed(entries)}  # the first stratum of each
    identity = build_identity(data, area)
    composition = build_composition(data, cite, area)
    facts = build_facts(data, cite, area, by_id)
    changes = boundary_changes(data, area)
    lines = [build_line(data, cite, entry, changes) for entry in entries if _shown(area, entry)]
    lineage = data.lineage(area)
    return {
        "area": area,
        "name": area_name(area),
        "dated_name": dated_name(data, area),
        "description": sentence(data, lineage) if lineage else area_name(area),
        "tags": _tags(data, area),
        "crumbs": _crumbs(data, area),
        "locator": draw_locator(area, within(data.places, area)) if area.level != "city" else None,
        "identity": identity,
        "summary": write_summary(summary_facts(data, area, entries, composition)),
        "facts": facts,
        "groups": group_lines(area, lines),
        "with_goals": any(line.target or line.why for line in lines),
        "with_trends": any(line.trend for line in lines),
        "gaps": build_gaps(data, area, entries),
        "children": build_children(data, cite, area),
        "composition": composition,
        "own_title": "ntm_title" in by_id and by_id["ntm_title"].row.figure is not None,
        "links": _links(data, area),
        "sources": cite.items,
    }


def dated_name(data: Snapshot, area: Area) -> str:
    """The name with the day on which the unit ended: "Huyện Hoài Đức (đến 30/06/2025)"."""
    lineage = data.lineage(area)
    last = lineage.last_day if lineage and area.level != "city" else None
    return _("%(name)s (đến %(day)s)", name=area_name(area), day=date(last)) if last else area_name(area)


def boundary_changes(data: Snapshot, area: Area) -> list[Change]:
    """The days on which the unit began or ended, for charts over time."""
    lineage = data.lineage(area)
    if lineage is None or area.level == "city":
        return []
    began = [(lineage.first_day, _("Địa giới mới"))] if lineage.first_day else []
    ended = [(lineage.last_day + dt.timedelta(days=1), _("Địa giới thay đổi"))] if lineage.last_day else []
    return [*began, *ended]


def _shown(area: Area, entry: Entry) -> bool:
    """Whether an entry has a row of its own: it has a figure, or a goal is set for this very area."""
    return entry.row.figure is not None or (entry.binding and area.level != "city")


def _tags(data: Snapshot, area: Area) -> list[str]:
    kind = area.type if language() == "vi" else ENGLISH_KINDS[area.type]
    phrase = edition_phrase(data.places.edition(area.edition_id))
    return [kind[:1].upper() + kind[1:], phrase[:1].upper() + phrase[1:], _("mã %(code)s", code=area.code)]


def _crumbs(data: Snapshot, area: Area) -> list[Crumb]:
    prefix = "" if language() == "vi" else "/en"
    edition = data.places.edition(area.edition_id)
    crumbs = [Crumb(_("Địa bàn, %(edition)s", edition=edition_phrase(edition)), f"{prefix}/areas?edition={edition.id}")]
    parent = data.places.area(area.edition_id, area.parent_code) if area.parent_code else None
    if parent and parent.level == "district":
        crumbs.append(Crumb(area_name(parent), area_path(parent)))
    return [*crumbs, Crumb(area_name(area))]


def _links(data: Snapshot, area: Area) -> View:
    prefix = "" if language() == "vi" else "/en"
    return {
        "csv": dated(f"{area_path(area)}.csv"),
        "compare": f"{prefix}/compare?areas={area.edition_id}:{area.code}",
        "matrix": _matrix_path(data, area),
        "upgrades": dated(f"{prefix}/upgrades") if (area.edition_id, area.code) in FOLLOWED else None,
    }


def _matrix_path(data: Snapshot, area: Area) -> str:
    """The matrix of units like this one; of those inside, for the city."""
    levels = data.places.levels(area.edition_id)
    level = levels[1] if area.level == "city" else area.level
    parent = data.places.area(area.edition_id, area.parent_code) if area.parent_code else None
    return MatrixQuery(area.edition_id, level, parent.code if parent and parent.level == "district" else None).path()


def build_facts(data: Snapshot, cite: Citations, area: Area, by_id: dict[str, Entry]) -> list[View]:
    """Key facts, each with its date and source; a basic one that nobody published is named as missing."""
    facts = [fact for name in KEY if (fact := _fact(data, cite, by_id.get(name)))]
    children = Counter(child.type for child in children_of(data, area))
    if children:
        kinds = [f"{count} {types_text([kind], count)}" for kind, count in children.items()]
        facts.insert(3, {"name": _("Đơn vị trực thuộc"), "value": ", ".join(kinds), "words": len(kinds) > 1})
    return facts


def _fact(data: Snapshot, cite: Citations, entry: Entry | None) -> View | None:
    if entry is None or entry.row.reason == "not_applicable":
        return None
    name, figure = localised(entry.indicator, "name"), entry.row.figure
    if figure is None:
        basic = entry.indicator.id in KEY[:3]
        return {"name": name, "value": _("Chưa có số liệu"), "words": True} if basic else None
    status = entry.indicator.measure == "status"
    return {
        "name": name,
        "value": value_text(data, entry.indicator, figure),
        "unit": unit_text(data.catalogue, entry.indicator),
        "words": status,
        "note": period_text(figure.period),
        "ref": cite(figure.source_id),
    }


def group_lines(area: Area, lines: Sequence[Line]) -> list[View]:
    """Lines by how goals stand to the area: set for it, set for the city, none; empty groups are left out."""
    own = _("Mục tiêu của Thành phố") if area.level == "city" else _("Mục tiêu đặt cho địa bàn này")
    named = {
        "binding": own,
        "shared": _("Mục tiêu đặt cho Thành phố, chỉ nêu để đối chiếu"),
        "none": _("Số liệu khác, không có mục tiêu"),
    }
    groups: dict[str, list[Line]] = {group: [] for group in named}
    for line in lines:
        footing = line.entry.row.assessment.footing
        groups["binding" if footing == "binding" else "shared" if footing else "none"].append(line)
    return [{"id": group, "name": named[group], "lines": found} for group, found in groups.items() if found]


def build_gaps(data: Snapshot, area: Area, entries: Iterable[Entry]) -> list[View]:
    """Indicators without a figure, by the reason; those of the resolution's appendix first."""
    missing = [entry for entry in entries if entry.row.figure is None and not _shown(area, entry)]
    elsewhere = [
        indicator
        for indicator in data.catalogue.indicators.values()
        if indicator.tier == APPENDIX and area.level not in levels_of(indicator)
    ]
    gaps = [
        _gap("not_collected", _("Chưa tìm thấy ai công bố"), missing),
        _gap("not_applicable", _("Không áp dụng cho loại đơn vị này"), missing),
    ]
    if elsewhere:
        names = [{"name": localised(indicator, "name"), "href": None} for indicator in elsewhere]
        heading = _("Chỉ tiêu của phụ lục chỉ tính cho cấp khác: %(count)s", count=len(names))
        gaps.append({"reason": "not_applicable", "heading": heading, "items": names})
    return [gap for gap in gaps if gap["items"]]


def _gap(reason: str, heading: str, missing: Iterable[Entry]) -> View:
    found = sorted((e for e in missing if e.row.reason == reason), key=lambda e: e.indicator.tier != APPENDIX)
    items = [{"name": entry_name(entry), "href": map_path(entry).partition("&area=")[0]} for entry in found]
    return {"reason": reason, "heading": f"{heading}: {len(items)}", "items": items}


def summary_facts(data: Snapshot, area: Area, entries: Sequence[Entry], composition: View | None) -> Facts:
    """What the summary is written from."""
    first = {entry.indicator.id: entry for entry in reversed(entries)}
    people, land = first.get("population"), first.get("area_km2")
    own = [entry for entry in entries if entry.binding]
    plan = [] if is_elsewhere(area.edition_id) else data.catalogue.indicators.values()
    listed = [row for row in plan if row.tier == APPENDIX]
    meant = [e for e in first.values() if e.indicator.tier == APPENDIX and e.row.reason != "not_applicable"]
    known = {e.indicator.id for e in entries if e.indicator.tier == APPENDIX and e.row.figure}
    measured = with_unit(number(area.area_km2, 2), localised(data.catalogue.units["km2"], "name"))
    return Facts(
        noun=area.type if language() == "vi" else f"the {ENGLISH_KINDS[area.type]}",
        people=_printed(data, people),
        people_period=people.row.figure.period if people and people.row.figure else None,
        land=_printed(data, land) or measured,
        listed=len(listed),
        meant=len(meant),
        known=len(known),
        own=Counter(entry.row.judgement.status for entry in own),
        verdicts=tuple(_verdict(data, entry) for entry in entries if entry.row.figure and entry.row.assessment.goal),
        composition=composition["sentence"] if composition else "",
    )


def _printed(data: Snapshot, entry: Entry | None) -> str | None:
    if entry is None or entry.row.figure is None:
        return None
    unit = unit_text(data.catalogue, entry.indicator)
    return with_unit(value_text(data, entry.indicator, entry.row.figure), unit) if unit else None


def _verdict(data: Snapshot, entry: Entry) -> Verdict:
    judgement, figure, indicator = entry.row.judgement, entry.row.figure, entry.indicator
    if figure is None:
        raise ValueError(f"{indicator.id} has no figure to be judged.")
    told = judgement.compared or judgement
    unit = unit_text(data.catalogue, indicator)
    return Verdict(
        name=entry_name(entry),
        value=_printed(data, entry) or value_text(data, indicator, figure),
        period=figure.period,
        status=told.status,
        words=say(told, language(), unit, indicator.decimals, write_decimal),
        rising=indicator.direction == "higher" and indicator.measure != "status",
        compared=judgement.compared is not None,
    )
