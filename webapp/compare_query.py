"""The question of the page that sets areas beside each other, read from its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from boundaries.lineage import AreaKey
from geo.errors import BadParameter
from webapp.db import Snapshot
from webapp.past import dated
from webapp.query import prefixed

FEWEST, MOST = 2, 6
ROWS, SHOWN = ("all", "different"), ("figures", "trends")
LONGEST = 100
"""Letters of a name that is looked for, as in the API's search."""


@dataclass(frozen=True)
class CompareQuery:
    """Which areas, whether only rows that differ, figures or trends, and what the reader looks for to add."""

    keys: tuple[AreaKey, ...] = ()
    rows: str = "all"
    show: str = "figures"
    sought: str = ""

    @property
    def areas(self) -> str:
        """The areas as the parameter holds them."""
        return ",".join(f"{edition}:{code}" for edition, code in self.keys)

    def path(self, keys: Sequence[AreaKey] | None = None, **changes: str) -> str:
        """The address with other areas or choices; what is looked for is never kept."""
        areas = self.areas if keys is None else CompareQuery(tuple(keys)).areas
        chosen = {"areas": areas, "rows": self.rows, "show": self.show, **changes}
        given = {name: value for name, value in chosen.items() if value not in ("", ROWS[0], SHOWN[0])}
        return dated(prefixed("/compare" + (f"?{urlencode(given, safe=':,')}" if given else "")))


def read_compare(data: Snapshot, args: Mapping[str, str]) -> CompareQuery:
    """The question that the parameters ask; no area, or one, is a beginning. Raises BadParameter, UnknownName."""
    given = args.get("areas", "")
    keys = [_read_key(part, given) for part in given.split(",")] if given else []
    if len(keys) > MOST or len(set(keys)) < len(keys):
        raise BadParameter("areas", given, [allowed_areas()])
    for key in keys:
        data.places.area(*key)
    rows, show, sought = args.get("rows", ROWS[0]), args.get("show", SHOWN[0]), args.get("q", "")
    for name, value, allowed in (("rows", rows, ROWS), ("show", show, SHOWN)):
        if value not in allowed:
            raise BadParameter(name, value, allowed)
    if len(sought) > LONGEST:
        raise BadParameter("q", sought, [f"a name, up to {LONGEST} letters"])
    return CompareQuery(tuple(keys), rows, show, " ".join(sought.split()))


def _read_key(part: str, given: str) -> AreaKey:
    edition, _colon, code = part.strip().partition(":")
    if not edition or not code:
        raise BadParameter("areas", given, [allowed_areas()])
    return edition, code


def allowed_areas() -> str:
    """What the parameter `areas` takes."""
    return f"{FEWEST} to {MOST} different areas as edition:code, with commas between, such as 2024:001,2024:274"
