"""Every rule of the tables bites, at the right cell and alone; sound tables pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundaries.ingest import RULES as PLACE_RULES
from boundaries.ingest import check_places, read_places
from boundaries.problems import IngestError, Problem, render_problems
from boundaries.tables import RULES as CELL_RULES
from boundaries.tables import Frames
from indicators.ingest import check_tables, read_tables
from indicators.named_places import RULES as NAMED_RULES
from indicators.programmes import RULES as PROGRAMME_RULES
from indicators.rules import RULES as NUMBER_RULES
from tests.indicators.small import double, plant, read_small, write_small

PLACES = ("editions", "areas", "crosswalk")

# table, row, column, value, rule
FAULTS = [
    ("areas", 2, "name", "Xã Bă\u0301c Sơn", "nfc"),
    ("sources", 2, "title", "Nước sạch ", "clean"),
    ("sources", 2, "publisher", "Hà Nội\tmới", "clean"),
    ("sources", 2, "publisher", "", "required"),
    ("observations", 2, "source", "", "required"),
    ("themes", 3, "position", "2.0", "integer"),
    ("themes", 3, "position", "02", "integer"),
    ("observations", 3, "value", "82,5", "number"),
    ("observations", 3, "value", "1e3", "number"),
    ("observations", 3, "value", "nan", "number"),
    ("observations", 3, "value", "1.234.567", "number"),
    ("areas", 2, "area_km2", "+12", "number"),
    ("sources", 2, "published", "2023-02-29", "date"),
    ("sources", 2, "published", "29/02/2024", "date"),
    ("observations", 2, "status", "guessed", "allowed"),
    ("sources", 2, "quality", "Press", "allowed"),
    ("indicators", 2, "strata", "rural,all", "allowed"),
    ("indicators", 3, "levels", "commune,district,city", "allowed"),
    ("indicators", 2, "appendix_no", "XX", "pattern"),
    ("sources", 2, "url", "javascript:alert(1)", "pattern"),
    ("indicators", 2, "decimals", "9", "pattern"),
    ("breaks", 2, "limits", "50;95", "pattern"),
    ("editions", 2, "layer", "../small.topojson", "pattern"),
    ("indicators", 2, "theme", "wather", "reference"),
    ("indicators", 2, "unit", "percent", "reference"),
    ("observations", 2, "source", "hanoimoi-000000", "reference"),
    ("observations", 2, "indicator", "water_rates", "reference"),
    ("observations", 2, "edition", "2023", "reference"),
    ("areas", 6, "edition", "2023", "reference"),
    ("goals", 3, "note_vi", "", "languages"),
    ("observations", 2, "note_en", "", "languages"),
    ("editions", 3, "valid_to", "2025-06-30", "dates"),
    ("areas", 2, "name", "Bắc Sơn", "name"),
    ("areas", 6, "code", "0001", "code"),
    ("areas", 2, "parent_code", "017", "parent"),
    ("areas", 2, "parent_code", "00001", "parent"),
    ("areas", 2, "parent_code", "", "parent"),
    ("areas", 3, "parent_code", "016", "parent"),
    ("areas", 2, "area_km2", "0", "size"),
    ("observations", 6, "area_code", "00376", "area"),
    ("observations", 5, "area_code", "376", "area"),
    ("observations", 2, "area_code", "00376", "level"),
    ("breaks", 2, "level", "commune", "level"),
    ("observations", 7, "area_code", "00001", "kind"),
    ("observations", 2, "stratum", "urban", "stratum"),
    ("observations", 2, "period", "2023-13", "period"),
    ("observations", 2, "period", "2023-02-30", "period"),
    ("observations", 2, "period", "12/2023", "period"),
    ("observations", 4, "value_high", "", "range"),
    ("observations", 4, "value_high", "80", "range"),
    ("observations", 3, "value_high", "90", "range"),
    ("observations", 7, "value", "3", "word"),
    ("observations", 5, "value", "0.5", "sense"),
    ("observations", 5, "value", "-1", "sense"),
    ("observations", 3, "value", "-0.1", "sense"),
    ("themes", 3, "position", "1", "position"),
    ("indicators", 2, "weight", "", "weight"),
    ("indicators", 3, "weight", "population", "weight"),
    ("breaks", 2, "limits", "50,95,95", "limits"),
    ("breaks", 2, "limits", "50,100,95", "limits"),
    ("plausibility", 6, "jump", "0", "thresholds"),
    ("plausibility", 3, "jump", "1", "thresholds"),
    ("plausibility", 6, "measure", "count", "measure row"),
    ("indicators", 4, "unit", "households", "unit"),
    ("indicators", 2, "resolution_ref", "", "locator"),
    ("indicators", 2, "appendix_no", "", "locator"),
    ("indicators", 3, "appendix_no", "13", "locator"),
    ("goals", 4, "scope", "urban", "scope"),
    ("goals", 4, "low", "", "bounds"),
    ("goals", 4, "high", "99", "bounds"),
    ("goals", 4, "operator", "decrease_by", "direction"),
    ("goals", 4, "unit", "households", "unit"),
    ("goals", 4, "base", "previous_year", "base"),
    ("goals", 4, "due", "2025-12-31", "due"),
    ("goals", 6, "since", "2026", "due"),
    ("goals", 6, "areas", "2024/999", "area"),
    ("goals", 6, "areas", "2024/016 2024/00376", "level"),
    ("goals", 2, "repeats", "Phụ lục, mục 12", "repeat"),
    ("goals", 4, "indicator", "", "reason"),
    ("goals", 6, "locator", "dòng 2", "pattern"),
    ("ntm_recognitions", 3, "title", "ntm_plus", "allowed"),
    ("ntm_recognitions", 3, "decision", "1267", "pattern"),
    ("ntm_recognitions", 3, "source", "nowhere", "reference"),
    ("ntm_recognitions", 3, "area_code", "00377", "place"),
    ("ntm_recognitions", 3, "area_code", "00001", "commune"),
    ("ntm_recognitions", 3, "year", "", "held"),
    ("ntm_recognitions", 2, "year", "2021", "held"),
    ("ntm_recognitions", 2, "known_by", "2021-02-30", "day"),
    ("upgrade_criteria", 2, "threshold", "", "threshold"),
    ("upgrade_criteria", 3, "threshold", "1", "threshold"),
    ("upgrade_status", 2, "edition", "2023", "reference"),
    ("upgrade_status", 2, "area_code", "017", "place"),
    ("upgrade_status", 2, "criterion", "quan.aera", "reference"),
    ("upgrade_status", 4, "value", "28", "share"),
    ("upgrade_status", 4, "as_of", "2022-13", "day"),
    ("upgrade_milestones", 2, "areas", "2024/016 2024/02", "place"),
    ("upgrade_milestones", 2, "date", "2023-02-29", "day"),
    ("places", 2, "kind", "shop", "allowed"),
    ("places", 2, "areas", "2024/00377", "unit"),
    ("places", 3, "areas", "2024/016 2025-07/016", "unit"),
    ("places", 4, "basis", "text", "located"),
    ("places", 3, "source", "nowhere", "reference"),
    ("places", 3, "note_vi", "", "languages"),
    ("crosswalk", 3, "basis", "hearsay", "allowed"),
    ("crosswalk", 3, "weight_area", "all", "number"),
]


@pytest.fixture
def tables(tmp_path: Path) -> Frames:
    return read_small(write_small(tmp_path))


def problems_of(tables: Frames) -> list[tuple[str, int, str, str, str]]:
    """File, row, column, value and rule of everything wrong in the tables."""
    try:
        check_places({name: tables[name] for name in PLACES})
        check_tables({name: frame for name, frame in tables.items() if name not in PLACES}, tables["areas"])
    except IngestError as error:
        return [(p.file, p.row, p.column, p.value, p.rule) for p in error.problems]
    return []


def test_sound_tables_pass(tables: Frames) -> None:
    """The tables in which faults are planted have none themselves."""
    assert problems_of(tables) == []


@pytest.mark.parametrize(("name", "row", "column", "value", "rule"), FAULTS)
def test_one_fault_is_one_problem(tables: Frames, name: str, row: int, column: str, value: str, rule: str) -> None:
    """A planted fault is found at its cell, under its rule, and drags no other problem behind it."""
    plant(tables, name, row, column, value)
    assert problems_of(tables) == [(f"{name}.csv", row, column, value, rule)]


@pytest.mark.parametrize(
    ("name", "column"), [("areas", "code"), ("units", "id"), ("observations", "source"), ("goals", "text_vi")]
)
def test_a_repeated_row_breaks_its_key(tables: Frames, name: str, column: str) -> None:
    """The second of two rows with one key is the faulty one."""
    row = double(tables, name, 2)
    assert [found[1:3] + found[4:] for found in problems_of(tables)] == [(row, column, "key")]


def test_a_kind_of_unit_belongs_to_one_level(tables: Frames) -> None:
    """A quận among the communes is refused."""
    plant(tables, "areas", 6, "type", "quận")
    plant(tables, "areas", 6, "name", "Quận Phúc Xá")
    assert problems_of(tables) == [("areas.csv", 6, "type", "quận", "kind")]


@pytest.mark.parametrize(
    ("row", "column", "value", "problem"),
    [
        (4, "weight_area", "0.5", (4, "", "crosswalk sum")),
        (5, "weight_population", "", (4, "", "crosswalk partial")),
        (3, "from_code", "00002", (3, "00004", "crosswalk code")),
        (5, "to_code", "01", (5, "01", "crosswalk level")),
    ],
)
def test_faults_of_the_crosswalk_are_problems_too(
    tables: Frames, row: int, column: str, value: str, problem: tuple[int, str, str]
) -> None:
    """They are shown at the pair, or at the first row of the unit whose shares are wrong."""
    plant(tables, "crosswalk", row, column, value)
    assert ("crosswalk.csv", problem[0], "to_code", *problem[1:]) in problems_of(tables)


def test_a_status_indicator_needs_words_and_others_need_none(tables: Frames) -> None:
    """Words are wanted for codes and for codes only."""
    plant(tables, "indicators", 4, "measure", "level")
    assert problems_of(tables) == [
        ("indicators.csv", 4, "measure", "level", "words"),
        ("indicators.csv", 4, "unit", "code", "unit"),
    ]
    plant(tables, "indicators", 4, "measure", "status")
    tables["value_labels"] = tables["value_labels"].iloc[:0]
    assert problems_of(tables) == [
        ("indicators.csv", 4, "measure", "status", "words"),
        ("observations.csv", 7, "value", "2", "word"),
    ]


def test_a_count_in_per_cent_is_refused_with_the_goals_that_leave_its_unit(tables: Frames) -> None:
    """Households in per cent are no count, and a goal of 300 households is none of that."""
    plant(tables, "indicators", 3, "unit", "%")
    assert problems_of(tables) == [
        ("goals.csv", 2, "unit", "households", "unit"),
        ("goals.csv", 3, "unit", "households", "unit"),
        ("indicators.csv", 3, "unit", "%", "unit"),
    ]


@pytest.mark.parametrize(("column", "value"), [("low", "200"), ("operator", "increase_by"), ("timing", "cumulative")])
def test_a_repetition_says_exactly_what_counts_elsewhere(tables: Frames, column: str, value: str) -> None:
    """Other numbers, another operator or another way of counting make it another goal."""
    plant(tables, "goals", 2, column, value)
    assert ("goals.csv", 2, "repeats", "Phụ lục, mục 13", "repeat") in problems_of(tables)


def test_a_goal_of_an_indicator_without_direction_is_refused(tables: Frames) -> None:
    """No polarity by default: what is neither better nor worse cannot be aimed at."""
    plant(tables, "indicators", 2, "direction", "none")
    assert problems_of(tables) == [
        ("goals.csv", 4, "operator", "ge", "direction"),
        ("goals.csv", 6, "operator", "ge", "direction"),
    ]


def test_a_status_indicator_has_no_class_limits(tables: Frames) -> None:
    """Codes are not a scale."""
    plant(tables, "breaks", 2, "indicator", "title")
    plant(tables, "breaks", 2, "level", "commune")
    assert problems_of(tables) == [("breaks.csv", 2, "limits", "50,95,100", "limits")]


def test_a_planned_figure_and_a_true_zero_are_kept(tables: Frames) -> None:
    """Zero is a value, a blank is missing, and plans are taken in as plans."""
    numbers = {name: frame for name, frame in tables.items() if name not in PLACES}
    observations = check_tables(numbers, tables["areas"])["observations"]
    assert observations["value"].tolist() == [90, 82.5, 80, 0, 12, 2]
    assert observations["value_high"].notna().tolist() == [False, False, True, False, False, False]
    assert observations["status"].tolist()[4] == "planned"
    assert observations["qualifier"].tolist()[1] == ""
    assert observations["note_vi"].tolist()[:2] == ["Khoảng 90%.", None]


def test_all_problems_are_reported_at_once(tables: Frames) -> None:
    """Faults in four tables, and two in one row, all come in one error, in the order of files and rows."""
    plant(tables, "observations", 2, "value", "?")
    plant(tables, "observations", 2, "period", "2023-13")
    plant(tables, "observations", 5, "area_code", "00377")
    plant(tables, "sources", 3, "title", "")
    plant(tables, "goals", 4, "operator", "atleast")
    plant(tables, "units", 4, "name_en", "")
    assert {(file, row, rule) for file, row, _, _, rule in problems_of(tables)} == {
        ("observations.csv", 2, "number"),
        ("observations.csv", 2, "period"),
        ("observations.csv", 5, "area"),
        ("sources.csv", 3, "required"),
        ("goals.csv", 4, "allowed"),
        ("units.csv", 4, "required"),
        ("units.csv", 4, "languages"),
    }


def test_an_unknown_code_is_answered_with_the_nearest_of_its_edition(tables: Frames) -> None:
    """The suggestion names the edition and codes that exist in it, and is not taken."""
    plant(tables, "observations", 5, "area_code", "00377")
    with pytest.raises(IngestError) as caught:
        check_tables({name: frame for name, frame in tables.items() if name not in PLACES}, tables["areas"])
    assert caught.value.problems[0].suggestion.startswith("Edition 2024 has no '00377'. Nearest: 00376,")


@pytest.mark.parametrize(
    ("content", "row", "rule"),
    [
        (None, 0, "file"),
        (b"", 0, "file"),
        ("id,name_vi,name_en\nh\u1ed9,h,h\n".encode("cp1258", "replace") + b"\xf4", 0, "encoding"),
        (b'id,name_vi,name_en\n"%,%,%\n', 0, "csv"),
        (b"id,name_vi,name_en\n%,%,%\nha,ha\n", 3, "cells"),
        (b"id,name_vi,name_en\n%,%,%\n\n", 3, "cells"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes | None, row: int, rule: str) -> None:
    """Files are told apart from tables before any cell is looked at."""
    path = write_small(tmp_path) / "units.csv"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(IngestError) as caught:
        read_tables(tmp_path)
    assert [(problem.file, problem.row, problem.rule) for problem in caught.value.problems] == [
        ("units.csv", row, rule)
    ]


@pytest.mark.parametrize("header", ["id,name_vi", "id,name_vi,name_en,name_fr", "id,name_en,name_vi", "id,id,name_en"])
def test_a_wrong_header_is_reported_and_stops_the_look_at_cells(tables: Frames, header: str) -> None:
    """Columns that cannot be told apart are not checked."""
    tables["units"] = tables["units"].reindex(columns=[0] * len(header.split(",")))
    tables["units"].columns = header.split(",")
    assert problems_of(tables) == [("units.csv", 1, "", "", "header")]


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    """Spreadsheets write one, and it is no part of the first column's name."""
    path = write_small(tmp_path) / "units.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_tables(tmp_path)["units"].columns.tolist() == ["id", "name_vi", "name_en"]


