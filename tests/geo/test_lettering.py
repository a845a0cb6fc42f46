"""Names in squares and bars, with letters one unit wide, so that all can be worked out by hand."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.lettering import INSIDE, LINE, Name, box_at, is_free, place_names
from geo.sketch import Box


def width_of(text: str, size: float) -> float:
    """Letters as wide as the type size."""
    return len(text) * size


def name(text: str, shape: shapely.Geometry, below: float = 0) -> Name:
    """A name at the middle of its shape, one unit high."""
    return Name(text, text, 1, shape, (shape.centroid.x, shape.centroid.y), below)


def test_a_name_stands_in_the_middle_of_its_area() -> None:
    [placed] = place_names([name("Ba Vì", shapely.box(0, 0, 10, 10))], width_of)
    assert placed.box == pytest.approx((2.5, 5 - LINE / 2, 7.5, 5 + LINE / 2))
    assert list(placed.baselines()) == [("Ba Vì", 5, pytest.approx(5 - LINE / 2 + 1))]


def test_a_long_name_takes_two_even_lines() -> None:
    [placed] = place_names([name("Phú Xuyên A", shapely.box(0, 0, 8, 10))], width_of)
    assert placed.lines == ("Phú", "Xuyên A") or placed.lines == ("Phú Xuyên", "A")
    assert max(map(len, placed.lines)) == 7


def test_what_does_not_fit_is_left_out() -> None:
    assert place_names([name("Thanh Xuân", shapely.box(0, 0, 3, 3))], width_of) == []


def test_a_name_that_would_touch_an_earlier_one_moves_or_goes() -> None:
    square, lower = shapely.box(0, 0, 10, 10), shapely.box(0, 1.7, 10, 11.7)
    first, second = place_names([name("Một", square), name("Hai", lower)], width_of)
    assert first.box.centre == (5, 5)
    assert second.box.centre == pytest.approx((5, 6.7 + 0.45 * LINE))  # 6.7 would be too near by a tenth
    assert is_free(second.box, [first.box])
    everything = Box(0, 0, 10, 10)
    assert place_names([name("Một", square)], width_of, [everything]) == []


def test_a_name_under_a_symbol_stands_below_it() -> None:
    [placed] = place_names([name("Hai", shapely.box(0, 0, 10, 10), below=2)], width_of)
    assert placed.box.top == pytest.approx(5 + 2 + 1)


squares = st.builds(
    lambda x, y, side: shapely.box(x, y, x + side, y + side),
    st.floats(0, 100), st.floats(0, 100), st.floats(1, 40),
)  # fmt: skip


@given(st.lists(st.tuples(st.text("abc ", min_size=1, max_size=12).filter(str.strip), squares), max_size=12))
def test_no_two_names_touch_and_each_lies_in_its_area(drawn: list[tuple[str, shapely.Polygon]]) -> None:
    placed = place_names([name(text.strip(), shape) for text, shape in drawn], width_of)
    for place, one in enumerate(placed):
        assert is_free(one.box, [other.box for other in placed[place + 1 :]])
        inside = shapely.box(*one.box).intersection(one.name.shape).area / shapely.box(*one.box).area
        assert inside >= INSIDE - 0.15  # 21 samples, so a share is known to a seventh and a third


def test_touching_boxes_are_not_free() -> None:
    assert not is_free(box_at(0, 0, 2, 2), [box_at(2, 0, 2, 2)])
    assert is_free(box_at(0, 0, 2, 2), [box_at(8, 0, 2, 2), box_at(0, 3, 2, 2)])
