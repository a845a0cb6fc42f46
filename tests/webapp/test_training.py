"""A store of training figures says so on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.exports import read_geo, read_sheet
from webapp.exports import EXPORTERS

BAND = "SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT"
ENGLISH = "TRAINING FIGURES – NOT REAL DATA"


@pytest.mark.parametrize("path", ["/", "/map/none", "/map/clean_water_household_rate", "/board", "/resolution"])
def test_every_page_bears_the_band_and_the_mark(training: Flask, path: str) -> None:
    html = training.test_client().get(path).get_data(as_text=True)
    assert html.count(BAND) >= 2
    if path != "/map/none":
        assert training.test_client().get(f"/en{path}").get_data(as_text=True).count(ENGLISH) >= 2


def test_real_figures_bear_neither(client: FlaskClient) -> None:
    assert BAND not in client.get("/").get_data(as_text=True)


def test_every_source_of_a_training_figure_says_so(training: Flask) -> None:
    view = training.test_client().get("/map/clean_water_household_rate.json").get_json()
    assert view["sources"]
    assert all(BAND in source["publisher"] for source in view["sources"])


@pytest.mark.parametrize("path", ["/areas/2025-07/00004", "/sources", "/board", "/compare?areas=2024:001,2024:274",
                                  "/download/values.csv?indicator=population&edition=2024&level=district"])  # fmt: skip
def test_english_readers_have_the_source_in_english(training: Flask, path: str) -> None:
    page = training.test_client().get(f"/en{path}").get_data(as_text=True)
    assert f"{ENGLISH}: Figures made by machine for training" in page
    assert "tập huấn" not in page.lower()


def test_every_figure_of_the_board_to_download_says_so(training: Flask) -> None:
    lines = training.test_client().get("/board.csv").get_data(as_text=True).splitlines()[1:]
    with_figure = [line for line in lines if ",training," in line]
    assert len(with_figure) >= 70
    assert all(BAND in line for line in with_figure)


FILES = [name for name in EXPORTERS if name.startswith(("values.", "map."))]


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_is_in_name_and_content(training: Flask, tmp_path: Path, name: str) -> None:
    answer = training.test_client().get(f"/download/{name}?indicator=population&edition=2024&level=district")
    assert "_tap-huan." in answer.headers["Content-Disposition"]
    if name == "values.xlsx":
        assert {row["Cảnh báo"] for row in read_sheet(answer.data)} == {BAND}
    elif name in ("values.gpkg", "values.shp.zip"):
        assert set(read_geo(answer.data)["warning"]) == {BAND}
    elif name == "map.pdf":
        assert b"".join(re.findall(rb"<dc:title>.*?</dc:title>", answer.data, re.DOTALL)).decode().count(BAND) == 1
    elif name != "map.png":  # the same drawing as the SVG
        assert answer.get_data(as_text=True).count(BAND) >= (30 if name in ("values.csv", "values.geojson") else 1)
    if name in ("map.svg", "map.html"):
        assert answer.get_data(as_text=True).count(f">{BAND}</text>") == 4  # under the title, and three times across
