"""Names of units: never matched by likeness, and the right one is among three that are proposed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from boundaries.areas import Places, load_places
from boundaries.ingest import check_places, read_places, store_places
from boundaries.models import Area, Base
from indicators.intake.matching import AreaFinder

LETTERS = "abcdeghiklmnopqrstuvxyăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự"


@cache
def places() -> Places:
    """The units that the repository ships."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        store_places(session, check_places(read_places()))
        found = load_places(session)
    engine.dispose()
    return found


@cache
def finder(edition: str, level: str) -> AreaFinder:
    return AreaFinder(places(), edition, level)


def corrupted(rng: random.Random, name: str) -> str:
    """One letter of the name proper dropped, doubled, replaced, put in or swapped with its neighbour."""
    first = name.index(" ") + 1 if not name.startswith(("Thị", "Thành")) else name.index(" ", name.index(" ") + 1) + 1
    while True:
        place = rng.randrange(first, len(name))
        letter, change = rng.choice(LETTERS), rng.randrange(4)
        made = [
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place:],
            name[:place] + letter + name[place + 1 :],
            name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :],
        ][change]
        if made != name:
            return made


def cases(count: int) -> Iterator[tuple[Area, str]]:
    rng = random.Random(20260701)
    areas = [area for (_, level), found in places().areas.items() for area in found if level != "city"]
    for _ in range(count):
        area = rng.choice(areas)
        yield area, corrupted(rng, area.name)


def test_of_1000_corrupted_names_none_is_taken_wrongly_and_the_right_one_is_proposed() -> None:
    """Seeded; at least 99 % have the right name among the three. What is accepted is spelled as the official name."""
    proposed, wrong = 0, []
    for area, name in cases(1000):
        match = finder(area.edition_id, area.level).find("", name)
        if match.area is None:
            proposed += area.name in match.hint
        elif match.area.code != area.code:
            wrong.append((area.name, name, match.area.name))
        else:
            proposed += 1
    assert wrong == []
    assert proposed >= 990


def test_every_official_name_finds_its_unit_or_asks() -> None:
    """By name and parent nothing is asked; by name alone only what others are called, or nearly called."""
    for (edition, level), areas in places().areas.items():
        for area in areas:
            parent = places().area(edition, area.parent_code).name if area.parent_code else ""
            found = finder(edition, level).find("", area.name, parent)
            assert found.area is not None, (area.name, found)
            assert found.area.code == area.code
            alone = finder(edition, level).find("", area.name)
            assert alone.area is None or alone.area.code == area.code
            assert alone.area is not None or alone.rule in ("same name", "close name")


@pytest.mark.parametrize(
    ("code", "name", "parent", "expected"),
    [
        ("00061", "", "", "00061"),
        ("00061", "Hang Bac", "", "00061"),
        ("00061", "P. Hàng Bạc", "", "00061"),
        ("61", "Phường Hàng Bạc", "", "00061"),
        ("61", "", "", "area"),
        ("00061", "Phường Hàng Bồ", "", "area name"),
        ("", "Phường Hàng Bạc", "Quận Hoàn Kiếm", "00061"),
        ("", "Phường Hàng Bạc", "Quận Ba Đình", "area name"),
        ("", "Hang Bac", "", "area"),
        ("", "Hàng Bạch", "", "area"),
    ],
)
def test_codes_and_names_of_hanoi(code: str, name: str, parent: str, expected: str) -> None:
    """A code decides and its name must agree, diacritics or not; a name alone must be exact."""
    match = finder("2024", "commune").find(code, name, parent)
    assert (match.area.code if match.area else match.rule) == expected
