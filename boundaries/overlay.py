"""The crosswalk between any two editions, from their shipped shapes alone, and how maps and official texts disagree.

The shipped crosswalk knows more than an overlay: the official composition and the lines before they were generalised.
This one is for pairs of editions that no text links, and for holding the shipped one against the map that people see.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from boundaries.areas import LEVELS
from boundaries.composition import EQUAL_AREA_CRS, OVERLAY, find_disagreements, is_sliver, tabulate_pairs
from boundaries.crosswalk import check_crosswalk
from boundaries.layers import DATA, object_name, object_names, read_areas, read_editions, read_layer, read_rows
from geo.errors import BadParameter, DomainError, UnknownName
from geo.overlap import measure_overlap, normalise_shares


def overlay_editions(from_edition: str, to_edition: str, folder: Path = DATA) -> pd.DataFrame:
    """The crosswalk of two shipped editions at the finest level of which both have shapes.

    Shape: the columns of `boundaries.crosswalk.COLUMNS`, by codes; every `basis` is "overlay".
    Units: weight_area is a share of the source unit in EPSG:6933, an equal-area projection, and sums to 1 within 1e-9.
    Missing: slivers (`boundaries.composition.is_sliver`) are left out before shares are divided by their sum;
    weight_population is missing for a unit in several pieces.
    Raises: UnknownName for an edition, BadParameter if both are the same, DomainError if they share no level,
    BrokenCrosswalk if a unit of either has no counterpart.
    """
    if from_edition == to_edition:
        others = [edition["id"] for edition in read_editions(folder) if edition["id"] != from_edition]
        raise BadParameter("to", to_edition, others)
    old, new = _edition(from_edition, folder), _edition(to_edition, folder)
    level = _finest_level(old, new, folder)
    names = [object_name(edition["id"], level) for edition in (old, new)]
    sources, targets = (
        read_layer(name, edition["layer"], folder) for name, edition in zip(names, (old, new), strict=True)
    )
    pairs = measure_overlap(sources, targets, EQUAL_AREA_CRS)
    pairs = pairs[~is_sliver(pairs.assign(area_km2=pairs["area_m2"] / 1e6))]
    citation = f"overlay of the shipped shapes {names[0]} and {names[1]} in {EQUAL_AREA_CRS}"
    pairs = normalise_shares(pairs).assign(basis=OVERLAY, citation=citation)
    table = tabulate_pairs(pairs.reset_index(drop=True), from_edition, to_edition)
    return check_crosswalk(table.astype({"weight_population": float}), pd.DataFrame(read_areas(folder)))


def list_disagreements(folder: Path = DATA) -> pd.DataFrame:
    """Every point on which the shipped crosswalk and the official composition differ: see `find_disagreements`."""
    crosswalk, composition = (pd.DataFrame(read_rows(name, folder)) for name in ("crosswalk.csv", "composition.csv"))
    return find_disagreements(crosswalk, composition, pd.DataFrame(read_areas(folder)))


def count_disagreements(disagreements: pd.DataFrame) -> str:
    """One line for people: how many pairs differ, and how many of them in which way."""
    counts = ", ".join(f"{count} {problem}" for problem, count in disagreements["problem"].value_counts().items())
    return f"{len(disagreements)} disagreements{': ' if counts else ''}{counts}"


def _edition(edition_id: str, folder: Path) -> dict[str, str]:
    editions = {edition["id"]: edition for edition in read_editions(folder)}
    if edition_id not in editions:
        raise UnknownName("edition", edition_id, tuple(editions))
    return editions[edition_id]


def _finest_level(old: dict[str, str], new: dict[str, str], folder: Path) -> str:
    for level in reversed(LEVELS):
        if all(object_name(one["id"], level) in object_names(one["layer"], folder) for one in (old, new)):
            return level
    raise DomainError(
        f"Editions {old['id']} and {new['id']} have shapes at no common level, so they cannot be overlaid. "
        f"The layer files hold {', '.join(object_names(old['layer'], folder))}."
    )
