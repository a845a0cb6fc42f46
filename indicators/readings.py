"""The outcomes of one question as a table asks for them: by the year, each year read when it is first needed.

A table shows one year, and judges with that before the plan at most; the values of all years together are wanted only
where nobody has fixed the limits of classes. So a store of many years costs no more than what is shown of it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from sqlalchemy.orm import Session

from indicators.catalogue import Catalogue
from indicators.models import Indicator
from indicators.observations import FEW, Figure, Outcome, figures_for, load_outcomes, load_values, outcomes_for
from indicators.periods import period_end

EVER = ""
"""The outcomes of all years, in place of a year."""


class Readings:
    """Outcomes of one indicator and stratum for areas of one edition; each year is read once."""

    def __init__(
        self, session: Session, catalogue: Catalogue, indicator: Indicator, edition: str, stratum: str,
        codes: Collection[str],
    ) -> None:  # fmt: skip
        self.catalogue, self.indicator = catalogue, indicator
        self._whole = indicator.measure == "status" or len(codes) <= FEW
        self._asked = session, indicator, edition, stratum, codes, catalogue.as_of
        self._outcomes: dict[str, list[Outcome]] = {}
        self._figures: dict[str, dict[str, list[Figure]]] = {}

    def figures(self, period: str | None) -> dict[str, list[Figure]]:
        """Figures that answer a period, best first, by code; see `figures_for`. Raises: BadParameter for no period."""
        if period is None:
            return {}
        if period not in self._figures:
            found = self._answering(period)
            self._figures[period] = figures_for(found, self.indicator, period, self.catalogue.sources)
        return self._figures[period]

    def outcomes(self, period: str | None) -> dict[str, list[Outcome]]:
        """The same as the store has them, for what needs no more than their values."""
        found = [] if period is None else self._answering(period)
        return outcomes_for(found, self.indicator, period, self.catalogue.sources)

    def best(self, year: str) -> dict[str, Figure]:
        """The best figure of each area for a year, by code."""
        return {code: figures[0] for code, figures in self.figures(year).items()}

    @cached_property
    def values(self) -> list[float]:
        """The values of all years."""
        return [row.value for row in self._outcomes_of(EVER)] if self._whole else load_values(*self._asked)

    def _answering(self, period: str) -> list[Outcome]:
        """Outcomes among which are those that answer a period: of its year; of any year for coded statuses, which last
        until the next, and for few areas, of which all years are read as soon as one."""
        year = f"{period_end(period).year:04}"
        if not self._whole:
            return self._outcomes_of(year)
        known = self._outcomes_of(EVER)
        return known if self.indicator.measure == "status" else [row for row in known if row.period[:4] == year]

    def _outcomes_of(self, year: str) -> list[Outcome]:
        if year not in self._outcomes:
            self._outcomes[year] = load_outcomes(*self._asked, year)
        return self._outcomes[year]
