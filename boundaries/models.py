"""Tables of places: boundary editions and the administrative units in force in each.

An area is known by `(edition_id, code)` and by nothing less: all 126 codes of the 2025-07 edition reuse
a code of the 2024 edition, most of them for another place.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the store; constraint names are fixed so that migrations can address them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Edition(Base):
    """A set of administrative units valid together, from `valid_from` to `valid_to` (both inclusive).

    A missing `valid_from` means "since before the data begins"; a missing `valid_to` means "still in force".
    `layer` names the TopoJSON file in `boundaries/data` that holds its shapes; for an imported edition it is a path
    with a folder, taken from the project's folder where it is relative.
    """

    __tablename__ = "edition"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    layer: Mapped[str]


class Succession(Base):
    """What became of an area of one edition in another: its share that went to each successor.

    Weights are shares of the *source* area and sum to 1 over its rows: `weight_area` by land, `weight_population` by
    people, missing where nobody knows. `basis` is overlay, composition or both; `citation` says where it is from.
    """

    __tablename__ = "succession"
    __table_args__ = (
        ForeignKeyConstraint(["from_edition", "from_code"], ["area.edition_id", "area.code"]),
        ForeignKeyConstraint(["to_edition", "to_code"], ["area.edition_id", "area.code"]),
        Index(None, "to_edition", "to_code"),
    )

    from_edition: Mapped[str] = mapped_column(String(16), primary_key=True)
    from_code: Mapped[str] = mapped_column(String(16), primary_key=True)
    to_edition: Mapped[str] = mapped_column(String(16), primary_key=True)
    to_code: Mapped[str] = mapped_column(String(16), primary_key=True)
    weight_area: Mapped[float]
    weight_population: Mapped[float | None]
    basis: Mapped[str] = mapped_column(String(32))
    citation: Mapped[str]


class Area(Base):
    """One administrative unit of one edition.

    `code` is zero-padded text of the General Statistics Office; `level` is city, district or commune; `type` is the
    Vietnamese kind of unit (quận, huyện, thị xã, phường, xã, thị trấn, thành phố); `name` is the official name with
    its kind, in NFC. `area_km2` is measured on the boundary layer and is not an official figure.
    """

    __tablename__ = "area"
    __table_args__ = (
        ForeignKeyConstraint(["edition_id", "parent_code"], ["area.edition_id", "area.code"]),
        Index(None, "edition_id", "level", "code"),
    )

    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(String(16))
    area_km2: Mapped[float]
