"""A static release: the public site as plain files for any web server, crawled from the service itself.

Nothing in it asks a server anything, so its figures never change; `manifest.json`, written last, holds the hash of
every file.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, g, render_template
from flask.testing import FlaskClient
from sqlalchemy import func, select

from boundaries.names import folded
from geo.errors import BadParameter, DomainError
from indicators.catalogue import levels_of
from indicators.models import Batch
from webapp.api.search import hit_document
from webapp.assets import built_files
from webapp.db import is_training, session, snapshot
from webapp.exports import EXPORTERS
from webapp.exports.everything import read_everything
from webapp.exports.export import public_url
from webapp.i18n import LANGUAGES
from webapp.release.addresses import MAPS, file_of
from webapp.release.pages import SCRIPT, links_of, rewrite_page, rewrite_view
from webapp.reports.batch import digest, put_file
from webapp.today import today
from webapp.version import CODE_VERSION

SEEDS = ("/", "/areas", "/board", "/ntm", "/resolution", "/upgrades", "/changes", "/sources", "/indicators")
"""Where the crawl begins, in each language. The service has all of them, but for those of `MAY_LACK`."""

MAY_LACK = {
    "/ntm": "a store without titles of new-style rural communes",
    "/upgrades": "a store without the districts that were to be upgraded",
}
"""Pages that a store may have nothing for, and when; the manifest says which were left out."""

WORKBOOK = "all.xlsx"

EVERYWHERE = "area_km2"
"""The indicator whose map shows a unit that the search has found, as in `webapp/static/map.js`."""

Keeps = Callable[[str], bool]


class BrokenPage(DomainError):
    """The service refused an address, or failed at it, that the release begins with or that one of its pages names."""


def check_empty(out: Path) -> None:
    """Raises: BadParameter for a folder that holds something."""
    if out.exists() and any(out.iterdir()):
        raise BadParameter("--out", str(out), ["an empty or new folder: a release is never changed"])


class Release:
    """All files of a release, raw as the service gave them and compressed, until they are written."""

    def __init__(self, app: Flask, keeps: Keeps = lambda _file: True) -> None:
        self.app, self._keeps = app, keeps
        self._client: FlaskClient = app.test_client()
        self._raw: dict[str, bytes] = {}
        self.left_out: dict[str, str] = {}
        self._built = built_files()

    @property
    def files(self) -> set[str]:
        """The files so far."""
        return {*self._raw, *self._built}

    def crawl(self) -> Iterator[str]:
        """Fetch everything that pages lead to, from the seeds on; yields each file's name when it is there.

        Raises: BrokenPage for an address that the service refuses or fails at, unless `MAY_LACK` has a reason for it.
        """
        todo = [f"{'' if lang == 'vi' else f'/{lang}'}{seed}" for seed in self._seeds() for lang in LANGUAGES]
        while todo:
            address = todo.pop()
            file = file_of(address)
            if file is None or file in self._built or file in self._raw or not self._keeps(file):
                continue
            with self._client.get(address) as answer:
                status, body, media_type = answer.status_code, answer.data, answer.mimetype
            reason = MAY_LACK.get(address.removeprefix("/en"))
            if reason and 400 <= status < 500:
                self.left_out[address] = reason
                continue
            if status != 200:
                raise BrokenPage(f"{address} answers {status}; the release begins with it or a page leads there.")
            self._raw[file] = zlib.compress(body, 1)
            yield file
            if media_type == "text/html":
                todo += list(links_of(body.decode()))
                todo += self._beside(address)

    def _seeds(self) -> list[str]:
        with self.app.test_request_context("/"):
            data = snapshot()
            have = levels_of(data.catalogue.indicator(EVERYWHERE))
            found = [f"/map/{EVERYWHERE}?edition={edition}&level={level}"
                     for edition in data.places.editions for level in data.places.levels(edition)
                     if level in have]  # fmt: skip
        return [*found, *reversed(SEEDS)]

    def _beside(self, address: str) -> list[str]:
        """What the scripts of a map page may ask for: its compact form, names, shapes; and its table of figures."""
        path, _mark, query = address.partition("?")
        if not MAPS.fullmatch(path.strip("/")):
            return []
        compact = f"{path}.json?{query}"
        view: dict[str, Any] = self._client.get(compact).get_json()
        prefix = "/en" if path.startswith("/en/") else ""
        tables = [entry["href"] for entry in view["downloads"] if file_of(entry["href"])]
        shapes = [view["geometry"]] if "geometry" in view else []
        return [compact, view["url"], *shapes, f"{prefix}/gazetteer.json", f"{prefix}/places.json", *tables]

    def write(self, out: Path) -> int:
        """Write all files and the manifest; the number of files. Raises: BadParameter if the folder is not empty."""
        check_empty(out)
        written = {}
        for file, body in self._finished():
            path = out / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            written[file] = {"bytes": len(body), "sha256": digest(body)}
        manifest = {"made_from": self._made_from(), "left_out": self.left_out, "files": written}
        put_file(out / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        return len(written)

    def _made_from(self) -> dict[str, Any]:
        with self.app.test_request_context("/"):
            return {
                "data_version": snapshot().version, "batch": last_batch(), "training": is_training(),
                "code_version": CODE_VERSION, "released": today().isoformat(), "service": public_url(),
            }  # fmt: skip

    def _finished(self) -> Iterator[tuple[str, bytes]]:
        files = self.files
        for file in sorted(self._raw):
            body = zlib.decompress(self._raw[file])
            if file.endswith(".html"):
                body = rewrite_page(body.decode(), file, files).encode()
            elif file.endswith("view.json"):
                body = rewrite_view(body, files)
            yield file, body
        yield from self._workbooks()
        for name, path in self._built.items():
            yield name, path.read_bytes()
        yield SCRIPT, (Path(__file__).parent / SCRIPT).read_bytes()
        yield "sitemap.xml", self._sitemap()
        for lang in LANGUAGES:
            with self.app.test_request_context("/"):
                g.lang = lang
                yield f"search-{lang}.json", _search_list()
                if lang == LANGUAGES[0]:
                    yield "404.html", render_template("release/404.html").encode()

    def _workbooks(self) -> Iterator[tuple[str, bytes]]:
        """All figures as XLSX beside the CSV: more than the service makes within a request."""
        for lang in LANGUAGES:
            path = f"/download/{WORKBOOK}" if lang == LANGUAGES[0] else f"/{lang}/download/{WORKBOOK}"
            if self._keeps(path.lstrip("/")):
                with self.app.test_request_context(path):
                    g.lang = lang
                    yield path.lstrip("/"), b"".join(EXPORTERS[WORKBOOK].write(read_everything(snapshot(), {})))

    def _sitemap(self) -> bytes:
        pages = [file.removesuffix("index.html") for file in sorted(self._raw) if file.endswith("index.html")]
        with self.app.test_request_context("/"):
            return render_template(
                "release/sitemap.xml", addresses=[f"{public_url()}/{page}" for page in pages]
            ).encode()


def _search_list() -> bytes:
    """Every unit as the search of the service answers, present ones first, with the key that is looked in."""
    data = snapshot()
    hits = [hit_document(data, area.edition_id, area.code) for areas in data.places.areas.values() for area in areas]
    for hit in hits:
        hit["key"] = " ".join(folded(part) for part in (hit["type"], hit["name"], hit["parent_name"] or ""))
    hits.sort(key=lambda hit: (hit["valid_to"] is not None, hit["level"] == "commune", len(hit["name"])))
    return json.dumps(hits, ensure_ascii=False, separators=(",", ":")).encode()


def last_batch() -> int | None:
    """The number of the newest batch of figures."""
    number: int | None = session().scalar(select(func.max(Batch.id)))
    return number
