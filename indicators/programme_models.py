"""Tables of facts that are not single figures: titles of communes, and what was reported of the upgrades of districts.

Column meanings: the dictionaries in `indicators/ntm.py` and `indicators/upgrades.py`. `position` is the place of a row
in its file; the order of criteria and of events without a date is known from nothing else.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.models import Base


class Recognition(Base):
    """One title of one commune, as one source states it. Appraised communes do not hold it."""

    __tablename__ = "recognition"
    __table_args__ = (
        ForeignKeyConstraint(["edition_id", "area_code"], ["area.edition_id", "area.code"]),
        CheckConstraint("year IS NULL OR known_by IS NULL", name="ck_recognition_date"),
        Index(None, "edition_id", "area_code"),
    )

    position: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(16))
    year: Mapped[int | None]
    known_by: Mapped[str | None] = mapped_column(String(10))
    fields: Mapped[str | None]
    decision: Mapped[str | None] = mapped_column(String(32))
    decided_on: Mapped[dt.date | None]
    basis: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]


class UpgradeCriterion(Base):
    """A criterion of law, or a measure that sources use beside the law."""

    __tablename__ = "upgrade_criterion"

    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(64), unique=True)
    level: Mapped[str] = mapped_column(String(32))
    group: Mapped[str] = mapped_column(String(16))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    operator: Mapped[str | None] = mapped_column(String(8))
    threshold: Mapped[float | None]
    threshold_vi: Mapped[str | None]
    threshold_en: Mapped[str | None]
    unit_vi: Mapped[str | None]
    unit_en: Mapped[str | None]
    legal_vi: Mapped[str | None]
    legal_en: Mapped[str | None]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    basis: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]


class UpgradeStatus(Base):
    """What one source reports of one criterion in one area."""

    __tablename__ = "upgrade_status"
    __table_args__ = (
        ForeignKeyConstraint(["edition_id", "area_code"], ["area.edition_id", "area.code"]),
        Index(None, "criterion_id", "edition_id", "area_code"),
    )

    position: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(16))
    criterion_id: Mapped[str] = mapped_column(ForeignKey("upgrade_criterion.id"))
    result: Mapped[str] = mapped_column(String(16))
    value: Mapped[float | None]
    qualifier: Mapped[str] = mapped_column(String(8), default="")
    denominator: Mapped[float | None]
    as_of: Mapped[str | None] = mapped_column(String(10))
    confidence: Mapped[str] = mapped_column(String(16))
    conflict: Mapped[str | None] = mapped_column(String(32))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]


class UpgradeMilestone(Base):
    """What happened in the programme; `areas` are edition/code with spaces between."""

    __tablename__ = "upgrade_milestone"

    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(8), unique=True)
    date: Mapped[str | None] = mapped_column(String(10))
    areas: Mapped[str]
    event_vi: Mapped[str]
    event_en: Mapped[str]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]
