"""Training data: a full set of made-up figures in the real catalogue, for exercises and for seeing every page full.

The figures are drawn from a seed: plausible, alike between neighbours, moving from year to year, and consistent over
levels and editions, but true of no place. They come from one source that says so, and live in a store of their own:
`indicators.ingest` refuses a store that holds data of the other kind, and rows of this source among real ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from boundaries.tables import Frames
from indicators.ingest import Loaded, load, read_tables
from indicators.named_places import NAMED_PLACES
from indicators.schema import NUMBERS, TRAINING
from indicators.training_fields import draw
from indicators.training_ground import Floats, Ground, Units, read_ground
from indicators.training_landscape import LAST, YEARS, Landscape, Quantity, lay_out, read_profiles
from indicators.training_reports import build_programmes
from indicators.training_statuses import Block, Steps, count_districts, count_steps, step_blocks
from indicators.upgrades import CRITERIA

SEED = 31
CORE = (
    *("population", "area_km2", "population_density"),
    *("clean_water_household_rate", "clean_water_population_rate", "clean_water_standard_household_rate"),
    *("hygienic_water_rate", "water_network", "communes_with_water_network", "communes_without_water_network"),
    *("waste_same_day_collection_rate", "household_waste_tonnes_per_day", "waste_sorting_pilot_units"),
    *("ntm_title", "ntm_district_title", "ntm_communes", "ntm_advanced_communes", "ntm_model_communes"),
    *("ntm_advanced_communes_added", "ntm_model_communes_added", "ntm_districts", "ntm_advanced_districts"),
    *("quan_criteria_met", "ward_criteria_met", "district_upgrade_plan"),
)
"""Indicators that have a figure wherever they have a meaning, in every year and edition."""

DETAIL_YEARS = 3
"""For how many of the last years communes have figures of the other indicators."""

GAPS = 0.02
"""Share of the other indicators' figures below the city that are left out, for pages must show gaps too."""

LEAST_PEOPLE = 100
"""Fewer people of a stratum than this are no stratum: two maps laid over each other leave slivers."""

SOURCE = {
    "id": TRAINING,
    "publisher": "SỐ LIỆU TẬP HUẤN – KHÔNG PHẢI SỐ LIỆU THẬT",
    "title": "Số liệu do máy tạo ra để tập huấn, không phải số liệu thật của bất kỳ đơn vị nào",
    "title_origin": "stated",
    "url": "",
    "published": "",
    "kind": "database",
    "quality": "derived",
}


def load_training(session: Session, seed: int = SEED) -> Loaded:
    """Bring a store to the training data, as `indicators.ingest.load` does with the real ones: same checks, one
    transaction, and no change where they are there already.

    `session` must not be in a transaction. Raises: WrongStore if the store holds real data.
    """
    with TemporaryDirectory() as folder:
        write_training(Path(folder), seed)
        return load(session, Path(folder), kind=TRAINING)


def write_training(directory: Path, seed: int = SEED) -> None:
    """Write all tables with training figures as CSV, as `indicators.ingest.load` reads them; equal seeds give equal
    bytes."""
    for name, frame in build_training(read_ground(), read_tables(), seed).items():
        frame.to_csv(directory / f"{name}.csv", index=False, lineterminator="\n")


def build_training(ground: Ground, tables: Frames, seed: int = SEED) -> Frames:
    """All tables but those of units, with figures, titles, reports and sources replaced by training ones.

    `tables` are those of `indicators.ingest.read_tables`. Every cell is text, ready for `check_tables`.
    """
    landscape = Landscape(ground, read_profiles(), seed)
    catalogue = tables["indicators"]
    observations = pd.concat(
        [_rows(block, row.area_types) for row, block in _catalogued(landscape, catalogue)], ignore_index=True
    )
    return {
        **tables,
        **build_programmes(observations, tables[CRITERIA.name], seed),
        NAMED_PLACES.name: tables[NAMED_PLACES.name].assign(source=_own_source),
        "sources": pd.DataFrame([SOURCE]),
        "observations": observations,
    }


def _own_source(places: pd.DataFrame) -> pd.Series[str]:
    """The training source in place of any other."""
    return places["source"].mask(places["source"] != "", TRAINING)


