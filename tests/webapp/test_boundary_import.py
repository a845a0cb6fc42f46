"""`flask boundaries import`: from a file to an edition on the map, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.imports.store import sweep
from boundaries.layers import read_finest, read_layer
from boundaries.models import Area, Edition
from geo.geometry import coverage_faults
from indicators.audit import verify
from indicators.ingest import DATA, load
from indicators.models import DataState
from tests.boundaries.imports.province import layer, write_geojson
from tests.conftest import prepared
from webapp import create_app
from webapp.boundaries_cli import layers_folder

FIELDS = ("--code-field", "ma", "--name-field", "ten", "--parent-field", "ma_huyen", "--parent-name-field", "ten_huyen")
WHOLE = ("--parent", "99=Tỉnh Mẫu")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded store, to be copied."""
    app = prepared(tmp_path_factory.mktemp("boundaries") / "store.db")
    app.extensions["engine"].dispose()
    return Path(app.extensions["engine"].url.database)


@pytest.fixture
def store(base: Path, tmp_path: Path) -> Iterator[Flask]:
    (tmp_path / "store.db").write_bytes(base.read_bytes())
    app = create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}",
                      "LAYERS_DIR": str(tmp_path / "layers")})  # fmt: skip
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "province.gpkg"
    layer().to_crs("EPSG:5897").to_file(path, driver="GPKG")
    return path


def run(app: Flask, file: Path, *options: str, edition: str) -> Result:
    args = ["boundaries", "import", str(file), "--edition", edition, "--level", "commune", *FIELDS, *options]
    return app.test_cli_runner().invoke(args=args)


def version(app: Flask) -> int | None:
    with Session(app.extensions["engine"]) as session:
        return session.scalar(select(DataState.version))


def untouched(app: Flask, edition: str) -> bool:
    """Whether neither store nor folder knows the edition."""
    folder = layers_folder(app)
    with Session(app.extensions["engine"]) as session:
        return session.get(Edition, edition) is None and not (folder.is_dir() and list(folder.iterdir()))


def test_a_file_becomes_an_edition_that_the_map_draws_at_once(store: Flask, file: Path) -> None:
    before = version(store)
    client = store.test_client()
    assert client.get("/map/area_km2.json").status_code == 200  # from now on the process keeps the units
    result = run(store, file, *WHOLE, edition="mau-1")
    assert result.exit_code == 0, result.output
    assert "Edition mau-1: 7 units. Map: /map/area_km2?edition=mau-1" in result.output
    assert version(store) == (before or 0) + 1
    view = client.get("/map/area_km2.json?edition=mau-1&level=commune").get_json()
    assert (view["object"], view["outline"], view["labels_object"]) == (
        "mau-1.commune",
        "mau-1.district",
        "mau-1.district",
    )
    # a cell of 0.02° at 21° north is about 2.07 km by 2.21 km
    assert view["areas"]["value"] == pytest.approx([4.6] * 4, rel=0.02)
    answer = client.get(view["geometry"])
    assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    assert {"mau-1.commune", "mau-1.district", "mau-1.city", "neighbours"} == set(answer.get_json()["objects"])
    assert client.get("/map/area_km2?edition=mau-1&level=commune").status_code == 200
    assert client.get("/en/map/area_km2?edition=mau-1&level=district").status_code == 200
    assert view["geometry"] in client.get("/map/area_km2?edition=mau-1&level=commune").text
    with Session(store.extensions["engine"]) as session:
        assert verify(session) == []


def test_the_layer_keeps_every_unit_and_the_source_every_vertex(store: Flask, file: Path) -> None:
    run(store, file, *WHOLE, edition="mau-2")
    store.test_client().get("/map/area_km2.json?edition=mau-2&level=commune")
    generalised = read_layer("mau-2.commune")
    assert coverage_faults(generalised, "EPSG:32648").empty
    finest, tolerance_m = read_finest("mau-2", "commune")
    assert tolerance_m == 0
    assert finest["code"].tolist() == generalised["code"].tolist() == ["10001", "10004", "10007", "10010"]
    assert finest.geometry.count_coordinates().sum() == layer().geometry.count_coordinates().sum()
    assert finest.geometry.count_coordinates().sum() > generalised.geometry.count_coordinates().sum()


def test_hanoi_is_drawn_as_before(store: Flask, file: Path) -> None:
    client = store.test_client()
    path = "/map/population_density.json?edition=2025-07&level=commune"
    before = client.get(path).get_json()
    run(store, file, *WHOLE, edition="mau-3")
    after = client.get(path).get_json()
    for view in (before, after):
        view.pop("data_version"), view.pop("switches")
    assert before == after
    assert client.get("/map/ntm_title").status_code == client.get("/areas").status_code == 200


def test_loading_the_embedded_tables_anew_keeps_imported_editions(store: Flask, file: Path, tmp_path: Path) -> None:
    run(store, file, *WHOLE, edition="mau-4")
    numbers = tmp_path / "numbers"
    numbers.mkdir()
    for path in DATA.iterdir():
        if path.is_file():
            (numbers / path.name).write_bytes(path.read_bytes())
    text_ = (numbers / "sources.csv").read_text("utf-8")
    (numbers / "sources.csv").write_text(text_.replace("Dự án này", "Dự án  này".replace("  ", " khác ")), "utf-8")
    with Session(store.extensions["engine"]) as session:
        assert load(session, numbers).changed
    view = store.test_client().get("/map/area_km2.json?edition=mau-4&level=commune").get_json()
    assert len([value for value in view["areas"]["value"] if value]) == 4


