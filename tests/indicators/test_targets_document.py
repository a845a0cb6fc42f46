"""`docs/targets.md` says what the code does: same operators, sides, qualifiers, footings, statuses and reason codes."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

import indicators.progress
from indicators.intervals import QUALIFIERS
from indicators.progress import BEHIND, Status
from indicators.reasons import MISSING, REASONS, STATUSES
from indicators.targets import OPERATORS, Footing, closed_side

ROOT = Path(indicators.progress.__file__).parents[1]
TEXT = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading, without its head."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def codes(heading: str) -> list[str]:
    """First cells of a table, without quotation."""
    return [row[0].strip("`") for row in rows(heading)]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Which values count as met", tuple(OPERATORS)),
        ("Where a target binds", get_args(Footing)),
        ("Status", get_args(Status)),
    ],
)
def test_tables_name_what_the_code_knows(heading: str, expected: tuple[str, ...]) -> None:
    """Each once, in the order of the code."""
    assert codes(heading) == list(expected)


def test_qualifiers() -> None:
    """All of them, the plain figure first."""
    assert {"" if code == "none" else code for code in codes("What a printed figure may stand for")} == set(QUALIFIERS)


def test_statuses_have_their_vietnamese_words() -> None:
    """As shown on the pages."""
    assert {row[0].strip("`"): row[1] for row in rows("Status")} == {code: words[0] for code, words in STATUSES.items()}


def test_closed_sides() -> None:
    """The last column is what `closed_side` returns."""
    for operator, *_, side in rows("Which values count as met"):
        name = operator.strip("`")
        assert side.startswith(closed_side(name))
        assert ("right if lower is better" in side) == (closed_side(name) != closed_side(name, "lower"))


def test_every_reason_is_documented() -> None:
    """And none that the code does not have."""
    assert sorted(codes("Reason codes")) == sorted(REASONS)


def test_every_reason_is_given_by_the_code() -> None:
    """No words without a use: each code but those of missing figures is written in a module that judges."""
    written: set[str] = set()
    for module in ("progress", "verdicts", "composite", "targets", "assess"):
        tree = ast.parse((ROOT / "indicators" / f"{module}.py").read_text(encoding="utf-8"))
        written |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    assert sorted(set(REASONS) - set(MISSING) - written) == []


def test_documented_statuses_exist() -> None:
    """The second column of the reasons."""
    for _, status, _ in rows("Reason codes"):
        assert set(status.split(", ")) <= {*get_args(Status), "progress only"}


def test_the_limit_of_being_behind() -> None:
    """Three quarters, as the text says."""
    assert BEHIND * 4 == 3
    assert re.search(r"from three quarters of the required pace", TEXT)
