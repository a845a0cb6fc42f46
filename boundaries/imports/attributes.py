"""Codes, names and parents of the units in a file, and what can be mended about them without a guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Set

import pandas as pd

from boundaries.imports.flaws import Flaw
from boundaries.ingest import CODE_DIGITS, LEVEL_OF
from boundaries.names import nearest, spelled, split_kind

Names = Mapping[str, Set[str]]
"""Official names by code, over all editions that the store holds."""

KINDS = {
    level: [kind for kind, of in LEVEL_OF.items() if of == level or (kind, level) == ("thành phố", "district")]
    for level in CODE_DIGITS
}
"""Kinds of unit at each level; a city may belong to a province, too."""


def check_attributes(frame: pd.DataFrame, level: str, official: Names) -> list[Flaw]:
    """All problems of codes, names and parents, in the order of the features."""
    flaws = [*_check_codes(frame["code"], level), *_check_names(frame, "name", level, official)]
    return [*flaws, *_check_parents(frame, level)]


def mend_attributes(frame: pd.DataFrame, level: str) -> tuple[pd.DataFrame, list[Flaw]]:
    """The frame with zeros put before short codes, and names in NFC with single spaces; each change as a flaw."""
    mended, done = frame.copy(), []
    parent_level = level_above(frame, level)
    rules: dict[str, Callable[[str], str]] = {
        "code": lambda text: _padded(text, level),
        "parent_code": lambda text: _padded(text, parent_level) if parent_level else text,
        "name": tidy,
        "parent_name": tidy,
    }
    for column, rule in rules.items():
        mended[column] = [rule(text) for text in frame[column]]
        for at in frame.index[frame[column] != mended[column]]:
            detail = f"{column} {_seen(frame.at[at, column])} became {mended.at[at, column]}"
            done.append(Flaw(int(at) + 1, mended.at[at, "code"], "repaired", detail, "", blocks=False))
    return mended, done


def level_above(frame: pd.DataFrame, level: str) -> str | None:
    """The level of the parents, told by the digits of most of their codes; None where no unit names one."""
    lengths = frame.loc[frame["parent_code"] != "", "parent_code"].str.len()
    if lengths.empty:
        return None
    longest = int(lengths.max())
    return "city" if level == "district" or longest <= CODE_DIGITS["city"] else "district"


def tidy(text: str) -> str:
    """NFC, with single spaces and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_official(name: str, level: str) -> bool:
    """Whether a name opens with a kind of unit of this level, in full."""
    kind, _rest = split_kind(name)
    return kind in KINDS[level] and tidy(name).casefold().startswith(f"{kind} ")


def _padded(code: str, level: str) -> str:
    digits = code.strip()
    return digits.zfill(CODE_DIGITS[level]) if digits.isascii() and digits.isdigit() else code


def _check_codes(codes: pd.Series[str], level: str) -> Iterable[Flaw]:
    size, seen = CODE_DIGITS[level], dict[str, int]()
    for number, code in enumerate(codes, start=1):
        if not code:
            yield Flaw(number, "", "code", "there is none", "Write the code of the General Statistics Office.")
        elif code != code.strip() or not (code.isascii() and code.isdigit()) or len(code) > size:
            yield Flaw(number, code, "code", "no code of this level", f"A {level} has {size} digits.")
        elif len(code) < size:
            yield Flaw(number, code, "code", "leading zeros are lost", f"--repair makes it {code.zfill(size)}.")
        if code and (first := seen.setdefault(_padded(code, level), number)) != number:
            yield Flaw(number, code, "duplicate code", f"feature {first} has it too", "Give each unit its own code.")


def _check_names(frame: pd.DataFrame, column: str, level: str, official: Names) -> Iterable[Flaw]:
    for number, (code, name) in enumerate(zip(frame["code"], frame[column], strict=True), start=1):
        if not name.strip():
            yield Flaw(number, code, "name", "there is none", "Write the official name with its kind.")
            continue
        if name != tidy(name):
            form = "not in NFC" if not unicodedata.is_normalized("NFC", name) else "spaces too many"
            yield Flaw(number, code, "name", f"{_seen(name)} is {form}", f"--repair makes it {tidy(name)}.")
        if not is_official(name, level):
            detail, kinds = f"{_seen(name)} does not begin with a kind", ", ".join(KINDS[level])
            yield Flaw(number, code, "name", detail, f"Kinds: {kinds}.")
        known = official.get(code, set())
        if known and spelled(tidy(name)) not in {spelled(other) for other in known}:
            listed = ", ".join(nearest(name, sorted(known)))
            yield Flaw(
                number, code, "other name", f"{name}; the code is of {listed}", "Compare with the list.", blocks=False
            )


def _check_parents(frame: pd.DataFrame, level: str) -> Iterable[Flaw]:
    above = level_above(frame, level)
    names: dict[str, str] = {}
    for number, row in enumerate(frame.itertuples(), start=1):
        parent = str(row.parent_code)
        if not parent:
            yield Flaw(number, str(row.code), "parent", "there is none", "Fill the field, or give --parent CODE=NAME.")
        elif above and (len(parent) != CODE_DIGITS[above] or not (parent.isascii() and parent.isdigit())):
            remedy = f"A {above} has {CODE_DIGITS[above]} digits; --repair puts zeros before shorter codes."
            yield Flaw(number, str(row.code), "parent", f"{_seen(parent)} is no code", remedy)
        elif above and parent not in names and not is_official(str(row.parent_name), above):
            detail = f"{parent} is called {_seen(str(row.parent_name))!r}, which does not begin with a kind"
            remedy = f"Kinds: {', '.join(KINDS[above])}. Its name comes from --parent-name-field or --parent CODE=NAME."
            yield Flaw(number, str(row.code), "parent", detail, remedy)
            names[parent] = str(row.parent_name)
        elif names.setdefault(parent, str(row.parent_name)) != str(row.parent_name):
            detail = f"{parent} is called {_seen(str(row.parent_name))} here and {_seen(names[parent])} before"
            yield Flaw(number, str(row.code), "parent", detail, "Call each parent by one name.")


def _seen(text: str) -> str:
    """Text as it is told: marks that do not show, such as those of NFD, as escapes."""
    loose = not unicodedata.is_normalized("NFC", text)
    return "".join(f"\\u{ord(mark):04x}" if loose and unicodedata.combining(mark) else mark for mark in text)
