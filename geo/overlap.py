"""Areal overlap: how much of each area of one set lies in each area of another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import DomainError
from geo.geometry import check_metric


def measure_overlap(sources: gpd.GeoDataFrame, targets: gpd.GeoDataFrame, crs: str) -> pd.DataFrame:
    """Shares of every source area in the target areas.

    Shape: `from_code`, `to_code`, `area_m2`, `share`; one row per pair with a common part of positive area, by codes.
    Units: m2 in `crs`, which must preserve area; `share` is of the source's own area, so that what no target covers
    shows as a sum below 1.
    Missing: a source that no target touches has no row.
    Raises: DomainError if the CRS does not preserve area, is not in metres, or a frame has none.
    """
    check_equal_area(crs)
    if sources.crs is None or targets.crs is None:
        raise DomainError("Both frames need a CRS to be overlaid. Set it with set_crs() when the file is read.")
    ours, theirs = sources.to_crs(crs).geometry.to_numpy(), targets.to_crs(crs).geometry.to_numpy()
    left, right = shapely.STRtree(theirs).query(ours, predicate="intersects")
    area = shapely.area(shapely.intersection(ours[left], theirs[right]))
    pairs = pd.DataFrame(
        {
            "from_code": sources["code"].to_numpy()[left],
            "to_code": targets["code"].to_numpy()[right],
            "area_m2": area,
            "share": area / shapely.area(ours)[left],
        }
    )
    return pairs[pairs["area_m2"] > 0].sort_values(["from_code", "to_code"], ignore_index=True)


def check_equal_area(crs: str) -> str:
    """The CRS, if its projection preserves area. Raises DomainError otherwise."""
    method = check_metric(crs).coordinate_operation.method_name  # type: ignore[union-attr] # projected CRSs have one
    if "Equal Area" not in method:
        raise DomainError(f"{crs} ({method}) does not preserve area. Name an equal-area CRS, such as EPSG:6933.")
    return crs


def normalise_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """The same rows with `share` divided by the sum of its source, so that each source sums to 1 (within 1e-9).

    Raises DomainError for sources whose shares sum to nothing.
    """
    sums = shares.groupby("from_code")["share"].transform("sum")
    if not (sums > 0).all():
        lost = sorted(shares.loc[~(sums > 0), "from_code"].unique())
        raise DomainError(f"Shares of {', '.join(lost)} sum to 0. A source area needs at least one target.")
    shares = shares.assign(share=shares["share"] / sums)
    residue = 1 - shares.groupby("from_code")["share"].sum()
    if not np.allclose(residue, 0, atol=1e-9):
        raise DomainError(f"Shares do not sum to 1 after division: {residue.abs().max()} off.")
    return shares
