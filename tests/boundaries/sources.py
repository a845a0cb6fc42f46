"""A source folder for the compilation, small enough to draw: a city of 4 × 4 cells of 0.01°, two provinces around.

Communes of 2024 are the four quarters: 00001 and 00004 (west: south, north) in district 001, 00007 and 00010 (east) in
district 002. On 2025-07-01 the west became 00001; 00010 and the northern half of 00007 became 00010; the rest of 00007
stayed, under that code.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

WEST, SOUTH, CELL = 105.8, 21.0, 0.01


def cells(left: int, bottom: int, right: int, top: int) -> shapely.Polygon:
    """A rectangle in cells from the south-west corner, with a vertex at every cell so that all layers share theirs."""
    ring = [(x, bottom) for x in range(left, right)] + [(right, y) for y in range(bottom, top)]
    ring += [(x, top) for x in range(right, left, -1)] + [(left, y) for y in range(top, bottom, -1)]
    return shapely.Polygon([(WEST + CELL * x, SOUTH + CELL * y) for x, y in ring])


def _units(*rows: tuple[str, str, str, str, shapely.Polygon]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=["code", "name_vi", "type", "parent_code", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def layers() -> dict[str, gpd.GeoDataFrame]:
    """The layers by file name. The provinces around overlap the city by 0.001° in the west and miss it in the east."""
    hole = shapely.box(WEST + 0.001, SOUTH, WEST + 0.041, SOUTH + 0.04)
    provinces = [shapely.box(105.7, 20.9, 105.82, 21.14), shapely.box(105.82, 20.9, 105.94, 21.14)]
    return {
        "communes_2024.geojson": _units(
            ("00001", "Xã Một", "xã", "001", cells(0, 0, 2, 2)),
            ("00004", "Xã Đại áng", "xã", "001", cells(0, 2, 2, 4)),
            ("00007", "Phường Ba", "phường", "002", cells(2, 0, 4, 2)),
            ("00010", "Thị trấn Bốn", "thị trấn", "002", cells(2, 2, 4, 4)),
        ),
        "districts_2024.geojson": _units(
            ("001", "Huyện Tây", "huyện", "01", cells(0, 0, 2, 4)),
            ("002", "Thị xã Đông", "thị xã", "01", cells(2, 0, 4, 4)),
        ),
        "communes_2025.geojson": _units(
            ("00001", "Xã Tây", "xã", "01", cells(0, 0, 2, 4)),
            ("00007", "Phường Ba", "phường", "01", cells(2, 0, 4, 1)),
            ("00010", "Phường Bốn", "phường", "01", cells(2, 1, 4, 4)),
        ),
        "neighbours_2025.geojson": _units(
            ("24", "Bắc Ninh", "tỉnh", "", provinces[1].difference(hole)),
            ("25", "Phú Thọ", "tỉnh", "", provinces[0].difference(hole)),
        ),
    }


SHARES = """old_code,new_code,share_of_old,area_km2
00001,00001,1.0,4.61
00004,00001,0.99998,4.61
00007,00007,0.50001,2.3
00007,00010,0.49999,2.3
00010,00010,1.0,4.61
00010,00007,0.0,0.0
"""
COMPOSITION = """new_code,old_code,old_name,part,source_id
00001,00001,Xã Một,whole,table
00001,00004,Xã Đại áng,whole,table
00007,00007,Phường Ba,remainder,table
00010,00007,Phường Ba,part,table
00010,00010,Thị trấn Bốn,part,table
00007,00010,Thị trấn Bốn,remainder,table
"""


def write_source(folder: Path, **replaced: gpd.GeoDataFrame) -> Path:
    """Write the folder, with layers replaced by stem (`communes_2024=…`), and return it; the composition beside it."""
    source = folder / "boundaries"
    (folder / "indicators").mkdir(parents=True)
    source.mkdir()
    for name, layer in layers().items():
        replaced.get(Path(name).stem, layer).to_file(source / name, driver="GeoJSON")
    (source / "crosswalk_2024_2025.csv").write_text(SHARES, encoding="utf-8")
    (folder / "indicators" / "predecessors.csv").write_text(COMPOSITION, encoding="utf-8")
    return source
