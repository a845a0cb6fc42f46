"""Whether coordinates fit the CRS that they are said to be in, and which others they would fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from boundaries.imports.features import Features
from boundaries.imports.flaws import Flaw

WGS84 = "EPSG:4326"
WEST, SOUTH, EAST, NORTH = 102.0, 6.0, 118.0, 24.0
"""A box around Viet Nam with its islands, in degrees."""
VN2000 = (3405, 3406, *range(5896, 5900), *range(9205, 9219))
"""VN-2000 in metres: UTM 48 and 49, the four wide zones, and the zones of the provinces."""

Box = NDArray[np.float64]


def check_system(features: Features) -> list[Flaw]:
    """No CRS, metres declared as degrees, longitude and latitude exchanged, or a place that is not in Viet Nam."""
    box = features.frame.total_bounds
    if not np.isfinite(box).all():
        return []
    if features.crs is None:
        fitting = ([WGS84] if _in_box(box) else []) + fitting_systems(box)
        return [Flaw(0, "", "no CRS", _range(box), _remedy(fitting))]
    if not features.crs.is_geographic:
        west, south, east, north = to_degrees(features.crs, box)
        if _in_box(np.array([west, south, east, north])):
            return []
        detail = f"{features.crs.to_string()} puts it at {west:.2f} {south:.2f} to {east:.2f} {north:.2f}"
        return [Flaw(0, "", "CRS", f"{detail}, outside Viet Nam", _remedy(fitting_systems(box)))]
    if np.abs(box).max() > 360:
        detail = f"declared as degrees, but {_range(box)} are metres"
        return [Flaw(0, "", "CRS", detail, _remedy(fitting_systems(box)))]
    if not _in_box(box) and is_swapped(box):
        return [
            Flaw(
                0,
                "",
                "axes",
                "latitude stands before longitude",
                "--repair exchanges them.",
                *_middle(box[[1, 0, 3, 2]]),
            )
        ]
    if not _in_box(box):
        return [Flaw(0, "", "CRS", f"{_range(box)} is outside Viet Nam", "Name the right CRS by --crs.", *_middle(box))]
    return []


def is_swapped(box: Box) -> bool:
    """Whether a box would lie in Viet Nam with its axes exchanged."""
    return _in_box(box[[1, 0, 3, 2]])


def fitting_systems(box: Box) -> list[str]:
    """Systems of VN-2000 in which a box in metres lies where the system is meant to be used."""
    found = []
    for code in VN2000:
        crs = CRS.from_epsg(code)
        west, south, east, north = to_degrees(crs, box)
        use = crs.area_of_use
        if use and use.west <= west and east <= use.east and use.south <= south and north <= use.north:
            found.append(f"EPSG:{code}")
    return found


def to_degrees(crs: CRS, box: Box) -> tuple[float, float, float, float]:
    """West, south, east, north of a box; infinite where the system does not reach."""
    edges: tuple[float, float, float, float] = Transformer.from_crs(crs, WGS84, always_xy=True).transform_bounds(*box)
    return edges


def _in_box(box: Box) -> bool:
    return bool(box[0] >= WEST and box[1] >= SOUTH and box[2] <= EAST and box[3] <= NORTH)


def _range(box: Box) -> str:
    """The extent in words, to the metre or as degrees are written."""
    left, bottom, right, top = (f"{edge:,.0f}" if abs(edge) >= 1000 else f"{edge:.6g}" for edge in box)
    return f"x from {left} to {right}, y from {bottom} to {top}"


def _middle(box: Box) -> tuple[float, float]:
    return float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2


def _remedy(fitting: list[str]) -> str:
    if not fitting:
        return "Ask who made the file for its CRS, and name it by --crs."
    return f"Ask who made the file; of VN-2000 and WGS 84 these fit: {', '.join(fitting)}. Name it by --crs."
