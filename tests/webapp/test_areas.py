"""Pages of single units: identity both ways, the same figures as the API, ranks, gaps named, hostile names harmless."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from boundaries.models import Area
from indicators.models import Indicator, Observation, Source
from tests.conftest import prepared
from tests.sealed import seal
from webapp.db import snapshot
from webapp.profile import build_profile

HOAI_DUC = "/areas/2024/274"
HOSTILE = '"><img src=x onerror="window.broken=1">'


def words(html: str) -> str:
    """HTML as text, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def text_of(client: FlaskClient, path: str) -> str:
    """A page as text, without head and drawings."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return words(re.sub(r"<(head|svg).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL))


def row_of(client: FlaskClient, path: str, name: str) -> list[str]:
    """The cells of the row with that heading."""
    html = re.sub(r"<svg.*?</svg>", " ", client.get(path).get_data(as_text=True), flags=re.DOTALL)
    rows = [re.split(r"</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    found = [[words(cell) for cell in cells[:-1]] for cells in rows if words(cells[0]).startswith(name)]
    assert found, name
    return found[0]


def test_an_old_unit_says_until_when_and_where_it_is_now(client: FlaskClient) -> None:
    text = text_of(client, "/areas/2024/00061")
    assert "Phường Hàng Bạc, có hiệu lực đến 30/06/2025; nay thuộc Phường Hoàn Kiếm." in text
    assert 'href="/areas/2025-07/00070"' in client.get("/areas/2024/00061").get_data(as_text=True)


def test_a_new_unit_says_since_when_and_what_it_was_made_of(client: FlaskClient) -> None:
    text = text_of(client, "/areas/2025-07/00070")
    assert "Phường Hoàn Kiếm, có hiệu lực từ 01/07/2025; lập từ 14 phường, trong đó 7 chỉ một phần." in text
    assert "Phường Hàng Bạc toàn bộ · 5 %" in text
    assert "Trên đất của: Quận Hoàn Kiếm (99 %), Quận Ba Đình (1 %)." in text


def test_a_split_unit_gives_the_share_of_each_part(client: FlaskClient) -> None:
    text = text_of(client, "/areas/2024/00070")
    assert "nay chia về Phường Hoàn Kiếm (91 % diện tích), Phường Cửa Nam (9 % diện tích)" in text


def test_the_same_code_is_two_places(client: FlaskClient) -> None:
    assert "Phường Hàng Trống" in text_of(client, "/areas/2024/00070")
    assert "<h1>Phường Hoàn Kiếm</h1>" in client.get("/areas/2025-07/00070").get_data(as_text=True)


def test_a_district_shows_goals_figures_ranks_and_reasons(client: FlaskClient) -> None:
    added = row_of(client, HOAI_DUC, "Số xã đạt chuẩn NTM nâng cao tăng thêm")
    assert added[1] == "từ 40 xã trở lên"
    assert added[2].startswith("2 xã suy ra 2024")
    assert added[3] == "Mục tiêu chung, không xét riêng Đóng góp 2 trên 40 xã của mục tiêu Thành phố."
    assert added[4] == "đồng hạng 9/17 huyện"
    few = row_of(client, HOAI_DUC, "Số xã đạt chuẩn NTM kiểu mẫu tăng thêm")
    assert few[4] == "không xếp hạng: mới có 5/17 huyện"
    own = row_of(client, HOAI_DUC, "Đề án đưa huyện lên quận")
    assert own[1:4] == ["hoàn thành", "Chưa có số liệu", "Chưa đánh giá được Chưa có số liệu."]


def test_a_district_lists_its_communes_with_title_and_successor(client: FlaskClient) -> None:
    row = row_of(client, HOAI_DUC, "Xã Kim Chung")
    assert row[1] == "3,96"
    assert row[3].startswith("Kiểu mẫu 2024")
    assert row[4] == "Xã Hoài Đức 94 % , Phường Tây Tựu 6 %"
    html = client.get(HOAI_DUC).get_data(as_text=True)
    assert len(re.findall(r'class="ar (?:n\d|nd|na)"', html)) == 20


def test_a_new_commune_shows_the_titles_it_was_made_of_and_none_of_its_own(client: FlaskClient) -> None:
    text = text_of(client, "/areas/2025-07/09877")
    assert "Hình thành từ 7 đơn vị cấp xã (6 chỉ một phần): 3 nâng cao, 3 ít nhất đạt chuẩn, 1 không áp dụng" in text
    assert row_of(client, "/areas/2025-07/09877", "Xã Đông La")[1:3] == ["toàn bộ", "16 %"]
    assert "Danh hiệu nông thôn mới của các đơn vị hợp thành" not in text_of(client, "/areas/2025-07/00070")


def test_the_city_has_the_figures_of_both_editions(client: FlaskClient) -> None:
    for edition in ("2024", "2025-07"):
        text = text_of(client, f"/areas/{edition}/01")
        assert "8.811.473 người" in text
        assert row_of(client, f"/areas/{edition}/01", "Tốc độ tăng tổng sản phẩm")[3] == "Đạt Trong khoảng mục tiêu."
        assert "có hiệu lực đến" not in text


def test_a_figure_of_the_goals_year_comes_before_a_later_one(client: FlaskClient) -> None:
    row = row_of(client, "/areas/2024/01", "Tỷ lệ thất nghiệp khu vực thành thị")
    assert "2024" in row[2]
    assert "sau hạn" not in row[3]


def test_the_summary_names_what_is_missing(client: FlaskClient) -> None:
    assert "Phường rộng ≈ 0,10 km²; chưa tìm thấy số dân." in text_of(client, "/areas/2024/00061")
    assert "Chưa tìm thấy ai công bố: " in text_of(client, "/areas/2024/00061")


def test_every_shown_value_is_that_of_the_api(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        entries = build_profile(snapshot(), snapshot().places.area("2024", "274"))
    for entry in entries:
        if entry.row.figure:
            query = f"indicator={entry.indicator.id}&edition=2024&level=district&period={entry.period}"
            areas = client.get(f"/api/v1/values?{query}&stratum={entry.stratum}").get_json()["areas"]
            value = next(area["value"] for area in areas if area["code"] == "274")
            assert value == entry.row.figure.value, entry.indicator.id


def test_the_file_has_every_indicator_of_the_level_once(client: FlaskClient) -> None:
    answer = client.get(f"{HOAI_DUC}.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len({(row["indicator"], row["stratum"]) for row in rows}) == len(rows)
    by_id = {row["indicator"]: row for row in rows}
    added = by_id["ntm_advanced_communes_added"]
    assert (added["value"], added["rank"], added["tied"], added["ranked"]) == ("2", "9", "True", "17")
    assert (added["footing"], added["judgement"]) == ("contributes", "not_assessable")
    assert (by_id["forest_cover_rate"]["value"], by_id["forest_cover_rate"]["reason"]) == ("", "not_collected")
    assert {row["code"] for row in rows} == {"274"}


@pytest.mark.parametrize("path", ["/areas", "/areas?edition=2024", HOAI_DUC, "/areas/2025-07/01", "/areas/2024/269"])
def test_pages_answer_in_both_languages_without_inline_code(client: FlaskClient, path: str) -> None:
    for prefix in ("", "/en"):
        html = client.get(prefix + path).get_data(as_text=True)
        assert re.search(r"<[^>]+\s(style|on[a-z]+)=", html) is None
        assert re.search(r"<script(?![^>]*\b(src=|application/json))", html) is None


def test_every_unit_has_a_page(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        keys = [(area.edition_id, area.code) for areas in snapshot().places.areas.values() for area in areas]
    for edition, code in keys[::9]:
        assert client.get(f"/areas/{edition}/{code}").status_code == 200, (edition, code)


def test_a_unit_that_never_was_is_not_found(client: FlaskClient) -> None:
    assert client.get("/areas/2024/299").status_code == 404
    assert client.get("/areas/1999/274").status_code == 404
    assert client.get("/areas/2024/274?year=2024").status_code == 400


def test_the_list_has_every_unit_of_an_edition(client: FlaskClient) -> None:
    old = set(re.findall(r'href="(/areas/2024/\w+)"', client.get("/areas?edition=2024").get_data(as_text=True)))
    new = set(re.findall(r'href="(/areas/2025-07/\w+)"', client.get("/areas").get_data(as_text=True)))
    assert (len(old), len(new)) == (1 + 30 + 579, 1 + 126)


def test_a_name_finds_old_and_new_units_without_scripts(client: FlaskClient) -> None:
    assert row_of(client, "/areas?q=ba dinh", "Phường Ba Đình")[2] == "từ 01/07/2025"
    old = row_of(client, "/areas?q=ba dinh", "Quận Ba Đình")
    assert old[2:] == ["đến 30/06/2025", "8 đơn vị"]
    assert "Không có địa bàn nào khớp" in text_of(client, "/areas?q=xyzzy")
    ended = text_of(client, "/areas?q=Hà Tây")
    assert "Tên gần giống: Phường Hà Cầu" in ended
    assert "Tìm trong địa giới 2024, địa giới từ 01/07/2025; tên đã bỏ từ trước đó thì không có." in ended
    assert client.get(f"/areas?q={'x' * 101}").status_code == 400


def test_what_a_reader_types_is_never_markup(client: FlaskClient) -> None:
    html = client.get('/areas?q=<b>x</b>"onfocus=1').get_data(as_text=True)
    assert "<b>x</b>" not in html
    assert '"onfocus' not in html


def test_names_that_look_like_markup_stay_text(tmp_path: Path) -> None:
    """Every stored text of areas, indicators and sources is hostile; no page takes any of it for markup."""
    app = prepared(tmp_path / "hostile.db")
    with Session(app.extensions["engine"]) as session:
        session.execute(update(Area).values(name=Area.name + HOSTILE))
        session.execute(update(Indicator).values(name_vi=Indicator.name_vi + HOSTILE))
        session.execute(update(Source).values(title=Source.title + HOSTILE, publisher=Source.publisher + HOSTILE))
        session.execute(update(Observation).values(note_vi=HOSTILE))
        seal(session)
        session.commit()
    client = app.test_client()
    for path in (HOAI_DUC, "/areas", "/areas?q=hoai", "/areas/2025-07/09877", "/changes?side=old&district=274",
                 "/compare?areas=2024:274,2024:250&q=dinh", "/compare?areas=2024:274,2024:250&show=trends",
                 "/matrix"):  # fmt: skip
        html = client.get(path).get_data(as_text=True)
        assert "<img" not in html, path
        assert "&lt;img" in html, path
        assert HOSTILE not in html, path
    app.extensions["engine"].dispose()


def test_the_api_tells_a_unit_both_ways(client: FlaskClient) -> None:
    old = client.get("/api/v1/areas/2024/00070").get_json()
    assert (old["valid_from"], old["valid_to"], old["change"]) == (None, "2025-06-30", "split")
    assert [(link["code"], link["kind"], round(link["share_of_old"], 2)) for link in old["successors"]] == [
        ("00070", "part", 0.91),
        ("00082", "part", 0.09),
    ]
    assert old["sentence"].startswith("Phường Hàng Trống, có hiệu lực đến 30/06/2025; nay chia về")
    new = client.get("/api/v1/areas/2025-07/00070?lang=en").get_json()
    assert (new["valid_from"], new["valid_to"], new["change"]) == ("2025-07-01", None, "part")
    assert sum(link["share_of_new"] for link in new["predecessors"]) == pytest.approx(1)
    assert [link["name"] for link in new["former_districts"]] == ["Hoàn Kiếm urban district", "Ba Đình urban district"]
    assert client.get("/api/v1/areas/2024/299").status_code == 404


@pytest.mark.parametrize(
    ("code", "leads"), [("274", True), ("020", True), ("017", True), ("001", False), ("09877", False)]
)
def test_districts_of_the_programme_lead_to_its_criteria(client: FlaskClient, code: str, leads: bool) -> None:
    edition = "2024" if len(code) == 3 else "2025-07"
    assert ('href="/upgrades"' in client.get(f"/areas/{edition}/{code}").text.split("<main", 1)[1]) is leads
