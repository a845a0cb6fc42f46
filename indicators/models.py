"""Tables of numbers: the catalogue, its vocabularies, goals, sources, and figures with their history and audit."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.models import Base
from indicators.targets import VERSION


class Theme(Base):
    """A heading of the catalogue; `position` is its place in the picker."""

    __tablename__ = "theme"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class Unit(Base):
    """A unit of measure and its label in each language (blank for coded statuses)."""

    __tablename__ = "unit"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]


class Indicator(Base):
    """One row of the catalogue. Column meanings: `indicators/schema.py`."""

    __tablename__ = "indicator"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id"))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    definition_vi: Mapped[str]
    definition_en: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    decimals: Mapped[int]
    measure: Mapped[str] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(16))
    aggregation: Mapped[str] = mapped_column(String(16))
    weight: Mapped[str | None] = mapped_column(String(32))
    strata: Mapped[str]
    levels: Mapped[str]
    area_types: Mapped[str | None]
    resolution_ref: Mapped[str | None]
    responsible_body: Mapped[str | None]
    tier: Mapped[str] = mapped_column(String(16))
    appendix_no: Mapped[str | None] = mapped_column(String(8))


class ValueLabel(Base):
    """The words for one code of a coded status indicator."""

    __tablename__ = "value_label"

    indicator_id: Mapped[str] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]


class Breaks(Base):
    """Interior class limits of an indicator at one level, rising, comma-separated; fixed over the years."""

    __tablename__ = "breaks"

    indicator_id: Mapped[str] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(16), primary_key=True)
    limits: Mapped[str]


class GoalRow(Base):
    """One goal as one place of a document states it, in the order of the text. Column meanings: `indicators/goals.py`;
    as an object to judge by: `targets.Goal`."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    locator: Mapped[str]
    indicator_id: Mapped[str | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    scope: Mapped[str] = mapped_column(String(16))
    operator: Mapped[str] = mapped_column(String(16))
    low: Mapped[float | None]
    high: Mapped[float | None]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    printed_unit: Mapped[str | None]
    base: Mapped[str] = mapped_column(String(16), default="")
    year: Mapped[int]
    due: Mapped[dt.date]
    timing: Mapped[str] = mapped_column(String(16), default="point_in_time")
    since: Mapped[int | None]
    areas: Mapped[str] = mapped_column(default="")
    repeats: Mapped[str | None]
    text_vi: Mapped[str]
    text_en: Mapped[str]
    reason_vi: Mapped[str | None]
    reason_en: Mapped[str | None]
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]
    version: Mapped[str] = mapped_column(default=VERSION)


class Batch(Base):
    """One change of the figures as a whole: a load of the embedded tables, an import of a file, or the undoing of one.

    Numbers rise with time and are the clock of the store. `kind` is load, import or undo; `undoes` names the batch that
    was undone. `at` is UTC; `sha256` is that of the file, or of all embedded tables together.
    """

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    file: Mapped[str]
    sheet: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(String(64))
    entered_by: Mapped[str]
    at: Mapped[str] = mapped_column(String(27))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))


class Source(Base):
    """Where figures were published.

    `quality` decides how it is shown: mirror and tertiary never as a live link. `title_origin` is "stated", or "slug"
    for a title rebuilt from the address. `batch_id` is the import that brought it, None for the embedded ones.
    """

    __tablename__ = "source"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    publisher: Mapped[str]
    title: Mapped[str]
    title_origin: Mapped[str] = mapped_column(String(8))
    url: Mapped[str | None]
    published: Mapped[dt.date | None]
    kind: Mapped[str] = mapped_column(String(32))
    quality: Mapped[str] = mapped_column(String(16))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))


class Statement:
    """One figure that a source states for one area, period and stratum, and how it came into the store.

    `period` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: the year, or as of that month or day. `value` is in the indicator's
    unit, unrounded. `qualifier` is gt, ge, lt, le, approx or range; `value_high` is set only for a range.
    `batch_id` and `batch_row` say from which row of which file it was read, `entered_id` which batch put it here: the
    two differ only for a figure that an undo put back.
    """

    indicator_id: Mapped[str] = mapped_column(String(64))
    edition_id: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(16))
    period: Mapped[str] = mapped_column(String(10))
    stratum: Mapped[str] = mapped_column(String(8))
    value: Mapped[float]
    value_high: Mapped[float | None]
    qualifier: Mapped[str] = mapped_column(String(8), default="")
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(String(64))
    note_vi: Mapped[str | None]
    note_en: Mapped[str | None]
    batch_id: Mapped[int] = mapped_column(default=0)
    batch_row: Mapped[int | None]
    entered_id: Mapped[int] = mapped_column(default=0)


class Observation(Statement, Base):
    """A figure that stands at present."""

    __tablename__ = "observation"
    __table_args__ = (
        ForeignKeyConstraint(["edition_id", "area_code"], ["area.edition_id", "area.code"]),
        ForeignKeyConstraint(["indicator_id"], ["indicator.id"]),
        ForeignKeyConstraint(["source_id"], ["source.id"]),
        ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        ForeignKeyConstraint(["entered_id"], ["batch.id"]),
        UniqueConstraint("indicator_id", "edition_id", "area_code", "period", "stratum", "source_id"),
        CheckConstraint("(qualifier = 'range') = (value_high IS NOT NULL)", name="ck_observation_range"),
        Index(None, "indicator_id", "edition_id", "period"),
        Index(None, "batch_id", "id"),
        Index(None, "entered_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)


class Superseded(Statement, Base):
    """A figure that stood from batch `entered_id` until batch `ended_id` replaced or removed it; never changed again.

    It refers to no indicator, area or source: it outlives what the catalogue no longer holds.
    """

    __tablename__ = "superseded"
    __table_args__ = (
        ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        ForeignKeyConstraint(["entered_id"], ["batch.id"]),
        ForeignKeyConstraint(["ended_id"], ["batch.id"]),
        Index(None, "indicator_id", "edition_id", "area_code"),
        Index(None, "entered_id"),
        Index(None, "ended_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ended_id: Mapped[int]


class Coverage(Base):
    """How many areas have an outcome of an indicator: by edition, level, stratum and year, and with a blank `year` in
    any year. Kept by `indicators/coverage.py`; it refers to nothing, for figures and catalogue are loaded around it."""

    __tablename__ = "coverage"

    indicator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    edition_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[str] = mapped_column(String(16), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[str] = mapped_column(String(4), primary_key=True)
    areas: Mapped[int]


class Citation(Base):
    """How many figures of an indicator in an edition are of a source, plans included; kept as `Coverage` is."""

    __tablename__ = "citation"

    indicator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    edition_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    figures: Mapped[int]


class AuditEntry(Base):
    """One line of the audit, which is only ever added to. `hash` covers the line and the hash of the one before it;
    `detail` is JSON. See `indicators/audit.py`."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(27))
    entered_by: Mapped[str]
    action: Mapped[str] = mapped_column(String(8))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    detail: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64))


class DataState(Base):
    """The single row that says which data the store holds; `version` rises by one with every change.

    `kind` is "real", or "training" for synthetic figures; the two never share a store. `audit_head` is the hash of the
    audit's last line, so that a line missing at the end is missed too.
    """

    __tablename__ = "data_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16), default="real")
    audit_head: Mapped[str] = mapped_column(String(64), default="")
