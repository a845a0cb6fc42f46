"""Names that mean no good: payloads for every sink, and a store whose every free text is one of them.

Each payload ends in a mark of its own, `«07»`. Wherever a mark is read – on a page, in a file, in an error – exactly
the payload must stand before it: that is what "shown literally" means here. A payload that is run sets
`window.__pwn`, and one that becomes an element has the attribute `data-pwn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import String, bindparam, select, update
from sqlalchemy.orm import Session

from boundaries.models import Base
from tests.sealed import seal

RAW = (
    "<img src=x data-pwn onerror=__pwn=1>",
    "<script>window.__pwn=1</script>",
    "</script><script data-pwn>__pwn=1</script>",
    "</title><svg data-pwn onload=__pwn=1>",
    "</textarea><svg/onload=__pwn=1 data-pwn>",
    "</style><style data-pwn>*{display:none}</style>",
    "</template><img data-pwn src onerror=__pwn=1>",
    "--><img data-pwn src onerror=__pwn=1><!--",
    "]]><img data-pwn src onerror=__pwn=1>",
    "\"><b data-pwn onmouseover=__pwn=1>b</b>",
    "'><b data-pwn onfocus=__pwn=1 tabindex=0 autofocus>b</b>",
    "\" onmouseover=\"__pwn=1\" data-pwn=\"",
    "' onfocus='__pwn=1' autofocus data-pwn='",
    "x onclick=__pwn=1 data-pwn",
    "${window.__pwn=1}",
    "`${window.__pwn=1}`",
    "a`);window.__pwn=1;//",
    "\\`);window.__pwn=1;//",
    "');window.__pwn=1;//",
    "\\');window.__pwn=1;//",
    "\");window.__pwn=1;//",
    "\\u003cimg src=x data-pwn onerror=__pwn=1\\u003e",
    "&lt;img src=x data-pwn onerror=__pwn=1&gt;",
    "&#60;img src=x onerror=__pwn=1&#62;",
    "C:\\data\\2024\\new",
    "{{ 7*7 }}{{ config }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{constructor.constructor('window.__pwn=1')()}}",
    "#{7*7} <%= 7*7 %> ${{7*7}}",
    "%(value)s %s %d {0} {name} {!r:>9}",
    "=1+1",
    "=HYPERLINK(\"https://evil.example\",\"a\")",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "'=1+1",
    ";=1+1,\"a\";\"b\"",
    "\u202egpj.exe\u202c",
    "a\u200bb\u200d\u2060c\ufeffd",
    "\u0300\u0301Z\u0351\u0346\u034aalgo",
    "javascript:window.__pwn=1",
    "data:text/html,<script>window.__pwn=1</script>",
    "[a](javascript:window.__pwn=1) **b** ![c](x)",
    "#eval(\"7*7\") #read(\"/etc/passwd\") $ x $ @ref <label> *b* _i_",
    "<svg xmlns='http://www.w3.org/2000/svg' data-pwn><script>__pwn=1</script></svg>",
    "</text><script data-pwn>__pwn=1</script>",
    "{ HYPERLINK \"https://evil.example\" } <w:fldSimple w:instr=\"DDEAUTO c:\\\\calc\"/>",
    "' OR '1'='1'; DROP TABLE area;--",
    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
    "../../etc/passwd",
    "a" * 700,
    "字 𝕏 👩‍👩‍👧 ệ",
)  # fmt: skip
"""More than forty texts, each for a sink of its own: HTML, attributes, comments, JavaScript strings and templates,
Jinja, printf, spreadsheets, directions, typst, Markdown, SVG, Word's fields, SQL, XML entities, paths, length."""

PAYLOADS = tuple(f"{text}«{number:02}»" for number, text in enumerate(RAW))
MARK = re.compile(r"«(\d\d)»")
SPACES = re.compile(r"\s+")

PLURAL = re.compile(r"(?<=[a-z])s\b")


def _forms(payload: str) -> tuple[str, ...]:
    """The forms that a payload may rightly have, without its spaces: within a sentence its first letter or all may be
    small, or the first large, one of an English unit has no s at its end, and parts of a list stand with commas."""
    forms = [
        form
        for text in (payload, PLURAL.sub("", payload), payload.replace(";", ",").strip(","))
        for form in (text, text[0].lower() + text[1:], text[0].upper() + text[1:], text.lower())
    ]
    return tuple(dict.fromkeys(SPACES.sub("", form) for form in forms))


WRITTEN = tuple(_forms(payload) for payload in PAYLOADS)

CODED = "a word of the code: what it may be is checked on loading"
KEY = "an id or a code, matched and checked: letters, digits, _ and -"
INSIDE = "never leaves the store"