def test_every_unreadable_file_is_reported(tmp_path: Path) -> None:
    """One missing file does not hide another."""
    write_small(tmp_path)
    (tmp_path / "editions.csv").unlink()
    (tmp_path / "areas.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(IngestError) as caught:
        read_places(tmp_path)
    assert [(problem.file, problem.rule) for problem in caught.value.problems] == [
        ("areas.csv", "encoding"),
        ("editions.csv", "file"),
    ]


def test_every_rule_has_a_planted_fault() -> None:
    """A rule that no test has seen bite may not bite."""
    crosswalk = {rule for rule in PLACE_RULES if rule.startswith("crosswalk ")}  # tests/boundaries/test_crosswalk.py
    elsewhere = crosswalk | {"file", "encoding", "csv", "cells", "header", "key", "words", "kind"}
    elsewhere |= {"training"}  # tests/indicators/test_training_store.py
    every = {*CELL_RULES, *PLACE_RULES, *NUMBER_RULES, *PROGRAMME_RULES, *NAMED_RULES}
    assert {fault[-1] for fault in FAULTS} | elsewhere == every


def test_the_problem_table_shows_what_cannot_be_seen() -> None:
    """Columns line up, controls become escapes, long cells are cut."""
    lines = render_problems(
        [
            Problem("units.csv", 3, "name_vi", "hộ\t", "clean", "Trim it."),
            Problem("observations.csv", 12, "note_vi", "x" * 50, "nfc"),
            Problem("areas.csv", 0, "", "", "file", "Put it there."),
        ]
    ).splitlines()
    assert lines[0].split() == ["file", "row", "column", "value", "rule", "suggestion"]
    assert lines[1].split() == ["units.csv", "3", "name_vi", "hộ\\u0009", "clean", "Trim", "it."]
    assert lines[2].split()[3] == "x" * 39 + "…"
    assert lines[3].split() == ["areas.csv", "-", "file", "Put", "it", "there."]
    assert [line.index(rule) for line, rule in zip(lines[1:3], ("clean", "nfc"), strict=True)] == [
        lines[0].index("rule")
    ] * 2


def test_the_error_says_how_many_problems_there_are() -> None:
    """Its text is the whole table, ready to be printed."""
    error = IngestError([Problem("a.csv", 2, "b", "c", "key"), Problem("a.csv", 1, "", "", "header")])
    assert str(error).startswith("2 problems, nothing was loaded:\n\nfile")
    assert [problem.row for problem in error.problems] == [1, 2]
