"""Charts say their finding, draw what the rules of targets say, and let no text become markup."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from indicators.intervals import NOT_NEGATIVE, SHARE, Interval, at_least, between, point, possible
from indicators.targets import Goal, met_set
from webapp.charts import Bullet, Meter, Part, Point, Strip, Trend, bullet, goal_bounds, meter, stack, strip, trend
from webapp.svg import Scale, element

DUE = dt.date(2024, 12, 31)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ET.Element:
    """The drawing as XML; raises if it is not well formed."""
    return ET.fromstring(drawing)  # noqa: S314 - our own drawing


def of_class(drawing: str, name: str) -> list[ET.Element]:
    """Elements that have the class."""
    return [node for node in parsed(drawing).iter() if name in (node.get("class") or "").split()]


def goal(operator: str, low: float | None = None, high: float | None = None, base: str = "") -> Goal:
    return Goal(operator=operator, low=low, high=high, year=2024, due=DUE, base=base)


def shown(of: Goal, direction: str, value: Interval, *printed: str, status: str = "met") -> str:
    numbers = tuple(Decimal(text) for text in printed)
    bounds = goal_bounds(of, direction)
    return bullet(Bullet("Finding", "Detail", met_set(of, direction), bounds, value, numbers, status))  # type: ignore[arg-type]


def test_included_bounds_are_solid_and_excluded_ones_dashed() -> None:
    assert goal_bounds(goal("between", 6.5, 7), "higher") == ((Decimal("6.5"), True), (Decimal(7), True))
    assert goal_bounds(goal("lt", high=4), "lower") == ((Decimal(4), False),)
    assert goal_bounds(goal("gt", low=70), "higher") == ((Decimal(70), False),)
    drawing = shown(goal("lt", high=4), "lower", between(4.2, 4.6), "4.2", "4.6", status="not_met")
    assert len(of_class(drawing, "open")) == 1


def test_falls_are_drawn_as_negative_changes() -> None:
    assert goal_bounds(goal("decrease_by", 300, 400, "start_of_year"), "lower") == (
        (Decimal(-300), True),
        (Decimal(-400), True),
    )


def test_met_is_a_circle_and_not_met_a_square() -> None:
    met = shown(goal("ge", 40), "higher", point(41), "41")
    missed = shown(goal("ge", 35), "higher", point(33), "33", status="not_met")
    assert [node.tag for node in of_class(met, "mk")] == ["circle"]
    assert [node.tag for node in of_class(missed, "mk")] == ["rect"]


def test_the_zone_reaches_from_the_bound_to_the_end_where_more_is_better() -> None:
    # Two fifths of 40 are 16, around the middle 40.5: 32.5 … 48.5 over 4 … 186 px; 40 is at 4 + 182 · 7.5/16 = 89.3.
    zone = of_class(shown(goal("ge", 40), "higher", point(41), "41"), "zone")[0]
    assert float(zone.get("x") or 0) == pytest.approx(89.3)
    assert float(zone.get("x") or 0) + float(zone.get("width") or 0) == pytest.approx(186)


def test_a_gap_looks_as_large_as_it_is_beside_the_goal() -> None:
    def gap(value: float) -> float:
        drawing = shown(goal("ge", 100), "higher", point(value), str(value), status="not_met")
        mark, bound = of_class(drawing, "mk")[0], of_class(drawing, "goal-line")[0]
        return float((bound.get("d") or "")[1:].split()[0]) - float(mark.get("x") or 0) - 5

    # 5 of 40 and 10 of 40 on 182 px.
    assert [gap(95), gap(90)] == [pytest.approx(22.75, abs=0.15), pytest.approx(45.5, abs=0.15)]
    # Smaller gaps get a scale of 16 times their size: 182/16.
    assert [gap(98), gap(99.9)] == [pytest.approx(11.375, abs=0.15), pytest.approx(11.375, abs=0.15)]


def test_no_value_is_drawn_that_cannot_be() -> None:
    """100 per cent is the end of the scale, with nothing beyond that would count."""
    of = goal("ge", 100)
    bounds = goal_bounds(of, "higher")
    drawing = bullet(Bullet("t", "", met_set(of, "higher"), bounds, point(97), (Decimal(97),), "not_met", SHARE))
    assert of_class(drawing, "goal-line")[0].get("d") == "M186.0 3.5V22.5"
    assert of_class(drawing, "zone")[0].get("width") == "0"


def test_a_range_has_two_marks_and_a_line_and_a_least_value_an_arrow() -> None:
    ranged = shown(goal("lt", high=4), "lower", between(4.2, 4.6), "4.2", "4.6", status="not_met")
    assert len(of_class(ranged, "mk")) == 2
    assert len(of_class(ranged, "mk-line")) == 1
    least = shown(goal("ge", 94.5), "higher", possible(95, "ge"), "95")
    assert len(of_class(least, "mk")) == 1
    assert len(of_class(least, "mk-arrow")) == 1


def test_counts_get_no_room_below_zero() -> None:
    of = goal("ge", 40)
    bounds = goal_bounds(of, "higher")
    value = at_least(3)
    drawing = bullet(Bullet("t", "", met_set(of, "higher"), bounds, value, (Decimal(3),), "not_met", NOT_NEGATIVE))
    # 3 … 40 times 1.6 is 59.2 around 21.5, cut at 0: 0 … 51.1; 3 is at 4 + 182 · 3/51.1 = 14.7.
    assert float(of_class(drawing, "mk")[0].get("x") or 0) + 5 == pytest.approx(14.7, abs=0.06)


def test_every_chart_is_an_image_with_title_and_description() -> None:
    drawings = [
        shown(goal("ge", 40), "higher", point(41), "41"),
        meter(Meter("22 of 27", 22, 27, asked=26, text="Reported")),
        trend(Trend("Population", "Three years", (Point(dt.date(2020, 12, 31), "2020", 276070, "276.070"),))),
        strip(Strip("Coverage", "30 districts", (80.0, 90.0, 92.5), 1, own=90.0)),
    ]
    for drawing in drawings:
        root = parsed(drawing)
        assert root.get("role") == "img"
        assert [child.tag for child in root][:2] == ["title", "desc"]
        assert "style" not in drawing


def test_points_are_joined_only_within_one_method_and_edition() -> None:
    def at(year: int, method: str) -> Point:
        return Point(dt.date(year, 12, 31), str(year), 10.0, "10", method=method)

    same = trend(Trend("t", "", (at(2022, "a"), at(2023, "a"), at(2024, "a"))))
    assert (len(of_class(same, "joined")), len(of_class(same, "stem"))) == (2, 0)
    other = trend(Trend("t", "", (at(2022, "a"), at(2023, "b"), at(2024, "b"))))
    assert (len(of_class(other, "joined")), len(of_class(other, "stem"))) == (1, 1)
    unnamed = trend(Trend("t", "", (at(2022, ""), at(2023, ""))))
    assert (len(of_class(unnamed, "joined")), len(of_class(unnamed, "stem"))) == (0, 2)
    change = ((dt.date(2025, 7, 1), "Boundaries"),)
    across = trend(Trend("t", "", (at(2024, "a"), at(2025, "a")), change))
    assert (len(of_class(across, "joined")), len(of_class(across, "edition"))) == (0, 1)


def test_labels_of_close_points_do_not_touch() -> None:
    points = tuple(
        Point(dt.date(2024, month, 28), f"{month:02}/2024", 100000.0, "100.000") for month in (1, 2, 3)
    )  # 60 days over 372 px put labels of 46 px side by side; two months of 800 days do not fit
    near = trend(Trend("t", "", (*points, Point(dt.date(2030, 12, 31), "2030", 5.0, "5"))))
    heights = [node.get("y") for node in of_class(near, "v")]
    assert len(set(heights[:3])) == 3


def test_a_strip_has_one_dot_an_area() -> None:
    drawing = strip(Strip("t", "", (*map(float, range(30)), 5.0, 5.0), 0))
    assert len(of_class(drawing, "others")) == 32


def test_a_stack_divides_its_width_by_size() -> None:
    drawing = stack("Titles", [Part("Basic", 1, "n1"), Part("Model", 3, "n3")], width=400)
    assert [float(node.get("width") or 0) for node in of_class(drawing, "part")] == [100.0, 300.0]


def test_nothing_to_draw_is_an_error_that_names_the_chart() -> None:
    with pytest.raises(ValueError, match="Population"):
        trend(Trend("Population", "", ()))
    with pytest.raises(ValueError, match="Coverage"):
        strip(Strip("Coverage", "", (), 0))


def test_hostile_text_stays_text() -> None:
    hostile = '"><script>alert(1)</script>'
    drawing = trend(Trend(hostile, hostile, (Point(DUE, hostile, 1.0, hostile),), ((DUE, hostile),)))
    assert "<script" not in drawing
    assert parsed(drawing)[0].text == hostile
    assert parsed(element("rect", class_=hostile)).get("class") == hostile


def test_the_scale_holds_values_inside_its_ends() -> None:
    x = Scale(0, 10, 100, 200)
    assert [x(value) for value in (-5, 0, 2.5, 10, 99)] == [100, 100, 125, 200, 200]
