"""Taking in places: the tables of editions, areas and crosswalk, from file to checked frames to the store.

An area is known by edition and code, so every rule here is asked within one edition.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from boundaries.areas import LEVELS
from boundaries.crosswalk import BASES, BrokenCrosswalk, check_crosswalk
from boundaries.crosswalk import RULES as CROSSWALK_RULES
from boundaries.models import Area, Base, Edition, Succession
from boundaries.problems import Problem
from boundaries.spatial import store_shipped_shapes
from boundaries.tables import Column, Findings, Frames, Table, check_columns, check_references, read_tables

DATA = Path(__file__).parent / "data"

LEVEL_OF = {
    "thành phố": "city",
    "tỉnh": "city",
    "quận": "district",
    "huyện": "district",
    "thị xã": "district",
    "phường": "commune",
    "xã": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
}
"""Level of each kind of unit."""

CODE_DIGITS = {"city": 2, "district": 3, "commune": 5}
"""Length of the codes of the General Statistics Office."""

RULES = {
    "dates": "An edition does not end before it begins.",
    "kind": "The kind of unit belongs to the level.",
    "name": "The official name begins with the kind of unit.",
    "code": "The code has the digits of its level: 2 for the city, 3 for a district, 5 for a commune.",
    "parent": "Every unit but a city lies in a unit of a higher level of the same edition.",
    "size": "An area is larger than nothing.",
    **{f"crosswalk {rule}": text for rule, text in CROSSWALK_RULES.items()},
}

_EDITION = r"\d{4}(-\d{2})?"

PLACES: dict[str, Table] = {
    "editions": Table(
        "editions",
        "Sets of administrative units that were in force together.",
        ("id",),
        (
            Column("id", "Short name of the edition in addresses.", pattern=_EDITION),
            Column("name_vi", "Name in Vietnamese."),
            Column("name_en", "Name in English."),
            Column("valid_from", "First day in force; blank: since before the data begin.", "date", required=False),
            Column("valid_to", "Last day in force; blank: still in force.", "date", required=False),
            Column("layer", "TopoJSON file with the shapes of its units.", pattern=r"[\w.-]+\.topojson"),
        ),
    ),
    "areas": Table(
        "areas",
        "Administrative units, one row for each unit and edition.",
        ("edition", "code"),
        (
            Column("edition", "Edition to which the unit belongs.", references="editions.id"),
            Column("code", "Code of the General Statistics Office, text with its leading zeros.", pattern=r"\d{2,5}"),
            Column("level", "Level of administration.", allowed=LEVELS),
            Column("type", "Kind of unit in Vietnamese.", allowed=tuple(LEVEL_OF)),
            Column("name", "Official Vietnamese name with its kind."),
            Column("parent_code", "Code of the unit it lies in; blank for the city.", required=False),
            Column("area_km2", "Area measured on the boundary layer in km²; not an official figure.", "number"),
        ),
    ),
    "crosswalk": Table(
        "crosswalk",
        "What became of each unit of one edition in another, one row for each pair.",
        ("from_edition", "from_code", "to_edition", "to_code"),
        (
            Column("from_edition", "Edition of the unit that changed.", pattern=_EDITION),
            Column("from_code", "Its code."),
            Column("to_edition", "Edition of the unit it went to, whole or in part.", pattern=_EDITION),
            Column("to_code", "Code of that unit."),
            Column("weight_area", "Share of its land that went there; the shares of a unit sum to 1.", "number"),
            Column("weight_population", "Share of its people; blank: not known.", "number", required=False),
            Column("basis", "What says so: the overlay of two maps, the official text, or both.", allowed=BASES),
            Column("citation", "Where that is from."),
        ),
    ),
}


def read_places(directory: Path = DATA) -> Frames:
    """Read the tables of places as text. Raises: IngestError for files that cannot be read."""
    return read_tables(directory, PLACES)


def check_places(tables: Frames) -> Frames:
    """Check the tables of places and give them their types.

    Raises: IngestError with all problems.
    """
    findings = Findings()
    typed = check_columns(tables, PLACES, findings)
    check_references(tables, PLACES, findings)
    _check_editions(tables["editions"], typed["editions"], findings)
    _check_areas(tables["areas"], typed["areas"], set(tables["editions"]["id"]), findings)
    findings.raise_any()
    _check_pairs(typed["crosswalk"], typed["areas"], findings)
    findings.raise_any()
    return typed


def _check_editions(text: pd.DataFrame, editions: pd.DataFrame, findings: Findings) -> None:
    both = editions["valid_from"].notna() & editions["valid_to"].notna()
    backwards = both & (text["valid_from"] > text["valid_to"])
    findings.add(PLACES["editions"], text, backwards, "valid_to", "dates", "Write the later day here.")


def _check_areas(text: pd.DataFrame, areas: pd.DataFrame, editions: set[str], findings: Findings) -> None:
    table = PLACES["areas"]
    level = text["level"]
    wrong_kind = level.isin(LEVELS) & (text["type"].map(LEVEL_OF) != level)
    findings.add(table, text, wrong_kind, "type", "kind", f"Levels: {LEVEL_OF}.")
    named = [name.lower().startswith(f"{kind} ") for name, kind in zip(text["name"], text["type"], strict=True)]
    findings.add(table, text, ~pd.Series(named, dtype=bool), "name", "name", RULES["name"])
    digits = level.map(CODE_DIGITS)
    findings.add(table, text, digits.notna() & (text["code"].str.len() != digits), "code", "code", RULES["code"])
    astray = _is_astray(text) & text["edition"].isin(editions)
    findings.add(table, text, astray, "parent_code", "parent", RULES["parent"])
    findings.add(table, text, areas["area_km2"] <= 0, "area_km2", "size", RULES["size"])


def _is_astray(areas: pd.DataFrame) -> pd.Series[bool]:
    """Whether a unit lacks a parent of a higher level in its edition; the city must have none."""
    rank = {level: index for index, level in enumerate(LEVELS)}
    keys = zip(areas["edition"], areas["code"], strict=True)
    rank_of = dict(zip(keys, areas["level"].map(rank), strict=True))
    above = [rank_of.get(key) for key in zip(areas["edition"], areas["parent_code"], strict=True)]
    lower = areas["level"].map(rank) > pd.Series(above, index=areas.index, dtype=float)
    return ~lower.where(areas["level"] != "city", areas["parent_code"] == "").astype(bool)


def _check_pairs(crosswalk: pd.DataFrame, areas: pd.DataFrame, findings: Findings) -> None:
    """Apply the crosswalk's own rules; a fault of a whole unit is shown at the first row of that unit."""
    rows: dict[tuple[str, str], int] = {}
    for row, (source, target) in enumerate(zip(crosswalk["from_code"], crosswalk["to_code"], strict=True), start=2):
        for key in ((source, target), (source, "")):
            rows.setdefault(key, row)
    try:
        check_crosswalk(crosswalk, areas)
    except BrokenCrosswalk as error:
        for fault in error.faults.itertuples():
            codes = str(fault.from_code), str(fault.to_code)
            hint = f"{'→'.join(codes)}: {fault.value}"
            problem = Problem("crosswalk.csv", rows.get(codes, 0), "to_code", codes[1], f"crosswalk {fault.rule}", hint)
            findings.problems.append(problem)


