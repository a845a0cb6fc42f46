"""The ranks that a map's script shows are those of `indicators.ranks`, which area pages show too."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indicators.ranks import rank_areas
from webapp.db import snapshot
from webapp.tables import find_table

CELLS = (("poor_households", "2024"), ("ntm_advanced_communes_added", "2024"), ("ntm_model_communes_added", "2023"))


@pytest.mark.parametrize(("indicator", "period"), CELLS)
def test_a_view_has_the_ranks_of_the_rule(app: Flask, client: FlaskClient, indicator: str, period: str) -> None:
    view = client.get(f"/map/{indicator}.json?edition=2024&level=district&period={period}").get_json()
    with app.test_request_context("/"):
        table = find_table(snapshot(), indicator, "2024", "district", period).table
    standings = rank_areas(table.indicator, table.rows)
    ordered = [standings[row.area.code] for row in table.rows]
    assert view["ranked"]
    assert view["areas"]["rank"] == [standing.rank for standing in ordered]
    assert [bool(tied) for tied in view["areas"]["tied"]] == [standing.tied for standing in ordered]
    for standing, place in zip(ordered, view["areas"]["unranked"], strict=True):
        assert (place is None) == (standing.rank is not None or standing.withheld == "missing")


def test_lower_bounds_that_leave_the_order_open_give_no_rank_and_say_why(client: FlaskClient) -> None:
    """Fifteen districts have "at least" figures for 2023: which of them is first, nobody can know."""
    view = client.get("/map/ntm_model_communes_added.json?edition=2024&level=district&period=2023").get_json()
    assert set(view["areas"]["rank"]) == {None}
    assert "không xếp hạng: các số liệu chưa đủ chính xác để biết thứ tự" in view["unranked_texts"]


@pytest.mark.parametrize(
    "path",
    ["population_density.json?edition=2024&level=district", "ntm_title.json?edition=2024&level=commune",
     "poor_households.json?edition=2024&level=district&display=change",
     "population.json?edition=2024&level=commune&rebase=1"],
)  # fmt: skip
def test_views_without_an_order_have_no_ranks(client: FlaskClient, path: str) -> None:
    view = client.get(f"/map/{path}").get_json()
    assert not view["ranked"]
    assert "groups" not in view
    assert "rank" not in view["areas"]
