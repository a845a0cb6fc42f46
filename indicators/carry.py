"""Figures carried to where nobody published them: to the units of another edition, or up from communes to districts.

The answer has the shape of a native one, so maps, tables and exports need no other path, but every figure in it is a
carried one and says so: nothing native is mixed in. The arithmetic is in `rebase`, `aggregate` and `composition`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.areas import LEVELS, Places
from boundaries.crosswalk import CrosswalkGap, invert
from geo.errors import BadParameter
from indicators.accuracy import Error, measure_errors, summarise_errors
from indicators.aggregate import aggregate
from indicators.catalogue import Catalogue, levels_of, strata_of
from indicators.contributions import ESTIMATE, NOT_CONVERTIBLE, Aggregation, check_transferable, rule_of
from indicators.observations import Figure
from indicators.rebase import rebase
from indicators.table import Carried, Cell, Found, IndicatorTable, build_table, indicator_table

PEOPLE = "population"
T = TypeVar("T")


@dataclass(frozen=True)
class Carrier:
    """All that carrying needs to know of one version of the data; `memo` keeps what never changes within it."""

    session: Session
    catalogue: Catalogue
    places: Places
    crosswalk: pd.DataFrame
    memo: dict[str, Any] = field(default_factory=dict)

    def _once(self, name: str, compute: Callable[[], T]) -> T:
        """What `compute` gives, computed once for all carriers that share the memo of a data version."""
        if name not in self.memo:
            self.memo[name] = compute()
        kept: T = self.memo[name]
        return kept

    @property
    def editions(self) -> tuple[str, str]:
        """The older and the newer edition of the crosswalk. Raises: CrosswalkGap where there is none."""
        if self.crosswalk.empty:
            raise CrosswalkGap([], "any")
        return str(self.crosswalk["from_edition"].iloc[0]), str(self.crosswalk["to_edition"].iloc[0])

    def origin_of(self, edition: str) -> str:
        """The edition from which figures can be carried to `edition`. Raises: BadParameter where there is none."""
        old, new = self.editions
        if edition not in (old, new):
            raise BadParameter("edition", edition, (old, new))
        return old if edition == new else new

    def towards(self, edition: str) -> pd.DataFrame:
        """The crosswalk that leads to `edition`."""
        if edition == self.editions[1]:
            return self.crosswalk
        people = self.weights(self.editions[0], "commune", PEOPLE, None)
        return self._once("inverse", lambda: invert(self.crosswalk, self.places.frame(), people))

    def table(self, indicator: str, cell: Cell) -> IndicatorTable:
        """Native figures."""
        return indicator_table(
            self.session, self.catalogue, self.places, indicator, cell.edition, cell.level, cell.period, cell.stratum
        )

    def weights(self, edition: str, level: str, weight: str | None, period: str | None) -> pd.Series[float] | None:
        """The weight that a rule names, by code: land, or people in the period (else in the best covered year).

        None where it is a quantity that the store does not hold.
        """
        if weight == "area_km2":
            return self.sizes(edition, level)
        if weight != PEOPLE:
            return None
        cell = (PEOPLE, edition, level, "all")
        year = period[:4] if period and period[:4] in self.catalogue.years(cell) else None
        found = self.table(PEOPLE, Cell(edition, level, "all", year))
        return pd.Series({row.area.code: row.figure.value for row in found.rows if row.figure}, dtype=float)

    def sizes(self, edition: str, level: str) -> pd.Series[float]:
        """Land of each area in km², by code."""
        return pd.Series({area.code: area.area_km2 for area in self.places.at(edition, level)}, dtype=float)

    @property
    def errors(self) -> dict[str, Error | None]:
        """How wrong it is to spread people evenly over land, by the edition to which figures are carried.

        Measured where people are counted in both editions; where they are in only one direction, that one stands for
        both, since the lines are the same. None where it cannot be measured at all.
        """
        measured = self._once("errors", lambda: {edition: self._measure_error(edition) for edition in self.editions})
        other = {edition: measured[self.origin_of(edition)] for edition in self.editions}
        return {edition: measured[edition] or other[edition] for edition in self.editions}

    def _measure_error(self, edition: str) -> Error | None:
        origin = self.origin_of(edition)
        native = self.table(PEOPLE, Cell(origin, "commune", "all", None))
        by_land = self.towards(edition).assign(weight_population=float("nan"))
        estimates = rebase(frame_of(native), by_land, Aggregation("sum"), self.sizes(origin, "commune"))
        return summarise_errors(
            measure_errors(estimates, frame_of(self.table(PEOPLE, Cell(edition, "commune", "all", None))))
        )


def carry_table(carrier: Carrier, indicator_id: str, edition: str, level: str, period: str | None,
                stratum: str | None = None) -> IndicatorTable:  # fmt: skip
    """The figures of the other edition, expressed in the units of `edition` at a level that both have.

    Raises: NotTransferable for medians, indices, growth and coded values; BadParameter for an edition that the
    crosswalk does not cover or a level that only one edition has, so that no district is divided among communes.
    """
    indicator = carrier.catalogue.indicator(indicator_id)
    rule = check_transferable(rule_of(indicator))
    origin = carrier.origin_of(edition)
    shared = [name for name in carrier.places.levels(origin) if name in carrier.places.levels(edition)]
    if level not in shared or level not in levels_of(indicator):
        raise BadParameter("level", level, [name for name in shared if name in levels_of(indicator)])
    stratum = stratum or strata_of(indicator)[0]
    native = carrier.table(indicator_id, Cell(origin, level, stratum, period))
    weights = carrier.weights(origin, level, rule.weight, native.period)
    towards = carrier.towards(edition)
    result = rebase(frame_of(native), towards, rule, carrier.sizes(origin, level), weights)
    contributors = towards.groupby("to_code")["from_code"].agg(list)
    return _table(carrier, native, Cell(edition, level, stratum, native.period), result.rename(
        columns={"to_code": "code"}), contributors.to_dict())  # fmt: skip


def roll_up_table(carrier: Carrier, indicator_id: str, edition: str, level: str, period: str | None,
                  stratum: str | None = None) -> IndicatorTable:  # fmt: skip
    """The figures of the lowest level, put together for the units of `level` within one edition.

    Raises: NotTransferable; BadParameter for a level below which the indicator has none.
    """
    indicator = carrier.catalogue.indicator(indicator_id)
    rule = check_transferable(rule_of(indicator))
    levels = [name for name in carrier.places.levels(edition) if name in levels_of(indicator)]
    if level not in levels[:-1]:
        raise BadParameter("level", level, levels[:-1])
    stratum = stratum or strata_of(indicator)[0]
    lowest = max(levels, key=LEVELS.index)
    native = carrier.table(indicator_id, Cell(edition, lowest, stratum, period))
    units = carrier.places.frame().query("edition == @edition")
    weights = carrier.weights(edition, lowest, rule.weight, native.period)
    result = aggregate(frame_of(native), units, rule, level, weights)
    result = result.assign(method=rule.kind, weight_basis="whole", basis=edition)
    return _table(carrier, native, Cell(edition, level, stratum, native.period), result, _below(units, lowest, level))


def refused_table(carrier: Carrier, indicator_id: str, cell: Cell) -> IndicatorTable:
    """The table of an indicator whose figures cannot be carried: every area says `not_convertible`."""
    areas = carrier.places.at(cell.edition, cell.level)
    reasons = {area.code: NOT_CONVERTIBLE for area in areas}
    indicator = carrier.catalogue.indicator(indicator_id)
    return build_table(carrier.catalogue, indicator, cell, areas, {}, reasons, list)


def frame_of(table: IndicatorTable) -> pd.DataFrame:
    """Native figures as the arithmetic takes them, all under the one period that was asked for."""
    rows = [
        (
            row.area.code,
            table.period or "",
            row.figure.value if row.figure else None,
            (row.figure.qualifier or "") if row.figure else "",
            row.figure.value_high if row.figure else None,
            row.reason,
        )
        for row in table.rows
    ]
    columns = ["area_code", "period", "value", "qualifier", "value_high", "reason"]
    return pd.DataFrame(rows, columns=columns).astype({"value": float, "value_high": float})


def _below(units: pd.DataFrame, lowest: str, level: str) -> dict[str, list[str]]:
    """The units of the lowest level in each unit of `level`, by code."""
    by_code = units.set_index("code")
    inside: dict[str, list[str]] = {}
    for code in units.loc[units["level"] == lowest, "code"]:
        above = str(by_code.loc[code, "parent_code"])
        while by_code.loc[above, "level"] != level:
            above = str(by_code.loc[above, "parent_code"])
        inside.setdefault(above, []).append(code)
    return inside


def _table(
    carrier: Carrier, native: IndicatorTable, cell: Cell, result: pd.DataFrame, contributors: Mapping[str, list[str]]
) -> IndicatorTable:
    """The table of carried figures; classes are those of the origin's figures at the same level."""
    sources = {row.area.code: row.figure.source_id for row in native.rows if row.figure}
    found: dict[str, Found] = {}
    reasons: dict[str, str] = {}
    for row in result.to_dict("records"):
        if row["reason"] is not None:
            reasons[row["code"]] = row["reason"]
            continue
        used = Counter(sources[code] for code in contributors[row["code"]] if code in sources)
        found[row["code"]] = (_figure(row, native, used), (), _carried(carrier, row, native, cell, used))
    areas = carrier.places.at(cell.edition, cell.level)
    history = [row.figure.value for row in native.rows if row.figure]
    return build_table(carrier.catalogue, native.indicator, cell, areas, found, reasons, lambda: history)


def _figure(row: Mapping[str, object], native: IndicatorTable, used: Counter[str]) -> Figure:
    high = row["value_high"]
    return Figure(
        period=native.period or "",
        value=float(str(row["value"])),
        qualifier=str(row["qualifier"]) or None,
        value_high=None if pd.isna(high) else float(str(high)),
        status="derived",
        source_id=used.most_common(1)[0][0],
        note_vi=None,
        note_en=None,
    )


def _carried(
    carrier: Carrier, row: Mapping[str, object], native: IndicatorTable, cell: Cell, used: Counter[str]
) -> Carried:
    by_land = row["quality"] == ESTIMATE and "area" in str(row["weight_basis"])
    error = carrier.errors[cell.edition] if by_land else None
    return Carried(
        origin=native.edition,
        quality=str(row["quality"]),
        coverage=float(str(row["coverage"])),
        method=str(row["method"]),
        weight_basis=str(row["weight_basis"]),
        basis=str(row["basis"]),
        contributors=int(str(row["contributors"])),
        missing=tuple(row["missing"]),  # type: ignore[arg-type]
        source_ids=tuple(sorted(used)),
        error=error.median if error else None,
    )
