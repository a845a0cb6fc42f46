"""The compilation on a source that can be drawn on paper; each check is shown to refuse a planted fault."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pandas as pd
import pytest
import shapely

from boundaries.compile import Compiled, check_against_source, check_size, compile_layers
from boundaries.credits import hash_file, read_hashes
from boundaries.layers import read_areas, read_layer, read_rows
from geo.errors import DomainError
from geo.geometry import BrokenCoverage
from tests.boundaries.sources import SHARES, cells, layers, write_source


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The small source folder."""
    return write_source(tmp_path)


@pytest.fixture
def built(source: Path, tmp_path: Path) -> tuple[Compiled, Path]:
    """The result of compiling it, and the folder it was written to."""
    (tmp_path / "data").mkdir()
    return compile_layers(source, tmp_path / "data"), tmp_path / "data"


def test_the_result_says_what_was_written(built: tuple[Compiled, Path]) -> None:
    """Units per object, and a file for each hash."""
    compiled, data = built
    assert compiled.units == {
        "2024.city": 1,
        "2025-07.city": 1,
        "2024.district": 2,
        "2024.commune": 4,
        "2025-07.commune": 3,
        "neighbours": 2,
    }
    assert compiled.largest_area_change < 1e-6
    assert compiled.layer_bytes == (data / "hanoi.topojson").stat().st_size
    assert {*compiled.sha256, "SOURCES.md"} == {path.name for path in data.iterdir()}


def test_a_table_kept_by_hand_stays_and_is_listed(source: Path, tmp_path: Path) -> None:
    """Its hash in SOURCES.md is that of the file as it was."""
    (tmp_path / "data").mkdir()
    kept = tmp_path / "data" / "unions_2025-01.csv"
    kept.write_text("code,members\n", "utf-8")
    compiled = compile_layers(source, tmp_path / "data")
    listed = read_hashes((tmp_path / "data" / "SOURCES.md").read_text("utf-8"))
    assert kept.read_text("utf-8") == "code,members\n"
    assert listed[kept.name] == hash_file(kept)
    assert kept.name not in compiled.sha256


def test_shapes_are_those_of_the_source(built: tuple[Compiled, Path]) -> None:
    """Rectangles have no vertex to lose that matters: the new unit 00010 is three quarters of the east."""
    units = read_layer("2025-07.commune", folder=built[1]).set_index("code").geometry
    assert units["00010"].symmetric_difference(cells(2, 1, 4, 4)).area < 1e-9


def test_the_city_is_in_both_editions_and_is_the_sum_of_its_units(built: tuple[Compiled, Path]) -> None:
    """Code 01, no parent, first of its edition."""
    cities = [row for row in read_areas(built[1]) if row["level"] == "city"]
    assert [(row["edition"], row["code"], row["parent_code"]) for row in cities] == [
        ("2024", "01", ""),
        ("2025-07", "01", ""),
    ]
    assert cities[0]["area_km2"] == cities[1]["area_km2"] == "18.4042"


def test_names_are_spelled_with_capitals(built: tuple[Compiled, Path]) -> None:
    """The slip of the list ("Xã Đại áng") is mended; "Thị trấn" and "Thị xã" keep their small second word."""
    names = {row["name"] for row in read_areas(built[1])}
    assert {"Xã Đại Áng", "Thị trấn Bốn", "Thị xã Đông"} <= names


def test_the_provinces_around_end_at_the_outline_of_the_city(built: tuple[Compiled, Path]) -> None:
    """The overlap in the west and the gap in the east are gone."""
    around = read_layer("neighbours", folder=built[1])
    city = shapely.coverage_union_all(read_layer("2024.district", folder=built[1]).geometry.to_numpy())
    assert list(around["name"]) == ["Bắc Ninh", "Phú Thọ"]
    assert shapely.coverage_is_valid([*around.geometry, city])
    assert shapely.union_all([*around.geometry, city]).interiors[:] == []


def test_a_second_run_writes_the_same_bytes(built: tuple[Compiled, Path], source: Path, tmp_path: Path) -> None:
    """Every file, SOURCES.md included."""
    (tmp_path / "again").mkdir()
    compile_layers(source, tmp_path / "again")
    for path in built[1].iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def overlapping() -> dict[str, object]:
    """00001 reaches one cell into 00007."""
    communes = layers()["communes_2024.geojson"]
    communes.loc[0, "geometry"] = cells(0, 0, 3, 2)
    return {"communes_2024": communes}


