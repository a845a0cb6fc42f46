"""The page of the upgrades and its API over the real reports: side by side, never joined, and the end said plainly."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from indicators.programme_models import UpgradeCriterion, UpgradeMilestone, UpgradeStatus
from indicators.upgrades import CONFLICTS, OUTCOME
from tests.conftest import prepared
from tests.indicators.shipped import shipped
from tests.sealed import seal
from tests.webapp.test_ntm import HOSTILE, html_of, rows_of, section_of, words_of

API = "/api/v1/upgrades"
COLUMNS = ("274", "020", "017", "018", "273")
"""Hoài Đức, Thanh Trì; Đông Anh, Gia Lâm, Đan Phượng."""


@pytest.fixture
def body(client: FlaskClient) -> Any:
    return client.get(API).get_json()


def cells_of(client: FlaskClient, section: str, name: str, path: str = "/upgrades") -> list[str]:
    """The cells of the five districts in the row of that name."""
    rows = [row for row in rows_of(section_of(html_of(client, path), section)) if row and row[0].startswith(name)]
    assert len(rows) == 1, (name, rows)
    return rows[0][2:]


def test_the_end_is_said_first_and_plainly(client: FlaskClient) -> None:
    """That the district level ended, that this is an inference, and what the districts are now."""
    for path, words in (("/upgrades", OUTCOME[0]), ("/en/upgrades", OUTCOME[1])):
        text = words_of(html_of(client, path))
        assert words in text
        assert text.index(words) < text.index("22/27")


def test_the_named_districts_come_first(client: FlaskClient, body: Any) -> None:
    """Those of the resolution, then those for comparison; each leads to its own page."""
    html = section_of(html_of(client, "/upgrades"), "criteria")
    assert re.findall(r'<th scope="col"[^>]*><a href="/areas/2024/(\d+)"', html) == list(COLUMNS)
    assert [area["code"] for area in body["districts"]] == list(COLUMNS)
    assert [area["named_in_resolution"] for area in body["districts"]] == [True, True, False, False, False]


def test_totals_stand_list_by_list(client: FlaskClient, body: Any) -> None:
    """Of 27, 31 and 34, each in a row of its own; no percentage is made of them."""
    assert [cell[:5] for cell in cells_of(client, "totals", "Tổng số tiêu chí (đến 2022)")] == [
        "22/27", "24/27", "26/27", "25/27", "21/27",
    ]  # fmt: skip
    of_31 = cells_of(client, "totals", "Tổng số tiêu chí (từ Kế hoạch 68")
    assert [cell[:5] for cell in of_31] == ["27/31", "– khô", "– khô", "31/31", "– khô"]
    assert "không ghi ngày" in of_31[0]
    assert "nguồn yếu" in of_31[0]
    assert cells_of(client, "totals", "Tổng số tiêu chuẩn")[1].startswith("30/34 08/2023")
    assert "%" not in words_of(section_of(html_of(client, "/upgrades"), "totals")).replace("phần trăm", "")
    assert {name: {row["denominator"] for row in rows} for name, rows in body["totals"].items()} == {
        "quan.total_27": {27},
        "quan.total_31": {31},
        "quan.total_34": {34},
    }


def test_two_reports_of_one_list_stand_in_one_cell(client: FlaskClient) -> None:
    """Thanh Trì's 24 of 27 at the end of 2021 and in 2022, latest first."""
    cell = cells_of(client, "totals", "Tổng số tiêu chí (đến 2022)")[1]
    assert re.findall(r"24/27 (\S+)", cell) == ["2022", "31/12/2021"]


def test_every_report_is_on_the_page(client: FlaskClient, body: Any) -> None:
    """89 in the API; on the page as many symbols, dots and totals as there are reports of units."""
    assert len(body["reports"]) == len(shipped()["upgrade_status"]) == 89
    html = html_of(client, "/upgrades")
    shown = sum(len(re.findall(pattern, section_of(html, part))) for part, pattern in (
        ("totals", '<div class="total">'), ("criteria", '<div class="cell">'),
        ("communes", '<span class="fig">|<div class="cell inline">|/areas/2024/00643'),
    ))  # fmt: skip
    assert shown == 89


def test_a_cell_has_number_date_source_and_sign(client: FlaskClient) -> None:
    """More than 116 km² is no 116, about 280,000 no 280,000."""
    area = cells_of(client, "criteria", "Diện tích tự nhiên")
    assert [re.sub("\u00a0", " ", cell).split(" [")[0] for cell in area] == [
        "84,92 km² đạt 2023", "63,49 km² đạt 2023", "185,68 km² đạt 04/07/2023", "> 116 km² đạt 2024",
        "77,83 km² đạt 2023",
    ]  # fmt: skip
    people = cells_of(client, "criteria", "Quy mô dân số")
    assert people[1].startswith(">")
    assert people[3].startswith("≈")


def test_reports_that_disagree_are_both_there(client: FlaskClient) -> None:
    """Thanh Trì's budget in 2023 and 2021; Hoài Đức's income with and without a verdict."""
    budget = cells_of(client, "criteria", "Cân đối thu chi ngân sách")[1]
    assert re.findall(r"chưa đạt (\S+)", budget) == ["08/2023", "2021"]
    income = cells_of(client, "criteria", "Thu nhập bình quân đầu người")[0]
    assert income.startswith("• 78")
    assert "đạt 2019" in income


