"""The overlay of two shipped editions, and its command: shares by hand, the sliver rule, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from flask.testing import FlaskCliRunner

from boundaries.compile import compile_layers, write_table
from boundaries.crosswalk import COLUMNS, invert, read_crosswalk
from boundaries.layers import read_areas
from boundaries.overlay import count_disagreements, list_disagreements, overlay_editions
from geo.errors import BadParameter, DomainError, UnknownName
from tests.boundaries.sources import write_source
from webapp import create_app

GOLDEN = Path(__file__).parents[1] / "golden"
PAIR = ["from_code", "to_code"]


@pytest.fixture(scope="module")
def overlay() -> pd.DataFrame:
    """The overlay of the two editions of Hanoi."""
    return overlay_editions("2024", "2025-07")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled folder of a city of four communes."""
    folder = tmp_path_factory.mktemp("overlay")
    compiled = folder / "data"
    compiled.mkdir()
    compile_layers(write_source(folder), compiled)
    return compiled


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[FlaskCliRunner]:
    """The command line over an empty store: these commands need none."""
    app = create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"})
    yield app.test_cli_runner()
    app.extensions["engine"].dispose()


def test_shares_are_those_of_the_drawing(small: Path) -> None:
    """00007 is cut in halves, all others go whole; the southern half is the wider one, by 7 in 100,000."""
    table = overlay_editions("2024", "2025-07", small)
    shares = table.set_index(PAIR)["weight_area"].to_dict()
    assert list(table.columns) == COLUMNS
    assert shares == pytest.approx(
        {
            ("00001", "00001"): 1,
            ("00004", "00001"): 1,
            ("00007", "00007"): 0.5000167,
            ("00007", "00010"): 0.4999833,
            ("00010", "00010"): 1,
        },
        abs=1e-6,
    )
    assert table.groupby("from_code")["weight_population"].first().fillna(-1).to_dict() == {
        "00001": 1,
        "00004": 1,
        "00007": -1,
        "00010": 1,
    }


def test_shares_of_each_unit_of_hanoi_sum_to_one(overlay: pd.DataFrame) -> None:
    """579 communes into 126 units, each pair once, by codes; every pair says that it rests on the overlay alone."""
    assert (overlay.groupby("from_code")["weight_area"].sum() - 1).abs().max() <= 1e-9
    assert (overlay["from_code"].nunique(), overlay["to_code"].nunique()) == (579, 126)
    assert overlay[PAIR].to_numpy().tolist() == sorted(overlay[PAIR].to_numpy().tolist())
    assert set(overlay["basis"]) == {"overlay"}
    assert set(overlay["citation"]) == {"overlay of the shipped shapes 2024.commune and 2025-07.commune in EPSG:6933"}


def test_slivers_are_left_out_by_the_rule_of_the_shipped_crosswalk(overlay: pd.DataFrame) -> None:
    """Below 0.5 % and 0.01 km2 both: of the 835 overlaps of the other engine four go, and what is left sums to 1."""
    golden = pd.read_csv(GOLDEN / "overlaps_spatialite.csv", comment="#", dtype=dict.fromkeys(PAIR, "str"))
    slivers = golden[(golden["share"] < 0.005) & (golden["equal_area_m2"] < 10_000)]
    assert len(golden) - len(overlay) == len(slivers) == 4
    pairs = overlay.set_index(PAIR)["weight_area"]
    assert not set(map(tuple, slivers[PAIR].to_numpy())) & set(pairs.index)
    assert pairs["00181", "00226"] == 1


def test_the_overlay_is_near_the_shipped_crosswalk(overlay: pd.DataFrame) -> None:
    """Within 0.5 % of a unit, the largest sliver: the shipped one knows official slivers and finer lines."""
    shipped = read_crosswalk().query("from_code != '01'").set_index(PAIR)["weight_area"]
    difference = overlay.set_index(PAIR)["weight_area"].sub(shipped, fill_value=0)
    assert difference.abs().max() < 0.005


def test_the_way_back_is_the_crosswalk_turned_round(overlay: pd.DataFrame) -> None:
    """Shares of the new units in the old ones, as the areas of the pieces give them."""
    back = overlay_editions("2025-07", "2024").set_index(PAIR)["weight_area"]
    areas = pd.DataFrame(read_areas()).astype({"area_km2": float})
    turned = invert(overlay, areas).set_index(PAIR)["weight_area"]
    assert back.sub(turned, fill_value=0).abs().max() < 0.005


def test_an_edition_that_does_not_ship_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match=r"no edition '2023'\. Nearest: 2024, 2025-07"):
        overlay_editions("2023", "2024")
    with pytest.raises(BadParameter, match=r"'to' cannot be '2024'\. Allowed: 2025-07"):
        overlay_editions("2024", "2024")


def test_an_edition_without_shapes_is_refused(small: Path, tmp_path: Path) -> None:
    """It names what the layer file holds."""
    for file in small.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    editions = (small / "editions.csv").read_text("utf-8")
    (tmp_path / "editions.csv").write_text(f"{editions}2025-01,a,b,,,hanoi.topojson\n", "utf-8")
    with pytest.raises(DomainError, match=r"2024 and 2025-01 have shapes at no common level.*2024\.commune"):
        overlay_editions("2024", "2025-01", tmp_path)


def test_disagreements_are_counted_in_one_line() -> None:
    found = list_disagreements()
    assert count_disagreements(found) == (
        "115 disagreements: 59 not in composition, 42 other name, 14 no area on the map"
    )
    assert count_disagreements(found.head(0)) == "0 disagreements"


def test_the_command_prints_the_overlay_as_csv(runner: FlaskCliRunner, overlay: pd.DataFrame) -> None:
    """What is printed reads back as the same table; the count goes to the other stream."""
    answer = runner.invoke(args=["boundaries", "crosswalk", "--from", "2024", "--to", "2025-07"])
    assert (answer.exit_code, answer.stderr.splitlines()[-1]) == (0, "831 pairs of units")
    printed = pd.read_csv(io.StringIO(answer.stdout), dtype=dict.fromkeys(COLUMNS[:4], "str"))
    pd.testing.assert_frame_equal(printed, overlay, check_dtype=False)


def test_the_command_writes_to_a_file(runner: FlaskCliRunner, tmp_path: Path) -> None:
    """Nothing is printed then but the count."""
    file = tmp_path / "report.csv"
    answer = runner.invoke(args=["boundaries", "crosswalk", "--report", "--out", str(file)])
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert answer.stderr.splitlines()[-1].startswith("115 disagreements: ")
    assert file.read_bytes() == write_table(list_disagreements())
    assert b"other name,00235,Ph" in file.read_bytes()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "Give --from and --to, each one of 2024, 2025-07, or --report alone."),
        (["--from", "2024"], "Give --from and --to, each one of 2024, 2025-07, or --report alone."),
        (["--to", "2024", "--report"], "Give --from and --to, each one of 2024, 2025-07, or --report alone."),
        (["--from", "2024", "--to", "2026"], "There is no edition '2026'. Nearest: 2024, 2025-07."),
        (["--from", "2024", "--to", "2024"], "Parameter 'to' cannot be '2024'. Allowed: 2025-07."),
    ],
)
def test_bad_arguments_end_with_2_and_what_is_allowed(runner: FlaskCliRunner, given: list[str], message: str) -> None:
    answer = runner.invoke(args=["boundaries", "crosswalk", *given])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert message in answer.stderr
