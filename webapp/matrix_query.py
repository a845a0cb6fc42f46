"""The question of the matrix, read from its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from boundaries.names import nearest
from geo.errors import BadParameter, UnknownName
from indicators.catalogue import levels_of
from webapp.db import Snapshot
from webapp.past import dated
from webapp.query import prefixed

MOST_ROWS = 150
"""More units than this are shown district by district."""

ORDERS = ("asc", "desc")


@dataclass(frozen=True)
class MatrixQuery:
    """Which units (of one edition and level, perhaps of one district), which theme, and by which column they are sorted
    (`sort` None: by code)."""

    edition: str
    level: str
    parent: str | None = None
    theme: str | None = None
    sort: str | None = None
    order: str = "desc"

    def path(self, **changes: str | None) -> str:
        """The address of the same matrix with some choices changed."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        given = {"edition": asked.edition, "level": asked.level}
        optional = {"parent": asked.parent, "theme": asked.theme, "sort": asked.sort}
        given |= {name: value for name, value in optional.items() if value}
        if asked.sort:
            given["order"] = asked.order
        return dated(prefixed(f"/matrix?{urlencode(given)}"))


def read_matrix(data: Snapshot, args: Mapping[str, str]) -> MatrixQuery:
    """The question that the parameters ask; what is not said is filled in. Raises BadParameter, UnknownName."""
    edition = args.get("edition") or next(iter(data.places.editions))
    level = args.get("level") or next(level for level in data.places.levels(edition) if level != "city")
    areas = data.places.at(edition, level)
    parents = list(dict.fromkeys(area.parent_code for area in areas if area.parent_code))
    parent = args.get("parent") or (parents[0] if len(areas) > MOST_ROWS else None)
    if parent is not None and parent not in parents:
        raise UnknownName(f"area of edition {edition}", parent, nearest(parent, parents))
    theme, sort = args.get("theme") or None, args.get("sort") or None
    if theme is not None and theme not in data.catalogue.themes:
        raise BadParameter("theme", theme, tuple(data.catalogue.themes))
    if sort is not None and level not in levels_of(data.catalogue.indicator(sort)):
        raise BadParameter(
            "sort", sort, [row.id for row in data.catalogue.indicators.values() if level in levels_of(row)]
        )
    order = args.get("order", "desc")
    if order not in ORDERS:
        raise BadParameter("order", order, ORDERS)
    return MatrixQuery(edition, level, parent, theme, sort, order)
