"""Pages of the service as files: links relative, what needs a server left out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from html import escape, unescape
from typing import Any

from webapp.release.addresses import file_of, relative

LINK = re.compile(r'(<a\b[^>]*?\s)href="(/[^"]*)"([^>]*>)')
ATTRIBUTE = re.compile(r'\b(href|src|data-areas)="(/[^"]*)"')
HEAD_LINK = re.compile(r'<link\b[^>]*\bhref="(/[^"]*)"[^>]*>\n?')
MODULE = re.compile(r'(import \{ mount \} from )"(/[^"]+)"')
FORM = re.compile(r'<form\b(?![^>]*id="search").*?</form>', re.DOTALL)
VIEW = re.compile(r'(<script type="application/json" id="view">)(.*?)(</script>)', re.DOTALL)
SCRIPT = "release.js"


def links_of(page: str) -> Iterator[str]:
    """Addresses of the service that a page leads to or loads, without their place in the page."""
    for _name, address in ATTRIBUTE.findall(page):
        yield unescape(address).partition("#")[0]


def rewrite_page(page: str, file: str, files: Collection[str]) -> str:
    """The page as it stands in `file` of a release that holds `files`."""
    page = FORM.sub("", page)
    page = HEAD_LINK.sub(lambda found: found[0] if file_of(unescape(found[1])) in files else "", page)
    page = LINK.sub(lambda found: _link(found, file, files), page)
    page = ATTRIBUTE.sub(lambda found: _attribute(found, file), page)
    page = MODULE.sub(lambda found: f'{found[1]}"{relative(found[2].strip("/"), file)}"', page)
    page = VIEW.sub(lambda found: found[1] + _embedded(found[2], files) + found[3], page)
    return page.replace("<head>", f'<head>\n<script src="{relative(SCRIPT, file)}"></script>', 1)


def _link(found: re.Match[str], file: str, files: Collection[str]) -> str:
    """A link made relative; without an address where it leads to nothing in the release."""
    address, hash_, place = unescape(found[2]).partition("#")
    target = file_of(address)
    if target is None or target not in files:
        return found[1] + found[3].lstrip()
    return f'{found[1]}href="{escape(relative(target, file) + _choice(address) + hash_ + place)}"{found[3]}'


def _choice(address: str) -> str:
    """What is chosen on the page, which stays a parameter."""
    chosen = re.findall(r"[?&]((?:area|within)=\w+)", address)
    return f"?{'&'.join(chosen)}" if chosen else ""


def _attribute(found: re.Match[str], file: str) -> str:
    address = unescape(found[2])
    target = file_of(address)
    if found[1] == "data-areas":  # scripts add edition and code to it
        return f'data-areas="{relative(address.strip("/"), file)}"'
    return f'{found[1]}="{escape(relative(target or "index.html", file))}"'


def rewrite_view(body: bytes, files: Collection[str]) -> bytes:
    """The compact form of a map that scripts fetch: of the files to download those that there are."""
    view: dict[str, Any] = json.loads(body)
    view["downloads"] = [entry for entry in view["downloads"] if file_of(entry["href"]) in files]
    return json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()


def _embedded(text: str, files: Collection[str]) -> str:
    view = rewrite_view(text.encode(), files).decode()
    return view.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("'", "\\u0027")
