"""The upgrades of districts: reports side by side, three totals that stay three, and what became of it all."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from boundaries.ingest import DATA as PLACES
from indicators.periods import period_end
from indicators.targets import read_areas
from indicators.upgrades import (
    COMPARED,
    CONFLICTS,
    DISTRICT_LEVEL_ENDED,
    OUTCOME,
    SUBJECTS,
    TOTALS,
    NotOneSeries,
    Upgrades,
    check_one_series,
    latest_first,
    meets,
    milestones_of,
    status_grid,
    totals,
)
from tests.indicators.shipped import shipped

SHIPPED = Upgrades(*(shipped()[name] for name in ("upgrade_criteria", "upgrade_status", "upgrade_milestones")))
AREAS = pd.read_csv(PLACES / "areas.csv", dtype=str)
HERE = ("2024", "x")


def toy(*rows: tuple[object, ...]) -> Upgrades:
    """Reports (criterion, result, value, denominator, as_of, source) of one district, and the criteria they are of."""
    statuses = pd.DataFrame(rows, columns=["criterion", "result", "value", "denominator", "as_of", "source"])
    statuses = statuses.assign(edition="2024", area_code="x", qualifier="", conflict=None)
    names = ["quan.area", "quan.roads", *TOTALS]
    return Upgrades(pd.DataFrame({"id": names}), statuses, pd.DataFrame(columns=["areas"]))


PAPERS = toy(
    ("quan.roads", "not_met", 9.3, None, "2021", "early"),
    ("quan.roads", "met", None, None, "2023-08", "late"),
    ("quan.roads", "partial", None, None, None, "undated"),
    ("quan.area", "met", 40.0, None, "2023", "b"),
    ("quan.area", "not_met", None, None, "2023", "a"),
    ("quan.total_27", "value", 22.0, 27.0, "2022", "early"),
    ("quan.total_31", "value", 27.0, 31.0, None, "undated"),
)


def reports(upgrades: Upgrades, area: tuple[str, str], criterion: str) -> pd.DataFrame:
    """All reports of a criterion in an area."""
    rows = latest_first(upgrades.statuses)
    return rows[(rows["edition"] == area[0]) & (rows["area_code"] == area[1]) & (rows["criterion"] == criterion)]


def test_reports_are_kept_side_by_side_latest_first() -> None:
    """Three of the roads, the undated one last."""
    assert reports(PAPERS, HERE, "quan.roads")["source"].tolist() == ["late", "early", "undated"]
    assert reports(PAPERS, ("2024", "y"), "quan.roads").empty


def test_the_grid_shows_the_latest_and_says_that_there_are_others() -> None:
    """In the order of the criteria; reports of one date that differ are marked; totals are not among them."""
    grid = status_grid(PAPERS, [HERE])
    assert grid[["criterion", "source", "others", "disagree"]].values.tolist() == [
        ["quan.area", "a", 1, True],
        ["quan.roads", "late", 2, False],
    ]


def test_totals_are_never_joined() -> None:
    """22 of 27 and 27 of 31 are not a rise of five."""
    by_list = totals(PAPERS)
    assert [len(by_list[name]) for name in TOTALS] == [1, 1, 0]
    joined = pd.concat([frame for frame in by_list.values() if len(frame)])
    with pytest.raises(NotOneSeries, match=r"quan.total_27 \(of 27\), quan.total_31 \(of 31\).*side by side"):
        check_one_series(joined)
    assert len(check_one_series(by_list["quan.total_27"])) == 1


@pytest.mark.parametrize(
    ("kind", "value", "qualifier", "denominator", "expected"),
    [
        ("threshold", 10.0, "", None, True),
        ("threshold", 9.999, "", None, False),
        ("threshold", 10.0, "gt", None, True),
        ("threshold", 9.0, "gt", None, None),
        ("threshold", 10.2, "approx", None, True),
        ("threshold", 10.0, "approx", None, None),
        ("threshold", None, "", None, None),
        ("threshold", 16.0, "", 16.0, None),
        ("text", 10.0, "", None, None),
    ],
)
def test_a_number_meets_a_threshold(
    kind: str, value: float | None, qualifier: str, denominator: float | None, expected: bool | None
) -> None:
    """At ten: equality counts, an open figure is open, and 16 of 16 units is no number to hold against ten."""
    criterion = pd.Series({"kind": kind, "threshold": 10.0})
    assert meets(criterion, pd.Series({"value": value, "qualifier": qualifier, "denominator": denominator})) is expected


def test_shipped_verdicts_agree_with_their_numbers() -> None:
    """Each report that gives both a number and a verdict."""
    criteria = SHIPPED.criteria.set_index("id")
    judged = SHIPPED.statuses[SHIPPED.statuses["result"].isin(["met", "not_met"])]
    checked = {
        (row["area_code"], row["criterion"]): (meets(criteria.loc[row["criterion"]], row), row["result"] == "met")
        for _, row in judged.iterrows()
        if meets(criteria.loc[row["criterion"]], row) is not None
    }
    assert len(checked) == 22
    assert all(computed == reported for computed, reported in checked.values())


def test_shipped_totals() -> None:
    """26, 25, 24, 22 and 21 of 27 in 2022; 31 of 31 and 27 of 31; 30 of 34."""
    by_list = totals(SHIPPED)
    of_2022 = by_list["quan.total_27"].query("as_of == '2022'").set_index("area_code")["value"].to_dict()
    assert of_2022 == {"017": 26, "018": 25, "020": 24, "274": 22, "273": 21}
    assert by_list["quan.total_31"].set_index("area_code")["value"].to_dict() == {"018": 31, "274": 27}
    assert by_list["quan.total_34"].set_index("area_code")["value"].to_dict() == {"020": 30}
    for name, frame in by_list.items():
        assert check_one_series(frame)["denominator"].unique().tolist() == [int(name[-2:])]


def test_shipped_budget_of_thanh_tri_has_two_reports() -> None:
    """August 2023 stands before 2021, and the grid counts the other."""
    found = reports(SHIPPED, ("2024", "020"), "quan.budget_balance")
    assert found["as_of"].tolist() == ["2023-08", "2021"]
    grid = status_grid(SHIPPED).set_index(["area_code", "criterion"])
    assert grid.loc[("020", "quan.budget_balance"), "others"] == 1


def test_conflicts_have_words_and_at_least_two_reports() -> None:
    """Each word of the column is explained in both languages."""
    used = SHIPPED.statuses["conflict"].dropna().value_counts()
    assert set(used.index) == set(CONFLICTS)
    assert used.min() >= 2
    assert all(all(words) for words in CONFLICTS.values())


def test_criteria_have_a_threshold_and_a_law_or_say_what_they_are() -> None:
    """A threshold needs its number, its unit and its law; words need their words; the rest says why there is none."""
    for _, row in SHIPPED.criteria.iterrows():
        assert (row["kind"] in ("threshold", "total")) == pd.notna(row["threshold"]), row["id"]
        if row["kind"] == "threshold":
            assert row["operator"] == "ge"
            assert row["unit_vi"]
            assert row["legal_vi"]
        if row["kind"] in ("named", "measure"):
            assert row["note_vi"] or row["threshold_vi"], row["id"]


def test_measures_of_sources_are_not_criteria_of_law() -> None:
    """They carry no law."""
    measures = SHIPPED.criteria[SHIPPED.criteria["kind"] == "measure"]
    assert measures["legal_vi"].isna().all()
    assert len(measures) == 11


def test_places_exist() -> None:
    """Units of reports and milestones are in their edition."""
    known = set(AREAS[["edition", "code"]].itertuples(index=False, name=None))
    reported = set(SHIPPED.statuses[["edition", "area_code"]].itertuples(index=False, name=None))
    named = {key for text in SHIPPED.milestones["areas"] for key in read_areas(text)}
    assert reported | named | set(SUBJECTS) | set(COMPARED) <= known


def test_milestones_run_forward() -> None:
    """25, dated ones in order."""
    dates = SHIPPED.milestones["date"].dropna().map(period_end)
    assert len(SHIPPED.milestones) == 25
    assert dates.is_monotonic_increasing
    assert milestones_of(SHIPPED, ("2024", "274"))["id"].tolist()[0] == "m02"
    assert "m11" not in set(milestones_of(SHIPPED, ("2024", "274"))["id"])


def test_the_end_is_said_plainly() -> None:
    """With its date, as an inference, in both languages; and it is a milestone."""
    assert dt.date(2025, 7, 1) == DISTRICT_LEVEL_ENDED
    assert "01/07/2025" in OUTCOME[0]
    assert "suy luận" in OUTCOME[0]
    assert "1 July 2025" in OUTCOME[1]
    assert "inference" in OUTCOME[1]
    assert DISTRICT_LEVEL_ENDED.isoformat() in set(SHIPPED.milestones["date"])
