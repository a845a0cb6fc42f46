"""Where figures come from: from a value to its source, file, row and batch, what stood before, and what a batch did.

Who took figures in is in the audit alone (`flask audit verify`): these pages are public.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from boundaries.models import Area
from geo.errors import BadParameter, UnknownName
from indicators.history import HANOI
from indicators.models import AuditEntry, Batch, Indicator, Observation, Source, Statement, Superseded
from webapp.db import Snapshot, session
from webapp.document import quality_text
from webapp.i18n import gettext as _
from webapp.i18n import localised, number, period_text, quantity
from webapp.identity import area_path
from webapp.navigation import link
from webapp.pages.gazetteer import area_name
from webapp.words import source_view, status_text, stratum_text, unit_text

SHOWN = 200
"""Figures of one batch on a page of its list."""

LONGEST_NUMBER = 9
"""Digits from which no batch has a number."""

View = dict[str, Any]


@dataclass(frozen=True)
class Stated:
    """A figure that stood or stands: as printed, its source, its origin, and the batches that brought and ended it."""

    value: str
    period: str
    stratum: str
    status: str
    note: str
    source: View
    file: str
    sheet: str | None
    row: int | None
    sha256: str
    batch: View
    entered: View
    ended: View | None


def origin_path(area: Area, indicator: Indicator) -> str:
    """The page on which an area's figures of an indicator open to file, row and batch."""
    return link("provenance.figure", indicator_id=indicator.id, edition=area.edition_id, code=area.code)


def build_origin(data: Snapshot, indicator: Indicator, area: Area) -> View:
    """All figures of an indicator for an area: those that stand, and those that stood, newest period first."""
    standing = [_stated(data, indicator, row) for row in _rows(Observation, indicator, area)]
    former = [_stated(data, indicator, row) for row in _rows(Superseded, indicator, area)]
    return {
        "indicator": localised(indicator, "name"),
        "area": area_name(area),
        "unit": unit_text(data.catalogue, indicator),
        "standing": standing,
        "former": former,
        "area_href": area_path(area),
        "indicator_href": link("indicators.show", indicator=indicator.id),
    }


def _rows(model: type[Statement], indicator: Indicator, area: Area) -> Sequence[Any]:
    chosen = select(model).where(
        model.indicator_id == indicator.id, model.edition_id == area.edition_id, model.area_code == area.code
    )
    return session().scalars(chosen.order_by(model.period.desc(), model.stratum, model.entered_id.desc())).all()


def _stated(data: Snapshot, indicator: Indicator, row: Any) -> Stated:
    labels = {float(label.value): localised(label, "name") for label in data.catalogue.labels.get(indicator.id, [])}
    batch = session().get_one(Batch, row.batch_id)
    return Stated(
        value=labels.get(row.value) or quantity(row.value, indicator.decimals, "", row.qualifier, row.value_high),
        period=period_text(row.period),
        stratum="" if row.stratum == indicator.strata.split(",")[0] else stratum_text(row.stratum),
        status=status_text(row.status),
        note=localised(row, "note"),
        source=_source(row.source_id),
        file=batch.file,
        sheet=batch.sheet,
        row=row.batch_row,
        sha256=batch.sha256,
        batch=_reference(batch),
        entered=_reference(session().get_one(Batch, row.entered_id)),
        ended=_reference(session().get_one(Batch, row.ended_id)) if isinstance(row, Superseded) else None,
    )


def _source(source_id: str) -> View:
    """A source as shown; one that the catalogue no longer holds is named by its id."""
    source = session().get(Source, source_id)
    if source is None:
        return {"publisher": source_id, "title": "", "url": None, "secondary": False, "published": None, "quality": ""}
    return {**source_view(source), "quality": quality_text(source.quality)}


def _reference(batch: Batch) -> View:
    return {
        "number": batch.id,
        "kind": kind_text(batch),
        "at": moment(batch.at),
        "href": link("provenance.batch", number=batch.id),
    }


def kind_text(batch: Batch) -> str:
    """What a batch did."""
    return {
        "load": _("nạp bảng của dự án"),
        "import": _("nhập tệp"),
        "undo": _("hoàn tác đợt %(number)s", number=batch.undoes),
    }[batch.kind]


def moment(at: str) -> str:
    """An instant of the store in Hanoi's time: `25/11/2026 13:05`."""
    return dt.datetime.fromisoformat(at).astimezone(HANOI).strftime("%d/%m/%Y %H:%M")


def build_batches() -> View:
    """All batches, newest first, each with how many figures it entered and ended."""
    batches = session().scalars(select(Batch).order_by(Batch.id.desc())).all()
    undone = {batch.undoes: batch.id for batch in batches if batch.undoes is not None}
    facts = {entry.batch_id: json.loads(entry.detail) for entry in session().scalars(select(AuditEntry))}
    return {
        "batches": [{**_summary(batch, facts.get(batch.id, {})), "undone": undone.get(batch.id)} for batch in batches]
    }


def _summary(batch: Batch, facts: View) -> View:
    return {
        **_reference(batch),
        "file": batch.file,
        "sheet": batch.sheet,
        "sha256": batch.sha256,
        "entered": number(facts.get("entered", {}).get("figures", 0), 0),
        "ended": number(facts.get("ended", {}).get("figures", 0), 0),
    }


def build_batch(data: Snapshot, asked: str, page: int = 1) -> View:
    """One batch: its file, what it did, the warnings confirmed with their reasons, and a page of the figures it read.

    Raises: UnknownName for a number that no batch has; BadParameter for a page that there is not.
    """
    known = asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER
    batch = session().get(Batch, int(asked)) if known else None
    if batch is None:
        last = session().scalar(select(func.max(Batch.id))) or 0
        raise UnknownName("batch", asked, [str(last)])
    entry = session().scalar(select(AuditEntry).where(AuditEntry.batch_id == batch.id))
    facts = json.loads(entry.detail) if entry else {}
    undone = session().scalar(select(Batch).where(Batch.undoes == batch.id))
    read = Observation.batch_id == batch.id
    standing = session().scalar(select(func.count()).select_from(Observation).where(read)) or 0
    pages = max(1, math.ceil(standing / SHOWN))
    if page > pages:
        raise BadParameter("page", str(page), [f"1–{pages}"])
    all_read = select(Observation).where(read).order_by(Observation.id)
    figures = session().scalars(all_read.offset((page - 1) * SHOWN).limit(SHOWN)).all()
    return {
        **_summary(batch, facts),
        "undone": _reference(undone) if undone else None,
        "confirmed": sorted(facts.get("confirmed", {}).items()),
        "standing": number(standing, 0),
        "page": page,
        "pages": pages,
        "figures": [_figure(data, row) for row in figures],
    }


def _figure(data: Snapshot, row: Observation) -> View:
    area = data.places.area(row.edition_id, row.area_code)
    indicator = data.catalogue.indicator(row.indicator_id)
    shown = _stated(data, indicator, row)
    name = localised(indicator, "name") + (f", {shown.stratum.lower()}" if shown.stratum else "")
    return {
        "row": row.batch_row,
        "area": area_name(area),
        "indicator": name,
        "period": shown.period,
        "value": shown.value,
        "unit": unit_text(data.catalogue, indicator),
        "href": origin_path(area, indicator),
    }