def clear_places(session: Session) -> None:
    """Take the embedded places out, imported editions stay; what refers to those taken out must be gone already."""
    shipped = select(Edition.id).where(~Edition.layer.contains("/"))
    session.execute(delete(Succession))
    session.execute(delete(Area).where(Area.edition_id.in_(shipped)))
    session.execute(delete(Edition).where(~Edition.layer.contains("/")))


def imported_areas(session: Session) -> set[tuple[str, str]]:
    """Edition and code of every unit that came from outside."""
    imported = select(Area.edition_id, Area.code).join(Edition).where(Edition.layer.contains("/"))
    return {(edition, code) for edition, code in session.execute(imported)}


def store_places(session: Session, tables: Frames) -> None:
    """Put checked tables of places into empty ones, within the caller's transaction."""
    store_rows(session, Edition, PLACES["editions"], tables["editions"])
    # a unit is stored after the one it lies in
    areas = tables["areas"].sort_values("level", key=lambda level: level.map(LEVELS.index), kind="stable")
    store_rows(session, Area, PLACES["areas"], areas)
    store_shipped_shapes(session, areas)
    store_rows(session, Succession, PLACES["crosswalk"], tables["crosswalk"])


def store_rows(session: Session, model: type[Base], table: Table, frame: pd.DataFrame) -> None:
    """Insert the rows of a checked table in their order; missing cells become NULL."""
    rows = frame.rename(columns={column.name: column.field for column in table.columns}).astype(object)
    records: Any = rows.where(rows.notna(), None).to_dict("records")
    session.execute(insert(model).execution_options(render_nulls=True), records)
