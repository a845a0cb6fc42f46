"""An import reads figures of its own editions only; others of the indicator the store counts for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from indicators.intake import importing
from indicators.intake.importing import apply_plan, plan_import
from indicators.intake.plausibility import Spread
from indicators.intake.reading import Wish
from tests.stores import Stores
from webapp.today import today

FILE = """indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id
population,2024,commune,00004,2022,all,{value},persons,reported,danviet-6bbf6c
"""


@pytest.fixture
def session(stores: Stores) -> Iterator[Session]:
    with stores.session("embedded") as session:
        yield session


def written(folder: Path, value: int) -> Path:
    path = folder / "people.csv"
    path.write_text(FILE.format(value=value), "utf-8")
    return path


def test_figures_of_other_editions_are_not_read(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of population 2024 has 10 communes and 39 districts; 2025-07 has 127 more figures, which stay where they are."""
    read: list[int] = []
    read_current = importing.read_current

    def count(*asked: object) -> list[dict[str, object]]:
        rows = read_current(*asked)  # type: ignore[arg-type] # passed on as they came
        assert {row["edition_id"] for row in rows} == {"2024"}
        read.append(len(rows))
        return rows

    monkeypatch.setattr(importing, "read_current", count)
    plan = plan_import(session, written(tmp_path, 15_000), Wish(), today())
    apply_plan(session, plan, "Lan", {warning.rule: "test" for warning in plan.warnings})
    assert read == [49, 49]


def test_the_range_is_still_that_of_all_editions(session: Session, tmp_path: Path) -> None:
    """Communes have 5,398 to 185,205 people in both editions together, 5,398 to 19,171 in the file's: 100,000 is three
    times no more than what is known."""
    plan = plan_import(session, written(tmp_path, 100_000), Wish(), today())
    assert importing._read_spreads(session, plan.reading)["population", "commune"] == Spread(136, 5_398, 185_205)
    assert "range" not in {warning.rule for warning in plan.warnings}
    plan = plan_import(session, written(tmp_path, 600_000), Wish(), today())
    assert "range" in {warning.rule for warning in plan.warnings}
