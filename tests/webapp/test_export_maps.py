"""Pictures of maps: the same classes and counts as the screen, inside every file all that must travel with a map."""

from __future__ import annotations

import math
import os
import re
import shutil
import struct
import subprocess
import unicodedata
import zlib
from collections import Counter
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.lettering import is_free
from geo.palette import CATEGORY_STEPS, COLOURS, VALUE_STEPS
from webapp.exports import mapdraw, mapframe
from webapp.exports.export import build_export
from webapp.exports.ink import TOKENS, ground
from webapp.exports.mapdraw import MARKS, MapDrawing, circle_radius
from webapp.exports.mapkey import key_values
from webapp.exports.typeface import clip, text_width, wrap
from webapp.exports.typeset import SHEET, write_pdf
from webapp.pages.maps import ask
from webapp.settings import ROOT
from webapp.today import today

SVG = "{http://www.w3.org/2000/svg}"
DENSITY = "indicator=population_density&edition=2025-07&level=commune&period=2025"
NTM = "indicator=ntm_title&edition=2024&level=commune&period=2025"
POOR = "indicator=poor_households&edition=2024&level=district&period=2024"
CHANGE = "indicator=income_per_capita&edition=2024&level=district&period=2018&display=change"
COMPOSITION = "indicator=ntm_title&edition=2025-07&level=commune&period=2025&display=composition"
NOTHING = "indicator=waste_same_day_collection_rate&edition=2024&level=district"

TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LOWER = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES) + "ăâêôơưđ"
ACCENTED = LOWER + LOWER.upper()


def tool(name: str) -> str:
    """A program of poppler-utils; skipped with a reason where there is none, unless REQUIRE_OFFICE=1."""
    path = shutil.which(name)
    if path is None:
        message = f"No {name} on this machine (Debian: apt-get install poppler-utils)."
        if os.environ.get("REQUIRE_OFFICE") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return path


def run(name: str, body: bytes, folder: Path, *arguments: str) -> str:
    """What a program of poppler-utils says of a PDF."""
    path = folder / "file.pdf"
    path.write_bytes(body)
    done = subprocess.run([tool(name), *arguments, str(path), *(["-"] if name == "pdftotext" else [])],
                          capture_output=True, check=True)  # fmt: skip
    return done.stdout.decode()


def drawing(client: FlaskClient, query: str, more: str = "") -> ElementTree.Element:
    """The SVG of a map, parsed."""
    return ElementTree.fromstring(client.get(f"/download/map.svg?{query}{more}").data)  # noqa: S314 - our own file


def texts(svg: ElementTree.Element) -> list[str]:
    """All that is written on it."""
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def view_of(client: FlaskClient, query: str) -> dict[str, Any]:
    """What the map page shows."""
    indicator, _, rest = query.removeprefix("indicator=").partition("&")
    found: dict[str, Any] = client.get(f"/map/{indicator}.json?{rest}").get_json()
    return found


@pytest.mark.parametrize("query", [DENSITY, NTM, CHANGE, COMPOSITION])
def test_every_area_has_the_colour_of_its_class_on_screen(client: FlaskClient, query: str) -> None:
    view, svg = view_of(client, query), drawing(client, query)
    frame = next(group for group in svg.iter(f"{SVG}g") if group.get("clip-path") == "url(#frame)")
    groups = [group for group in frame if group.tag == f"{SVG}g"]
    drawn = {group.get("fill"): sum("data-code" in path.attrib for path in group) for group in groups}
    expected = {ground(entry["colour"]): entry["count"] for entry in view["classes"] if entry["count"]}
    for missing in view["missing"]:
        if missing["count"]:
            expected["url(#nd)" if missing["reason"] == "not_collected" else TOKENS["map-na"]] = missing["count"]
    assert {fill: count for fill, count in drawn.items() if count} == expected


