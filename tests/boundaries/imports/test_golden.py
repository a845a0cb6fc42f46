"""Files of boundaries with one fault each, and the report that each must give: feature, code, problem, place."""

from __future__ import annotations

import json
import math
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from boundaries.imports.check import check_features, list_flaws
from boundaries.imports.features import read_features
from boundaries.imports.flaws import Flaw, FlawedBoundaries, render_flaws
from tests.boundaries.imports.province import FIELDS, flaws_of, layer, ring, write_geojson
from tests.boundaries.sources import CELL, SOUTH, WEST
from tests.webapp.exports import GOLDEN, check_golden

REPORTS = GOLDEN.parent / "imports"
Found = list[tuple[int, str, str]]


def brief(flaws: list[Flaw]) -> Found:
    return [(flaw.feature, flaw.code, flaw.problem) for flaw in flaws]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def square(left: float, bottom: float, side: float) -> list[list[float]]:
    """A ring in cells from the corner of the province."""
    corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
    return [[WEST + CELL * (left + x), SOUTH + CELL * (bottom + y)] for x, y in corners]


def bow_tie(path: Path) -> Path:
    return write_geojson(path, {1: polygon([square(0, 0, 2)[at] for at in (0, 1, 3, 2, 0)])})


def unclosed(path: Path) -> Path:
    return write_geojson(path, {1: polygon(ring(1)[:-1])})


def hole_outside(path: Path) -> Path:
    return write_geojson(path, {1: polygon(ring(1), square(6, 6, 0.1))})


def overlap(path: Path) -> Path:
    bent = ring(1)
    bent[3][0] += 0.00001  # the middle of the eastern edge, about 1 m into the neighbour
    return write_geojson(path, {1: polygon(bent)})


def gap(path: Path) -> Path:
    """A hole of 1 m² in a commune, which no unit fills."""
    return write_geojson(path, {1: polygon(ring(1), square(0.5, 0.5, 1 / 1075))})


def not_a_number(path: Path) -> Path:
    bent = ring(1)
    bent[3][0] = "nan"
    return write_geojson(path, {1: polygon(bent)})


def heights(path: Path) -> Path:
    return write_geojson(path, {1: polygon([[*xy, 7.0] for xy in ring(1)])})


def collection(path: Path) -> Path:
    line = {"type": "LineString", "coordinates": ring(1)[:2]}
    return write_geojson(path, {1: {"type": "GeometryCollection", "geometries": [polygon(ring(1)), line]}})


def line(path: Path) -> Path:
    return write_geojson(path, {1: {"type": "LineString", "coordinates": ring(1)}})


def missing(path: Path) -> Path:
    return write_geojson(path, {1: None})


def swapped(path: Path) -> Path:
    turned = layer().set_geometry(list(shapely.transform(layer().geometry.array, lambda xy: xy[:, ::-1])))
    turned.to_file(path, driver="GeoJSON")
    return path


def metres_as_degrees(path: Path) -> Path:
    layer().to_crs("EPSG:5897").set_crs("EPSG:4326", allow_override=True).to_file(path, driver="GeoJSON")
    return path


def duplicate(path: Path) -> Path:
    return write_geojson(path, ma={2: "10001"})


def lost_zeros(path: Path) -> Path:
    return write_geojson(path, ma={1: "1"})


def decomposed(path: Path) -> Path:
    return write_geojson(path, ten={1: unicodedata.normalize("NFD", "Xã Một")})


def nameless(path: Path) -> Path:
    return write_geojson(path, ten={1: "Một", 2: ""})


def blank_code(path: Path) -> Path:
    return write_geojson(path, ma={1: ""})


def many_vertices(path: Path) -> Path:
    corner = (WEST + CELL, SOUTH + CELL)
    turn = [2 * math.pi * at / 200_000 for at in range(200_000)]
    circle = [[corner[0] + CELL / 2 * math.cos(angle), corner[1] + CELL / 2 * math.sin(angle)] for angle in turn]
    return write_geojson(path, {1: polygon([*circle, circle[0]])})


