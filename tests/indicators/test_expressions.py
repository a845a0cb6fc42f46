"""The language of counts and sums over rows: values worked out by hand, unknowns as in SQL, refusals with a place."""

from __future__ import annotations

import sqlite3

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.expressions import DEEPEST, BadExpression, parse

ROWS = [
    {"poor": 1.0, "people": 4.0, "kind": "xã"},
    {"poor": 0.0, "people": 2.0, "kind": "phường"},
    {"poor": None, "people": 3.0, "kind": "xã"},
    {"poor": 1.0, "people": None, "kind": None},
]


def evaluate(text: str) -> list[float | None]:
    measure = parse(text)
    types = {"number": pa.float64(), "text": pa.string()}
    columns = {name: pa.array([row[name] for row in ROWS]).cast(types[kind]) for name, kind in measure.columns.items()}
    result: list[float | None] = measure.contributions(columns, len(ROWS)).to_pylist()
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("poor = 1", [1, 0, None, 1]),
        ("count(poor = 1)", [1, 0, None, 1]),
        ("count()", [1, 1, 1, 1]),
        ("sum(people)", [4, 2, 3, None]),
        ("sum(people * 2 - -1)", [9, 5, 7, None]),
        ("sum(people / poor)", [4, None, None, None]),
        ("people / poor > 3", [1, None, None, None]),
        ("not people / poor > 3 or kind = 'phường'", [0, 1, None, None]),
        ("not poor = 1", [0, 1, None, 0]),
        ("not not poor = 1", [1, 0, None, 1]),
        ("poor = 1 or kind = 'xã'", [1, 0, 1, 1]),
        ("poor = 1 and kind = 'xã'", [1, 0, None, None]),
        ("kind in ('xã', 'thị trấn')", [1, 0, 1, None]),
        ("poor is blank", [0, 0, 1, 0]),
        ("people is not blank and people >= 3", [1, 0, 1, 0]),
        ("(poor = 0 or poor = 1) and people < 4", [0, 1, None, None]),
        ('"people" != 2', [1, 0, 1, None]),
        ("NOT (Poor is blank)".replace("Poor", "poor"), [1, 1, 0, 1]),
    ],
)
def test_expressions_give_what_each_row_adds(text: str, expected: list[float | None]) -> None:
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("poor", 1, r"sum\(…\)"),
        ("poor = ", 8, "expected a number"),
        ("poor = 1 poor", 10, "too many"),
        ("poor = 1 and people = 'x' and people > 2", 31, "alone|elsewhere"),
        ("kind < 'x'", 1, "= and != alone"),
        ("sum(kind = 'x')", 5, "number is needed"),
        ("poor = 1; drop table area", 9, "no meaning"),
        ("__import__('os').system('true')", 18, "no meaning"),
        ("poor.real = 1", 5, "no meaning"),
        ("in = 1", 1, "expected a number"),
        ("", 1, "expected a number"),
        ("(" * (DEEPEST + 2) + "poor = 1" + ")" * (DEEPEST + 2), DEEPEST + 1, "nest"),
        ("poor = 1 or " * 100 + "poor = 1", 1001, "1000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, at: int, says: str) -> None:
    with pytest.raises(BadExpression, match=says) as refused:
        parse(text)
    assert refused.value.at + 1 == pytest.approx(at, abs=1)


conditions = st.recursive(
    st.sampled_from(["poor = 1", "poor != 1", "people > 2.5", "kind = 'xã'", "kind is not null", "people <= 3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"(not {one})"),
    ),
    max_leaves=8,
)


@given(conditions)
def test_conditions_mean_what_they_mean_to_sqlite(condition: str) -> None:
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE r (poor REAL, people REAL, kind TEXT)")
    store.executemany("INSERT INTO r VALUES (:poor, :people, :kind)", ROWS)
    expected = [row[0] for row in store.execute(f"SELECT {condition} FROM r ORDER BY rowid")]  # noqa: S608 - our words
    store.close()
    assert evaluate(condition.replace("is not null", "is not blank")) == expected
