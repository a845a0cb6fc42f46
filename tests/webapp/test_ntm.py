"""The page of rural titles and its API over the real figures: both counting rules, the map's own classes, no title for
an appraisal, and the same rows on the page and in the API."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from indicators.programme_models import Recognition
from indicators.table import indicator_table
from tests.conftest import prepared
from tests.indicators.shipped import shipped
from tests.sealed import seal
from webapp.db import session, snapshot
from webapp.ntm import load_facts, year_goals
from webapp.ntm_lists import FIELDS

API = "/api/v1/ntm?edition=2024"


def html_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def words_of(html: str) -> str:
    """What is read of a piece of the page, one space between words; drawings are left out."""
    html = re.sub(r"<(head|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section_of(html: str, name: str) -> str:
    """The part of the page under the heading with that id."""
    return html.partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


def rows_of(html: str) -> list[list[str]]:
    """Cells of the table rows in a piece of the page, as text."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    return [[words_of(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.fixture
def body(client: FlaskClient) -> Any:
    return client.get(API).get_json()


def test_the_goals_stand_under_both_rules(client: FlaskClient) -> None:
    """41 and 33 by label, 43 and 41 by totals, with the totals that they come from; the rule used is said."""
    html = html_of(client, "/ntm")
    head, advanced, model = rows_of(section_of(html, "goals"))
    assert head[2].startswith("Cách đếm dùng để đánh giá Theo năm ghi trong quyết định")
    assert head[3].startswith("Cách đếm khác, để đối chiếu Theo hiệu số")
    assert [cell.split()[0] for cell in (advanced[2], advanced[3], model[2], model[3])] == ["41", "43", "33", "41"]
    assert "229 (31/12/2024) − 186 (06/2024)" in advanced[3]
    assert "109 (31/12/2024) − 68 (06/2024)" in model[3]
    assert ["Không đạt" in cell for cell in (advanced[2], advanced[3], model[2], model[3])] == [
        False,
        False,
        True,
        False,
    ]
    assert (advanced[4], model[4]) == ("41 xã", "14 xã")


def test_the_rule_used_judges_as_the_table_of_the_indicator(app: Flask) -> None:
    """One judgement wherever the goal is shown."""
    with app.test_request_context("/"):
        data = snapshot()
        facts = load_facts(session(), data)
        for row in year_goals(facts, dt.date(2025, 2, 1)):
            name = row.goal.indicator
            table = indicator_table(session(), data.catalogue, data.places, name, "2024", "city", "2024")
            assert table.rows[0].judgement is not None
            assert row.counts[0][1].status == table.rows[0].judgement.status


def test_districts_have_the_classes_of_the_map(client: FlaskClient, body: Any) -> None:
    """Communes by district and title, as the figures of ntm_title have them: 244, 84 and 54."""
    values = client.get("/api/v1/values?indicator=ntm_title&edition=2024&level=commune").get_json()["areas"]
    of_map = Counter((area["parent_code"], area["value"]) for area in values if area["type"] == "xã")
    ours = {
        (row["code"], rank): row[title]
        for row in body["districts"]
        for rank, title in ((None, "untitled"), (1, "ntm"), (2, "ntm_nang_cao"), (3, "ntm_kieu_mau"))
    }
    assert {key: count for key, count in ours.items() if count} == dict(of_map)
    assert sum(row["communes"] for row in body["districts"]) == 383


def test_the_page_and_the_api_have_the_same_districts(client: FlaskClient, body: Any) -> None:
    """Same order, same numbers; every district leads to its own page."""
    section = section_of(html_of(client, "/ntm"), "districts")
    rows = [row for row in rows_of(section) if len(row) == 6][1:]
    assert [row[2:] for row in rows] == [
        [str(row[name]) for name in ("ntm_kieu_mau", "ntm_nang_cao", "appraised", "communes")]
        for row in body["districts"]
    ]
    links = re.findall(r'<th scope="row"><a href="/areas/2024/(\d+)"', section)
    assert links == [row["code"] for row in body["districts"]]
    assert rows[0][0] == "Thanh Trì"


def test_the_lowest_class_reads_at_least(client: FlaskClient) -> None:
    """Never "only": the page says how many of the published ones are not known by name."""
    text = words_of(html_of(client, "/ntm"))
    assert "Ít nhất đạt chuẩn: 244" in text
    assert "229 xã nâng cao (31/12/2024), biết tên 138, chưa biết tên 91" in text
    assert "109 xã kiểu mẫu (31/12/2024), biết tên 54, chưa biết tên 55" in text
    assert "At least basic NTM: 244" in words_of(html_of(client, "/en/ntm"))


def test_an_appraised_title_is_not_held(body: Any, client: FlaskClient) -> None:
    """Hoài Đức's Sơn Đồng: a model commune of 2024, appraised as advanced for 2022."""
    of_commune = [row for row in body["titles"] if row["code"] == "09859"]
    assert [(row["title"], row["year"], row["basis"]) for row in of_commune] == [
        ("ntm_kieu_mau", 2024, "recognised"),
        ("ntm_nang_cao", 2022, "appraised"),
        ("ntm", None, "reported"),
    ]
    text = words_of(section_of(html_of(client, "/ntm"), "communes"))
    assert "Nâng cao, năm 2022 mới thẩm định" in text


