"""Ranks: among units of one kind, ties shared, withheld where they would say more than is known. All by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from boundaries.models import Area
from indicators.models import Indicator
from indicators.observations import Figure
from indicators.ranks import ENOUGH, Standing, rank_areas
from indicators.table import AreaFigure, Carried

Given = tuple[float, str, float | None] | float | None

CARRIED = Carried("2024", "estimate", 1.0, "sum", "area", "both", 2, (), ("count",))


def rate(direction: str = "higher", measure: str = "rate") -> Indicator:
    """An indicator in per cent."""
    return Indicator(id="rate", measure=measure, direction=direction, unit_id="%")


def row(code: str, given: Given, kind: str = "xã", reason: str = "not_collected", **other: Carried) -> AreaFigure:
    """An area with a figure: a value, or a value with its qualifier and upper end."""
    area = Area(edition_id="2020", code=code, level="commune", type=kind, name=code, parent_code="01", area_km2=1.0)
    if given is None:
        return AreaFigure(area, None, reason, None, ())
    value, qualifier, high = given if isinstance(given, tuple) else (given, "", None)
    figure = Figure("2020", float(value), qualifier or None, high, "final", "count", None, None)
    return AreaFigure(area, figure, None, None, (), **other)


def ranks(rows: Iterable[AreaFigure], indicator: Indicator | None = None) -> dict[str, int | None]:
    """The rank of each area."""
    return {code: standing.rank for code, standing in rank_areas(indicator or rate(), rows).items()}


def withheld(rows: Iterable[AreaFigure], indicator: Indicator | None = None) -> dict[str, str | None]:
    """Why each area has no rank."""
    return {code: standing.withheld for code, standing in rank_areas(indicator or rate(), rows).items()}


def test_the_best_side_is_first_and_equal_values_share_a_rank() -> None:
    rows = [row("a", 90), row("b", 80), row("c", 80), row("d", 10)]
    assert ranks(rows) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert ranks(rows, rate("lower")) == {"a": 4, "b": 2, "c": 2, "d": 1}
    assert rank_areas(rate(), rows)["b"] == Standing("xã", 2, True, 4, 4, None)
    assert not rank_areas(rate(), rows)["a"].tied


def test_units_are_ranked_among_their_own_kind_only() -> None:
    rows = [row("a", 90, "phường"), row("b", 80), row("c", 70, "phường"), row("d", 10)]
    assert ranks(rows) == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_four_of_five_are_enough_and_three_are_not() -> None:
    assert ENOUGH == 0.8
    four = [row("a", 1), row("b", 2), row("c", 3), row("d", 4), row("e", None)]
    assert ranks(four) == {"a": 4, "b": 3, "c": 2, "d": 1, "e": None}
    assert withheld(four)["e"] == "missing"
    three = [*four[:3], row("d", None), four[4]]
    assert withheld(three) == {"a": "few", "b": "few", "c": "few", "d": "missing", "e": "missing"}
    assert (rank_areas(rate(), three)["a"].have, rank_areas(rate(), three)["a"].total) == (3, 5)


def test_units_without_a_meaning_do_not_count() -> None:
    rows = [row("a", 1), row("b", 2), row("c", None, reason="not_applicable")]
    assert ranks(rows) == {"a": 2, "b": 1, "c": None}
    assert rank_areas(rate(), rows)["a"].total == 2


def test_a_unit_alone_in_its_kind_has_no_rank() -> None:
    assert withheld([row("a", 1, "thị xã"), row("b", 1), row("c", 2)]) == {"a": "alone", "b": None, "c": None}


def test_an_estimate_has_no_rank_and_takes_none_away() -> None:
    rows = [row(code, value) for value, code in enumerate("abcd", start=1)]
    rows.append(row("e", 99, carried=CARRIED))
    assert ranks(rows) == {"a": 4, "b": 3, "c": 2, "d": 1, "e": None}
    assert withheld(rows)["e"] == "estimate"


@pytest.mark.parametrize("indicator", [rate("none"), rate("within"), rate("higher", "status")])
def test_without_a_better_side_nothing_is_ranked(indicator: Indicator) -> None:
    assert withheld([row("a", 1), row("b", 2)], indicator) == {"a": "no_order", "b": "no_order"}


def test_a_figure_that_stands_for_several_values_is_ranked_only_where_all_of_them_agree() -> None:
    # "at least 80" is surely above 50, surely below nothing: first or second, for 90 may be above or below it.
    rows = [row("a", (80, "ge", None)), row("b", 90), row("c", 50)]
    assert ranks(rows) == {"a": None, "b": None, "c": 3}
    assert withheld(rows) == {"a": "not_exact", "b": "not_exact", "c": None}
    # A share cannot pass 100 %, so nothing is above 100 whatever "at least 80" stands for.
    assert ranks([row("a", (80, "ge", None)), row("b", 100), row("c", 50)]) == {"a": None, "b": 1, "c": 3}
    # 4.2–4.6 lies between 3 and 5 as a whole; beside 4.5 it does not.
    assert ranks([row("a", (4.2, "range", 4.6)), row("b", 3), row("c", 5)], rate("lower")) == {"a": 2, "b": 1, "c": 3}
    assert ranks([row("a", (4.2, "range", 4.6)), row("b", 4.5)], rate("lower")) == {"a": None, "b": None}