CASES: list[tuple[Callable[[Path], Path], Found, str]] = [
    (bow_tie, [(1, "10001", "invalid")], "Self-intersection"),
    (unclosed, [(1, "10001", "unclosed ring")], "closes it"),
    (hole_outside, [(1, "10001", "invalid")], "Hole lies outside shell"),
    (overlap, [(1, "10001", "overlap")], "m2 with 10007"),
    (gap, [(1, "10001", "gap")], "1.0 m2"),
    (not_a_number, [(1, "10001", "NaN")], "1 vertices are no numbers"),
    (heights, [(1, "10001", "3-D")], "leaves them out"),
    (collection, [(1, "10001", "collection")], "keeps the polygons"),
    (line, [(1, "10001", "no polygon")], "LineString"),
    (missing, [(1, "10001", "empty")], "no shape"),
    (swapped, [(0, "", "axes")], "exchanges them"),
    (metres_as_degrees, [(0, "", "CRS")], "EPSG:5897"),
    (duplicate, [(2, "10001", "duplicate code")], "feature 1 has it too"),
    (lost_zeros, [(1, "1", "code")], "makes it 00001"),
    (decomposed, [(1, "10001", "name")], "Xa\\u0303 "),
    (nameless, [(1, "10001", "name"), (2, "10004", "name")], "does not begin with a kind"),
    (blank_code, [(1, "", "code")], "there is none"),
    (many_vertices, [(1, "10001", "vertices")], "200,001 vertices"),
]
"""What makes each file, its problems in brief, and words of the report; all of it is in `tests/golden/imports`."""


@pytest.mark.parametrize(("make", "expected", "says"), CASES, ids=[case[0].__name__ for case in CASES])
def test_a_fault_is_reported_with_feature_code_place_and_remedy(
    tmp_path: Path, make: Callable[[Path], Path], expected: Found, says: str
) -> None:
    flaws = flaws_of(make(tmp_path / "file.geojson"), tmp_path / "work")
    assert brief(flaws) == expected
    assert says in render_flaws(flaws)
    assert all(flaw.remedy for flaw in flaws)


@pytest.mark.parametrize("make", [case[0] for case in CASES], ids=[case[0].__name__ for case in CASES])
def test_the_whole_report_and_what_repair_does_are_as_a_person_has_read_them(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """`WRITE_GOLDEN=1` writes them anew."""
    folder = tmp_path / "work"
    path = make(tmp_path / "file.geojson")
    report = render_flaws(flaws_of(path, folder))
    try:
        checked = check_features(read_features(path, FIELDS, folder), "commune", {}, repair=True)
        mended = render_flaws(checked.repairs)
    except FlawedBoundaries as refused:
        mended = str(refused)
    check_golden(f"{make.__name__}.txt", f"{report}\n\nwith --repair:\n\n{mended}\n", REPORTS)


def test_places_are_degrees_near_the_fault(tmp_path: Path) -> None:
    flaw = flaws_of(bow_tie(tmp_path / "file.geojson"), tmp_path / "work")[0]
    assert (flaw.lon, flaw.lat) == (pytest.approx(WEST + CELL), pytest.approx(SOUTH + CELL))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "f.geojson", {4: polygon(ring(4)[:-1])}, ma={2: "10001", 3: "7"}, ten={1: "Một"})
    assert brief(flaws_of(path, tmp_path / "work")) == [
        (1, "10001", "name"),
        (2, "10001", "duplicate code"),
        (3, "7", "code"),
        (4, "10010", "unclosed ring"),
    ]


def astray(path: Path) -> Path:
    """Units of two districts laid like a chessboard: each touches those of the other alone."""
    return write_geojson(path, ma_huyen={2: "092", 4: "091"}, ten_huyen={2: "Thị xã Đông", 4: "Huyện Tây"})


