"""The tidy row of each area, of which every data file is made: one list of columns for all formats.

A row says by itself what it is about, so that a line copied out of a file still has its unit, period, edition, source
and link. Codes are as in the API; words are in the language of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from boundaries.models import Area
from indicators.models import Source
from indicators.observations import Figure
from indicators.table import AreaFigure, Carried
from indicators.targets import Goal
from webapp.exports.export import Export
from webapp.i18n import N_, language, localised
from webapp.legend import label_texts
from webapp.pages.gazetteer import area_name
from webapp.words import JudgementTexts, carried_text, goal_value_text, source_label, source_view, unit_text

Kind = Literal["string", "number", "integer", "date"]
Record = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of the data files.

    `field` is its name in a Shapefile (at most 10 ASCII characters), `title` its heading in Vietnamese, `about` what
    it holds, in English; both documents (`docs/exports.md`) and files are written from them.
    """

    name: str
    field: str
    kind: Kind
    title: str
    about: str


COLUMNS = (
    Column("indicator", "indicator", "string", N_("Mã chỉ số"), "Id of the indicator"),
    Column("indicator_name", "ind_name", "string", N_("Chỉ số"), "Its name"),
    Column("edition", "edition", "string", N_("Địa giới"), "Boundary edition; a code means nothing without it"),
    Column("level", "level", "string", N_("Cấp"), "city, district or commune"),
    Column("code", "code", "string", N_("Mã địa bàn"), "Code of the area as text, zeros in front kept"),
    Column("name", "name", "string", N_("Tên địa bàn"), "Official name, or its English form"),
    Column("type", "type", "string", N_("Loại"), "Vietnamese kind of unit"),
    Column("parent_code", "parent", "string", N_("Mã đơn vị cấp trên"), "Code of the unit above"),
    Column("parent_name", "par_name", "string", N_("Thuộc"), "Name of the unit above, where it is a district"),
    Column("stratum", "stratum", "string", N_("Khu vực"), "all, urban or rural"),
    Column("asked", "asked", "string", N_("Thời điểm được hỏi"), "Period of the question; blank where nobody "
           "published a figure"),
    Column("period", "period", "string", N_("Thời điểm"), "Period of the figure itself"),
    Column("value", "value", "number", N_("Giá trị"), "Unrounded figure; blank where missing, never 0 for missing"),
    Column("qualifier", "qualifier", "string", N_("Dấu"), "ge, gt, le, lt, approx, or range up to value_high"),
    Column("value_high", "value_high", "number", N_("Đến"), "Upper end of a range"),
    Column("numerator", "numerator", "number", N_("Tử số"), "What was counted, where the source gives it"),
    Column("denominator", "denominat", "number", N_("Mẫu số"), "Out of how many"),
    Column("label", "label", "string", N_("Nghĩa"), "Word of a coded figure"),
    Column("unit", "unit", "string", N_("Đơn vị"), "Unit of value and value_high"),
    Column("status", "status", "string", N_("Tình trạng số liệu"), "final, provisional, reported, derived or missing"),
    Column("target", "target", "string", N_("Mục tiêu"), "The target by which the figure is judged, in words"),
    Column("progress", "progress", "number", N_("Tiến độ"), "Share of the way from baseline to target, 1 at the "
           "target"),
    Column("status_code", "stat_code", "string", N_("Đánh giá"), "How the figure stands to its target: met, "
           "partly_met, not_met, on_track, behind, off_track or not_assessable"),
    Column("reason", "reason", "string", N_("Mã lý do đánh giá"), "Why the figure is missing, or why it has its "
           "status: a code of targets.md"),
    Column("reason_text", "reason_txt", "string", N_("Lý do đánh giá"), "The same in words"),
    Column("class_index", "class", "integer", N_("Lớp"), "Class on the map, 0 for the lowest"),
    Column("class_label", "class_name", "string", N_("Khoảng của lớp"), "The class in words"),
    Column("carried", "carried", "string", N_("Quy đổi"), "How a figure came here that was not published for the area, "
           "in words: from another edition or from the level below; blank for published ones"),
    Column("carried_quality", "carry_qual", "string", N_("Mức quy đổi"), "exact (a sum of whole units) or estimate"),
    Column("carried_origin", "carry_from", "string", N_("Quy đổi từ"), "Where it was carried from"),
    Column("carried_method", "carry_how", "string", N_("Cách quy đổi"), "sum, weighted_mean, ratio, unchanged or "
           "composition"),
    Column("carried_coverage", "carry_cov", "number", N_("Độ phủ khi quy đổi"), "Share of the land or of the weight "
           "from which there is a figure, 0 to 1"),
    Column("carried_error", "carry_err", "number", N_("Sai số quy đổi"), "Median relative error of such estimates "
           "where it could be measured"),
    Column("carried_sources", "carry_src", "string", N_("Các nguồn của số quy đổi"), "Ids of all sources that went "
           "into it"),
    Column("source_id", "source_id", "string", N_("Mã nguồn"), "Id of the source"),
    Column("source", "source", "string", N_("Nguồn"), "Publisher and title, with the mark of a secondary source"),
    Column("source_url", "source_url", "string", N_("Địa chỉ nguồn"), "Address; blank for secondary sources"),
    Column("source_published", "published", "date", N_("Ngày công bố"), "Day on which the source appeared"),
    Column("note", "note", "string", N_("Ghi chú"), "What a reader of the figure must know"),
    Column("note_vi", "note_vi", "string", N_("Ghi chú tiếng Việt"), "The note in Vietnamese"),
    Column("note_en", "note_en", "string", N_("Ghi chú tiếng Anh"), "The note in English"),
    Column("extracted", "extracted", "date", N_("Ngày trích"), "Day of reading, in Hanoi"),
    Column("data_version", "data_ver", "integer", N_("Phiên bản dữ liệu"), "Version of the data"),
    Column("warning", "warning", "string", N_("Cảnh báo"), "Said of synthetic figures; blank of real ones"),
    Column("link", "link", "string", N_("Liên kết"), "Address that reopens the map"),
)  # fmt: skip


