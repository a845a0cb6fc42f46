"""The column beside a printed map: classes with counts, the missing, target, the city's figure, statuses, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from webapp.exports.export import Export
from webapp.exports.ink import SIGNS, TOKENS
from webapp.exports.mapdraw import MARKS, circle_radius, draw_marks, fill_of
from webapp.exports.typeface import text_width, wrap
from webapp.i18n import gettext as _
from webapp.i18n import number
from webapp.svg import element
from webapp.words import verdict_text

LEADING = 1.45
"""Height of a line in type sizes; Vietnamese letters need 1.36."""

SWATCH, BAR, ROW = 26.0, 74.0, 21.0
"""Width of a swatch, length of the longest bar, height of a row of the key."""


class Column:
    """A column of text and drawings that grows downwards; sizes are those of A4, drawn `heavy` times as large."""

    def __init__(self, x: float, y: float, width: float, heavy: float) -> None:
        self.x, self.y, self.width, self.heavy = x, y, width, heavy
        self.parts: list[Markup] = []

    def say(self, text: str, size: float = 11, weight: int = 400, ink: str = "ink", after: float = 6) -> None:
        """A paragraph in lines as wide as the column."""
        big = size * self.heavy
        for line in wrap(text, big, self.width, weight):
            self.y += big * LEADING
            self.write(line, self.x, self.y - 0.4 * big, size, weight, ink)
        self.y += after * self.heavy

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        weight: int = 400,
        ink: str = "ink",
        anchor: str | None = None,
    ) -> None:
        """One line at a baseline."""
        self.parts.append(
            element("text", text, x=x, y=y, font_size=size * self.heavy, font_weight=weight, fill=TOKENS[ink],
                    text_anchor=anchor)
        )  # fmt: skip

    def swatch(self, colour: str) -> None:
        """A box in the fill and outline of a class, at the present height."""
        k = self.heavy
        self.parts.append(
            element("rect", x=self.x + 0.5, y=self.y + 3 * k, width=SWATCH * k, height=14 * k, fill=fill_of(colour),
                    stroke=TOKENS["edge-dark"])
        )  # fmt: skip
        if colour in MARKS:
            self.parts.append(draw_marks([(self.x + SWATCH * k / 2, self.y + 10 * k)], colour, k))

    def row(self, colour: str, label: str, count: int, most: int) -> None:
        """A class or kind of missing: swatch, words, bar by number of areas, number."""
        k = self.heavy
        base = self.y + 14 * k
        at = self.x + self.width - (BAR + 34) * k
        self.swatch(colour)
        self.write(label, self.x + (SWATCH + 8) * k, base, 11)
        long = BAR * k * count / max(most, 1)
        if count:
            self.parts.append(
                element("rect", x=at, y=self.y + 5 * k, width=max(long, 1), height=10 * k, fill=fill_of(colour),
                        stroke=TOKENS["edge-dark"], stroke_width=0.7)
            )  # fmt: skip
        self.write(number(count, 0), at + long + 5 * k, base, 11, 600)
        self.y += ROW * k

    def rule(self, text: str) -> None:
        """A heavy line between two classes with what it stands for."""
        k = self.heavy
        wide = text_width(text, 10.5 * k, 600)
        end = self.x + self.width - wide - 6 * k
        self.parts.append(
            element(
                "path", d=f"M{self.x:.1f} {self.y + 5 * k:.1f}H{end:.1f}", stroke=TOKENS["ink"], stroke_width=1.8 * k
            )
        )
        self.write(text, end + 6 * k, self.y + 9 * k, 10.5, 600)
        self.y += 12 * k


def draw_key(column: Column, export: Export, radii: Mapping[str, float]) -> None:
    """The whole key, downwards from the column's present height."""
    view = export.view
    if view["empty"]:
        column.say(view["empty"]["title"], 13, 600)
        column.say(view["empty"]["text"], 11, ink="ink-2", after=10)
    elif view["symbol"]:
        heading = _("Đánh giá") if view["display"] == "status" else view["unit"] or _("Tình trạng")
        column.say(heading, 12, 600, after=4)
        _classes(column, view)
        if radii:
            _circles(column, export)
    _missing(column, view)
    for text, weight, ink in _words(export):
        column.say(text, 10.5, weight, ink, after=7)


