"""Fewer vertices, the same map: neighbours keep one common edge and nothing is lost.

A coverage is generalised as a whole (`shapely.coverage_simplify`), never area by area, which would tear gaps and
overlaps. Rounding to the grid of a file is a generalisation too: done vertex by vertex it folds narrow necks onto
themselves, so edges are snap-rounded together and the areas rebuilt from the faces between them.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arcs import Grid
from geo.errors import DomainError
from geo.geometry import check_coverage, check_metric


def build_refinement(layers: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """The common refinement of layers that cover the same region: one row for each combination of their areas.

    Each layer has `code` and polygons in one CRS; the result has a column of codes per layer (named by its key),
    `code` (these joined by "/") and the geometry, in order of `code`.
    Raises DomainError if a face lies in no area, or in two, of some layer.
    """
    edges = shapely.union_all(
        np.concatenate([shapely.boundary(layer.geometry.to_numpy()) for layer in layers.values()])
    )
    faces = _faces_between(edges)
    codes = {name: layer["code"].to_numpy()[_containers(name, faces, layer)] for name, layer in layers.items()}
    crs = next(iter(layers.values())).crs
    pieces = gpd.GeoDataFrame(codes, geometry=faces, crs=crs)
    pieces["code"] = pieces[list(layers)].agg("/".join, axis=1)
    return dissolve(pieces, "code").merge(pieces[["code", *layers]].drop_duplicates(), on="code")


def dissolve(pieces: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """Areas made of whole pieces, as columns `code` (the values of `by`, sorted) and `geometry`.

    Vertices where pieces met stay in the outline, so that layers dissolved from the same pieces share their edges.
    """
    groups = pieces.groupby(by, sort=True).indices
    polygons = pieces.geometry.to_numpy()
    merged = [shapely.normalize(shapely.coverage_union_all(polygons[rows])) for rows in groups.values()]
    return gpd.GeoDataFrame({"code": list(groups)}, geometry=merged, crs=pieces.crs)


def generalise_coverage(shapes: gpd.GeoDataFrame, tolerance_m: float, crs: str) -> gpd.GeoDataFrame:
    """The coverage with vertices removed, edges moved by about `tolerance_m` metres at most, in the CRS it came in.

    `crs` names the projected CRS in which metres are measured. Input and result are checked: a coverage, and no area
    empty. Raises BrokenCoverage, or DomainError for an unusable CRS or tolerance.
    """
    if not tolerance_m > 0:
        raise DomainError(f"A tolerance of {tolerance_m} m removes nothing. Give metres above 0, such as 20.")
    check_coverage("Coverage to generalise", shapes, crs)
    metric = shapes.to_crs(check_metric(crs))
    # GEOS takes the root of an area for its tolerance (Visvalingam), which is why a movement is only "about" that wide.
    thinned = metric.set_geometry(shapely.coverage_simplify(metric.geometry.to_numpy(), tolerance_m), crs=metric.crs)
    return check_coverage("Generalised coverage", thinned.to_crs(shapes.crs), crs)


def snap_coverage(pieces: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    """The coverage in whole units of `grid`: integer x and y, no CRS, still a coverage.

    Edges are noded and rounded together; a face is the piece that held its inner point. A piece narrower than the grid
    everywhere vanishes, so callers check that the areas they ship are all there.
    """
    exact = shapely.transform(pieces.geometry.to_numpy(), grid.to_units)
    faces = _faces_between(shapely.union_all(shapely.boundary(exact), grid_size=1))
    rows = _containers("grid", faces, gpd.GeoDataFrame({"code": pieces["code"]}, geometry=exact))
    attributes = pd.DataFrame(pieces.drop(columns=pieces.geometry.name)).reset_index(drop=True)
    snapped = dissolve(gpd.GeoDataFrame({"code": pieces["code"].to_numpy()[rows]}, geometry=faces), "code")
    return snapped.merge(attributes, on="code")


def fit_around(context: gpd.GeoDataFrame, core: shapely.Polygon, reach: float) -> gpd.GeoDataFrame:
    """Areas around a core, refitted so that they meet it along its own vertices.

    `context` was drawn with other lines than `core`, so that they overlap or leave gaps along it. Edges of the context
    nearer than `reach` to the core are dropped, and what ends there runs on to the nearest vertex of the core; each
    face goes to the area that holds its inner point or is nearest to it. All in the integer units of one grid.
    """
    edges = shapely.union_all(shapely.boundary(context.geometry.to_numpy()), grid_size=1)
    kept = shapely.line_merge(shapely.difference(edges, core.buffer(reach), grid_size=1))
    ends = shapely.get_parts(shapely.boundary(kept))
    near = ends[shapely.distance(ends, core) < reach + 2]
    vertices = shapely.points(shapely.get_coordinates(core.exterior))
    nearest = shapely.STRtree(vertices).nearest(near)
    links = shapely.linestrings(
        np.stack([shapely.get_coordinates(near), shapely.get_coordinates(vertices[nearest])], 1)
    )
    faces = _faces_between(shapely.union_all([kept, core.exterior, *links], grid_size=1))
    faces = faces[~shapely.covers(core, shapely.point_on_surface(faces))]
    owners = shapely.STRtree(context.geometry.to_numpy()).nearest(shapely.point_on_surface(faces))
    owned = gpd.GeoDataFrame({"code": context["code"].to_numpy()[owners]}, geometry=faces)
    return dissolve(owned, "code")


def _faces_between(edges: shapely.Geometry) -> NDArray[np.object_]:
    faces: NDArray[np.object_] = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    return faces


def _containers(name: str, faces: NDArray[np.object_], layer: gpd.GeoDataFrame) -> NDArray[np.intp]:
    """For each face the position of the one area of the layer that holds its inner point."""
    found, holders = shapely.STRtree(layer.geometry.to_numpy()).query(
        shapely.point_on_surface(faces), predicate="within"
    )
    times = np.bincount(found, minlength=len(faces))
    if (times != 1).any():
        at = shapely.point_on_surface(faces[times != 1][0])
        raise DomainError(
            f"Layer {name!r}: {(times == 0).sum()} faces lie in no area and {(times > 1).sum()} in several, the first "
            f"at {at.x:.6f}, {at.y:.6f}. Each place must lie in exactly one area of every layer."
        )
    positions: NDArray[np.intp] = holders[np.argsort(found)]
    return positions
