"""The ground under the training figures: pieces of communes, and every way in which pieces make up units.

A piece is what one commune of the older edition gave to one unit of the newer one. Quantities are laid down on pieces
and from there only ever summed, so that communes, districts and the city, in both editions, agree by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.crosswalk import choose_weights
from boundaries.ingest import check_places, read_places
from boundaries.layers import METRIC_CRS, object_name, read_layer

Floats = NDArray[np.float64]
CENTRE = 105.8522, 21.0287
"""Where the city is densest, Hoàn Kiếm lake: longitude and latitude, EPSG:4326."""


@dataclass(frozen=True)
class Units:
    """The units of one edition and level in the order of their codes; `of_piece` says in which of them a piece lies."""

    edition: str
    level: str
    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    of_piece: NDArray[np.intp]

    def total(self, quantities: Floats) -> Floats:
        """Sums by unit of quantities of pieces: (pieces, years) in, (units, years) out."""
        sums = np.zeros((len(self.codes), quantities.shape[1]))
        np.add.at(sums, self.of_piece, quantities)
        return sums


@dataclass(frozen=True)
class Ground:
    """Communes of the older edition, their pieces, and the units that these make up.

    `communes` is in the order of codes: code, type, x_km and y_km (of the centroid, from `CENTRE`). `commune` is the
    row of each piece's commune, `land_km2` the size of each piece, `main` whether it is the largest of its commune.
    """

    communes: pd.DataFrame
    commune: NDArray[np.intp]
    land_km2: Floats
    main: NDArray[np.bool_]
    units: tuple[Units, ...]

    @cached_property
    def urban(self) -> NDArray[np.bool_]:
        """Communes of which the people are urban: wards and townships."""
        return np.asarray(self.communes["type"] != "xã")

    def strata(self, stratum: str) -> NDArray[np.bool_]:
        """Communes of a stratum. People stay in theirs when their commune joins another one."""
        return {"all": np.ones(len(self.urban), bool), "urban": self.urban, "rural": ~self.urban}[stratum]

    def by_commune(self, quantities: Floats) -> Floats:
        """Sums by commune of quantities of pieces."""
        return self.at("commune")[0].total(quantities)

    def at(self, level: str) -> list[Units]:
        """Units of one level in each edition that has it, the older first."""
        return [units for units in self.units if units.level == level]


def read_ground() -> Ground:
    """The ground of the shipped places: areas, crosswalk and layer."""
    places = check_places(read_places())
    edition = str(places["crosswalk"]["from_edition"].iloc[0])
    return build_ground(places["areas"], places["crosswalk"], read_layer(object_name(edition, "commune")))


def build_ground(areas: pd.DataFrame, crosswalk: pd.DataFrame, shapes: gpd.GeoDataFrame) -> Ground:
    """Lay out pieces and units.

    `areas` lists all units of both editions, `crosswalk` is the long form that leads from the older to the newer one,
    `shapes` has `code` and `geometry` of the older edition's communes.
    """
    old, new = crosswalk["from_edition"].iloc[0], crosswalk["to_edition"].iloc[0]
    communes = areas[(areas["edition"] == old) & (areas["level"] == "commune")].sort_values("code", ignore_index=True)
    pairs = choose_weights(crosswalk, "land").sort_values(["from_code", "to_code"])
    pairs = pairs[pairs["from_code"].isin(communes["code"])]
    row = pd.Series(communes.index, index=communes["code"])
    commune = row[pairs["from_code"]].to_numpy()
    land = communes["area_km2"].to_numpy(float)[commune] * pairs["weight"].to_numpy(float)
    units = (*_units(areas, old, pairs["from_code"]), *_units(areas, new, pairs["to_code"]))
    return Ground(
        communes[["code", "type"]].join(_places(shapes, communes)), commune, land, _main(commune, land), units
    )


def _places(shapes: gpd.GeoDataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """Centroids in km from the centre, to the metre: what is drawn from them must not hang on a last binary digit."""
    centre = gpd.GeoSeries(gpd.points_from_xy([CENTRE[0]], [CENTRE[1]]), crs="EPSG:4326").to_crs(METRIC_CRS).iloc[0]
    points = shapes.set_index("code")["geometry"].to_crs(METRIC_CRS).centroid.loc[communes["code"]]
    return pd.DataFrame(
        {
            "x_km": ((points.x - centre.x) / 1000).round(3).to_numpy(),
            "y_km": ((points.y - centre.y) / 1000).round(3).to_numpy(),
        }
    )


def _main(commune: NDArray[np.intp], land: Floats) -> NDArray[np.bool_]:
    """Whether a piece is the largest of its commune, the first of equals."""
    order = pd.DataFrame({"commune": commune, "land": land}).sort_values("land", ascending=False, kind="stable")
    main = np.zeros(len(commune), bool)
    main[order.drop_duplicates("commune").index] = True
    return main


def _units(areas: pd.DataFrame, edition: str, codes: pd.Series[str]) -> list[Units]:
    """The units that the pieces make up in one edition, level by level from `codes` of each piece to the city."""
    known = areas[areas["edition"] == edition].set_index("code")
    found = []
    while codes.notna().all():
        names, of_piece = np.unique(codes.to_numpy(str), return_inverse=True)
        kinds = tuple(known.loc[names, "type"])
        found.append(Units(edition, str(known.loc[names[0], "level"]), tuple(map(str, names)), kinds, of_piece))
        codes = codes.map(known["parent_code"])
    return found
