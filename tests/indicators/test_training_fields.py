"""Patterns for training figures: totals and means are kept, and neighbours in place and time are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.training_fields import (
    centrality,
    draw,
    levels_with_mean,
    shares_with_mean,
    smooth_field,
    whole_parts,
)
from indicators.training_ground import build_ground
from tests import toy

YEARS = np.arange(2018.0, 2025.0)


@pytest.mark.parametrize(
    ("start", "expected"),
    [(0.0, [1, 1, 3]), (0.5, [1, 2, 2]), (0.9, [2, 1, 2])],
)
def test_whole_parts_by_hand(start: float, expected: list[int]) -> None:
    """Quotas 1.25, 1.25 and 2.5 of 5 run up to 1.25, 2.5 and 5; each part is the whole numbers passed on the way."""
    parts = whole_parts(np.array([5.0]), np.array([[1.0], [1.0], [2.0]]), np.array([start]))
    assert parts[:, 0].tolist() == expected


@given(
    st.integers(0, 10**6),
    st.lists(st.floats(0.001, 1000), min_size=1, max_size=40),
    st.floats(0, 0.999),
)
def test_whole_parts_sum_to_the_total_and_are_within_one_of_their_quota(
    total: int, weights: list[float], start: float
) -> None:
    """Whatever the weights."""
    column = np.array(weights)[:, None]
    parts = whole_parts(np.array([float(total)]), column, np.array([start]))
    assert parts.sum() == total
    assert (abs(parts - total * column / column.sum()) < 1 + 1e-5).all()


def test_shares_keep_their_mean_and_stay_between_0_and_100() -> None:
    """Also the extremes, which are then reached exactly and everywhere."""
    rng = np.random.default_rng(1)
    score, weights = 3 * rng.standard_normal((50, 3)), rng.uniform(1, 9, (50, 3))
    shares = shares_with_mean(np.array([0.0, 62.5, 100.0]), score, weights)
    assert set(shares[:, 0]) == {0.0}
    assert set(shares[:, 2]) == {100.0}
    assert np.average(shares[:, 1], weights=weights[:, 1]) == pytest.approx(62.5, abs=1e-4)
    assert 0 <= shares[:, 1].min() < 20
    assert 90 < shares[:, 1].max() <= 100
    assert (np.argsort(shares[:, 1]) == np.argsort(score[:, 1])).all()


def test_levels_keep_their_mean() -> None:
    """By hand: multiples 1 and e with weights e and 1 have the mean 2e/(e + 1), so a mean of 2 gives (e + 1)/e and
    e + 1."""
    e = np.e
    levels = levels_with_mean(np.array([2.0]), np.array([[0.0], [1.0]]), np.array([[e], [1.0]]))
    assert levels[:, 0] == pytest.approx([(e + 1) / e, e + 1], abs=1e-4)


def test_a_field_is_alike_nearby_and_independent_far_away() -> None:
    """Over many fields: correlation exp(−d²/2L²), so 0.99 at 1 km and 0 at 60 km, and slow change over years."""
    x_km = np.array([0.0, 1.0, 60.0])
    fields = np.stack([smooth_field(draw(seed, "test"), x_km, np.zeros(3), YEARS) for seed in range(400)])
    near, far = (np.corrcoef(fields[:, 0, 0], fields[:, place, 0])[0, 1] for place in (1, 2))
    assert near > 0.98
    assert abs(far) < 0.15
    assert np.corrcoef(fields[:, 0, 0], fields[:, 0, 1])[0, 1] > 0.98
    assert fields[:, 0, 0].mean() == pytest.approx(0, abs=0.15)
    assert fields[:, 0, 0].std() == pytest.approx(1, abs=0.1)


def test_the_same_name_and_seed_draw_the_same_field() -> None:
    """And another name or seed another one."""
    place = np.array([3.0])
    drawn = [
        smooth_field(draw(seed, name), place, place, YEARS) for seed, name in ((1, "a"), (1, "a"), (1, "b"), (2, "a"))
    ]
    assert (drawn[0] == drawn[1]).all()
    assert (drawn[0] != drawn[2]).all()
    assert (drawn[0] != drawn[3]).all()


def test_centrality_falls_with_distance() -> None:
    """Mean 0, deviation 1, whatever the direction."""
    central = centrality(np.array([0.0, 3.0, 0.0, 40.0]), np.array([0.0, 4.0, -5.0, 9.0]))
    assert central[0] > central[1] == central[2] > central[3]
    assert (central.mean(), central.std()) == pytest.approx((0, 1), abs=1e-5)


def test_pieces_of_the_toy_country_make_up_every_unit() -> None:
    """d's 8 km² fell into 2 and 6; the four new communes have 6, 5, 9 and 12 km², and both editions 32."""
    areas = toy.areas()
    areas["parent_code"] = areas["parent_code"].astype(object).where(areas["parent_code"].notna(), None)
    ground = build_ground(areas, toy.crosswalk(), toy.layer(toy.OLD, "commune"))
    assert ground.land_km2 == pytest.approx([2, 4, 3, 2, 6, 3, 12])
    assert ground.main.tolist() == [True, True, True, False, True, True, True]
    totals = {
        (units.edition, units.level): units.total(ground.land_km2[:, None])[:, 0].tolist() for units in ground.units
    }
    assert totals == {
        ("2020", "commune"): pytest.approx([2, 4, 3, 8, 3, 12]),
        ("2020", "district"): pytest.approx([9, 11, 12]),
        ("2020", "city"): pytest.approx([20, 12]),
        ("2021", "commune"): pytest.approx([6, 5, 9, 12]),
        ("2021", "city"): pytest.approx([20, 12]),
    }
    assert ground.strata("rural").tolist() == [False, False, True, True, False, True]