def test_a_dry_run_reports_and_stores_nothing(store: Flask, file: Path) -> None:
    result = run(store, file, *WHOLE, "--dry-run", edition="mau-5")
    assert (result.exit_code, "4 units are sound, nothing was stored" in result.output) == (0, True)
    assert untouched(store, "mau-5")


def test_problems_come_as_one_table_with_status_2_and_leave_no_trace(store: Flask, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "p.geojson", ma={2: "10001", 3: "7"}, ten={4: "Mười"})
    result = run(store, path, *WHOLE, edition="mau-6")
    assert result.exit_code == 2
    assert all(word in result.output for word in ("duplicate code", "makes it 00007", "does not begin with a kind"))
    assert untouched(store, "mau-6")


def test_repairs_are_listed_when_asked_for(store: Flask, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "p.geojson", ma={3: "7"})
    result = run(store, path, *WHOLE, "--repair", edition="mau-7")
    assert (result.exit_code, "code 7 became 00007" in result.output) == (0, True), result.output
    with Session(store.extensions["engine"]) as session:
        assert session.get(Area, ("mau-7", "00007")) is not None


@pytest.mark.parametrize(
    ("edition", "options", "says"),
    [
        ("2024", WHOLE, "an id other than"),
        ("Mẫu 1", WHOLE, "1 to 16 of a-z"),
        ("mau-8", (), "the province in which the districts lie"),
        ("mau-8", ("--parent", "99=Mẫu"), "CODE=NAME"),
        ("mau-8", (*WHOLE, "--crs", "EPSG:1"), "EPSG:3405"),
        ("mau-8", (*WHOLE, "--code-field", "mã"), "Nearest: ma"),
    ],
)
def test_what_does_not_fit_is_refused(
    store: Flask, file: Path, edition: str, options: tuple[str, ...], says: str
) -> None:
    result = run(store, file, *options, edition=edition)
    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert edition == "2024" or untouched(store, edition)


def test_units_right_below_a_province_need_no_district(store: Flask, tmp_path: Path) -> None:
    path = tmp_path / "p.fgb"
    layer().drop(columns=["ma_huyen", "ten_huyen"]).to_file(path, driver="FlatGeobuf")
    args = ["boundaries", "import", str(path), "--edition", "mau-9", "--level", "commune", "--code-field", "ma",
            "--name-field", "ten", *WHOLE]  # fmt: skip
    result = store.test_cli_runner().invoke(args=args)
    assert result.exit_code == 0, result.output
    view = store.test_client().get("/map/area_km2.json?edition=mau-9&level=commune").get_json()
    assert (view["outline"], view["labels_object"]) == (None, "mau-9.commune")


def test_what_a_killed_import_left_is_swept_away_and_nothing_else(store: Flask, file: Path) -> None:
    run(store, file, *WHOLE, edition="mau-10")
    folder = layers_folder(store)
    for name in (".incoming", "mau-11.0123456789ab"):
        (folder / name).mkdir()
    with Session(store.extensions["engine"]) as session:
        assert sorted(sweep(session, folder)) == [".incoming", "mau-11.0123456789ab"]
    assert [path.name.split(".")[0] for path in folder.iterdir()] == ["mau-10"]


def test_points_are_counted_on_the_source_at_full_resolution(store: Flask, file: Path, tmp_path: Path) -> None:
    run(store, file, *WHOLE, edition="mau-12")
    points = tmp_path / "points.csv"
    middle = layer().geometry.iloc[0].centroid
    points.write_text(f"lon,lat\n{middle.x},{middle.y}\n", "utf-8")
    result = store.test_cli_runner().invoke(args=[
        "indicators", "aggregate", str(points), "--lon", "lon", "--lat", "lat", "--edition", "mau-12",
        "--level", "commune",
        "--indicator", "poor_households", "--period", "2025", "--numerator", "count()", "--source", "register",
        "--publisher", "UBND", "--title", "Sổ hộ", "--by", "Lan"])  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "within 0 m of a line" in result.output
    with store.extensions["engine"].connect() as connection:
        rows = connection.execute(text("SELECT area_code, value FROM observation WHERE source_id = 'register'")).all()
    assert rows == [("10001", 1.0)]


def test_downloads_of_shapes_hold_the_imported_ones(store: Flask, file: Path) -> None:
    run(store, file, *WHOLE, edition="mau-13")
    client = store.test_client()
    view = client.get("/map/area_km2.json?edition=mau-13&level=commune").get_json()
    answers = {entry["label"]: client.get(entry["href"], buffered=True) for entry in view["downloads"]}
    assert {label: answer.status_code for label, answer in answers.items()} == dict.fromkeys(answers, 200)
    answer = answers["GeoJSON"]
    shapes = gpd.GeoDataFrame.from_features(json.loads(answer.text))
    assert len(shapes) == 4
