"""A static release: whole, relative, hashed, and the same figures as the service that it was made from."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.errors import BadParameter
from tests.release import make_release
from webapp.release import build
from webapp.release.addresses import file_of, relative
from webapp.release.build import Release
from webapp.reports.batch import digest

PLACES = [
    ("/", "index.html"),
    ("/en/", "en/index.html"),
    ("/areas", "areas/index.html"),
    ("/areas?edition=2025-07", "areas/edition-2025-07/index.html"),
    ("/areas?q=ba+dinh", None),
    ("/areas/2024/274", "areas/2024/274/index.html"),
    ("/areas/2024/274.csv", "areas/2024/274.csv"),
    ("/en/map/ntm_title?level=commune&edition=2024", "en/map/ntm_title/edition-2024_level-commune/index.html"),
    ("/map/ntm_title?edition=2024&level=commune&area=00001", "map/ntm_title/edition-2024_level-commune/index.html"),
    ("/map/ntm_title.json?edition=2024&level=commune", "map/ntm_title/edition-2024_level-commune/view.json"),
    ("/download/values.csv?indicator=ntm_title", "download/indicator-ntm_title/values.csv"),
    ("/en/download/all.csv", "en/download/all.csv"),
    ("/download/all.csv?indicator=ntm_title", None),
    ("/download/area.pdf?edition=2024&code=001", None),
    ("/gazetteer.json?v=7", "gazetteer.json"),
    ("/map/x?edition=../../etc", None),
    ("/compare?areas=2024:001,2024:274", None),
    ("/board?status=met", None),
    ("/api/v1/values", None),
]


@pytest.mark.parametrize(("address", "file"), PLACES)
def test_an_address_has_one_file_or_none(address: str, file: str | None) -> None:
    assert file_of(address) == file


def test_ways_between_files_never_begin_at_the_root() -> None:
    assert relative("index.html", "index.html") == "./index.html"
    assert relative("areas/2024/001/index.html", "index.html") == "./areas/2024/001/index.html"
    assert relative("en/index.html", "areas/2024/001/index.html") == "../../../en/index.html"


@pytest.fixture(scope="module")
def release(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(app, tmp_path_factory.mktemp("release") / "out")


def test_every_link_leads_to_a_file_of_the_release(release: Path) -> None:
    pages = list(release.rglob("index.html"))
    assert len(pages) > 40
    for page in pages:
        for name, address in re.findall(r'\b(href|src)="([^"#][^"]*)"', page.read_text("utf-8")):
            address = urldefrag(unescape(address)).url.partition("?")[0]
            if re.match(r"[a-z]+:", address):
                continue
            assert not address.startswith("/"), (page, name, address)
            assert (page.parent / address).is_file(), (page.relative_to(release), name, address)


def test_the_manifest_has_the_hash_of_every_file(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    files = {path.relative_to(release).as_posix(): path for path in release.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, entry in manifest["files"].items():
        assert digest(files[name].read_bytes()) == entry["sha256"]
    assert manifest["made_from"]["data_version"] >= 1


def test_a_release_is_never_changed(app: Flask, release: Path) -> None:
    with pytest.raises(BadParameter, match="a release is never changed"):
        make_release(app, release)


def test_figures_are_those_of_the_service(client: FlaskClient, release: Path) -> None:
    asked = "edition=2024&level=commune&period=2025"
    live = client.get(f"/map/ntm_title.json?{asked}").get_json()
    kept = json.loads((release / file_of(f"/map/ntm_title.json?{asked}")).read_text("utf-8"))  # type: ignore[operator]
    assert kept["areas"] == live["areas"]
    assert [entry["label"] for entry in kept["downloads"]] == ["CSV"]
    body = (release / file_of(kept["downloads"][0]["href"])).read_text("utf-8-sig")  # type: ignore[operator]
    assert len(list(csv.DictReader(io.StringIO(body)))) == len(live["areas"]["value"])


def test_what_needs_a_server_is_left_out(release: Path) -> None:
    page = (release / "areas/2024/274/index.html").read_text("utf-8")
    assert "Word" in page
    assert "area.docx" not in page
    assert "<form" not in page.replace('<form class="field js" role="search" id="search"', "")
    assert "/releases" not in page


def test_an_address_that_it_begins_with_is_there_or_listed_with_a_reason(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SEEDS", ("/upgrades", "/sources"))
    monkeypatch.setitem(app.view_functions, "upgrades.show", lambda: ("none", 404))
    made = Release(app, lambda file: file in ("upgrades/index.html", "sources/index.html"))
    assert list(made.crawl()) == ["sources/index.html"]
    assert made.left_out == {"/upgrades": build.MAY_LACK["/upgrades"]}
    monkeypatch.setitem(app.view_functions, "sources.show", lambda: ("none", 404))
    with pytest.raises(build.BrokenPage, match=r"/sources answers 404"):
        list(Release(app, lambda file: file == "sources/index.html").crawl())


def test_every_page_that_a_store_may_lack_is_one_that_it_begins_with() -> None:
    assert build.MAY_LACK.keys() < set(build.SEEDS)


def test_page_not_found_and_map_of_the_site(release: Path) -> None:
    assert not re.search(r'(href|src)="', (release / "404.html").read_text("utf-8"))
    addresses = re.findall(r"<loc>([^<]+)</loc>", (release / "sitemap.xml").read_text("utf-8"))
    assert len(addresses) == len(list(release.rglob("index.html")))
    assert all(address.startswith("http") for address in addresses)
