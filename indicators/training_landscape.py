"""From profiles to quantities: the city's figure of each indicator over the years, and how it lies on the land.

`data/training/profile.csv` says for each indicator where the city begins and ends and how the figure changes towards
the centre; the rest follows. Weights without figures of their own (households, births, waste) are taken as proportional
to people, so that anybody can check a mean from the figures alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries.tables import Column, Findings, Table, check_columns, read_tables
from indicators.schema import STRATA
from indicators.training_fields import (
    centrality,
    draw,
    levels_with_mean,
    shares_with_mean,
    smooth_field,
    whole_parts,
)
from indicators.training_ground import Floats, Ground

DATA = Path(__file__).parent / "data" / "training"
FIRST, LAST = 2019, 2024
YEARS = np.arange(FIRST - 1, LAST + 1)
"""Years that are computed; the one before the first is only what changes are counted from."""

PERSONS_PER_HOUSEHOLD = 3.6
LOCAL = 0.35
"""Deviation of what a commune owes to itself and shares with no neighbour, as a part of the spread."""

BY_LAND = ("population", "rice_area")
"""Quantities that are spread over land; all others are spread over people."""

WATER_GAPS = {
    "clean_water_population_rate": 0.95,
    "clean_water_standard_household_rate": 0.6,
    "hygienic_water_rate": 0.08,
}
"""What remains of the gap to 100 % of households on piped water under easier definitions."""

PROFILE = Table(
    "profile",
    "What the training figures of an indicator look like.",
    ("indicator", "stratum"),
    (
        Column("indicator", "Indicator of the catalogue."),
        Column("stratum", "Part of the population meant.", allowed=STRATA),
        Column("first", f"Figure of the city in {FIRST}.", "number"),
        Column("last", f"Figure of the city in {LAST}; the years between lie on a straight line.", "number"),
        Column("centre", "Change of its logarithm (of the log-odds, for %) per deviation of centrality.", "number"),
        Column("spread", "Deviation of the same from place to place.", "number"),
        Column("noise", f"Deviation of the city's figure from the line, before {LAST}, in its unit.", "number"),
        Column("half", f"Figure of the city as of June {LAST}; blank: none.", "number", required=False),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One row of `PROFILE`."""

    indicator: str
    stratum: str
    first: float
    last: float
    centre: float
    spread: float
    noise: float
    half: float


@dataclass(frozen=True)
class Quantity:
    """A figure as sums over pieces: `over` alone, or `scale` × `over` / `under`. Shape of both: (pieces, years)."""

    over: Floats
    under: Floats | None = None
    scale: float = 1.0


def read_profiles(directory: Path = DATA) -> dict[tuple[str, str], Profile]:
    """Profiles by indicator and stratum. Raises: IngestError with all that is wrong in the table."""
    tables = read_tables(directory, {"profile": PROFILE})
    findings = Findings()
    frame = check_columns(tables, {"profile": PROFILE}, findings)["profile"]
    findings.raise_any()
    profiles = [Profile(**row) for row in frame.to_dict("records")]
    return {(profile.indicator, profile.stratum): profile for profile in profiles}


