"""What each unit came from and became, with dates and the kind of change.

Derived from the crosswalk and the lists of units, never stored. Extent comes first and names second, because a code,
and even code and name together, can pass to another place.

Kinds of a link between an old and a new unit; a source with one row in the crosswalk went there whole, and no share is
taken as "nearly all", so there are no thresholds:

- `kept`: all of the old unit is all of the new one, under the same name.
- `renamed`: the same, under another name or as another kind of unit.
- `merged`: all of the old unit, in a new one made of several.
- `part`: a part of the old unit.

Kinds of a unit:

- an old one is `kept`, `renamed` or `merged` as its link is, `split` if parts of it went to several, `dissolved` if no
  unit of its level exists any more (a former district: its land is now in these communes, which do not belong to it);
- a new one is `kept`, `renamed`, `merged` if made of whole units, `part` if parts of divided units are in it.

Dates. An edition is a list in force on its days. Where days between two editions are in neither, a list from between
(`between`) tells which units went on under their code and name until the day before the newer edition; all others are
known to have been in force only until the older edition ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from boundaries.crosswalk import list_contributors

AreaKey = tuple[str, str]
"""(edition, code)."""

KEPT, RENAMED, MERGED, PART, SPLIT, DISSOLVED = "kept", "renamed", "merged", "part", "split", "dissolved"
KINDS = (KEPT, RENAMED, MERGED, PART, SPLIT, DISSOLVED)
LINK_KINDS = (KEPT, RENAMED, MERGED, PART)


@dataclass(frozen=True)
class Span:
    """Days on which an edition was in force, both included; None where it is open or not known."""

    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class Link:
    """The other unit of a pair. Shares are of land, 0 to 1: of the old unit in this pair, and of the new one."""

    area: AreaKey
    kind: str
    share_of_old: float
    share_of_new: float
    basis: str


@dataclass(frozen=True)
class Lineage:
    """One unit in time.

    `change` is the kind of what happened to it: at its end where it has successors, else at its beginning; None where
    nothing is known to have happened. `first_day` and `last_day` are None where open or not known. `districts` are the
    former districts that the land of a new commune lay in, as dated places and not as parents.
    """

    area: AreaKey
    change: str | None
    first_day: dt.date | None
    last_day: dt.date | None
    predecessors: tuple[Link, ...] = ()
    successors: tuple[Link, ...] = ()
    districts: tuple[Link, ...] = ()


def build_lineages(
    crosswalk: pd.DataFrame,
    areas: pd.DataFrame,
    spans: Mapping[str, Span],
    between: pd.DataFrame | None = None,
) -> dict[AreaKey, Lineage]:
    """The lineage of every unit of the crosswalk's two editions.

    `areas` lists all units: edition, code, level, name, parent_code, area_km2. `spans` gives the days of both editions.
    `between` lists units in force between them: code, name (`boundaries.editions.list_between`).
    Links are ordered from the largest share of the unit's own land.
    """
    old, new = str(crosswalk["from_edition"].iloc[0]), str(crosswalk["to_edition"].iloc[0])
    units = areas[areas["edition"].isin([old, new])].set_index(["edition", "code"])
    pairs = _classified(list_contributors(crosswalk, areas), units, old, new)
    former = _former_districts(pairs, units, old, new)
    last = _last_days(units.loc[old], spans, new, between)
    successors = _links(pairs, "from_code", new, "to_code", "share_of_source")
    within = _links(former, "from_code", new, "to_code", "share_of_source")
    predecessors = _links(pairs, "to_code", old, "from_code", "share_of_target")
    districts = _links(former, "to_code", old, "from_code", "share_of_target")
    lineages = {}
    for code in units.loc[old].index:
        links = successors.get(code, ())
        lineages[old, code] = Lineage(
            (old, code), _change_of_old(links), spans[old].first, last[code], successors=links or within.get(code, ())
        )
    for code in units.loc[new].index:
        links = predecessors.get(code, ())
        lineages[new, code] = Lineage(
            (new, code), _change_of_new(links), spans[new].first, spans[new].last,
            predecessors=links, districts=districts.get(code, ()),
        )  # fmt: skip
    return lineages


def _classified(pairs: pd.DataFrame, units: pd.DataFrame, old: str, new: str) -> pd.DataFrame:
    """Contributors with the `kind` of their link."""
    alone = pairs.groupby("to_code")["from_code"].transform("size") == 1
    names = pairs["from_code"].map(units.loc[old]["name"]), pairs["to_code"].map(units.loc[new]["name"])
    kind = pd.Series(PART, index=pairs.index).mask(pairs["whole"], MERGED)
    kind = kind.mask(pairs["whole"] & alone, RENAMED).mask(pairs["whole"] & alone & (names[0] == names[1]), KEPT)
    return pairs.assign(kind=kind)


def _former_districts(pairs: pd.DataFrame, units: pd.DataFrame, old: str, new: str) -> pd.DataFrame:
    """Land of each former district in each new commune: the pairs of communes, summed by district."""
    levels = units["level"]
    gone = set(levels.loc[old]) - set(levels.loc[new])
    parent = pairs["from_code"].map(units.loc[old]["parent_code"])
    inside = pairs[parent.map(levels.loc[old]).isin(gone)].assign(from_code=parent)
    sums = inside.groupby(["from_code", "to_code"], as_index=False).agg(
        area_km2=("area_km2", "sum"), share_of_target=("share_of_target", "sum"),
        basis=("basis", lambda bases: ", ".join(sorted(set(bases)))),
    )  # fmt: skip
    sums["share_of_source"] = sums["area_km2"] / sums.groupby("from_code")["area_km2"].transform("sum")
    single = sums.groupby("from_code")["to_code"].transform("size") == 1
    return sums.assign(kind=pd.Series(PART, index=sums.index).mask(single, MERGED))


def _last_days(
    units: pd.DataFrame, spans: Mapping[str, Span], new: str, between: pd.DataFrame | None
) -> dict[str, dt.date | None]:
    """The last day on which each old unit is known to have been in force."""
    ended = next(span.last for edition, span in spans.items() if edition != new)
    first = spans[new].first
    day_before = first - dt.timedelta(days=1) if first else None
    if between is None:
        return dict.fromkeys(map(str, units.index), ended)
    went_on = set(zip(between["code"], between["name"], strict=True))
    return {
        str(code): day_before if (code, name) in went_on else ended
        for code, name in zip(units.index, units["name"], strict=True)
    }


def _links(rows: pd.DataFrame, own: str, edition: str, other: str, share: str) -> dict[str, tuple[Link, ...]]:
    """The links of each unit of column `own` to those of column `other`, which are of an edition; by `share`, the
    largest first."""
    ordered = rows.sort_values([share, other], ascending=[False, True])
    links: dict[str, list[Link]] = {}
    columns = (ordered[name] for name in (own, other, "kind", "share_of_source", "share_of_target", "basis"))
    for unit, code, kind, of_old, of_new, basis in zip(*columns, strict=True):
        link = Link((edition, str(code)), str(kind), float(of_old), float(of_new), str(basis))
        links.setdefault(str(unit), []).append(link)
    return {unit: tuple(found) for unit, found in links.items()}


def _change_of_old(links: Sequence[Link]) -> str:
    kinds = [link.kind for link in links]
    return SPLIT if PART in kinds else kinds[0] if kinds else DISSOLVED


def _change_of_new(links: Sequence[Link]) -> str | None:
    kinds = [link.kind for link in links]
    return PART if PART in kinds else kinds[0] if kinds else None