def test_conflicts_are_explained_beside_their_reports(client: FlaskClient, body: Any) -> None:
    """Two marks, each on both of its reports, each with its explanation."""
    html = section_of(html_of(client, "/upgrades"), "criteria")
    for mark, word in zip("ab", CONFLICTS, strict=True):
        assert html.count(f'href="#khac-{mark}"') == 2
        assert html.count(f'id="khac-{mark}"') == 1
        assert CONFLICTS[word][0] in words_of(html)
        assert sum(row["conflict"] == word for row in body["reports"]) == 2


def test_thresholds_have_their_law_or_say_what_they_are(client: FlaskClient) -> None:
    """A number with its law; words; no threshold found; a measure of sources."""
    rows = {row[0]: row[1] for row in rows_of(section_of(html_of(client, "/upgrades"), "criteria")) if len(row) > 1}
    assert (
        rows["Quy mô dân số"]
        .replace("\u00a0", " ")
        .startswith("từ 150.000 người Nghị quyết 1211/2016/UBTVQH13, Điều 7")
    )
    assert "suy ra" in rows["Mật độ đường giao thông đô thị"]
    assert rows["Công trình xanh"].startswith("ngưỡng chưa rõ")
    assert rows["Diện tích và dân số cấp phường"] == "số đo của nguồn, không phải tiêu chí"
    minimum = rows["Tối thiểu tiêu chuẩn hạ tầng phải đạt"].replace("\u00a0", " ")
    assert minimum.startswith("từ 10 trên 13 tiêu chuẩn")


def test_a_criterion_without_reports_says_so(client: FlaskClient) -> None:
    """Four of those for an urban district; every criterion is somewhere on the page."""
    html = html_of(client, "/upgrades")
    assert html.count("Không tìm thấy nguồn nào nói về tiêu chí này") == 4
    text = words_of(html)
    for name in shipped()["upgrade_criteria"]["name_vi"]:
        assert name in text, name


def test_communes_and_wards(client: FlaskClient) -> None:
    """Of 2024, planned, and now: the shares of Hoài Đức's land."""
    rows = {row[0]: row[1:] for row in rows_of(section_of(html_of(client, "/upgrades"), "communes")) if row}
    assert rows["Huyện Hoài Đức"][0].replace("\u00a0", " ") == "19 xã, 1 thị trấn"
    assert rows["Huyện Hoài Đức"][1] == "không có nguồn"
    assert rows["Huyện Đông Anh"][1].replace("\u00a0", " ").startswith("24 phường 04/07/2023")
    assert rows["Huyện Thanh Trì"][2].startswith("4/16 08/2023")
    now = rows["Huyện Hoài Đức"][3].replace("\u00a0", " ")
    assert now.startswith("Xã An Khánh 34 % Xã Sơn Đồng 25 % Xã Dương Hòa 21 % Xã Hoài Đức 19 %")
    assert "phần dưới 1 % ở 4 đơn vị khác" in now
    assert rows["Xã Hoài Đức"][0].replace("\u00a0", " ").startswith("69.239 người đạt 01/07/2025")


def test_milestones_run_forward_with_undated_ones_last(client: FlaskClient, body: Any) -> None:
    """25, two of them undated; the end of the district level among them, in every lane but the city's."""
    section = section_of(html_of(client, "/upgrades"), "milestones")
    dates = re.findall(r'<time datetime="([\d-]+)"', section)
    assert len(dates) == 23
    assert section.count("<li>") == 25
    assert section.rindex("<time") < section.index('class="when"')
    assert len(body["milestones"]) == 25
    assert section.count("01/07/2025: Kết thúc hoạt động cấp huyện") == 5
    assert section.count('class="dot o"') == 12


def test_the_goal_is_not_assessed_without_a_figure(client: FlaskClient) -> None:
    """No source says that the plans were completed; nor is that taken for a failure."""
    rows = rows_of(section_of(html_of(client, "/upgrades"), "goals"))[1:]
    assert [row[0] for row in rows] == ["Huyện Hoài Đức", "Huyện Thanh Trì"]
    assert all("Chưa đánh giá được" in row[2] for row in rows)


@pytest.mark.parametrize("path", ["/upgrades", "/en/upgrades"])
def test_every_source_is_numbered(client: FlaskClient, path: str) -> None:
    html = html_of(client, path)
    used, listed = set(re.findall(r'href="#source-(\d+)"', html)), set(re.findall(r'id="source-(\d+)"', html))
    assert used == listed


def test_english_is_english(client: FlaskClient) -> None:
    area = cells_of(client, "criteria", "Natural area", "/en/upgrades")[0]
    assert area.replace("\u00a0", " ").startswith("84.92 km² met 2023")
    assert "Milestones" in words_of(html_of(client, "/en/upgrades"))
    english = client.get(f"{API}?lang=en").get_json()
    assert english["criteria"][0]["name"] == "Population"
    assert english["outcome"] == OUTCOME[1]


def test_the_api_takes_no_parameters(client: FlaskClient) -> None:
    answer = client.get(f"{API}?edition=2024")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    """In every stored text field of the three tables."""
    app = prepared(tmp_path / "hostile.db")
    texts = {
        UpgradeCriterion: ("name", "threshold", "unit", "legal", "note"),
        UpgradeStatus: ("note",),
        UpgradeMilestone: ("event", "note"),
    }
    with Session(app.extensions["engine"]) as opened, opened.begin():
        for model, names in texts.items():
            opened.execute(update(model).values({f"{name}_{lang}": HOSTILE for name in names for lang in ("vi", "en")}))
        seal(opened)
    for path in ("/upgrades", "/en/upgrades"):
        html = html_of(app.test_client(), path)
        assert "<script>window" not in html
        assert "&lt;script&gt;window.hit=1" in html
    app.extensions["engine"].dispose()
