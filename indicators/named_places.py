"""Places that the resolution names: what is to happen there, and in which unit they lie, as far as that is known.

A place is never a point: the text gives no positions. It is the unit that the text names, or that a source names; where
neither does, it has no unit and stands in lists only.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from boundaries.models import Base
from boundaries.tables import Column, Findings, Frames, Table
from indicators.targets import AreaKey, read_areas

KINDS = (
    "market",
    "district_upgrade",
    "sports",
    "road",
    "waste_pilot",
    "waste",
    "metro",
    "wastewater",
    "satellite_town",
)
BASES = ("text", "source", "unknown")

NAMED_PLACES = Table(
    "places",
    "Places that the resolution names, in the order of the text.",
    ("id",),
    (
        Column("id", "Short name.", pattern=r"[a-z][a-z0-9_]*"),
        Column("kind", "What sort of place it is.", allowed=KINDS),
        Column("name_vi", "Its name in Vietnamese."),
        Column("name_en", "Its name in English."),
        Column("action_vi", "What the resolution asks for, in Vietnamese and in our own words."),
        Column("action_en", "The same in English."),
        Column("locator", "Where in the resolution it is named."),
        Column("areas", "Units in which it lies, as edition/code with spaces between; blank: not known.",
               required=False, default=""),
        Column("basis", "Who says so: text (the resolution itself), source (another source), unknown (nobody).",
               allowed=BASES),
        Column("source", "The other source.", required=False, references="sources.id"),
        Column("note_vi", "What a reader must know about it, in Vietnamese.", required=False),
        Column("note_en", "The same in English.", required=False),
    ),
)  # fmt: skip

RULES = {
    "unit": "Each unit of a named place exists in the edition of its pair edition/code.",
    "located": "A named place has units unless its basis is unknown, and another source only if that is its basis.",
}


class NamedPlace(Base):
    """One place that the resolution names; `position` is its place in the file."""

    __tablename__ = "named_place"

    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    action_vi: Mapped[str]
    action_en: Mapped[str]
    locator: Mapped[str]
    areas: Mapped[str]
    basis: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]

    @property
    def keys(self) -> tuple[AreaKey, ...]:
        """(edition, code) of the units in which it lies."""
        return read_areas(self.areas)


def check_named_places(text: Frames, areas: pd.DataFrame, findings: Findings) -> None:
    """Apply the rules to the table as text; `areas` is the table of areas as text."""
    frame = text[NAMED_PLACES.name]
    known = set(zip(areas["edition"], areas["code"], strict=True))
    astray = frame["areas"].map(lambda cell: not set(read_areas(cell)) <= known).astype(bool)
    findings.add(NAMED_PLACES, frame, astray, "areas", "unit", RULES["unit"])
    placed = (frame["areas"] != "") == (frame["basis"] != "unknown")
    sourced = (frame["source"] != "") == (frame["basis"] == "source")
    findings.add(NAMED_PLACES, frame, ~(placed & sourced), "basis", "located", RULES["located"])


def load_named_places(session: Session) -> list[NamedPlace]:
    """All of them in the order of the text, detached."""
    rows = list(session.scalars(select(NamedPlace).order_by(NamedPlace.position)))
    session.expunge_all()
    return rows
