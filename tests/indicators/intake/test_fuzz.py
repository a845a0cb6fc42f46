"""What is written is read again as it was, and files that were damaged are read or refused, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.indicators.intake.forms import PEOPLE, WATER, as_csv, outcome, rows_of, save_book, toy_store, windows_1258

CODES = ("00001", "00002", "00003", "00004", "00005", "00006")
SLOW = settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
QUICK = settings(SLOW, max_examples=40)

shares = st.decimals(0, 100, places=4).map(float)
counts = st.integers(0, 10**9).map(float)
notes = st.text("aăâđêôơưÁÀẢÃẠ \"';,\t\n=+-@|0123", max_size=20).map(str.strip)


Written = tuple[dict[str, float], dict[str, str], list[str]]


@st.composite
def written(draw: st.DrawFn) -> Written:
    """Figures by code, what is common to their rows, and a note for each."""
    common, values = draw(st.sampled_from([(PEOPLE, counts), (WATER, shares)]))
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    return {code: draw(values) for code in codes}, common, [draw(notes) for _ in codes]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with toy_store() as opened:
        yield opened


def read_csv_again(
    session: Session, folder: Path, figures: dict[str, float], common: dict[str, str], said: list[str], form: str
) -> None:
    """`form` is encoding, separator and locale."""
    encoding, mark, locale = form.split()
    mark = mark.replace("tab", "\t")

    def number(value: float) -> str:
        text = f"{value:.4f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
        return text.replace(".", ",") if locale == "vi" else text

    rows = rows_of(
        common,
        *({"area_code": code, "value": number(value), "note": f"'{note}" if note[:1] in ("=", "+", "-", "@") else note}
          for (code, value), note in zip(figures.items(), said, strict=True)),
    )  # fmt: skip
    text = as_csv(rows, mark)
    path = folder / "a.csv"
    path.write_bytes(windows_1258(text) if encoding == "cp1258" else text.encode(encoding))
    assert outcome(session, path, locale=locale) == figures


def read_book_again(
    session: Session, folder: Path, figures: dict[str, float], common: dict[str, str], said: list[str]
) -> None:
    rows: list[list[object]] = [*rows_of(common, *({"area_code": code} for code in figures))]
    for row, value, note in zip(rows[1:], figures.values(), said, strict=True):
        row[7], row[11] = value, "" if note.startswith(("=", "+", "@")) else note
    path = folder / "a.xlsx"
    save_book(path, rows)
    assert outcome(session, path) == figures


FORMS = st.sampled_from(
    [f"{encoding} {mark} {locale}" for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1258")
     for mark in (",", ";", "tab") for locale in ("vi", "en")]
)  # fmt: skip


@QUICK
@given(file=written(), form=FORMS)
def test_a_csv_is_read_as_it_was_written(
    session: Session, tmp_path_factory: pytest.TempPathFactory, file: Written, form: str
) -> None:
    """Every encoding, separator and decimal sign."""
    read_csv_again(session, tmp_path_factory.getbasetemp(), *file, form)


@QUICK
@given(file=written())
def test_a_workbook_is_read_as_it_was_written(
    session: Session, tmp_path_factory: pytest.TempPathFactory, file: Written
) -> None:
    read_book_again(session, tmp_path_factory.getbasetemp(), *file)


@pytest.mark.soak
@SLOW
@given(file=written(), form=FORMS)
def test_1500_files_of_each_kind_are_read_as_they_were_written(
    session: Session, tmp_path_factory: pytest.TempPathFactory, file: Written, form: str
) -> None:
    read_csv_again(session, tmp_path_factory.getbasetemp(), *file, form)
    read_book_again(session, tmp_path_factory.getbasetemp(), *file)


def damaged(content: bytes, rng: random.Random) -> bytes:
    """One to eight bytes changed, put in or left out, a piece doubled, or the end cut off."""
    kind = rng.randrange(5)
    if kind == 0:
        return content[: rng.randrange(len(content))]
    if kind == 1:
        start, end = sorted(rng.sample(range(len(content)), 2))
        return content[:end] + content[start:end] + content[end:]
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(content))
        new = (bytes([rng.randrange(256)]), bytes(rng.choices(b'",;\n\x00<>&=0', k=2)), b"")[kind - 2]
        content = content[:place] + new + content[place + (kind != 3) :]
    return content


def damage(session: Session, folder: Path, count: int, seed: int) -> tuple[int, int]:
    """So many damaged files of each kind; returns how many were read and refused; other errors come through."""
    rng, read, refused = random.Random(seed), 0, 0
    sound = folder / "sound.xlsx"
    rows = rows_of(PEOPLE, *({"area_code": code, "area_name": "", "value": "100"} for code in CODES))
    save_book(sound, rows)
    for suffix, content in ((".csv", as_csv(rows).encode()), (".xlsx", sound.read_bytes())):
        for _ in range(count):
            path = folder / f"damaged{suffix}"
            path.write_bytes(damaged(content, rng))
            found = outcome(session, path)
            read, refused = read + isinstance(found, dict), refused + (isinstance(found, list) and bool(found))
    return read, refused


def test_damaged_files_are_read_or_refused(session: Session, tmp_path: Path) -> None:
    """No other error, and a refusal has a reason; most damage is seen."""
    read, refused = damage(session, tmp_path, 60, seed=3)
    assert read + refused == 120
    assert refused > 60


@pytest.mark.soak
def test_4000_damaged_files_are_read_or_refused(session: Session, tmp_path: Path) -> None:
    read, refused = damage(session, tmp_path, 2000, seed=2026)
    assert read + refused == 4000