@dataclass(frozen=True)
class Landscape:
    """The ground with people on it, and the profiles by which all else is laid down. `seed` decides every figure."""

    ground: Ground
    profiles: Mapping[tuple[str, str], Profile]
    seed: int

    @cached_property
    def people(self) -> Floats:
        """Residents of each piece: (pieces, years), whole numbers."""
        return self.sums("population")

    @cached_property
    def land_km2(self) -> Floats:
        """Land of each piece, the same in all years."""
        return np.repeat(self.ground.land_km2[:, None], len(YEARS), axis=1)

    @cached_property
    def centrality(self) -> Floats:
        """How central each commune is."""
        x_km, y_km = self.ground.communes[["x_km", "y_km"]].to_numpy(float).T
        return centrality(x_km, y_km)

    def city(self, indicator: str, stratum: str = "all") -> Floats:
        """The city's figures by year, never negative but for changes."""
        profile = self.profiles[indicator, stratum]
        line = profile.first + (profile.last - profile.first) * (YEARS - FIRST) / (LAST - FIRST)
        noise = profile.noise * draw(self.seed, f"city {indicator} {stratum}").standard_normal(len(YEARS))
        return np.round(line + noise * (YEARS < LAST), 6)

    def score(self, indicator: str, stratum: str = "all") -> Floats:
        """How far communes stand above or below the city in an indicator: (communes, years), without a unit."""
        profile = self.profiles[indicator, stratum]
        x_km, y_km = self.ground.communes[["x_km", "y_km"]].to_numpy(float).T
        rng = draw(self.seed, indicator)
        field = smooth_field(rng, x_km, y_km, YEARS.astype(float))
        local = LOCAL * np.round(rng.standard_normal((len(x_km), 1)), 6)
        return profile.centre * self.centrality[:, None] + profile.spread * (field + local)

    def sums(self, indicator: str, whole: bool = True) -> Floats:
        """A quantity that adds up to the city's, by piece; whole numbers where things are counted."""
        spread_over = self.land_km2 if indicator in BY_LAND else self.people
        weights = spread_over * np.exp(self.score(indicator))[self.ground.commune]
        total = np.maximum(self.city(indicator), 0)
        if not whole:
            return np.asarray(np.round(total * weights / weights.sum(axis=0), 4))
        return whole_parts(np.rint(total), weights, draw(self.seed, f"start {indicator}").random(len(YEARS)))

    def rates(self, indicator: str, percent: bool = True, weight: Floats | None = None) -> Floats:
        """Rates of communes whose weighted mean is the city's: (communes, years). `weight` is by piece, else people.

        Where strata have profiles of their own, each is drawn for its communes.
        """
        result = np.zeros((len(self.ground.communes), len(YEARS)))
        weights = self.ground.by_commune(self.people if weight is None else weight)
        for stratum in [stratum for name, stratum in self.profiles if name == indicator]:
            members = self.ground.strata(stratum)
            draw_rates = shares_with_mean if percent else levels_with_mean
            mean = np.clip(self.city(indicator, stratum), 0, 100 if percent else None)
            result[members] = draw_rates(mean, self.score(indicator, stratum)[members], weights[members])
        return result

    def mean(self, rates: Floats, weight: Floats | None = None) -> Quantity:
        """Rates of communes as a quantity that can be put together for any unit; weighted by people unless told."""
        weights = self.people if weight is None else weight
        return Quantity(rates[self.ground.commune] * weights, weights)

    def communes(self, counted: Floats) -> Quantity:
        """How many communes are counted: (communes, years) of 0 and 1 in; each counts where its largest piece is."""
        return Quantity(counted[self.ground.commune] * self.ground.main[:, None])


def lay_out(landscape: Landscape, catalogue: pd.DataFrame) -> dict[str, Quantity]:
    """Quantities of all indicators of the catalogue (typed) that have a level below the city and a profile, and of
    those that follow from them."""
    quantities: dict[str, Quantity] = {}
    profiled = {indicator for indicator, _ in landscape.profiles}
    for row in catalogue[(catalogue["levels"] != "city") & catalogue["id"].isin(profiled)].itertuples():
        if row.aggregation == "sum":
            quantities[row.id] = Quantity(landscape.sums(row.id, whole=row.measure == "count"))
        elif row.aggregation == "weighted_mean":
            weight = landscape.land_km2 if row.weight == "area_km2" else None
            rates = landscape.rates(row.id, row.unit == "%", weight)
            quantities[row.id] = landscape.mean(rates, weight)
    return quantities | _followers(landscape, quantities)


def _followers(landscape: Landscape, quantities: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Quantities that follow from others: area and density, poor households, easier definitions of clean water."""
    people, households = landscape.people, landscape.people / PERSONS_PER_HOUSEHOLD
    poor, fall = _falling(landscape, "poor_households")
    near_poor = quantities["near_poor_households"].over
    piped = landscape.rates("clean_water_household_rate")
    return {
        "area_km2": Quantity(landscape.land_km2),
        "population_density": Quantity(people, landscape.land_km2),
        "poor_households": Quantity(poor),
        "poor_households_reduced": Quantity(fall),
        "poor_household_rate": Quantity(poor, households, 100.0),
        "near_poor_household_rate": Quantity(near_poor, households, 100.0),
        **{name: landscape.mean(100 - gap * (100 - piped)) for name, gap in WATER_GAPS.items()},
    }


def _falling(landscape: Landscape, indicator: str) -> tuple[Floats, Floats]:
    """A count that never rises anywhere, and its fall in each year: the fall is taken from those who have some left."""
    total = np.rint(landscape.city(indicator))
    left = landscape.sums(indicator)
    fall = np.zeros_like(left)
    for year in range(1, len(YEARS)):
        start = draw(landscape.seed, f"fall {indicator} {year}").random(1)
        fall[:, [year]] = whole_parts(total[[year - 1]] - total[[year]], left[:, [year - 1]], start)
        left[:, year] = left[:, year - 1] - fall[:, year]
    return left, fall
