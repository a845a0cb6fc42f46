"""Reading a resolution: a short text of our own, with everything that a scan can do to one."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from indicators.resolution import EXCLUSIONS, read_blocks, read_quantities

TEXT = """
**NGHỊ QUYẾT số 7/NQ-HĐND ngày 05 tháng 3 năm 2031**

## **Điều 1.** Thông qua kế hoạch năm 2031

**1. Mục tiêu** chung của nhiệm kỳ 2031-2035.

**2. Thông qua 3 chỉ tiêu chủ yếu**: Trồng thêm 1.200-1.500 cây; Giữ tỷ lệ hao hụt dưới 2,5%.

### ***Điều 2. Việc làm***

1. Theo Kế hoạch số 12/KH-UBND ngày 01/02/2031 và khoản
4. của
Điều 9, phấn đấu đón 1,5 triệu

2 cây cầu cũ được sửa; đường vành đai 3 thông xe quý IV/2031; trẻ dưới 6 tuổi được khám.

2. Tỷ lệ hộ có vườn đạt trên 40 % ; diện tích 8–10m<sup>2</sup>/người từ 3% đến 5%.

Giao đất từ quỹ đất 20%, 25%; nồng độ PM2.5 giảm.

## PHỤ LỤC

1. Số cây trồng thêm: 1.200-1.500 cây.
| 2 | Thu gom: (i) Khu phố đạt 100%; (ii) Khu làng đạt 95-100%. |
"""


def test_blocks_follow_articles_clauses_and_rows() -> None:
    """A line that begins with "4." or "Điều 9" opens nothing where clause 2 and article 3 are next."""
    locators = [locator for locator, words in read_blocks(TEXT) if words]
    assert locators == [
        "",
        "Điều 1",
        "Điều 1, khoản 1",
        "Điều 1, khoản 2",
        "Điều 2",
        "Điều 2, khoản 1",
        "Điều 2, khoản 2",
        "Phụ lục, mục 1",
        "Phụ lục, mục 2",
        "Phụ lục, mục 2 (i)",
        "Phụ lục, mục 2 (ii)",
    ]


def test_quantities_are_all_there_with_their_places() -> None:
    """Ranges, thousands, decimal commas, scale words, a unit after a page break, percent signs on both ends."""
    found = [(q.locator, q.printed, q.low * q.scale, q.high, q.after.split(" ")[0]) for q in read_quantities(TEXT)[0]]
    assert found == [
        ("Điều 1, khoản 2", "1.200-1.500", 1200, 1500, "cây;"),
        ("Điều 1, khoản 2", "2,5", Decimal("2.5"), None, "%."),
        ("Điều 2, khoản 1", "1,5", 1_500_000, None, "triệu"),
        ("Điều 2, khoản 1", "2", 2, None, "cây"),
        ("Điều 2, khoản 2", "40", 40, None, "%"),
        ("Điều 2, khoản 2", "8-10", 8, 10, "m2/người"),
        ("Điều 2, khoản 2", "3% đến 5", 3, 5, "%."),
        ("Phụ lục, mục 1", "1.200-1.500", 1200, 1500, "cây."),
        ("Phụ lục, mục 2 (i)", "100", 100, None, "%;"),
        ("Phụ lục, mục 2 (ii)", "95-100", 95, 100, "%."),
    ]


def test_what_is_no_quantity_is_named() -> None:
    """Each exclusion with its rule."""
    assert [(e.rule, e.text) for e in read_quantities(TEXT)[1]] == [
        ("date", "ngày 05 tháng 3 năm 2031"),
        ("document", "7/NQ-HĐND"),
        ("year", "2031"),
        ("year", "2031-2035"),
        ("own_count", "3 chỉ tiêu chủ yếu"),
        ("date", "01/02/2031"),
        ("date", "quý IV/2031"),
        ("document", "12/KH-UBND"),
        ("reference", "khoản 4"),
        ("reference", "Điều 9"),
        ("ordinal", "vành đai 3"),
        ("group", "dưới 6 tuổi"),
        ("land_fund", "quỹ đất 20%, 25%"),
        ("name", "2"),
        ("name", "2.5"),
    ]


def test_no_digit_is_dropped() -> None:
    """Each is in a quantity or in an exclusion."""
    quantities, exclusions = read_quantities(TEXT)
    texts = [*(q.printed for q in quantities), *(e.text for e in exclusions)]
    assert sum(len(re.findall(r"\d", text)) for text in texts) == sum(
        len(re.findall(r"\d", words)) for _, words in read_blocks(TEXT)
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("thí điểm 01 phường", ["01"]),
        ("cấp 5.000 giấy chứng nhận", ["5.000"]),
        ("tuổi thọ đạt 76 tuổi", ["76"]),
        ("hoàn thành 3 chỉ tiêu về nước", ["3"]),
        ("giảm 20 năm chờ đợi", ["20"]),
        ("năm 2030 có 2030 ha", ["2030"]),
        ("giai đoạn 2026 - 2030", []),
        ("công trình trước năm 1954", []),
        ("kỷ niệm 70 năm", []),
    ],
)
def test_rules_take_out_no_more_than_they_say(words: str, expected: list[str]) -> None:
    """Words that look like a date, an ordinal or an age but state an amount stay."""
    assert [q.printed for q in read_quantities(f"Điều 1. {words}.")[0]] == expected


def test_every_rule_says_why() -> None:
    """An exclusion without a reason would be a hole."""
    assert all(why for _, why in EXCLUSIONS.values())
