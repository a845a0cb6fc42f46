"""The tables that the repository ships: sound, complete, in both languages, and true to what they were taken from."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from boundaries.ingest import PLACES, check_places, read_places
from boundaries.models import Area, Base, Edition, Succession
from boundaries.tables import Frames, Table
from indicators.catalogue import applies_to, levels_of
from indicators.goals import goals_by_indicator, load_goals
from indicators.ingest import DATA, MODELS, TABLES, check_tables, read_tables
from indicators.models import Indicator
from indicators.observations import QUALITY_ORDER, STATUS_ORDER
from indicators.schema import QUALITIES, STATUSES
from indicators.targets import dividing_bound

MODEL_OF: list[tuple[Table, type[Base]]] = [
    (PLACES["editions"], Edition),
    (PLACES["areas"], Area),
    (PLACES["crosswalk"], Succession),
    *((TABLES[name], model) for name, model in MODELS.items()),
]


@pytest.fixture(scope="module")
def places() -> Frames:
    return check_places(read_places())


@pytest.fixture(scope="module")
def tables(places: Frames) -> Frames:
    return check_tables(read_tables(), places["areas"])


@pytest.fixture(scope="module")
def observations(tables: Frames, places: Frames) -> pd.DataFrame:
    """All figures, each with level and kind of its area."""
    areas = places["areas"].rename(columns={"code": "area_code"})[["edition", "area_code", "level", "type"]]
    return tables["observations"].merge(areas, on=["edition", "area_code"], validate="many_to_one")


def test_nothing_was_lost_on_the_way(tables: Frames, observations: pd.DataFrame) -> None:
    """Counts by table, status, stratum, edition and level are those of the collected set."""
    sizes = {name: len(tables[name]) for name in ("indicators", "goals", "sources", "observations")}
    assert sizes == {"indicators": 107, "goals": 93, "sources": 252, "observations": 1967}
    counts = {column: observations[column].value_counts().to_dict() for column in ("status", "stratum", "level")}
    assert counts == {
        "status": {"derived": 1086, "reported": 705, "final": 139, "provisional": 24, "planned": 13},
        "stratum": {"all": 1934, "rural": 26, "urban": 7},
        "level": {"commune": 1459, "district": 382, "city": 126},
    }
    assert observations["edition"].value_counts().to_dict() == {"2024": 1586, "2025-07": 381}
    assert tables["indicators"]["tier"].value_counts().to_dict() == {"body": 42, "supporting": 33, "appendix": 32}


@pytest.mark.parametrize(
    ("indicator", "edition", "level", "period", "areas", "total"),
    [
        ("population", "2025-07", "commune", "2025-07-01", 126, 8_811_473),
        ("area_km2", "2025-07", "commune", "2025-07-01", 126, 3_359.97),
        ("population", "2024", "district", "2018", 30, 7_739_700),
        ("ntm_advanced_communes_added", "2024", "district", "2024", 18, 41),
        ("poor_households", "2024", "district", "2024-12-31", 30, 0),
    ],
)
def test_totals_are_those_that_were_published(
    observations: pd.DataFrame, indicator: str, edition: str, level: str, period: str, areas: int, total: float
) -> None:
    """Sums over all units of one table of figures."""
    rows = observations[
        (observations["indicator"] == indicator)
        & (observations["edition"] == edition)
        & (observations["level"] == level)
        & observations["period"].str.startswith(period[:7])
    ].drop_duplicates("area_code")
    assert len(rows) == areas
    assert rows["value"].sum() == pytest.approx(total)


def test_titles_of_382_communes(observations: pd.DataFrame) -> None:
    """54 model, 84 advanced, 244 at least basic; one xã has no row."""
    titles = observations[observations["indicator"] == "ntm_title"]
    assert titles["value"].value_counts().to_dict() == {1: 244, 2: 84, 3: 54}
    assert titles["area_code"].is_unique
    assert set(titles["type"]) == {"xã"}


@pytest.mark.parametrize(("table", "model"), MODEL_OF)
def test_the_dictionary_and_the_store_have_the_same_columns(table: Table, model: type[Base]) -> None:
    """Each column has its field, and what may be blank may be NULL; the store's own are running numbers and origins."""
    own = {"id", "position", "batch_id", "batch_row", "entered_id", "numerator", "denominator"}
    fields = {column.field: not column.required and column.default is None for column in table.columns}
    stored = {column.name: column.nullable for column in model.__table__.columns if column.name in fields}
    assert set(fields) == {column.name for column in model.__table__.columns} - (own - set(fields))
    assert {name for name in fields if fields[name] and not stored[name]} == set()


