"""Which unit a row is about: by code, by name, or by both, which must then agree. Nothing is ever matched by likeness.

A name counts only if it is spelled as the official one, but for case, kinds in short ("P.", "TT.") and where the tone
stands (Hoà, Hòa). Everything else, also a name without its diacritics, is a question with the three nearest names.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from boundaries.areas import Places
from boundaries.ingest import CODE_DIGITS
from boundaries.models import Area
from boundaries.names import edit_distance, english_name, folded, nearest, spelled, split_kind

RULES = {
    "area": "The unit exists in the edition at the level of its row: by code, or by its exact name.",
    "area name": "Code and name of a row mean the same unit.",
    "same name": "A name that several units bear comes with its code or with the unit it lies in.",
    "close name": "A unit given by name alone has no neighbour in spelling for which it could have been mistaken.",
}


class Match(NamedTuple):
    """The unit of a row, or the rule that it breaks with a hint; `notice` says what was mended."""

    area: Area | None = None
    rule: str = ""
    hint: str = ""
    notice: str = ""


class AreaFinder:
    """Units of one edition and level, by code and by name."""

    def __init__(self, places: Places, edition: str, level: str) -> None:
        self._level = level
        self._areas = places.at(edition, level)
        self._by_code = {area.code: area for area in self._areas}
        self._parents = {area.code: area.name for areas in places.areas.values() for area in areas
                         if area.edition_id == edition}  # fmt: skip
        self._by_name: dict[str, list[Area]] = defaultdict(list)
        for area in self._areas:
            self._by_name[_bare(area.name)].append(area)

    def find(self, code: str, name: str, parent: str = "") -> Match:
        """The unit that code, name and parent mean; at least one of code and name must be given."""
        return self._by_its_code(code, name) if code else self._by_its_name(name, parent)

    def _by_its_code(self, code: str, name: str) -> Match:
        area, notice = self._by_code.get(code), ""
        if area is None and code.isdigit():
            area = self._by_code.get(code.zfill(CODE_DIGITS[self._level]))
            notice = f"Code {code} was read as {area.code}: a spreadsheet drops leading zeros." if area else ""
            if area and not name:
                hint = f"{area.code} is {area.name}. Write the code with its zeros as text, or add the name."
                return Match(None, "area", hint)
        if area is None:
            return Match(None, "area", self._suggest(code, name))
        if name and not _same(name, area.name) and name != english_name(area.name, area.type):
            return Match(None, "area name", f"{area.code} is {area.name}. {self._suggest('', name)}")
        return Match(area, notice=notice)

    def _by_its_name(self, name: str, parent: str) -> Match:
        kind, _rest = split_kind(name)
        found = [area for area in self._by_name.get(_bare(name), ()) if kind in (None, area.type)]
        within = [area for area in found if parent and _bare(self._parent(area)) == _bare(parent)]
        if parent and found and not within:
            return Match(None, "area name", f"{name} lies in {', '.join(map(self._parent, found))}, not in {parent}.")
        found = within or found
        if len(found) > 1:
            listed = "; ".join(f"{area.code} {area.name}, {self._parent(area)}" for area in found)
            return Match(None, "same name", f"Give the code or the unit it lies in: {listed}.")
        if not found:
            return Match(None, "area", self._suggest("", name))
        close = self._close(found[0]) if not parent else []
        if close:
            others = ", ".join(f"{area.code} {area.name}" for area in close)
            return Match(
                None, "close name", f"{found[0].code} {found[0].name}, or {others}? Give the code or the parent."
            )
        return Match(found[0])

    def _close(self, area: Area) -> list[Area]:
        """Other units whose name is one letter, tone or mark away."""
        name = _bare(area.name)
        return [other for key, others in self._by_name.items() if abs(len(key) - len(name)) <= 1 and key != name
                and edit_distance(name, key) <= 1 for other in others]  # fmt: skip

    def _parent(self, area: Area) -> str:
        return self._parents.get(area.parent_code or "", "")

    def _suggest(self, code: str, name: str) -> str:
        if name:
            by_name = {area.name: area for area in self._areas}
            offered = [f"{by_name[near].name} ({by_name[near].code})" for near in nearest(name, by_name)]
        else:
            offered = [f"{near} ({self._by_code[near].name})" for near in nearest(code, self._by_code)]
        return f"Nearest: {'; '.join(offered)}."


def _bare(name: str) -> str:
    return spelled(split_kind(name)[1])


def _same(name: str, official: str) -> bool:
    """Whether a name beside a code is that of the code's unit; here diacritics may be missing, the code decides."""
    kind, rest = split_kind(name)
    theirs, bare = split_kind(official)
    return folded(name) == folded(official) or (kind in (None, theirs) and folded(rest) == folded(bare))
