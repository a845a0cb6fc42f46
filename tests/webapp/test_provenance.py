"""From a value on a page to source, file, row and batch, and back to what stood before it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from indicators.intake.importing import apply_plan, plan_import
from indicators.intake.reading import Wish
from indicators.intake.undo import undo_batch
from indicators.models import Observation
from tests.conftest import close, over
from tests.stores import Stores
from webapp.today import today

HEADER = "indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id"
FIGURE = "/figures/population/2024/001"


def take_in(app: Flask, path: Path, value: int, unit: str = "district,001") -> int:
    """The number of the batch that gives a unit, Ba Đình, so many people in 2022, as if its office had reported it."""
    path.write_text(f"{HEADER}\npopulation,2024,{unit},2022,all,{value},persons,final,danviet-6bbf6c\n", "utf-8")
    with app.app_context(), Session(app.extensions["engine"]) as session:
        plan = plan_import(session, path, Wish(), today())
        reasons = {warning.rule: "đã hỏi lại quận" for warning in plan.warnings}
        return apply_plan(session, plan, "Nguyễn Lan", reasons).batch


@pytest.fixture
def corrected(sqlite_stores: Stores, tmp_path: Path) -> Iterator[Flask]:
    """The embedded figures, corrected by batch 1 and again by batch 2, which batch 3 took back."""
    url = sqlite_stores.copy("embedded")
    app = over(url)
    take_in(app, tmp_path / "quan-ba-dinh.csv", 999_999)
    second = take_in(app, tmp_path / "sai.csv", 111_111)
    with app.app_context(), Session(app.extensions["engine"]) as session:
        undo_batch(session, second, "Nguyễn Lan")
    yield app
    close(app)
    sqlite_stores.drop(url)


def text_of(app: Flask, path: str) -> str:
    response = app.test_client().get(path)
    assert response.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())


def test_a_figure_opens_from_the_area_page_to_file_row_and_batch(corrected: Flask) -> None:
    """999,999 was read in row 2 of the first file; batch 3 put it back after batch 2 had replaced it."""
    page = corrected.test_client().get("/areas/2024/001").get_data(as_text=True)
    assert f'href="{FIGURE}"' in page
    standing, _, former = text_of(corrected, FIGURE).partition("Số liệu trước đây")
    for words in ("999.999", "quan-ba-dinh.csv", "dòng 2", "đợt 3", "đọc lần đầu ở đợt 1", "Dân Việt"):
        assert words in standing, words
    assert "111.111" in former
    assert "sai.csv" in former


def test_the_hash_of_the_file_is_that_of_the_file(corrected: Flask, tmp_path: Path) -> None:
    digest = hashlib.sha256((tmp_path / "quan-ba-dinh.csv").read_bytes()).hexdigest()
    assert digest in text_of(corrected, FIGURE)


def test_a_batch_says_what_it_did_and_which_warnings_were_confirmed(corrected: Flask) -> None:
    page = text_of(corrected, "/batches/1")
    for words in ("quan-ba-dinh.csv", "Con số đưa vào 1", "Con số thay hoặc rút 1", "đã hỏi lại quận"):
        assert words in page, words
    assert "hoàn tác bởi đợt 3" in text_of(corrected, "/batches")
    assert "Đợt này đã được hoàn tác." in text_of(corrected, "/batches/2")


def test_a_long_batch_is_listed_page_by_page_each_figure_once(corrected: Flask) -> None:
    client = corrected.test_client()
    path, rows = "/batches/0", []
    while path:
        page = client.get(path).text
        rows += re.findall(r'<td class="r num" data-label="Dòng">(\d+)</td>', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1] if following else ""
    with Session(corrected.extensions["engine"]) as session:
        standing = session.scalars(select(Observation.batch_row).where(Observation.batch_id == 0)).all()
    assert len(rows) > 1000
    assert sorted(map(int, rows)) == sorted(filter(None, standing))
    assert "Con số đưa vào 1.967" in text_of(corrected, "/batches/0")


@pytest.mark.parametrize("page", ["0", "x", "99", "1.5", ""])
def test_a_page_of_a_batch_that_is_not_there_is_refused(corrected: Flask, page: str) -> None:
    assert corrected.test_client().get(f"/batches/0?page={page}").status_code == 400


def test_who_took_figures_in_is_on_no_public_page(corrected: Flask) -> None:
    for path in (FIGURE, "/batches", "/batches/1", "/en/batches/3"):
        assert "Nguyễn Lan" not in text_of(corrected, path)


def test_a_figure_that_nobody_published_says_so(corrected: Flask) -> None:
    assert "Ô trống không phải là số 0" in text_of(corrected, "/figures/poor_household_rate/2024/001")


def test_a_figure_that_was_withdrawn_is_not_said_never_to_have_been_published(corrected: Flask, tmp_path: Path) -> None:
    """Phúc Xá had none; a batch gave it one and was undone."""
    page = "/figures/population/2024/00001"
    assert "Ô trống không phải là số 0" in text_of(corrected, page)
    number = take_in(corrected, tmp_path / "phuc-xa.csv", 20_000, "commune,00001")
    with corrected.app_context(), Session(corrected.extensions["engine"]) as session:
        undo_batch(session, number, "Nguyễn Lan")
    said = text_of(corrected, page)
    assert "Không còn con số nào hiện hành" in said
    assert "20.000" in said
    assert "Ô trống không phải là số 0" not in said


@pytest.mark.parametrize("number", ["99", "-1", "x", "1.0", "9" * 40, "١"])
def test_a_batch_that_is_not_there_is_not_found(corrected: Flask, number: str) -> None:
    response = corrected.test_client().get(f"/batches/{number}")
    assert response.status_code == 404
    assert "đợt số liệu" in response.get_data(as_text=True)
