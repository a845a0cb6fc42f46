"""Each rule of targets at its edges, worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from geo.classify import classify
from indicators.targets import OPERATORS, Goal, applies, closed_side, dividing_bound, goals_for, met_set


def goal(operator: str, low: float | None = None, high: float | None = None, **more: Any) -> Goal:
    """A goal for 2024 with what the test is about."""
    return Goal(**{"operator": operator, "low": low, "high": high, "year": 2024, "due": dt.date(2024, 12, 31), **more})


MET = [
    # operator, low, high, direction, met, not met
    ("ge", 94.5, None, "higher", [94.5, 94.500001, 200], [94.499999, 0, -1]),
    ("ge", 0, None, "higher", [0, 1], [-0.001]),
    ("ge", -5, None, "higher", [-5, 0], [-5.001]),
    ("gt", 70, None, "higher", [70.001], [70, 69]),
    ("le", None, 150_000, "lower", [150_000, 0], [150_000.5]),
    ("lt", None, 4, "lower", [3.999, 0, -2], [4, 4.001]),
    ("between", 95, 100, "higher", [95, 97, 100, 101], [94.96, 94.999]),
    ("between", 22, 25, "higher", [22, 25, 30], [21.999]),
    ("between", 22, 25, "lower", [25, 22, 10], [25.001]),
    ("between", 22, 25, "within", [22, 23, 25], [21.999, 25.001]),
    ("between", -1, 1, "within", [-1, 0, 1], [-1.1, 1.1]),
    ("maintain", 100, None, "higher", [100, 100.1], [99.999]),
    ("maintain", 0, None, "lower", [0, -1], [0.001]),
    ("maintain", 5, None, "within", [5], [4.999, 5.001]),
    ("complete", None, None, "higher", [1], [0, 0.99]),
]
CHANGES = [
    ("increase_by", 40, None, "higher", [40, 41], [39, 0, -40]),
    ("increase_by", None, None, "higher", [0.001], [0, -1]),
    ("increase_by", 4, 5, "higher", [4, 5, 16.7], [3.9]),
    ("increase_by", 4, 5, "within", [4, 5], [3.9, 5.1]),
    ("decrease_by", 300, 400, "lower", [-300, -400, -690], [-299, 0, 300]),
    ("decrease_by", 300, 400, "within", [-300, -400], [-299, -401]),
    ("decrease_by", 0.1, None, "lower", [-0.1, -0.2], [-0.099, 0, 0.1]),
    ("decrease_by", None, None, "lower", [-0.001], [0, 1]),
    ("maintain", None, None, "higher", [0, 1], [-0.001]),
    ("maintain", None, None, "within", [0], [-0.001, 0.001]),
]


@pytest.mark.parametrize(("operator", "low", "high", "direction", "met", "not_met"), MET + CHANGES)
def test_met_set(
    operator: str, low: float | None, high: float | None, direction: str, met: list[float], not_met: list[float]
) -> None:
    """Equality, zero, negative, strict bounds, both edges of a range, and beyond it on either side."""
    values = met_set(goal(operator, low, high), direction)
    assert [x for x in met if x not in values] == []
    assert [x for x in not_met if x in values] == []


def test_every_operator_is_tried() -> None:
    """No operator without a worked case."""
    assert {case[0] for case in MET + CHANGES} == set(OPERATORS)


@pytest.mark.parametrize("case", MET)
def test_changes_are_told_from_values(case: tuple[Any, ...]) -> None:
    """A goal about the value is not about the change, and the reverse."""
    assert not goal(*case[:3]).of_change
    assert all(goal(*change[:3]).of_change for change in CHANGES)


@pytest.mark.parametrize("direction", ["none", "", "up"])
def test_no_direction_no_met_set(direction: str) -> None:
    """No polarity by default."""
    with pytest.raises(ValueError, match="cannot be judged with direction"):
        met_set(goal("between", 1, 2), direction)


@pytest.mark.parametrize(
    ("operator", "low", "high", "direction"), [("ge", 1, None, "lower"), ("lt", None, 1, "higher")]
)
def test_a_direction_against_the_operator_is_an_error(
    operator: str, low: float | None, high: float | None, direction: str
) -> None:
    """ "At least" of something that should fall is a mistake in the catalogue."""
    with pytest.raises(ValueError, match=f"{operator} cannot be judged with direction '{direction}'"):
        met_set(goal(operator, low, high), direction)


@pytest.mark.parametrize(
    ("operator", "low", "high", "message"),
    [
        ("ge", None, 5, "needs"),
        ("le", 5, None, "needs"),
        ("between", 5, None, "needs"),
        ("complete", 1, None, "needs"),
        ("maintain", 1, 2, "needs"),
        ("between", 7, 6.5, "runs backwards"),
        ("decrease_by", None, 5, "needs a lower one"),
        ("about", 5, None, "is not one of ge, gt"),
    ],
)
def test_goals_that_make_no_sense_cannot_be_made(
    operator: str, low: float | None, high: float | None, message: str
) -> None:
    """Bounds must fit the operator."""
    with pytest.raises(ValueError, match=message):
        goal(operator, low, high)


@pytest.mark.parametrize(("field", "word"), [("scope", "ward"), ("base", "last_year"), ("timing", "yearly")])
def test_unknown_words_are_refused(field: str, word: str) -> None:
    """With the field, the word and what is allowed."""
    with pytest.raises(ValueError, match=f"{field} '{word}' is not one of"):
        goal("ge", 1, **{field: word})


@pytest.mark.parametrize(("operator", "side"), [("ge", "left"), ("lt", "left"), ("le", "right"), ("gt", "right")])
def test_closed_side(operator: str, side: str) -> None:
    """As the four plain operators need it."""
    assert closed_side(operator) == side


@pytest.mark.parametrize(
    ("operator", "low", "high", "direction", "limit"),
    [
        ("ge", 95, None, "higher", 95),
        ("gt", 70, None, "higher", 70),
        ("le", None, 10, "lower", 10),
        ("lt", None, 4, "lower", 4),
        ("between", 22, 25, "higher", 22),
        ("between", 22, 25, "lower", 25),
        ("maintain", 100, None, "higher", 100),
        ("maintain", 3, None, "lower", 3),
    ],
)
def test_the_class_limit_on_a_goal_divides_met_from_not_met(
    operator: str, low: float | None, high: float | None, direction: str, limit: float
) -> None:
    """No class of the map holds both kinds of value, the limit itself included."""
    values = [limit - 1, limit - 0.001, limit, limit + 0.001, limit + 1]
    classes = classify(values, [limit], closed_side(operator, direction))
    met = [x in met_set(goal(operator, low, high), direction) for x in values]
    assert len(set(zip(classes.tolist(), met, strict=True))) == 2


def test_closed_side_refuses_an_unknown_operator() -> None:
    """Rather than defaulting to a side."""
    with pytest.raises(ValueError, match="'about' is not one of"):
        closed_side("about")


HOAI_DUC, THANH_TRI, DONG_ANH = ("2024", "274"), ("2024", "020"), ("2024", "017")


@pytest.mark.parametrize(
    ("scope", "level", "stratum", "additive", "footing"),
    [
        ("city", "city", "all", False, "binding"),
        ("city", "district", "all", False, "compared"),
        ("city", "commune", "all", False, "compared"),
        ("city", "district", "all", True, "contributes"),
        ("city", "city", "rural", False, "other_stratum"),
        ("rural", "city", "rural", False, "binding"),
        ("rural", "city", "urban", False, "other_stratum"),
        ("rural", "city", "all", False, "other_stratum"),
        ("rural", "district", "rural", False, "compared"),
        ("each_district", "district", "all", True, "binding"),
        ("each_district", "city", "all", True, "other_level"),
        ("each_district", "commune", "all", True, "other_level"),
    ],
)
def test_where_a_goal_binds(scope: str, level: str, stratum: str, additive: bool, footing: str) -> None:
    """A city target does not bind a district or a commune, and a stratum is judged by its own target."""
    assert applies(goal("ge", 95, scope=scope), level, stratum, DONG_ANH, additive) == footing


def test_a_goal_that_names_districts_binds_them_only() -> None:
    """The plans of Hoài Đức and Thanh Trì are no business of Đông Anh, nor of a commune with the same code later."""
    upgrade = goal("complete", scope="each_district", areas=(HOAI_DUC, THANH_TRI))
    assert applies(upgrade, "district", "all", HOAI_DUC) == "binding"
    assert applies(upgrade, "district", "all", DONG_ANH) == "not_named"
    assert applies(upgrade, "commune", "all", ("2025-07", "274")) == "not_named"


def test_a_work_of_the_city_is_not_compared_with_a_district() -> None:
    """There is nothing to compare: the law was passed or it was not."""
    assert applies(goal("complete"), "district", "all", DONG_ANH) == "other_level"


def test_an_allocation_takes_the_place_of_the_city_goal() -> None:
    """Where a district has its own share, the city's goal is not compared with."""
    city, own = goal("ge", 40), goal("ge", 3, areas=(DONG_ANH,))
    assert goals_for([city, own], "district", "all", DONG_ANH, additive=True) == [(own, "binding")]
    assert goals_for([city, own], "district", "all", HOAI_DUC, additive=True) == [(city, "contributes")]
    assert goals_for([city, own], "city", "all", ("2024", "01")) == [(city, "binding")]


@pytest.mark.parametrize(
    ("operator", "low", "high", "direction", "bound"),
    [
        ("ge", 95, None, "higher", 95),
        ("gt", 70, None, "higher", 70),
        ("le", None, 150_000, "lower", 150_000),
        ("lt", None, 4, "lower", 4),
        ("between", 22, 25, "higher", 22),
        ("between", 22, 25, "lower", 25),
        ("maintain", 100, None, "higher", 100),
        ("maintain", None, None, "higher", None),
        ("decrease_by", 300, 400, "lower", None),
        ("complete", None, None, "higher", None),
    ],
)
def test_a_class_limit_on_the_bound_holds_no_met_beside_unmet_values(
    operator: str, low: float | None, high: float | None, direction: str, bound: float | None
) -> None:
    """With the closed side of the operator, values beside the bound and on it are classed as they are judged."""
    aim = goal(operator, low, high)
    assert dividing_bound(aim, direction) == bound
    if bound is not None:
        values = [bound - 0.001, bound, bound + 0.001]
        classes = classify(values, [bound], closed_side(operator, direction)).tolist()
        met = [value in met_set(aim, direction) for value in values]
        assert [index == (1 if direction == "higher" else 0) for index in classes] == met
