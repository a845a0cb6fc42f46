"""A unit in time, as pages and the API show it: what it was made of, what became of it, with dates and shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boundaries.lineage import KEPT, MERGED, PART, RENAMED, AreaKey, Lineage, Link
from boundaries.models import Area
from boundaries.wording import CHANGES, LANGUAGES, say_lineage
from webapp.charts import Part, stack
from webapp.db import Snapshot
from webapp.i18n import date, language, types_text, with_unit
from webapp.i18n import gettext as _
from webapp.pages.gazetteer import area_name

NAMED = 3
"""Up to so many other units are named in the sentence; more are only counted, and stand in the list below it."""

PART_COLOURS = ("a6", "a5", "a4", "a3", "a2")


SMALLEST = 0.01
"""Shares under this are only said to be so, and so are those as near to all."""


@dataclass(frozen=True)
class Piece:
    """The other unit of a pair: its name and page, how much of the old unit is in the pair, and how much of the new.

    `measured` is False where an official text names the pair but the map is too coarse to show it.
    """

    area: Area
    name: str
    href: str
    whole: bool
    measured: bool
    of_old: float
    of_new: float
    old_text: str
    new_text: str
    basis: str


def area_path(area: Area) -> str:
    """The address of a unit's page in the language of the request."""
    return f"{'' if language() == 'vi' else '/en'}/areas/{area.edition_id}/{area.code}"


def share_text(share: float) -> str:
    """A part of some land in whole per cent; a part is never 100 % of it, and never 0 %."""
    if share == 0:
        return _("quá nhỏ để đo")
    if share == 1:
        return _("gần toàn bộ")
    if share < SMALLEST:
        return _("dưới %(bound)s", bound=with_unit("1", "%"))
    if share > 1 - SMALLEST:
        return _("trên %(bound)s", bound=with_unit("99", "%"))
    return with_unit(str(int(100 * share + 0.5)), "%")


def pieces(data: Snapshot, links: Sequence[Link]) -> list[Piece]:
    """The other units of some links, in the order of the links."""
    return [_piece(data, link) for link in links]


def _piece(data: Snapshot, link: Link) -> Piece:
    area, whole = data.places.area(*link.area), link.kind != PART
    return Piece(
        area=area,
        name=area_name(area),
        href=area_path(area),
        whole=whole,
        measured=link.share_of_old > 0,
        of_old=link.share_of_old,
        of_new=link.share_of_new,
        old_text=_("toàn bộ") if whole else share_text(link.share_of_old),
        new_text=_("toàn bộ") if link.kind in (KEPT, RENAMED) else share_text(link.share_of_new),
        basis=link.basis,
    )


def change_text(change: str | None) -> str:
    """A kind of change as a heading; nothing where none is known."""
    return CHANGES[change][LANGUAGES.index(language())] if change else ""


def sentence(data: Snapshot, lineage: Lineage) -> str:
    """The unit's name and its lineage: "Phường Hàng Bạc, có hiệu lực đến 30/06/2025; nay thuộc Phường Hoàn Kiếm."."""
    name = area_name(data.places.area(*lineage.area))
    said = say_lineage(lineage, lambda key: area_name(data.places.area(*key)), language())
    return f"{name}, {said}." if said else ""


def headline(data: Snapshot, lineage: Lineage) -> str:
    """The sentence, or a shorter one where it would name more than a few other units."""
    links = lineage.successors or lineage.predecessors
    if len(links) <= NAMED:
        return sentence(data, lineage)
    name = area_name(data.places.area(*lineage.area))
    kinds = types_text(data.places.area(*link.area).type for link in links)
    facts = {"name": name, "count": len(links), "kinds": kinds}
    if lineage.successors:
        return _("%(name)s, có hiệu lực đến %(day)s; địa bàn nay thuộc %(count)s %(kinds)s.",
                 day=date(lineage.last_day), **facts)  # fmt: skip
    partly = sum(link.kind != MERGED for link in links)
    if partly:
        return _("%(name)s, có hiệu lực từ %(day)s; lập từ %(count)s %(kinds)s, trong đó %(partly)s chỉ một phần.",
                 day=date(lineage.first_day), partly=partly, **facts)  # fmt: skip
    return _("%(name)s, có hiệu lực từ %(day)s; lập từ %(count)s %(kinds)s nguyên vẹn.",
             day=date(lineage.first_day), **facts)  # fmt: skip


def build_identity(data: Snapshot, area: Area) -> dict[str, Any] | None:
    """What the top of an area's page says of its past and future; None where nothing is known to have happened.

    `pieces` are the successors if there are any (`forward`), else the predecessors; `bar` shows the same, each piece in
    its one of `colours`.
    """
    lineage = data.lineage(area)
    if lineage is None or lineage.change is None or (lineage.change == KEPT and area.level == "city"):
        return None
    forward = bool(lineage.successors)
    shown = pieces(data, lineage.successors or lineage.predecessors)
    return {
        "headline": headline(data, lineage),
        "change": lineage.change,
        "change_text": change_text(lineage.change),
        "forward": forward,
        "pieces": shown,
        "bar": stack(_("Phần diện tích: %(said)s", said=_said(shown, forward)), bar_parts(shown, forward), width=560),
        "colours": [*PART_COLOURS, *("na" for _piece in shown)],
        "districts": pieces(data, lineage.districts),
    }


def bar_parts(shown: Sequence[Piece], forward: bool) -> list[Part]:
    """Shares of the unit's own land, the largest in colours of their own and all others together in grey."""
    shares = [(piece.name, piece.of_old if forward else piece.of_new) for piece in shown]
    head, tail = shares[: len(PART_COLOURS)], shares[len(PART_COLOURS) :]
    parts = [Part(name, share, colour) for (name, share), colour in zip(head, PART_COLOURS, strict=False)]
    rest = sum(share for _name, share in tail)
    return [*parts, Part(_("Các đơn vị khác"), rest, "na")] if rest else parts


def _said(shown: Sequence[Piece], forward: bool) -> str:
    return ", ".join(f"{piece.name} {piece.old_text if forward else piece.new_text}" for piece in shown)


def link_documents(data: Snapshot, links: Sequence[Link]) -> list[dict[str, Any]]:
    """Links as the API shows them, unrounded."""
    return [
        {
            "edition": link.area[0],
            "code": link.area[1],
            "name": area_name(data.places.area(*link.area)),
            "kind": link.kind,
            "share_of_old": link.share_of_old,
            "share_of_new": link.share_of_new,
            "basis": link.basis,
        }
        for link in links
    ]


def identity_document(data: Snapshot, key: AreaKey) -> dict[str, Any]:
    """A unit in time as the API shows it. Raises UnknownName for a unit that is not there."""
    area = data.places.area(*key)
    lineage = data.lineage(area)
    edition = data.places.edition(area.edition_id)
    first, last = (lineage.first_day, lineage.last_day) if lineage else (edition.valid_from, edition.valid_to)
    return {
        "valid_from": first.isoformat() if first else None,
        "valid_to": last.isoformat() if last else None,
        "change": lineage.change if lineage else None,
        "sentence": sentence(data, lineage) if lineage else None,
        "predecessors": link_documents(data, lineage.predecessors) if lineage else [],
        "successors": link_documents(data, lineage.successors) if lineage else [],
        "former_districts": link_documents(data, lineage.districts) if lineage else [],
    }
