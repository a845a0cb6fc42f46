"""Titles of rural communes: what is held, since when, and how many a year added, by hand and on the shipped tables."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from boundaries.ingest import DATA as PLACES
from indicators.ingest import DATA
from indicators.ntm import (
    ADDED,
    RULE_USED,
    RULES,
    STOCK,
    TITLES,
    YearCount,
    count_by_year,
    count_districts,
    count_titles,
    count_years,
    judge_count,
    latest_day,
    list_decisions,
    titles_at,
    titles_held,
)
from indicators.targets import Goal
from tests.indicators.shipped import shipped

SHIPPED = shipped()["ntm_recognitions"]
AREAS = pd.read_csv(PLACES / "areas.csv", dtype=str)
COMMUNES = AREAS[(AREAS["edition"] == "2024") & (AREAS["level"] == "commune")]
FIGURES = pd.read_csv(DATA / "observations.csv", dtype={"area_code": str, "period": str})

TOY = pd.DataFrame(
    [
        # area, title, year, known_by, basis, evidence
        ("00001", "ntm", 2013, None, "recognised", "named"),
        ("00001", "ntm_nang_cao", 2022, None, "recognised", "named"),
        ("00001", "ntm_nang_cao", 2024, None, "recognised", "named"),
        ("00001", "ntm_kieu_mau", 2024, None, "appraised", "named"),
        ("00002", "ntm", None, "2021-12-31", "reported", "whole_city"),
        ("00002", "ntm_nang_cao", 2024, None, "recognised", "named"),
        ("00002", "ntm_nang_cao", 2024, None, "appraised", "named"),
        ("00003", "ntm", None, "2021-12-31", "reported", "whole_city"),
        ("00003", "ntm", None, "2019", "recognised", "named"),
        ("00004", "ntm_nang_cao", None, None, "appraised", "named"),
    ],
    columns=["area_code", "title", "year", "known_by", "basis", "evidence"],
).assign(source="paper")
TOY["year"] = TOY["year"].astype("Int64")
TOY_COMMUNES = pd.DataFrame(
    {
        "code": ["00001", "00002", "00003", "00004", "00005"],
        "type": ["xã", "xã", "xã", "xã", "phường"],
        "parent_code": ["a", "b", "b", "c", "d"],
    }
)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2012", {}),
        ("2019", {"00001": ("ntm", "2013"), "00003": ("ntm", "2019")}),
        ("2021-12-30", {"00001": ("ntm", "2013"), "00003": ("ntm", "2019")}),
        ("2021", {"00001": ("ntm", "2013"), "00002": ("ntm", "2021-12-31"), "00003": ("ntm", "2019")}),
        (
            "2024",
            {"00001": ("ntm_nang_cao", "2022"), "00002": ("ntm_nang_cao", "2024"), "00003": ("ntm", "2019")},
        ),
    ],
)
def test_titles_are_read_at_a_date(period: str, expected: dict[str, tuple[str, str]]) -> None:
    """The highest held, from when it first shows; an appraised commune holds nothing by it."""
    frame = titles_at(TOY, period)
    assert {row.area_code: (row.title, row.since) for row in frame.itertuples()} == expected


def test_an_appraised_title_is_not_held() -> None:
    """Not the model title of 00001, nor anything of 00004."""
    held = titles_held(TOY)
    assert "ntm_kieu_mau" not in set(held["title"])
    assert "00004" not in set(held["area_code"])


def test_districts_are_counted_by_name_where_all_names_are_known() -> None:
    """Two of two: exact, with a zero for c, and wards' district d left out."""
    frame = count_districts(TOY, TOY_COMMUNES, YearCount("ntm_nang_cao", 2024, "label_year", 2, 2))
    assert frame.values.tolist() == [["a", 1, "", 0], ["b", 1, "", 0], ["c", 0, "", 0]]


def test_districts_are_lower_bounds_where_names_are_missing() -> None:
    """Two of three: at least one each, and nothing is said of c."""
    frame = count_districts(TOY, TOY_COMMUNES, YearCount("ntm_nang_cao", 2024, "label_year", 3, 2))
    assert frame.values.tolist() == [["a", 1, "ge", 0], ["b", 1, "ge", 0]]


def test_appraised_communes_are_counted_apart() -> None:
    """00001 was examined for the model title and not recognised; 00002, examined and recognised, counts once."""
    frame = count_districts(TOY, TOY_COMMUNES, YearCount("ntm_kieu_mau", 2024, "label_year", 0, 0))
    assert frame.values.tolist() == [["a", 0, "", 1], ["b", 0, "", 0], ["c", 0, "", 0]]


def test_totals_cannot_be_split() -> None:
    """A difference of totals names no commune."""
    with pytest.raises(ValueError, match="only labels name communes"):
        count_districts(TOY, TOY_COMMUNES, YearCount("ntm_nang_cao", 2024, "published_totals", 43, 41))