@pytest.mark.parametrize("name", [*PLACES, *TABLES])
def test_both_languages_are_there(name: str, tables: Frames, places: Frames) -> None:
    """Whatever is written for readers is there twice, and the English is not the Vietnamese."""
    frame = {**tables, **places}[name]
    for column in [column for column in frame.columns if column.endswith("_vi")]:
        english = frame[f"{column[:-3]}_en"]
        assert (frame[column].notna() == english.notna()).all()
        if name != "units" and column not in ("name_vi", "unit_vi"):
            assert not (frame[column].notna() & (frame[column] == english)).any(), column


def test_notes_translate_one_to_one(tables: Frames) -> None:
    """One English note has one Vietnamese one, numbers included, and the other way round."""
    notes = tables["observations"][["note_vi", "note_en"]].dropna().drop_duplicates()
    assert notes["note_vi"].is_unique
    assert notes["note_en"].is_unique
    assert len(notes) > 200
    for vietnamese, english in notes.itertuples(index=False):
        assert vietnamese.endswith("."), vietnamese
        figures = [
            sorted(re.findall(r"\d{3,}", re.sub(r"(?<=\d)[.,](?=\d{3})", "", text))) for text in (vietnamese, english)
        ]
        assert figures[0] == figures[1], (vietnamese, english)


def test_sources_named_in_notes_exist(tables: Frames) -> None:
    """A note that leans on a second source names a publisher that is listed, for no reader knows ids."""
    sources, notes = tables["sources"], tables["observations"]
    for column, word in (("note_vi", "nguồn"), ("note_en", "source")):
        named = notes[column].str.extract(rf"(?:đợt \d|round \d)[,:] {word} (.+?)(?=\)|\.$)")[0].dropna().unique()
        assert len(named) == 3
        for name in named:
            assert sources["publisher"].str.startswith(name).any(), name
        for source in sources["id"]:
            assert not notes[column].str.contains(source, regex=False).any(), source


def test_a_derived_figure_says_how(tables: Frames) -> None:
    """Arithmetic and entailment are explained in the note."""
    derived = tables["observations"][tables["observations"]["status"] == "derived"]
    assert derived.loc[derived["note_vi"].isna(), "indicator"].value_counts().to_dict() == {}


def test_rows_are_in_a_fixed_order(tables: Frames, observations: pd.DataFrame) -> None:
    """Catalogue order, then edition, level, code, period and stratum: a change is a small diff."""
    assert tables["indicators"]["position"].tolist() == list(range(1, 108))
    assert tables["themes"]["position"].tolist() == list(range(1, 22))
    positions = dict(zip(tables["indicators"]["id"], tables["indicators"]["position"], strict=True))
    levels = ["city", "district", "commune"]
    keys = [
        (positions[row.indicator], row.edition, levels.index(row.level), row.area_code, row.period, row.stratum)
        for row in observations.itertuples()
    ]
    assert keys == sorted(keys)
    assert tables["sources"]["id"].is_monotonic_increasing


def test_indicators_of_a_theme_stand_together(tables: Frames) -> None:
    """The catalogue follows the order of the themes."""
    themes = tables["indicators"]["theme"]
    assert themes[themes != themes.shift()].tolist() == tables["themes"]["id"].tolist()


