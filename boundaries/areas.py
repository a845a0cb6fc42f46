"""The units of every edition, loaded once per data version and then only read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.layers import announce
from boundaries.models import Area, Edition
from boundaries.names import nearest
from geo.errors import BadParameter, UnknownName

LEVELS = ("city", "district", "commune")


@dataclass(frozen=True)
class Places:
    """All editions, and all areas by edition and level in the order of their codes.

    That order is a contract: the compact form of a map carries values as plain columns in this order.
    """

    editions: dict[str, Edition]
    areas: dict[tuple[str, str], list[Area]]

    def edition(self, edition_id: str) -> Edition:
        """Raises UnknownName with the editions there are."""
        if edition_id not in self.editions:
            raise UnknownName("edition", edition_id, tuple(self.editions))
        return self.editions[edition_id]

    def levels(self, edition_id: str) -> tuple[str, ...]:
        """Levels that exist in an edition, widest first; since 01/7/2025 there is no district."""
        return tuple(level for level in LEVELS if (self.edition(edition_id).id, level) in self.areas)

    def at(self, edition_id: str, level: str) -> list[Area]:
        """Areas of one edition and level. Raises UnknownName, or BadParameter for a level that edition lacks."""
        if level not in LEVELS:
            raise UnknownName("level", level, LEVELS)
        if level not in self.levels(edition_id):
            raise BadParameter("level", level, self.levels(edition_id))
        return self.areas[edition_id, level]

    @cached_property
    def types(self) -> dict[tuple[str, str], Counter[str]]:
        """How many units of each kind there are, by edition and level."""
        return {cell: Counter(area.type for area in areas) for cell, areas in self.areas.items()}

    def frame(self) -> pd.DataFrame:
        """All areas of all editions: edition, code, level, type, name, parent_code (None for the city), area_km2."""
        fields = ("code", "level", "type", "name", "parent_code", "area_km2")
        return pd.DataFrame(
            [
                {"edition": area.edition_id, **{field: getattr(area, field) for field in fields}}
                for areas in self.areas.values()
                for area in areas
            ],
            columns=["edition", *fields],
        )

    def area(self, edition_id: str, code: str) -> Area:
        """One area. Raises UnknownName with the nearest codes of the same edition."""
        self.edition(edition_id)
        found = self._by_key.get((edition_id, code))
        if found is None:
            known = [other for edition, other in self._by_key if edition == edition_id]
            raise UnknownName(f"area of edition {edition_id}", code, nearest(code, known))
        return found

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Area]:
        return {(area.edition_id, area.code): area for areas in self.areas.values() for area in areas}


def load_places(session: Session) -> Places:
    """Read all editions (oldest first) and areas, detached from the session; layers of imported ones become known."""
    order = Edition.valid_from.is_not(None), Edition.valid_from, Edition.id
    editions = {edition.id: edition for edition in session.scalars(select(Edition).order_by(*order))}
    areas: dict[tuple[str, str], list[Area]] = {}
    for area in session.scalars(select(Area).order_by(Area.edition_id, Area.code)):
        areas.setdefault((area.edition_id, area.level), []).append(area)
    session.expunge_all()
    tops = {edition: [area.code for area in held] for (edition, level), held in areas.items() if level == LEVELS[0]}
    announce({edition.id: edition.layer for edition in editions.values()}, tops)
    return Places(editions, areas)