def _classes(column: Column, view: Mapping[str, Any]) -> None:
    """Classes lowest first; the target where a limit lies on it."""
    most = max(entry["count"] for entry in view["classes"])
    target = view["target"]["value"] if view["target"] else None
    for entry in view["classes"]:
        if target is not None and entry["lower"] == target and not view["labels"]:
            column.rule(_("mục tiêu"))
        column.row(entry["colour"], entry["label"], entry["count"], most)
    column.y += 2
    column.say(
        "; ".join(part for part in (view["class_note"], _("số bên phải là số địa bàn")) if part), 9.5, 400, "ink-3"
    )


def _missing(column: Column, view: Mapping[str, Any]) -> None:
    """Kinds of missing with their counts, the commonest kind last as on screen."""
    k = column.heavy
    for entry in view["missing"]:
        column.swatch("na" if entry["reason"] == "not_applicable" else "nd")
        column.write(entry["label"], column.x + (SWATCH + 8) * k, column.y + 14 * k, 11)
        wide = text_width(f"{entry['label']} ", 11 * k)
        column.write(number(entry["count"], 0), column.x + (SWATCH + 12) * k + wide, column.y + 14 * k, 11, 600)
        column.y += ROW * k
    column.y += 8 * k


def _circles(column: Column, export: Export) -> None:
    """Up to three circles side by side, each over its value."""
    k, values = column.heavy, [value for value in export.view["areas"]["value"] if value is not None]
    shown = key_values(max(values))
    radii = [circle_radius(value, max(values), len(export.table.rows)) * k for value in shown]
    base, x = column.y + 2 * max(radii) + 4, column.x
    for value, radius in zip(shown, radii, strict=True):
        text = number(value, 0)
        half = max(radius + 4, text_width(text, 10.5 * k) / 2 + 8)
        x += half
        column.parts.append(
            element("circle", cx=x, cy=base - radius, r=radius, fill="none", stroke=TOKENS["ink-2"], stroke_width=1.1)
        )
        column.write(text, x, base + 13 * k, 10.5, anchor="middle")
        x += half
    column.y = base + 20 * k
    column.say(_("diện tích hình tròn theo giá trị"), 9.5, 400, "ink-3")


def key_values(most: float) -> list[float]:
    """Up to three round values for the key, largest first."""
    if most <= 0:
        return [0]
    power = 10 ** (len(str(int(most))) - 1) if most >= 1 else 0.1
    top = next((step * power for step in (5, 2, 1) if step * power <= most), most)
    return [top, *(value for value in (top / 2, top / 10) if float(value).is_integer())]


def _words(export: Export) -> list[tuple[str, int, str]]:
    """What is said in words below the key: text, weight, token of its colour."""
    view = export.view
    said = [(view["coverage"], 600, "ink")]
    if view["city"]:
        said.append((_stopped(view["city"]["text"]), 400, "ink"))
    if view["target"]:
        said.append((_stopped(view["target"]["text"]), 400, "ink"))
        said += [(view["target"]["scope"], 400, "ink-2")] if view["target"]["scope"] else []
    if export.table.binding:
        counts: Counter[str] = Counter(
            row.judgement.status for row in export.table.rows if row.reason != "not_applicable"
        )
        words = ", ".join(f"{verdict_text(status)} {counts[status]}" for status in SIGNS if counts[status])
        said.append((_("Đánh giá: %(counts)s.", counts=words), 400, "ink"))
    estimates = sum(bool(row.carried and row.carried.quality == "estimate") for row in export.table.rows)
    if estimates:
        said.append((_("%(count)s địa bàn có số ước tính quy đổi.", count=estimates), 600, "ink"))
    if view["definition"]:
        said.append((view["definition"], 400, "ink-2"))
    return said


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
