"""The lineages of a store's units, from what it holds and the official list between its two editions."""

from __future__ import annotations

import pandas as pd

from boundaries.areas import Places
from boundaries.editions import list_between
from boundaries.layers import read_rows
from boundaries.lineage import AreaKey, Lineage, Span, build_lineages

SHIPPED_PAIR = ("2024", "2025-07")
"""The pair of editions for which an official list of the units in between is shipped."""


def find_lineages(places: Places, crosswalk: pd.DataFrame) -> dict[AreaKey, Lineage]:
    """The lineage of every unit that the crosswalk covers; none where it is empty."""
    if crosswalk.empty:
        return {}
    areas = places.frame()
    pair = str(crosswalk["from_edition"].iloc[0]), str(crosswalk["to_edition"].iloc[0])
    spans = {edition.id: Span(edition.valid_from, edition.valid_to) for edition in places.editions.values()}
    if pair != SHIPPED_PAIR:
        return build_lineages(crosswalk, areas, spans)
    listed = pd.DataFrame(read_rows("composition.csv"))
    return build_lineages(crosswalk, areas, spans, list_between(listed, areas, pair[0]))
