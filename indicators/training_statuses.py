"""Training figures that are steps rather than quantities: titles, networks, pilots, plans, and what is counted of them.

Nothing that was reached is lost again. A title is one row in the year it was given, as decisions are published; a
yes-or-no state is a row for each year, for a "not yet" is only as good as its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indicators.training_fields import draw
from indicators.training_ground import Floats, Units
from indicators.training_landscape import LAST, YEARS, Landscape, Quantity
from indicators.upgrades import SUBJECTS

Held = NDArray[np.bool_]
"""Whether communes have something: (communes, years)."""

BASIC, ADVANCED, MODEL = 1, 2, 3
TITLE_YEARS = np.arange(2012, LAST + 1)
TITLED: dict[int, dict[int, float]] = {
    BASIC: {2012: 0.1, 2013: 0.25, 2014: 0.4, 2015: 0.55, 2016: 0.7, 2017: 0.85, 2018: 0.95, 2019: 1.0},
    ADVANCED: {2018: 0.02, 2019: 0.04, 2020: 0.08, 2021: 0.14, 2022: 0.25, 2023: 0.38, 2024: 0.5},
    MODEL: {2020: 0.01, 2021: 0.02, 2022: 0.05, 2023: 0.12, 2024: 0.22},
}
"""Share of rural communes with at least the title at the end of the year; each trails the one below by a year."""

DISTRICT_SHARES = {BASIC: 1.0, ADVANCED: 0.6}
"""Share of its rural communes that must have a title before the district gets it."""

MAJORITY = 0.5
"""Share of its people who must live in communes with a title or network for a merged commune to count as having it."""

NETWORK_FROM, PLAN_FROM = 72.0, 55.0
"""Per cent of households on piped water from which a commune counts as having a network, and as planned to get one."""

PILOT_DISTRICTS = 26
CRITERIA = {
    "quan_criteria_met": {**dict.fromkeys(range(2018, 2022), 27), 2022: 31, 2023: 31, 2024: 34},
    "ward_criteria_met": dict.fromkeys(range(2018, 2025), 15),
}
"""Criteria there are in all, by year."""

DONE = {"seraphin_plant_operating": "", "metro_nhon_elevated_operating": "2024-11", "capital_law_submitted": "2024-05"}
"""When the city's works were done; blank: not yet."""


@dataclass(frozen=True)
class Block:
    """Figures of one indicator and stratum for units of one edition and level: (units, periods), NaN for no row.

    `status` blank is final, or provisional for the last year; `notes`, in both languages, go with the periods.
    """

    indicator: str
    units: Units
    periods: tuple[str, ...]
    values: Floats
    stratum: str = "all"
    status: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Steps:
    """Who has reached what on one landscape."""

    landscape: Landscape

    @cached_property
    def rural(self) -> NDArray[np.bool_]:
        """Communes that can have a title."""
        return self.landscape.ground.strata("rural")

    @cached_property
    def titles(self) -> NDArray[np.int_]:
        """Titles, 0 for none: (communes, TITLE_YEARS). One order of merit leads to all three."""
        merit = np.round(self.landscape.score("clean_water_household_rate", "rural")[:, -1], 6)
        order = np.argsort(np.where(self.rural, -merit, np.inf), kind="stable")
        rank = np.argsort(order, kind="stable")
        reached = np.zeros((len(rank), len(TITLE_YEARS)), int)
        for shares in TITLED.values():
            latest = np.maximum.accumulate([shares.get(int(year), 0.0) for year in TITLE_YEARS])
            reached += rank[:, None] < np.round(latest * self.rural.sum())
        return reached

    @cached_property
    def piped(self) -> Floats:
        """Per cent of households on piped water: (communes, YEARS)."""
        return self.landscape.rates("clean_water_household_rate")

    @cached_property
    def networks(self) -> Held:
        """Piped networks, by YEARS."""
        return np.asarray(np.maximum.accumulate(self.piped >= NETWORK_FROM, axis=1))

    @cached_property
    def planned(self) -> Held:
        """Communes without a network a year before that come near enough to one, by YEARS."""
        return np.asarray(~np.roll(self.networks, 1, axis=1) & (self.piped >= PLAN_FROM))

    @cached_property
    def pilots(self) -> Held:
        """Communes in the sorting pilot, from the last of YEARS: one in each of the first districts by code."""
        ground = self.landscape.ground
        district = ground.at("district")[0].of_piece[ground.main]
        merit = draw(self.landscape.seed, "waste_sorting_pilot").random(len(district))
        best = [np.argmax(np.where(district == number, merit, -1)) for number in range(PILOT_DISTRICTS)]
        chosen = np.zeros((len(district), len(YEARS)), bool)
        chosen[best, -1] = True
        return chosen

    def share(self, units: Units, held: Held, weights: Floats) -> Floats:
        """Share of a unit's weight that lies in communes that have something, 0 where it has no weight.

        Shape: `weights` by piece, (units, years) out.
        """
        having = units.total(weights[:, None] * held[self.landscape.ground.commune])
        whole = units.total(weights[:, None])
        return np.divide(having, whole, out=np.zeros_like(having), where=whole > 0)

    def people(self, members: NDArray[np.bool_]) -> Floats:
        """People of the last year by piece, of some communes only: fixed weights, so that nothing is lost again."""
        return self.landscape.people[:, -1] * members[self.landscape.ground.commune]

    @cached_property
    def district_titles(self) -> NDArray[np.int_]:
        """Titles of the older edition's districts: (districts, TITLE_YEARS)."""
        ground = self.landscape.ground
        one_each = (ground.main & self.rural[ground.commune]).astype(float)
        shares = {title: self.share(ground.at("district")[0], self.titles >= title, one_each) for title in TITLED}
        return np.asarray(sum((shares[title] >= least).astype(int) for title, least in DISTRICT_SHARES.items()))


