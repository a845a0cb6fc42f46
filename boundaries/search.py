"""One search over the units of all editions, old and new.

Readers type what they remember: without diacritics, with the tone on the other vowel, with or without the kind of
unit, the name of a district that ended or of a ward that began. So every unit of every edition is looked at, and hits
are ranked by how the query meets the name. Misspelled names find nothing here; `propose` names what is most like them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from boundaries.names import ABBREVIATIONS, ENGLISH_KINDS, edit_distance, folded, short_name, spelled, split_kind

AreaKey = tuple[str, str]
"""(edition, code)."""

LEVEL_ORDER = {"city": 0, "district": 1, "commune": 2}
EXACT, PREFIX, WORD_PREFIX, WITH_PARENT, SUBSTRING, NO_HIT = range(6)
LONGEST_KEY = 100  # no name with its parent is as long; what is longer is not searched for
_FOLDED_KINDS = {folded(kind): kind for kind in ENGLISH_KINDS}
_SHORT_KINDS = {kind: short for short, kind in ABBREVIATIONS.items()}


@dataclass(frozen=True)
class Entry:
    """A unit as the search sees it; `order` ranks equal hits: newest edition, widest level, then name and code.

    `key` opens with a space, so that a text with a space before it is found at the beginnings of words only; `parents`
    are the forms under which the parent is named: alone, and after its kind in full or in short.
    """

    area: AreaKey
    kind: str
    key: str
    joined: str
    spelling: str
    parents: tuple[str, ...]
    order: tuple[int, int, str, str]


def build_index(areas: pd.DataFrame) -> tuple[Entry, ...]:
    """The keys of all units, computed once.

    Shape: one row per unit in, with edition, code, level, type, name, parent_code (blank or missing for none). Editions
    must sort by age as text, as `2024` and `2025-07` do.
    """
    columns = ["edition", "code", "level", "type", "name", "parent_code"]
    units = areas[columns].astype(object).where(areas[columns].notna(), "").to_numpy().tolist()
    age = {edition: -place for place, edition in enumerate(sorted({unit[0] for unit in units}))}
    kinds_and_names = {(edition, code): (kind, short_name(name, kind)) for edition, code, _, kind, name, _ in units}
    entries = []
    for edition, code, level, kind, _, parent in units:
        _, short = kinds_and_names[edition, code]
        key = folded(short)
        order = age[edition], LEVEL_ORDER[level], key, code
        above = _parent_forms(*kinds_and_names[edition, parent]) if parent else ()
        entries.append(Entry((edition, code), kind, f" {key}", key.replace(" ", ""), spelled(short), above, order))
    return tuple(entries)


def _parent_forms(kind: str, name: str) -> tuple[str, ...]:
    key = folded(name)
    return key, f"{folded(kind)} {key}", f"{_SHORT_KINDS.get(kind, folded(kind))} {key}"


def search(query: str, index: tuple[Entry, ...], limit: int = 12) -> list[AreaKey]:
    """The units whose names meet the query, best first: the whole name, its beginning, the beginning of a later word,
    name and parent ("quang trung, ha dong"), a part of the name. Between equals those spelled as asked go first.

    A kind of unit narrows the hits to its kind: "P. Ba Đình", "phường ba đình". Typed without diacritics it may as well
    begin a name ("phuong lien" is Phương Liên, or a ward Liên …), so both are found.
    Missing: an empty query finds nothing, nor does one of over 100 letters.
    """
    readings = _readings(query)
    spelling = spelled(split_kind(query)[1])
    ranked = []
    for entry in index:
        rank = min((_rank(entry, kind, key) for kind, key in readings), default=NO_HIT)
        if rank != NO_HIT:
            ranked.append((rank, spelling != entry.spelling, spelling not in entry.spelling, entry.order, entry.area))
    return [area for *_, area in sorted(ranked)[:limit]]


def propose(query: str, index: tuple[Entry, ...], limit: int = 6) -> list[AreaKey]:
    """The units whose names are most like a query that finds nothing, best first: for a person to choose from, no hits.

    Those of which at most a third of the letters differ, and those that have a word of the query: "ha tay" may mean
    Hà Cầu, Hà Đông or Sơn Tây. Of those with one name and kind only the newest.
    """
    key = folded(split_kind(query)[1])
    if len(key) > LONGEST_KEY:
        return []
    words, most, found = {word for word in key.split() if len(word) > 1}, len(key) // 3, []
    for entry in index:
        name = entry.key[1:]
        shared = not words.isdisjoint(name.split())
        if shared or abs(len(name) - len(key)) <= most:
            apart = edit_distance(key, name)
            if shared or apart <= most:
                found.append((apart, entry.order, (entry.kind, name), entry.area))
    newest = {name: area for *_, name, area in sorted(found, reverse=True)}
    return [area for *_, name, area in sorted(found) if newest[name] == area][:limit]


def _readings(query: str) -> list[tuple[str | None, str]]:
    """What the query can mean: a kind, or None for any, and a key to look for."""
    kind, bare = split_kind(query)
    readings = [(kind, folded(bare))]
    if kind is None:
        key = folded(query)
        for opening, meant in _FOLDED_KINDS.items():
            if key.startswith(f"{opening} "):
                readings.append((meant, key.removeprefix(f"{opening} ")))
    return [(kind, key) for kind, key in readings if 0 < len(key) <= LONGEST_KEY]


def _rank(entry: Entry, kind: str | None, key: str) -> int:
    if kind is not None and kind != entry.kind:
        return NO_HIT
    joined = key.replace(" ", "")
    if joined == entry.joined:
        return EXACT
    if entry.key.startswith(f" {key}"):
        return PREFIX
    if f" {key}" in entry.key:
        return WORD_PREFIX
    if _meets_with_parent(entry, key):
        return WITH_PARENT
    return SUBSTRING if joined in entry.joined else NO_HIT


def _meets_with_parent(entry: Entry, key: str) -> bool:
    """Whether the key is words of the name and then the beginning of the parent's name."""
    words = key.split()
    return any(
        f" {' '.join(words[:cut])} " in f"{entry.key} "
        and any(form.startswith(" ".join(words[cut:])) for form in entry.parents)
        for cut in range(1, len(words))
    )
