"""The page of the resolution: every clause and every goal, in our own words, with its status."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.db import snapshot
from webapp.resolution import CLAUSES, anchor, clause_of


def test_every_goal_stands_in_a_clause_of_the_page(app: Flask) -> None:
    with app.test_request_context("/"):
        places = {clause_of(stated.goal.resolution_ref) for stated in snapshot().catalogue.plan}
    assert places <= {clause.locator for clause in CLAUSES}


def test_places_have_readable_ids() -> None:
    assert anchor("Điều 2, khoản 8") == "dieu-2-khoan-8"
    assert anchor("Phụ lục, mục 22 (iv)") == "phu-luc-muc-22-iv"


@pytest.mark.parametrize(("path", "words"), [("/resolution", "text_vi"), ("/en/resolution", "text_en")])
def test_every_goal_is_on_the_page_in_the_language(client: FlaskClient, app: Flask, path: str, words: str) -> None:
    page = client.get(path).text.replace("\u00a0", " ")
    with app.test_request_context("/"):
        for stated in snapshot().catalogue.plan:
            assert getattr(stated, words) in page
    assert page.count('class="chip') == 93


def test_links_within_the_page_lead_somewhere_once(client: FlaskClient) -> None:
    page = client.get("/resolution").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= {*ids, *re.findall(r'<symbol id="([^"]+)"', page)}


def test_a_goal_that_nothing_measures_says_why(client: FlaskClient) -> None:
    page = client.get("/resolution").text
    assert "văn bản không nêu kết quả đo được" in page
    assert "chưa có chỉ số" in page


def test_clauses_without_numbers_are_there_too(client: FlaskClient) -> None:
    page = client.get("/resolution").text
    assert page.count("Không nêu mục tiêu bằng số.") == 5
