"""Carried figures make the same table as native ones, and each says how it came here; on the toy country."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from boundaries.areas import load_places
from geo.errors import BadParameter
from indicators.carry import Carrier, carry_table, roll_up_table
from indicators.catalogue import load_catalogue
from indicators.composed import compose_table
from indicators.contributions import NotTransferable
from indicators.table import IndicatorTable
from tests import toy
from tests.stores import Stores


@pytest.fixture
def carrier(stores: Stores) -> Iterator[Carrier]:
    """The toy country, where nobody knows how the people of the divided commune are spread."""
    with stores.session("toy") as session:
        places = load_places(session)
        yield Carrier(session, load_catalogue(session, places), places, toy.crosswalk(population=False))


def values(table: IndicatorTable) -> list[float | None]:
    """Values in the order of codes."""
    return [row.figure.value if row.figure else None for row in table.rows]


def test_people_are_apportioned_by_land_and_none_is_lost(carrier: Carrier) -> None:
    """a + b = 300; c + a quarter of d = 700; the rest of d + e = 390; f = 1200."""
    table = carry_table(carrier, "population", toy.NEW, "commune", "2020")
    assert values(table) == [300, 700, 390, 1200]
    assert sum(value or 0 for value in values(table)) == 2590


def test_a_sum_of_wholes_is_exact_and_a_divided_one_an_estimate(carrier: Carrier) -> None:
    table = carry_table(carrier, "population", toy.NEW, "commune", "2020")
    carried = {row.area.code: row.carried for row in table.rows}
    assert {code: one.quality for code, one in carried.items() if one} == {
        "00001": "exact", "00004": "estimate", "00005": "estimate", "00006": "exact",
    }  # fmt: skip
    assert all(one and one.origin == toy.OLD for one in carried.values())


def test_an_estimate_by_land_carries_its_measured_error(carrier: Carrier) -> None:
    """Counted in 2021: 880 and 210 where land gives 700 and 390; errors of 20.5 % and 85.7 %, median 53.1 %."""
    table = carry_table(carrier, "population", toy.NEW, "commune", "2020")
    errors = {row.area.code: row.carried.error for row in table.rows if row.carried}
    assert errors["00004"] == pytest.approx((180 / 880 + 180 / 210) / 2)
    assert errors["00001"] is None


def test_a_missing_contributor_makes_the_result_missing_with_its_reason(carrier: Carrier) -> None:
    table = carry_table(carrier, "poor_households", toy.NEW, "commune", "2020")
    assert values(table) == [10, 50, None, 60]
    assert [row.reason for row in table.rows] == [None, None, "not_collected", None]


def test_a_rate_is_recomputed_with_its_weight(carrier: Carrier) -> None:
    """a (200 people at 90 %) and b (100 at 60 %): 80 %, not the mean 75 %."""
    assert values(carry_table(carrier, "clean_water_rate", toy.NEW, "commune", "2020"))[0] == pytest.approx(80)


def test_nothing_native_is_mixed_in(carrier: Carrier) -> None:
    table = carry_table(carrier, "population", toy.NEW, "commune", "2020")
    assert all(row.figure is None or row.carried for row in table.rows)
    assert {row.figure.status for row in table.rows if row.figure} == {"derived"}


@pytest.mark.parametrize("indicator", ["median_income", "title"])
def test_medians_and_titles_are_refused(carrier: Carrier, indicator: str) -> None:
    with pytest.raises(NotTransferable):
        carry_table(carrier, indicator, toy.NEW, "commune", "2020")


def test_a_district_is_never_divided_among_communes(carrier: Carrier) -> None:
    with pytest.raises(BadParameter, match="level"):
        carry_table(carrier, "population", toy.NEW, "district", "2020")


def test_communes_are_put_together_for_their_district(carrier: Carrier) -> None:
    assert values(roll_up_table(carrier, "population", toy.OLD, "district", "2020")) == [900, 490, 1200]
    poor = roll_up_table(carrier, "poor_households", toy.OLD, "district", "2020")
    assert values(poor) == [40, None, 60]
    assert poor.rows[1].reason == "not_collected"


def test_figures_are_carried_back_by_people_where_they_are_known(carrier: Carrier) -> None:
    """300 people of the new 00001: two thirds of them lived in a, though b has twice the land."""
    assert values(carry_table(carrier, "population", toy.OLD, "commune", "2021"))[:2] == pytest.approx([200, 100])


def test_titles_give_a_composition_and_never_a_title(carrier: Carrier) -> None:
    """The new 00004 is all of c (advanced, 3 km²) and a quarter of d (unknown, 2 of 8 km²): at least 60 % advanced."""
    table = compose_table(carrier, "title", toy.NEW, "2020")
    row = next(row for row in table.rows if row.area.code == "00004")
    assert row.figure is not None
    assert (row.figure.value, row.figure.qualifier) == (pytest.approx(60), "ge")
    assert row.figure.note_vi == "Hình thành từ 2 đơn vị cấp xã (1 chỉ một phần): 1 nâng cao, 1 chưa rõ"
    assert row.carried is not None
    assert row.carried.quality == "estimate"


def test_a_unit_formed_of_wards_only_has_no_composition_of_titles(carrier: Carrier) -> None:
    table = compose_table(carrier, "title", toy.NEW, "2020")
    reasons = {row.area.code: row.reason for row in table.rows}
    assert reasons == {"00001": "not_applicable", "00004": None, "00005": "not_collected", "00006": None}


def test_only_coded_statuses_have_a_composition(carrier: Carrier) -> None:
    with pytest.raises(BadParameter, match="composition"):
        compose_table(carrier, "population", toy.NEW, "2020")
