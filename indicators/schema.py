"""The dictionary of the tables of numbers: every column, its type and what it may hold, each stated here and only here.

It drives the checks at load (`indicators/ingest.py`), the names of the store's fields, and the lists in `docs/data.md`.
Rules that look at more than one cell are in `indicators/rules.py`.
"""

from __future__ import annotations

from boundaries.areas import LEVELS
from boundaries.ingest import LEVEL_OF
from boundaries.tables import Column, Table
from indicators.goals import GOALS
from indicators.intake.thresholds import PLAUSIBILITY

MEASURES = ("rate", "count", "growth", "level", "status")
DIRECTIONS = ("higher", "lower", "within", "none")
AGGREGATIONS = ("sum", "weighted_mean", "none")
STRATA = ("all", "urban", "rural")
TIERS = ("appendix", "body", "supporting")
SOURCE_KINDS = ("resolution", "official_site", "press", "database")
QUALITIES = ("official", "translation", "press", "mirror", "tertiary", "derived")
STATUSES = ("final", "provisional", "reported", "derived", "planned")
QUALIFIERS = ("gt", "ge", "lt", "le", "approx", "range")
TRAINING = "training"
"""The source of made-up figures, and the kind of store that holds them and nothing else."""

_ID = r"[a-z][a-z0-9_]*"
_INDICATOR = Column("indicator", "Indicator of the catalogue.", references="indicators.id")
_NOTES = (
    Column("note_vi", "What a reader must know about this row, in Vietnamese.", required=False),
    Column("note_en", "The same in English.", required=False),
)

THEMES = Table(
    "themes",
    "Headings of the catalogue.",
    ("id",),
    (
        Column("id", "Short name.", pattern=_ID),
        Column("name_vi", "Heading in Vietnamese."),
        Column("name_en", "Heading in English."),
        Column("position", "Place in the picker, from 1.", "integer"),
    ),
)

UNITS = Table(
    "units",
    "Units of measure and their labels.",
    ("id",),
    (
        Column("id", "Short name, as the figures were collected under."),
        Column("name_vi", "Label in Vietnamese."),
        Column("name_en", "Label in English."),
    ),
)

INDICATORS = Table(
    "indicators",
    "The catalogue: what is measured, and how it may be used.",
    ("id",),
    (
        Column("id", "Short name, as in addresses.", pattern=_ID),
        Column("position", "Place in the catalogue, from 1.", "integer"),
        Column("theme", "Heading under which it is listed.", references="themes.id"),
        Column("name_vi", "Name in Vietnamese."),
        Column("name_en", "Name in English."),
        Column("definition_vi", "What exactly is counted, in Vietnamese."),
        Column("definition_en", "The same in English."),
        Column("unit", "Unit of its figures.", references="units.id"),
        Column("decimals", "Decimals shown; figures are kept unrounded.", "integer", pattern="[0-6]"),
        Column(
            "measure",
            "rate (a share or ratio), count (adds up), growth (change against an earlier period), level (any other "
            "quantity) or status (a code with words in value_labels).",
            allowed=MEASURES,
        ),
        Column("direction", "Which way is better; none gives no judgement and no status colour.", allowed=DIRECTIONS),
        Column("aggregation", "How figures of parts make that of the whole; none: not at all.", allowed=AGGREGATIONS),
        Column("weight", "By what a weighted mean is weighted: an indicator, or a quantity without figures here.",
               required=False, pattern=_ID),
        Column("strata", "Strata it has, the first one being shown first.", allowed=STRATA, many=True),
        Column("levels", "Levels of administration at which it is defined.", allowed=LEVELS, many=True),
        Column("area_types", "Kinds of unit for which it has a meaning; blank: all.", required=False,
               allowed=tuple(LEVEL_OF), many=True),
        Column("resolution_ref", "Where Resolution 31/NQ-HĐND speaks of it.", required=False),
        Column("responsible_body", "Body in charge; blank everywhere, the resolution names none for any one goal.",
               required=False),
        Column("tier", "appendix (the 24 targets), body (goals in the text) or supporting.", allowed=TIERS),
        Column("appendix_no", "Number in the appendix, with a letter where one item holds several goals.",
               required=False, pattern=r"\d{1,2}[a-e]?"),
    ),
)  # fmt: skip

VALUE_LABELS = Table(
    "value_labels",
    "The words for the codes of status indicators.",
    ("indicator", "value"),
    (
        _INDICATOR,
        Column("value", "Code, as in observations.", "integer"),
        Column("name_vi", "Its word in Vietnamese."),
        Column("name_en", "Its word in English."),
    ),
)

BREAKS = Table(
    "breaks",
    "Class limits fixed by hand, so that years can be compared; limits of other indicators are computed.",
    ("indicator", "level"),
    (
        _INDICATOR,
        Column("level", "Level of administration.", allowed=LEVELS),
        Column("limits", "Interior class limits, rising, separated by commas, in the indicator's unit.",
               pattern=r"-?\d+(\.\d+)?(,-?\d+(\.\d+)?)*"),
    ),
)  # fmt: skip

SOURCES = Table(
    "sources",
    "Where figures were published.",
    ("id",),
    (
        Column("id", "Short name: the publisher and part of a hash of the address.", pattern=r"[a-z0-9][a-z0-9-]*"),
        Column("publisher", "Who published it."),
        Column("title", "Title in its own language."),
        Column("title_origin", "stated, or slug: rebuilt from the address, diacritics restored by hand.",
               allowed=("stated", "slug")),
        Column("url", "Address.", required=False, pattern=r"https?://\S+"),
        Column("published", "Day of publication; blank: not known.", "date", required=False),
        Column("kind", "Sort of publication.", allowed=SOURCE_KINDS),
        Column("quality", "How near it is to the office that counted. mirror (a copy) and tertiary (no origin given) "
               "are shown as text, never as a link.", allowed=QUALITIES),
    ),
)  # fmt: skip

OBSERVATIONS = Table(
    "observations",
    "Figures, each as one source states it.",
    ("indicator", "edition", "area_code", "period", "stratum", "source"),
    (
        _INDICATOR,
        Column("edition", "Boundary edition in which the code is meant.", references="editions.id"),
        Column("area_code", "Code of the unit in that edition."),
        Column("period", "YYYY: the year; YYYY-MM or YYYY-MM-DD: as of that month or day."),
        Column("stratum", "Part of the population meant.", allowed=STRATA),
        Column("value", "The figure, as printed. Zero is a value; no row means no figure.", "number"),
        Column("value_high", "Upper end where the source gives a range.", "number", required=False),
        Column("qualifier", "gt, ge, lt, le: the source gives a bound; approx: about; range; blank: exact.",
               required=False, allowed=QUALIFIERS, default=""),
        Column("status", "final (a decision), provisional, reported, derived (arithmetic or entailment, explained in "
               "the note) or planned (never an outcome).", allowed=STATUSES),
        Column("source", "Where the figure was published.", references="sources.id"),
        *_NOTES,
    ),
)  # fmt: skip

NUMBERS: dict[str, Table] = {
    table.name: table
    for table in (THEMES, UNITS, INDICATORS, VALUE_LABELS, BREAKS, PLAUSIBILITY, GOALS, SOURCES, OBSERVATIONS)
}
"""All tables of numbers, each after those it refers to."""