def test_units_outside_their_parent_keep_a_file_out_with_place_area_and_remedy(tmp_path: Path) -> None:
    flaws = flaws_of(astray(tmp_path / "f.geojson"), tmp_path / "work")
    assert [(flaw.feature, flaw.problem, flaw.blocks) for flaw in flaws] == [
        (at, "outside parent", True) for at in (1, 2, 3, 4)
    ]
    first = flaws[0]
    # 0.02° by 0.02° at 21° north
    assert first.detail == "all 4.60 km2 lie among units of 092, apart from 091"
    assert first.remedy == "Correct the parent; if it is an exclave, give --exclave 10001."
    assert (first.lon, first.lat) == (pytest.approx(WEST + CELL), pytest.approx(SOUTH + CELL))


def test_an_exclave_that_is_named_is_let_in(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    features = read_features(astray(tmp_path / "f.geojson"), FIELDS, tmp_path / "work")
    codes = ["10001", "10004", "10007", "10010"]
    assert brief(list_flaws(features, "commune", {}, codes[1:])) == [(1, "10001", "outside parent")]
    assert list_flaws(features, "commune", {}, codes) == []


def test_units_that_touch_one_of_their_parent_or_are_alone_in_it_are_no_exclaves(tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "f.geojson", ma_huyen={1: "092", 4: "091"}, ten_huyen={1: "Thị xã Đông", 4: "Huyện Tây"}
    )
    assert brief(flaws_of(path, tmp_path / "work")) == []  # 10001 still touches 10007, and 10010 touches 10004
    alone = write_geojson(tmp_path / "g.geojson", ma_huyen={1: "094"}, ten_huyen={1: "Huyện Bắc"})
    assert brief(flaws_of(alone, tmp_path / "work2")) == []


def test_an_official_name_that_differs_is_pointed_out(tmp_path: Path) -> None:
    features = read_features(write_geojson(tmp_path / "f.geojson"), FIELDS, tmp_path)
    flaws = list_flaws(features, "commune", {"10001": {"Xã Mốt"}, "10004": {"Xã Bốn"}})
    assert [(flaw.code, flaw.problem, flaw.blocks) for flaw in flaws] == [("10001", "other name", False)]


@pytest.mark.parametrize(
    ("suffix", "driver"),
    [
        (".gpkg", "GPKG"),
        (".shp", "ESRI Shapefile"),
        (".shp.zip", "ESRI Shapefile"),
        (".geojson", "GeoJSON"),
        (".fgb", "FlatGeobuf"),
    ],
)
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3405", "EPSG:5897"])
def test_every_format_is_read_in_degrees_and_in_metres(tmp_path: Path, suffix: str, driver: str, crs: str) -> None:
    path = tmp_path / f"layer{suffix}"
    layer().to_crs(crs).to_file(path, driver=driver)
    (tmp_path / "work").mkdir()
    checked = check_features(read_features(path, FIELDS, tmp_path / "work"), "commune", {}, repair=False)
    frame = checked.features.frame.sort_values("code")
    assert frame["code"].tolist() == ["10001", "10004", "10007", "10010"]
    assert frame["name"].tolist() == ["Xã Một", "Xã Bốn", "Phường Bảy", "Thị trấn Mười"]
    same = shapely.equals_exact(frame.geometry.to_numpy(), layer().geometry.to_numpy(), 1e-7, normalize=True)
    assert same.all()


def test_topojson_is_read(tmp_path: Path) -> None:
    from topojson.core.topology import Topology

    path = tmp_path / "layer.topojson"
    path.write_text(Topology(layer(), prequantize=False).to_json(), encoding="utf-8")
    assert brief(flaws_of(path, tmp_path / "work")) == []


def test_a_zipped_shapefile_is_read_and_one_without_a_crs_is_asked_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    layer().to_crs("EPSG:3405").to_file(folder / "huyen.shp")
    for name, parts in (("whole.zip", "shp shx dbf prj cpg"), ("bare.zip", "shp shx dbf cpg")):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts.split():
                archive.write(folder / f"huyen.{part}", f"data/huyen.{part}")
    assert brief(flaws_of(tmp_path / "whole.zip", tmp_path / "one")) == []
    flaws = flaws_of(tmp_path / "bare.zip", tmp_path / "two")
    assert brief(flaws) == [(0, "", "no CRS")]
    assert "EPSG:3405" in flaws[0].remedy
    check_golden("no_crs.txt", render_flaws(flaws) + "\n", REPORTS)
    assert brief(flaws_of(tmp_path / "bare.zip", tmp_path / "three", crs="EPSG:3405")) == []


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return path


VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://192.0.2.1/x</SrcDataSource></OGRVRTLayer>'
)