@pytest.mark.parametrize("query", [DENSITY, NTM, POOR, NOTHING])
@pytest.mark.parametrize("lang", ["", "&lang=en"])
def test_all_that_travels_with_a_map_is_inside_the_picture(client: FlaskClient, query: str, lang: str) -> None:
    prefix = "/en" if lang else ""
    indicator, _, rest = query.removeprefix("indicator=").partition("&")
    view = client.get(f"{prefix}/map/{indicator}.json?{rest}").get_json()
    said = " ".join(texts(drawing(client, query, lang)))
    wanted = [view["title"], " · ".join(view["meta"]), view["coverage"], view["disclaimer"]]
    wanted += [today().strftime("%d/%m/%Y"), f"http://127.0.0.1:8000{view['url']}"]
    wanted += [entry["label"] for entry in view["missing"]]
    if view["symbol"]:
        wanted += [entry["label"] for entry in view["classes"]]
        wanted += [source["publisher"] for source in view["sources"][:1]]
    else:
        wanted.append(view["empty"]["title"])
    assert [text for text in wanted if text not in said] == []
    assert {"N" if lang else "B", "20 km", "Bắc Ninh"} <= set(texts(drawing(client, query, lang)))


def test_the_key_counts_areas_as_the_screen_does(client: FlaskClient) -> None:
    said = texts(drawing(client, NTM))
    assert [said[said.index(label) + 1] for label in ("Ít nhất đạt chuẩn", "Nâng cao", "Kiểu mẫu")] == [
        "244",
        "84",
        "54",
    ]
    assert said[said.index("Không áp dụng") + 1] == "196"


def test_counts_are_circles_of_which_zeros_are_seen(client: FlaskClient) -> None:
    svg = drawing(client, POOR)
    circles = [circle for circle in svg.iter(f"{SVG}circle") if "data-code" in circle.attrib]
    assert len(circles) == 30
    assert {(circle.get("r"), circle.get("fill")) for circle in circles} == {("3", TOKENS["surface"])}


def test_a_circle_has_land_in_proportion_to_its_value() -> None:
    assert circle_radius(400, 400, 30) == pytest.approx(22.8, abs=0.1)
    assert circle_radius(100, 400, 30) == pytest.approx(circle_radius(400, 400, 30) / 2)
    assert circle_radius(0, 400, 30) == 3
    assert [key_values(most) for most in (8, 43_000, 0, 120)] == [[5], [20_000, 10_000, 2000], [0], [100, 50, 10]]


@pytest.mark.parametrize(("width", "height", "heavy", "least"), [(768, 640, 1, 55), (1183, 946, 1.2, 70)])
def test_no_two_names_touch_and_a_larger_sheet_has_more(
    app: Flask, width: float, height: float, heavy: float, least: int
) -> None:
    with app.test_request_context(f"/download/map.svg?{DENSITY}"):
        view, query, table, data = ask("population_density")
        drawing = MapDrawing(build_export(data, query, table, view), width, height, heavy)
        drawing.draw()
    [placed] = drawing.window.placed.values()
    boxes = [one.box for one in placed]
    assert len(boxes) >= least
    for place, box in enumerate(boxes):
        assert is_free(box, [*boxes[place + 1 :], *drawing.window.kept])
    assert len(drawing.window.kept) == 3  # arrow, scale bar, inset


def test_the_scale_bar_is_true(client: FlaskClient) -> None:
    svg = drawing(client, DENSITY)
    [bar] = [
        path.get("d") or ""
        for path in svg.iter(f"{SVG}path")
        if re.fullmatch(r"M[\d. ]+v5h[\d.]+v-5", path.get("d") or "")
    ]
    long = float(re.findall(r"h([\d.]+)", bar)[0])
    window = mapframe.Window((0, 0), (0, 0), 1, 1, 1)
    (west, south), (east, _north) = (105.6, 21.0), (105.8, 21.0)
    from pyproj import Geod, Transformer

    metres = Geod(ellps="WGS84").inv(west, south, east, south)[2]
    turn = Transformer.from_crs("EPSG:4326", mapframe.CRS, always_xy=True).transform
    apart = math.dist(window.at(turn(west, south)), window.at(turn(east, south)))
    assert apart == pytest.approx(metres, rel=5e-4)
    assert long == pytest.approx(20_000 * _scale(svg), rel=5e-3)


def _scale(svg: ElementTree.Element) -> float:
    """Units of the drawing a metre, from the height of the drawn city (91.0 km in UTM zone 48N)."""
    _west, south, _east, north = mapframe.ground("2025-07.commune").bounds
    frame = next(group for group in svg.iter(f"{SVG}g") if group.get("clip-path") == "url(#frame)")
    height = float(next(frame.iter(f"{SVG}rect")).get("height") or 0)
    return (height - 2 * mapframe.MARGIN) / (north - south)


