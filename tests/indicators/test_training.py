"""Training data: complete where it must be, consistent over levels and editions, alike between neighbours, and never
taken for real."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boundaries.ingest import check_places, read_places
from boundaries.layers import read_rows
from boundaries.tables import Frames
from indicators import training
from indicators.ingest import check_tables, read_tables
from indicators.ntm import RECOGNITIONS, titles_at
from indicators.programmes import PROGRAMMES
from indicators.schema import TRAINING
from indicators.training import CORE, SEED, SOURCE, build_training, write_training
from indicators.training_ground import read_ground
from indicators.training_landscape import read_profiles
from indicators.upgrades import COMPARED, SUBJECTS, Upgrades, status_grid, totals

OLD, NEW = "2024", "2025-07"
YEARS = [str(year) for year in range(2019, 2025)]
STEPS = [(OLD, "commune", "district"), (OLD, "district", "city"), (NEW, "commune", "city")]
RURAL_TITLES = ("ntm_title", "ntm_district_title")
BANNER = "SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT"


@pytest.fixture(scope="module")
def places() -> Frames:
    return check_places(read_places())


@pytest.fixture(scope="module")
def tables(places: Frames) -> Frames:
    """The training tables, passed by the checks of every load."""
    return check_tables(build_training(read_ground(), read_tables()), places["areas"], TRAINING)


@pytest.fixture(scope="module")
def catalogue(tables: Frames) -> pd.DataFrame:
    return tables["indicators"].set_index("id")


@pytest.fixture(scope="module")
def parents(places: Frames) -> pd.Series:
    """Code of the unit above, by edition and code."""
    return places["areas"].set_index(["edition", "code"])["parent_code"]


@pytest.fixture(scope="module")
def figures(tables: Frames, places: Frames) -> pd.DataFrame:
    return beside_areas(tables["observations"], places["areas"])


class Grids(dict[tuple[str, str, str, str], pd.DataFrame]):
    """Values by indicator, edition, level and stratum: a row for each area, a column for each year."""

    def at(self, indicator: str, edition: str, level: str, stratum: str = "all") -> pd.DataFrame:
        return self.get((indicator, edition, level, stratum), pd.DataFrame(columns=YEARS))


def as_grids(figures: pd.DataFrame) -> Grids:
    yearly = figures[figures["period"].isin(YEARS)]
    groups = yearly.groupby(["indicator", "edition", "level", "stratum"])
    return Grids({key: rows.pivot(index="area_code", columns="period", values="value") for key, rows in groups})


@pytest.fixture(scope="module")
def grids(figures: pd.DataFrame) -> Grids:
    return as_grids(figures)


@pytest.fixture(scope="module")
def whole_grids(places: Frames) -> Grids:
    """The same before any gap is made: what the sums and means of whole units can be computed from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "GAPS", 0)
        text = build_training(read_ground(), read_tables())["observations"]
    return as_grids(beside_areas(text.assign(value=text["value"].astype(float)), places["areas"]))