def test_the_rest_of_a_district_has_no_title_that_is_known() -> None:
    """a: one advanced, examined for model. b: one basic, one advanced. c: examined, and nothing known to be held."""
    frame = count_titles(TOY, TOY_COMMUNES, "2024")
    assert frame.columns.tolist() == ["area_code", "communes", *TITLES, "untitled", "appraised"]
    assert frame.values.tolist() == [["a", 1, 0, 1, 0, 0, 1], ["b", 2, 1, 1, 0, 0, 0], ["c", 1, 0, 0, 0, 1, 1]]


def test_a_title_given_again_counts_in_both_years() -> None:
    """00001 was advanced for 2022 and for 2024; 00002 and 00003 hold the basic title, no year stated."""
    advanced = count_by_year(TOY, TOY_COMMUNES, "ntm_nang_cao")
    assert advanced.columns.tolist() == ["area_code", 2022, 2024, "undated"]
    assert advanced.values.tolist() == [["a", 1, 1, 0], ["b", 0, 1, 0], ["c", 0, 0, 0]]
    assert count_by_year(TOY, TOY_COMMUNES, "ntm").values.tolist() == [["a", 1, 0], ["b", 0, 2], ["c", 0, 0]]


def test_decisions_name_their_communes() -> None:
    """Latest year and highest title first; rows without a year have none, nor have appraisals."""
    rows = TOY.assign(decision=[None, None, "7/QĐ-UBND", None, None, "7/QĐ-UBND", None, None, None, None])
    frame = list_decisions(rows.assign(decided_on=None))
    assert frame[["title", "year", "decision", "area_codes"]].values.tolist() == [
        ["ntm_nang_cao", 2024, "7/QĐ-UBND", ("00001", "00002")],
        ["ntm_nang_cao", 2022, None, ("00001",)],
        ["ntm", 2013, None, ("00001",)],
    ]


def test_without_titles_every_commune_is_untitled() -> None:
    """Nothing is known of four communes: no counts, no years, no decisions."""
    nothing = SHIPPED.iloc[:0]
    assert count_titles(nothing, TOY_COMMUNES, "2024")["untitled"].tolist() == [1, 2, 1]
    assert count_by_year(nothing, TOY_COMMUNES, "ntm").columns.tolist() == ["area_code", "undated"]
    assert list_decisions(nothing).empty


def test_the_latest_day_is_that_of_a_title_held() -> None:
    """The end of 2024; nothing where nothing is held."""
    assert latest_day(TOY) == "2024"
    assert latest_day(TOY[TOY["basis"] == "appraised"]) is None


@pytest.mark.parametrize(("communes", "status"), [(40, "met"), (39, "not_met"), (43, "met")])
def test_the_goal_is_judged_by_a_count(communes: int, status: str) -> None:
    """At least forty communes of the year, read after it."""
    goal = Goal("ge", 40, None, 2024, dt.date(2024, 12, 31), timing="cumulative")
    count = YearCount("ntm_nang_cao", 2024, "published_totals", communes, 0)
    assert judge_count(count, goal, "higher", dt.date(2025, 1, 1)).status == status


def test_the_year_2024_by_both_rules() -> None:
    """41 and 33 by label, 43 (229 − 186) and 41 (109 − 68) by totals."""
    assert count_years(SHIPPED, FIGURES, 2024) == [
        YearCount("ntm_nang_cao", 2024, "label_year", 41, 41),
        YearCount("ntm_nang_cao", 2024, "published_totals", 43, 41),
        YearCount("ntm_kieu_mau", 2024, "label_year", 33, 14),
        YearCount("ntm_kieu_mau", 2024, "published_totals", 41, 14),
    ]


def test_earlier_years_have_no_pair_of_totals() -> None:
    """By label only; a year without any count has none."""
    assert {count.rule for count in count_years(SHIPPED, FIGURES, 2023)} == {"label_year"}
    assert count_years(SHIPPED, FIGURES, 2019) == []


def test_the_districts_of_2024_are_those_of_the_observations() -> None:
    """Names counted by district give the 18 figures that are loaded, and 41 together."""
    count = count_years(SHIPPED, FIGURES, 2024)[0]
    by_name = count_districts(SHIPPED, COMMUNES, count).set_index("area_code")["communes"]
    rows = FIGURES[(FIGURES["indicator"] == ADDED["ntm_nang_cao"]) & (FIGURES["period"] == "2024")]
    loaded = rows[rows["area_code"] != "01"].set_index("area_code")["value"].astype(int)
    assert len(loaded) == 18
    assert by_name.to_dict() == loaded.to_dict()
    assert by_name.sum() == 41


def test_the_model_communes_of_2024_are_lower_bounds_of_the_observations() -> None:
    """14 names in five districts, each as many as the figure that is loaded."""
    count = count_years(SHIPPED, FIGURES, 2024)[2]
    by_name = count_districts(SHIPPED, COMMUNES, count)
    assert set(by_name["qualifier"]) == {"ge"}
    rows = FIGURES[(FIGURES["indicator"] == ADDED["ntm_kieu_mau"]) & (FIGURES["period"] == "2024")]
    loaded = rows[rows["area_code"] != "01"].set_index("area_code")["value"].astype(int)
    assert by_name.set_index("area_code")["communes"].to_dict() == loaded.to_dict()