def lightness(colour: str) -> float:
    """L* of CIE 1976."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16


def test_in_grey_classes_differ_by_lightness_or_by_mark() -> None:
    for steps in [*VALUE_STEPS.values(), *CATEGORY_STEPS.values()]:
        shades = [lightness(COLOURS[name]) for name in steps]
        assert all(light - dark >= 12 for light, dark in pairwise(shades)), steps
    for name in COLOURS:
        near = abs(lightness(ground(name)) - lightness(TOKENS["map-na"])) < 5
        assert not near or name in MARKS, name
    assert len({MARKS[name] for name in MARKS if name.startswith("st-")}) == 6


@pytest.mark.parametrize(
    ("size", "pixels", "dots"), [("screen", (1600, 1131), 137), ("a4", (3508, 2480), 300), ("a3", (4961, 3508), 300)]
)  # fmt: skip
def test_a_picture_has_the_size_asked_for_and_says_how_large_it_prints(
    client: FlaskClient, size: str, pixels: tuple[int, int], dots: int
) -> None:
    body = client.get(f"/download/map.png?{DENSITY}&size={size}").data
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", body[16:24]) == pixels
    at = body.index(b"pHYs")
    across, down, unit = struct.unpack(">IIB", body[at + 4 : at + 13])
    assert (across, down, unit) == (across, across, 1)
    assert round(across * 0.0254) == dots
    assert struct.unpack(">I", body[at + 13 : at + 17])[0] == zlib.crc32(body[at : at + 13])


def test_a_size_that_does_not_exist_names_those_that_do(client: FlaskClient) -> None:
    answer = client.get(f"/download/map.pdf?{DENSITY}&size=a5")
    assert answer.status_code == 400
    assert "a3" in answer.get_data(as_text=True)
    name = client.get(f"/download/map.pdf?{DENSITY}&size=a3").headers["Content-Disposition"]
    assert name == 'attachment; filename="mat-do-dan-so_xa_2025-07_2025_a3.pdf"'


def test_a_pdf_is_tagged_titled_embedded_and_of_its_paper(client: FlaskClient, tmp_path: Path) -> None:
    body = client.get(f"/download/map.pdf?{DENSITY}").data
    info = dict(re.findall(r"^([\w ]+):\s+(.*)$", run("pdfinfo", body, tmp_path), re.MULTILINE))
    assert (info["Title"], info["Tagged"], info["Pages"]) == ("Mật độ dân số – địa giới từ 01/07/2025", "yes", "1")
    assert info["Page size"].endswith("(A4)")
    assert b"pdfuaid" in body
    assert b"/Lang (vi)" in body or b"vi" in re.findall(rb"/Lang ?\(([^)]*)\)", body)
    fonts = run("pdffonts", body, tmp_path).splitlines()[2:]
    assert fonts
    for font in fonts:
        assert "BeVietnamPro" in font
        assert font.split()[-5:-2] == ["yes", "yes", "yes"], font  # embedded, subset, with a map to Unicode


def test_a_pdf_says_what_the_page_says(client: FlaskClient, tmp_path: Path) -> None:
    view = view_of(client, DENSITY)
    said = unicodedata.normalize(
        "NFC", run("pdftotext", client.get(f"/download/map.pdf?{DENSITY}").data, tmp_path, "-raw")
    )
    for text in (view["title"], view["coverage"], view["disclaimer"], "Toàn thành phố: 2.6", "Trung Giã", "Ngọc Hà"):
        assert text in said, text
    for entry in view["classes"]:
        assert f"{entry['label']} {entry['count']}" in said.replace("\n", " "), entry


def test_the_pages_of_a_pdf_are_not_blank(client: FlaskClient, tmp_path: Path) -> None:
    body = client.get(f"/download/map.pdf?{NTM}").data
    (tmp_path / "file.pdf").write_bytes(body)
    subprocess.run([tool("pdftoppm"), "-r", "40", str(tmp_path / "file.pdf"), str(tmp_path / "page")], check=True)
    picture = next(tmp_path.glob("page*.ppm")).read_bytes()
    pixels = Counter(picture[-3 * (len(picture) // 3) :][at : at + 3] for at in range(0, len(picture) - 20, 3))
    assert len(pixels) > 50


def test_all_134_accented_letters_are_right_on_extraction(app: Flask, tmp_path: Path) -> None:
    assert len(ACCENTED) == 134
    lines = "".join(
        f'<text x="10" y="{30 + 20 * row}" font-size="14" font-family="Be Vietnam Pro">{ACCENTED[at : at + 30]}</text>'
        for row, at in enumerate(range(0, len(ACCENTED), 30))
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200">{lines}</svg>'
    values = {"title": "a", "lang": "vi", "width": "150", "height": "50", "words": "chữ", "drawing": svg}
    said = run("pdftotext", write_pdf(SHEET, values, today()), tmp_path, "-raw")
    assert "".join(said.split()) == ACCENTED


def test_what_typst_is_given_is_never_taken_for_code(app: Flask, tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>a</text></svg>'
    hostile = '"] #panic("x") <b>&amp;'
    values = {"title": hostile, "lang": "vi", "width": "20", "height": "20", "words": hostile, "drawing": svg}
    assert hostile in run("pdfinfo", write_pdf(SHEET, values, today()), tmp_path)


def test_lines_are_no_wider_than_asked_and_lose_no_word(app: Flask) -> None:
    text = "Diện tích tự nhiên của đơn vị theo nguồn công bố, đo trên lớp ranh giới"
    lines = wrap(text, 11, 120)
    assert " ".join(lines) == text
    assert all(text_width(line, 11) <= 120 for line in lines)
    assert clip(text, 11, 120).endswith("…")
    assert text_width(clip(text, 11, 120), 11) <= 120


def test_the_inset_shows_what_the_screen_shows() -> None:
    script = (ROOT / "webapp/static/inset.js").read_text("utf-8")
    numbers = re.findall(r"INNER_CITY = \[\[([\d.]+), ([\d.]+)\], \[([\d.]+), ([\d.]+)\]\]", script)
    [(south, west, north, east)] = [tuple(map(float, found)) for found in numbers]
    assert (west, south, east, north) == mapframe.INNER_CITY


class TestOneFile:
    """`map.html`: works from a memory stick."""

    @pytest.mark.parametrize("query", [NTM, "indicator=area_km2&edition=2024&level=commune", DENSITY, NOTHING])
    def test_it_weighs_at_most_1_mb_and_asks_for_nothing(self, client: FlaskClient, query: str) -> None:
        page = client.get(f"/download/map.html?{query}")
        assert len(page.data) <= 1_000_000
        html = unescape(page.get_data(as_text=True))
        assert re.findall(r"<(?:link|img|iframe|script)[^>]+(?:src|href)=", html) == []
        assert set(re.findall(r"url\((?!#|data:)[^)]*\)", html)) == set()
        assert "default-src 'none'" in html

    def test_its_table_says_the_figures_of_the_page(self, client: FlaskClient) -> None:
        html = client.get(f"/download/map.html?{DENSITY}").get_data(as_text=True)
        values = {area["code"]: area["value"] for area in client.get(f"/api/v1/values?{DENSITY}").get_json()["areas"]}
        told = dict(re.findall(r'<tr data-code="(\d+)">.*?<td class="r" data-tip=" người/km²">([\d.]+)</td>', html))
        assert told == {code: f"{int(value + 0.5):,}".replace(",", ".") for code, value in values.items()}


def hostile_name(_name: str, _kind: str) -> str:
    """What a careless source may call a commune."""
    return "<b>${x}</b>"


def test_hostile_names_are_text_on_maps(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """And leave none of their places to the names of another store."""
    kept = client.application.extensions["answers"]._answers
    before = texts(drawing(client, DENSITY))
    kept.clear()
    monkeypatch.setattr(mapdraw, "short_name", hostile_name)
    svg = drawing(client, DENSITY)
    assert "<b>${x}</b>" in texts(svg)
    assert not list(svg.iter(f"{SVG}b"))
    monkeypatch.undo()
    kept.clear()
    assert texts(drawing(client, DENSITY)) == before