HARMFUL: list[tuple[str, Callable[[Path], object], str]] = [
    ("bomb.zip", lambda path: archive(path, **{"a.shp": b"\0" * 50_000_000, "a.dbf": b""}), "zip bomb"),
    ("path.zip", lambda path: archive(path, **{"../../a.shp": b"x", "a.dbf": b"x"}), "path in zip"),
    ("empty.zip", lambda path: archive(path, **{"readme.txt": b"x"}), "zip"),
    ("layer.vrt", lambda path: path.write_bytes(VRT), "format"),
    ("renamed.gpkg", lambda path: path.write_bytes(VRT), "format"),
    ("nothing.geojson", lambda path: path.write_bytes(b""), "size"),
    (
        "link.geojson",
        lambda path: path.write_text(
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "crs": {"type": "link", "properties": {"href": "http://192.0.2.1/"}},
                    "features": [],
                }
            )
        ),
        "format",
    ),
]


@pytest.mark.parametrize(("name", "make", "problem"), HARMFUL, ids=[case[0] for case in HARMFUL])
def test_what_may_harm_or_lead_elsewhere_is_refused_before_it_is_parsed(
    tmp_path: Path, name: str, make: Callable[[Path], object], problem: str
) -> None:
    make(tmp_path / name)
    (tmp_path / "work").mkdir()
    with pytest.raises(FlawedBoundaries) as refused:
        read_features(tmp_path / name, FIELDS, tmp_path / "work")
    assert [flaw.problem for flaw in refused.value.flaws] == [problem]
    assert not (tmp_path.parent / "a.shp").exists()
    check_golden(f"{name}.txt", f"{refused.value}\n", REPORTS)


MENDED = [unclosed, hole_outside, overlap, gap, heights, collection, swapped, lost_zeros, decomposed]


@pytest.mark.parametrize("make", MENDED, ids=[make.__name__ for make in MENDED])
def test_repairs_are_listed_and_the_result_is_sound(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    (tmp_path / "work").mkdir()
    features = read_features(make(tmp_path / "file.geojson"), FIELDS, tmp_path / "work")
    checked = check_features(features, "commune", {}, repair=True)
    assert [flaw.problem for flaw in checked.repairs] == ["repaired"]
    assert len(checked.features.frame) == 4
    assert list_flaws(checked.features, "commune", {}) == []


BEYOND = [bow_tie, not_a_number, line, missing, duplicate, nameless, blank_code, many_vertices, metres_as_degrees]


@pytest.mark.parametrize("make", BEYOND, ids=[make.__name__ for make in BEYOND])
def test_what_would_need_a_guess_is_never_repaired(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    (tmp_path / "work").mkdir()
    features = read_features(make(tmp_path / "file.geojson"), FIELDS, tmp_path / "work")
    with pytest.raises(FlawedBoundaries):
        check_features(features, "commune", {}, repair=True)


def test_a_large_overlap_is_not_given_to_anybody(tmp_path: Path) -> None:
    broad = layer()
    broad.loc[0, "geometry"] = broad.geometry.iloc[0].union(broad.geometry.iloc[2].buffer(-CELL / 10))
    broad.to_file(tmp_path / "file.geojson", driver="GeoJSON")
    (tmp_path / "work").mkdir()
    features = read_features(tmp_path / "file.geojson", FIELDS, tmp_path / "work")
    with pytest.raises(FlawedBoundaries, match="overlap"):
        check_features(features, "commune", {}, repair=True)


def test_the_layer_is_sound_as_it_stands(tmp_path: Path) -> None:
    assert flaws_of(write_geojson(tmp_path / "file.geojson"), tmp_path / "work") == []
    assert isinstance(layer(), gpd.GeoDataFrame)