def test_the_document_gives_the_counts_of_the_code() -> None:
    """The table of counting rules in docs/programmes.md."""
    text = (DATA.parents[1] / "docs" / "programmes.md").read_text(encoding="utf-8")
    counts = {(count.rule, count.title): count.communes for count in count_years(SHIPPED, FIGURES, 2024)}
    for rule in RULES:
        mark = " (used)" if rule == RULE_USED else ""
        numbers = " | ".join(str(counts[rule, title]) for title in ADDED)
        assert f"| `{rule}`{mark} | {numbers} |" in text


def test_the_highest_titles_are_those_of_the_map() -> None:
    """382 communes: 54 model, 84 advanced, 244 at least basic, commune by commune as in ntm_title."""
    ranks = titles_at(SHIPPED, "2025-12-31").set_index("area_code")["rank"]
    loaded = FIGURES[FIGURES["indicator"] == "ntm_title"].set_index("area_code")["value"].astype(int)
    assert ranks.to_dict() == loaded.to_dict()
    assert ranks.value_counts().to_dict() == {1: 244, 2: 84, 3: 54}


def test_shipped_decisions() -> None:
    """41 advanced communes of 2024 by two decisions, the second without a number; 14 model ones named by three
    sources; the 14 communes of Thanh Trì by Decision 1025."""
    frame = list_decisions(SHIPPED)
    sizes = frame.assign(size=frame["area_codes"].map(len))
    of_2024 = sizes[(sizes["title"] == "ntm_nang_cao") & (sizes["year"] == 2024)]
    assert of_2024["size"].tolist() == [3, 38]
    assert of_2024["decided_on"].tolist()[1] == dt.date(2025, 3, 5)
    numbered = sizes.dropna(subset="decision").groupby("decision")["size"].sum().to_dict()
    assert numbered == {
        "1025/QĐ-UBND": 14, "1027/QĐ-UBND": 1, "1267/QĐ-UBND": 4, "1721/QĐ-UBND": 11, "3352/QĐ-UBND": 2,
        "3353/QĐ-UBND": 1, "4151/QĐ-UBND": 8, "5962/QĐ-UBND": 8, "5963/QĐ-UBND": 3, "673/QĐ-UBND": 12,
    }  # fmt: skip


def test_shipped_districts() -> None:
    """Thạch Thất: 3 model, 2 advanced, 16 basic and one without a title, of 22; all 15 of Thanh Trì are model."""
    frame = count_titles(SHIPPED, COMMUNES, "2025").set_index("area_code")
    assert frame.loc["276", ["communes", *TITLES, "untitled"]].tolist() == [22, 16, 2, 3, 1]
    assert frame.loc["020", ["communes", *TITLES]].tolist() == [15, 0, 0, 15]
    assert frame[list(TITLES)].sum().tolist() == [244, 84, 54]
    assert latest_day(SHIPPED) == "2025-08-27"


def test_class_1_reads_at_least() -> None:
    """Never "only": 91 advanced and 55 model communes of the published totals are not known by name."""
    labels = pd.read_csv(DATA / "value_labels.csv", dtype=str)
    lowest = labels[(labels["indicator"] == "ntm_title") & (labels["value"] == "1")].iloc[0]
    assert lowest["name_vi"].startswith("Ít nhất")
    assert lowest["name_en"].startswith("At least")


def test_shipped_rows_are_dated_and_sourced() -> None:
    """Every title held has a label year or a latest date; communes are xã of their edition; sources exist."""
    held = titles_held(SHIPPED)
    assert held["since"].notna().all()
    assert (SHIPPED["year"].notna() & SHIPPED["known_by"].notna()).sum() == 0
    assert set(SHIPPED["edition"]) == {"2024"}
    assert set(SHIPPED["area_code"]) <= set(COMMUNES.loc[COMMUNES["type"] == "xã", "code"])
    assert set(SHIPPED["source"]) <= set(pd.read_csv(DATA / "sources.csv", dtype=str)["id"])


def test_shipped_counts() -> None:
    """610 rows: what each basis and kind of evidence has."""
    assert SHIPPED.groupby(["evidence", "basis"]).size().to_dict() == {
        ("named", "appraised"): 44,
        ("named", "recognised"): 181,
        ("named", "reported"): 9,
        ("whole_city", "reported"): 338,
        ("whole_district", "reported"): 38,
    }


def test_rules_and_titles_have_words_and_indicators() -> None:
    """The rule that is used is one of them."""
    assert RULE_USED in RULES
    assert all(all(words) for words in RULES.values())
    assert set(ADDED) == set(STOCK) == set(TITLES[1:])