MISSING: Record = {"status": "missing"}
NOTHING: Record = dict.fromkeys(column.name for column in COLUMNS)


def build_records(export: Export, areas: dict[Area, Record] | None = None) -> list[Record]:
    """One row per area in the order of codes, with a value for every column; None where there is nothing to say.

    `areas` keeps what is said of areas from one table to the next of the same edition and language.
    """
    table, data = export.table, export.data
    parents = {area.code: area_name(area) for area in data.places.areas.get((table.edition, "district"), [])}
    classes = [entry["label"] for entry in export.view["classes"]]
    labels = label_texts(data, table)
    cited = {source.id: _source(source) for source in export.sources}
    common = {**NOTHING, **_common(export)}
    said, goals = JudgementTexts(table.indicator, export.view["unit"]), _GoalTexts(export.view["unit"])
    areas, lang = {} if areas is None else areas, language()
    for row in table.rows:
        if row.area not in areas:
            areas[row.area] = _area(row.area, parents)
    return [
        {
            **common,
            **areas[row.area],
            **(_figure(row.figure, labels, lang) | cited[row.figure.source_id] if row.figure else MISSING),
            **(_carried(row.carried) if row.carried else {}),
            **_judged(row, said, goals),
            "class_index": row.class_index,
            "class_label": None if row.class_index is None else classes[row.class_index],
        }
        for row in table.rows
    ]


def _common(export: Export) -> Record:
    """What is the same in all rows."""
    table = export.table
    return {
        "indicator": table.indicator.id,
        "indicator_name": localised(table.indicator, "name"),
        "edition": table.edition,
        "level": table.level,
        "stratum": table.stratum,
        "asked": table.period,
        "unit": unit_text(export.data.catalogue, table.indicator) or None,
        "extracted": export.extracted,
        "data_version": export.data.version,
        "warning": export.warning or None,
        "link": export.permalink,
    }


def _area(area: Area, parents: dict[str, str]) -> Record:
    return {
        "code": area.code,
        "name": area_name(area),
        "type": area.type,
        "parent_code": area.parent_code,
        "parent_name": parents.get(area.parent_code or ""),
    }


def _figure(figure: Figure, labels: dict[float, str], lang: str) -> Record:
    return {
        "status": figure.status,
        "period": figure.period,
        "value": figure.value,
        "qualifier": figure.qualifier,
        "value_high": figure.value_high,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "label": labels.get(figure.value),
        "source_id": figure.source_id,
        "note": (figure.note_vi if lang == "vi" else figure.note_en) or None,
        "note_vi": figure.note_vi,
        "note_en": figure.note_en,
    }


def _source(source: Source) -> Record:
    return {
        "source": source_label(source),
        "source_url": source_view(source)["url"],
        "source_published": source.published,
    }


class _GoalTexts(dict[Goal, str]):
    """Goals in words, each once for the whole table."""

    def __init__(self, unit: str) -> None:
        self._unit = unit

    def __missing__(self, goal: Goal) -> str:
        self[goal] = goal_value_text(goal, self._unit)
        return self[goal]


def _judged(row: AreaFigure, said: JudgementTexts, goals: _GoalTexts) -> Record:
    goal, judgement = row.assessment.goal, row.judgement
    return {
        "target": goals[goal] if goal else None,
        "progress": judgement.progress.value,
        "status_code": judgement.status,
        "reason": judgement.reason,
        "reason_text": said(judgement),
    }


def _carried(carried: Carried) -> Record:
    return {
        "carried": carried_text(carried),
        "carried_quality": carried.quality,
        "carried_origin": carried.origin,
        "carried_method": carried.method,
        "carried_coverage": carried.coverage,
        "carried_error": carried.error,
        "carried_sources": " ".join(carried.source_ids),
    }
