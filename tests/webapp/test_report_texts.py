"""Text and cells of every kind of report, as a person has read them: `tests/golden/reports`.

    WRITE_GOLDEN=1 .venv/bin/python -m pytest -q tests/webapp/test_report_texts.py

writes them anew; `git diff` then shows what has changed for readers. They are of one day, over the shipped figures and
over those for training.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.webapp.exports import DAY, GOLDEN, check_golden
from tests.webapp.reports import cell_lines, document_text, pages_text, reading_day, without_pictures
from tests.webapp.test_reports import get, needs_poppler
from webapp.exports import SUBJECTS, exporters_of
from webapp.reports import xlsx

REPORTS = GOLDEN.parent / "reports"
ASKED = {"area": "edition=2025-07&code=00004", "compare": "areas=2024:274,2024:001", "city": ""}
"""Small subjects: a commune, two districts, and the plan."""

FORMATS = ("docx", "xlsx", pytest.param("pdf", marks=needs_poppler))
FOLDERS = {"app": "shipped", "training": "training"}
TEXTS = [
    *(("app", of, lang) for of in ASKED for lang in ("", "/en")),
    *(("training", of, "") for of in ASKED),
    ("training", "area", "/en"),
]
"""Over which figures, of what, in which language."""


def told(app: Flask, name: str, query: str, lang: str, folder: Path) -> str:
    """What a report says, as text."""
    with reading_day(DAY), without_pictures(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "CODE_VERSION", "code")
        body = get(app.test_client(), name, query, lang)
    app.extensions["answers"]._answers.clear()  # other tests have other versions
    if name.endswith(".pdf"):
        return pages_text(body, folder)
    return (document_text if name.endswith(".docx") else cell_lines)(body)


def test_there_are_texts_of_every_kind() -> None:
    assert tuple(ASKED) == SUBJECTS
    assert len(exporters_of("area")) == len(FORMATS)


@pytest.mark.parametrize(("figures", "of", "lang"), TEXTS)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_report_says_what_was_read(
    request: pytest.FixtureRequest, tmp_path: Path, figures: str, of: str, lang: str, kind: str
) -> None:
    text = told(request.getfixturevalue(figures), f"{of}.{kind}", ASKED[of], lang, tmp_path)
    check_golden(f"{FOLDERS[figures]}/{of}{'_en' if lang else ''}.{kind}.txt", text, REPORTS)


def test_a_changed_word_is_shown_with_its_line(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WRITE_GOLDEN", raising=False)  # or this would write the changed word down
    text = told(app, "area.docx", ASKED["area"], "", tmp_path)
    with pytest.raises(AssertionError, match=r"-Title: Phường Ba Đình[^\n]*\n\+Title: Phường Ba Vì"):
        check_golden("shipped/area.docx.txt", text.replace("Title: Phường Ba Đình", "Title: Phường Ba Vì"), REPORTS)
