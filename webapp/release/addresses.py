"""Where an address of the service lies in a static release, or that it is not in it.

`release.js` has the same rule for the addresses that scripts make; a test holds both to the same examples.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import parse_qsl, unquote, urlsplit

OWN = frozenset({"area", "within", "layer", "v", "lang"})
"""Parameters that are the matter of scripts and caches; one file answers for all their values."""

PAGES = re.compile(r"(en/)?(areas|board|changes|ntm|resolution|upgrades|sources|indicators)?")
DETAILS = re.compile(r"(en/)?(areas/[\w-]+/\w+|indicators/\w+)")
MAPS = re.compile(r"(en/)?map/\w+")
VIEWS = re.compile(r"((?:en/)?map/\w+)\.json")
FILES = re.compile(
    r"(static|geometry)/.+|(en/)?(gazetteer\.json|places\.json|board\.csv|download/all\.csv|areas/[\w-]+/\w+\.csv)"
)
FIGURES = re.compile(r"((?:en/)?download)/(values\.csv)")


def file_of(address: str) -> str | None:
    """The file of an address that begins with a slash, from the release's root; None for what is not in a release."""
    parts = urlsplit(address)
    path = unquote(parts.path).strip("/")
    query = [(key, value) for key, value in sorted(parse_qsl(parts.query)) if key not in OWN]
    state = "_".join(f"{key}-{value}" for key, value in query)
    if not re.fullmatch(r"[\w.-]*", state, re.ASCII):
        return None
    if MAPS.fullmatch(path):
        return posixpath.join(path, state, "index.html")
    if view := VIEWS.fullmatch(path):
        return posixpath.join(view[1], state, "view.json")
    if figures := FIGURES.fullmatch(path):
        return posixpath.join(figures[1], state, figures[2])
    if FILES.fullmatch(path) and not query:
        return path
    index = path.removeprefix("en/") == "areas" and {key for key, _value in query} == {"edition"}
    if (PAGES.fullmatch(path) or DETAILS.fullmatch(path) or path == "en") and (not query or index):
        return posixpath.join(path, state, "index.html")
    return None


def relative(target: str, source: str) -> str:
    """The way from one file to another; never an address from the root."""
    way = posixpath.relpath(target, posixpath.dirname(source) or ".")
    return way if way.startswith(".") else f"./{way}"