KEPT: dict[str, str] = {
    **dict.fromkeys(
        ("batch.kind", "data_state.kind", "area.level", "area.type", "indicator.measure", "indicator.direction",
         "indicator.aggregation", "indicator.strata", "indicator.levels", "indicator.area_types", "indicator.tier",
         "source.title_origin", "source.kind", "source.quality", "superseded.stratum", "superseded.qualifier",
         "superseded.status", "breaks.level", "breaks.limits", "goal.scope", "goal.operator", "goal.base",
         "goal.timing", "goal.version", "named_place.kind", "named_place.basis", "observation.stratum",
         "observation.qualifier", "observation.status", "recognition.title", "recognition.basis",
         "recognition.evidence", "succession.basis", "upgrade_criterion.level",
         "upgrade_criterion.group", "upgrade_criterion.kind", "upgrade_criterion.operator", "upgrade_criterion.basis",
         "upgrade_status.result", "upgrade_status.qualifier", "upgrade_status.confidence", "audit_entry.action",
         "coverage.level", "coverage.stratum", "coverage.year"),
        CODED,
    ),
    **dict.fromkeys(
        ("edition.id", "theme.id", "unit.id", "area.edition_id", "area.code", "area.parent_code", "indicator.id",
         "indicator.theme_id", "indicator.unit_id", "indicator.weight", "indicator.appendix_no", "source.id",
         "superseded.indicator_id", "superseded.edition_id", "superseded.area_code", "superseded.source_id",
         "breaks.indicator_id", "goal.indicator_id", "goal.unit_id", "goal.areas", "goal.repeats", "named_place.id",
         "named_place.areas", "named_place.source_id", "observation.indicator_id", "observation.edition_id",
         "observation.area_code", "observation.source_id", "recognition.edition_id", "recognition.area_code",
         "recognition.source_id", "succession.from_edition", "succession.from_code", "succession.to_edition",
         "succession.to_code", "upgrade_criterion.id", "upgrade_criterion.source_id", "upgrade_milestone.id",
         "upgrade_milestone.areas", "upgrade_milestone.source_id", "value_label.indicator_id",
         "upgrade_status.edition_id", "upgrade_status.area_code", "upgrade_status.criterion_id",
         "upgrade_status.conflict", "upgrade_status.source_id", "coverage.indicator_id", "coverage.edition_id",
         "citation.indicator_id", "citation.edition_id", "citation.source_id"),
        KEY,
    ),
    **dict.fromkeys(
        ("batch.sha256", "batch.at", "data_state.digest", "data_state.audit_head", "audit_entry.at",
         "audit_entry.detail", "audit_entry.hash", "audit_entry.entered_by"),
        INSIDE,
    ),
    **dict.fromkeys(
        ("observation.period", "superseded.period", "recognition.known_by", "upgrade_milestone.date",
         "upgrade_status.as_of"),
        "a date, parsed",
    ),
    "edition.layer": "the name of a file, which the command line alone gives",
    "goal.locator": "the place in the document, read by a grammar that refuses anything else",
    "indicator.resolution_ref": "the same",
    "named_place.locator": "the same",
    "source.url": "only http and https are stored",
}  # fmt: skip
"""Text columns that are not free text, with the reason."""


def text_columns() -> list[str]:
    """Every text column of the store as `table.column`."""
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
    ]


def planted_columns() -> list[str]:
    """Those that hold free text, of which all are planted."""
    return [name for name in text_columns() if name not in KEPT]


def plant(session: Session, turn: int) -> None:
    """Put payloads into every row of every free text, a different one by row and column; `turn` moves all by one.

    A column that is blank in a row stays blank unless it is blank throughout. Over as many turns as there are payloads
    every row of every column has had each of them.
    """
    for place, name in enumerate(planted_columns()):
        table_name, _, column_name = name.partition(".")
        table = Base.metadata.tables[table_name]
        column, keys = table.c[column_name], list(table.primary_key.columns)
        rows = session.execute(select(*keys, column).order_by(*keys)).all()
        blank = all(not row[-1] for row in rows)
        changes = [
            {**{f"k_{key.name}": row[at] for at, key in enumerate(keys)},
             "text": PAYLOADS[(7 * place + number + turn) % len(PAYLOADS)]}
            for number, row in enumerate(rows) if row[-1] or blank
        ]  # fmt: skip
        if changes:
            matches = [key == bindparam(f"k_{key.name}") for key in keys]
            session.connection().execute(update(table).where(*matches).values({column: bindparam("text")}), changes)
    seal(session)
    session.commit()


def misread(text: str) -> list[str]:
    """Marks in a text that do not stand after their payload, with what stands there instead.

    Spaces are passed over, for lines are broken and signs kept together by them.
    """
    read = SPACES.sub("", text)
    return [
        read[max(0, mark.start() - 60) : mark.end()]
        for mark in MARK.finditer(read)
        if not read.endswith(WRITTEN[int(mark[1])], 0, mark.end())
    ]


def misdrawn(lines: Iterable[str]) -> list[str]:
    """The same for a drawing, where each line of a text is a text of its own and may begin within a payload."""
    wrong = []
    for line in lines:
        read = SPACES.sub("", line)
        first = MARK.search(read)
        if first and any(text.endswith(read[: first.end()]) for text in WRITTEN[int(first[1])]):
            read = read[first.end() :]
        wrong += misread(read)
    return wrong


def marks(text: str) -> set[int]:
    """The numbers of the payloads in a text."""
    return {int(mark[1]) for mark in MARK.finditer(text)}


def strings(value: Any) -> Iterator[str]:
    """All text in a JSON document, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
