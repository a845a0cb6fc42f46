"""`flask indicators trace`: quantities of a text without a row are listed with their place, and end it with 1."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

LISTED = """
Điều 1. Kế hoạch
1. Thực hiện trong năm 2024.
2. GRDP tăng từ 6,5-7,0%.
"""


def run(app: Flask, path: Path, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["indicators", "trace", "--text", str(path), *options])


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "resolution.md"
    path.write_text(LISTED, "utf-8")
    return path


def test_a_text_whose_quantities_all_have_a_row_ends_with_0(app: Flask, text: Path) -> None:
    result = run(app, text)
    assert result.exit_code == 0
    assert result.stdout.startswith("Quantities with a goal: 1; without: 0.")
    assert "no goal:" not in result.output


def test_a_quantity_without_a_row_is_shown_with_its_place_and_ends_it_with_1(app: Flask, text: Path) -> None:
    text.write_text(LISTED.replace("7,0%.", "7,0%; trồng 1.500 cây xanh, dưới 9% rác."), "utf-8")
    result = run(app, text)
    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if line.startswith("no goal:")] == [
        "no goal: Điều 1, khoản 2: … GRDP tăng từ 6,5-7,0%; trồng [1.500] cây xanh, dưới 9% rác. …",
        "no goal: Điều 1, khoản 2: … tăng từ 6,5-7,0%; trồng 1.500 cây xanh, dưới [9] % rác. …",
    ]


def test_what_the_rules_took_out_is_listed_on_request(app: Flask, text: Path) -> None:
    assert "excluded as" not in run(app, text).output
    assert "excluded as year (years after the word năm" in run(app, text, "-v").output


def test_goals_that_the_text_does_not_print_are_listed(app: Flask, text: Path) -> None:
    assert "not found: Phụ lục, mục 24: 40 xã" in run(app, text).output


def test_a_file_that_is_no_text_is_refused(app: Flask, text: Path) -> None:
    text.write_bytes(b"\xff\xfe\x00")
    result = run(app, text)
    assert result.exit_code == 2
    assert "a text in UTF-8" in result.output
    assert run(app, text.with_name("none.md")).exit_code == 2