def test_years_are_exact_only_where_all_names_are_known(body: Any) -> None:
    """41 advanced communes of 2024 in 18 districts, zeros included; model communes are lower bounds."""
    years = {(row["year"], row["title"]): row for row in body["years"]}
    advanced, model = years[2024, "ntm_nang_cao"], years[2024, "ntm_kieu_mau"]
    assert sum(row["communes"] for row in advanced["districts"]) == 41
    assert {row["qualifier"] for row in advanced["districts"]} == {None}
    assert len(advanced["districts"]) == 18
    assert {row["qualifier"] for row in model["districts"]} == {"ge"}
    assert (model["communes"], model["named"]) == (33, 14)


def test_the_grid_tells_no_name_from_none(client: FlaskClient) -> None:
    """2024 of the advanced title is complete, so Gia Lâm has a true 0 there and only unknowns in 2018."""
    first = section_of(html_of(client, "/ntm"), "grids").partition("</table>")[0]
    rows = {row[0]: row[1:] for row in rows_of(first)}
    # Kiểu mẫu 2021-2024 and undated, Nâng cao 2018-2024 and undated.
    assert rows["Gia Lâm"] == [
        *("– chưa biết tên", "2", "– chưa biết tên", "– chưa biết tên", "1"),
        *("– chưa biết tên", "– chưa biết tên", "4", "– chưa biết tên", "1", "1", "0", "14"),
    ]
    assert rows["Thành phố công bố"][:5] == ["không rõ", "15", "56", "33", "không rõ"]


def test_decisions_are_listed_with_their_communes(client: FlaskClient) -> None:
    rows = rows_of(section_of(html_of(client, "/ntm"), "decisions"))
    found = {row[2]: row for row in rows if row[0] == "2024" and row[1] == "Nâng cao"}
    assert found["Quyết định 5963/QĐ-UBND"][3:5] == ["3", "Ba Vì: Minh Quang Hoài Đức: Dương Liễu, Song Phương"]
    assert found["Quyết định ngày 05/03/2025"][3] == "38"


def test_every_commune_is_listed_with_its_titles(client: FlaskClient, body: Any) -> None:
    """383 communes on the page, all 610 rows in the API, each with its source."""
    section = section_of(html_of(client, "/ntm"), "communes")
    assert len(re.findall(r'<th scope="row"><a href="/areas/2024/\d{5}"', section)) == 383
    assert len(body["titles"]) == len(shipped()["ntm_recognitions"]) == 610
    assert {row["source_id"] for row in body["titles"]} == set(shipped()["ntm_recognitions"]["source"])
    decided = [row for row in body["titles"] if row["decision"] == "1267/QĐ-UBND"]
    assert len(decided) == 4


@pytest.mark.parametrize("path", ["/ntm", "/en/ntm"])
def test_every_source_is_numbered_once(client: FlaskClient, path: str) -> None:
    """Each number leads to an entry of the list, and each entry is used."""
    html = html_of(client, path)
    assert set(re.findall(r'href="#source-(\d+)"', html)) <= set(re.findall(r'id="source-(\d+)"', html))
    assert 'href="http' not in section_of(html, "communes")
    assert not re.search(r"\b[a-z]+-[0-9a-f]{6}\b", words_of(html)), "an id of a source is not for readers"


def test_english_is_english(client: FlaskClient) -> None:
    """Headings, names by rule, notes and rules."""
    html = html_of(client, "/en/ntm")
    text = words_of(html)
    assert "New-style rural areas: communes recognised" in text
    assert "By the year for which communes are recognised" in text
    assert 'href="/en/areas/2024/274"' in html
    body = client.get(f"{API}&lang=en").get_json()
    assert body["districts"][0]["name"] == "Thanh Trì district"


def test_fields_of_model_communes_have_words_in_both_languages() -> None:
    """All that the shipped table names."""
    cells = shipped()["ntm_recognitions"]["fields"].dropna()
    assert {field.strip() for cell in cells for field in cell.split(";")} <= set(FIELDS)


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/api/v1/ntm", 400, "edition"),
        ("/api/v1/ntm?edition=2025-07", 400, "2024"),
        ("/api/v1/ntm?edition=2023", 404, "2024"),
        ("/api/v1/ntm?edition=2024&level=commune", 400, "edition="),
        ("/ntm?edition=2025-07", 400, "2024"),
        ("/ntm?edition=2023", 404, "2024"),
    ],
)
def test_what_cannot_be_answered_names_what_can(client: FlaskClient, path: str, status: int, named: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert named in answer.get_data(as_text=True)


HOSTILE = "\"><script>window.hit=1</script>${hit()}`'"


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    """In every stored text field of a title."""
    app = prepared(tmp_path / "hostile.db")
    with Session(app.extensions["engine"]) as opened, opened.begin():
        cells = {"note_vi": HOSTILE, "note_en": HOSTILE, "fields": HOSTILE, "decision": HOSTILE[:32]}
        opened.execute(update(Recognition).where(Recognition.evidence == "named").values(**cells))
        seal(opened)
    for path in ("/ntm", "/en/ntm"):
        html = html_of(app.test_client(), path)
        assert "<script>window" not in html
        assert "&lt;script&gt;window.hit=1" in html
    app.extensions["engine"].dispose()


def test_an_empty_store_has_no_page_yet(tmp_path: Path) -> None:
    """404 that says so, not a fault."""
    from webapp import create_app, db

    app = create_app({"TESTING": True, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"})
    db.migrate(app.extensions["engine"])
    assert app.test_client().get("/ntm").status_code == 404
    app.extensions["engine"].dispose()
