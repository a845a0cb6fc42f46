"""What reports of all kinds share: the frame, how a figure becomes a cell, what every page says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from indicators.wording import SIGNS
from webapp.db import Snapshot, is_training
from webapp.document import Citations
from webapp.exports.export import public_url
from webapp.i18n import date, language, with_unit
from webapp.i18n import gettext as _
from webapp.lines import Line
from webapp.past import dated, past, past_words
from webapp.reports.model import Cell, Column, Facts, Group, Notes, Picture, Report, Section, Table
from webapp.today import today


def build_report(
    data: Snapshot, cite: Citations | Sequence[dict[str, Any]], notes: Notes, sections: Sequence[Section | None],
    *, kind: str, title: str, about: str, stem: str, path: str, lede: Iterable[str] = (),
    locator: Picture | None = None, landscape: bool = False,
) -> Report:  # fmt: skip
    """The report around its sections, as of today; `path` is the page that it is made from."""
    return Report(
        kind=kind,
        title=title,
        about=about,
        lede=tuple(lede),
        sections=tuple(section for section in sections if section),
        notes=notes.items,
        sources=tuple(cite.items if isinstance(cite, Citations) else cite),
        lang=language(),
        stem=full_stem(stem),
        link=public_url() + dated(path),
        extracted=today(),
        version=data.version,
        training=is_training(),
        past=past_words(),
        locator=locator,
        landscape=landscape,
    )


def full_stem(stem: str) -> str:
    """A file's name without its ending: synthetic figures, a past day and languages but Vietnamese are marked."""
    asked = past()
    marks = ("tap-huan" if is_training() else "", f"tinh-den-{asked.day}" if asked else "")
    return "_".join([stem, *filter(None, marks), *([] if language() == "vi" else [language()])])


def value_cell(notes: Notes, line: Line) -> Cell:
    """A figure with unit, sources and note, or why there is none."""
    shown, figure = line.figure, line.entry.row.figure
    if shown is None or figure is None:
        return Cell(line.missing[1] if line.missing else "")
    coded = line.entry.indicator.measure == "status"
    return Cell(
        with_unit(shown.value, shown.unit),
        refs=shown.refs,
        notes=notes(shown.note),
        number=None if coded or figure.value_high is not None else figure.value,
        decimals=line.entry.indicator.decimals,
        sign=SIGNS.get(figure.qualifier or "", ""),
    )


def numbered(refs: Sequence[int]) -> str:
    """The numbers of sources as text, for spreadsheets, whose cells of figures hold nothing else."""
    return " ".join(f"[{number}]" for number in refs)


def source_line(source: dict[str, Any]) -> str:
    """A source in one line: publisher, title, day, kind of witness; one that must be checked says so."""
    day = f", {source['published']}" if source["published"] else ""
    check = f", {_('cần đối chiếu, không dẫn liên kết')}" if source["secondary"] else ""
    return f"{source['publisher']}: {source['title']}{day} ({source['quality']}{check})"


def banner(report: Report) -> str:
    """What every page says of synthetic figures, and of figures of a past day; nothing of others."""
    mark = _("SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT") if report.training else ""
    return " · ".join(words for words in (mark, report.past) if words)


def frame_words(report: Report) -> str:
    """What stands on every page: day, version, where the sources are, what boundaries are worth."""
    said = [_("Trích ngày %(day)s, phiên bản dữ liệu %(version)s.", day=date(report.extracted), version=report.version)]
    said.append(
        _("Nguồn: các văn bản đánh số trong ngoặc vuông, kê ở cuối báo cáo.") if report.sources else _("Chưa có nguồn.")
    )
    return " ".join([*said, _("Địa giới để tham khảo, không có giá trị pháp lý.")])


def facts_table(facts: Facts) -> Table:
    """Key figures as a table, which can be edited."""
    columns = (Column(_("Chỉ tiêu"), 40), Column(_("Giá trị"), 40), Column(_("Thời điểm"), 20))
    rows = tuple(
        (
            Cell(fact.name),
            Cell(with_unit(fact.value, fact.unit), refs=(fact.ref,) if fact.ref else ()),
            Cell(fact.when),
        )
        for fact in facts.items
    )
    return Table(facts.caption, columns, (Group("", rows),))