def test_every_indicator_is_of_the_plan_with_its_places_or_supporting(tables: Frames) -> None:
    """Appendix and body have a goal each, at a place that the catalogue names; supporting indicators have none."""
    goals = [stated.goal for stated in load_goals() if stated.counts]
    named: dict[str, set[str]] = {goal.indicator: set() for goal in goals}
    for goal in goals:
        named[goal.indicator].add(goal.resolution_ref)
    for row in tables["indicators"].itertuples():
        assert (row.tier == "supporting") == (row.id not in named), row.id
        places = (row.resolution_ref or "").split("; ")
        assert named.get(row.id, set()) <= set(places), row.id
        assert all(re.fullmatch(r"(Phụ lục, mục|Điều 1, khoản|Điều 2, khoản) .+|", place) for place in places), row.id


def test_whatever_a_goal_measures_has_a_direction_and_a_unit_that_fits(tables: Frames) -> None:
    """No polarity by default; a goal is in its indicator's unit, or a change in points or per cent of the base."""
    catalogue = tables["indicators"].set_index("id")
    units = set()
    for stated in load_goals():
        if stated.counts:
            assert catalogue.loc[stated.goal.indicator, "direction"] != "none"
            units.add((catalogue.loc[stated.goal.indicator, "unit"], stated.goal.unit))
    assert {pair for pair in units if pair[0] != pair[1]} == {("%", "percentage points"), ("cases", "%")}


def test_class_limits_fall_on_the_goal(tables: Frames) -> None:
    """Where figures of areas can be set against a bound of the city's goal, one limit is that bound."""
    catalogue = tables["indicators"].set_index("id")
    goals_of = goals_by_indicator(load_goals())
    checked = set()
    for row in tables["breaks"].itertuples():
        if catalogue.loc[row.indicator, "aggregation"] != "sum":
            limits = [float(limit) for limit in row.limits.split(",")]
            direction = catalogue.loc[row.indicator, "direction"]
            goals = {dividing_bound(goal, direction) for goal in goals_of.get(row.indicator, [])} - {None}
            assert goals <= set(limits), row.indicator
            checked |= {row.indicator} if goals else set()
    assert checked == {
        "health_insurance_coverage", "public_school_standard_rate", "commune_health_standard_rate",
        "clean_water_household_rate",
    }  # fmt: skip


def test_every_scale_with_many_figures_has_fixed_limits(observations: pd.DataFrame, tables: Frames) -> None:
    """Eight or more distinct figures at one level have limits, codes and plans aside; they make four to six classes."""
    measure = tables["indicators"].set_index("id")["measure"]
    figures = observations[(observations["status"] != "planned") & (observations["indicator"].map(measure) != "status")]
    distinct = figures.groupby(["indicator", "level"])["value"].nunique()
    fixed = tables["breaks"].set_index(["indicator", "level"])["limits"]
    assert set(distinct[distinct >= 8].index) <= set(fixed.index)
    assert fixed.str.count(",").between(2, 4).all()


def test_areas_outside_an_indicator_have_no_figures(observations: pd.DataFrame, tables: Frames) -> None:
    """What does not apply to a kind of unit was never reported for one."""
    for row in tables["indicators"].dropna(subset="area_types").itertuples():
        indicator = Indicator(levels=row.levels, area_types=row.area_types)
        found = observations[observations["indicator"] == row.id]
        assert set(found["level"]) <= set(levels_of(indicator))
        assert all(applies_to(indicator, a.level, a.type) for a in found.itertuples())


def test_the_words_of_statuses_and_qualities_are_ranked(tables: Frames) -> None:
    """Every status and quality of the dictionary has its place in the order of preference."""
    assert set(STATUSES) == set(STATUS_ORDER)
    assert set(QUALITIES) == set(QUALITY_ORDER)


def test_files_are_plain(tables: Frames) -> None:
    """UTF-8 without a mark, LF line ends, one line at the end."""
    for name in TABLES:
        content = (DATA / f"{name}.csv").read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in content
        assert content.endswith(b"\n")
