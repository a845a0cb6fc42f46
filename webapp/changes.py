"""What happened to the units on the day the editions changed: counts, a map by kind of change, and both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from boundaries.crosswalk import BOTH, OFFICIAL, OVERLAY
from boundaries.lineage import KINDS, MERGED, PART, SPLIT, Lineage
from boundaries.models import Area, Edition
from boundaries.names import nearest
from geo.errors import BadParameter, UnknownName
from webapp.db import Snapshot
from webapp.drawings import Shape, draw_shapes, label_of, sheet
from webapp.i18n import date, language, types_text
from webapp.i18n import gettext as _
from webapp.identity import Piece, area_path, change_text, pieces
from webapp.pages.gazetteer import area_name
from webapp.words import edition_phrase

SIDES = ("new", "old")
COLOURS = {MERGED: "a2", PART: "a5", SPLIT: "a5"}
OTHER = "a3"
"""Colour of the rare kinds: kept and renamed."""

View = dict[str, Any]


@dataclass(frozen=True)
class ChangesQuery:
    """Which side is listed (`new` units and what they were made of, `old` ones and where they went), and of them only
    one kind of change or those on the land of one former district."""

    side: str = "new"
    kind: str | None = None
    district: str | None = None

    def path(self, **changes: str | None) -> str:
        """The address of the same list with some choices changed."""
        chosen = {"side": self.side, "kind": self.kind, "district": self.district, **changes}
        given = {name: value for name, value in chosen.items() if value and (name, value) != ("side", "new")}
        return f"{'' if language() == 'vi' else '/en'}/changes" + (f"?{urlencode(given)}" if given else "")


@dataclass(frozen=True)
class Unit:
    """A unit in the list: the units on the other side, and the names of the districts its land lay in, by code."""

    area: Area
    name: str
    href: str
    kind: str
    kind_text: str
    colour: str
    others: list[Piece]
    districts: dict[str, str]


def read_changes(data: Snapshot, args: Mapping[str, str]) -> ChangesQuery:
    """The question that the parameters ask. Raises BadParameter, UnknownName for a district that never was."""
    side, kind, district = args.get("side", "new"), args.get("kind") or None, args.get("district") or None
    if side not in SIDES:
        raise BadParameter("side", side, SIDES)
    old, new = editions_of(data)
    kinds = list(kind_counts(_kinds(data, new if side == "new" else old)))
    if kind is not None and kind not in kinds:
        raise BadParameter("kind", kind, kinds)
    districts = {area.code: area for area in data.places.areas.get((old.id, "district"), [])}
    if district is not None and district not in districts:
        raise UnknownName(f"district of edition {old.id}", district, nearest(district, list(districts)))
    return ChangesQuery(side, kind, district)


def editions_of(data: Snapshot) -> tuple[Edition, Edition]:
    """The two editions of the crosswalk, the older one first. Raises UnknownName where no crosswalk is loaded."""
    if data.crosswalk.empty:
        raise UnknownName("crosswalk", "changes", ())
    first = data.crosswalk.iloc[0]
    return data.places.edition(first["from_edition"]), data.places.edition(first["to_edition"])


def build_changes(data: Snapshot, query: ChangesQuery) -> View:
    """The whole page but its frame."""
    old, new = editions_of(data)
    edition = new if query.side == "new" else old
    everyone = _units(data, edition)
    near = [unit for unit in everyone if query.district in (None, *unit.districts)]
    shown = [unit for unit in near if query.kind in (None, unit.kind)]
    districts = data.places.areas.get((old.id, "district"), [])
    return {
        "day": date(new.valid_from),
        "old": _facts(data, old),
        "new": _facts(data, new),
        "totals": _totals(data, old, new),
        "evidence": _evidence(data),
        "sides": [_side(data, query, side, edition) for side, edition in (("new", new), ("old", old))],
        "kinds": _kind_options(query, near),
        "districts": [(area.code, area_name(area)) for area in districts],
        "groups": _groups(data, query, shown),
        "count": len(shown),
        "map": _draw(query, edition, old, near, shown),
        "query": query,
    }


def _units(data: Snapshot, edition: Edition) -> list[Unit]:
    """Communes of one edition that the crosswalk covers, in the order of codes."""
    areas = data.places.at(edition.id, "commune")
    return [_unit(data, area, lineage) for area in areas if (lineage := data.lineage(area)) and lineage.change]


def _unit(data: Snapshot, area: Area, lineage: Lineage) -> Unit:
    if lineage.predecessors:
        districts = [data.places.area(*link.area) for link in lineage.districts]
    else:
        parent = data.places.area(area.edition_id, area.parent_code) if area.parent_code else None
        districts = [parent] if parent and parent.level == "district" else []
    kind = str(lineage.change)
    return Unit(
        area=area,
        name=area_name(area),
        href=area_path(area),
        kind=kind,
        kind_text=kind_text("old" if lineage.successors else "new", kind),
        colour=COLOURS.get(kind, OTHER),
        others=pieces(data, lineage.successors or lineage.predecessors),
        districts={district.code: area_name(district) for district in districts},
    )


def _kinds(data: Snapshot, edition: Edition) -> list[str]:
    """The kind of change of every commune of an edition."""
    lineages = (data.lineage(area) for area in data.places.at(edition.id, "commune"))
    return [lineage.change for lineage in lineages if lineage and lineage.change]


def kind_counts(changes: Iterable[str]) -> dict[str, int]:
    """How many units had which kind of change, in the order of `KINDS`."""
    counts = Counter(changes)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def _facts(data: Snapshot, edition: Edition) -> View:
    """How many units of which kinds an edition has below the city."""
    levels = [level for level in data.places.levels(edition.id) if level != "city"]
    return {
        "phrase": edition_phrase(edition),
        **{
            level: {"count": len(areas), "kinds": types_text(area.type for area in areas)}
            for level in levels
            if (areas := data.places.at(edition.id, level))
        },
    }


def _totals(data: Snapshot, old: Edition, new: Edition) -> View:
    """What the change comes to, in numbers."""
    before = {area.code: area for area in data.places.at(old.id, "commune")}
    after = data.places.at(new.id, "commune")
    reused = [area for area in after if area.code in before]
    return {
        **{f"new_{kind}": count for kind, count in kind_counts(_kinds(data, new)).items()},
        **{f"old_{kind}": count for kind, count in kind_counts(_kinds(data, old)).items()},
        "several_districts": sum(len(lineage.districts) > 1 for area in after if (lineage := data.lineage(area))),
        "reused": len(reused),
        "renamed": sum(before[area.code].name != area.name for area in reused),
    }


def _evidence(data: Snapshot) -> dict[str, int]:
    """Pairs of communes by what they rest on: map and official text, the map alone, the text alone."""
    levels = data.crosswalk["from_code"].map(
        {area.code: True for area in data.places.at(editions_of(data)[0].id, "commune")}
    )
    counts = data.crosswalk[levels.notna()]["basis"].value_counts()
    return {"both": int(counts.get(BOTH, 0)), "map": int(counts.get(OVERLAY, 0)), "text": int(counts.get(OFFICIAL, 0))}


def _side(data: Snapshot, query: ChangesQuery, side: str, edition: Edition) -> View:
    label = _("Đơn vị mới: lập từ đâu") if side == "new" else _("Đơn vị cũ: nay thuộc đâu")
    return {
        "label": label,
        "count": len(data.places.at(edition.id, "commune")),
        "href": query.path(side=side, kind=None),
        "current": side == query.side,
    }


def kind_text(side: str, kind: str) -> str:
    """A kind of change as its side sees it: what an old unit was merged into was made of whole units."""
    return _("Lập từ đơn vị nguyên vẹn") if (side, kind) == ("new", MERGED) else change_text(kind)


def _kind_options(query: ChangesQuery, near: Sequence[Unit]) -> list[View]:
    counts = kind_counts(unit.kind for unit in near)
    everything = {"kind": "", "label": _("Tất cả"), "count": len(near), "colour": "", "href": query.path(kind=None)}
    kinds = [
        {"kind": kind, "label": kind_text(query.side, kind), "count": count, "colour": COLOURS.get(kind, OTHER),
         "href": query.path(kind=kind)}
        for kind, count in counts.items()
    ]  # fmt: skip
    return [{**option, "current": option["kind"] == (query.kind or "")} for option in [everything, *kinds]]


def _groups(data: Snapshot, query: ChangesQuery, shown: Sequence[Unit]) -> list[View]:
    """Old units under their district; new ones in one list, for they have none."""
    if query.side == "new":
        return [{"name": "", "href": None, "units": shown}] if shown else []
    groups: dict[str, list[Unit]] = {}
    for unit in shown:
        groups.setdefault(unit.area.parent_code or "", []).append(unit)
    parents = {code: data.places.area(units[0].area.edition_id, code) for code, units in groups.items()}
    return [
        {"name": area_name(parents[code]), "href": area_path(parents[code]), "units": units}
        for code, units in sorted(groups.items())
    ]


def _draw(query: ChangesQuery, edition: Edition, old: Edition, near: Sequence[Unit], shown: Sequence[Unit]) -> Any:
    """The map: all units near, those not listed in grey; former districts as heavier lines."""
    if not near:
        return None
    listed = {unit.area.code for unit in shown}
    labels = query.district is not None
    shapes = tuple(
        Shape(unit.area.code, unit.colour if unit.area.code in listed else "na", f"{unit.name}: {unit.kind_text}",
              unit.href, label_of(unit.area) if labels and unit.area.code in listed else "")
        for unit in near
    )  # fmt: skip
    name = f"{edition.id}.commune"
    codes = None if query.district is None else tuple(shape.code for shape in shapes)
    over = sheet(name, codes, 620, 680).borders(f"{old.id}.district", [query.district] if query.district else None)
    title = _("Bản đồ %(count)s đơn vị theo loại thay đổi", count=len(shown))
    counts = ", ".join(
        f"{kind_text(query.side, kind)}: {count}" for kind, count in kind_counts(unit.kind for unit in shown).items()
    )
    return draw_shapes(title, counts, name, shapes, whole=query.district is None, over=over)
