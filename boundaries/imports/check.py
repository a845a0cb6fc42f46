"""All checks of a file of boundaries, and its repair: one list of problems, or features that are sound."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from boundaries.imports.attributes import Names, check_attributes, mend_attributes
from boundaries.imports.features import Features
from boundaries.imports.flaws import Flaw, FlawedBoundaries
from boundaries.imports.shapes import check_shapes, mend_shapes
from boundaries.imports.systems import WGS84, check_system, is_swapped, to_degrees

ZONES = {48: "EPSG:32648", 49: "EPSG:32649"}
BETWEEN = 108.0  # degrees east, where the two zones meet


@dataclass(frozen=True)
class Checked:
    """Features without blocking problems, in degrees of WGS 84; `notes` are worth a look, `repairs` were made."""

    features: Features
    notes: tuple[Flaw, ...]
    repairs: tuple[Flaw, ...]
    metric: str


def list_flaws(features: Features, level: str, official: Names, exclaves: Collection[str] = ()) -> list[Flaw]:
    """Every problem of the file: those of the whole first, then by feature. Nothing is changed. `exclaves` are codes of
    units that are known to lie apart from their parent's others."""
    if features.frame.empty:
        return [Flaw(0, "", "empty", "there are no features", "Export the layer again.")]
    system = check_system(features)
    placed = features if not system else replace(features, crs=None)
    metric = metric_for(features) if not system else ZONES[48]
    flaws = [*check_attributes(features.frame, level, official), *check_shapes(placed, metric, exclaves)]
    return [*system, *sorted(flaws, key=lambda flaw: flaw.feature)]


def mend(features: Features, level: str) -> tuple[Features, list[Flaw]]:
    """The features with all mended that can be without a guess, and what was done."""
    done = []
    swapped = [flaw for flaw in check_system(features) if flaw.problem == "axes"]
    if swapped and is_swapped(features.frame.total_bounds):
        exchanged = shapely.transform(features.frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        features = replace(features, frame=features.frame.set_geometry(list(exchanged)))
        done.append(replace(swapped[0], problem="repaired", detail="axes exchanged", remedy="", blocks=False))
    frame, more = mend_attributes(features.frame, level)
    features = replace(features, frame=frame)
    if check_system(features):
        return features, [*done, *more]
    features, shaped = mend_shapes(features, metric_for(features))
    return features, [*done, *more, *shaped]


def check_features(
    features: Features, level: str, official: Names, repair: bool, exclaves: Collection[str] = ()
) -> Checked:
    """The features, sound. Raises: FlawedBoundaries with every problem, and with what was repaired, if any blocks."""
    repairs: list[Flaw] = []
    if repair and not features.frame.empty:
        features, repairs = mend(features, level)
    flaws = list_flaws(features, level, official, exclaves)
    if any(flaw.blocks for flaw in flaws):
        raise FlawedBoundaries(features.file, [*flaws, *repairs])
    degrees = features.frame.set_crs(features.crs).to_crs(WGS84)
    metric = metric_for(features)
    return Checked(replace(features, frame=degrees, crs=degrees.crs), tuple(flaws), tuple(repairs), metric)


def metric_for(features: Features) -> str:
    """The zone of UTM in whose middle the layer lies nearest."""
    box = features.frame.total_bounds
    if features.crs is None or not np.isfinite(box).all():
        return ZONES[48]
    west, _south, east, _north = to_degrees(features.crs, box)
    return ZONES[48] if (west + east) / 2 < BETWEEN else ZONES[49]


def count_blocking(flaws: Sequence[Flaw]) -> int:
    """How many problems keep a file from being taken in."""
    return sum(flaw.blocks for flaw in flaws)