def count_steps(steps: Steps) -> dict[str, Quantity]:
    """How many communes have reached what, as quantities."""
    rural, titles = steps.rural[:, None], steps.titles[:, -len(YEARS) :]
    having = {title: (titles >= title) & rural for title in TITLED}
    added = {title: np.diff(held, axis=1, prepend=held[:, :1]) for title, held in having.items()}
    counted = {
        "ntm_communes": having[BASIC],
        "ntm_advanced_communes": having[ADVANCED],
        "ntm_model_communes": having[MODEL],
        "ntm_advanced_communes_added": added[ADVANCED],
        "ntm_model_communes_added": added[MODEL],
        "communes_with_water_network": steps.networks & rural,
        "communes_without_water_network": ~steps.networks & rural,
        "communes_planned_water_network": steps.planned & rural,
        "waste_sorting_pilot_units": steps.pilots,
    }
    return {name: steps.landscape.communes(held.astype(float)) for name, held in counted.items()}


def count_districts(steps: Steps) -> dict[str, Floats]:
    """The city's figures by year of how many districts have a title."""
    titles = steps.district_titles[:, -len(YEARS) :]
    return {
        "ntm_districts": (titles >= BASIC).sum(axis=0).astype(float),
        "ntm_advanced_districts": (titles >= ADVANCED).sum(axis=0).astype(float),
    }


def step_blocks(steps: Steps) -> list[Block]:
    """The coded statuses of communes, districts and the city, and the criteria met by districts."""
    ground = steps.landscape.ground
    district = ground.at("district")[0]
    blocks = [_rises("ntm_district_title", district, steps.district_titles)]
    for units in ground.at("commune"):
        blocks += _commune_blocks(steps, units)
    for units in ground.at("city"):
        blocks += [block for name, period in DONE.items() for block in _works(name, units, period)]
    blocks += [_criteria(steps.landscape, name, district, totals) for name, totals in CRITERIA.items()]
    return [*blocks, *_plans(district)]


def _commune_blocks(steps: Steps, units: Units) -> list[Block]:
    titles = sum(
        (steps.share(units, steps.titles >= title, steps.people(steps.rural)) >= MAJORITY).astype(int)
        for title in TITLED
    )
    networked = (steps.landscape.ground.communes["type"] != "phường").to_numpy()
    networks = steps.share(units, steps.networks, steps.people(networked)) >= MAJORITY
    pilots = units.total(steps.landscape.communes(steps.pilots.astype(float)).over)[:, -1:]
    return [
        _rises("ntm_title", units, np.asarray(titles)),
        Block("water_network", units, _years(YEARS[1:]), networks[:, 1:].astype(float)),
        Block("waste_sorting_pilot", units, (str(LAST),), np.where(pilots > 0, 1.0, np.nan)),
    ]


def _rises(indicator: str, units: Units, titles: NDArray[np.int_]) -> Block:
    """A row for the year in which each title was reached."""
    rises = np.diff(titles, axis=1, prepend=0) > 0
    return Block(indicator, units, _years(TITLE_YEARS), np.where(rises, titles, np.nan), status="final")


def _years(years: NDArray[np.int_]) -> tuple[str, ...]:
    return tuple(str(year) for year in years)


def _works(indicator: str, city: Units, done: str) -> list[Block]:
    """Not yet, year after year, and then done."""
    before = _years(YEARS[1:-1]) if done else _years(YEARS[1:])
    blocks = [Block(indicator, city, before, np.zeros((1, len(before))))]
    return [*blocks, Block(indicator, city, (done,), np.ones((1, 1)))] if done else blocks


def _criteria(landscape: Landscape, indicator: str, districts: Units, totals: Mapping[int, int]) -> Block:
    """Criteria met by district, out of as many as there were in the year; the note says how many."""
    rates = landscape.mean(landscape.rates(indicator))
    share = np.maximum.accumulate(districts.total(rates.over) / districts.total(landscape.people), axis=1) / 100
    count = np.array([totals[int(year)] for year in YEARS])
    notes = tuple((f"Trên tổng số {total} tiêu chí.", f"Of {total} criteria.") for total in count[1:])
    return Block(indicator, districts, _years(YEARS[1:]), np.round(share * count)[:, 1:], notes=notes)


def _plans(districts: Units) -> list[Block]:
    """The plans of the districts that the resolution names: the last of them by code is done in the last year."""
    named = sorted(code for edition, code in SUBJECTS if edition == districts.edition)
    values = np.full((len(districts.codes), len(YEARS) - 1), np.nan)
    for code in named:
        values[districts.codes.index(code)] = 0
    values[districts.codes.index(named[-1]), -1] = 1
    return [Block("district_upgrade_plan", districts, _years(YEARS[1:]), values)]
