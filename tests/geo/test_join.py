"""Joins report what did not match, and treat codes as text."""

from __future__ import annotations

import pytest

from geo.errors import JoinFailed
from geo.join import check_shapes, compare_codes


def test_codes_are_text_so_1_is_not_00001() -> None:
    report = compare_codes(["00001", "00002"], ["1", "00002"])
    assert report.matched == ("00002",)
    assert report.left_only == ("00001",)
    assert report.right_only == ("1",)
    assert not report.complete


def test_shapes_that_match_one_to_one_pass() -> None:
    assert check_shapes("communes", ["b", "a"], ["a", "b"]).complete


def test_shapes_that_do_not_match_are_named_on_both_sides() -> None:
    with pytest.raises(JoinFailed, match=r"communes: 1 without a shape \(b\), 1 shapes without an area \(c\)"):
        check_shapes("communes", ["a", "b"], ["a", "c"])