def beside_areas(observations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """All figures, each with level, type and parent_code of its area."""
    known = areas.rename(columns={"code": "area_code"}).drop(columns=["name", "area_km2"])
    return observations.merge(known, on=["edition", "area_code"], validate="many_to_one")


def test_equal_seeds_give_equal_bytes_and_others_do_not(tmp_path: Path) -> None:
    """Byte for byte in every file; another seed changes figures, titles and reports, and nothing else."""
    for name, seed in (("one", SEED), ("two", SEED), ("three", SEED + 1)):
        (tmp_path / name).mkdir()
        write_training(tmp_path / name, seed)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    one, two, three = ([(tmp_path / name / file).read_bytes() for file in names] for name in ("one", "two", "three"))
    assert one == two
    changed = [file for file, a, b in zip(names, one, three, strict=True) if a != b]
    beside = ("upgrade_milestones.csv", "upgrade_status.csv")
    assert changed == ["ntm_recognitions.csv", "observations.csv", *beside]


def test_every_figure_says_that_it_is_made_up(tables: Frames) -> None:
    """One source, whose publisher and title say so, without address or date, of the lowest quality."""
    assert set(tables["observations"]["source"]) == {TRAINING}
    source = tables["sources"].iloc[0].dropna().to_dict()
    assert source == {name: text for name, text in SOURCE.items() if text}
    assert len(tables["sources"]) == 1
    assert SOURCE["publisher"] == BANNER
    assert "không phải số liệu thật" in SOURCE["title"]
    assert set(tables["observations"]["qualifier"]) == {""}


def test_catalogue_targets_and_words_are_the_real_ones(tables: Frames, places: Frames) -> None:
    """Only figures, titles, reports and sources differ from what is shipped."""
    real = check_tables(read_tables(), places["areas"])
    for name in set(real) - {"observations", "sources", "places", *PROGRAMMES}:
        pd.testing.assert_frame_equal(tables[name], real[name])
    pd.testing.assert_frame_equal(tables["places"].drop(columns="source"), real["places"].drop(columns="source"))
    assert set(tables["places"]["source"].dropna()) == {TRAINING}


def test_every_indicator_has_figures_at_every_level_it_is_defined_for(
    figures: pd.DataFrame, catalogue: pd.DataFrame
) -> None:
    """In each edition that has the level; profiles speak of the catalogue only."""
    assert {indicator for indicator, _ in read_profiles()} <= set(catalogue.index)
    found = set(figures[["indicator", "edition", "level"]].itertuples(index=False, name=None))
    levels = {OLD: ("city", "district", "commune"), NEW: ("city", "commune")}
    wanted = {
        (indicator, edition, level)
        for indicator, row in catalogue.iterrows()
        for edition, known in levels.items()
        for level in row["levels"].split(",")
        if level in known
    }
    assert found == wanted


@pytest.mark.parametrize("indicator", CORE)
def test_core_families_are_complete(
    indicator: str, figures: pd.DataFrame, grids: Grids, catalogue: pd.DataFrame, places: Frames
) -> None:
    """A figure for every area for which the indicator has a meaning, in every year, level, edition and stratum."""
    row = catalogue.loc[indicator]
    for edition in (OLD, NEW):
        areas = places["areas"][places["areas"]["edition"] == edition]
        for level in row["levels"].split(","):
            meant = areas[areas["level"] == level]
            if row["area_types"] is not None and level != "city":
                meant = meant[meant["type"].isin(row["area_types"].split(","))]
            for stratum in row["strata"].split(","):
                codes = _of_stratum(meant, areas, stratum)
                if indicator == "district_upgrade_plan":
                    codes = {code for code in codes if (edition, code) in SUBJECTS}
                found = grids.at(indicator, edition, level, stratum)
                if indicator in RURAL_TITLES:  # a row in the year of the decision: from 2019 on, everyone has one
                    every = figures[(figures["indicator"] == indicator) & (figures["edition"] == edition)]
                    assert set(every.loc[every["period"] <= YEARS[0], "area_code"]) == codes
                elif codes:
                    assert codes <= set(found.index)
                    assert not found.loc[sorted(codes)].isna().any(axis=None)
                    assert list(found.columns) == YEARS


def _of_stratum(meant: pd.DataFrame, areas: pd.DataFrame, stratum: str) -> set[str]:
    """Codes of units in which people of the stratum live: a ward, a township and a xã have their own kind."""
    kinds = {"urban": ("phường", "thị trấn"), "rural": ("xã",)}.get(stratum)
    if kinds is None:
        return set(meant["code"])
    of_kind = areas[areas["type"].isin(kinds)]
    return set(meant["code"]) & {*of_kind["code"], *of_kind["parent_code"], "01"}


@pytest.mark.parametrize(("edition", "lower", "upper"), STEPS)
def test_sums_of_parts_are_the_whole(
    edition: str, lower: str, upper: str, whole_grids: Grids, catalogue: pd.DataFrame, parents: pd.Series
) -> None:
    """Every count and quantity, from communes to districts and on to the city, to 1e-9."""
    compared = 0
    for indicator in catalogue.index[catalogue["aggregation"] == "sum"]:
        parts, whole = (whole_grids.at(indicator, edition, level) for level in (lower, upper))
        if not parts.empty:
            compared += compare(parts.groupby(parents[edition]).sum(), whole)
    # communes: 2 of the core over 6 years and 9 others over 3; districts: 25 over 6
    assert compared == {(OLD, "commune"): 39 * 30, (OLD, "district"): 25 * 6, (NEW, "commune"): 39}[edition, lower]


@pytest.mark.parametrize(("edition", "lower", "upper"), STEPS)
def test_weighted_means_of_parts_are_the_whole(
    edition: str, lower: str, upper: str, whole_grids: Grids, catalogue: pd.DataFrame, parents: pd.Series
) -> None:
    """Weighted by people, or by land where the catalogue says so, to 1e-9; old communes are each of one stratum."""
    compared = 0
    for indicator, row in catalogue[catalogue["aggregation"] == "weighted_mean"].iterrows():
        weight_of = "area_km2" if row["weight"] == "area_km2" else "population"
        whole_communes = (edition, lower) == (OLD, "commune")
        for stratum in row["strata"].split(",") if whole_communes else ["all"]:
            parts, whole = (whole_grids.at(str(indicator), edition, level, stratum) for level in (lower, upper))
            if parts.empty or whole.empty:
                continue
            weights = whole_grids.at(weight_of, edition, lower).loc[parts.index, parts.columns]
            above = parents[edition]
            compared += compare((parts * weights).groupby(above).sum() / weights.groupby(above).sum(), whole)
    # communes: 5 of the core over 6 years, 17 others over 3, and the parts of 18 rural and 30 urban districts
    by_stratum = (2 * 3 + 4 * 6) * 18 + 4 * 6 * 30
    expected = {(OLD, "commune"): 81 * 30 + by_stratum, (OLD, "district"): 39 * 6, (NEW, "commune"): 81}
    assert compared == expected[edition, lower]


def compare(computed: pd.DataFrame, whole: pd.DataFrame) -> int:
    """Check that computed values are the published ones, and return how many there are."""
    published = whole.loc[computed.index, computed.columns].to_numpy()
    np.testing.assert_allclose(published, computed.to_numpy(), rtol=1e-9, atol=1e-9)
    return published.size


def test_the_city_is_the_same_in_both_editions(figures: pd.DataFrame) -> None:
    """Every indicator, period and stratum, to 1e-9."""
    city = figures[figures["level"] == "city"]
    both = city.pivot(index=["indicator", "period", "stratum"], columns="edition", values="value")
    assert len(both) > 500
    np.testing.assert_allclose(both[OLD], both[NEW], rtol=1e-9, atol=1e-9)


def test_new_communes_are_what_the_crosswalk_makes_of_old_ones(grids: Grids, places: Frames) -> None:
    """People by shares of land, each piece within two of its quota; rates by those people."""
    pairs = places["crosswalk"].query("from_code != '01'")
    people = grids.at("population", OLD, "commune")["2024"]
    water = grids.at("clean_water_household_rate", OLD, "commune")["2024"]
    pieces = pairs["from_code"].map(people) * pairs["weight_area"]
    served = pieces * pairs["from_code"].map(water)
    expected = pieces.groupby(pairs["to_code"]).sum()
    native = grids.at("population", NEW, "commune")["2024"]
    assert ((native - expected).abs() <= 2 * pairs.groupby("to_code").size()).all()
    rates = served.groupby(pairs["to_code"]).sum() / expected
    native_rates = grids.at("clean_water_household_rate", NEW, "commune")["2024"]
    np.testing.assert_allclose(native_rates, rates, atol=0.01)


def test_rates_lie_within_0_and_100(figures: pd.DataFrame, grids: Grids, catalogue: pd.DataFrame) -> None:
    """All shares, at every level; the easier definition of clean water never gives less than the stricter one."""
    shares = catalogue.index[(catalogue["unit"] == "%") & (catalogue["measure"] == "rate")]
    values = figures.loc[figures["indicator"].isin(shares), "value"]
    assert len(values) > 50_000
    assert values.between(0, 100).all()
    strict = grids.at("clean_water_household_rate", OLD, "commune")
    easy = grids.at("clean_water_standard_household_rate", OLD, "commune")
    assert (easy >= strict - 1e-9).all(axis=None)


def test_what_was_reached_is_never_lost(figures: pd.DataFrame, catalogue: pd.DataFrame) -> None:
    """Coded statuses of every area rise with time, and criteria met do as long as there are as many of them."""
    coded = catalogue.index[catalogue["measure"] == "status"]
    rows = figures[figures["indicator"].isin(coded)].sort_values("period")
    changes = rows.groupby(["indicator", "edition", "area_code"])["value"].diff().dropna()
    assert (changes >= 0).all()
    assert (changes > 0).sum() > 400
    criteria = figures[figures["indicator"].isin(["quan_criteria_met", "ward_criteria_met"])].sort_values("period")
    assert (criteria.groupby(["indicator", "area_code", "note_en"])["value"].diff().dropna() >= 0).all()
    size = criteria["note_en"].str.extract(r"(\d+)")[0].astype(int)
    assert (criteria["value"] <= size).all()
    assert set(size[criteria["indicator"] == "quan_criteria_met"]) == {27, 31, 34}


def test_counts_of_communes_and_districts_follow_from_titles(figures: pd.DataFrame, grids: Grids) -> None:
    """Counted by hand from the titles: cumulative, added in the year, by district and for the city."""
    titles = figures[(figures["indicator"] == "ntm_title") & (figures["edition"] == OLD)]
    for rank, stock, added in (
        (2, "ntm_advanced_communes", "ntm_advanced_communes_added"),
        (3, "ntm_model_communes", "ntm_model_communes_added"),
    ):
        given = titles[titles["value"] == rank]
        for year in YEARS:
            by_then, in_year = given[given["period"] <= year], given[given["period"] == year]
            for indicator, rows in ((stock, by_then), (added, in_year)):
                published = grids.at(indicator, OLD, "district")[year]
                counted = rows.groupby("parent_code").size().reindex(published.index, fill_value=0)
                assert (published == counted).all()
                assert grids.at(indicator, OLD, "city").loc["01", year] == len(rows)
    districts = figures[(figures["indicator"] == "ntm_district_title") & (figures["value"] == 2)]
    advanced = grids.at("ntm_advanced_districts", OLD, "city").loc["01"]
    assert [advanced[year] for year in YEARS] == [(districts["period"] <= year).sum() for year in YEARS]


def test_networks_and_pilots_are_counted_where_they_are(figures: pd.DataFrame, grids: Grids) -> None:
    """With and without make all xã; 26 of 30 districts have one pilot unit, which goes on in the new edition."""
    network = figures[(figures["indicator"] == "water_network") & (figures["edition"] == OLD)]
    rural = network[network["type"] == "xã"]
    for year in YEARS:
        with_one = rural[(rural["period"] == year) & (rural["value"] == 1)].groupby("parent_code").size()
        published = grids.at("communes_with_water_network", OLD, "district")[year]
        assert (published == with_one.reindex(published.index, fill_value=0)).all()
    both = sum(grids.at(f"communes_{word}_water_network", OLD, "city") for word in ("with", "without"))
    assert (both == 383).all(axis=None)
    units = grids.at("waste_sorting_pilot_units", OLD, "district")
    assert units["2024"].value_counts().to_dict() == {1: 26, 0: 4}
    assert (units["2023"] == 0).all()
    pilots = figures[figures["indicator"] == "waste_sorting_pilot"]
    assert set(pilots.loc[pilots["edition"] == OLD, "parent_code"]) == set(units.index[units["2024"] == 1])
    assert 20 <= (pilots["edition"] == NEW).sum() <= 26


@pytest.mark.parametrize(
    ("indicator", "edition"),
    [
        ("clean_water_household_rate", OLD),
        ("waste_same_day_collection_rate", OLD),
        ("waste_same_day_collection_rate", NEW),
        ("health_insurance_coverage", OLD),
        ("child_underweight_rate", NEW),
    ],
)
def test_neighbours_are_alike(indicator: str, edition: str, grids: Grids) -> None:
    """Moran's I over shared borders is far above what any of 99 shuffles of the same values gives."""
    values = grids.at(indicator, edition, "commune")["2023"].dropna()
    pairs = [
        (values.index.get_loc(row["code"]), values.index.get_loc(other))
        for row in read_rows("source_checks.csv")
        if row["edition"] == edition and row["level"] == "commune" and row["code"] in values.index
        for other in row["neighbours"].split()
        if other in values.index
    ]
    own, other = np.array(pairs).T

    def moran(of: np.ndarray) -> float:
        deviation = of - of.mean()
        return float((deviation[own] * deviation[other]).mean() / (deviation**2).mean())

    rng = np.random.default_rng(1)
    shuffled = [moran(rng.permutation(values.to_numpy())) for _ in range(99)]
    assert moran(values.to_numpy()) > max(0.4, 2 * max(shuffled))


def test_years_follow_each_other(grids: Grids) -> None:
    """Communes keep their place from one year to the next, most of them better in the end."""
    water = grids.at("clean_water_household_rate", OLD, "commune", "rural")
    assert all(water[a].corr(water[b]) > 0.97 for a, b in pairwise(YEARS))
    assert water["2019"].corr(water["2024"]) < 0.99
    assert (water["2024"] > water["2019"]).mean() > 0.95


def test_gaps_are_few_and_outside_the_core(figures: pd.DataFrame, grids: Grids) -> None:
    """Between 1 and 3 in a hundred, so that maps show the class without figures; none for the city."""
    for level, units in (("district", 30), ("commune", 579)):
        found = grids.at("health_insurance_coverage", OLD, level)["2024"]
        assert 0 <= units - len(found.dropna()) <= 0.05 * units + 1
    others = figures[~figures["indicator"].isin(CORE) & (figures["level"] == "commune") & (figures["period"] == "2024")]
    by_indicator = others[(others["stratum"] == "all") & (others["edition"] == OLD)].groupby("indicator").size()
    by_indicator = by_indicator.drop(["waste_sorting_pilot"])
    assert by_indicator.mean() == pytest.approx(0.98 * 579, rel=0.01)
    assert len(grids.at("health_insurance_coverage", OLD, "city").dropna(axis=1).columns) == 6


def test_recognitions_are_the_titles(tables: Frames) -> None:
    """Read back, they give the titles of the figures: one for each rural commune."""
    held = titles_at(tables[RECOGNITIONS.name], "2024").set_index("area_code")["rank"]
    titles = tables["observations"].query("indicator == 'ntm_title' and edition == '2024'")
    assert len(held) == 383
    assert held.to_dict() == titles.groupby("area_code")["value"].max().to_dict()


def test_reports_on_upgrades_agree_with_the_figures(tables: Frames) -> None:
    """Totals are those of the indicator, each under its own list; measured criteria are judged by the figure; every row
    is from the training source."""
    upgrades = Upgrades(*(tables[name] for name in ("upgrade_criteria", "upgrade_status", "upgrade_milestones")))
    assert {source for name in PROGRAMMES for source in tables[name]["source"]} == {TRAINING}
    met = tables["observations"].query("indicator == 'quan_criteria_met'").set_index(["area_code", "period"])["value"]
    for rows in totals(upgrades).values():
        assert len(rows) >= 5
        assert all(met[row.area_code, row.as_of] == row.value for row in rows.itertuples())
    grid = status_grid(upgrades).set_index(["area_code", "criterion"])
    assert set(grid.index.get_level_values("area_code")) == {code for _, code in (*SUBJECTS, *COMPARED)}
    assert set(grid["result"]) >= {"met", "partial", "not_met"}
    water = grid.xs("quan.clean_water", level="criterion")
    assert ((water["value"] >= 95) == (water["result"] == "met")).all()
    assert len(upgrades.milestones) == 15