def gaping() -> dict[str, object]:
    """00001 lacks a cell in its middle."""
    communes = layers()["communes_2024.geojson"]
    communes.loc[0, "geometry"] = cells(0, 0, 2, 2).difference(shapely.box(105.805, 21.005, 105.806, 21.006))
    return {"communes_2024": communes}


def crossed() -> dict[str, object]:
    """00001 is a bow-tie."""
    communes = layers()["communes_2024.geojson"]
    communes.loc[0, "geometry"] = shapely.Polygon([(105.8, 21.0), (105.82, 21.02), (105.82, 21.0), (105.8, 21.02)])
    return {"communes_2024": communes}


@pytest.mark.parametrize(
    ("plant", "problem"), [(overlapping, "overlap 00001 00007"), (gaping, "gap 00001"), (crossed, "invalid 00001")]
)
def test_a_broken_source_is_refused_and_nothing_is_written(plant, problem: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The message names layer, problem and codes; the destination stays empty."""
    (tmp_path / "data").mkdir()
    with pytest.raises(BrokenCoverage, match=rf"communes_2024\.geojson: .*{problem}"):
        compile_layers(write_source(tmp_path, **plant()), tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []


def test_layers_that_do_not_cover_each_other_are_refused(tmp_path: Path) -> None:
    """A new unit that leaves the outline of the old city cannot be made of old communes."""
    units = layers()["communes_2025.geojson"]
    units.loc[0, "geometry"] = cells(-1, 0, 2, 4)
    with pytest.raises(DomainError, match="Layer '2024': 1 faces lie in no area"):
        compile_layers(write_source(tmp_path, communes_2025=units), tmp_path)


def test_a_missing_layer_is_named(source: Path, tmp_path: Path) -> None:
    """The file, and what the folder must hold."""
    (source / "districts_2024.geojson").unlink()
    with pytest.raises(DomainError, match=r"districts_2024\.geojson is not in .* must hold every layer"):
        compile_layers(source, tmp_path)


def test_a_missing_field_and_a_repeated_code_are_named(tmp_path: Path) -> None:
    """Codes are keys: each once."""
    units = layers()["communes_2025.geojson"]
    with pytest.raises(DomainError, match=r"communes_2025\.geojson lacks type"):
        compile_layers(write_source(tmp_path / "a", communes_2025=units.drop(columns="type")), tmp_path)
    with pytest.raises(DomainError, match=r"communes_2025\.geojson repeats a code"):
        compile_layers(write_source(tmp_path / "b", communes_2025=units.assign(code="00001")), tmp_path)


def test_shares_of_another_state_are_refused(source: Path, tmp_path: Path) -> None:
    """A crosswalk delivered with other layers does not fit the overlay of these."""
    wrong = SHARES.replace("0.50001", "0.6").replace("0.49999", "0.4")
    (source / "crosswalk_2024_2025.csv").write_text(wrong, encoding="utf-8")
    with pytest.raises(DomainError, match=r"2 shares differ .* 00007→00007, 00007→00010"):
        compile_layers(source, tmp_path)


def test_a_lost_unit_another_neighbour_and_another_area_are_refused(built: tuple[Compiled, Path]) -> None:
    """The same layers against checks that were changed by hand."""
    topology = json.loads((built[1] / "hanoi.topojson").read_bytes())
    checks = pd.DataFrame(read_rows("source_checks.csv", built[1])).astype({"area_m2": float})
    assert check_against_source(topology, checks) < 1e-6
    pair = (checks["level"] == "commune") & (checks["edition"] == "2024") & checks["code"].isin(["00001", "00010"])
    apart = checks.assign(neighbours=checks["neighbours"].mask(pair, "00004"))
    with pytest.raises(DomainError, match=r"2024\.commune: 2 units are lost or have other neighbours .* 00001, 00010"):
        check_against_source(topology, apart)
    with pytest.raises(DomainError, match=r"2024\.district: the area of 002 changes by 1\.96%, but 1% is allowed"):
        check_against_source(topology, checks.assign(area_m2=checks["area_m2"].mask(checks["code"] == "002", 9.386e6)))
    topology["objects"]["2025-07.commune"]["geometries"].pop()
    with pytest.raises(DomainError, match=r"2025-07\.commune: 3 units are lost"):
        check_against_source(topology, checks)


def test_a_layer_file_that_is_too_large_is_refused() -> None:
    """Bytes without pattern do not shrink: 120,000 stay 120,000."""
    with pytest.raises(DomainError, match="110000 are allowed"):
        check_size(random.Random(1).randbytes(120_000))