def _catalogued(landscape: Landscape, catalogue: pd.DataFrame) -> Iterator[tuple[pd.Series, Block]]:
    """Rows of the catalogue, each with one of its blocks, in the order of the catalogue."""
    steps = Steps(landscape)
    quantities = lay_out(landscape, catalogue) | count_steps(steps)
    series, coded = count_districts(steps), step_blocks(steps)
    for row in catalogue.itertuples():
        if row.id in quantities:
            blocks = list(_quantity_blocks(landscape, row, quantities[row.id]))
        else:
            blocks = [block for block in coded if block.indicator == row.id]
            if not blocks:
                blocks = _city_blocks(landscape, row, series)
        yield from ((row, block) for block in [*blocks, *_half_year(landscape, row)])


def _quantity_blocks(landscape: Landscape, row: pd.Series, quantity: Quantity) -> Iterator[Block]:
    """Figures of a quantity for every level, edition and stratum that its indicator has."""
    core, rng = row.id in CORE, draw(landscape.seed, f"gaps {row.id}")
    for units in landscape.ground.units:
        if units.level not in row.levels.split(","):
            continue
        for stratum in row.strata.split(","):
            values = _put_together(landscape, quantity, units, stratum)
            if units.level == "commune" and not core:
                values[:, :-DETAIL_YEARS] = np.nan
            if units.level != "city" and not core:
                values[rng.random(values.shape) < GAPS] = np.nan
            status = "planned" if row.id == "communes_planned_water_network" else ""
            yield Block(row.id, units, _years(), values[:, 1:], stratum, status)


def _put_together(landscape: Landscape, quantity: Quantity, units: Units, stratum: str) -> Floats:
    """Figures of a quantity for units, from the communes of a stratum: (units, YEARS), NaN where nobody lives in it."""
    ground = landscape.ground
    members = ground.strata(stratum)[ground.commune][:, None]
    values = units.total(quantity.over * members)
    if quantity.under is not None:
        under = units.total(quantity.under * members)
        values = quantity.scale * np.divide(values, under, out=np.full_like(values, np.nan), where=under > 0)
    people = units.total(landscape.people * members).min(axis=1)
    values[people < LEAST_PEOPLE] = np.nan
    return values


def _city_blocks(landscape: Landscape, row: pd.Series, series: Mapping[str, Floats]) -> list[Block]:
    """Figures that only the city has."""
    stratum = row.strata.split(",")[0]
    values = series[row.id] if row.id in series else np.round(landscape.city(row.id, stratum), int(row.decimals))
    if row.unit == "%" and row.measure == "rate":
        values = np.clip(values, 0, 100)
    return [Block(row.id, units, _years(), values[None, 1:], stratum) for units in landscape.ground.at("city")]


def _half_year(landscape: Landscape, row: pd.Series) -> Iterator[Block]:
    """The city's figures as of June of the last year, for goals are followed before they are due."""
    for stratum in row.strata.split(","):
        profile = landscape.profiles.get((row.id, stratum))
        if profile and np.isfinite(profile.half):
            for units in landscape.ground.at("city"):
                yield Block(row.id, units, (f"{LAST}-06",), np.array([[profile.half]]), stratum, "reported")


def _years() -> tuple[str, ...]:
    return tuple(str(year) for year in YEARS[1:])


def _rows(block: Block, area_types: str) -> pd.DataFrame:
    """A block as rows of the table of observations, without units for which the indicator has no meaning."""
    units, kinds = block.units, area_types.split(",") if area_types and block.units.level != "city" else None
    meant = np.array([kinds is None or kind in kinds for kind in units.kinds])
    unit, period = np.nonzero(~np.isnan(block.values) & meant[:, None])
    notes = np.array(block.notes or [("", "")] * len(block.periods), dtype=object)[period]
    status = [block.status or ("provisional" if name >= str(LAST) else "final") for name in block.periods]
    rows = {
        "indicator": block.indicator,
        "edition": units.edition,
        "area_code": _picked(units.codes, unit),
        "period": _picked(block.periods, period),
        "stratum": block.stratum,
        "value": [np.format_float_positional(value, trim="-") for value in block.values[unit, period]],
        "value_high": "",
        "qualifier": "",
        "status": _picked(status, period),
        "source": TRAINING,
        "note_vi": notes[:, 0],
        "note_en": notes[:, 1],
    }
    return pd.DataFrame(rows, columns=NUMBERS["observations"].header, dtype=object)


def _picked(words: Iterable[str], index: NDArray[np.intp]) -> NDArray[np.object_]:
    return np.array(list(words), dtype=object)[index]
